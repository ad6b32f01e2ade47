"""What the points mall offers."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.mall import (
    MallOrderState,
    cancellable,
    mall_item_data,
    mall_item_from,
)
from tests.domain.loyalty.definitions import COUPON, MUG


def test_a_definition_reads_back_what_it_wrote() -> None:
    for definition in (MUG, COUPON, {**MUG, "tiers": ["gold"], "image": "mug"}):
        item = mall_item_from(definition)
        assert mall_item_from(mall_item_data(item)) == item


def test_a_thing_is_fetched_and_a_coupon_is_given_at_once() -> None:
    assert mall_item_from(MUG).fetched
    assert not mall_item_from(COUPON).fetched


def test_what_waits_or_gave_coupons_alone_can_be_cancelled() -> None:
    mug, coupon = mall_item_from(MUG), mall_item_from(COUPON)
    money = mall_item_from({"points": 10, "gives": {"bonus_minor": 500}})
    assert cancellable(mug, MallOrderState.WAITING)
    assert not cancellable(mug, MallOrderState.HANDED_OVER)
    assert not cancellable(mug, MallOrderState.CANCELLED)
    assert cancellable(coupon, MallOrderState.GIVEN)
    assert not cancellable(money, MallOrderState.GIVEN)


def test_a_tier_opens_what_is_for_it_alone() -> None:
    item = mall_item_from({**MUG, "tiers": ["gold"]})
    item.check_tier("gold")
    with pytest.raises(Refusal, match="tier_needed"):
        item.check_tier("leaf")


@pytest.mark.parametrize(
    "change",
    [
        {"points": 0},
        {"points": True},
        {"points": 10_000_001},
        {"gives": {}},
        {"gives": {"points": 50}},
        {"gives": {"growth_value": 50}},
        {"stock": 0},
        {"per_member": {"span": "year", "uses": 1}},
        {"per_member": {"span": "day", "uses": 0}},
        {"tiers": "gold"},
        {"image": ""},
        {"price": 3},
    ],
)
def test_nonsense_is_refused_when_it_is_saved(change: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"terms\.malformed|programme\.malformed"):
        mall_item_from({**MUG, **change})
