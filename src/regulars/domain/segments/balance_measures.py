"""Measures of what a member owns, and of what of it ends soon.

"7天内到期的积分": of 320 points 40 end on 31 May, so from the business day of 24 May on, at her home
store, `points_expiring(days=7)` is 40. Coupons end at an instant, lots and passes with a day.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.kinds import (
    DAY,
    DAYS,
    Ahead,
    Argument,
    Course,
    Measure,
    MeasureKind,
    Part,
    Result,
    Sort,
    Unit,
    constant,
)
from regulars.domain.segments.member_state import CouponSeen, Ground, MemberState

_TYPE = Argument(name="type", sort=Sort.ID)
# The accounts of the ledger whose balances a measure adds up.
ACCOUNTS = {
    "points": ("points",),
    "growth": ("growth",),
    "principal": ("principal",),
    "bonus": ("bonus",),
    "stored_value": ("principal", "bonus"),
}
LOTS_OF = {"points_expiring": "points", "bonus_expiring": "bonus"}


class _Ending(NamedTuple):
    """So much that is over from a day on."""

    amount: int
    ends_on: date


def _held(measure: Measure, state: MemberState, _: Ground) -> Course:
    kinds = ACCOUNTS[measure.name]
    return constant(sum(state.balances.get(kind, 0) for kind in kinds))


def _balance(name: str, unit: Unit) -> MeasureKind:
    return MeasureKind(
        name=name,
        result=Result.NUMBER,
        unit=unit,
        parts=frozenset({Part.BALANCES}),
        course=_held,
    )


def _ending(ends: Sequence[_Ending], days: int, state: MemberState, ground: Ground) -> Course:
    """What is over within so many days, by the business day of the member's home store."""
    if not ends:
        return constant(0)
    home = ground.stores[state.home_store_id]

    def at(now: Instant) -> Known:
        today = home.day(now)
        return sum(one.amount for one in ends if today < one.ends_on <= today + days * DAY)

    def turns(_: Iterable[int], __: Ahead) -> Iterable[Instant]:
        return [home.begins(day) for one in ends for day in (one.ends_on - days * DAY, one.ends_on)]

    return Course(at, turns)


def _lots_ending(measure: Measure, state: MemberState, ground: Ground) -> Course:
    kind = LOTS_OF[measure.name]
    ends = [_Ending(lot.remaining, lot.expires_on) for lot in state.lots if lot.kind == kind]
    return _ending(ends, measure.whole("days"), state, ground)


def _expiring(name: str, unit: Unit) -> MeasureKind:
    return MeasureKind(
        name=name,
        result=Result.NUMBER,
        unit=unit,
        timed=True,
        by_day=True,
        parts=frozenset({Part.LOTS}),
        arguments=(DAYS,),
        course=_lots_ending,
    )


def _passes_ending(measure: Measure, state: MemberState, ground: Ground) -> Course:
    ends = [_Ending(1, one.ends_on) for one in state.passes]
    return _ending(ends, measure.whole("days"), state, ground)


def _coupons(
    holds: Callable[[CouponSeen, Instant, Measure], bool],
    turns_of: Callable[[CouponSeen, Measure], tuple[Instant, ...]],
) -> Callable[[Measure, MemberState, Ground], Course]:
    def course(measure: Measure, state: MemberState, _: Ground) -> Course:
        kind = measure.id("type")
        found = [one for one in state.coupons if kind in (None, one.type_id)]

        def at(now: Instant) -> Known:
            return sum(holds(one, now, measure) for one in found)

        def turns(_: Iterable[int], __: Ahead) -> Iterable[Instant]:
            return [turn for one in found for turn in turns_of(one, measure)]

        return Course(at, turns)

    return course


def _usable(one: CouponSeen, now: Instant, _: Measure) -> bool:
    return one.valid_from <= now < one.valid_until


def _ends_soon(one: CouponSeen, now: Instant, measure: Measure) -> bool:
    return one.valid_from <= now < one.valid_until <= now + measure.days()


def _uses_left(measure: Measure, state: MemberState, _: Ground) -> Course:
    kind = measure.id("type")
    return constant(sum(one.uses_left for one in state.passes if kind in (None, one.programme_id)))


KINDS = (
    _balance("points", Unit.POINTS),
    _balance("growth", Unit.POINTS),
    _balance("principal", Unit.MINOR),
    _balance("bonus", Unit.MINOR),
    _balance("stored_value", Unit.MINOR),
    _expiring("points_expiring", Unit.POINTS),
    _expiring("bonus_expiring", Unit.MINOR),
    MeasureKind(
        name="coupons_expiring",
        result=Result.NUMBER,
        unit=Unit.PIECES,
        timed=True,
        parts=frozenset({Part.COUPONS}),
        arguments=(_TYPE, DAYS),
        course=_coupons(
            _ends_soon,
            lambda one, measure: (
                one.valid_from,
                Instant(one.valid_until - measure.days()),
                one.valid_until,
            ),
        ),
    ),
    MeasureKind(
        name="holds_coupon",
        result=Result.NUMBER,
        unit=Unit.PIECES,
        timed=True,
        parts=frozenset({Part.COUPONS}),
        arguments=(_TYPE,),
        course=_coupons(_usable, lambda one, _: (one.valid_from, one.valid_until)),
    ),
    MeasureKind(
        name="pass_uses_left",
        result=Result.NUMBER,
        parts=frozenset({Part.PASSES}),
        arguments=(_TYPE,),
        course=_uses_left,
    ),
    MeasureKind(
        name="passes_expiring",
        result=Result.NUMBER,
        unit=Unit.PIECES,
        timed=True,
        by_day=True,
        parts=frozenset({Part.PASSES}),
        arguments=(DAYS,),
        course=_passes_ending,
    ),
)
