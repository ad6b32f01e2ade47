"""How long a step of a journey waits: so long, until a time of day, a part of the day, a yearly day.

"Two days later at ten": 王芳 leaves on Friday at 21:40, so she is written to on Sunday at 10:00 by the
clock of her own shop, also on the night when the clocks are put forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.period import Instant, instant, local, zone_of

MINUTES_OF_DAY = 1_440
WAIT_MINUTES_MAX = 400 * MINUTES_OF_DAY
WAIT_DAYS_MAX = 400
AROUND_DAYS_MAX = 60


class Yearly(StrEnum):
    """Which day of hers comes back every year."""

    BIRTHDAY = "birthday"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class After:
    """So long. Units: minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class AtTime:
    """Until a time of day, at least so many days later. Units: minutes after local midnight."""

    minute: int
    days: int = 0


@dataclass(frozen=True, slots=True)
class DayPart:
    """Until it is such a part of such a day: at once where it is. Weekdays: Monday is 1.

    Units: minutes after local midnight, half-open.
    """

    from_minute: int
    to_minute: int
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class OnYearly:
    """Until so many days from a day that comes back every year; -3 is three days before it."""

    of: Yearly
    days: int
    minute: int


Until = After | AtTime | DayPart | OnYearly


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A member's own clock: that of the shop where she is at home, and the days that are hers.

    `birthdays`: the days around now on which hers is kept. None of a day: it is not known.
    """

    zone: str
    joined_on: date
    birthdays: tuple[date, ...] = ()


def ends_at(until: Until, clock: Clock, *, since: Instant) -> Instant | None:
    """When a wait that began is over; None where it never ends, as her birthday is not known."""
    match until:
        case After(minutes=minutes):
            return Instant(since + timedelta(minutes=minutes))
        case AtTime(minute=minute, days=days):
            return _at_time(minute, days, clock.zone, since)
        case DayPart():
            return _day_part(until, clock.zone, since)
        case OnYearly(of=of, days=days, minute=minute):
            return _yearly(of, timedelta(days=days), minute, clock, since)
        case _:
            assert_never(until)


def at_wall(day: date, minute: int, zone: str) -> Instant:
    """The moment at which the clock of a zone shows so many minutes after midnight of a day.

    A time that the clocks jump over comes as much after the jump. Units: minutes.
    """
    wall = datetime.combine(day, time(), tzinfo=zone_of(zone)) + timedelta(minutes=minute)
    return instant(wall)


def _at_time(minute: int, days: int, zone: str, since: Instant) -> Instant:
    day = local(since, zone).date() + timedelta(days=days)
    at = at_wall(day, minute, zone)
    return at if at >= since else at_wall(day + timedelta(days=1), minute, zone)


def _day_part(part: DayPart, zone: str, since: Instant) -> Instant:
    today = local(since, zone).date()
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        if day.isoweekday() not in part.weekdays:
            continue
        begins, ends = (at_wall(day, one, zone) for one in (part.from_minute, part.to_minute))
        if since < ends:
            return max(begins, since)
    raise ValueError("a part of a day has a weekday")


def _yearly(
    of: Yearly, shift: timedelta, minute: int, clock: Clock, since: Instant
) -> Instant | None:
    match of:
        case Yearly.BIRTHDAY:
            days = clock.birthdays
        case Yearly.JOINED:
            year = local(since, clock.zone).year
            days = tuple(same_day(clock.joined_on, one) for one in range(year - 1, year + 3))
        case _:
            assert_never(of)
    found = (at_wall(day + shift, minute, clock.zone) for day in days)
    return min((at for at in found if at >= since), default=None)


def same_day(day: date, year: int) -> date:
    """The same day of another year; 29 February is kept on the 28th where there is none."""
    leap = (day.month, day.day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
    return date(year, 2, 28) if leap else day.replace(year=year)


def until_data(until: Until) -> dict[str, object]:
    """The stored form of a wait."""
    match until:
        case After(minutes=minutes):
            return {"until": "after", "minutes": minutes}
        case AtTime(minute=minute, days=days):
            return {"until": "time", "minute": minute, "days": days}
        case DayPart(from_minute=low, to_minute=high, weekdays=weekdays):
            part = {"from_minute": low, "to_minute": high, "weekdays": list(weekdays)}
            return {"until": "day_part", **part}
        case OnYearly(of=of, days=days, minute=minute):
            return {"until": "yearly", "of": of.value, "days": days, "minute": minute}
        case _:
            assert_never(until)


def until_from(data: Mapping[str, object]) -> Until | None:
    """The wait that stored data spell; None where they spell none."""
    match data:
        case {"until": "after", "minutes": int(minutes)}:
            return After(minutes) if 0 < minutes <= WAIT_MINUTES_MAX else None
        case {"until": "time", "minute": int(minute)}:
            later = data.get("days", 0)
            if not isinstance(later, int) or not 0 <= later <= WAIT_DAYS_MAX:
                return None
            return AtTime(minute, later) if _of_day(minute) else None
        case {"until": "day_part", "from_minute": int(low), "to_minute": int(high)}:
            weekdays = _weekdays(data.get("weekdays", [1, 2, 3, 4, 5, 6, 7]))
            fits = 0 <= low < high <= MINUTES_OF_DAY and bool(weekdays)
            return DayPart(low, high, weekdays) if fits else None
        case {"until": "yearly", "of": ("birthday" | "joined") as of, "days": int(days)}:
            at = data.get("minute", 600)
            if not isinstance(at, int) or not _of_day(at) or abs(days) > AROUND_DAYS_MAX:
                return None
            return OnYearly(Yearly(of), days, at)
        case _:
            return None


def _of_day(minute: int) -> bool:
    return 0 <= minute < MINUTES_OF_DAY


def _weekdays(value: object) -> tuple[int, ...]:
    """The weekdays that stored data spell; none where they spell something else."""
    if not isinstance(value, list) or len(value) != len(set(map(str, value))):
        return ()
    found = tuple(one for one in value if isinstance(one, int) and 1 <= one <= 7)
    return found if len(found) == len(value) else ()
