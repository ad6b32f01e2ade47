"""Top-ups with all that they give, how they are spent, and how they go back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.storage import top_ups
from regulars.storage.engine import Database
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.answers import rows
from tests.prepaid import (
    a_refund,
    a_shop,
    a_top_up,
    books_agree,
    given_back,
    money,
    money_lots,
    paid_in,
    planned_lines,
    refused,
)


def test_a_top_up_gives_everything_of_its_step_once(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    command = replace(a_top_up(shop, wang, tender="external"), reference="WX-1")
    same = shop.new_id()
    told = shop.run(command, command_id=same)
    assert shop.run(command, command_id=same) == told
    assert (told["bonus_minor"], told["points"], told["item_zh"]) == (3_000, 100, "保温杯")
    assert [one["name_zh"] for one in rows(told, "coupons")] == ["立减10元"]
    with shop.database.read() as read:
        row = read.one(top_ups.TOP_UP, top_up_id=command.id)
    assert row is not None
    assert (row.coupons(), row.points, row.reference) == (["TEN"], 100, "WX-1")
    assert (money(shop, wang), shop.balances(wang).points) == ((30_000, 3_000), 100)
    assert refused(shop, command).code == "ledger.already_posted"
    assert books_agree(shop)


@pytest.mark.parametrize("minor", [0, -1, 99, 500_001, 10**12])
def test_nothing_and_too_much_are_not_paid_in(
    database: Database, tmp_path: Path, minor: int
) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    assert refused(shop, a_top_up(shop, wang, minor)).code == "top_up.amount_out_of_range"
    assert money(shop, wang) == (0, 0)


def test_bonus_ends_while_principal_does_not(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path, top_up__bonus_expiry_months=3)
    wang = shop.join("13800138000")
    paid_in(shop, wang)
    shop.pass_time(days=200)
    over = shop.sale([shop.line("gift_box", quantity=6)], member=wang, stored=36_000)
    assert refused(shop, over).code == "ledger.balance_short"
    shop.run(shop.sale([shop.line("gift_box", quantity=5)], member=wang, stored=30_000))
    assert money(shop, wang) == (0, 3_000)


@pytest.mark.parametrize(
    ("order", "left"),
    [
        ("pro_rata", (24_545, 2_455)),
        ("principal_first", (24_000, 3_000)),
        ("bonus_first", (27_000, 0)),
    ],
)
def test_each_top_up_is_spent_as_it_was_promised(
    database: Database, tmp_path: Path, order: str, left: tuple[int, int]
) -> None:
    shop = a_shop(database, tmp_path, top_up__spend_order=order)
    wang = shop.join("13800138000")
    paid_in(shop, wang)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    assert money(shop, wang) == left
    assert books_agree(shop)


def test_a_refunded_sale_fills_the_last_drawn_first_where_the_terms_say_so(
    database: Database, tmp_path: Path
) -> None:
    terms = {"top_up__offers": [], "refund__stored_value": "reverse"}
    shop = a_shop(database, tmp_path, **terms)
    wang = shop.join("13800138000")
    paid_in(shop, wang, 5_000)
    shop.pass_time(minutes=1)
    new = paid_in(shop, wang, 10_000)
    line = shop.line("gift_box", quantity=2)
    sale = shop.sale([line], member=wang, stored=12_000)
    shop.run(sale)
    back = (UnitsBack(line.id, 1),)
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=back, reason="退一盒"))
    assert {lot.pair_id: lot.remaining for lot in money_lots(shop, wang)} == {new: 9_000}
    assert books_agree(shop)


def test_a_top_up_goes_back_in_parts_and_never_more_than_is_unspent(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    command = a_refund(shop, top_up, 10_000)
    first = shop.run(command)
    assert refused(shop, command).code == "ledger.already_posted"
    assert (first["principal_minor"], first["bonus_forfeited_minor"]) == (10_000, 1_000)
    assert (first["points_taken_back"], first["coupons_voided"]) == (33, 0)
    assert first["law_rule"] == "cn.refund_within"
    over = refused(shop, a_refund(shop, top_up, 14_546))
    assert (over.code, over.parameters) == ("top_up_refund.over", {"refundable_minor": 14_545})
    rest = given_back(shop, top_up)
    assert (rest["number"], rest["principal_minor"], rest["coupons_voided"]) == (2, 14_545, 1)
    assert money(shop, wang) == (0, 0)
    # Her bill earned 54: bonus money earns nothing.
    assert shop.balances(wang).points == 54
    assert refused(shop, a_refund(shop, top_up)).code == "top_up_refund.nothing_left"
    assert refused(shop, a_refund(shop, shop.new_id())).code == "top_up.unknown"
    assert books_agree(shop)


def test_two_tills_give_no_more_back_than_there_is(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)

    def told(command: object) -> str:
        try:
            shop.run(command)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(4) as tills:
        heard = list(tills.map(told, [a_refund(shop, top_up, 20_000) for _ in range(4)]))
    assert sorted(heard) == ["done", *["top_up_refund.over"] * 3]
    assert money(shop, wang) == (10_000, 1_000)
    assert books_agree(shop)


def test_after_seven_days_the_terms_may_say_no_and_before_they_may_not(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, top_up__refundable="seven_days")
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    shop.pass_time(days=7)
    assert given_back(shop, top_up, 100)["law_rule"] == "cn.refund_within"
    shop.pass_time(days=1)
    late = refused(shop, a_refund(shop, top_up))
    assert (late.code, late.parameters) == ("top_up_refund.late", {"last_day": "2026-05-11"})


def test_points_that_were_spent_are_owed_when_the_top_up_goes_back(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    choices = Choices(coupons=(), points=100)
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_700, choices=choices))
    plan = planned_lines(shop, top_up)
    assert (plan["points_back"], plan["points_owed"]) == (17, 83)
    # A third of the money asks for a third of the points: her bill earned 17 of them.
    first = given_back(shop, top_up, 10_000)
    assert (first["points_taken_back"], first["points_owed"]) == (17, 16)
    rest = given_back(shop, top_up)
    assert (rest["points_taken_back"], rest["points_owed"]) == (0, 67)
    assert (shop.balances(wang).points, shop.balances(wang).points_debt) == (0, 83)
    assert books_agree(shop)


def test_points_that_were_spent_stay_spent_where_the_terms_say_so(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, refund__claw_back="pending")
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    choices = Choices(coupons=(), points=100)
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, cash=1_700, choices=choices))
    back = given_back(shop, top_up)
    assert (back["points_taken_back"], back["principal_minor"]) == (0, 30_000)
    assert shop.balances(wang).points_debt == 0
    assert books_agree(shop)
