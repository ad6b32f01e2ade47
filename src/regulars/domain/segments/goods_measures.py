"""Measures of what was bought, and of how a member's buying goes: rhythm, stop, return, sequence.

每周都点辣味菜品: `regularly(tag=辣,n=4,of=4,period=week)` cuts the last 28 days into four weeks and
counts in how many of them something spicy was bought.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import timedelta

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.kinds import (
    DAY,
    DAYS,
    DAYS_MAX,
    EVER,
    GOODS,
    GOODS_NAMES,
    LINES,
    MOMENT,
    Ahead,
    Argument,
    Course,
    Measure,
    MeasureKind,
    Result,
    Sort,
    Unit,
    age,
    constant,
    edges,
    goods_of_step,
    lately,
    numbers_of,
    orders_of,
    windowed,
)
from regulars.domain.segments.member_state import Bought, Ground, MemberState, Sought

PERIODS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}
PERIODS_MAX = 52


def _back(measure: Measure) -> int:
    return measure.whole("days") or EVER


def _bought(measure: Measure, state: MemberState, ground: Ground) -> Course:
    orders = orders_of(measure, state, ground)
    if not measure.whole("days"):
        return constant(len(orders.orders))
    return windowed(orders, measure.days(), len)


def _since_bought(measure: Measure, state: MemberState, ground: Ground) -> Course:
    moments = orders_of(measure, state, ground).moments
    return age(moments[-1] if moments else None)


def _first_time(measure: Measure, state: MemberState, ground: Ground) -> Course:
    orders, moments = orders_of(measure, state, ground)
    return windowed(Bought(orders[:1], moments[:1]), measure.days(), bool)


def period_of(measure: Measure) -> timedelta:
    """How long one of the periods is that `regularly` counts."""
    return PERIODS[measure.word("period") or "week"]


def _regularly_back(measure: Measure) -> int:
    return measure.whole("of") * period_of(measure).days


def _regularly(measure: Measure, state: MemberState, ground: Ground) -> Course:
    moments = orders_of(measure, state, ground).moments
    period, of, n = period_of(measure), measure.whole("of"), measure.whole("n")

    def at(now: Instant) -> Known:
        newest = now - MOMENT
        return len({(newest - one) // period for one in lately(moments, now, of * period)}) >= n

    def turns(_: Iterable[int], ahead: Ahead) -> Iterable[Instant]:
        return edges(moments, [number * period for number in range(1, of + 1)], ahead)

    return Course(at, turns)


def _spans(measure: Measure) -> tuple[timedelta, timedelta]:
    return measure.days("range"), measure.days("recent")


def _range_over_recent(measure: Measure) -> str | None:
    return None if measure.whole("range") > measure.whole("recent") else "range"


def _stopped(measure: Measure, state: MemberState, ground: Ground) -> Course:
    moments = orders_of(measure, state, ground).moments
    whole, recent = _spans(measure)

    def at(now: Instant) -> Known:
        return bool(lately(moments, now, whole)) and not lately(moments, now, recent)

    return Course(at, lambda _, ahead: edges(moments, (whole, recent), ahead))


def _resumed(measure: Measure, state: MemberState, ground: Ground) -> Course:
    moments = orders_of(measure, state, ground).moments
    whole, recent = _spans(measure)

    def at(now: Instant) -> Known:
        before = bool(moments) and moments[0] < now - whole
        came = len(lately(moments, now, recent))
        return before and came > 0 and came == len(lately(moments, now, whole))

    return Course(at, lambda _, ahead: edges(moments, (whole, recent), ahead))


def _follows(one: Instant, reached: Sequence[Instant], gap: timedelta) -> bool:
    """Whether one of these moments lies before this one, by the gap at most."""
    nearest = bisect_left(reached, one)
    return nearest > 0 and one - reached[nearest - 1] <= gap


def _step(step: str, state: MemberState, ground: Ground) -> Sequence[Instant]:
    def find() -> Sought:
        return Sought(numbers_of(goods_of_step(step, ground)))

    return state.bought(step, lambda: ground.sought(step, find)).moments


def _sequence(measure: Measure, state: MemberState, ground: Ground) -> Course:
    named = [measure.word(name) for name in ("first", "then", "third")]
    moments = [_step(step, state, ground) for step in named if step is not None]
    window, gap = measure.days(), measure.days("gap")

    def at(now: Instant) -> Known:
        reached: Sequence[Instant] = lately(moments[0], now, window)
        for following in moments[1:]:
            reached = [one for one in lately(following, now, window) if _follows(one, reached, gap)]
        return bool(reached)

    def turns(_: Iterable[int], ahead: Ahead) -> Iterable[Instant]:
        return [turn for step in moments for turn in edges(step, (window,), ahead)]

    return Course(at, turns)


_RANGE = Argument(name="range", needed=True)
_RECENT = Argument(name="recent", needed=True)

KINDS = (
    MeasureKind(
        name="bought",
        result=Result.NUMBER,
        timed=True,
        falls=True,
        parts=LINES,
        back=_back,
        arguments=(*GOODS, Argument(name="days", default=0, low=0)),
        alternatives=GOODS_NAMES,
        alternative_needed=True,
        course=_bought,
    ),
    MeasureKind(
        name="days_since_bought",
        result=Result.NUMBER,
        unit=Unit.DAYS,
        timed=True,
        parts=LINES,
        back=lambda _: EVER,
        arguments=GOODS,
        alternatives=GOODS_NAMES,
        alternative_needed=True,
        course=_since_bought,
    ),
    MeasureKind(
        name="first_time",
        result=Result.YES_NO,
        timed=True,
        falls=True,
        parts=LINES,
        back=lambda _: EVER,
        arguments=(*GOODS, DAYS),
        alternatives=GOODS_NAMES,
        course=_first_time,
    ),
    MeasureKind(
        name="regularly",
        result=Result.YES_NO,
        timed=True,
        parts=LINES,
        back=_regularly_back,
        arguments=(
            *GOODS,
            Argument(name="n", needed=True, high=PERIODS_MAX),
            Argument(name="of", needed=True, high=PERIODS_MAX),
            Argument(name="period", sort=Sort.WORD, default="week", choices=tuple(PERIODS)),
        ),
        alternatives=GOODS_NAMES,
        check=lambda measure: None if measure.whole("n") <= measure.whole("of") else "n",
        course=_regularly,
    ),
    MeasureKind(
        name="stopped",
        result=Result.YES_NO,
        timed=True,
        parts=LINES,
        back=lambda measure: measure.whole("range"),
        arguments=(*GOODS, _RANGE, _RECENT),
        alternatives=GOODS_NAMES,
        check=_range_over_recent,
        course=_stopped,
    ),
    MeasureKind(
        name="resumed",
        result=Result.YES_NO,
        timed=True,
        parts=LINES,
        back=lambda _: EVER,
        arguments=(*GOODS, _RANGE, _RECENT),
        alternatives=GOODS_NAMES,
        check=_range_over_recent,
        course=_resumed,
    ),
    MeasureKind(
        name="sequence",
        result=Result.YES_NO,
        timed=True,
        falls=True,
        parts=LINES,
        back=lambda measure: measure.whole("days"),
        arguments=(
            Argument(name="first", sort=Sort.STEP, needed=True),
            Argument(name="then", sort=Sort.STEP, needed=True),
            Argument(name="third", sort=Sort.STEP),
            Argument(name="gap", needed=True, high=DAYS_MAX),
            DAYS,
        ),
        course=_sequence,
    ),
)
