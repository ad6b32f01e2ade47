"""Time as a shop means it: instants, half-open periods, business days.

A sale at 02:00 belongs to yesterday's business day when the shop's day ends at 04:00.

    >>> str(business_day_of(instant_from_iso("2026-05-01T18:30:00Z"), zone="Asia/Shanghai",
    ...                     cut_off_minutes=240))
    '2026-05-01'
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NewType
from zoneinfo import ZoneInfo

from regulars.domain.kernel.refusal import refusal_code

Instant = NewType("Instant", datetime)
BusinessDay = NewType("BusinessDay", date)

PERIOD_REVERSED = refusal_code("period.reversed", "start", "end")
ZONE_UNKNOWN = refusal_code("period.zone_unknown", "zone")

_EPOCH = Instant(datetime(1970, 1, 1, tzinfo=UTC))
_MICROSECOND = timedelta(microseconds=1)


def instant(value: datetime) -> Instant:
    """The same moment in UTC. A time without zone is a programming error."""
    if value.tzinfo is None:
        raise ValueError("an instant knows its zone")
    return Instant(value.astimezone(UTC))


def instant_from_iso(text: str) -> Instant:
    """The moment that an ISO 8601 text with zone names."""
    return instant(datetime.fromisoformat(text))


def microseconds_of(at: Instant) -> int:
    """Units: microseconds since 1970-01-01 UTC."""
    return (at - _EPOCH) // _MICROSECOND


def instant_of(microseconds: int) -> Instant:
    """The moment so many microseconds after 1970-01-01 UTC."""
    return Instant(_EPOCH + timedelta(microseconds=microseconds))


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time: it holds its start and not its end; None is unbounded."""

    start: Instant | None = None
    end: Instant | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise PERIOD_REVERSED.because(start=self.start.isoformat(), end=self.end.isoformat())

    def holds(self, at: Instant) -> bool:
        """Whether a moment lies in the period."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Refuses: period.zone_unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ZONE_UNKNOWN.because(zone=name) from None


def local(at: Instant, zone: str) -> datetime:
    """The wall-clock time of a moment in a zone."""
    return at.astimezone(zone_of(zone))


# Clocks are put forward or back by no more than this: only near a boundary can it matter.
_CLOCK_CHANGE_MINUTES_MAX = 180


def business_day_of(at: Instant, *, zone: str, cut_off_minutes: int) -> BusinessDay:
    """The business day to which a moment belongs. Units: minutes after local midnight.

    Each moment belongs to exactly one day, also where the clock jumps over the cut-off or shows
    it twice.
    """
    return _day_of(at, local(at, zone), zone, cut_off_minutes)


def _day_of(at: Instant, wall: datetime, zone: str, cut_off_minutes: int) -> BusinessDay:
    shifted = wall.replace(tzinfo=None) - timedelta(minutes=cut_off_minutes)
    day = BusinessDay(shifted.date())
    minutes = shifted.hour * 60 + shifted.minute
    if _CLOCK_CHANGE_MINUTES_MAX <= minutes < 1440 - _CLOCK_CHANGE_MINUTES_MAX:
        return day
    if at < start_of(day, zone=zone, cut_off_minutes=cut_off_minutes):
        return BusinessDay(day - timedelta(days=1))
    following = BusinessDay(day + timedelta(days=1))
    begun = start_of(following, zone=zone, cut_off_minutes=cut_off_minutes) <= at
    return following if begun else day


def start_of(day: BusinessDay, *, zone: str, cut_off_minutes: int) -> Instant:
    """The moment at which a business day begins. Units: minutes after local midnight."""
    midnight = datetime.combine(day, time.min, tzinfo=zone_of(zone))
    return instant(midnight + timedelta(minutes=cut_off_minutes))


def period_of(day: BusinessDay, *, zone: str, cut_off_minutes: int) -> Period:
    """The half-open stretch of a business day. Units: minutes after local midnight."""
    following = BusinessDay(day + timedelta(days=1))
    return Period(
        start_of(day, zone=zone, cut_off_minutes=cut_off_minutes),
        start_of(following, zone=zone, cut_off_minutes=cut_off_minutes),
    )


def business_time_of(at: Instant, *, zone: str, cut_off_minutes: int) -> tuple[BusinessDay, int]:
    """The business day and how far it has run. Units: minutes since local midnight of that day, so
    01:30 after a Friday evening is 1,530 of Friday."""
    wall = local(at, zone)
    day = _day_of(at, wall, zone, cut_off_minutes)
    return day, (wall.toordinal() - day.toordinal()) * 1440 + wall.hour * 60 + wall.minute


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (29 February, the 31st)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
