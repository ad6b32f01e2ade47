"""Time as a shop means it, in zones whose clocks jump and in zones whose clocks do not."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    Period,
    business_day_of,
    business_time_of,
    instant,
    instant_from_iso,
    instant_of,
    local,
    microseconds_of,
    months_after,
    period_of,
    start_of,
    zone_of,
)
from regulars.domain.kernel.refusal import Refusal

ZONES = st.sampled_from(
    [
        "Asia/Shanghai",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Cairo",
        "UTC",
    ]
)
CUT_OFFS = st.sampled_from([0, 90, 120, 150, 240, 360]) | st.integers(0, 720)
MOMENTS = st.integers(1_400_000_000_000_000, 2_000_000_000_000_000).map(instant_of)
# Around the nights on which New York and London change their clocks, minute by minute.
CHANGES = st.builds(
    lambda day, minutes: instant(instant_from_iso(f"{day}T00:00Z") + timedelta(minutes=minutes)),
    st.sampled_from(["2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-04"]),
    st.integers(0, 24 * 60),
)


@given(MOMENTS | CHANGES, ZONES, CUT_OFFS)
def test_every_moment_lies_in_the_period_of_its_business_day(
    at: Instant, zone: str, cut_off: int
) -> None:
    day = business_day_of(at, zone=zone, cut_off_minutes=cut_off)
    assert period_of(day, zone=zone, cut_off_minutes=cut_off).holds(at)
    for other in (-1, 1):
        near = BusinessDay(day + timedelta(days=other))
        assert not period_of(near, zone=zone, cut_off_minutes=cut_off).holds(at)


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)).map(BusinessDay), ZONES, CUT_OFFS)
def test_business_days_follow_each_other_without_gap(
    day: BusinessDay, zone: str, cut_off: int
) -> None:
    following = BusinessDay(day + timedelta(days=1))
    first = period_of(day, zone=zone, cut_off_minutes=cut_off)
    second = period_of(following, zone=zone, cut_off_minutes=cut_off)
    assert first.end == second.start
    assert first.start == start_of(day, zone=zone, cut_off_minutes=cut_off)


@given(MOMENTS | CHANGES, CHANGES, ZONES, CUT_OFFS)
def test_a_later_moment_never_lies_in_an_earlier_business_day(
    one: Instant, other: Instant, zone: str, cut_off: int
) -> None:
    first, second = sorted((one, other))
    assert business_day_of(first, zone=zone, cut_off_minutes=cut_off) <= business_day_of(
        second, zone=zone, cut_off_minutes=cut_off
    )


@given(MOMENTS, CUT_OFFS)
def test_the_minute_of_a_business_day_starts_at_the_cut_off(at: Instant, cut_off: int) -> None:
    zone = "Asia/Shanghai"
    day, minute = business_time_of(at, zone=zone, cut_off_minutes=cut_off)
    assert day == business_day_of(at, zone=zone, cut_off_minutes=cut_off)
    begin = start_of(day, zone=zone, cut_off_minutes=cut_off)
    assert minute == cut_off + (at - begin) // timedelta(minutes=1)
    assert cut_off <= minute < cut_off + 1440


def test_half_past_one_belongs_to_the_evening_before() -> None:
    at = instant_from_iso("2026-05-02T01:30:00+08:00")
    zone = "Asia/Shanghai"
    assert business_time_of(at, zone=zone, cut_off_minutes=240) == (date(2026, 5, 1), 1530)
    assert business_day_of(at, zone=zone, cut_off_minutes=0) == date(2026, 5, 2)


def test_the_day_that_starts_in_a_repeated_hour_does_not_start_twice() -> None:
    zone, cut_off = "America/New_York", 90
    first = instant_from_iso("2026-11-01T01:40:00-04:00")
    second = instant_from_iso("2026-11-01T01:10:00-05:00")
    assert first < second
    assert business_day_of(first, zone=zone, cut_off_minutes=cut_off) == date(2026, 11, 1)
    time_of_second = business_time_of(second, zone=zone, cut_off_minutes=cut_off)
    assert time_of_second == (date(2026, 11, 1), 70)


@given(MOMENTS)
def test_microseconds_and_instants_are_the_same_moment(at: Instant) -> None:
    assert instant_of(microseconds_of(at)) == at
    assert instant_from_iso(at.isoformat()) == at


@given(MOMENTS, MOMENTS)
def test_a_period_holds_its_start_and_not_its_end(one: Instant, other: Instant) -> None:
    start, end = sorted((one, other))
    if start == end:
        with pytest.raises(Refusal) as refused:
            Period(start, end)
        assert refused.value.code == "period.reversed"
    else:
        period = Period(start, end)
        assert period.holds(start)
        assert not period.holds(end)
        assert Period().holds(start)


def test_an_unknown_zone_is_refused() -> None:
    for name in ("Asia/Nowhere", "", "../etc/passwd"):
        with pytest.raises(Refusal) as refused:
            zone_of(name)
        assert refused.value.code == "period.zone_unknown"


def test_an_instant_without_a_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError):
        instant(datetime.fromisoformat("2026-05-01T00:00"))
    assert local(instant_from_iso("2026-05-01T00:00:00Z"), "Asia/Shanghai").hour == 8


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )


def test_a_year_after_29_february_is_28_february() -> None:
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
