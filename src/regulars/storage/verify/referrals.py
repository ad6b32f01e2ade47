"""The checks of referrals: nobody is rewarded twice, and nobody without an order.

A referral says that both sides were rewarded: each of the two has the one gift for it.
"""

from regulars.storage.verify.report import Question

REFERRALS = Question(
    "referrals",
    counts="referral",
    finds="""
    WITH given AS (
        SELECT member_id,
               sum(CASE WHEN occasion LIKE 'referral.invited.%' THEN 1 ELSE 0 END) AS as_invited,
               sum(CASE WHEN occasion LIKE 'referral.inviter.%' THEN 1 ELSE 0 END) AS as_inviter
        FROM gift WHERE occasion LIKE 'referral.%' GROUP BY member_id
    ), earned AS (
        SELECT member_id, sum(as_invited) AS as_invited, sum(as_inviter) AS as_inviter
        FROM (
            SELECT invited_id AS member_id, 1 AS as_invited, 0 AS as_inviter
            FROM referral WHERE {invited}
            UNION ALL
            SELECT inviter_id, 0, 1 FROM referral WHERE {inviter}
        ) AS sides GROUP BY member_id
    )
    SELECT 'referral_gift_invited' AS what, member_id AS subject, NULL AS account,
           coalesce(earned.as_invited, 0) AS wanted, given.as_invited AS found
    FROM given LEFT JOIN earned USING (member_id)
    WHERE given.as_invited <> coalesce(earned.as_invited, 0)
    UNION ALL
    SELECT 'referral_gift_inviter', member_id, NULL,
           coalesce(earned.as_inviter, 0), given.as_inviter
    FROM given LEFT JOIN earned USING (member_id)
    WHERE given.as_inviter <> coalesce(earned.as_inviter, 0)
    UNION ALL
    SELECT 'referral_not_given', member_id, NULL, 1, 0 FROM earned
    WHERE NOT EXISTS (SELECT 1 FROM given WHERE given.member_id = earned.member_id)
    UNION ALL
    SELECT 'rewarded_without_order', id, NULL, 1, 0 FROM referral
    WHERE state = 'rewarded' AND NOT EXISTS (
        SELECT 1 FROM orders
        WHERE orders.id = order_id AND orders.settled_at >= referral.at
          AND (orders.member_id = invited_id
               -- A merge moves bills between two records, and its undo moves them back.
               OR EXISTS (SELECT 1 FROM member_merge WHERE absorbed_id = invited_id)
               OR EXISTS (SELECT 1 FROM member_merge WHERE survivor_id = invited_id)))
    UNION ALL
    SELECT 'held_without_evidence', id, NULL, 1, 0 FROM referral
    WHERE state = 'held' AND NOT EXISTS (
        SELECT 1 FROM referral_evidence WHERE referral_id = referral.id)
    UNION ALL
    SELECT 'gift_of_no_reward', id, NULL, 0, 1 FROM referral
    WHERE state <> 'rewarded' AND ({invited} OR {inviter})
    """,
    parts={
        "invited": "CAST(invited_rewarded AS integer) = 1",
        "inviter": "CAST(inviter_rewarded AS integer) = 1",
    },
)

QUESTIONS = (REFERRALS,)
