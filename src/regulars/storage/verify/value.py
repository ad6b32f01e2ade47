"""The checks of the ledger: everything that a balance says can be derived again.

王芳's points: 50 as a gift, 41 earned, 60 spent make 31; her account says 31, its versions are
1, 2, 3, her two lots hold 31, and each posting belongs to an entry that declared it.
"""

from regulars.domain.ledger.accounts import LOTTED_KINDS
from regulars.storage.verify.report import Question

_LOTTED = ", ".join(f"'{kind.value}'" for kind in sorted(LOTTED_KINDS))

_SIDES = """
    SELECT entry_id, from_account AS holder, from_version AS step, from_after AS stands,
           -amount AS change FROM posting
    UNION ALL
    SELECT entry_id, to_account, to_version, to_after, amount FROM posting
"""
_PARTS = {"lotted": _LOTTED, "sides": _SIDES}

BALANCES = Question(
    "balances",
    counts="account",
    finds="""
    WITH moved AS (
        SELECT holder, sum(change) AS total FROM ({sides}) AS sides GROUP BY holder
    )
    SELECT 'balance' AS what, owner_id AS subject, id AS account,
           coalesce(total, 0) AS wanted, balance AS found
    FROM account LEFT JOIN moved ON holder = account.id
    WHERE cached AND balance <> coalesce(total, 0)
    UNION ALL
    SELECT 'house_balance', owner_id, id, 0, balance FROM account
    WHERE NOT cached AND (balance <> 0 OR version <> 0)
    """,
    parts=_PARTS,
)

VERSIONS = Question(
    "versions",
    counts="posting",
    finds="""
    WITH steps AS (
        SELECT entry_id, holder, step, stands, change,
               lag(step) OVER in_order AS step_before, lag(stands) OVER in_order AS stood
        FROM ({sides}) AS sides JOIN account ON account.id = holder AND cached
        WINDOW in_order AS (PARTITION BY holder ORDER BY step)
    )
    SELECT 'version' AS what, entry_id AS subject, holder AS account,
           coalesce(step_before, 0) + 1 AS wanted, step AS found
    FROM steps WHERE step IS NULL OR step <> coalesce(step_before, 0) + 1
    UNION ALL
    SELECT 'after', entry_id, holder, coalesce(stood, 0) + change, stands
    FROM steps WHERE stands IS NULL OR stands <> coalesce(stood, 0) + change
    UNION ALL
    SELECT 'last_version', owner_id, id, coalesce(max(step), 0), version
    FROM account LEFT JOIN steps ON holder = id
    WHERE cached GROUP BY owner_id, id, version
    HAVING version <> coalesce(max(step), 0)
    """,
    parts=_PARTS,
)

ENTRIES = Question(
    "entries",
    counts="entry",
    finds="""
    SELECT 'postings' AS what, id AS subject, NULL AS account,
           postings AS wanted, count(number) AS found
    FROM entry LEFT JOIN posting ON entry_id = id
    GROUP BY id, postings
    HAVING count(number) <> postings OR min(number) <> 1 OR max(number) <> postings
    UNION ALL
    SELECT 'unsealed', entry_id, from_account, 1, 0 FROM posting
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = entry_id)
    """,
)

UNITS = Question(
    "units",
    counts="posting",
    finds="""
    SELECT 'from_unit' AS what, entry_id AS subject, from_account AS account,
           1 AS wanted, 0 AS found
    FROM posting LEFT JOIN account ON id = from_account
    WHERE account.unit IS NULL OR account.unit <> posting.unit
    UNION ALL
    SELECT 'to_unit', entry_id, to_account, 1, 0
    FROM posting LEFT JOIN account ON id = to_account
    WHERE account.unit IS NULL OR account.unit <> posting.unit
    """,
)

FLOORS = Question(
    "floors",
    counts="account",
    finds="""
    SELECT 'floor' AS what, owner_id AS subject, id AS account, floor AS wanted, balance AS found
    FROM account WHERE balance < floor
    """,
)

LOTS = Question(
    "lots",
    counts="lot",
    finds="""
    WITH held AS (SELECT account_id, sum(remaining) AS total FROM lot GROUP BY account_id)
    SELECT 'remaining' AS what, owner_id AS subject, id AS account,
           balance AS wanted, coalesce(total, 0) AS found
    FROM account LEFT JOIN held ON account_id = id
    WHERE cached AND kind IN ({lotted}) AND balance <> coalesce(total, 0)
    UNION ALL
    SELECT 'not_lotted', lot.id, account_id, 0, remaining
    FROM lot JOIN account ON account.id = account_id
    WHERE NOT cached OR account.kind NOT IN ({lotted})
    """,
    parts=_PARTS,
)

LOT_USES = Question(
    "lot_uses",
    counts="lot_use",
    finds="""
    SELECT 'used' AS what, id AS subject, account_id AS account,
           lot.amount - remaining AS wanted, coalesce(sum(lot_use.amount), 0) AS found
    FROM lot LEFT JOIN lot_use ON lot_id = id
    GROUP BY id, account_id, lot.amount, remaining
    HAVING lot.amount - remaining <> coalesce(sum(lot_use.amount), 0)
    UNION ALL
    SELECT 'in_range', id, account_id, amount, remaining FROM lot
    WHERE remaining < 0 OR remaining > amount
    UNION ALL
    SELECT 'use_of_no_entry', lot_id, NULL, 1, 0 FROM lot_use
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = entry_id)
    UNION ALL
    SELECT 'lot_of_no_entry', lot.id, account_id, 1, 0 FROM lot
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_id)
    """,
)

LOT_POSTINGS = Question(
    "lot_postings",
    counts="entry",
    finds="""
    SELECT 'lots_of_entry' AS what, entry_id AS subject, holder AS account,
           sum(posted) AS wanted, sum(in_lots) AS found
    FROM (
        SELECT entry_id, holder, change AS posted, 0 AS in_lots FROM ({sides}) AS sides
        UNION ALL
        SELECT entry_id, account_id, 0, amount FROM lot
        UNION ALL
        SELECT lot_use.entry_id, account_id, 0, -lot_use.amount
        FROM lot_use JOIN lot ON lot.id = lot_id
    ) AS both_sides JOIN account ON id = holder
    WHERE account.kind IN ({lotted})
    GROUP BY entry_id, holder HAVING sum(posted) <> sum(in_lots)
    """,
    parts=_PARTS,
)

REVERSALS = Question(
    "reversals",
    counts="entry WHERE reverses IS NOT NULL",
    finds="""
    SELECT 'reverses' AS what, entry.id AS subject, NULL AS account, 1 AS wanted, 0 AS found
    FROM entry LEFT JOIN entry AS origin ON origin.id = entry.reverses
    WHERE entry.reverses IS NOT NULL
      AND (origin.id IS NULL OR origin.reverses IS NOT NULL
           OR coalesce(origin.subject_id <> entry.subject_id, true))
    """,
)

TOP_UPS = Question(
    "top_ups",
    counts="top_up",
    finds="""
    WITH paid_in AS (
        SELECT entry.id AS entry_id, entry.subject_id AS top_up_id,
               sum(CASE WHEN account.kind = 'principal' THEN amount ELSE 0 END) AS principal,
               sum(CASE WHEN account.kind = 'bonus' THEN amount ELSE 0 END) AS bonus
        FROM entry JOIN posting ON posting.entry_id = entry.id
             JOIN account ON account.id = to_account
        WHERE entry.kind = 'top_up' GROUP BY entry.id, entry.subject_id
    )
    SELECT 'principal' AS what, top_up.id AS subject, NULL AS account,
           principal_minor AS wanted, coalesce(principal, 0) AS found
    FROM top_up LEFT JOIN paid_in ON paid_in.entry_id = top_up.entry_id AND top_up_id = top_up.id
    WHERE principal_minor <> coalesce(principal, 0)
    UNION ALL
    SELECT 'bonus', top_up.id, NULL, bonus_minor, coalesce(bonus, 0)
    FROM top_up LEFT JOIN paid_in ON paid_in.entry_id = top_up.entry_id AND top_up_id = top_up.id
    WHERE bonus_minor <> coalesce(bonus, 0)
    UNION ALL
    SELECT 'no_top_up', entry_id, NULL, 1, 0 FROM paid_in
    WHERE NOT EXISTS (SELECT 1 FROM top_up WHERE top_up.entry_id = paid_in.entry_id)
    """,
)

QUESTIONS = (
    BALANCES,
    VERSIONS,
    ENTRIES,
    UNITS,
    FLOORS,
    LOTS,
    LOT_USES,
    LOT_POSTINGS,
    REVERSALS,
    TOP_UPS,
)
