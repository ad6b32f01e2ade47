"""The check of limits: what is counted as used is what orders took and have not given back.

"First 100 cups" says 99 used: there are 99 orders that took one each, paid or kept just now.
"""

from regulars.storage.verify.report import Question

_TAKEN = """
    SELECT offer_id, scope, period, sum(uses) AS uses, sum(amount_minor) AS minor
    FROM limit_take WHERE state <> 'returned' GROUP BY offer_id, scope, period
"""
_COUNTED = """
    limit_use LEFT JOIN taken ON taken.offer_id = limit_use.offer_id
        AND taken.scope = limit_use.scope AND taken.period = limit_use.period
"""

LIMITS = Question(
    "limits",
    counts="limit_use",
    finds="""
    WITH taken AS ({taken})
    SELECT 'limit_uses' AS what, limit_use.offer_id AS subject, NULL AS account,
           coalesce(uses, 0) AS wanted, used AS found
    FROM {counted} WHERE used <> coalesce(uses, 0)
    UNION ALL
    SELECT 'limit_money', limit_use.offer_id, NULL, coalesce(minor, 0), used_minor
    FROM {counted} WHERE used_minor <> coalesce(minor, 0)
    UNION ALL
    SELECT 'limit_not_counted', offer_id, NULL, 1, 0 FROM taken
    WHERE NOT EXISTS (
        SELECT 1 FROM limit_use
        WHERE limit_use.offer_id = taken.offer_id AND limit_use.scope = taken.scope
          AND limit_use.period = taken.period)
    UNION ALL
    SELECT 'kept_without_hold', order_id, NULL, 1, 0 FROM limit_take
    WHERE state = 'held' AND NOT EXISTS (
        SELECT 1 FROM order_hold
        WHERE order_hold.order_id = limit_take.order_id AND order_hold.state = 'held')
    UNION ALL
    SELECT 'taken_without_sale', order_id, NULL, 1, 0 FROM limit_take
    WHERE state = 'posted' AND NOT EXISTS (
        SELECT 1 FROM orders
        WHERE orders.id = limit_take.order_id AND orders.state IN ('paid', 'part_refunded'))
      AND NOT EXISTS (SELECT 1 FROM programme WHERE programme.id = limit_take.offer_id)
      AND NOT EXISTS (SELECT 1 FROM top_up WHERE top_up.id = limit_take.order_id)
      AND NOT EXISTS (SELECT 1 FROM top_up_refund WHERE top_up_refund.id = limit_take.order_id)
      AND NOT EXISTS (SELECT 1 FROM group_seat WHERE group_seat.id = limit_take.order_id)
      AND NOT EXISTS (SELECT 1 FROM member_pass WHERE member_pass.id = limit_take.order_id)
    """,
    parts={"taken": _TAKEN, "counted": _COUNTED},
)

QUESTIONS = (LIMITS,)
