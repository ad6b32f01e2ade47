"""What bills were paid with, and what was given back and paid in, by tender.

    tendered(read, question, Dimension.TENDER)   # cash: 3,120.00 on 96 bills, …

What was taken counts by the bill's own day, so that all tenders together are its sales.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    distinct,
    func,
    literal_column,
    or_,
    select,
)

from regulars.domain.pricing.quote_parts import Source
from regulars.domain.reports.answer import Counted, Key, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.domain.reports.takings import PaidBy, Taking
from regulars.storage import report_sales
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Read
from regulars.storage.report_sales import (
    AS_OF,
    COUNTED,
    FROM_ON,
    GIVEN_BACK,
    NOUGHT,
    ORDER,
    UNTIL_ON,
    ones,
    values_of,
)
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.orders import order_adjustment, orders, payment, top_up

# Change is a row of its own beside the cash that it was taken off.
_CHANGE = "change"
_STORED = "stored_value"


class _Paid(NamedTuple):
    store_id: UUID
    day: date
    kind: str
    amount_minor: int
    principal_minor: int
    bonus_minor: int
    bills: int
    principal_bills: int
    bonus_bills: int


class _Points(NamedTuple):
    store_id: UUID
    day: date
    bills: int
    amount_minor: int


class _PaidIn(NamedTuple):
    store_id: UUID
    day: date
    tender: str
    times: int
    principal_minor: int


def _paid(
    store_id: ColumnElement[UUID], day: ColumnElement[date], condition: ColumnElement[bool]
) -> Statement[_Paid]:
    row = payment.c
    return Statement(
        select(
            store_id,
            day,
            row.kind,
            total_of(row.amount_minor),
            total_of(row.principal_minor),
            total_of(row.bonus_minor),
            func.count(distinct(row.order_id)),
            ones(row.principal_minor != NOUGHT),
            ones(row.bonus_minor != NOUGHT),
        )
        .select_from(payment.join(orders, ORDER.id == row.order_id))
        .where(condition)
        .group_by(store_id, day, row.kind),
        _Paid,
    )


_TENDERED = _paid(ORDER.store_id, ORDER.business_day, and_(COUNTED, payment.c.refund_id.is_(None)))
_TENDERED_BACK = _paid(payment.c.store_id, payment.c.business_day, GIVEN_BACK)
_BY_POINTS = order_adjustment.c.source == literal_column(f"'{Source.POINTS}'")
_POINTS: Statement[_Points] = Statement(
    select(
        ORDER.store_id,
        ORDER.business_day,
        func.count(distinct(ORDER.id)),
        total_of(order_adjustment.c.amount_minor),
    )
    .select_from(orders.join(order_adjustment, order_adjustment.c.order_id == ORDER.id))
    .where(COUNTED, _BY_POINTS)
    .group_by(ORDER.store_id, ORDER.business_day),
    _Points,
)


def taking_key(dimension: Dimension, day: date, store_id: UUID, paid_by: PaidBy) -> Key:
    """The row of a report of takings that a store, a day and a tender belong to."""
    return Taking(day, store_id, paid_by) if dimension is Dimension.TAKING else paid_by


class _Part(NamedTuple):
    """What one tender of one store and day came to."""

    paid_by: PaidBy
    amount_minor: int
    bills: int


def _parts(row: _Paid) -> Iterator[_Part]:
    if row.kind == _STORED:
        yield _Part(PaidBy.PRINCIPAL, row.principal_minor, row.principal_bills)
        yield _Part(PaidBy.BONUS, row.bonus_minor, row.bonus_bills)
    elif row.kind == _CHANGE:
        yield _Part(PaidBy.CASH, row.amount_minor, 0)
    else:
        yield _Part(PaidBy(row.kind), row.amount_minor, row.bills)


def tendered(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What the bills in sales were paid with, and what points took off them."""
    values = values_of(question)
    paid, pointed = read.group(_TENDERED.ask(**values), _POINTS.ask(**values))
    told: list[Counted] = [
        {
            taking_key(dimension, row.day, row.store_id, part.paid_by): {
                Metric.TAKEN: part.amount_minor,
                Metric.TENDER_ORDERS: part.bills,
            }
        }
        for row in paid
        for part in _parts(row)
    ]
    told += [
        {
            taking_key(dimension, row.day, row.store_id, PaidBy.POINTS): {
                Metric.POINTS_MONEY: row.amount_minor,
                Metric.TENDER_ORDERS: row.bills,
            }
        }
        for row in pointed
    ]
    return _without_nothing(merged(told))


def tendered_back(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was given back with each tender, by the day of the refund."""
    rows = read.all(_TENDERED_BACK, **values_of(question))
    return _without_nothing(
        merged(
            {
                taking_key(dimension, row.day, row.store_id, part.paid_by): {
                    Metric.GIVEN_BACK: -part.amount_minor
                }
            }
            for row in rows
            for part in _parts(row)
        )
    )


def _without_nothing(counted: Counted) -> Counted:
    """No row of a tender that was not used: a bill may take principal alone."""
    return {key: row for key, row in counted.items() if any(row.values())}


_TOPPED_UP: Statement[_PaidIn] = Statement(
    select(
        top_up.c.store_id,
        top_up.c.business_day,
        top_up.c.tender,
        func.count(),
        total_of(top_up.c.principal_minor),
    )
    .where(
        one_of(top_up.c.store_id, "stores", Id()),
        top_up.c.business_day >= FROM_ON,
        top_up.c.business_day < UNTIL_ON,
        top_up.c.at <= AS_OF,
    )
    .group_by(top_up.c.store_id, top_up.c.business_day, top_up.c.tender),
    _PaidIn,
)


def topped_up(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What members paid in: by what they paid with, or as the other reports part it."""
    if dimension not in (Dimension.TENDER, Dimension.TAKING):
        return report_sales.topped_up(read, question, dimension)
    return merged(
        {
            taking_key(dimension, row.day, row.store_id, PaidBy(row.tender)): {
                Metric.TOP_UPS: row.times,
                Metric.TOP_UPS_PRINCIPAL: row.principal_minor,
            }
        }
        for row in read.all(_TOPPED_UP, **of_days(question))
    )


def of_days(question: Question) -> dict[str, object]:
    """The stores, days and moment of a question as parameters."""
    values = values_of(question)
    return {name: values[name] for name in ("stores", "from_on", "until_on", "as_of")}


def paid_with(paid_by: ColumnElement[str], anyhow: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a payment, as a row, is of a tender."""
    row = payment.c
    return or_(
        anyhow,
        row.kind == paid_by,
        and_(paid_by == _word(PaidBy.PRINCIPAL), row.principal_minor != NOUGHT),
        and_(paid_by == _word(PaidBy.BONUS), row.bonus_minor != NOUGHT),
    )


def paid_by_points(paid_by: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether points took something off a bill, and points are asked for."""
    used = (
        select(order_adjustment.c.order_id)
        .where(order_adjustment.c.order_id == ORDER.id, _BY_POINTS)
        .correlate(orders)
        .exists()
    )
    return and_(paid_by == _word(PaidBy.POINTS), used)


def _word(paid_by: PaidBy) -> ColumnElement[str]:
    return literal_column(f"'{paid_by}'", Words())
