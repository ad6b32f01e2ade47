"""Stored value passed on, frozen, lapsed and brought back; holders and what the law says."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.permissions import Permission
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.pace import Pace
from regulars.jobs.value_holds import forget_holders
from regulars.storage import members, top_ups, value_moves
from regulars.storage.engine import Database
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.value_moves import FreezeValue, ReactivateValue, UnfreezeValue
from tests.prepaid import (
    a_holder,
    a_refund,
    a_shop,
    a_top_up,
    a_transfer,
    books_agree,
    given_back,
    money,
    money_lots,
    paid_in,
    refused,
)
from tests.workshops import run_out


def test_a_transfer_keeps_age_end_and_rule_of_each_top_up(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, top_up__bonus_expiry_months=12)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang)
    when = shop.now
    shop.pass_time(days=3)
    assert shop.run(a_transfer(shop, wang, li, 11_000))["bonus_minor"] == 1_000
    assert shop.run(a_transfer(shop, wang, li, 5_500))["principal_minor"] == 5_000
    assert (money(shop, wang), money(shop, li)) == ((15_000, 1_500), (15_000, 1_500))
    lots = money_lots(shop, li)
    assert {lot.acquired_at for lot in lots} == {when}
    assert {lot.spend_order for lot in lots} == {"pro_rata"}
    assert {lot.expires_on for lot in lots} == {None, date(2027, 5, 4)}
    # Two parts of one top-up lie side by side, and each pays its own share.
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=li, stored=12_000))
    assert money(shop, li) == (4_091, 409)
    assert shop.run(a_transfer(shop, wang, li))["principal_minor"] == 15_000
    assert money(shop, wang) == (0, 0)
    assert books_agree(shop)


def test_what_was_passed_on_goes_back_to_who_holds_it_when_she_asks(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    top_up = paid_in(shop, wang)
    shop.run(a_transfer(shop, wang, li, 11_000))
    assert given_back(shop, top_up)["principal_minor"] == 20_000
    assert given_back(shop, top_up, member=li)["principal_minor"] == 10_000
    assert money(shop, li) == (0, 0)
    assert books_agree(shop)


def test_two_members_who_pass_value_to_each_other_lose_none(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang, 40_000)
    paid_in(shop, li, 40_000)
    ways = [(wang, li), (li, wang)] * 12
    with ThreadPoolExecutor(8) as tills:
        list(tills.map(lambda way: shop.run(a_transfer(shop, way[0], way[1], 1_100)), ways))
    assert money(shop, wang)[0] + money(shop, li)[0] == 80_000
    assert money(shop, wang)[1] + money(shop, li)[1] == 6_000
    assert books_agree(shop)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("value_transfer.to_self", {"to": "self"}),
        ("member.unknown", {"to": "nobody"}),
        ("ledger.balance_short", {"amount_minor": 33_001}),
        ("ledger.balance_short", {"amount_minor": 10**12}),
        ("value_transfer.nothing", {"amount_minor": 0}),
        ("value_transfer.nothing", {"amount_minor": -1}),
        ("value.reason_missing", {"reason": "  "}),
    ],
)
def test_a_wrong_transfer_moves_nothing(
    database: Database, tmp_path: Path, code: str, change: Mapping[str, object]
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang)
    taker = {"self": wang, "nobody": shop.new_id()}.get(str(change.get("to")), li)
    amount = change.get("amount_minor", 100)
    assert isinstance(amount, int)
    reason = str(change.get("reason", "转赠"))
    wrong = replace(a_transfer(shop, wang, taker, amount), reason=reason)
    assert refused(shop, wrong).code == code
    assert (money(shop, wang), money(shop, li)) == ((30_000, 3_000), (0, 0))


def test_a_cashier_moves_and_refunds_no_prepaid_money(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    top_up = paid_in(shop, wang)
    rights = frozenset({Permission.VALUE_TOP_UP, Permission.ORDER_REFUND})
    cashier = replace(shop.actor, permissions=rights)
    for command in (
        a_transfer(shop, wang, li, 100),
        a_refund(shop, top_up),
        FreezeValue(member_id=wang, reason="挂失"),
    ):
        with pytest.raises(Refusal, match=r"permission\.missing"):
            shop.run(command, actor=cashier)


def test_a_freeze_of_the_value_and_one_of_the_member_leave_each_other_alone(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    paid_in(shop, wang)
    stored = shop.sale([shop.line("egg_tart")], member=wang, stored=800)
    shop.run(FreezeValue(member_id=wang, reason="家人有争议"))
    assert refused(shop, stored).code == "ledger.account_frozen"
    assert refused(shop, FreezeValue(member_id=wang, reason="再来")).code == "value.frozen_already"
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    shop.run(FreezeMember(member_id=wang, reason="手机丢了"))
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    assert refused(shop, stored).code == "ledger.account_frozen"
    shop.run(FreezeMember(member_id=wang, reason="手机又丢了"))
    shop.run(UnfreezeValue(member_id=wang, reason="和好了"))
    assert refused(shop, stored).code == "order.member_frozen"
    shop.run(UnfreezeMember(member_id=wang, reason="找到了"))
    shop.run(stored)
    assert refused(shop, UnfreezeValue(member_id=wang, reason="再来")).code == "value.not_frozen"
    assert books_agree(shop)


def test_a_card_holds_more_once_its_holder_is_registered(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang, 80_000)
    more = a_top_up(shop, wang, 20_001)
    unnamed = refused(shop, more)
    assert (unnamed.code, unnamed.parameters["rule"]) == ("law.forbids", "cn.unnamed_balance_max")
    shop.run(a_holder(shop, wang))
    shop.run(more)
    assert refused(shop, a_top_up(shop, wang, 400_000)).code == "top_up.balance_over_limit"
    whole = refused(shop, a_transfer(shop, wang, li))
    assert whole.parameters["rule"] == "cn.unnamed_balance_max"


def test_the_law_is_asked_before_the_terms_let_principal_end(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, top_up__principal_expiry_months=12)
    wang = shop.join("13800138000")
    top_up = a_top_up(shop, wang, 10_000)
    assert refused(shop, top_up).parameters["rule"] == "cn.unnamed_end_after"
    shop.run(a_holder(shop, wang))
    shop.run(top_up)
    assert [lot.expires_on for lot in money_lots(shop, wang)] == [None]


def test_principal_that_lapsed_comes_back_once(database: Database, tmp_path: Path) -> None:
    terms = {"law__region": "none", "top_up__principal_expiry_months": 12}
    shop = a_shop(database, tmp_path, **terms)
    wang = shop.join("13800138000")
    paid_in(shop, wang, 10_000)
    bring_back = ReactivateValue(lot_id=money_lots(shop, wang)[0].id, reason="老顾客回来了")
    assert refused(shop, bring_back).code == "value.not_lapsed"
    shop.pass_time(days=366)
    stored = shop.sale([shop.line("egg_tart")], member=wang, stored=800)
    assert refused(shop, stored).code == "ledger.balance_short"
    run_out(ExpiringLots(Pace()).step, shop)
    assert money(shop, wang) == (0, 0)
    assert shop.run(bring_back)["principal_minor"] == 10_000
    assert refused(shop, bring_back).code == "value.reactivated_already"
    shop.run(stored)
    assert money(shop, wang) == (9_200, 0)
    with shop.database.read() as read:
        lapsed = read.all(value_moves.LAPSED_OF_MEMBER, member=wang)
    assert [(one.lapsed_minor, one.reactivated_at) for one in lapsed] == [(10_000, shop.now)]
    assert books_agree(shop)


def test_who_holds_a_card_is_recorded_and_kept_as_long_as_the_law_asks(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    holder = a_holder(shop, wang)
    slip = replace(holder, number="110105194912310021")
    assert refused(shop, slip).code == "value_identity.number_malformed"
    assert refused(shop, replace(holder, name=" ")).code == "value_identity.incomplete"
    shop.run(holder)
    assert "11010519491231002X" not in repr(holder)
    with shop.database.read() as read:
        known = read.one(top_ups.HOLDER, member=wang)
    assert known is not None
    assert (known.document_kind, known.keep_until) == ("id_card", date(2031, 5, 4))


def test_the_record_of_a_holder_who_left_is_forgotten_when_its_time_is_over(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    for member in (wang, li):
        shop.run(a_holder(shop, member))
    leaves = {"changed": wang, "new_state": "erased"}
    shop.database.write(lambda tx: tx.send(members.CHANGE_STATE, **leaves)).result()

    def left_to_forget() -> int:
        with shop.database.read() as read:
            return len(read.all(top_ups.ANY_TO_FORGET, day=shop.now.date()))

    run_out(forget_holders, shop)
    assert left_to_forget() == 0
    shop.pass_time(days=366 * 5)
    assert left_to_forget() == 1
    run_out(forget_holders, shop)
    assert left_to_forget() == 0
