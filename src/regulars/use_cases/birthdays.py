"""How far a member's birthday is, by the calendar that she keeps it by.

王芳 keeps 八月十五 of the lunar calendar: in 2026 that is 25 September, so on the 23rd it is -2.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from lunardate import LunarDate

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.members.profile import Birthday, Calendar

_LONGEST_LUNAR_MONTH = 30


def birthday_offset(birthday: Birthday, on: BusinessDay) -> int | None:
    """The days from the nearest birthday to a day: -3 is three days before it, 0 is the day.

    Of two that are equally near, the coming one counts. None: beyond the years that the lunar
    calendar is known for. Units: days.
    """
    offsets = [on.toordinal() - day.toordinal() for day in _around(birthday, on)]
    return min(offsets, key=lambda offset: (abs(offset), offset), default=None)


def kept_on(day: date) -> Iterator[tuple[str, int]]:
    """The birthdays that are kept on a day, each with the year of its calendar.

    25 September 2026 is `--09-25` of 2026 and `lunar:--08-15` of the lunar year 2026.
    """
    yield f"--{day.month:02}-{day.day:02}", day.year
    tomorrow = day + timedelta(days=1)
    if (day.month, day.day) == (2, 28) and tomorrow.month != day.month:
        yield "--02-29", day.year
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    if _solar(lunar.year, lunar.month, lunar.day) != day:
        # A month that comes twice counts the first time; beyond the known years there is none.
        return
    yield f"lunar:--{lunar.month:02}-{lunar.day:02}", lunar.year
    last = lunar.day == _LONGEST_LUNAR_MONTH - 1
    if last and _solar(lunar.year, lunar.month, _LONGEST_LUNAR_MONTH) is None:
        yield f"lunar:--{lunar.month:02}-{_LONGEST_LUNAR_MONTH}", lunar.year


def _around(birthday: Birthday, on: BusinessDay) -> Iterator[date]:
    for year in range(on.year - 1, on.year + 2):
        if birthday.calendar is Calendar.LUNAR:
            day = _of_lunar_year(birthday, year)
            if day is not None:
                yield day
        elif (birthday.month, birthday.day) == (2, 29):
            yield date(year, 3, 1) - timedelta(days=1)
        else:
            yield date(year, birthday.month, birthday.day)


def _of_lunar_year(birthday: Birthday, year: int) -> date | None:
    """The day of a lunar year; the 30th of a month of 29 days is kept on its last day.

    A month that comes twice counts the first time, as the birthday says nothing of a leap month.
    """
    day = _solar(year, birthday.month, birthday.day)
    if day is None and birthday.day == _LONGEST_LUNAR_MONTH:
        return _solar(year, birthday.month, birthday.day - 1)
    return day


def _solar(year: int, month: int, day: int) -> date | None:
    """The solar date of a lunar one; None where there is none."""
    try:
        solar: date = LunarDate(year, month, day).to_solar_date()
    except ValueError:
        return None
    return solar
