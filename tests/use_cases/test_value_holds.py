"""Value that is held: gone from what may be spent, posted in part, given back, never lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.holds import HoldPurpose
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.pace import Pace
from regulars.jobs.value_holds import time_out_holds
from regulars.storage import ledger
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.held_value import HoldValue, PostHold, VoidHold
from regulars.use_cases.members import FreezeMember
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out, workshop_of

TERMS = {
    "top_up.offers": [{"principal_minor": 10_000, "bonus_minor": 1_000}],
    "top_up.bonus_expiry_months": 1,
    "joining.points": 200,
    "joining.coupon_types": [],
}


def a_hold(
    shop: ShopUnderTest, member: UUID, minor: int = 0, points: int = 0, *, minutes: int = 15
) -> HoldValue:
    return HoldValue(
        id=shop.new_id(),
        member_id=member,
        store_id=shop.store_id,
        amount_minor=minor,
        points=points,
        purpose=HoldPurpose.BOOKING,
        subject_id=None,
        minutes=minutes,
    )


def a_member(shop: ShopUnderTest) -> UUID:
    member = shop.join("13800138000")
    shop.top_up(member, 10_000)
    return member


def owned(shop: ShopUnderTest, member: UUID) -> tuple[int, int, int]:
    balances = shop.balances(member)
    return (balances.principal_minor, balances.bonus_minor, balances.points)


def refused(shop: ShopUnderTest, command: object) -> str:
    with pytest.raises(Refusal) as refusal:
        shop.run(command)
    return refusal.value.code


def differences(shop: ShopUnderTest) -> list[str]:
    with shop.database.read() as read:
        checks = verify(read, lambda _: None).checks
    return [one.what for check in checks for one in check.differences]


def test_what_is_held_is_spent_by_nobody_else(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    hold = a_hold(shop, wang, 6_600, 150)
    held = shop.run(hold)
    assert (held["principal_minor"], held["bonus_minor"], held["points"]) == (6_000, 600, 150)
    assert owned(shop, wang) == (4_000, 400, 50)
    over = shop.sale([shop.line("gift_box")], member=wang, stored=6_000)
    assert refused(shop, over) == "ledger.balance_short"
    assert refused(shop, a_hold(shop, wang, 4_401)) == "ledger.balance_short"
    assert refused(shop, a_hold(shop, wang, points=51)) == "ledger.points_short"
    assert refused(shop, a_hold(shop, wang)) == "value_hold.empty"
    assert refused(shop, a_hold(shop, wang, -1)) == "value_hold.empty"
    small = a_hold(shop, wang, 100)
    shop.run(small)
    assert refused(shop, small) == "ledger.already_posted"
    assert differences(shop) == []


def test_a_part_is_posted_and_the_rest_comes_back_in_the_same_entry(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    hold = a_hold(shop, wang, 6_600, 150)
    shop.run(hold)
    too_much = PostHold(hold_id=hold.id, amount_minor=6_601)
    assert refused(shop, too_much) == "value_hold.over"
    posted = shop.run(PostHold(hold_id=hold.id, amount_minor=2_200, points=100))
    assert (posted["posted_principal_minor"], posted["posted_bonus_minor"]) == (2_000, 200)
    assert owned(shop, wang) == (8_000, 800, 100)
    for command in (PostHold(hold_id=hold.id), VoidHold(hold_id=hold.id)):
        assert refused(shop, command) == "value_hold.ended"
    assert refused(shop, VoidHold(hold_id=shop.new_id())) == "value_hold.unknown"
    with shop.database.read() as read:
        moved = ledger.statement_of(read, wang).rows
    ended = [row for row in moved if row.kind == "hold_end"]
    assert len({row.entry_id for row in ended}) == 1
    assert differences(shop) == []


def test_of_two_tills_that_end_a_hold_one_does(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    for _ in range(4):
        hold = a_hold(shop, wang, 1_100)
        shop.run(hold)

        def ended(command: object) -> str:
            try:
                shop.run(command)
            except Refusal as refusal:
                return refusal.code
            return "done"

        with ThreadPoolExecutor(4) as tills:
            told = list(
                tills.map(ended, [PostHold(hold_id=hold.id), VoidHold(hold_id=hold.id)] * 2)
            )
        assert sorted(told) == ["done", *["value_hold.ended"] * 3]
    assert differences(shop) == []


def test_a_hold_times_out_by_itself_once(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    short, long = a_hold(shop, wang, 1_100), a_hold(shop, wang, 1_100, minutes=60)
    shop.run(short)
    shop.run(long)
    run_out(time_out_holds, shop)
    assert owned(shop, wang) == (8_000, 800, 200)
    shop.pass_time(minutes=15)
    assert refused(shop, PostHold(hold_id=short.id)) == "value_hold.expired"
    with ThreadPoolExecutor(2) as schedulers:
        list(schedulers.map(lambda _: time_out_holds(workshop_of(shop)), range(2)))
    assert owned(shop, wang) == (9_000, 900, 200)
    assert refused(shop, VoidHold(hold_id=short.id)) == "value_hold.ended"
    assert differences(shop) == []


def test_what_comes_back_from_a_lot_that_ended_is_good_for_a_week(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    hold = a_hold(shop, wang, 5_500, minutes=60 * 24 * 31)
    shop.run(hold)
    shop.pass_time(days=31)
    run_out(ExpiringLots(Pace()).step, shop)
    assert owned(shop, wang)[:2] == (5_000, 0)
    run_out(time_out_holds, shop)
    assert owned(shop, wang)[:2] == (10_000, 500)
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, stored=800))
    shop.pass_time(days=8)
    run_out(ExpiringLots(Pace()).step, shop)
    assert owned(shop, wang)[1] == 0
    assert differences(shop) == []


def test_a_member_who_is_frozen_afterwards_pays_what_was_held_before(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    kept, freed = a_hold(shop, wang, 1_100), a_hold(shop, wang, 1_100)
    shop.run(kept)
    shop.run(freed)
    shop.run(FreezeMember(member_id=wang, reason="挂失"))
    assert refused(shop, a_hold(shop, wang, 100)) == "ledger.account_frozen"
    shop.run(PostHold(hold_id=kept.id))
    shop.run(VoidHold(hold_id=freed.id))
    assert owned(shop, wang)[:2] == (9_000, 900)
    assert differences(shop) == []


def test_a_hold_that_is_overdue_for_a_day_is_told(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    wang = a_member(shop)
    shop.run(a_hold(shop, wang, 1_100))
    shop.pass_time(days=2)
    shop.top_up(wang, 10_000)
    assert differences(shop) == ["overdue"]
