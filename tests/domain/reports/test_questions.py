"""Days compared with, and the time of day where clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant, instant_from_iso, local
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.reports.metric import rounded
from regulars.domain.reports.question import (
    Clock,
    Comparison,
    Days,
    Place,
    Question,
    stretches_of,
)
from regulars.domain.reports.registry import ReportName

MAY = Days(date(2026, 5, 1), date(2026, 6, 1))


def asked(days: Days, as_of: str, zone: str = "Asia/Shanghai") -> Question:
    store = UUID(int=1)
    place = Place(store_id=store, region_id=store, name=Label("店"), zone=zone, cut_off_minutes=240)
    return Question(
        report=ReportName.SALES, days=days, places=(place,), as_of=instant_from_iso(as_of)
    )


@pytest.mark.parametrize(
    ("days", "comparison", "expected"),
    [
        (MAY, Comparison.PREVIOUS, Days(date(2026, 3, 31), date(2026, 5, 1))),
        (MAY, Comparison.WEEKDAY, Days(date(2026, 3, 27), date(2026, 4, 27))),
        (MAY, Comparison.YEAR, Days(date(2025, 5, 1), date(2025, 6, 1))),
        (
            Days(date(2028, 2, 29), date(2028, 3, 1)),
            Comparison.YEAR,
            Days(date(2027, 2, 28), date(2027, 3, 1)),
        ),
    ],
)
def test_the_days_compared_with_are_as_many(
    days: Days, comparison: Comparison, expected: Days
) -> None:
    assert days.compared(comparison) == expected
    assert expected.count == days.count


def test_the_same_weekday_is_a_week_back_and_ends_at_the_same_time() -> None:
    today = Days(date(2026, 5, 12), date(2026, 5, 13))
    before = asked(today, "2026-05-12T15:00:00+08:00").compared(Comparison.WEEKDAY)
    assert before.days == Days(date(2026, 5, 5), date(2026, 5, 6))
    assert before.as_of == instant_from_iso("2026-05-05T15:00:00+08:00")


def test_the_same_time_is_the_one_on_the_wall() -> None:
    monday = Days(date(2026, 3, 30), date(2026, 3, 31))
    question = asked(monday, "2026-03-30T15:00:00+02:00", "Europe/Berlin")
    assert question.compared(Comparison.WEEKDAY).as_of == instant_from_iso(
        "2026-03-23T15:00:00+01:00"
    )


def test_a_period_that_is_over_is_compared_whole() -> None:
    question = asked(MAY, "2026-07-01T12:00:00+08:00")
    assert question.compared(Comparison.PREVIOUS).as_of == question.as_of


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Shanghai"])
def test_every_moment_of_a_stretch_has_its_offset(zone: str) -> None:
    clock = Clock(zone, 240)
    year = Days(date(2026, 1, 1), date(2027, 1, 1))
    stretches = stretches_of(clock, year)
    assert len(stretches) == (1 if zone == "Asia/Shanghai" else 3)
    for one, following in pairwise(stretches):
        assert one.until_at == following.from_at
    moment = timedelta(microseconds=1)
    for one in stretches:
        for at in (one.from_at, Instant(one.until_at - moment)):
            offset = local(at, zone).utcoffset()
            assert offset == timedelta(minutes=one.offset_minutes)
    assert stretches[0].from_at < instant(datetime(2026, 1, 1, tzinfo=UTC))


def test_days_that_make_no_period_are_refused() -> None:
    for until in (date(2026, 5, 1), date(2026, 4, 1), date(2036, 1, 1)):
        with pytest.raises(Refusal) as refused:
            Days(date(2026, 5, 1), until)
        assert refused.value.code == "report.period_unfit"


def test_halves_are_rounded_away_from_zero_and_nothing_is_no_ratio() -> None:
    assert [rounded(5, 2), rounded(-5, 2), rounded(4, 3), rounded(1, 0)] == [3, -3, 1, None]
