"""A seat of a full group goes back like a sale: once, and only with its coupon."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from regulars.domain.pricing.basket import Choices
from regulars.storage import coupon_wallet as wallet
from regulars.storage import groups, ledger
from regulars.storage.engine import Database
from regulars.storage.groups import SeatRow
from regulars.storage.statement import Statement
from regulars.storage.stores import STORES
from regulars.storage.tables.groups import group_seat
from regulars.storage.tables.ledger import entry
from regulars.use_cases.group_refunds import RefundSeat
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.statement_rows import in_words
from tests.inviting import THREE_TOGETHER, differences, start
from tests.prepaid import money, money_lots, refused
from tests.shops import ShopUnderTest, named, open_shop

_back = entry.alias("back")
MIRRORED = Statement[str](
    select(entry.c.business_id)
    .join_from(_back, entry, entry.c.id == _back.c.reverses)
    .where(_back.c.business_id.like("group:%:refunded"))
)
TENDERS = ("cash", "external", "stored_value")


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def a_full_group(shop: ShopUnderTest) -> list[SeatRow]:
    """Three seats, each paid in another way, the last one at another store."""
    programme = start(shop, "group_buy", THREE_TOGETHER)
    wang, li, zhang = [shop.join(f"1380013800{number}") for number in range(3)]
    shop.top_up(zhang, 10_000)
    opened = OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=programme,
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(opened)
    for member, tender in ((li, "external"), (zhang, "stored_value")):
        there = shop.at(named("store:S2"), "terminal:S2:A") if tender == "stored_value" else shop
        seat = JoinGroup(
            seat_id=shop.new_id(),
            group_id=opened.id,
            member_id=member,
            store_id=there.store_id,
            terminal_id=there.terminal_id,
            tender=tender,
            reference="wx-1" if tender == "external" else None,
        )
        there.run(seat)
    return seats_of(shop, opened.id)


def seats_of(shop: ShopUnderTest, group: UUID) -> list[SeatRow]:
    """The seats of a group."""
    with shop.database.read() as read:
        return read.all(groups.SEATS, group_id=group)


def back(seat: SeatRow) -> RefundSeat:
    """She wants her seat back."""
    return RefundSeat(seat_id=seat.id, reason="不来了")


def coupon_state(shop: ShopUnderTest, seat: SeatRow) -> str:
    """What became of the coupon of a seat."""
    with shop.database.read() as read:
        known = read.one(wallet.COUPON, coupon_id=seat.coupon_id)
    assert known is not None
    return known.state


def test_each_seat_goes_back_once_the_way_it_was_paid(shop: ShopUnderTest) -> None:
    seats = a_full_group(shop)
    holder = seats[2].member_id
    assert [seat.tender for seat in seats] == list(TENDERS)
    assert money(shop, holder) == (9_100, 910)
    told: dict[str, object] = {}
    for seat in seats:
        told = shop.run(back(seat))
        assert (told["tender"], told["amount_minor"]) == (seat.tender, 990)
        assert refused(shop, back(seat)).code == "group.not_refundable"
        assert coupon_state(shop, seat) == "void"
    assert (told["principal_minor"], told["bonus_minor"]) == (900, 90)
    assert money(shop, holder) == (10_000, 1_000)
    assert [lot.remaining for lot in money_lots(shop, holder)] in ([10_000, 1_000], [1_000, 10_000])
    assert [seat.state for seat in seats_of(shop, seats[0].group_id)] == ["refunded"] * 3
    assert differences(shop) == []


def test_the_refund_of_a_seat_that_was_paid_and_sold_at_once_mirrors_its_sale(
    shop: ShopUnderTest,
) -> None:
    two = {**THREE_TOGETHER, "seats": 2, "per_member_max": None}
    programme = start(shop, "group_buy", two)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    for _ in range(12):
        opened = OpenGroup(
            id=shop.new_id(),
            seat_id=shop.new_id(),
            programme_id=programme,
            member_id=wang,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
        shop.run(opened)
        last = JoinGroup(
            seat_id=shop.new_id(),
            group_id=opened.id,
            member_id=li,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
        shop.run(last)
        shop.run(RefundSeat(seat_id=last.seat_id, reason="不来了"))
    with shop.database.read() as read:
        mirrored = read.all(MIRRORED)
    assert len(mirrored) == 12
    assert {name.rpartition(":")[2] for name in mirrored} == {"sold"}


def test_of_several_tills_one_gives_a_seat_back(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[2]
    running = [
        shop.runner.submit(back(seat), actor=shop.actor, command_id=shop.new_id()) for _ in range(4)
    ]
    assert sum(one.exception() is None for one in running) == 1
    assert money(shop, seat.member_id) == (10_000, 1_000)
    assert differences(shop) == []


def test_a_seat_whose_coupon_was_used_goes_back_with_the_bill(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[0]
    assert seat.coupon_id is not None
    choices = Choices(coupons=(seat.coupon_id,))
    lines = [shop.line("mango_ice")]
    shop.run(shop.sale(lines, member=seat.member_id, cash=1_200, choices=choices))
    assert refused(shop, back(seat)).code == "group.coupon_gone"
    assert coupon_state(shop, seat) == "used"
    assert differences(shop) == []


def test_a_seat_goes_back_after_the_bill_that_used_its_coupon(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[2]
    assert seat.coupon_id is not None
    choices = Choices(coupons=(seat.coupon_id,))
    bill = shop.sale([shop.line("mango_ice")], member=seat.member_id, cash=1_200, choices=choices)
    shop.run(bill)
    shop.run(RefundOrder(id=shop.new_id(), order_id=bill.order_id, units=None, reason="不要了"))
    shop.run(back(seat))
    assert coupon_state(shop, seat) == "void"
    assert money(shop, seat.member_id) == (10_000, 1_000)
    assert differences(shop) == []


def test_her_statement_says_that_the_money_was_given_back(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[2]
    shop.run(back(seat))
    with shop.database.read() as read:
        rows = ledger.statement_of(read, seat.member_id, cursor=None).rows
        words = in_words(read, seat.member_id, rows, read.all(STORES), scale=2)
    told = [one.zh.partition("（")[0] for one in words if "拼团" in one.zh]
    assert set(told[:2]) == {
        "在静安寺店拼团，退回储值本金 9.00",
        "在静安寺店拼团，退回储值赠金 0.90",
    }


def test_a_seat_that_is_not_sold_is_not_refunded(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    opened = OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=start(shop, "group_buy", THREE_TOGETHER),
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(opened)
    waiting = RefundSeat(seat_id=opened.seat_id, reason="不等了")
    told = refused(shop, waiting)
    assert (told.code, told.parameters) == ("group.not_refundable", {"state": "taken"})
    nobody = RefundSeat(seat_id=shop.new_id(), reason="没有")
    assert refused(shop, nobody).code == "group.seat_unknown"


def test_a_frozen_member_may_have_her_money_back(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[2]
    shop.run(FreezeMember(member_id=seat.member_id, reason="挂失"))
    shop.run(back(seat))
    assert money(shop, seat.member_id) == (10_000, 1_000)
    assert differences(shop) == []


def test_a_forged_refund_is_named_by_the_proof(shop: ShopUnderTest) -> None:
    seat = a_full_group(shop)[0]
    forged = update(group_seat).where(group_seat.c.id == seat.id).values(state="refunded")
    shop.database.write(lambda tx: tx.run(Statement[object](forged))).result()
    assert {one.what for _, one in differences(shop)} == {"refunded_with_coupon", "seat_refunded"}
