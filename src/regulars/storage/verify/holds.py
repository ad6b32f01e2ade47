"""The checks of stored value: holds, refunds of top-ups, transfers, re-activations.

王芳 has two open holds, 18.00 and 5.00: her held balance is 23.00, each hold has its entry, and
none is open a day after its time. Of her top-up of 300.00 no more than 300.00 went back.
"""

from regulars.domain.ledger.accounts import HELD_KINDS
from regulars.storage.verify.report import Question

_HELD_KINDS = ", ".join(f"'{kind.value}'" for kind in sorted(HELD_KINDS.values()))
_OPEN = """
    SELECT value_hold.* FROM value_hold
    WHERE NOT EXISTS (SELECT 1 FROM value_hold_end WHERE hold_id = value_hold.id)
"""
_PARTS = {"held_kinds": _HELD_KINDS, "open": _OPEN}

HELD = Question(
    "held_value",
    counts="value_hold",
    finds="""
    WITH kept AS (
        SELECT member_id, 'principal.held' AS kind, principal_minor AS amount
        FROM ({open}) AS open_holds
        UNION ALL
        SELECT member_id, 'bonus.held', bonus_minor FROM ({open}) AS open_holds
        UNION ALL
        SELECT member_id, 'points.held', points FROM ({open}) AS open_holds
    ),
    sums AS (SELECT member_id, kind, sum(amount) AS total FROM kept GROUP BY member_id, kind)
    SELECT 'held_balance' AS what, owner_id AS subject, id AS account,
           coalesce(total, 0) AS wanted, balance AS found
    FROM account LEFT JOIN sums ON member_id = owner_id AND sums.kind = account.kind
    WHERE account.kind IN ({held_kinds}) AND balance <> coalesce(total, 0)
    UNION ALL
    SELECT 'held_nowhere', member_id, NULL, total, 0 FROM sums
    WHERE total > 0 AND NOT EXISTS (
        SELECT 1 FROM account WHERE owner_id = member_id AND account.kind = sums.kind)
    """,
    parts=_PARTS,
)

HOLDS = Question(
    "holds",
    counts="value_hold",
    finds="""
    SELECT 'hold_of_no_entry' AS what, id AS subject, NULL AS account, 1 AS wanted, 0 AS found
    FROM value_hold
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_id AND kind = 'hold')
    UNION ALL
    SELECT 'end_of_no_entry', hold_id, NULL, 1, 0 FROM value_hold_end
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_id AND kind = 'hold_end')
    UNION ALL
    SELECT 'posted', id, NULL, principal_minor + bonus_minor + points,
           posted_principal_minor + posted_bonus_minor + posted_points
    FROM value_hold JOIN value_hold_end ON hold_id = id
    WHERE posted_principal_minor > principal_minor OR posted_bonus_minor > bonus_minor
       OR posted_points > points
    UNION ALL
    SELECT 'entry_of_no_hold', id, NULL, 1, 0 FROM entry
    WHERE (kind = 'hold' AND NOT EXISTS (SELECT 1 FROM value_hold WHERE entry_id = entry.id))
       OR (kind = 'hold_end'
           AND NOT EXISTS (SELECT 1 FROM value_hold_end WHERE entry_id = entry.id))
    UNION ALL
    SELECT 'not_listed_open', id, NULL, 1, 0 FROM ({open}) AS open_holds
    WHERE NOT EXISTS (SELECT 1 FROM value_hold_open WHERE hold_id = id)
    UNION ALL
    SELECT 'listed_open', hold_id, NULL, 0, 1 FROM value_hold_open
    WHERE EXISTS (SELECT 1 FROM value_hold_end WHERE hold_id = value_hold_open.hold_id)
    UNION ALL
    SELECT 'overdue', hold_id, NULL, 0, 1 FROM value_hold_open
    WHERE expires_at < (SELECT recorded_at FROM entry ORDER BY id DESC LIMIT 1) - {day}
    """,
    parts={**_PARTS, "day": str(86_400 * 1_000_000)},
)

TOP_UP_REFUNDS = Question(
    "top_up_refunds",
    counts="top_up_refund",
    finds="""
    WITH gone AS (
        SELECT top_up_id, sum(principal_minor) AS principal, sum(bonus_forfeited_minor) AS bonus,
               sum(points_taken_back) AS points
        FROM top_up_refund GROUP BY top_up_id
    )
    SELECT 'refunded' AS what, top_up.id AS subject, NULL AS account,
           principal_minor AS wanted, principal AS found
    FROM gone JOIN top_up ON top_up.id = top_up_id
    WHERE principal > principal_minor OR bonus > bonus_minor OR gone.points > top_up.points
    UNION ALL
    SELECT 'refund_entry', top_up_refund.id, NULL, top_up_refund.principal_minor,
           coalesce(sum(amount), 0)
    FROM top_up_refund LEFT JOIN posting ON posting.entry_id = top_up_refund.entry_id
         AND to_account IN (SELECT id FROM account WHERE kind IN ('outside.cash',
                                                                  'outside.external'))
    GROUP BY top_up_refund.id, top_up_refund.principal_minor
    HAVING top_up_refund.principal_minor <> coalesce(sum(amount), 0)
    UNION ALL
    SELECT 'entry_of_no_refund', id, NULL, 1, 0 FROM entry
    WHERE kind = 'top_up_refund'
      AND NOT EXISTS (SELECT 1 FROM top_up_refund WHERE entry_id = entry.id)
    """,
)

MOVED = Question(
    "moved_value",
    counts="value_transfer",
    finds="""
    WITH moved AS (
        SELECT value_transfer.id AS transfer_id,
               sum(CASE WHEN owner_id = from_member_id AND account.id = from_account
                        THEN amount ELSE 0 END) AS left_giver,
               sum(CASE WHEN owner_id = to_member_id AND account.id = to_account
                        THEN amount ELSE 0 END) AS reached_taker
        FROM value_transfer
             LEFT JOIN entry ON subject_id = value_transfer.id AND entry.kind = 'transfer'
             LEFT JOIN posting ON posting.entry_id = entry.id
             LEFT JOIN account ON account.id IN (from_account, to_account) AND cached
        GROUP BY value_transfer.id
    )
    SELECT 'transfer' AS what, id AS subject, NULL AS account,
           principal_minor + bonus_minor AS wanted, coalesce(left_giver, 0) AS found
    FROM value_transfer JOIN moved ON transfer_id = id
    WHERE principal_minor + bonus_minor <> coalesce(left_giver, 0)
       OR principal_minor + bonus_minor <> coalesce(reached_taker, 0)
    UNION ALL
    SELECT 'reactivated', value_reactivation.lot_id, NULL,
           coalesce(sum(lot_use.amount), 0), principal_minor
    FROM value_reactivation
         LEFT JOIN lot_use ON lot_use.lot_id = value_reactivation.lot_id AND kind = 'expire'
    GROUP BY value_reactivation.lot_id, principal_minor
    HAVING principal_minor > coalesce(sum(lot_use.amount), 0)
    UNION ALL
    SELECT 'reactivated_by_no_entry', lot_id, NULL, 1, 0 FROM value_reactivation
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_id AND kind = 'reactivate')
    """,
)

QUESTIONS = (HELD, HOLDS, TOP_UP_REFUNDS, MOVED)
