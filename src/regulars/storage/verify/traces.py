"""The checks of what must lead somewhere: rows of nobody, gifts without an entry, refunds too large.

王芳's gift of 50 points for joining: there is one entry of that name, it moved 50 points, and she is
a member. A refund of her bill moved no more of any unit than the bill itself.
"""

from regulars.storage.verify.report import Question

ORPHANS = Question(
    "orphans",
    counts="lot",
    finds="""
    SELECT 'lot_of_no_account' AS what, lot.id AS subject, account_id AS account,
           1 AS wanted, 0 AS found
    FROM lot LEFT JOIN account ON account.id = account_id WHERE account.id IS NULL
    UNION ALL
    SELECT 'use_of_no_lot', lot_use.entry_id, NULL, 1, 0
    FROM lot_use LEFT JOIN lot ON lot.id = lot_id WHERE lot.id IS NULL
    UNION ALL
    SELECT 'gift_of_no_member', member_id, NULL, 1, 0 FROM gift
    WHERE NOT EXISTS (SELECT 1 FROM member WHERE member.id = member_id)
    UNION ALL
    SELECT 'coupon_of_no_member', coupon.id, NULL, 1, 0 FROM coupon
    WHERE member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM member WHERE member.id = member_id)
    """,
)

GIFTS = Question(
    "gifts",
    counts="gift",
    finds="""
    WITH given AS (
        SELECT entry.business_id,
               sum(CASE WHEN posting.unit = 'PT' THEN amount ELSE 0 END) AS points,
               sum(CASE WHEN posting.unit = 'GV' THEN amount ELSE 0 END) AS growth_value,
               sum(CASE WHEN posting.unit LIKE '%.bonus' THEN amount ELSE 0 END) AS bonus
        FROM gift JOIN entry ON entry.business_id = gift.business_id
             JOIN posting ON posting.entry_id = entry.id
        GROUP BY entry.business_id
    )
    SELECT 'gift_points' AS what, member_id AS subject, NULL AS account,
           gift.points AS wanted, coalesce(given.points, 0) AS found
    FROM gift LEFT JOIN given ON given.business_id = gift.business_id
    WHERE gift.points <> coalesce(given.points, 0)
    UNION ALL
    SELECT 'gift_growth', member_id, NULL, gift.growth_value, coalesce(given.growth_value, 0)
    FROM gift LEFT JOIN given ON given.business_id = gift.business_id
    WHERE gift.growth_value <> coalesce(given.growth_value, 0)
    UNION ALL
    SELECT 'gift_bonus', member_id, NULL, bonus_minor, coalesce(bonus, 0)
    FROM gift LEFT JOIN given ON given.business_id = gift.business_id
    WHERE bonus_minor <> coalesce(bonus, 0)
    """,
)

MIRRORS = Question(
    "mirrors",
    counts="entry WHERE reverses IS NOT NULL",
    finds="""
    WITH back AS (
        SELECT reverses AS origin, unit, sum(amount) AS amount
        FROM entry JOIN posting ON entry_id = id
        WHERE reverses IS NOT NULL GROUP BY reverses, unit
    ),
    there AS (
        SELECT back.origin, back.unit, sum(posting.amount) AS amount
        FROM back JOIN posting ON posting.entry_id = back.origin AND posting.unit = back.unit
        GROUP BY back.origin, back.unit
    )
    SELECT 'more_than_origin' AS what, back.origin AS subject, NULL AS account,
           coalesce(there.amount, 0) AS wanted, back.amount AS found
    FROM back LEFT JOIN there ON there.origin = back.origin AND there.unit = back.unit
    WHERE back.amount > coalesce(there.amount, 0)
    """,
)

QUESTIONS = (ORPHANS, GIFTS, MIRRORS)
