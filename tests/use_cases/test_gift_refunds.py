"""Gifts of a top-up cannot be farmed: what stays while the money goes is counted and bounded."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.top_up_refunds import RefundTopUp, planned
from tests.inviting import facts_of
from tests.prepaid import (
    a_holder,
    a_refund,
    a_shop,
    a_top_up,
    books_agree,
    given_back,
    paid_in,
    refused,
)
from tests.shops import ShopUnderTest

COUPON = {"principal_minor": 30_000, "bonus_minor": 0, "coupon_types": ["TEN"]}
FLASK = {"principal_minor": 30_000, "bonus_minor": 0, "item_zh": "保温杯"}
BONUS = {"principal_minor": 30_000, "bonus_minor": 3_000}
TERMS = {"refund__claw_back": "debt", "top_up__offers": [COUPON]}


def coupon_used(shop: ShopUnderTest, member: UUID) -> UUID:
    """A top-up whose coupon she uses on a bill in cash."""
    command = a_top_up(shop, member)
    coupons = shop.run(command)["coupons"]
    assert isinstance(coupons, list)
    chosen = Choices(coupons=(UUID(coupons[0]["id"]),))
    shop.run(shop.sale([shop.line("mango_ice")], member=member, cash=1_200, choices=chosen))
    return command.id


def test_beyond_the_first_of_a_year_a_used_gift_keeps_the_money_where_no_law_asks(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, **TERMS)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    tops = [coupon_used(shop, one) for one in (wang, wang, li)]
    shop.pass_time(days=30)
    first = given_back(shop, tops[0], 10_000)
    assert (first["gifts_kept"], first["law_rule"]) == (True, None)
    told = refused(shop, a_refund(shop, tops[1]))
    assert (told.code, told.parameters) == ("top_up_refund.gifts_kept", {"maximum": 1})
    # What was counted is counted once, and each member by herself.
    assert given_back(shop, tops[0])["gifts_kept"]
    assert given_back(shop, tops[2])["gifts_kept"]
    assert refused(shop, a_refund(shop, tops[1])).code == "top_up_refund.gifts_kept"
    # With its coupon unused, a top-up goes back as ever.
    unused = paid_in(shop, wang)
    shop.pass_time(days=30)
    assert not given_back(shop, unused)["gifts_kept"]
    assert books_agree(shop)


def test_what_the_law_gives_back_is_counted_and_then_top_ups_come_without_gifts(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, **TERMS)
    wang = shop.join("13800138000")
    for _ in range(2):
        back = given_back(shop, coupon_used(shop, wang))
        assert (back["gifts_kept"], back["law_rule"]) == (True, "cn.refund_within")
    once_more = a_top_up(shop, wang)
    told = refused(shop, once_more)
    assert (told.code, told.parameters) == ("top_up.gifts_used_up", {"count": 2})
    plain = shop.run(replace(once_more, without_gifts=True))
    assert (plain["bonus_minor"], plain["coupons"]) == (0, [])
    # Less than the step gives nothing to keep; and a new year is a new count.
    paid_in(shop, wang, 1_000)
    shop.pass_time(days=250)
    assert len(shop.run(a_top_up(shop, wang))["coupons"]) == 1  # type: ignore[arg-type]
    assert books_agree(shop)


def test_a_thing_counts_unless_it_was_brought_back(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path, top_up__offers=[FLASK], top_up__gift_refunds_max=0)
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    shop.pass_time(days=30)
    kept = a_refund(shop, top_up)
    assert refused(shop, kept).code == "top_up_refund.gifts_kept"
    with shop.database.read() as read, pytest.raises(Refusal, match="gifts_kept"):
        planned(read, kept, shops=shop.shops, now=shop.now)
    assert not shop.run(replace(kept, item_returned=True))["gifts_kept"]
    # Who said so is written down beside her name: it is her word that the flask is there.
    told = list(facts_of(shop, "value.top_up_refunded"))
    assert [body["item_returned"] for body in told] == [True]
    assert books_agree(shop)


def test_bonus_that_is_spent_first_is_no_way_to_free_tea(
    database: Database, tmp_path: Path
) -> None:
    first = {"top_up__spend_order": "bonus_first", "top_up__offers": [BONUS]}
    shop = a_shop(database, tmp_path, **first)
    wang = shop.join("13800138000")
    for _ in range(2):
        top_up = paid_in(shop, wang)
        shop.run(shop.sale([shop.line("lemon_tea")], member=wang, stored=1_500))
        assert given_back(shop, top_up)["gifts_kept"]
    assert refused(shop, a_top_up(shop, wang)).code == "top_up.gifts_used_up"
    assert books_agree(shop)


def test_any_number_may_go_back_where_the_shop_says_so(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path, **TERMS, top_up__gift_refunds_max=1_000)
    wang = shop.join("13800138000")
    for _ in range(3):
        top_up = coupon_used(shop, wang)
        shop.pass_time(days=10)
        assert given_back(shop, top_up)["gifts_kept"]
    assert books_agree(shop)


def test_two_tills_count_one_after_the_other(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path, **TERMS)
    wang = shop.join("13800138000")
    shop.run(a_holder(shop, wang))
    tops = [coupon_used(shop, wang) for _ in range(4)]
    shop.pass_time(days=30)

    def told(command: RefundTopUp) -> str:
        try:
            shop.run(command)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(4) as tills:
        heard = list(tills.map(told, [a_refund(shop, one) for one in tops]))
    assert sorted(heard) == ["done", *["top_up_refund.gifts_kept"] * 3]
    assert books_agree(shop)


def test_points_come_back_once_however_their_top_up_and_their_bill_go_back(
    database: Database, tmp_path: Path
) -> None:
    points = {"principal_minor": 30_000, "bonus_minor": 0, "points": 300}
    shop = a_shop(database, tmp_path, refund__claw_back="debt", top_up__offers=[points])
    wang = shop.join("13800138000")
    top_up = paid_in(shop, wang)
    bill = shop.sale([shop.line("milk_tea")], member=wang, cash=1_500, choices=Choices(points=300))
    shop.run(bill)
    assert shop.balances(wang).points < 300
    assert given_back(shop, top_up, 10_000)["points_owed"]
    shop.run(RefundOrder(id=shop.new_id(), order_id=bill.order_id, units=None, reason="不要了"))
    given_back(shop, top_up)
    # She was given 300, and as many went back or are owed: no point of hers beyond.
    balances = shop.balances(wang)
    assert balances.points == balances.points_debt > 0
    assert books_agree(shop)
