"""What an offer may not be beside the others of its shops."""

from uuid import UUID

import pytest
from hypothesis import given

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import (
    ALWAYS,
    All,
    Compare,
    Comparison,
    Condition,
    OneOf,
    Within,
)
from regulars.domain.kernel.period import Period, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds import BundlePrice, BundleSlot, BuyGet, NthDiscount, Percent
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer
from regulars.domain.pricing.set_rules import (
    Placed,
    Shelf,
    check_after_item,
    check_bundle,
    check_goods,
    check_overlapping,
    meet,
)
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import a_line, an_offer, number, tagged

AFTER_ITEM = SpendAndSave(steps=(SpendStep(9_000, 500),), base=SpendBase.AFTER_ITEM)
MAY, JUNE, JULY = (instant_from_iso(f"2026-0{month}-01T00:00:00+08:00") for month in (5, 6, 7))
EAST, WEST = frozenset({number(1)}), frozenset({number(2)})


def shelf(*lines: ChosenLine, unpriced: frozenset[UUID] = frozenset()) -> Shelf:
    return Shelf(
        lines=lines,
        unpriced=unpriced,
        ids=frozenset(one for line in lines for one in (line.product_id, line.variant_id)),
        tags=frozenset().union(*[line.tags for line in lines]),
    )


TEA_SHOP = shelf(
    a_line(1, 1_800, tags=["tea"]), a_line(2, 1_500, tags=["tea"]), a_line(3, 1_200, tags=["cake"])
)


def ladder(
    offer: int,
    condition: Condition = ALWAYS,
    period: Period = ALWAYS_VALID,
    stores: frozenset[UUID] | None = None,
) -> Placed:
    return Placed(an_offer(offer, AFTER_ITEM, condition=condition, period=period), stores)


def refused(new: Placed, *others: Placed) -> bool:
    try:
        check_after_item(new, others)
    except Refusal as refusal:
        return refusal.code == "offer.too_many_after_item"
    return False


def test_a_third_threshold_after_item_offers_is_one_too_many() -> None:
    assert not refused(ladder(1), ladder(2))
    assert refused(ladder(1), ladder(2), ladder(3))
    plain = Placed(an_offer(4, Percent(basis_points=100)), None)
    assert not refused(plain, ladder(2), ladder(3))
    assert not refused(ladder(1), ladder(2), plain)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ladder(3, period=Period(JULY, None)),
        ladder(3, stores=WEST),
        ladder(3, condition=OneOf("weekday", (6, 7))),
        ladder(3, condition=All((OneOf("source", ("delivery",)),))),
        ladder(3, condition=Within("minute_of_day", 0, 840)),
    ],
)
def test_one_at_another_time_or_place_is_not_counted(elsewhere: Placed) -> None:
    here = All(
        (
            OneOf("weekday", (1, 2, 3)),
            Compare("source", Comparison.EQUAL, "counter"),
            Within("minute_of_day", 840, 1_020),
        )
    )
    new = ladder(1, here, Period(MAY, JULY), EAST)
    assert not meet(new, elsewhere)
    assert meet(new, ladder(2))
    assert not refused(new, ladder(2), elsewhere)


@given(make.any_offer(1), make.any_offer(2))
def test_two_offers_meet_whichever_is_named_first(one: Offer, other: Offer) -> None:
    assert meet(Placed(one, EAST), Placed(other, None)) == meet(
        Placed(other, None), Placed(one, EAST)
    )


def nths(first: int, count: int, period: Period = ALWAYS_VALID) -> list[Placed]:
    return [
        Placed(
            an_offer(at, NthDiscount(n=2, basis_points=at), goods=tagged("tea"), period=period),
            None,
        )
        for at in range(first, first + count)
    ]


@pytest.mark.parametrize(("others", "warned"), [(5, False), (6, True), (8, True)])
def test_many_offers_for_several_items_are_warned_about(others: int, warned: bool) -> None:
    new = nths(100, 1)[0]
    assert bool(check_overlapping(new, nths(1, others), TEA_SHOP)) is warned


def test_the_tenth_offer_for_several_items_on_a_product_is_refused() -> None:
    slots = (BundleSlot(tagged("tea"), 1), BundleSlot(tagged("cake"), 1))
    bundle = Placed(an_offer(100, BundlePrice(slots=slots, price_minor=100)), None)
    with pytest.raises(Refusal, match=r"offer\.too_many_overlapping"):
        check_overlapping(bundle, nths(1, 9), TEA_SHOP)
    cakes = BuyGet(get=tagged("cake"), n=2)
    apart = Placed(an_offer(101, cakes, goods=Goods(products=frozenset({number(77)}))), None)
    assert check_overlapping(apart, nths(1, 9), TEA_SHOP) == ()


def test_offers_that_follow_each_other_are_not_counted_together() -> None:
    new = nths(100, 1)[0]
    may, june = nths(1, 5, Period(MAY, JUNE)), nths(10, 5, Period(JUNE, JULY))
    assert check_overlapping(new, [*may, *june], TEA_SHOP) == ()


def bundle_of(price_minor: int) -> BundlePrice:
    slots = (BundleSlot(tagged("tea"), 2), BundleSlot(tagged("cake"), 1))
    return BundlePrice(slots=slots, price_minor=price_minor)


def test_a_bundle_must_be_cheaper_than_its_cheapest_parts() -> None:
    check_bundle(bundle_of(4_199), TEA_SHOP)
    with pytest.raises(Refusal) as saves_nothing:
        check_bundle(bundle_of(4_200), TEA_SHOP)
    assert saves_nothing.value.parameters == {"cheapest_minor": 4_200}


def test_a_bundle_of_unknown_prices_is_not_judged() -> None:
    check_bundle(bundle_of(9_900), shelf(a_line(1, 1_800, tags=["tea"])))
    tea, cake = a_line(1, 0, tags=["tea"]), a_line(2, 1_200, tags=["cake"])
    check_bundle(bundle_of(9_900), shelf(tea, cake, unpriced=frozenset({tea.variant_id})))


def test_goods_that_do_not_exist_are_named() -> None:
    nothing = number(55)
    offer = an_offer(1, Percent(basis_points=100), goods=Goods(products=frozenset({nothing})))
    with pytest.raises(Refusal) as refusal:
        check_goods(offer, TEA_SHOP)
    assert (refusal.value.code, refusal.value.parameters) == (
        "offer.goods_unknown",
        {"ids": [str(nothing)]},
    )
    asked = an_offer(2, Percent(basis_points=100), condition=OneOf("tags", ("tea", "ice")))
    with pytest.raises(Refusal) as refusal:
        check_goods(asked, TEA_SHOP)
    assert refusal.value.parameters == {"tags": ["ice"]}
    check_goods(an_offer(3, bundle_of(1)), TEA_SHOP)
