"""Money in whole minor units: shares and splits against exact fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.money import (
    CNY,
    MAXIMUM_MINOR,
    WHOLE,
    Currency,
    Money,
    Rate,
    bounded,
    scale_of,
    share_of,
    share_of_minor,
    share_within_minor,
    split,
    split_capped,
)
from regulars.domain.kernel.refusal import Refusal

AMOUNTS = st.integers(-MAXIMUM_MINOR, MAXIMUM_MINOR)
RATES = st.integers(0, 20_000)
WEIGHTS = st.lists(st.integers(0, 5) | st.integers(0, 1_000_000), min_size=1, max_size=12)


def half_away(exact: Fraction) -> int:
    rounded = int(abs(exact) + Fraction(1, 2))
    return rounded if exact >= 0 else -rounded


@given(AMOUNTS, RATES)
def test_a_share_is_the_exact_share_half_away_from_zero(amount: int, rate: int) -> None:
    assert share_of_minor(amount, rate) == half_away(Fraction(amount * rate, 10_000))
    assert share_of(Money(amount), Rate(rate)) == Money(share_of_minor(amount, rate))


@given(AMOUNTS, RATES)
def test_a_contained_share_is_the_exact_one_half_away_from_zero(amount: int, rate: int) -> None:
    exact = Fraction(amount * rate, 10_000 + rate)
    assert share_within_minor(amount, rate) == half_away(exact)


def test_a_price_of_10_60_holds_0_60_of_tax_at_6_percent() -> None:
    assert share_within_minor(1060, 600) == 60
    assert share_of_minor(1000, 600) == 60


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (299, (4300, 1400, 2300), (161, 52, 86)),
        (299, (1000, 1000, 1000), (100, 100, 99)),
        (93, (10, 20, 10, 30, 50, 20, 10, 40), (5, 10, 5, 15, 24, 10, 5, 19)),
        (-300, (4000, 2000, 2000), (-150, -75, -75)),
        (10, (0, 0), (5, 5)),
        (0, (), ()),
    ],
)
def test_a_split_comes_out_as_published(
    total: int, weights: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert split(total, weights) == parts


@pytest.mark.parametrize(
    ("total", "weights", "caps", "parts", "rest"),
    [
        (1000, (3000, 1000, 1000), (200, 1000, 1000), (200, 400, 400), 0),
        (1000, (1, 1, 1), (100, 100, 1000), (100, 100, 800), 0),
        (5000, (3000, 1000), (3000, 1000), (3000, 1000), 1000),
        (100, (0, 500), (0, 500), (0, 100), 0),
        (-1000, (3000, 1000, 1000), (200, 1000, 1000), (-200, -400, -400), 0),
    ],
)
def test_a_capped_split_comes_out_as_published(
    total: int, weights: tuple[int, ...], caps: tuple[int, ...], parts: tuple[int, ...], rest: int
) -> None:
    assert split_capped(total, weights, caps) == (parts, rest)


@given(AMOUNTS, WEIGHTS)
def test_a_split_sums_exactly_and_is_less_than_one_off_anywhere(
    total: int, weights: list[int]
) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(part - exact) < 1


@given(st.integers(0, 10_000), WEIGHTS)
def test_a_larger_remainder_is_served_first_and_ties_go_to_the_earlier(
    total: int, weights: list[int]
) -> None:
    parts, whole = split(total, weights), sum(weights) or len(weights)
    shares = [Fraction(total * (weight if sum(weights) else 1), whole) for weight in weights]
    lifted = [part > share // 1 for part, share in zip(parts, shares, strict=True)]
    for first in range(len(parts)):
        for second in range(first + 1, len(parts)):
            one, other = shares[first] % 1, shares[second] % 1
            if one >= other and lifted[second]:
                assert lifted[first]
            if other > one and lifted[first]:
                assert lifted[second]


@given(AMOUNTS, WEIGHTS)
def test_a_negative_split_mirrors_the_positive_one(total: int, weights: list[int]) -> None:
    assert split(-total, weights) == tuple(-part for part in split(total, weights))


@given(WEIGHTS, st.data())
def test_no_part_of_a_price_passes_it(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    if sum(weights):
        assert all(part <= w for part, w in zip(split(total, weights), weights, strict=True))


@given(st.integers(-50_000, 50_000), WEIGHTS, st.data())
def test_a_capped_split_places_all_that_fits_and_passes_no_cap(
    total: int, weights: list[int], data: st.DataObject
) -> None:
    size = len(weights)
    caps = data.draw(st.lists(st.integers(0, 20_000), min_size=size, max_size=size))
    parts, rest = split_capped(total, weights, caps)
    assert sum(parts) + rest == total
    assert all(abs(part) <= cap for part, cap in zip(parts, caps, strict=True))
    assert rest == 0 or [abs(part) for part in parts] == caps


def test_wrong_weights_are_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError):
        split(1, [])
    with pytest.raises(ValueError):
        split(1, [-1, 2])
    with pytest.raises(ValueError):
        split_capped(1, [1], [])
    with pytest.raises(ValueError):
        Rate(-1)


def test_money_of_two_currencies_does_not_add_up() -> None:
    assert Money(100) + Money(50) - Money(30) == Money(120)
    assert -(Money(100) * 2) == Money(-200)
    with pytest.raises(ValueError):
        Money(100, CNY) + Money(100, Currency("JPY"))


def test_an_amount_no_shop_can_mean_is_refused() -> None:
    assert bounded(MAXIMUM_MINOR) == MAXIMUM_MINOR
    with pytest.raises(Refusal) as refused:
        bounded(MAXIMUM_MINOR + 1)
    assert refused.value.code == "money.amount_out_of_range"


def test_an_unknown_currency_is_refused() -> None:
    assert (scale_of("CNY"), scale_of("JPY")) == (2, 0)
    with pytest.raises(Refusal) as refused:
        scale_of("ABC")
    assert refused.value.code == "money.currency_unknown"
    assert share_of(Money(123), WHOLE) == Money(123)
