"""Fees that come with an order: which, how many, and that a quote and its sale agree on them."""

from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.catalog.prices import VariantPrice
from regulars.domain.kernel.ids import RegionId, VariantId
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.fees import (
    FeePer,
    FeeRule,
    check_no_fee,
    fee_rules_from,
    with_fees,
)
from regulars.domain.orders.shop_terms import checked
from regulars.domain.pricing.basket import Basket
from regulars.domain.pricing.units import unrolled
from tests.domain.catalog import builders as menu

ORDER, OTHER_ORDER = UUID(int=901), UUID(int=902)
BAG, CARRIER = menu.LARGE, menu.MEDIUM
ROW = {"variant_id": str(BAG), "sources": ["takeaway"], "per": "order"}


def rule(variant_id: VariantId, per: FeePer, *sources: str) -> FeeRule:
    return FeeRule(variant_id=variant_id, sources=frozenset(sources), per=per)


def two_fries(catalogue: Catalogue) -> tuple[ChosenLine, ...]:
    request = menu.a_request(menu.FRIES, menu.FRIES_ONLY, quantity=2)
    return (catalogue.line(request),)


def test_a_bag_comes_once_and_a_carrier_with_each_unit() -> None:
    catalogue = menu.a_catalogue()
    rules = [rule(BAG, FeePer.ORDER, "takeaway"), rule(CARRIER, FeePer.UNIT, "takeaway")]
    lines = with_fees(two_fries(catalogue), catalogue, rules, source="takeaway", order_id=ORDER)
    assert [(line.variant_id, line.quantity, line.kind) for line in lines[1:]] == [
        (BAG, 1, LineKind.FEE),
        (CARRIER, 2, LineKind.FEE),
    ]
    assert not any(line.discountable for line in lines[1:])
    assert lines[1].unit_list_minor == catalogue.prices[BAG].amount_minor


def test_who_drinks_it_here_pays_no_packaging() -> None:
    catalogue = menu.a_catalogue()
    goods = two_fries(catalogue)
    rules = [rule(BAG, FeePer.ORDER, "takeaway", "delivery")]
    assert with_fees(goods, catalogue, rules, source="counter", order_id=ORDER) == goods


def test_a_fee_without_a_price_at_this_store_is_not_charged_there() -> None:
    catalogue = menu.a_catalogue()
    goods = two_fries(catalogue)
    free = replace(catalogue, prices={**catalogue.prices, BAG: VariantPrice(0, {})})
    for fee, shop in ((menu.PRICELESS, catalogue), (menu.RETIRED, catalogue), (BAG, free)):
        rules = [rule(fee, FeePer.ORDER, "takeaway")]
        assert with_fees(goods, shop, rules, source="takeaway", order_id=ORDER) == goods


def test_a_fee_keeps_its_id_and_its_place_however_often_the_order_is_priced() -> None:
    catalogue = menu.a_catalogue()
    rules = [rule(BAG, FeePer.ORDER, "takeaway"), rule(CARRIER, FeePer.ORDER, "takeaway")]
    first, again, other = (
        with_fees(two_fries(catalogue), catalogue, rules, source="takeaway", order_id=order)
        for order in (ORDER, ORDER, OTHER_ORDER)
    )
    assert [line.id for line in first] == [line.id for line in again]
    assert {line.id for line in first[1:]}.isdisjoint({line.id for line in other[1:]})
    for lines in (first, other, first[::-1]):
        basket = Basket(lines=lines, store_id=menu.STORE, region_id=RegionId(UUID(int=2)))
        units = unrolled(basket, None)
        turns = [units.lines[at].variant_id for at in units.sequence]
        assert turns == [menu.FRIES_ONLY, CARRIER, BAG]


def test_nobody_orders_a_fee() -> None:
    request = menu.a_request(menu.TEA, BAG)
    check_no_fee([request], [rule(CARRIER, FeePer.ORDER, "counter")])
    with pytest.raises(Refusal) as refused:
        check_no_fee([request], [rule(BAG, FeePer.ORDER, "counter")])
    assert refused.value.code == "order.fee_not_ordered"


def test_a_rule_is_read_as_it_is_written() -> None:
    assert fee_rules_from("fees.rules", [ROW]) == (rule(BAG, FeePer.ORDER, "takeaway"),)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [1],
        [{**ROW, "variant_id": "打包袋"}],
        [{**ROW, "sources": []}],
        [{**ROW, "sources": ["drone"]}],
        [{**ROW, "per": "gram"}],
        [{**ROW, "amount_minor": 100}],
        [ROW] * 21,
    ],
)
def test_a_rule_that_says_nothing_clear_is_refused(value: object) -> None:
    with pytest.raises(Refusal) as refused:
        checked("fees.rules", value)
    assert refused.value.code == "terms.malformed"
