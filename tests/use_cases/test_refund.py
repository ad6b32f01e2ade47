"""A refund undoes exactly what the sale did, in any split and order, on both engines."""

import random
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.answers import part, rows
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def give_back(
    shop: ShopUnderTest, order_id: UUID, units: tuple[UnitsBack, ...] | None = None
) -> dict[str, object]:
    return shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=units, reason="做错了"))


def test_a_whole_refund_leaves_every_account_as_before(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    coupon = shop.coupon(wang, "TEN")
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    before = shop.balances(wang)
    lines = [shop.line("milk_tea", quantity=2), shop.line("mango_ice")]
    sale = shop.sale(lines, member=wang, stored=0, cash=0)
    sale = replace(sale, choices=Choices(coupons=(coupon,), points=100))
    with pytest.raises(Refusal) as refused:
        shop.run(sale)
    due = refused.value.parameters["due_minor"]
    assert isinstance(due, int)
    again = shop.sale(lines, member=wang, stored=2_000, cash=due - 2_000)
    sale = replace(again, choices=Choices(coupons=(coupon,), points=100))
    shop.run(sale)
    assert shop.balances(wang) != before
    receipt = give_back(shop, sale.order_id)
    assert shop.balances(wang) == before
    assert part(receipt, "order")["state"] == "refunded"
    assert part(receipt, "totals")["refunded_minor"] == due
    assert rows(receipt, "refunds")[0]["coupons_returned"] == 1
    # The coupon is good for another bill.
    shop.run(
        shop.sale(
            [shop.line("mango_ice")],
            member=wang,
            cash=2_090 - 1_000,
            choices=Choices(coupons=(coupon,)),
        )
    )


def test_money_goes_back_in_the_reverse_order_of_payment(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    tea = shop.line("milk_tea", quantity=2)
    sale = shop.sale([tea, shop.line("mango_ice")], member=wang, stored=2_200, cash=3_600)
    shop.run(sale)
    receipt = give_back(shop, sale.order_id, (UnitsBack(tea.id, 2),))
    back = [one for one in rows(receipt, "payments") if one["refund_id"] is not None]
    assert [(one["kind"], one["amount_minor"]) for one in back] == [("cash", -3_600)]
    receipt = give_back(shop, sale.order_id)
    back = [one for one in rows(receipt, "payments") if one["refund_id"] is not None]
    assert [(one["kind"], one["amount_minor"]) for one in back] == [
        ("cash", -3_600),
        ("stored_value", -2_200),
    ]


def test_any_split_of_refunds_ends_like_one_refund(shop: ShopUnderTest) -> None:
    chance = random.Random(11)
    wang = shop.join("13800138000")
    shop.top_up(wang, 50_000)
    shop.run(shop.sale([shop.line("gift_box", quantity=4)], member=wang, cash=24_000))
    products = ("milk_tea", "mango_ice", "lemon_tea", "egg_tart")
    for _ in range(12):
        before = shop.balances(wang)
        lines = [
            shop.line(chance.choice(products), quantity=chance.randint(1, 4))
            for _ in range(chance.randint(1, 4))
        ]
        choices = Choices(coupons=(), points=100 if before.points >= 100 else None)
        draft = replace(shop.sale(lines, member=wang), choices=choices)
        with pytest.raises(Refusal) as refused:
            shop.run(draft)
        due = refused.value.parameters["due_minor"]
        assert isinstance(due, int)
        stored = chance.randint(0, due)
        sale = replace(
            shop.sale(lines, member=wang, stored=stored, cash=due - stored), choices=choices
        )
        shop.run(sale)
        units = [line.id for line in lines for _ in range(line.quantity)]
        chance.shuffle(units)
        receipts = [give_back(shop, sale.order_id, (UnitsBack(unit, 1),)) for unit in units]
        assert part(receipts[-1], "totals")["refunded_minor"] == due
        assert shop.balances(wang) == before


def test_points_already_spent_become_a_debt_that_the_next_visit_repays(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    first = shop.sale([shop.line("gift_box", quantity=1)], member=wang, cash=6_000)
    shop.run(first)
    spend = shop.sale([shop.line("mango_ice")], member=wang, cash=2_100)
    shop.run(replace(spend, choices=Choices(coupons=(), points=100)))
    assert shop.balances(wang).points == 50 + 60 - 100 + 21
    receipt = give_back(shop, first.order_id)
    refund = rows(receipt, "refunds")[0]
    assert (refund["points_taken_back"], refund["points_short"]) == (31, 29)
    assert (shop.balances(wang).points, shop.balances(wang).points_debt) == (0, 29)
    shop.run(shop.sale([shop.line("milk_tea", quantity=2)], member=wang, cash=3_600))
    assert (shop.balances(wang).points, shop.balances(wang).points_debt) == (7, 0)


def test_a_refund_takes_the_tier_back_that_its_sale_gave(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    sale = shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000)
    shop.run(sale)
    give_back(shop, sale.order_id)
    receipt = shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_800))
    assert part(part(receipt, "member"), "tier")["code"] == "leaf"


def test_a_unit_is_refunded_once(shop: ShopUnderTest) -> None:
    tea = shop.line("lemon_tea", quantity=2)
    sale = shop.sale([tea], cash=2_250)
    shop.run(sale)
    give_back(shop, sale.order_id, (UnitsBack(tea.id, 1),))
    with pytest.raises(Refusal, match="already_refunded"):
        give_back(shop, sale.order_id, (UnitsBack(tea.id, 2),))
    give_back(shop, sale.order_id, (UnitsBack(tea.id, 1),))
    with pytest.raises(Refusal, match=r"refund\.nothing"):
        give_back(shop, sale.order_id)


def test_two_refunds_of_one_order_at_once_give_its_money_back_once(shop: ShopUnderTest) -> None:
    sale = shop.sale([shop.line("lemon_tea")], cash=1_500)
    shop.run(sale)
    commands = [
        RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="重复")
        for _ in range(2)
    ]
    running = [
        shop.runner.submit(one, actor=shop.actor, command_id=shop.new_id()) for one in commands
    ]
    assert sum(one.exception() is None for one in running) == 1


def test_a_refund_needs_a_reason_and_a_paid_order(shop: ShopUnderTest) -> None:
    sale = shop.sale([shop.line("lemon_tea")], cash=1_500)
    shop.run(sale)
    empty = RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="  ")
    with pytest.raises(Refusal, match="reason_missing"):
        shop.run(empty)
    with pytest.raises(Refusal, match=r"scope\.outside"):
        give_back(shop, shop.new_id())
