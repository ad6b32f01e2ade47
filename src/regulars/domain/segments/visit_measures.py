"""Measures of visits: how often, how long ago, how much, where and how.

A visit is a paid order that was not given back whole, as in the member's own figures. The day of
the last visit stays the day she came, also where that order was given back later.
"""

from collections.abc import Callable, Sequence

from regulars.domain.kernel.condition import Known
from regulars.domain.segments.kinds import (
    DAYS,
    NOTHING,
    ORDERS,
    PLACES,
    Course,
    Measure,
    MeasureKind,
    Result,
    Unit,
    age,
    constant,
    orders_of,
    windowed,
)
from regulars.domain.segments.member_state import Ground, MemberState, OrderSeen

Orders = Sequence[OrderSeen]


def _days_back(measure: Measure) -> int:
    return measure.whole("days")


def _over(
    value: Callable[[Orders], Known],
) -> Callable[[Measure, MemberState, Ground], Course]:
    def course(measure: Measure, state: MemberState, ground: Ground) -> Course:
        return windowed(orders_of(measure, state, ground), measure.days(), value)

    return course


def _spent(orders: Orders) -> Known:
    return sum(order.net_minor for order in orders)


def _most(orders: Orders) -> Known:
    return max((order.net_minor for order in orders), default=None)


def _least(orders: Orders) -> Known:
    return min((order.net_minor for order in orders), default=None)


def _average(orders: Orders) -> Known:
    return sum(order.net_minor for order in orders) // len(orders) if orders else None


def _channels(orders: Orders) -> Known:
    return frozenset(order.channel for order in orders)


def _lately(
    name: str,
    value: Callable[[Orders], Known],
    *,
    unit: Unit = Unit.TIMES,
    result: Result = Result.NUMBER,
    falls: bool = True,
) -> MeasureKind:
    return MeasureKind(
        name=name,
        result=result,
        unit=unit,
        timed=True,
        falls=falls,
        parts=ORDERS,
        back=_days_back,
        arguments=(DAYS, *PLACES),
        alternatives=("store", "region"),
        course=_over(value),
    )


KINDS = (
    MeasureKind(
        name="visits",
        result=Result.NUMBER,
        parts=NOTHING,
        course=lambda _, state, __: constant(state.visits),
    ),
    MeasureKind(
        name="spent",
        result=Result.NUMBER,
        unit=Unit.MINOR,
        course=lambda _, state, __: constant(state.spent_minor),
    ),
    MeasureKind(
        name="days_since_visit",
        result=Result.NUMBER,
        unit=Unit.DAYS,
        timed=True,
        course=lambda _, state, __: age(state.last_visit_at),
    ),
    MeasureKind(
        name="days_since_first_visit",
        result=Result.NUMBER,
        unit=Unit.DAYS,
        timed=True,
        course=lambda _, state, __: age(state.first_visit_at),
    ),
    _lately("visits_in", len),
    _lately("spent_in", _spent, unit=Unit.MINOR),
    _lately("ticket_max_in", _most, unit=Unit.MINOR),
    _lately("ticket_min_in", _least, unit=Unit.MINOR, falls=False),
    _lately("ticket_avg_in", _average, unit=Unit.MINOR, falls=False),
    _lately("stores_in", lambda orders: len({order.store_id for order in orders})),
    _lately("channel_in", _channels, result=Result.WORDS),
)
