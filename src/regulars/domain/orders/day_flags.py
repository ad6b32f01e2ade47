"""Words that hold on some days, for offers to ask about: a holiday, a member day, rain.

2026-10-01 is "holiday", every Wednesday is "member_day", and while it pours the manager says "rain"
until six: on Wednesday 7 October 2026 at five all that was said of that day holds together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from regulars.domain.kernel.period import BusinessDay, Instant, Period, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import TERMS_MALFORMED

ROWS_MAX = 400
FLAG_LETTERS_MAX = 40
_WEEKDAYS = range(1, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFlag:
    """A word and when it holds: on one date, on one weekday (1 is Monday), or for a while."""

    flag: str
    on: date | None = None
    weekday: int | None = None
    during: Period | None = None

    def holds(self, day: BusinessDay, now: Instant) -> bool:
        """Whether the word is true of a moment of a business day."""
        if self.during is not None:
            return self.during.holds(now)
        return day == self.on or day.isoweekday() == self.weekday


def day_flags_from(field: str, value: object) -> tuple[DayFlag, ...]:
    """The words that a setting spells. Refuses: terms.malformed."""
    if not isinstance(value, list) or len(value) > ROWS_MAX:
        raise TERMS_MALFORMED.because(field=field, part="rows")
    return tuple(_flag(field, row) for row in value)


def _flag(field: str, row: object) -> DayFlag:
    if not isinstance(row, Mapping):
        raise TERMS_MALFORMED.because(field=field, part="row")
    flag = row.get("flag")
    if not isinstance(flag, str) or not 1 <= len(flag.strip()) <= FLAG_LETTERS_MAX:
        raise TERMS_MALFORMED.because(field=field, part="flag")
    match {key: part for key, part in row.items() if key != "flag"}:
        case {"date": str(text), **more} if not more:
            return DayFlag(flag=flag.strip(), on=_date(field, text))
        case {"weekday": int(number), **more} if not more and number in _WEEKDAYS:
            return DayFlag(flag=flag.strip(), weekday=number)
        case {"from": str(start), "until": str(end), **more} if not more:
            return DayFlag(flag=flag.strip(), during=_period(field, start, end))
        case _:
            raise TERMS_MALFORMED.because(field=field, part="date | weekday | from, until")


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TERMS_MALFORMED.because(field=field, part="date") from None


def _period(field: str, start: str, end: str) -> Period:
    try:
        return Period(instant_from_iso(start), instant_from_iso(end))
    except (ValueError, Refusal):
        raise TERMS_MALFORMED.because(field=field, part="from, until") from None


def flags_on(flags: Sequence[DayFlag], *, day: BusinessDay, now: Instant) -> frozenset[str]:
    """The words that hold at a moment of a business day."""
    return frozenset([one.flag for one in flags if one.holds(day, now)])
