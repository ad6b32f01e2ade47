"""What staff took off bills by hand, and off orders that were not paid yet.

    voided(read, question, Dimension.STAFF)    # staff:…: 3 lines, 1 order, 74.00 at list price

Who settled a bill answers for its discounts by hand. Who took a line off is told by the audit.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, distinct, func, literal_column, select

from regulars.domain.orders.voids import LINE_VOIDED, LIST_MINOR, ORDER_CANCELLED
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.report_members import by_clock
from regulars.storage.report_sales import COUNTED, ORDER, values_of
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.orders import order_adjustment, orders
from regulars.storage.tables.system import audit


class _ByHand(NamedTuple):
    staff: str
    bills: int
    amount_minor: int


class _Act(NamedTuple):
    actor: str
    action: str
    before: object


_OF_HAND = order_adjustment.c.source == literal_column(f"'{Source.MANUAL}'")
_BY_HAND: Statement[_ByHand] = Statement(
    select(
        ORDER.settled_by,
        func.count(distinct(ORDER.id)),
        total_of(order_adjustment.c.amount_minor),
    )
    .select_from(orders.join(order_adjustment, order_adjustment.c.order_id == ORDER.id))
    .where(COUNTED, _OF_HAND)
    .group_by(ORDER.settled_by),
    _ByHand,
)
_VOIDED: Statement[_Act] = Statement(
    select(audit.c.actor, audit.c.action, audit.c.before).where(
        audit.c.at >= bindparam("starts_at", type_=At()),
        audit.c.at < bindparam("ends_at", type_=At()),
        one_of(audit.c.store_id, "stores", Id()),
        audit.c.action.in_((LINE_VOIDED, ORDER_CANCELLED)),
    ),
    _Act,
)


def reduced_by_hand() -> ColumnElement[bool]:
    """Whether staff took something off a bill by hand."""
    return (
        select(order_adjustment.c.order_id)
        .where(order_adjustment.c.order_id == ORDER.id, _OF_HAND)
        .correlate(orders)
        .exists()
    )


def by_hand(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was taken off the bills in sales by hand, by who settled them."""
    return merged(
        {
            _key(row.staff, dimension): {
                Metric.HAND_DISCOUNTS: row.amount_minor,
                Metric.HAND_DISCOUNT_ORDERS: row.bills,
            }
        }
        for row in read.all(_BY_HAND, **values_of(question))
    )


def voided(read: Read, question: Question, dimension: Dimension) -> Counted:
    """Lines taken off and orders cancelled before they were paid, by who did it."""
    asked = [_VOIDED.ask(**values) for values in by_clock(question)]
    return merged(
        {
            _key(act.actor, dimension): {
                Metric.LINES_VOIDED: int(act.action == LINE_VOIDED),
                Metric.ORDERS_CANCELLED: int(act.action == ORDER_CANCELLED),
                Metric.VOIDED_MINOR: _worth(act.before),
            }
        }
        for acts in read.each(asked)
        for act in acts
    )


def _worth(before: object) -> int:
    worth = before.get(LIST_MINOR) if isinstance(before, dict) else None
    return worth if isinstance(worth, int) else 0


def _key(staff: str, dimension: Dimension) -> str:
    return staff if dimension is Dimension.STAFF else ""
