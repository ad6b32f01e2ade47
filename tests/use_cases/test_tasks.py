"""Tasks: counted from what members did, paid once, claimed or given by the shop itself."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Id
from regulars.storage.engine import Database
from regulars.storage.members import CHANGE_ACCOUNTS
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import order_line
from regulars.storage.tables.referrals import referral
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.open_orders import OpenOrder
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settling import SettleOrder
from regulars.use_cases.tasks import TaskState, states_of
from tests.domain.loyalty.definitions import CHECK_IN, THREE_ORDERS
from tests.rewards import (
    claim,
    differences,
    pay_done_tasks,
    refused,
    saved,
    sign_in,
    started,
    stopped,
)
from tests.shops import ShopUnderTest, named, open_shop

LINE: Statement[LineId] = Statement(
    select(order_line.c.id).where(order_line.c.order_id == bindparam("order_id", type_=Id()))
)
WITHOUT_GIFTS: dict[str, object] = {
    "joining.points": 0,
    "joining.coupon_types": [],
    "earning.points_per_hundred_minor": 0,
}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=WITHOUT_GIFTS)


def task(shop: ShopUnderTest, goal: dict[str, object], **more: object) -> UUID:
    definition = {**THREE_ORDERS, "goal": goal, **more}
    return started(shop, ProgrammeKind.TASK, definition)


def bought(shop: ShopUnderTest, member: UUID, product: str = "egg_tart", count: int = 1) -> UUID:
    minor = {"egg_tart": 800, "mango_ice": 2_200}[product]
    sale: SellAtCounter = shop.sale(
        [shop.line(product, quantity=count)], member=member, cash=minor * count
    )
    shop.run(sale)
    return sale.order_id


def state(shop: ShopUnderTest, member: UUID) -> TaskState:
    with shop.database.read() as read:
        known = shop.shops.in_force(read, shop.store_id, at=shop.now)
        (only,) = states_of(read, member, known, at=shop.now)
    return only


def done(shop: ShopUnderTest, member: UUID) -> int:
    return state(shop, member).progress.done


def test_a_task_is_paid_once_a_window_and_again_in_the_next(shop: ShopUnderTest) -> None:
    three = task(shop, {"kind": "orders", "count": 3})
    wang = shop.join("13800138000")
    for _ in range(2):
        bought(shop, wang)
    assert refused(lambda: claim(shop, three, wang)) == "task.not_done"
    bought(shop, wang)
    assert claim(shop, three, wang)["period"] == "2026-W19"
    assert refused(lambda: claim(shop, three, wang)) == "task.claimed_already"
    assert shop.balances(wang).points == 30
    shop.pass_time(days=7)
    assert (done(shop, wang), state(shop, wang).claimed) == (0, False)
    for _ in range(3):
        bought(shop, wang)
    claim(shop, three, wang)
    assert shop.balances(wang).points == 60
    assert differences(shop) == []


def test_a_task_that_pays_once_pays_no_more(shop: ShopUnderTest) -> None:
    once = task(shop, {"kind": "orders", "count": 1}, repeat="once")
    wang = shop.join("13800138000")
    bought(shop, wang)
    claim(shop, once, wang)
    shop.pass_time(days=7)
    bought(shop, wang)
    assert refused(lambda: claim(shop, once, wang)) == "task.claimed_already"


def test_a_refund_lowers_progress_until_the_gift_was_given(shop: ShopUnderTest) -> None:
    spend = task(shop, {"kind": "spend_minor", "amount_minor": 3_000})
    wang = shop.join("13800138000")
    order = bought(shop, wang, "mango_ice", 2)
    with shop.database.read() as read:
        line = read.all(LINE, order_id=order)[0]
    part = (UnitsBack(line, 1),)
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=part, reason="洒了"))
    assert done(shop, wang) == 2_200
    assert refused(lambda: claim(shop, spend, wang)) == "task.not_done"
    second = bought(shop, wang)
    claim(shop, spend, wang)
    shop.run(RefundOrder(id=shop.new_id(), order_id=second, units=None, reason="洒了"))
    assert shop.balances(wang).points == 30
    assert differences(shop) == []


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ({"kind": "orders", "count": 9}, 2),
        ({"kind": "visits", "count": 9}, 1),
        ({"kind": "spend_minor", "amount_minor": 99_999}, 4_600),
        ({"kind": "product", "count": 9, "product_id": str(named("product:egg_tart"))}, 3),
        ({"kind": "category", "count": 9, "category_id": str(named("category"))}, 4),
        ({"kind": "category", "count": 9, "category_id": str(named("nothing"))}, 0),
        ({"kind": "top_up_minor", "amount_minor": 99_999}, 10_000),
        ({"kind": "check_ins", "count": 9}, 1),
        ({"kind": "referrals", "count": 9}, 0),
    ],
)
def test_each_goal_counts_what_it_says(
    shop: ShopUnderTest, goal: dict[str, object], expected: int
) -> None:
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    bought(shop, wang)
    shop.pass_time(minutes=1)
    task(shop, goal)
    daily = started(shop, ProgrammeKind.CHECK_IN, CHECK_IN)
    bought(shop, wang, "egg_tart", 3)
    bought(shop, wang, "mango_ice")
    gone = bought(shop, wang)
    shop.run(RefundOrder(id=shop.new_id(), order_id=gone, units=None, reason="洒了"))
    bought(shop, li)
    shop.top_up(wang, 10_000)
    sign_in(shop, daily, wang)
    assert done(shop, wang) == expected


def test_a_friend_counts_once_her_referral_was_rewarded(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "referrals", "count": 2})
    wang, friends = shop.join("13800138000"), [shop.join(f"1380013810{n}") for n in range(3)]
    rows = [
        {
            "id": shop.new_id(),
            "programme_id": shop.new_id(),
            "programme_version": 1,
            "inviter_id": wang,
            "invited_id": friend,
            "store_id": shop.store_id,
            "at": shop.now,
            "by": "test",
            "state": state,
            "due_at": shop.now,
            "min_due_minor": 0,
            "ended_at": ended_at,
            "inviter_rewarded": True,
            "invited_rewarded": True,
        }
        for friend, state, ended_at in zip(
            friends,
            ("rewarded", "due", "rewarded"),
            (shop.now, None, Instant(shop.now - timedelta(days=30))),
            strict=True,
        )
    ]
    shop.database.write(lambda tx: tx.add(referral, rows)).result()
    assert done(shop, wang) == 1


def test_the_shop_pays_what_nobody_claims(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "orders", "count": 2})
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    pay_done_tasks(shop)
    for member in (wang, li, wang):
        bought(shop, member)
    pay_done_tasks(shop)
    pay_done_tasks(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (30, 0)
    bought(shop, li)
    pay_done_tasks(shop)
    assert shop.balances(li).points == 30
    assert differences(shop) == []


def test_the_shop_passes_over_a_member_who_is_frozen(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "orders", "count": 1})
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    bought(shop, wang)
    bought(shop, li)
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    pay_done_tasks(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (0, 30)


def test_what_happened_before_there_was_a_task_is_not_read_again(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    bought(shop, wang)
    pay_done_tasks(shop)
    shop.pass_time(minutes=1)
    three = task(shop, {"kind": "orders", "count": 1})
    pay_done_tasks(shop)
    assert (done(shop, wang), shop.balances(wang).points) == (0, 0)
    saved(shop, three, "task", {**THREE_ORDERS, "goal": {"kind": "orders", "count": 2}}, seen=1)
    stopped(shop, three, seen=2)
    assert refused(lambda: claim(shop, three, wang)) == "programme.not_in_force"


def test_a_member_whom_the_shop_cannot_pay_keeps_nobody_waiting(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "orders", "count": 1})
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    bought(shop, wang)
    bought(shop, li)
    shop.database.write(
        lambda tx: tx.send(CHANGE_ACCOUNTS, owner=wang, new_state="closed")
    ).result()
    pay_done_tasks(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (0, 30)


def test_what_was_done_on_the_last_night_of_a_week_is_paid_on_monday(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "orders", "count": 2})
    wang = shop.join("13800138000")
    # Sunday, a minute before the business day and the week end at 04:00.
    shop.pass_time(days=6, hours=17, minutes=59)
    for _ in range(2):
        bought(shop, wang)
    shop.pass_time(minutes=2)
    bought(shop, wang)
    pay_done_tasks(shop)
    assert shop.balances(wang).points == 30
    bought(shop, wang)
    pay_done_tasks(shop)
    assert shop.balances(wang).points == 60
    assert differences(shop) == []


def test_a_table_paid_after_midnight_counts_for_the_week_of_its_day(shop: ShopUnderTest) -> None:
    task(shop, {"kind": "orders", "count": 2})
    wang = shop.join("13800138000")
    shop.pass_time(days=6, hours=17, minutes=59)
    bought(shop, wang)
    table = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="counter",
        note=None,
    )
    shop.run(OpenOrder(head=table, lines=(shop.line("egg_tart"),), member_id=wang))
    shop.pass_time(minutes=2)
    pay_done_tasks(shop)
    cash = (shop.tender(TenderKind.CASH, 800),)
    none = Choices(coupons=())
    shop.run(SettleOrder(order_id=table.order_id, seen=1, choices=none, tenders=cash))
    assert done(shop, wang) == 0
    pay_done_tasks(shop)
    assert shop.balances(wang).points == 30
    assert differences(shop) == []


def test_a_task_of_one_store_counts_what_was_done_there(shop: ShopUnderTest) -> None:
    one = shop.new_id()
    orders = {**THREE_ORDERS, "goal": {"kind": "orders", "count": 2}}
    saved(shop, one, "task", orders, store_id=shop.store_id)
    wang = shop.join("13800138000")
    there = shop.at(named("store:S2"), "terminal:S2:A")
    bought(shop, wang)
    bought(there, wang)
    assert refused(lambda: claim(shop, one, wang)) == "task.not_done"
    bought(shop, wang)
    assert claim(shop, one, wang)["period"] == "2026-W19"
