"""The points mall on both engines: ordered, fetched, cancelled, and nothing lost on the way."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.pricing.basket import Choices
from regulars.storage import ledger
from regulars.storage.engine import Database
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.offers import SaveCouponType
from tests.domain.loyalty.definitions import COUPON, MUG
from tests.rewards import differences, handed_out, order, refused, saved, started, with_points
from tests.shops import ShopUnderTest, named, open_shop

TEN = named("coupon_type:TEN")


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def id_of(answer: dict[str, object]) -> UUID:
    return UUID(str(answer["id"]))


def cancel(shop: ShopUnderTest, order_id: UUID) -> dict[str, object]:
    return shop.run(CancelMallOrder(order_id=order_id, reason="不想要了"))


def lots(shop: ShopUnderTest, member: UUID) -> list[tuple[UUID, int]]:
    with shop.database.read() as read:
        rows = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=member)
    return sorted((lot.id, lot.remaining) for lot in rows)


def test_a_thing_is_ordered_with_points_and_fetched_once(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, MUG)
    wang = shop.join("13800138000")
    ordered = order(shop, mug, wang)
    assert (ordered["state"], ordered["points"], ordered["given"]) == ("waiting", 40, None)
    assert len(str(ordered["code"])) == 6
    assert (shop.balances(wang).points, handed_out(shop)) == (10, [])
    assert shop.run(HandOver(order_id=id_of(ordered)))["state"] == "handed_over"
    assert handed_out(shop) == ["马克杯"]
    again = HandOver(order_id=id_of(ordered))
    assert refused(lambda: shop.run(again)) == "mall.not_waiting"
    assert refused(lambda: cancel(shop, id_of(ordered))) == "mall.not_cancellable"
    assert differences(shop) == []


def test_cancelling_puts_points_back_into_their_lots_and_the_thing_into_the_stock(
    shop: ShopUnderTest,
) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "points": 60, "stock": 1})
    wang, li = with_points(shop, "13800138000", 30), with_points(shop, "13800138001", 30)
    before = lots(shop, wang)
    ordered = order(shop, mug, wang)
    assert lots(shop, wang) != before
    assert refused(lambda: order(shop, mug, li)) == "mall.sold_out"
    assert cancel(shop, id_of(ordered))["state"] == "cancelled"
    assert lots(shop, wang) == before
    assert refused(lambda: cancel(shop, id_of(ordered))) == "mall.not_cancellable"
    order(shop, mug, wang)
    assert differences(shop) == []


def test_a_coupon_is_given_at_once_and_taken_back_while_nobody_used_it(
    shop: ShopUnderTest,
) -> None:
    coupon = started(shop, ProgrammeKind.MALL_ITEM, COUPON)
    wang = with_points(shop, "13800138000", 100)
    first, second = order(shop, coupon, wang), order(shop, coupon, wang)
    assert first["state"] == second["state"] == "given"
    cancel(shop, id_of(first))
    given = second["given"]
    assert isinstance(given, dict)
    used = UUID(given["coupons"][0]["id"])
    lines = [shop.line("mango_ice")]
    shop.run(shop.sale(lines, member=wang, cash=1_200, choices=Choices(coupons=(used,))))
    assert refused(lambda: cancel(shop, id_of(second))) == "mall.not_cancellable"
    assert differences(shop) == []


def test_nobody_pays_points_for_a_coupon_that_does_not_come(shop: ShopUnderTest) -> None:
    scarce = SaveCouponType(
        id=named("coupon_type:ONE"),
        code="ONE",
        name=Label("立减3元", "3 off"),
        definition={"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        valid_days=30,
        issue_max=1,
        rules=None,
    )
    shop.run(scarce)
    item = {"points": 10, "gives": {"coupon_types": ["ONE"]}}
    programme = started(shop, ProgrammeKind.MALL_ITEM, item)
    wang = shop.join("13800138000")
    order(shop, programme, wang)
    assert refused(lambda: order(shop, programme, wang)) == "coupon.type_exhausted"
    assert shop.balances(wang).points == 40
    assert differences(shop) == []


def test_each_member_has_so_many_a_month_and_a_cancelled_one_counts_no_more(
    shop: ShopUnderTest,
) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "stock": None})
    wang = with_points(shop, "13800138000", 200)
    ordered = order(shop, mug, wang)
    assert refused(lambda: order(shop, mug, wang)) == "mall.limit_reached"
    cancel(shop, id_of(ordered))
    order(shop, mug, wang)
    shop.pass_time(days=31)
    order(shop, mug, wang)
    assert differences(shop) == []


def test_who_may_not_order_is_told_why(shop: ShopUnderTest) -> None:
    dear = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "points": 51})
    gold = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "tiers": ["gold"]})
    wang = shop.join("13800138000")
    assert refused(lambda: order(shop, dear, wang)) == "ledger.points_short"
    assert refused(lambda: order(shop, gold, wang)) == "mall.tier_needed"
    assert refused(lambda: order(shop, shop.new_id(), wang)) == "programme.unknown"
    assert refused(lambda: shop.run(HandOver(order_id=shop.new_id()))) == "mall.order_unknown"
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    assert refused(lambda: order(shop, dear, wang)) == "order.member_frozen"
    assert shop.balances(wang).points == 50


def test_an_order_keeps_what_it_was_promised_when_the_item_changes(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, MUG)
    wang = shop.join("13800138000")
    ordered = order(shop, mug, wang)
    shop.pass_time(minutes=1)
    saved(shop, mug, "mall_item", {**MUG, "gives": {"item_zh": "雨伞"}, "points": 5}, seen=1)
    shop.run(HandOver(order_id=id_of(ordered)))
    assert handed_out(shop) == ["马克杯"]
    assert differences(shop) == []
