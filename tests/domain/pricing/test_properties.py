"""What holds for every bill, whatever the basket and the offers."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.basket import Choices, HeldCoupon, PricingTerms, TaxMode
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quote_parts import Step
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import NO_POINTS_LIMIT, TERMS, a_basket, a_member, priced
from tests.domain.pricing.properties import apart

TWO_COUPONS = PricingTerms(points=NO_POINTS_LIMIT, coupons_per_order_max=2)
PER_ORDER = PricingTerms(points=NO_POINTS_LIMIT, tax_mode=TaxMode.ORDER)


def bill(
    lines: Sequence[ChosenLine],
    offers: Sequence[Offer],
    coupons: Sequence[HeldCoupon] = (),
    *,
    terms: PricingTerms = TWO_COUPONS,
    choices: Choices | None = None,
) -> Quote:
    return priced(
        a_basket(*lines),
        *offers,
        member=a_member(*coupons, discount=700, points=10_000_000),
        terms=terms,
        choices=choices or Choices(),
    )


@given(make.lines(units_max=9), make.offers(), make.coupons(), st.integers(0, 3), st.booleans())
def test_every_share_sums_to_its_line_and_to_the_bill(
    lines: list[ChosenLine],
    offers: list[Offer],
    coupons: list[HeldCoupon],
    points: int,
    per_order: bool,
) -> None:
    free = bill(lines, offers, coupons)
    usable = min(points, free.points.usable_max)
    quoted = bill(
        lines,
        offers,
        coupons,
        terms=PER_ORDER if per_order else TERMS,
        choices=Choices(
            points=min(usable, bill(lines, offers, coupons, terms=TERMS).points.usable_max)
        ),
    )
    taken = {line.line.id: 0 for line in quoted.lines}
    for one in quoted.adjustments:
        line = quoted.lines[one.position]
        assert one.amount_minor == sum(one.units) > 0
        assert len(one.units) == line.line.quantity
        assert all(share >= 0 for share in one.units)
        taken[line.line.id] += one.amount_minor
    for line in quoted.lines:
        assert line.list_minor - taken[line.line.id] == line.net_minor
        assert line.net_minor == sum(unit.net_minor for unit in line.units)
        assert line.tax_minor == sum(unit.tax_minor for unit in line.units)
        assert line.due_minor == sum(unit.due_minor for unit in line.units)
    added = sum(line.tax_minor for line in quoted.lines if not line.line.tax.inclusive)
    totals = quoted.totals
    assert totals.list_minor - totals.discount_minor - totals.points_minor == (
        totals.due_minor - added
    )
    by_step = sum(
        one.amount_minor for one in quoted.adjustments if one.step is not Step.AFTER_POINTS
    )
    assert by_step == totals.discount_minor
    assert sum(one.amount_minor for one in quoted.deductions()) == (
        totals.discount_minor + totals.points_minor
    )


@given(make.lines(units_max=9), make.offers(), make.coupons())
def test_no_unit_falls_below_nothing_and_prices_only_fall(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    for line in bill(lines, offers, coupons).lines:
        for unit in line.units:
            assert unit.list_minor >= unit.base_minor >= unit.after_item_minor
            assert unit.after_item_minor >= unit.after_order_minor >= unit.net_minor >= 0
            assert 0 <= unit.tax_minor <= unit.due_minor


@given(make.lines(units_max=9), make.offers(), make.coupons())
def test_goods_that_take_no_discount_keep_their_price(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    for line in bill(lines, offers, coupons).lines:
        if not line.line.discountable:
            assert all(unit.base_minor == unit.net_minor for unit in line.units)


@given(make.lines(units_max=8), make.offers(), make.coupons(), st.randoms(use_true_random=False))
def test_the_order_of_lines_offers_and_coupons_changes_nothing(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon], dice: object
) -> None:
    first = bill(lines, offers, coupons)
    again = bill(lines[::-1], offers[::-1], coupons[::-1])
    assert again.fingerprint == first.fingerprint
    assert again.totals == first.totals
    assert again.coupons_used == first.coupons_used
    assert again.deductions() == first.deductions()
    assert {line.line.id: line for line in again.lines} == {
        line.line.id: line for line in first.lines
    }


@given(make.lines(units_max=6), make.offers(), make.coupons())
def test_two_lines_of_one_cost_what_one_line_of_two_costs(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    whole, parts = bill(lines, offers, coupons), bill(apart(lines), offers, coupons)
    assert parts.totals.discount_minor == whole.totals.discount_minor
    assert parts.coupons_used == whole.coupons_used


@given(make.lines(units_max=6, inclusive_only=True), make.offers(), make.offer(9))
def test_one_more_offer_never_makes_the_bill_dearer(
    lines: list[ChosenLine], offers: list[Offer], more: Offer
) -> None:
    before, after = bill(lines, offers), bill(lines, [*offers, more])
    assert after.totals.due_minor <= before.totals.due_minor


@given(make.lines(units_max=8), make.offers(), make.coupons())
def test_the_same_basket_gives_the_same_bytes(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    first, again = bill(lines, offers, coupons), bill(lines, offers, coupons)
    assert first == again
    assert repr(first) == repr(again)
    assert first.verdicts == again.verdicts
    assert first.hints == again.hints


@given(make.lines(units_max=6), make.offers(), make.coupons())
def test_every_offer_and_coupon_gets_one_verdict(
    lines: list[ChosenLine], offers: list[Offer], coupons: list[HeldCoupon]
) -> None:
    quoted = bill(lines, offers, coupons)
    told = [one.source_id for one in quoted.verdicts if one.coupon_id is None]
    assert sorted(one.int for one in told if one is not None) == sorted(
        offer.id.int for offer in offers
    )
    assert {one.id for one in quoted.coupons} == {coupon.id for coupon in coupons}
    assert len(quoted.coupons) == len(coupons)
    saved = {one.coupon_id: one.saving_minor for one in quoted.verdicts if one.coupon_id}
    assert all(saved[coupon] > 0 for coupon in quoted.coupons_used)
    used = {one.id for one in quoted.coupons if one.used}
    assert used == set(quoted.coupons_used)
