"""The checks of passes: uses and money of each, against its own rows and the ledger.

A pass of ten says that three are used and 105.00 are owed: its rows of uses sum to three, seven lie
in its lot, and the 105.00 are the price without what those uses earned.
"""

from regulars.storage.verify.report import Question

_USED = """
    SELECT pass_id, sum(uses) AS uses, sum(value_minor) AS earned FROM pass_use GROUP BY pass_id
"""
_LEFT = """
    SELECT pass_id, sum(amount_minor) AS amount FROM pass_event GROUP BY pass_id
"""

PASSES = Question(
    "passes",
    counts="member_pass",
    finds="""
    WITH used AS ({used}), gone AS ({left})
    SELECT 'pass_uses' AS what, id AS subject, NULL AS account, used AS wanted,
           coalesce(used.uses, 0) AS found
    FROM member_pass LEFT JOIN used ON used.pass_id = id
    WHERE member_pass.used <> coalesce(used.uses, 0)
    UNION ALL
    SELECT 'pass_money', id, NULL,
           price_minor - coalesce(earned, 0) - coalesce(amount, 0), deferred_minor
    FROM member_pass LEFT JOIN used ON used.pass_id = id LEFT JOIN gone ON gone.pass_id = id
    WHERE price_minor - coalesce(earned, 0) - coalesce(amount, 0) <> deferred_minor
    UNION ALL
    SELECT 'pass_lot', member_pass.id, NULL,
           CASE WHEN member_pass.state IN ('active', 'frozen')
                THEN member_pass.uses - member_pass.used ELSE 0 END,
           coalesce(remaining, -1)
    FROM member_pass LEFT JOIN lot ON lot.id = lot_id
    WHERE coalesce(remaining, -1) <> CASE WHEN member_pass.state IN ('active', 'frozen')
        THEN member_pass.uses - member_pass.used ELSE 0 END
    UNION ALL
    SELECT 'pass_owner', member_pass.id, NULL, 1, 0
    FROM member_pass JOIN lot ON lot.id = lot_id JOIN account ON account.id = account_id
    WHERE owner_id <> member_id OR account.unit <> member_pass.unit
    """,
    parts={"used": _USED, "left": _LEFT},
)

DEFERRED = Question(
    "passes_deferred",
    counts="account WHERE kind = 'pass.deferred'",
    finds="""
    WITH owed AS (
        SELECT store_id, sum(deferred_minor) AS owed FROM member_pass GROUP BY store_id
    ), booked AS (
        SELECT holder, sum(change) AS booked FROM (
            SELECT to_account AS holder, amount AS change FROM posting
            JOIN account ON account.id = to_account WHERE account.kind = 'pass.deferred'
            UNION ALL
            SELECT from_account, -amount FROM posting
            JOIN account ON account.id = from_account WHERE account.kind = 'pass.deferred'
        ) AS sides GROUP BY holder
    )
    SELECT 'passes_owed' AS what, owner_id AS subject, account.id AS account,
           coalesce(owed, 0) AS wanted, coalesce(booked, 0) AS found
    FROM account LEFT JOIN owed ON store_id = owner_id LEFT JOIN booked ON holder = account.id
    WHERE account.kind = 'pass.deferred' AND coalesce(owed, 0) <> coalesce(booked, 0)
    """,
)

USES = Question(
    "pass_entries",
    counts="pass_use",
    finds="""
    WITH moved AS (
        SELECT entry.id AS entry_id, entry.subject_id AS pass_id, entry.kind AS kind,
               sum(CASE WHEN unit LIKE 'PASS.%' THEN amount ELSE 0 END) AS uses,
               sum(CASE WHEN unit LIKE 'PASS.%' THEN 0 ELSE amount END) AS money
        FROM entry JOIN posting ON posting.entry_id = entry.id
        WHERE entry.kind IN ('pass_use', 'pass_back')
        GROUP BY entry.id, entry.subject_id, entry.kind
    )
    SELECT 'pass_use_entry' AS what, pass_use.id AS subject, NULL AS account,
           abs(pass_use.uses) AS wanted, coalesce(moved.uses, 0) AS found
    FROM pass_use LEFT JOIN moved
         ON moved.entry_id = pass_use.entry_id AND moved.pass_id = pass_use.pass_id
    WHERE abs(pass_use.uses) <> coalesce(moved.uses, 0)
       OR abs(value_minor) <> coalesce(moved.money, 0)
    UNION ALL
    SELECT 'entry_without_use', entry_id, NULL, 1, 0 FROM moved
    WHERE kind = 'pass_use'
      AND NOT EXISTS (SELECT 1 FROM pass_use WHERE pass_use.entry_id = moved.entry_id)
    UNION ALL
    SELECT 'undone_otherwise', pass_use.id, NULL, -origin.uses, pass_use.uses
    FROM pass_use JOIN pass_use AS origin ON origin.id = pass_use.undoes
    WHERE pass_use.uses <> -origin.uses OR pass_use.value_minor <> -origin.value_minor
       OR pass_use.pass_id <> origin.pass_id
    """,
)

QUESTIONS = (PASSES, DEFERRED, USES)
