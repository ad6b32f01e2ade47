"""A sale to a member, end to end below the web edge, on both engines."""

from dataclasses import replace
from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
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


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("catalog.product_unknown", {"product": "nothing"}),
        ("order.quantity_out_of_range", {"quantity": 0}),
        ("order.quantity_out_of_range", {"quantity": -3}),
        ("order.quantity_out_of_range", {"quantity": 1_000_000}),
        ("payment.sum_wrong", {"cash": 1}),
        ("payment.amount_wrong", {"cash": -1_500}),
        ("ledger.balance_short", {"cash": 0, "stored": 1_500}),
        ("points.short", {"points": 1_000}),
        ("coupon.not_usable", {"coupon": "somebody else's"}),
        ("order.member_unknown", {"member": "nobody"}),
        ("terminal.unknown", {"terminal": "terminal:S2:A"}),
        ("quote.stale", {"fingerprint": "another"}),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    shop: ShopUnderTest, code: str, change: dict[str, object]
) -> None:
    wang, chen = shop.join("13800138000"), shop.join("13900139000")
    foreign = shop.coupon(chen, "TEN")
    line = shop.line("lemon_tea")
    if "product" in change:
        line = replace(line, product_id=named("product:nothing"))
    if "quantity" in change:
        line = replace(line, quantity=change["quantity"])
    sale = shop.sale([line], member=wang, cash=1_500)
    sale = replace(
        sale,
        member_id=named("nobody") if "member" in change else wang,
        terminal_id=named(str(change.get("terminal", "terminal:S1:A"))),
        fingerprint=change.get("fingerprint"),
        choices=Choices(
            coupons=(foreign,) if "coupon" in change else (), points=change.get("points")
        ),
    )
    if "cash" in change:
        tender = (TenderKind.CASH, change["cash"])
        if "stored" in change:
            tender = (TenderKind.STORED_VALUE, change["stored"])
        sale = replace(sale, tenders=(shop.tender(*tender),))
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
