"""When points end, and what a guest holds of them today.

12 months, to the end of the quarter: what 王芳 earns on 4 May 2026 may be used until 30 June 2027,
whatever day of the quarter it was. She reads on her card: 800 points to use, 40 still pending, and
120 that end on 1 July.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.term_fields import Field, FieldValues, one_of, whole


class ExpiryEnd(StrEnum):
    """Where the months of a lot end: on the day itself, or at the end of a longer stretch."""

    EXACT = "exact"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS_OF = {ExpiryEnd.MONTH: 1, ExpiryEnd.QUARTER: 3, ExpiryEnd.YEAR: 12}

MONTHS = Field("earning.expiry_months", 12, whole(0, 120))
END = Field("earning.expiry_end", ExpiryEnd.EXACT.value, one_of(*ExpiryEnd))
WARN_DAYS = Field("points.warn_days", 30, whole(0, 365))
FIELDS = (MONTHS, END, WARN_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsExpiry:
    """Terms for the end of points. Units: months (0 is never), days ahead (0 is no warning)."""

    months: int = 12
    end: ExpiryEnd = ExpiryEnd.EXACT
    warn_days: int = 30


def expiry_terms(values: FieldValues) -> PointsExpiry:
    """The Terms for the end of points that these settings make."""
    return PointsExpiry(
        months=values.of(MONTHS), end=ExpiryEnd(values.of(END)), warn_days=values.of(WARN_DAYS)
    )


def points_expire_on(day: BusinessDay, terms: PointsExpiry) -> date | None:
    """The first day on which points of that day are gone; None is never.

    All points of one month, quarter or year end together where the Terms say so, and none of them
    earlier than the months promised. Source: V1.
    """
    if not terms.months:
        return None
    over = months_after(day, terms.months)
    if terms.end is ExpiryEnd.EXACT:
        return over
    stretch = _MONTHS_OF[terms.end]
    first_month = (over.month - 1) // stretch * stretch + 1
    return months_after(date(over.year, first_month, 1), stretch)


@dataclass(frozen=True, slots=True)
class HeldPoints:
    """Points of a member that end and become usable on the same days."""

    points: int
    expires_on: date | None
    usable_on: date | None


@dataclass(frozen=True, slots=True)
class DuePoints:
    """So many points, and the day from which they are usable, or gone."""

    points: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsStanding:
    """What a member holds: usable today, pending by day, and ending within the warning by day."""

    available: int
    pending: tuple[DuePoints, ...]
    expiring: tuple[DuePoints, ...]

    @property
    def points_pending(self) -> int:
        """All that may not be used yet."""
        return sum(due.points for due in self.pending)


def points_standing(
    held: Iterable[HeldPoints], terms: PointsExpiry, *, on: BusinessDay
) -> PointsStanding:
    """What a member's points are worth telling on a day: those that have ended count no more."""
    last_told = on + timedelta(days=terms.warn_days)
    available = 0
    pending: dict[date, int] = {}
    expiring: dict[date, int] = {}
    for each in held:
        if each.expires_on is not None and each.expires_on <= on:
            continue
        if each.usable_on is not None and each.usable_on > on:
            pending[each.usable_on] = pending.get(each.usable_on, 0) + each.points
        else:
            available += each.points
        if each.expires_on is not None and each.expires_on <= last_told:
            expiring[each.expires_on] = expiring.get(each.expires_on, 0) + each.points
    return PointsStanding(available=available, pending=_by_day(pending), expiring=_by_day(expiring))


def _by_day(points: dict[date, int]) -> tuple[DuePoints, ...]:
    return tuple(DuePoints(points[day], day) for day in sorted(points))
