"""How long coupons last, and what their stored rules may say."""

import pytest

from regulars.domain.kernel.period import Period, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.coupon_rules import (
    PLAIN,
    CouponRules,
    ForDays,
    ToEndOfMonth,
    Validity,
    coupon_rules_data,
    coupon_rules_from,
    valid_period,
)

# 23:30 in Shanghai; the business day ends at 04:00.
ISSUED = instant_from_iso("2026-05-30T23:30:00+08:00")


def lasting(validity: Validity | None, *, at: str | None = None) -> Period | None:
    issued_at = ISSUED if at is None else instant_from_iso(at)
    assert validity is not None
    return valid_period(validity, issued_at=issued_at, zone="Asia/Shanghai", cut_off_minutes=240)


def ends(text: str) -> object:
    return instant_from_iso(f"{text}T04:00:00+08:00")


def test_a_coupon_for_days_lasts_to_the_end_of_its_last_business_day() -> None:
    assert lasting(ForDays(2)) == Period(ISSUED, instant_from_iso("2026-06-01T04:00:00+08:00"))
    after_midnight = lasting(ForDays(1), at="2026-05-31T01:00:00+08:00")
    assert after_midnight is not None
    assert after_midnight.end == ends("2026-05-31")


def test_a_coupon_may_begin_days_after_it_was_handed_out() -> None:
    period = lasting(ForDays(1, begins_after_days=1))
    assert period is not None
    assert (period.start, period.end) == (ends("2026-05-31"), ends("2026-06-01"))


def test_a_coupon_on_dates_is_the_same_for_everybody_and_over_when_they_are() -> None:
    rules = coupon_rules_from(
        {"validity": {"kind": "fixed", "from": "2026-06-01", "until": "2026-06-18"}}
    )
    period = lasting(rules.validity)
    assert period is not None
    assert (period.start, period.end) == (ends("2026-06-01"), ends("2026-06-19"))
    within = lasting(rules.validity, at="2026-06-18T12:00:00+08:00")
    assert within is not None
    assert within.start == instant_from_iso("2026-06-18T12:00:00+08:00")
    assert lasting(rules.validity, at="2026-06-19T04:00:00+08:00") is None


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-05-30T12:00:00+08:00", "2026-06-01"),
        ("2026-06-01T02:00:00+08:00", "2026-06-01"),
        ("2028-02-10T12:00:00+08:00", "2028-03-01"),
        ("2026-12-31T12:00:00+08:00", "2027-01-01"),
    ],
)
def test_a_coupon_to_the_end_of_the_month_ends_with_its_last_business_day(
    at: str, end: str
) -> None:
    period = lasting(ToEndOfMonth(), at=at)
    assert period is not None
    assert period.end == ends(end)


def test_rules_are_read_back_as_they_were_saved() -> None:
    told = {
        "validity": {"kind": "days", "days": 30, "begins_after_days": 1},
        "transferable": True,
        "shareable": True,
        "per_order_max": 2,
        "restore_days": 14,
    }
    rules = coupon_rules_from(told)
    assert coupon_rules_data(rules) == told
    assert coupon_rules_from(None) is PLAIN
    assert coupon_rules_from({}) == CouponRules()
    for validity in (
        {"kind": "end_of_month"},
        {"kind": "fixed", "from": "2026-06-01", "until": "2026-06-01"},
    ):
        data = coupon_rules_data(coupon_rules_from({"validity": validity}))
        assert data["validity"] == validity


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("rules", "transferable"),
        ("giftable", {"giftable": True}),
        ("transferable", {"transferable": 1}),
        ("per_order_max", {"per_order_max": 4}),
        ("restore_days", {"restore_days": -1}),
        ("kind", {"validity": {"kind": "lunar"}}),
        ("days", {"validity": {"kind": "days", "days": 0}}),
        ("days", {"validity": {"kind": "days", "days": True}}),
        ("begins_after_days", {"validity": {"kind": "days", "days": 1, "begins_after_days": -1}}),
        ("until", {"validity": {"kind": "fixed", "from": "2026-06-02", "until": "2026-06-01"}}),
        ("from", {"validity": {"kind": "fixed", "from": "soon", "until": "2026-06-01"}}),
        ("from", {"validity": {"kind": "fixed", "from": "0001-01-01", "until": "2026-06-01"}}),
        ("until", {"validity": {"kind": "fixed", "from": "2026-06-01", "until": "9999-12-31"}}),
        ("days", {"validity": {"kind": "end_of_month", "days": 3}}),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_part(part: str, told: object) -> None:
    with pytest.raises(Refusal) as refused:
        coupon_rules_from(told)
    assert refused.value.code == "coupon_type.rules_malformed"
    assert refused.value.parameters == {"part": part}
