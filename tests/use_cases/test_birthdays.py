"""How far a birthday is, by both calendars."""

from datetime import date

import pytest

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.members.profile import Birthday
from regulars.use_cases.birthdays import birthday_offset

# Source of the lunar dates: Hong Kong Observatory, Gregorian-Lunar calendar conversion tables.


@pytest.mark.parametrize(
    ("told", "on", "offset"),
    [
        ("1990-05-01", "2026-05-01", 0),
        ("1990-05-01", "2026-04-28", -3),
        ("--05-01", "2026-05-08", 7),
        # The nearest birthday may lie in another year.
        ("--01-02", "2026-12-30", -3),
        ("--12-30", "2026-01-02", 3),
        # 29 February is kept on the 28th in a common year.
        ("1992-02-29", "2026-02-28", 0),
        ("1992-02-29", "2026-03-01", 1),
        ("1992-02-29", "2028-02-28", -1),
        ("1992-02-29", "2028-02-29", 0),
        # 2026: lunar new year is 17 February, 八月十五 is 25 September.
        ("lunar:--01-01", "2026-02-17", 0),
        ("lunar:--01-01", "2026-02-14", -3),
        ("lunar:--08-15", "2026-09-25", 0),
        # 腊月三十 of the year 乙巳, which began in 2025: its month has only 29 days.
        ("lunar:--12-30", "2026-02-16", 0),
        # 2025 has 六月 twice, from 25 June and from 25 July: the first counts.
        ("lunar:--06-10", "2025-07-04", 0),
        ("lunar:--06-10", "2025-08-03", 30),
    ],
)
def test_the_nearest_birthday_counts(told: str, on: str, offset: int) -> None:
    day = BusinessDay(date.fromisoformat(on))
    assert birthday_offset(Birthday.read(told, today=day), day) == offset


def test_where_the_lunar_calendar_is_not_known_nothing_is_said() -> None:
    day = BusinessDay(date(2150, 1, 1))
    assert birthday_offset(Birthday.read("lunar:--01-01", today=day), day) is None
