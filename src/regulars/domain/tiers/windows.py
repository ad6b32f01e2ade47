"""The days over which a tier is measured, and the day on which it is reviewed.

Rolling twelve months: on 22 November 2026 the window runs from 23 November 2025 to today; who
became 茶王 on 10 May 2026 is reviewed on 10 May 2027, over the twelve months before that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, assert_never

from regulars.domain.kernel.period import months_after
from regulars.domain.tiers.terms import TierTerms, WindowKind

_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Days:
    """A half-open stretch of business days; None is unbounded."""

    from_on: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day lies in the stretch."""
        return (self.from_on is None or self.from_on <= day) and (
            self.until is None or day < self.until
        )


class DayFigure(NamedTuple):
    """What one business day added to the measure, or a refund took from it."""

    day: date
    amount: int


def measured(figures: Iterable[DayFigure], days: Days) -> int:
    """The measure over some days, never below nothing. Units: the measure's."""
    return max(sum(one.amount for one in figures if days.holds(one.day)), 0)


def day_after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)


def window_on(terms: TierTerms, on: date, *, joined_on: date, from_on: date) -> Days:
    """The window in which a day counts towards the next rung, that day included.

    `from_on`: the day on which her present period began.
    """
    until = day_after(on)
    match terms.window:
        case WindowKind.LIFETIME:
            return Days(None, until)
        case WindowKind.ROLLING_MONTHS:
            return Days(months_after(until, -terms.window_months), until)
        case WindowKind.CALENDAR_YEAR:
            return Days(date(on.year, 1, 1), until)
        case WindowKind.MEMBERSHIP_YEAR:
            return Days(_anniversary(joined_on, on), until)
        case WindowKind.SINCE_TIER:
            return Days(from_on, until)
        case _:
            assert_never(terms.window)


def period_end(terms: TierTerms, from_on: date, *, joined_on: date) -> date | None:
    """The day on which a period that began that day is reviewed; None is never."""
    match terms.window:
        case WindowKind.LIFETIME:
            return None
        case WindowKind.ROLLING_MONTHS | WindowKind.SINCE_TIER:
            return months_after(from_on, terms.window_months)
        case WindowKind.CALENDAR_YEAR:
            return date(from_on.year + 1, 1, 1)
        case WindowKind.MEMBERSHIP_YEAR:
            return _next_anniversary(joined_on, from_on)
        case _:
            assert_never(terms.window)


def judged_window(
    terms: TierTerms, *, from_on: date, ends_on: date, joined_on: date, until: date
) -> Days:
    """The window that decides whether a tier is kept.

    `until` is the period's end, or the end of the grace after it: what is done in the grace counts.
    """
    match terms.window:
        case WindowKind.LIFETIME:
            return Days(None, until)
        case WindowKind.ROLLING_MONTHS:
            return Days(months_after(ends_on, -terms.window_months), until)
        case WindowKind.CALENDAR_YEAR:
            return Days(date(ends_on.year - 1, 1, 1), until)
        case WindowKind.MEMBERSHIP_YEAR:
            return Days(_anniversary(joined_on, ends_on - timedelta(days=1)), until)
        case WindowKind.SINCE_TIER:
            return Days(from_on, until)
        case _:
            assert_never(terms.window)


def year_before(terms: TierTerms, on: date, *, joined_on: date) -> Days | None:
    """The year whose measure holds a tier through the year that a day lies in; None for no years."""
    match terms.window:
        case WindowKind.CALENDAR_YEAR:
            return Days(date(on.year - 1, 1, 1), date(on.year, 1, 1))
        case WindowKind.MEMBERSHIP_YEAR:
            until = _anniversary(joined_on, on)
            return Days(_anniversary(joined_on, until - timedelta(days=1)), until)
        case WindowKind.LIFETIME | WindowKind.ROLLING_MONTHS | WindowKind.SINCE_TIER:
            return None
        case _:
            assert_never(terms.window)


def reaches_back_to(terms: TierTerms, on: date, *, from_on: date | None = None) -> date | None:
    """The earliest day that a decision of that day may ask about; None is from the beginning."""
    # Whoever never rose has been on the lowest rung since she joined.
    if not terms.lasts or terms.window is WindowKind.SINCE_TIER:
        return None
    months = terms.window_months
    if terms.window in (WindowKind.CALENDAR_YEAR, WindowKind.MEMBERSHIP_YEAR):
        months = _YEAR_MONTHS
    earliest = months_after(on - timedelta(days=terms.grace_days), -months - 1)
    # A tier by hand may have begun late in a year that the year before it held a tier through.
    return earliest if from_on is None else min(earliest, months_after(from_on, -2 * months))


def _anniversary(joined_on: date, on: date) -> date:
    """The last anniversary of joining up to a day; the day of joining in the first year."""
    years = max(on.year - joined_on.year, 0)
    latest = months_after(joined_on, _YEAR_MONTHS * years)
    return latest if latest <= on or not years else months_after(joined_on, 12 * (years - 1))


def _next_anniversary(joined_on: date, after: date) -> date:
    years = max(after.year - joined_on.year, 0)
    candidate = months_after(joined_on, _YEAR_MONTHS * years)
    while candidate <= after:
        years += 1
        candidate = months_after(joined_on, _YEAR_MONTHS * years)
    return candidate
