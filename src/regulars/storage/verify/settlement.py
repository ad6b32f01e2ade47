"""The checks of reports: what is owed by lots is what accounts hold; settlements have their entries.

Members hold 6,619.05 of principal by their lots and by their accounts; 人民广场店 owes 静安寺店 60.00
by the lines of May, and the entry of May moved 60.00.
"""

from regulars.domain.ledger.accounts import HELD_KINDS, LOTTED_KINDS, AccountKind
from regulars.storage.verify.report import Question

_LOTTED = ", ".join(f"'{kind.value}'" for kind in sorted(LOTTED_KINDS))
_KEPT = " ".join(f"WHEN '{kind.value}' THEN '{held.value}'" for kind, held in HELD_KINDS.items())
_HELD = ", ".join(f"'{held.value}'" for held in HELD_KINDS.values())
_PARTS = {
    "lotted": _LOTTED,
    "held": _HELD,
    "kept": f"CASE account.kind {_KEPT} END",
    "between": AccountKind.BETWEEN_STORES.value,
}

# Per unit, over all members: from lots and their uses on one side, from postings on the other.
LIABILITY = Question(
    "liability",
    counts="lot",
    finds="""
    WITH by_lots AS (
        SELECT account.kind AS kind, unit, sum(change) AS total
        FROM (
            SELECT account_id, amount AS change FROM lot
            UNION ALL
            SELECT account_id, -lot_use.amount FROM lot_use JOIN lot ON lot.id = lot_id
        ) AS changes JOIN account ON account.id = account_id
        GROUP BY account.kind, unit
    ), by_postings AS (
        SELECT account.kind AS kind, account.unit AS unit, sum(change) AS total
        FROM (
            SELECT from_account AS holder, -amount AS change FROM posting
            WHERE from_version IS NOT NULL
            UNION ALL
            SELECT to_account, amount FROM posting WHERE to_version IS NOT NULL
        ) AS moved JOIN account ON account.id = holder
        WHERE account.kind IN ({lotted})
        GROUP BY account.kind, account.unit
    )
    SELECT by_postings.kind || ' ' || by_postings.unit AS what, NULL AS subject, NULL AS account,
           by_postings.total AS wanted, coalesce(by_lots.total, 0) AS found
    FROM by_postings LEFT JOIN by_lots
         ON by_lots.kind = by_postings.kind AND by_lots.unit = by_postings.unit
    WHERE by_postings.total <> coalesce(by_lots.total, 0)
    UNION ALL
    SELECT by_lots.kind || ' ' || by_lots.unit, NULL, NULL, 0, by_lots.total
    FROM by_lots LEFT JOIN by_postings
         ON by_postings.kind = by_lots.kind AND by_postings.unit = by_lots.unit
    WHERE by_postings.total IS NULL AND by_lots.total <> 0
    """,
    parts=_PARTS,
)

# What holds took out of lots and did not give back is what the held accounts hold.
HELD = Question(
    "liability_held",
    counts="account WHERE kind IN ('principal.held', 'bonus.held', 'points.held')",
    finds="""
    WITH by_lots AS (
        SELECT account.owner_id AS owner_id, {kept} AS kind, sum(lot_use.amount) AS total
        FROM lot_use JOIN lot ON lot.id = lot_id JOIN account ON account.id = account_id
        WHERE lot_use.kind IN ('hold', 'release')
        GROUP BY account.owner_id, account.kind
    )
    SELECT 'held' AS what, account.owner_id AS subject, account.id AS account,
           balance AS wanted, coalesce(total, 0) AS found
    FROM account LEFT JOIN by_lots
         ON by_lots.owner_id = account.owner_id AND by_lots.kind = account.kind
    WHERE account.kind IN ({held}) AND balance <> coalesce(total, 0)
    """,
    parts=_PARTS,
)

CLEARING_ENTRIES = Question(
    "clearing_entries",
    counts="clearing_line",
    finds="""
    WITH lines AS (
        SELECT entry_id, issuer_id AS store_id, cost_minor AS owed FROM clearing_line
        WHERE entry_id IS NOT NULL
        UNION ALL
        SELECT entry_id, redeemer_id, -cost_minor FROM clearing_line WHERE entry_id IS NOT NULL
    ), moved AS (
        SELECT entry_id, owner_id AS store_id, amount AS paid
        FROM entry JOIN posting ON entry_id = entry.id JOIN account ON account.id = from_account
        WHERE entry.kind = 'settlement' AND account.kind = '{between}'
        UNION ALL
        SELECT entry_id, owner_id, -amount
        FROM entry JOIN posting ON entry_id = entry.id JOIN account ON account.id = to_account
        WHERE entry.kind = 'settlement' AND account.kind = '{between}'
    ), both_sides AS (
        SELECT entry_id, store_id, owed, 0 AS paid FROM lines
        UNION ALL
        SELECT entry_id, store_id, 0, paid FROM moved
    )
    SELECT 'settled' AS what, entry_id AS subject, NULL AS account,
           sum(owed) AS wanted, sum(paid) AS found
    FROM both_sides GROUP BY entry_id, store_id HAVING sum(owed) <> sum(paid)
    """,
    parts=_PARTS,
)

CLEARING_PERIODS = Question(
    "clearing_periods",
    counts="clearing",
    finds="""
    SELECT 'follows' AS what, NULL AS subject, NULL AS account,
           clearing.number AS wanted, coalesce(before.number, 0) + 1 AS found
    FROM clearing LEFT JOIN clearing AS before
         ON before.number = clearing.number - 1 AND before.until_on = clearing.from_on
    WHERE clearing.number > 1 AND before.number IS NULL
    """,
)

QUESTIONS = (LIABILITY, HELD, CLEARING_ENTRIES, CLEARING_PERIODS)
