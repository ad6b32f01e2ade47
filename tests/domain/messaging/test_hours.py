"""When the hours for messages end: by the member's clock, also where clocks are put forward or back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import Instant, instant_from_iso, local
from regulars.domain.messaging.hours import Hours, closes_at, next_open

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tehran")
FIRST = instant_from_iso("2020-01-01T00:00:00+00:00")
INSTANTS = st.integers(0, 10 * 366 * 86_400).map(
    lambda seconds: Instant(FIRST + timedelta(seconds=seconds))
)


def test_the_hours_of_a_shop_end_by_her_clock() -> None:
    at = instant_from_iso("2026-05-04T20:29:59+08:00")
    closes = closes_at(at, Hours(), zone="Asia/Shanghai")
    assert closes == instant_from_iso("2026-05-04T20:30:00+08:00")
    # No setting lets a message out after nine.
    late = closes_at(at, Hours(540, 1_439), zone="Asia/Shanghai")
    assert late == instant_from_iso("2026-05-04T21:00:00+08:00")


@given(INSTANTS, st.sampled_from(ZONES), st.integers(0, 1_439), st.integers(0, 1_439))
def test_what_is_open_is_open_until_it_closes_and_not_then(
    at: Instant, zone: str, opens: int, closes: int
) -> None:
    hours = Hours(opens, closes)
    begins = next_open(at, hours, zone=zone)
    ends = closes_at(begins, hours, zone=zone)
    assert begins < ends <= begins + timedelta(hours=14)
    just_before = Instant(ends - timedelta(microseconds=1))
    assert next_open(just_before, hours, zone=zone) == just_before
    assert next_open(ends, hours, zone=zone) > ends
    assert local(ends, zone).date() == local(begins, zone).date()
