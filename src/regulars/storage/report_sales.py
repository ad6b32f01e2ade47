"""Bills, refunds, guests and money paid in, counted by the database.

    sold(read, question, Dimension.DAY)   # 2026-05-12: 214 orders, 5,120.00, 96 of members

A bill counts by its business day once it is paid; what was given back counts by the day on which it
was given back. Hours are told by the clock of each store, also on the day when clocks change.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    distinct,
    func,
    literal_column,
    or_,
    select,
)

from regulars.domain.insights.affinity import daypart_of
from regulars.domain.kernel.period import Instant
from regulars.domain.reports.answer import Counted, Key, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question, stretches_of
from regulars.domain.reports.registry import Dimension
from regulars.storage.columns import At, Day, Flag, Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.orders import orders, payment, refund, top_up

# What a report is divided by: columns of several types stand in one mapping.
Column = ColumnElement[date] | ColumnElement[UUID] | ColumnElement[str]
ORDER = orders.c
_SOLD_STATES = ("paid", "part_refunded", "refunded")
_MINUTES_OF_DAY, _MINUTES_OF_HOUR, _MICROSECONDS_OF_MINUTE = 1_440, 60, 60_000_000
ONE, NOUGHT = literal_column("1", Whole()), literal_column("0", Whole())
NOBODY = literal_column("''", Words())

FROM_ON, UNTIL_ON = bindparam("from_on", type_=Day()), bindparam("until_on", type_=Day())
AS_OF = bindparam("as_of", type_=At())
OF_SOURCE = or_(
    bindparam("any_source", type_=Flag()), ORDER.source == bindparam("source", type_=Words())
)
# A bill that sales count: paid in these days, as far as known by then. Refunds do not undo it.
COUNTED = and_(
    one_of(ORDER.store_id, "stores", Id()),
    ORDER.business_day >= FROM_ON,
    ORDER.business_day < UNTIL_ON,
    ORDER.state.in_(_SOLD_STATES),
    ORDER.settled_at <= AS_OF,
    OF_SOURCE,
)
GIVEN_BACK = and_(
    one_of(payment.c.store_id, "stores", Id()),
    payment.c.refund_id.is_not(None),
    payment.c.business_day >= FROM_ON,
    payment.c.business_day < UNTIL_ON,
    payment.c.at <= AS_OF,
    OF_SOURCE,
)


def values_of(question: Question) -> dict[str, object]:
    """The stores, days, moment and source of a question as parameters."""
    return {
        "stores": question.stores,
        "from_on": question.days.from_on,
        "until_on": question.days.until_on,
        "as_of": question.as_of,
        "any_source": question.source is None,
        "source": question.source or "",
    }


def ones(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil a condition, as a sum."""
    return total_of(case((condition, ONE), else_=NOUGHT))


class _Sold(NamedTuple):
    key: date | UUID | str | int | None
    bills: int
    sales_minor: int
    discounts_minor: int
    member_orders: int


class _Refunded(NamedTuple):
    key: date | UUID | str | None
    refunds_minor: int
    orders: int
    times: int


class _Buyers(NamedTuple):
    key: date | UUID | str | None
    active: int
    returning: int
    repurchasing: int


class _ToppedUp(NamedTuple):
    key: date | UUID | str | None
    times: int
    principal_minor: int


_SOLD_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.DAY: ORDER.business_day,
    Dimension.STORE: ORDER.store_id,
    Dimension.SOURCE: ORDER.source,
    Dimension.STAFF: ORDER.settled_by,
}


def _summed(key: Column) -> Statement[_Sold]:
    return Statement(
        select(
            key,
            func.count(),
            total_of(ORDER.due_minor),
            total_of(ORDER.discount_minor),
            ones(ORDER.member_id.is_not(None)),
        )
        .where(COUNTED)
        .group_by(*([] if key is NOBODY else [key])),
        _Sold,
    )


_SOLD = {dimension: _summed(key) for dimension, key in _SOLD_BY.items()}


def _whole(part: ColumnElement[int], by: int) -> ColumnElement[int]:
    # Both engines drop the rest where both sides are whole; nothing here is below zero.
    divided = part.op("/", precedence=8, return_type=Whole())
    return divided(literal_column(str(by), Whole()))


def placed_by_hour(*columns: Column | ColumnElement[int]) -> Subquery:
    """The bills that sales count in one stretch of a clock: some columns, and `hour`."""
    cut = bindparam("cut_off_minutes", type_=Whole())
    wall = _whole(ORDER.settled_at, _MICROSECONDS_OF_MINUTE)
    since = select(
        (wall + bindparam("offset_minutes", type_=Whole()) - cut).label("minutes"),
        cut.label("cut_off"),
        *columns,
    ).where(
        COUNTED,
        ORDER.settled_at >= bindparam("from_at", type_=At()),
        ORDER.settled_at < bindparam("until_at", type_=At()),
    )
    timed = since.subquery("timed").c
    days = _whole(timed.minutes, _MINUTES_OF_DAY)
    of_day = timed.minutes - days * literal_column(str(_MINUTES_OF_DAY), Whole()) + timed.cut_off
    kept = [one for one in timed if one.name not in ("minutes", "cut_off")]
    return select(_whole(of_day, _MINUTES_OF_HOUR).label("hour"), *kept).subquery("placed")


def _hourly() -> Select[int, int, int, int, int]:
    placed = placed_by_hour(ORDER.due_minor, ORDER.discount_minor, ORDER.member_id)
    return select(
        placed.c.hour,
        func.count(),
        total_of(placed.c.due_minor),
        total_of(placed.c.discount_minor),
        ones(placed.c.member_id.is_not(None)),
    ).group_by(placed.c.hour)


_SOLD_AT_HOUR: Statement[_Sold] = Statement(_hourly(), _Sold)


def sold(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was sold, by day, hour, daypart, store, source or staff. Hours are those of the business
    day: 25 is one in the morning after it."""
    if dimension is Dimension.HOUR:
        return _told(_at_hours(read, question))
    if dimension is Dimension.DAYPART:
        rows = _at_hours(read, question)
        return _told([row._replace(key=_daypart(row.key)) for row in rows])
    return _told(read.all(_SOLD[dimension], **values_of(question)))


def _daypart(hour: object) -> str:
    return daypart_of(int(str(hour)) * _MINUTES_OF_HOUR).value


def stretched(question: Question) -> list[dict[str, object]]:
    """The parameters of a question for each stretch of each clock in which no clock changes."""
    return [
        {
            **values_of(question),
            "stores": stores,
            "cut_off_minutes": clock.cut_off_minutes,
            "offset_minutes": stretch.offset_minutes,
            "from_at": stretch.from_at,
            "until_at": stretch.until_at,
        }
        for clock, stores in question.clocks().items()
        for stretch in stretches_of(clock, question.days)
    ]


def _at_hours(read: Read, question: Question) -> list[_Sold]:
    asked = [_SOLD_AT_HOUR.ask(**values) for values in stretched(question)]
    return [row for rows in read.each(asked) for row in rows]


def _told(rows: list[_Sold]) -> Counted:
    return merged(
        {
            row.key: {
                Metric.ORDERS: row.bills,
                Metric.SALES: row.sales_minor,
                Metric.DISCOUNTS: row.discounts_minor,
                Metric.MEMBER_ORDERS: row.member_orders,
            }
        }
        for row in rows
    )


_REFUNDED_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.DAY: payment.c.business_day,
    Dimension.STORE: payment.c.store_id,
    Dimension.SOURCE: ORDER.source,
    Dimension.STAFF: refund.c.by,
}


def _given_back(key: Column) -> Statement[_Refunded]:
    return Statement(
        select(
            key,
            total_of(-payment.c.amount_minor),
            func.count(distinct(payment.c.order_id)),
            func.count(distinct(payment.c.refund_id)),
        )
        .select_from(
            payment.join(orders, ORDER.id == payment.c.order_id).join(
                refund, refund.c.id == payment.c.refund_id
            )
        )
        .where(GIVEN_BACK)
        .group_by(*([] if key is NOBODY else [key])),
        _Refunded,
    )


_REFUNDED = {dimension: _given_back(key) for dimension, key in _REFUNDED_BY.items()}


def refunded(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was given back, by the day of the refund; by staff: by who gave it back."""
    rows = read.all(_REFUNDED[dimension], **values_of(question))
    return {
        row.key: {
            Metric.REFUNDS: row.refunds_minor,
            Metric.REFUNDED_ORDERS: row.orders,
            Metric.REFUND_TIMES: row.times,
        }
        for row in rows
    }


_BUYERS_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.DAY: ORDER.business_day,
    Dimension.STORE: ORDER.store_id,
}
EARLIER = orders.alias("earlier")


def bought_before(
    member_id: ColumnElement[UUID],
    first_at: ColumnElement[Instant],
    *conditions: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Whether a member had paid a bill in the chosen stores before the first of these."""
    return (
        select(EARLIER.c.id)
        .where(
            *conditions,
            EARLIER.c.member_id == member_id,
            EARLIER.c.settled_at < first_at,
            EARLIER.c.state.in_(_SOLD_STATES),
            one_of(EARLIER.c.store_id, "stores", Id()),
        )
        .exists()
    )


def who_bought(*keys: Column) -> Select[*tuple[object, ...]]:
    """Members who bought, by some columns: on how many days, and when first."""
    bought: Select[*tuple[object, ...]] = (
        select(
            *keys,
            ORDER.member_id,
            func.count(distinct(ORDER.business_day)).label("days"),
            func.min(ORDER.settled_at, type_=At()).label("first_at"),
        )
        .where(COUNTED, ORDER.member_id.is_not(None))
        .group_by(*keys, ORDER.member_id)
    )
    return bought


def _buyers_by(dimension: Dimension) -> Statement[_Buyers]:
    key = _BUYERS_BY[dimension]
    bought = who_bought(*([] if key is NOBODY else [key])).subquery("bought")
    told = NOBODY if key is NOBODY else next(iter(bought.c))
    # A store's own guests: what she bought elsewhere makes her no regular here.
    own = [EARLIER.c.store_id == told] if dimension is Dimension.STORE else []
    return Statement(
        select(
            told,
            func.count(),
            ones(bought_before(bought.c.member_id, bought.c.first_at, *own)),
            ones(bought.c.days > ONE),
        ).group_by(*([] if key is NOBODY else [told])),
        _Buyers,
    )


_BUYERS = {dimension: _buyers_by(dimension) for dimension in _BUYERS_BY}


def buyers(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The members who bought, those who had bought before, and those who bought on several days."""
    rows = read.all(_BUYERS[dimension], **values_of(question))
    return {
        row.key: {
            Metric.MEMBERS_ACTIVE: row.active,
            Metric.MEMBERS_RETURNING: row.returning,
            Metric.MEMBERS_REPURCHASING: row.repurchasing,
        }
        for row in rows
    }


_TOPPED_UP_BY: Mapping[Dimension, Column] = {
    Dimension.ALL: NOBODY,
    Dimension.STORE: top_up.c.store_id,
    Dimension.STAFF: top_up.c.by,
}
_TOPPED_UP = {
    dimension: Statement(
        select(key, func.count(), total_of(top_up.c.principal_minor))
        .where(
            one_of(top_up.c.store_id, "stores", Id()),
            top_up.c.business_day >= FROM_ON,
            top_up.c.business_day < UNTIL_ON,
            top_up.c.at <= AS_OF,
        )
        .group_by(*([] if key is NOBODY else [key])),
        _ToppedUp,
    )
    for dimension, key in _TOPPED_UP_BY.items()
}


def topped_up(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What members paid in, by store or by who took it."""
    values = values_of(question)
    del values["any_source"], values["source"]
    rows = read.all(_TOPPED_UP[dimension], **values)
    found: dict[Key, dict[Metric, int]] = {
        row.key: {Metric.TOP_UPS: row.times, Metric.TOP_UPS_PRINCIPAL: row.principal_minor}
        for row in rows
    }
    return found
