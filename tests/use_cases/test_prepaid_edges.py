"""Stored value where two features meet: holds of groups, held money and limits, parts passed on."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.ledger.holds import HoldPurpose
from regulars.domain.members.identity import IdentityKind
from regulars.storage import referrals, value_holds, value_moves
from regulars.storage.engine import Database, sqlite_path
from regulars.use_cases.card_loss import ReportCardLost
from regulars.use_cases.group_ends import EndGroup
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.held_value import HoldValue, PostHold, VoidHold
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.members import AddIdentity
from regulars.use_cases.refunds import RefundOrder
from tests.inviting import THREE_TOGETHER, start
from tests.prepaid import (
    a_refund,
    a_shop,
    a_transfer,
    books_agree,
    given_back,
    money,
    paid_in,
    refused,
)
from tests.shops import ShopUnderTest


def a_hold(
    shop: ShopUnderTest,
    member: UUID,
    minor: int,
    purpose: HoldPurpose = HoldPurpose.ORDER,
    subject: UUID | None = None,
) -> HoldValue:
    """Some stored value kept for half an hour."""
    return HoldValue(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        amount_minor=minor,
        points=0,
        purpose=purpose,
        subject_id=subject,
        minutes=30,
    )


def group_of(shop: ShopUnderTest, member: UUID) -> OpenGroup:
    """A group whose first seat is paid from stored value."""
    return OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=start(shop, "group_buy", dict(THREE_TOGETHER)),
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="stored_value",
        reference=None,
    )


def seat_in(shop: ShopUnderTest, group: UUID, member: UUID) -> JoinGroup:
    """One more seat, paid in cash."""
    return JoinGroup(
        seat_id=shop.new_id(),
        group_id=group,
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
        reference=None,
    )


def test_what_a_group_holds_is_ended_by_the_group_alone(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang, li, zhang = [shop.join(f"1380013800{number}") for number in range(3)]
    paid_in(shop, wang)
    before = money(shop, wang)
    group = group_of(shop, wang)
    shop.run(group)
    for command in (PostHold(hold_id=group.seat_id), VoidHold(hold_id=group.seat_id)):
        assert refused(shop, command).code == "value_hold.of_group"
    by_hand = a_hold(shop, wang, 100, HoldPurpose.GROUP)
    assert refused(shop, by_hand).code == "value_hold.of_group"
    shop.run(seat_in(shop, group.id, li))
    assert shop.run(seat_in(shop, group.id, zhang))["state"] == "filled"
    other = group_of(shop, wang)
    left = money(shop, wang)
    shop.run(other)
    shop.pass_time(days=40)
    shop.run(EndGroup(group_id=other.id))
    assert money(shop, wang) == left != before
    assert books_agree(shop)


def test_a_hold_for_a_bill_is_no_part_of_what_its_refund_gives_back(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang)
    paid_in(shop, li)
    sale = shop.sale([shop.line("gift_box")], member=wang, stored=6_000)
    shop.run(sale)
    hold = a_hold(shop, li, 3_300, subject=sale.order_id)
    shop.run(hold)
    shop.run(PostHold(hold_id=hold.id))
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="退货"))
    assert (money(shop, wang), money(shop, li)) == ((30_000, 3_000), (27_000, 2_700))
    assert books_agree(shop)


def test_held_money_counts_towards_what_a_member_may_be_given(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path, top_up__offers=[])
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    paid_in(shop, wang, 90_000)
    paid_in(shop, li, 90_000)
    shop.run(a_hold(shop, li, 90_000))
    over = refused(shop, a_transfer(shop, wang, li, 20_000))
    assert (over.code, over.parameters["rule"]) == ("law.forbids", "cn.unnamed_balance_max")
    assert shop.run(a_transfer(shop, wang, li, 10_000))["principal_minor"] == 10_000


def test_what_came_with_a_top_up_goes_back_with_it_whoever_holds_the_money(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    top_up = paid_in(shop, wang)
    shop.run(a_transfer(shop, wang, li, 11_000))
    # 李丽 holds a third of it: her asking for all she has takes a third of the points along.
    part = given_back(shop, top_up, member=li)
    assert (part["principal_minor"], part["coupons_voided"]) == (10_000, 0)
    assert (part["points_taken_back"], shop.balances(wang).points) == (33, 67)
    rest = given_back(shop, top_up)
    assert (rest["principal_minor"], rest["coupons_voided"]) == (20_000, 1)
    assert (rest["points_taken_back"], shop.balances(wang).points) == (67, 0)
    assert refused(shop, a_refund(shop, top_up)).code == "top_up_refund.nothing_left"
    assert books_agree(shop)


def test_a_hold_is_open_until_it_ends(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    wang = shop.join("13800138000")
    paid_in(shop, wang)
    hold = a_hold(shop, wang, 3_300, HoldPurpose.BOOKING, shop.new_id())
    shop.run(hold)
    with shop.database.read() as read:
        assert [one.id for one in read.all(value_holds.OPEN_OF_MEMBER, member=wang)] == [hold.id]
    shop.run(VoidHold(hold_id=hold.id))
    with shop.database.read() as read:
        assert read.all(value_holds.OPEN_OF_MEMBER, member=wang) == []
    assert books_agree(shop)


@pytest.mark.parametrize("minor", [2**53, 10**9, 10**18])
def test_nothing_breaks_at_the_integer_edge(database: Database, tmp_path: Path, minor: int) -> None:
    shop = a_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    top_up = paid_in(shop, wang)
    assert refused(shop, a_hold(shop, wang, minor)).code == "ledger.balance_short"
    assert refused(shop, a_transfer(shop, wang, li, minor)).code == "ledger.balance_short"
    assert refused(shop, a_refund(shop, top_up, minor)).code == "top_up_refund.over"
    assert books_agree(shop)


def test_who_joins_anew_with_a_card_reported_lost_is_known_for_it(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    wang, again = shop.join("13800138000"), shop.join("13900139000")
    card = IdentityText(kind=IdentityKind.CARD, text="88001234")
    shop.run(AddIdentity(member_id=wang, identity=card))
    shop.run(ReportCardLost(member_id=wang, reason="挂失"))
    shop.run(AddIdentity(member_id=again, identity=card))
    with shop.database.read() as read:
        assert read.all(referrals.SHARED_IDENTITIES, one=wang, other=again) == [1]


def test_what_lapsed_of_a_member_is_found_without_reading_everybodys(sqlite_url: str) -> None:
    for asked in (value_moves.LAPSED, value_moves.LAPSED_OF_MEMBER):
        compiled = asked.on("sqlite")
        with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
            explained = f"EXPLAIN QUERY PLAN {compiled.sql}"
            plan = connection.execute(explained, [b""] * len(compiled.names))
            steps = [step for *_, step in plan]
        assert not [step for step in steps if step.startswith("SCAN")], steps
