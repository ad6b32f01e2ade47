"""Group buying through the shop's use cases: seats raced for, groups that fill and that do not."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Update, update

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.groups import GROUPS
from regulars.storage import coupons, groups
from regulars.storage.engine import Database
from regulars.storage.groups import SeatRow
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.groups import buying_group, group_seat
from regulars.storage.tables.offers import coupon_type
from regulars.use_cases.group_ends import EndGroup, PayBackSeat
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.members import FreezeMember
from tests.inviting import THREE_TOGETHER, differences, start, work
from tests.shops import ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def deal(shop: ShopUnderTest, **parts: object) -> UUID:
    """A deal for three."""
    told: Mapping[str, object] = {**THREE_TOGETHER, **parts}
    return start(shop, "group_buy", told)


def people(shop: ShopUnderTest, count: int) -> list[UUID]:
    """So many members."""
    return [shop.join(f"138001380{number:02d}") for number in range(count)]


def opening(
    shop: ShopUnderTest, programme: UUID, member: UUID, *, tender: str = "cash"
) -> OpenGroup:
    """A group with its first seat."""
    return OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=programme,
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender=tender,
        reference="wx-1" if tender == "external" else None,
    )


def joining(shop: ShopUnderTest, group: UUID, member: UUID, *, tender: str = "cash") -> JoinGroup:
    """One more seat."""
    return JoinGroup(
        seat_id=shop.new_id(),
        group_id=group,
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender=tender,
        reference="wx-1" if tender == "external" else None,
    )


def refused(shop: ShopUnderTest, command: object) -> str:
    """Why a command is refused."""
    with pytest.raises(Refusal) as told:
        shop.run(command)
    return told.value.code


def seats_of(shop: ShopUnderTest, group: UUID) -> list[SeatRow]:
    """The seats of a group."""
    with shop.database.read() as read:
        return read.all(groups.SEATS, group_id=group)


def test_a_full_group_takes_nobody_and_everybody_has_her_coupon(shop: ShopUnderTest) -> None:
    wang, li, zhang, chen = people(shop, 4)
    first = opening(shop, deal(shop), wang)
    shop.run(first)
    assert refused(shop, joining(shop, first.id, wang)) == "group.already_in"
    shop.run(joining(shop, first.id, li, tender="external"))
    answer = shop.run(joining(shop, first.id, zhang))
    assert (answer["state"], answer["seats_taken"]) == ("filled", 3)
    assert refused(shop, joining(shop, first.id, chen)) == "group.full"
    assert refused(shop, joining(shop, shop.new_id(), chen)) == "group.unknown"
    held = seats_of(shop, first.id)
    assert [seat.state for seat in held] == ["filled"] * 3
    assert str(held[-1].coupon_id) == answer["coupon_id"]
    with shop.database.read() as read:
        mine = [row.id for row in read.all(coupons.HELD, member_id=wang, at=shop.now, order=None)]
    assert held[0].coupon_id in mine
    assert differences(shop) == []


def test_of_many_who_want_the_last_seat_one_sits(shop: ShopUnderTest) -> None:
    wang, *others = people(shop, 8)
    for one in others:
        shop.top_up(one, 10_000)
    first = opening(shop, deal(shop), wang)
    shop.run(first)
    commands = [
        joining(shop, first.id, one, tender=tender)
        for one, tender in zip(others, ("stored_value", "cash") * 4, strict=False)
    ]
    running = [
        shop.runner.submit(one, actor=shop.actor, command_id=shop.new_id()) for one in commands
    ]
    codes = [error.code for one in running if isinstance(error := one.exception(), Refusal)]
    assert sum(one.exception() is None for one in running) == 2
    assert set(codes) <= {"group.full", "group.changed"}
    assert len(codes) == 5
    assert len(seats_of(shop, first.id)) == 3
    assert differences(shop) == []


def test_two_groups_of_the_same_people_fill_at_once(shop: ShopUnderTest) -> None:
    programme = deal(shop, per_member_max=None)
    wang, li, zhang = people(shop, 3)
    for one in (wang, li, zhang):
        shop.top_up(one, 50_000)
    for _ in range(5):
        hers = opening(shop, programme, wang, tender="stored_value")
        his = opening(shop, programme, zhang, tender="stored_value")
        for command in (hers, his):
            shop.run(command)
            shop.run(joining(shop, command.id, li, tender="stored_value"))
        last = [
            joining(shop, hers.id, zhang, tender="stored_value"),
            joining(shop, his.id, wang, tender="stored_value"),
        ]
        running = [
            shop.runner.submit(each, actor=shop.actor, command_id=shop.new_id()) for each in last
        ]
        assert [each.exception() for each in running] == [None, None]
    assert differences(shop) == []


def test_what_cannot_take_a_seat_says_why(shop: ShopUnderTest) -> None:
    wang, li, zhang = people(shop, 3)
    cash_only = deal(shop, tenders=["cash"])
    assert refused(shop, opening(shop, cash_only, wang, tender="external")) == (
        "group.tender_refused"
    )
    any_way = deal(shop)
    first = opening(shop, any_way, wang)
    shop.run(first)
    nothing_held = joining(shop, first.id, li, tender="stored_value")
    assert refused(shop, nothing_held) == "ledger.balance_short"
    unnamed = JoinGroup(
        seat_id=shop.new_id(),
        group_id=first.id,
        member_id=li,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="external",
    )
    assert refused(shop, unnamed) == "group.reference_missing"
    assert refused(shop, joining(shop, first.id, shop.new_id())) == "member.unknown"
    shop.run(FreezeMember(member_id=zhang, reason="挂失"))
    assert refused(shop, joining(shop, first.id, zhang)) == "order.member_frozen"
    no_coupon = deal(shop)
    forgotten = update(coupon_type).where(coupon_type.c.code == "TEN").values(code="OLD")
    shop.database.write(lambda tx: tx.run(Statement[object](forgotten))).result()
    shop.database.write(lambda tx: raise_revision(tx, "offers")).result()
    assert refused(shop, opening(shop, no_coupon, wang)) == "group.goods_gone"
    assert refused(shop, opening(shop, shop.new_id(), wang)) == "programme.unknown"
    assert len(seats_of(shop, first.id)) == 1
    assert differences(shop) == []


def test_a_member_joins_a_deal_so_often_and_what_came_back_does_not_count(
    shop: ShopUnderTest,
) -> None:
    programme = deal(shop, per_member_max=1)
    (wang,) = people(shop, 1)
    first = opening(shop, programme, wang)
    shop.run(first)
    assert refused(shop, opening(shop, programme, wang)) == "group.limit_reached"
    shop.pass_time(hours=2)
    work(shop, GROUPS)
    shop.run(opening(shop, programme, wang))
    assert differences(shop) == []


def test_a_group_that_is_over_gives_back_once_and_takes_nobody(shop: ShopUnderTest) -> None:
    wang, li, zhang = people(shop, 3)
    shop.top_up(li, 10_000)
    first = opening(shop, deal(shop), wang, tender="external")
    shop.run(first)
    shop.run(joining(shop, first.id, li, tender="stored_value"))
    shop.pass_time(hours=2)
    assert refused(shop, joining(shop, first.id, zhang)) == "group.over"
    ending = [
        shop.runner.submit(EndGroup(group_id=first.id), actor=shop.actor, command_id=shop.new_id())
        for _ in range(3)
    ]
    assert [one.exception() for one in ending] == [None] * 3
    assert refused(shop, joining(shop, first.id, zhang)) == "group.over"
    assert [seat.state for seat in seats_of(shop, first.id)] == ["refund_due", "returned"]
    assert shop.balances(li).principal_minor == 10_000
    back = PayBackSeat(seat_id=first.seat_id, reason="原路退回")
    answer = shop.run(back)
    assert (answer["reference"], answer["amount_minor"]) == ("wx-1", 990)
    assert refused(shop, back) == "group.nothing_due"
    assert refused(shop, PayBackSeat(seat_id=shop.new_id(), reason="没有")) == "group.seat_unknown"
    assert differences(shop) == []


def test_a_seat_paid_at_another_store_is_sold_there(shop: ShopUnderTest) -> None:
    wang, li, zhang = people(shop, 3)
    first = opening(shop, deal(shop), wang)
    shop.run(first)
    there = shop.at(named("store:S2"), "terminal:S2:A")
    there.run(joining(there, first.id, li))
    shop.run(joining(shop, first.id, zhang))
    stores = [seat.store_id for seat in seats_of(shop, first.id)]
    assert stores == [shop.store_id, there.store_id, shop.store_id]
    assert differences(shop) == []


def test_a_deal_of_one_store_is_none_of_another(shop: ShopUnderTest) -> None:
    wang, li = people(shop, 2)
    programme = start(shop, "group_buy", THREE_TOGETHER, store_id=shop.store_id)
    first = opening(shop, programme, wang)
    shop.run(first)
    there = shop.at(named("store:S2"), "terminal:S2:A")
    assert refused(there, joining(there, first.id, li)) == "group.unknown"
    shop.run(joining(shop, first.id, li))
    assert differences(shop) == []


@pytest.mark.parametrize(
    ("forged", "check"),
    [
        (update(buying_group).values(seats_taken=2), "groups"),
        (update(group_seat).values(state="refund_due"), "groups"),
        (update(group_seat).values(state="paid_back"), "group_deposits"),
    ],
)
def test_a_forged_group_is_named_by_the_proof(
    shop: ShopUnderTest, forged: Update, check: str
) -> None:
    (wang,) = people(shop, 1)
    shop.run(opening(shop, deal(shop), wang))
    assert differences(shop) == []
    statement = Statement[object](forged)
    shop.database.write(lambda tx: tx.run(statement)).result()
    assert check in {name for name, _ in differences(shop)}
