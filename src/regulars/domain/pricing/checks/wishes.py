"""A moment and a guest for whom an offer's condition holds, if there are any.

"Tuesdays from 14:00, gold, three days before the birthday": next Tuesday 14:00, a gold member whose
birthday is on Friday. Used to try an offer out; whether the condition then holds is asked of itself.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Scalar,
    Within,
)
from regulars.domain.kernel.period import Instant, instant

DAYS_AHEAD = 400
HOURS = (12, 15, 18, 9, 21, 0)

Wishes = Mapping[str, Scalar]


def wishes_of(condition: Condition) -> dict[str, Scalar]:
    """A value for each field that a condition asks about, as far as one is easily told."""
    found: dict[str, Scalar] = {}
    for field, value in _wished(condition):
        found[field] = _both(found.get(field), value)
    return found


def _both(known: Scalar | None, value: Scalar) -> Scalar:
    """Of two demands for more, the larger serves both."""
    if isinstance(known, int) and isinstance(value, int) and not isinstance(value, bool):
        return max(known, value)
    return value


def _wished(condition: Condition) -> Iterator[tuple[str, Scalar]]:
    match condition:
        case Compare(field=field, comparison=comparison, value=value):
            yield field, _near(comparison, value)
        case OneOf(field=field, values=values):
            yield field, values[0]
        case Within(field=field, low=low, high=high):
            if low is not None:
                yield field, low
            elif high is not None:
                yield field, high - 1
        case All(parts=parts):
            for part in parts:
                yield from _wished(part)
        case AnyOf(parts=parts):
            if parts:
                yield from _wished(parts[0])
        case Not():
            return


def _near(comparison: Comparison, value: Scalar) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    match comparison:
        case Comparison.MORE:
            return value + 1
        case Comparison.LESS:
            return value - 1
        case _:
            return value


def instants_of(wishes: Wishes, now: Instant, zone: str) -> Iterator[Instant]:
    """Moments from now on that a condition on days and times may mean, the nearest days first."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    weekday, minute, day = (wishes.get(name) for name in ("weekday", "minute_of_day", "date"))
    times = [time(hour, 30) for hour in HOURS]
    if isinstance(minute, int) and 0 <= minute < 24 * 60:
        times = [time(minute // 60, minute % 60)]
    for ahead in range(DAYS_AHEAD):
        on = today + timedelta(days=ahead)
        number = on.year * 10_000 + on.month * 100 + on.day
        if isinstance(day, int) and number < day:
            continue
        # After midnight a business day may still be the evening before: both are tried.
        if isinstance(weekday, int) and on.isoweekday() not in (weekday, weekday % 7 + 1):
            continue
        for at in times:
            moment = instant(datetime.combine(on, at, tzinfo=here))
            if moment >= now:
                yield moment
