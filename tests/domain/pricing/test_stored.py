"""Offers survive being stored, and mixes that nobody could explain are refused at save."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.offer import CouponType, Offer, validity
from regulars.domain.pricing.recipes import RECIPES
from regulars.domain.pricing.stored import OfferHead, check_for_coupon, offer_data, offer_from
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import number

HEAD = OfferHead(number(1), 3, Label("第二杯半价", "Second cup at half price"))
PERCENT = {"kind": "percent", "effect": {"basis_points": 1200}}


TEA = {"tags": ["tea"]}
CAKE = {"tags": ["cake"]}


def saved(kind: str, **parts: object) -> dict[str, object]:
    return {"kind": kind, "effect": parts}


MORE_POINTS = saved("points_multiplier", multiplier_basis_points=20_000)


def slot(quantity: int) -> dict[str, object]:
    return {"goods": TEA, "quantity": quantity}


def deep(depth: int) -> dict[str, object]:
    """A condition so many levels deep."""
    inner = {"kind": "compare", "field": "member", "is": "equal", "value": True}
    for _ in range(depth - 1):
        inner = {"kind": "not", "part": inner}
    return inner


def limited(**limit: object) -> dict[str, object]:
    return {"limits": [{"whose": "all", **limit}]}


def asks(field: str) -> dict[str, object]:
    return {"condition": {"kind": "compare", "field": field, "is": "at_least", "value": 2}}


@given(make.any_offer())
def test_a_stored_offer_reads_back_as_it_was(offer: Offer) -> None:
    stored = json.loads(json.dumps(offer_data(offer)))
    head = OfferHead(offer.id, offer.version, offer.name, offer.period)
    assert offer_from(head, stored) == offer


def test_an_offer_in_its_shortest_form_has_plain_defaults() -> None:
    offer = offer_from(HEAD, PERCENT)
    assert (offer.id, offer.version, offer.name) == (HEAD.id, 3, HEAD.name)
    assert offer.goods.everything
    assert offer.groups == ()


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("percent", "offer.malformed"),
        ({}, "offer.malformed"),
        ({"kind": "percent"}, "offer.malformed"),
        ({"kind": "present", "effect": {}}, "offer.malformed"),
        ({"kind": ["gift"], "effect": {}}, "offer.malformed"),
        ({**PERCENT, "goods": {"variants": ["large"]}}, "offer.malformed"),
        ({**PERCENT, "groups": ["甲", "乙", "丙", "丁", "戊", "己"]}, "offer.groups_too_many"),
        ({**PERCENT, "stack": "only_with"}, "offer.only_with_whom"),
        ({**PERCENT, "only_with": ["甲"]}, "offer.only_with_whom"),
        ({**PERCENT, "stack": "alone", "only_with": ["甲"]}, "offer.only_with_whom"),
        ({**PERCENT, "condition": deep(12)}, "condition.too_large"),
        (
            {**PERCENT, "condition": {"kind": "all", "parts": [deep(1)] * 300}},
            "condition.too_large",
        ),
        ({**PERCENT, "sticky": True}, "offer.malformed"),
        ({**PERCENT, "stack": "sometimes"}, "offer.malformed"),
        ({**PERCENT, "groups": "招牌"}, "offer.malformed"),
        ({**PERCENT, "groups": ["招牌", "招牌"]}, "offer.malformed"),
        ({**PERCENT, "goods": []}, "offer.malformed"),
        ({**PERCENT, "goods": ["tea"]}, "offer.malformed"),
        ({**PERCENT, "goods": {"brands": []}}, "offer.malformed"),
        ({**PERCENT, "goods": {"products": ["tea"]}}, "offer.malformed"),
        ({**PERCENT, "priority": 5_000}, "offer.out_of_range"),
        ({**PERCENT, "priority": "high"}, "offer.malformed"),
        ({**PERCENT, "condition": {"kind": "some"}}, "condition.malformed"),
        (saved("percent", basis_points=0), "offer.out_of_range"),
        (saved("percent", basis_points=10_001), "offer.out_of_range"),
        (saved("percent", basis_points=12.5), "offer.malformed"),
        (saved("percent", basis_points=True), "offer.malformed"),
        (saved("percent", basis_points=1, rate=2), "offer.malformed"),
        (saved("percent", basis_points=1, per="line"), "offer.malformed"),
        (saved("percent", basis_points=1, per="unit", cap_minor=5), "offer.malformed"),
        (saved("percent", basis_points=1, units_max=1), "offer.malformed"),
        (saved("percent", basis_points=1, with_extras=True), "offer.malformed"),
        (saved("percent", basis_points=1, per="unit", with_extras=1), "offer.malformed"),
        (saved("amount", amount_minor=0), "offer.out_of_range"),
        (saved("amount", amount_minor=1, with_extras=True), "offer.malformed"),
        (saved("nth", n=1, basis_points=5_000), "offer.out_of_range"),
        (saved("nth", n=2, basis_points=5_000, groups_max=0), "offer.out_of_range"),
        (saved("nth", n=3, m=3, basis_points=5_000), "offer.out_of_range"),
        (saved("percent", basis_points=1, on_top=True), "offer.malformed"),
        (saved("amount", amount_minor=1, per="unit", units_max=1, on_top=True), "offer.malformed"),
        (saved("amount", amount_minor=-1), "offer.out_of_range"),
        (saved("price"), "offer.malformed"),
        (saved("price", price_minor=1, basis_points=1), "offer.malformed"),
        (saved("price", price_minor=-1), "offer.out_of_range"),
        (saved("price", basis_points=10_001), "offer.out_of_range"),
        (saved("unit_price", price_minor=-1), "offer.out_of_range"),
        (saved("unit_price"), "offer.malformed"),
        (saved("quantity_ladder", steps=[]), "offer.malformed"),
        (
            saved("quantity_ladder", steps=[{"quantity": 0, "basis_points": 1}]),
            "offer.out_of_range",
        ),
        (saved("gift", get=TEA), "offer.malformed"),
        (saved("gift", get=TEA, threshold_minor=1, units_from=1), "offer.malformed"),
        (saved("gift", get=TEA, units_from=1, base="list"), "offer.malformed"),
        (saved("gift", get=TEA, threshold_minor=-1), "offer.out_of_range"),
        (saved("gift", threshold_minor=1), "offer.goods_missing"),
        (saved("gift", threshold_minor=1, get={"excluded_tags": ["tea"]}), "offer.goods_missing"),
        (saved("buy_get", n=1), "offer.goods_missing"),
        (saved("buy_get", get=TEA, n=0), "offer.out_of_range"),
        (saved("buy_get", get=TEA, n=19, m=2), "offer.out_of_range"),
        (saved("bundle", slots=[], price_minor=1), "offer.malformed"),
        (saved("bundle", slots=[{"quantity": 2}], price_minor=1), "offer.goods_missing"),
        (saved("bundle", slots=[slot(1)], price_minor=1), "offer.bundle_too_small"),
        (saved("bundle", slots=[slot(11), slot(10)], price_minor=1), "offer.bundle_too_large"),
        (saved("bundle", slots=[slot(1)] * 6, price_minor=1), "offer.bundle_too_large"),
        (saved("bundle", slots=[slot(21)], price_minor=1), "offer.out_of_range"),
        (saved("bundle", slots=[slot(2)], price_minor=-1), "offer.out_of_range"),
        (saved("fee_waiver"), "offer.goods_missing"),
        ({**saved("fee_waiver", cap_minor=0), "goods": {"tags": ["fee"]}}, "offer.out_of_range"),
        (saved("points_multiplier", multiplier_basis_points=10_000), "offer.out_of_range"),
        (saved("points_multiplier", multiplier_basis_points=100_001), "offer.out_of_range"),
        (saved("spend_and_save", steps=[]), "offer.malformed"),
        (saved("spend_and_save", steps=[5]), "offer.malformed"),
    ],
)
def test_an_offer_written_wrong_is_refused(definition: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        offer_from(HEAD, definition)
    assert refused.value.code == code


def ladder(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"quantity": quantity, "basis_points": off} for quantity, off in pairs]


def steps(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"threshold_minor": threshold, "off_minor": off} for threshold, off in pairs]


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (
            saved("spend_and_save", steps=steps((8000, 1200), (4000, 500))),
            "offer.steps_out_of_order",
        ),
        (
            saved("spend_and_save", steps=steps((4000, 500), (8000, 400))),
            "offer.steps_out_of_order",
        ),
        (saved("spend_and_save", steps=steps((4000, 5000))), "offer.saves_more_than_spent"),
        (
            saved("spend_and_save", steps=steps((40, 5), (80, 9)), repeat="per_step"),
            "offer.malformed",
        ),
        (
            saved("quantity_ladder", steps=ladder((2, 1_000), (2, 2_000))),
            "offer.ladder_out_of_order",
        ),
        (
            saved("quantity_ladder", steps=ladder((2, 1_000), (3, 1_000))),
            "offer.ladder_out_of_order",
        ),
        (
            {**saved("bundle", slots=[slot(2)], price_minor=1), "goods": TEA},
            "offer.goods_stand_in_slots",
        ),
        ({**saved("buy_get", get=TEA), "goods": TEA}, "offer.goods_the_same"),
        ({**saved("gift", get=TEA, units_from=2), "goods": TEA}, "offer.gift_is_circular"),
        (
            {**saved("gift", get={"tags": ["cake", "tea"]}, units_from=2), "goods": TEA},
            "offer.gift_is_circular",
        ),
        (saved("gift", get=TEA, threshold_minor=1, base="after_item"), "offer.gift_base_wrong"),
        ({**saved("price", price_minor=9), **asks("spend")}, "offer.price_stands_first"),
        ({**saved("price", price_minor=9), **asks("quantity")}, "offer.price_stands_first"),
        ({**saved("price", price_minor=9), **asks("own_quantity")}, "offer.price_stands_first"),
        ({**saved("price", price_minor=9), "groups": ["甲"]}, "offer.stack_not_allowed"),
        ({**saved("price", price_minor=9), "stack": "alone"}, "offer.stack_not_allowed"),
        (
            {**MORE_POINTS, "groups": ["甲"]},
            "offer.stack_not_allowed",
        ),
        ({**MORE_POINTS, **limited(uses=100)}, "offer.points_not_limited"),
        ({**MORE_POINTS, **limited(amount_minor=9_900)}, "offer.points_not_limited"),
        (
            {**saved("price", price_minor=9), **limited(amount_minor=9_900)},
            "offer.price_has_no_budget",
        ),
        (
            {**saved("price", price_minor=9), **limited(uses=100, amount_minor=9_900)},
            "offer.price_has_no_budget",
        ),
        ({**PERCENT, "goods": {"tags": ["tea"]}}, "offer.goods_not_allowed"),
        (
            {
                **saved("spend_and_save", steps=steps((4000, 500)), base="after_item"),
                "goods": {"excluded_tags": ["tea"]},
            },
            "offer.goods_not_allowed",
        ),
    ],
)
def test_a_mix_that_nobody_could_explain_is_refused(definition: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        offer_from(HEAD, definition)
    assert refused.value.code == code


def test_a_price_may_be_limited_to_so_many_orders() -> None:
    definition = {**saved("price", price_minor=9), **limited(uses=100)}
    assert [one.uses for one in offer_from(HEAD, definition).limits] == [100]


def test_a_gift_of_some_of_the_goods_is_earned_by_the_others() -> None:
    definition = {**saved("gift", get={"products": [str(number(7))]}, units_from=2), "goods": TEA}
    assert offer_from(HEAD, definition).effect.sets()[0].products == {number(7)}


def test_a_price_and_more_points_are_no_coupons() -> None:
    for definition in (
        saved("price", price_minor=900),
        MORE_POINTS,
    ):
        with pytest.raises(Refusal, match=r"offer\.not_for_coupons"):
            check_for_coupon(offer_from(HEAD, definition))
    check_for_coupon(offer_from(HEAD, PERCENT))


def test_every_template_can_be_saved_and_those_for_coupons_as_coupons() -> None:
    assert len(RECIPES) == len({one.code for one in RECIPES}) >= 20
    for one in RECIPES:
        offer = offer_from(OfferHead(number(1), 1, one.label), one.definition)
        if one.as_coupon:
            check_for_coupon(offer)


@given(st.integers(1, 400))
def test_a_coupon_lasts_to_the_end_of_its_last_business_day(days: int) -> None:
    kind = CouponType(
        id=CouponTypeId(number(1)), code="NEW10", offer=offer_from(HEAD, PERCENT), valid_days=days
    )
    issued = instant_from_iso("2026-05-01T14:00:00+08:00")
    period = validity(kind, issued_at=issued, zone="Asia/Shanghai", cut_off_minutes=240)
    assert period is not None
    assert period.start == issued
    assert period.end is not None
    assert (period.end - instant_from_iso("2026-05-01T04:00:00+08:00")).days == days
    assert kind.name == HEAD.name
