"""Passes: what a use is worth, how long a pass runs, and what giving it back brings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.pass_promise import PassPromise, RefundRule, pass_data, pass_from
from regulars.domain.loyalty.passes import (
    PassNow,
    PassState,
    RefundPart,
    check_use,
    days_frozen,
    frozen_until,
    refund_of,
    value_of_uses,
)

TEN_CUPS: Mapping[str, object] = {
    "code": "TEA10",
    "price_minor": 15_000,
    "uses": 10,
    "valid_days": 90,
    "covers_zh": "任意奶茶一杯",
    "freeze_days_max": 30,
    "refund": {"rule": "by_list_price", "list_price_minor": 1_800},
}
TODAY = BusinessDay(date(2026, 5, 4))
NEW = PassNow(
    state=PassState.ACTIVE,
    uses=10,
    used=0,
    ends_on=date(2026, 8, 2),
    frozen_on=None,
    frozen_days=0,
)


def promised(**parts: object) -> PassPromise:
    return pass_from({**TEN_CUPS, **parts})


def test_a_pass_reads_what_it_wrote() -> None:
    for promise in (promised(), promised(coupon_type="TEN", unused="revenue", transferable=True)):
        assert pass_from(pass_data(promise)) == promise


@pytest.mark.parametrize(
    "wrong",
    [
        {"uses": 0},
        {"uses": 1_001},
        {"price_minor": 0},
        {"price_minor": 9_223_372_036_854_775_807},
        {"valid_days": 0},
        {"valid_days": True},
        {"code": "茶"},
        {"code": ""},
        {"code": None},
        {"covers_zh": ""},
        {"refund": {"rule": "as_we_like"}},
        {"refund": {"rule": "by_list_price", "list_price_minor": 1_499}},
        {"refund": 5},
        {"transferable": "yes"},
        {"products": [7]},
        {"discount": 1},
        {"unused": "gone"},
    ],
)
def test_a_pass_that_nobody_could_keep_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        promised(**wrong)
    assert refused.value.code == "terms.malformed"


@given(
    price=st.integers(1, 100_000_000),
    uses=st.integers(1, 200),
    steps=st.lists(st.integers(1, 20), min_size=1, max_size=50),
)
def test_uses_earn_the_price_exactly_in_whatever_steps(
    price: int, uses: int, steps: list[int]
) -> None:
    used, earned = 0, 0
    for step in steps:
        count = min(step, uses - used)
        value = value_of_uses(price, uses, used=used, count=count)
        assert value >= 0
        used, earned = used + count, earned + value
    assert earned + value_of_uses(price, uses, used=used, count=uses - used) == price


@pytest.mark.parametrize(
    ("now", "count", "code"),
    [
        (NEW, 0, "pass.count_malformed"),
        (NEW, 11, "pass.used_up"),
        (replace(NEW, used=10), 1, "pass.used_up"),
        (replace(NEW, ends_on=TODAY), 1, "pass.over"),
        (replace(NEW, state=PassState.FROZEN, frozen_on=TODAY), 1, "pass.frozen"),
        (replace(NEW, state=PassState.REFUNDED), 1, "pass.not_active"),
        (replace(NEW, state=PassState.EXPIRED), 1, "pass.not_active"),
    ],
)
def test_what_cannot_be_used_says_why(now: PassNow, count: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_use(now, count, on=TODAY)
    assert refused.value.code == code


def test_a_freeze_lasts_as_long_as_what_is_left_of_it() -> None:
    rested = replace(NEW, frozen_days=20)
    assert frozen_until(rested, promised(), on=TODAY) == date(2026, 5, 14)
    frozen = replace(rested, state=PassState.FROZEN, frozen_on=TODAY)
    on_the_sixth = BusinessDay(date(2026, 5, 10))
    assert days_frozen(frozen, promised(), on=on_the_sixth) == 6
    much_later = BusinessDay(date(2026, 7, 1))
    assert days_frozen(frozen, promised(), on=much_later) == 10
    with pytest.raises(Refusal) as refused:
        frozen_until(replace(NEW, frozen_days=30), promised(), on=TODAY)
    assert refused.value.code == "pass.freeze_over"
    with pytest.raises(Refusal) as refused:
        days_frozen(NEW, promised(), on=TODAY)
    assert refused.value.code == "pass.not_frozen"


def test_a_refund_by_list_price_counts_every_use_at_the_list_price() -> None:
    refund = refund_of(promised(), price_minor=15_000, used=3, deferred_minor=10_500)
    assert [
        (line.part, line.count, line.each_minor, line.amount_minor) for line in refund.lines
    ] == [
        (RefundPart.PAID, 10, None, 15_000),
        (RefundPart.USED, 3, 1_800, -5_400),
    ]
    assert (refund.amount_minor, refund.kept_minor) == (9_600, 900)


def test_a_refund_pro_rata_gives_back_what_is_not_earned() -> None:
    promise = promised(refund={"rule": "pro_rata"})
    refund = refund_of(promise, price_minor=15_000, used=3, deferred_minor=10_500)
    assert (refund.rule, refund.amount_minor, refund.kept_minor) == (RefundRule.PRO_RATA, 10_500, 0)


@given(
    price=st.integers(1, 1_000_000),
    uses=st.integers(1, 100),
    part=st.floats(0, 1),
    more=st.integers(0, 5_000),
    rule=st.sampled_from(RefundRule),
)
def test_a_refund_is_never_more_than_what_is_owed(
    price: int, uses: int, part: float, more: int, rule: RefundRule
) -> None:
    each = -(-price // uses) + more
    promise = promised(
        price_minor=price,
        uses=uses,
        refund={"rule": rule.value, "list_price_minor": each},
    )
    used = round(uses * part)
    deferred = price - value_of_uses(price, uses, used=0, count=used)
    refund = refund_of(promise, price_minor=price, used=used, deferred_minor=deferred)
    assert 0 <= refund.amount_minor <= deferred
    assert refund.amount_minor + refund.kept_minor == deferred
    assert sum(line.amount_minor for line in refund.lines) == refund.amount_minor
    if not used:
        assert refund.amount_minor == price
