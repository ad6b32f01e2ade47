"""The checks of groups of buyers: seats counted again, and where the money of each lies.

A group of three says that it is full: it has three seats, each of them was paid once, is sold once
and gave one coupon; of a group that is over, every seat is back or still owed.
"""

from regulars.storage.verify.report import Question

_SEATS = """
    SELECT group_id, count(*) AS seats,
           sum(CASE WHEN state IN ('filled', 'refunded') THEN 1 ELSE 0 END) AS filled,
           sum(CASE WHEN state = 'taken' THEN 1 ELSE 0 END) AS waiting
    FROM group_seat GROUP BY group_id
"""

GROUPS = Question(
    "groups",
    counts="buying_group",
    finds="""
    WITH counted AS ({seats})
    SELECT 'group_seats' AS what, id AS subject, NULL AS account,
           seats_taken AS wanted, coalesce(counted.seats, 0) AS found
    FROM buying_group LEFT JOIN counted ON group_id = id
    WHERE seats_taken <> coalesce(counted.seats, 0)
    UNION ALL
    SELECT 'group_filled', id, NULL,
           CASE WHEN state = 'filled' THEN buying_group.seats ELSE 0 END, coalesce(filled, 0)
    FROM buying_group LEFT JOIN counted ON group_id = id
    WHERE coalesce(filled, 0) <> CASE WHEN state = 'filled' THEN buying_group.seats ELSE 0 END
    UNION ALL
    SELECT 'group_waiting', id, NULL,
           CASE WHEN state = 'open' THEN seats_taken ELSE 0 END, coalesce(waiting, 0)
    FROM buying_group LEFT JOIN counted ON group_id = id
    WHERE coalesce(waiting, 0) <> CASE WHEN state = 'open' THEN seats_taken ELSE 0 END
    UNION ALL
    SELECT 'seat_without_coupon', id, NULL, 1, 0 FROM group_seat
    WHERE state = 'filled' AND NOT EXISTS (
        SELECT 1 FROM coupon
        WHERE coupon.id = coupon_id AND issued_at = group_seat.closed_at)
    UNION ALL
    SELECT 'refunded_with_coupon', group_seat.id, NULL, 0, 1
    FROM group_seat LEFT JOIN coupon ON coupon.id = coupon_id
    WHERE group_seat.state = 'refunded' AND coalesce(coupon.state, 'none') <> 'void'
    """,
    parts={"seats": _SEATS},
)

DEPOSITS = Question(
    "group_deposits",
    counts="account WHERE kind = 'deposits'",
    finds="""
    WITH kept AS (
        SELECT store_id, sum(amount_minor) AS kept FROM group_seat
        WHERE tender <> 'stored_value' AND state IN ('taken', 'refund_due') GROUP BY store_id
    ), booked AS (
        SELECT holder, sum(change) AS booked FROM (
            SELECT to_account AS holder, amount AS change
            FROM posting JOIN entry ON entry.id = entry_id JOIN account ON account.id = to_account
            WHERE entry.kind = 'group' AND account.kind = 'deposits'
            UNION ALL
            SELECT from_account, -amount
            FROM posting JOIN entry ON entry.id = entry_id JOIN account ON account.id = from_account
            WHERE entry.kind = 'group' AND account.kind = 'deposits'
        ) AS sides GROUP BY holder
    )
    SELECT 'seats_deposited' AS what, owner_id AS subject, account.id AS account,
           coalesce(kept, 0) AS wanted, coalesce(booked, 0) AS found
    FROM account LEFT JOIN kept ON store_id = owner_id LEFT JOIN booked ON holder = account.id
    WHERE account.kind = 'deposits' AND coalesce(kept, 0) <> coalesce(booked, 0)
    """,
)

_MOVED = """
    SELECT entry.subject_id AS seat_id, count(*) AS entries, sum(amount) AS amount
    FROM entry JOIN posting ON posting.entry_id = entry.id
         JOIN account ON account.id = {side}
    WHERE entry.kind = 'group' AND account.kind IN ({kinds})
    GROUP BY entry.subject_id
"""

SEATS = Question(
    "group_entries",
    counts="group_seat",
    finds="""
    WITH paid AS ({paid}), sold AS ({sold}), back AS ({back})
    SELECT 'seat_paid' AS what, id AS subject, NULL AS account,
           amount_minor AS wanted, coalesce(paid.amount, 0) AS found
    FROM group_seat LEFT JOIN paid ON seat_id = id
    WHERE tender <> 'stored_value' AND amount_minor <> coalesce(paid.amount, 0)
    UNION ALL
    SELECT 'seat_sold', id, NULL,
           CASE WHEN state IN ('filled', 'refunded') THEN amount_minor ELSE 0 END,
           coalesce(sold.amount, 0)
    FROM group_seat LEFT JOIN sold ON seat_id = id
    WHERE tender <> 'stored_value' AND coalesce(sold.amount, 0)
          <> CASE WHEN state IN ('filled', 'refunded') THEN amount_minor ELSE 0 END
    UNION ALL
    SELECT 'seat_refunded', id, NULL,
           CASE WHEN state = 'refunded' THEN amount_minor ELSE 0 END, coalesce(back.amount, 0)
    FROM group_seat LEFT JOIN back ON seat_id = id
    WHERE coalesce(back.amount, 0) <> CASE WHEN state = 'refunded' THEN amount_minor ELSE 0 END
    UNION ALL
    SELECT 'seat_held', group_seat.id, NULL, 1, 0
    FROM group_seat LEFT JOIN value_hold ON value_hold.id = group_seat.hold_id
         LEFT JOIN value_hold_end ON value_hold_end.hold_id = group_seat.hold_id
    WHERE tender = 'stored_value' AND (
        value_hold.id IS NULL OR value_hold.member_id <> group_seat.member_id
        OR principal_minor + bonus_minor <> amount_minor
        OR (group_seat.state = 'taken') <> (value_hold_end.hold_id IS NULL)
        OR (group_seat.state IN ('filled', 'refunded')) <> coalesce(outcome = 'posted', 1 = 0))
    """,
    parts={
        "paid": _MOVED.format(side="to_account", kinds="'deposits'"),
        "sold": _MOVED.format(side="to_account", kinds="'sales'"),
        "back": _MOVED.format(side="from_account", kinds="'sales', 'bonus.used'"),
    },
)

QUESTIONS = (GROUPS, DEPOSITS, SEATS)
