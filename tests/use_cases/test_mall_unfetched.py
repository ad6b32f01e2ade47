"""Things of the mall that nobody fetched in time: by the item's rule, once, told in the statement."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.jobs.mall import MALL
from regulars.storage import ledger, mall
from regulars.storage.engine import Database, sqlite_path
from regulars.storage.stores import STORES
from regulars.use_cases.mall_ends import HandOver, LapseMallOrder
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.statement_rows import in_words
from tests.domain.loyalty.definitions import MUG
from tests.inviting import work
from tests.rewards import differences, order, refused, saved, started, with_points
from tests.shops import ShopUnderTest, open_shop

A_WEEK: Mapping[str, object] = {**MUG, "stock": 1, "fetch_days": 7}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def ordered(shop: ShopUnderTest, member: UUID, item: UUID) -> UUID:
    """Her order of a thing, waiting to be fetched."""
    return UUID(str(order(shop, item, member)["id"]))


def state_of(shop: ShopUnderTest, order_id: UUID) -> str:
    """What became of an order that was looked at again too early or too late."""
    assert shop.run(LapseMallOrder(order_id=order_id))["done"] is False
    return refused(lambda: shop.run(HandOver(order_id=order_id)))


def told(shop: ShopUnderTest, member: UUID) -> list[str]:
    """The newest movements of her statement, in words, without the days of their lots."""
    with shop.database.read() as read:
        rows = ledger.statement_of(read, member, cursor=None).rows
        words = in_words(read, member, rows, read.all(STORES), scale=2)
    return [one.zh.partition("（")[0] for one in words]


def test_points_and_thing_come_back_after_the_last_day(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, A_WEEK)
    wang, li = shop.join("13800138000"), with_points(shop, "13900139000", 40)
    hers = ordered(shop, wang, mug)
    shop.pass_time(days=7)
    work(shop, MALL)
    assert shop.balances(wang).points == 10
    assert refused(lambda: order(shop, mug, li)) == "mall.sold_out"
    shop.pass_time(days=1)
    work(shop, MALL)
    work(shop, MALL)
    assert shop.balances(wang).points == 50
    assert state_of(shop, hers) == "mall.not_waiting"
    assert told(shop, wang)[0] == "在人民广场店积分商城逾期未领，退回 40 积分"
    # The mug is the next one's.
    ordered(shop, li, mug)
    assert differences(shop) == []


def test_points_are_gone_where_the_item_says_so(shop: ShopUnderTest) -> None:
    strict = {**A_WEEK, "unfetched": "forfeit"}
    mug = started(shop, ProgrammeKind.MALL_ITEM, strict)
    wang, li = shop.join("13800138000"), with_points(shop, "13900139000", 40)
    hers = ordered(shop, wang, mug)
    shop.pass_time(days=8)
    work(shop, MALL)
    assert shop.balances(wang).points == 10
    assert state_of(shop, hers) == "mall.not_waiting"
    assert set(told(shop, wang)[:2]) == {
        "在人民广场店积分商城逾期未领，退回 40 积分",
        "积分商城逾期未领，过期 40 积分",
    }
    ordered(shop, li, mug)
    assert differences(shop) == []


def test_points_of_a_lot_that_ended_meanwhile_are_good_for_a_week(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms={"earning.expiry_months": 1})
    long = {**A_WEEK, "fetch_days": 60}
    kind = ProgrammeKind.MALL_ITEM
    generous, strict = (
        started(shop, kind, long),
        started(shop, kind, {**long, "unfetched": "forfeit"}),
    )
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    ordered(shop, wang, generous)
    ordered(shop, li, strict)
    shop.pass_time(days=61)
    work(shop, MALL)
    with shop.database.read() as read:
        lots = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wang)
        assert read.all(ledger.OPEN_LOTS_OF_MEMBER, member=li) == [
            lot for lot in read.all(ledger.OPEN_LOTS_OF_MEMBER, member=li) if lot.remaining == 10
        ]
    day = shop.now.date()
    revived = [lot for lot in lots if lot.expires_on is not None and lot.expires_on > day]
    assert [(lot.remaining, (lot.expires_on - day).days) for lot in revived if lot.expires_on] == [
        (40, 7)
    ]
    assert [one for one in differences(shop) if "overdue" not in one and "duties" not in one] == []


def test_an_order_keeps_the_days_it_was_promised_and_one_without_waits(
    shop: ShopUnderTest,
) -> None:
    for_ever = started(shop, ProgrammeKind.MALL_ITEM, MUG)
    wang = with_points(shop, "13800138000", 100)
    waits = ordered(shop, wang, for_ever)
    shop.pass_time(minutes=1)
    saved(shop, for_ever, "mall_item", {**A_WEEK, "stock": 2}, seen=1)
    shop.pass_time(days=40)
    late = ordered(shop, with_points(shop, "13900139000", 0), for_ever)
    work(shop, MALL)
    assert shop.run(HandOver(order_id=waits))["state"] == "handed_over"
    assert shop.run(HandOver(order_id=late))["state"] == "handed_over"
    assert differences(shop) == []


def test_one_that_cannot_end_holds_up_no_other(shop: ShopUnderTest) -> None:
    strict = {**A_WEEK, "stock": 5, "unfetched": "forfeit"}
    mug = started(shop, ProgrammeKind.MALL_ITEM, strict)
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    for member in (wang, li):
        ordered(shop, member, mug)
    # A frozen member's points do not move.
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    shop.pass_time(days=8)
    work(shop, MALL)
    ended = "积分商城逾期未领，过期 40 积分"
    assert [ended in told(shop, one) for one in (wang, li)] == [False, True]
    assert differences(shop) == []


def test_the_job_reads_what_waits_and_not_the_orders_of_ten_years(sqlite_url: str) -> None:
    compiled = mall.ORDERED_BEFORE.on("sqlite")
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        explained = f"EXPLAIN QUERY PLAN {compiled.sql}"
        plan = connection.execute(explained, [b""] * len(compiled.names))
        (step,) = [step for *_, step in plan]
    assert "mall_order_waiting" in step


@pytest.mark.parametrize("wrong", [0, 367, "7", True])
def test_days_that_make_no_sense_are_not_saved(shop: ShopUnderTest, wrong: object) -> None:
    item = {**MUG, "fetch_days": wrong}
    assert refused(lambda: started(shop, ProgrammeKind.MALL_ITEM, item)) == "terms.malformed"
    coupon = {"points": 10, "gives": {"coupon_types": ["TEN"]}, "fetch_days": 7}
    assert refused(lambda: started(shop, ProgrammeKind.MALL_ITEM, coupon)) == "programme.malformed"
