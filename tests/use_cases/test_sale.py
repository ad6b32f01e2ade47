"""A sale to a member, end to end below the web edge, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from regulars.domain.kernel.ids import ProductId, VariantId
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.sales import SellAtCounter
from tests.answers import part, rows
from tests.shops import ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def test_a_guest_pays_cash_and_gets_change(shop: ShopUnderTest) -> None:
    sale = shop.sale([shop.line("milk_tea", quantity=2, pearls=1)])
    paid = replace(sale, tenders=(shop.tender(TenderKind.CASH, 4_200, 5_000),))
    receipt = shop.run(paid)
    assert part(receipt, "totals")["due_minor"] == 4_200
    assert part(receipt, "totals")["change_minor"] == 800
    assert part(receipt, "order")["number"] == "A001"
    assert receipt["member"] is None


def test_a_member_pays_with_coupon_stored_value_and_cash(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    coupon = shop.coupon(wang, "TEN")
    lines = [shop.line("milk_tea", quantity=2), shop.line("lemon_tea", quantity=2)]
    due = 3_600 + 2_250 - 1_000  # second lemon tea at half price, 10.00 off by coupon
    choices = Choices(coupons=(coupon,))
    sale = shop.sale(lines, member=wang, stored=1_100, cash=due - 1_100, choices=choices)
    receipt = shop.run(sale)
    balances = shop.balances(wang)
    # 11.00 from stored value is 10.00 of principal and 1.00 of bonus; bonus earns nothing.
    assert (balances.principal_minor, balances.bonus_minor) == (9_000, 900)
    earned = (due - 100) // 100
    assert part(receipt, "member")["points_earned"] == earned
    assert balances.points == 50 + earned
    assert balances.growth_value == earned
    assert rows(receipt, "coupons_used")[0]["id"] == str(coupon)
    assert [one["name_zh"] for one in rows(receipt, "deductions")] == ["第二杯半价", "立减10元"]


def test_a_guest_reaches_the_next_tier_with_this_very_bill(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    receipt = shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    assert part(receipt, "member")["upgraded_to"] == {
        "code": "gold",
        "name_zh": "金叶",
        "name_en": "Gold leaf",
        "queue_skip": False,
    }
    # From now on: member price 16.00, then 5 % off, and one and a half points.
    receipt = shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_520))
    assert part(receipt, "totals")["due_minor"] == 1_520
    assert part(receipt, "member")["points_earned"] == 22


def test_points_pay_a_part_and_come_from_the_oldest_lot(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("gift_box", quantity=1)], member=wang, cash=6_000))
    shop.run(shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500))
    assert shop.balances(wang).points == 50 + 60 + 15
    sale = shop.sale([shop.line("mango_ice")], member=wang, cash=2_100)
    receipt = shop.run(replace(sale, choices=Choices(coupons=(), points=100)))
    assert part(receipt, "totals")["points_minor"] == 100
    assert part(receipt, "totals")["due_minor"] == 2_100
    assert shop.balances(wang).points == 25 + 21


def test_the_same_command_twice_sells_once(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    sale, command_id = shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500), shop.new_id()
    first = shop.runner.run_now(sale, actor=shop.actor, command_id=command_id)
    again = shop.runner.run_now(sale, actor=shop.actor, command_id=command_id)
    assert (again.body, first.replayed, again.replayed) == (first.body, False, True)
    assert shop.balances(wang).points == 50 + 15


Change = Callable[[ShopUnderTest, SellAtCounter], SellAtCounter]


def of(product: str, variant: str) -> Change:
    def change(shop: ShopUnderTest, sale: SellAtCounter) -> SellAtCounter:
        product_id, variant_id = named(f"product:{product}"), named(f"variant:{variant}")
        line = replace(
            sale.lines[0], product_id=ProductId(product_id), variant_id=VariantId(variant_id)
        )
        return replace(sale, lines=(line,))

    return change


def so_many(quantity: int) -> Change:
    return lambda shop, sale: replace(sale, lines=(replace(sale.lines[0], quantity=quantity),))


def paid_by(kind: TenderKind, minor: int) -> Change:
    return lambda shop, sale: replace(sale, tenders=(shop.tender(kind, minor),))


def paid_with_a_strangers_coupon(shop: ShopUnderTest, sale: SellAtCounter) -> SellAtCounter:
    foreign = shop.coupon(shop.join("13900139000"), "TEN")
    return replace(sale, choices=Choices(coupons=(foreign,)))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("catalog.product_unknown", of("nothing", "lemon_tea")),
        ("catalog.variant_unknown", of("lemon_tea", "mango_ice")),
        ("order.quantity_out_of_range", so_many(0)),
        ("order.quantity_out_of_range", so_many(-3)),
        ("order.quantity_out_of_range", so_many(1_000_000)),
        ("payment.sum_wrong", paid_by(TenderKind.CASH, 1)),
        ("payment.amount_wrong", paid_by(TenderKind.CASH, -1_500)),
        ("ledger.balance_short", paid_by(TenderKind.STORED_VALUE, 1_500)),
        ("points.short", lambda shop, sale: replace(sale, choices=Choices(points=1_000))),
        ("coupon.not_usable", paid_with_a_strangers_coupon),
        ("order.member_unknown", lambda shop, sale: replace(sale, member_id=named("nobody"))),
        (
            "terminal.unknown",
            lambda shop, sale: replace(sale, terminal_id=named("terminal:S2:A")),
        ),
        ("quote.stale", lambda shop, sale: replace(sale, fingerprint="another")),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    shop: ShopUnderTest, code: str, change: Change
) -> None:
    wang = shop.join("13800138000")
    sale = change(shop, shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500))
    before = shop.balances(wang)
    with pytest.raises(Refusal) as refused:
        shop.run(sale)
    assert refused.value.code == code
    assert shop.balances(wang) == before
    receipt = shop.run(shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500))
    assert part(receipt, "order")["number"] == "A001"  # not even a number was lost


def test_two_tills_race_for_one_coupon_and_one_wins(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    coupon = shop.coupon(wang, "TEN")
    sales = [
        shop.sale(
            [shop.line("mango_ice")], member=wang, cash=1_200, choices=Choices(coupons=(coupon,))
        )
        for _ in range(2)
    ]
    running = [
        shop.runner.submit(sale, actor=shop.actor, command_id=shop.new_id()) for sale in sales
    ]
    outcomes = [one.exception() for one in running]
    refused = [one for one in outcomes if one is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], Refusal)
    assert refused[0].code in ("coupon.gone", "coupon.not_usable")


def test_a_cashier_of_another_store_is_refused(shop: ShopUnderTest) -> None:
    from regulars.domain.stores.scope import Scope

    stranger = replace(shop.actor, scope=Scope(frozenset({shop.other_store_id})))
    with pytest.raises(Refusal, match=r"scope\.outside"):
        shop.run(shop.sale([shop.line("lemon_tea")], cash=1_500), actor=stranger)
