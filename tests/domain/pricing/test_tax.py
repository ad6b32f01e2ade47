"""Tax: contained in the price or added to it, rounded per line or per order."""

from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import share_of_minor, share_within_minor
from regulars.domain.pricing.basket import PricingTerms, TaxMode
from regulars.domain.pricing.quote import Quote
from tests.domain.pricing.builders import NO_POINTS_LIMIT, a_basket, a_line, priced

PER_LINE = PricingTerms(points=NO_POINTS_LIMIT)
PER_ORDER = PricingTerms(points=NO_POINTS_LIMIT, tax_mode=TaxMode.ORDER)
PRICES = st.lists(st.integers(0, 5_000), min_size=1, max_size=5)


def a_tax(rate: int, *, inclusive: bool) -> TaxCategory:
    """A tax category. Units: basis points."""
    return TaxCategory(
        code=f"t{rate}", name=Label("税", "Tax"), rate_basis_points=rate, inclusive=inclusive
    )


def bill(prices: list[int], tax: TaxCategory, terms: PricingTerms, quantity: int = 1) -> Quote:
    lines = [
        a_line(number, price, tax=tax, quantity=quantity)
        for number, price in enumerate(prices, start=1)
    ]
    return priced(a_basket(*lines), terms=terms)


@given(PRICES, st.integers(1, 3))
def test_inclusive_tax_rounds_once_for_each_line(prices: list[int], quantity: int) -> None:
    quoted = bill(prices, a_tax(600, inclusive=True), PER_LINE, quantity)
    for line in quoted.lines:
        assert line.tax_minor == share_within_minor(line.net_minor, 600)
        assert line.due_minor == line.net_minor
    assert quoted.totals.due_minor == sum(prices) * quantity


@given(PRICES, st.integers(1, 3))
def test_exclusive_tax_rounds_once_for_each_line(prices: list[int], quantity: int) -> None:
    quoted = bill(prices, a_tax(875, inclusive=False), PER_LINE, quantity)
    for line in quoted.lines:
        assert line.tax_minor == share_of_minor(line.net_minor, 875)
        assert line.due_minor == line.net_minor + line.tax_minor


@given(PRICES, st.booleans())
def test_tax_per_order_rounds_once_for_each_category(prices: list[int], inclusive: bool) -> None:
    quoted = bill(prices, a_tax(875, inclusive=inclusive), PER_ORDER)
    share = share_within_minor if inclusive else share_of_minor
    assert quoted.totals.tax_minor == share(sum(prices), 875)
    assert quoted.totals.tax_minor == sum(line.tax_minor for line in quoted.lines)


def test_ten_pieces_at_0_05_hold_their_tax_only_per_order() -> None:
    tax = a_tax(1_300, inclusive=True)
    assert bill([5] * 5, tax, PER_LINE).totals.tax_minor == 5
    assert bill([5] * 5, tax, PER_ORDER).totals.tax_minor == 3


def test_an_untaxed_line_holds_none() -> None:
    assert bill([1800], a_tax(0, inclusive=True), PER_ORDER).totals.tax_minor == 0
