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
from regulars.domain.pricing.stored import OfferHead, offer_data, offer_from
from tests.domain.pricing import strategies as make
from tests.domain.pricing.builders import number

HEAD = OfferHead(number(1), 3, Label("第二杯半价", "Second cup at half price"))
PERCENT = {"kind": "percent", "effect": {"basis_points": 1200}}


def saved(kind: str, **parts: object) -> dict[str, object]:
    return {"kind": kind, "effect": parts}


@given(make.offer(1))
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
        ({"kind": "gift", "effect": {}}, "offer.malformed"),
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
        (saved("spend_and_save", steps=[]), "offer.malformed"),
        (saved("spend_and_save", steps=[5]), "offer.malformed"),
    ],
)
def test_an_offer_written_wrong_is_refused(definition: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        offer_from(HEAD, definition)
    assert refused.value.code == code


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


@given(st.integers(1, 400))
def test_a_coupon_lasts_to_the_end_of_its_last_business_day(days: int) -> None:
    kind = CouponType(
        id=CouponTypeId(number(1)), code="NEW10", offer=offer_from(HEAD, PERCENT), valid_days=days
    )
    issued = instant_from_iso("2026-05-01T14:00:00+08:00")
    period = validity(kind, issued_at=issued, zone="Asia/Shanghai", cut_off_minutes=240)
    assert period.start == issued
    assert period.end is not None
    assert (period.end - instant_from_iso("2026-05-01T04:00:00+08:00")).days == days
    assert kind.name == HEAD.name
