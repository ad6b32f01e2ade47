"""What is asked: which report, of which stores and days, as of which moment, beside which days.

On Tuesday 12 May at 15:00 the home page asks for today, compared with the same weekday: Tuesday
5 May up to 15:00. A whole April compared with the period before it is 30 days of March.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    instant,
    local,
    months_after,
    start_of,
    zone_of,
)
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.reports.registry import ReportName

PERIOD_UNFIT = refusal_code("report.period_unfit", "days_max")

DAYS_MAX = 1_100
ONE_DAY = timedelta(days=1)


class Comparison(StrEnum):
    """Which other days a period is held against."""

    PREVIOUS = "previous"
    WEEKDAY = "weekday"
    YEAR = "year"


COMPARISONS: Mapping[Comparison, Label] = {
    Comparison.PREVIOUS: Label("上一段同样长的日子", "The days before, as many"),
    Comparison.WEEKDAY: Label("之前最近的同样星期", "The same weekdays before"),
    Comparison.YEAR: Label("去年同期", "The same days last year"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """Business days, half-open."""

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if not 0 < (self.until_on - self.from_on).days <= DAYS_MAX:
            raise PERIOD_UNFIT.because(days_max=DAYS_MAX)

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.until_on - self.from_on).days

    def compared(self, comparison: Comparison) -> "Days":
        """The days that these are held against.

        The same weekdays lie so many whole weeks back that the two periods do not overlap. A year
        back begins on the same date and is as long, so that 29 February has its day too.
        """
        match comparison:
            case Comparison.PREVIOUS:
                begins = self.from_on - timedelta(days=self.count)
            case Comparison.WEEKDAY:
                begins = self.from_on - timedelta(weeks=-(-self.count // 7))
            case Comparison.YEAR:
                begins = months_after(self.from_on, -12)
            case _:
                assert_never(comparison)
        return Days(begins, begins + timedelta(days=self.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One store as reports need it: its clock, and where it belongs."""

    store_id: UUID
    region_id: UUID
    name: Label
    zone: str
    cut_off_minutes: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone and the end of day that some stores share."""

    zone: str
    cut_off_minutes: int

    def starts(self, day: date) -> Instant:
        """When a business day begins by this clock."""
        return start_of(BusinessDay(day), zone=self.zone, cut_off_minutes=self.cut_off_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One report asked for. What was paid, given back or booked after `as_of` is left out.

    `places` are the stores that the caller may see and chose; None as source is all of them.
    """

    report: ReportName
    days: Days
    places: tuple[Place, ...]
    as_of: Instant
    source: str | None = None

    @property
    def stores(self) -> list[UUID]:
        """The stores of this question."""
        return [place.store_id for place in self.places]

    def clocks(self) -> dict[Clock, list[UUID]]:
        """The stores by their clock: most chains have one."""
        found: dict[Clock, list[UUID]] = {}
        for place in self.places:
            clock = Clock(place.zone, place.cut_off_minutes)
            found.setdefault(clock, []).append(place.store_id)
        return found

    def compared(self, comparison: Comparison) -> "Question":
        """The same of other days. A period that still runs is cut at the same time of its last day.

        Where stores have several zones, the clock of the first one decides that time.
        """
        days = self.days.compared(comparison)
        moved = replace(self, days=days)
        if not self.places:
            return moved
        clock = Clock(self.places[0].zone, self.places[0].cut_off_minutes)
        if self.as_of >= clock.starts(self.days.until_on):
            return moved
        back = self.days.until_on - days.until_on
        return replace(moved, as_of=_wall_before(self.as_of, back, clock.zone))


def _wall_before(at: Instant, back: timedelta, zone: str) -> Instant:
    """The moment at which the same wall clock showed the same time so many days earlier."""
    wall = local(at, zone)
    return instant((wall.replace(tzinfo=None) - back).replace(tzinfo=zone_of(zone), fold=wall.fold))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time in which a zone keeps one offset from UTC. Units: minutes."""

    from_at: Instant
    until_at: Instant
    offset_minutes: int


def stretches_of(clock: Clock, days: Days) -> list[Stretch]:
    """Some business days cut where the clocks change, so that SQL can tell the time of day.

    A day before and after are part of it: a bill may be paid after its business day.
    """
    begins, ends = clock.starts(days.from_on - ONE_DAY), clock.starts(days.until_on + ONE_DAY)
    found: list[Stretch] = []
    while begins < ends:
        offset = _offset(begins, clock.zone)
        change = _first_change(begins, ends, clock.zone)
        minutes = offset // timedelta(minutes=1)
        found.append(Stretch(from_at=begins, until_at=change, offset_minutes=minutes))
        begins = change
    return found


def _offset(at: Instant, zone: str) -> timedelta:
    return local(at, zone).utcoffset() or timedelta()


def _first_change(begins: Instant, ends: Instant, zone: str) -> Instant:
    """The first minute after `begins` at which the offset is another one, or `ends`."""
    offset, low = _offset(begins, zone), begins
    while low < ends:
        high = min(Instant(low + ONE_DAY), ends)
        if _offset(high, zone) != offset:
            return _bisected(low, high, zone)
        low = high
    return ends


def _bisected(low: Instant, high: Instant, zone: str) -> Instant:
    offset, minute = _offset(low, zone), timedelta(minutes=1)
    start = instant(low.replace(second=0, microsecond=0))
    same, other = 0, -(-(high - start) // minute)
    while other - same > 1:
        middle = (same + other) // 2
        if _offset(Instant(start + middle * minute), zone) == offset:
            same = middle
        else:
            other = middle
    return Instant(start + other * minute)
