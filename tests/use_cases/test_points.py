"""Points that are pending, that end, that are warned of, and that a refund takes back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.expiry import DuePoints, PointsStanding, points_standing
from regulars.domain.pricing.basket import Choices
from regulars.jobs.expiry import ExpiringLots, Warnings
from regulars.jobs.pace import Pace
from regulars.storage import point_lots
from regulars.storage.engine import Database, open_database
from regulars.storage.statement import Statement
from regulars.storage.tables.points import expiry_warning
from regulars.storage.tables.system import fact
from regulars.storage.verify import verify
from regulars.use_cases.expiring import ExpireLots
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.terms import SetTerm
from tests.answers import part, rows
from tests.shops import ShopUnderTest, open_shop
from tests.storage.intruder import intruder
from tests.workshops import run_out

PHONE = "13800138000"
ONE_TIER = [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]


def opened(database: Database, home: Path, **terms: object) -> ShopUnderTest:
    fields = {name.replace("__", "."): value for name, value in terms.items()}
    plain = {"joining.coupon_types": [], "tiers.ladder": ONE_TIER}
    return open_shop(database, home, terms={**plain, **fields})


def standing(shop: ShopUnderTest, member: UUID) -> PointsStanding:
    with shop.database.read() as read:
        inside = shop.shops.in_force(read, shop.store_id, at=shop.now)
        held = read.all(point_lots.HELD_POINTS, member=member)
    day = inside.store.business_day(shop.now)
    return points_standing(held, inside.terms.earning.expiry, on=day)


def differences(shop: ShopUnderTest) -> int:
    with shop.database.read() as read:
        return verify(read, lambda progress: None).differences


def expire(shop: ShopUnderTest) -> int:
    return run_out(ExpiringLots(Pace()).step, shop)


def give_back(
    shop: ShopUnderTest, order_id: UUID, units: tuple[UnitsBack, ...] | None = None
) -> dict[str, object]:
    answer = shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=units, reason="错了"))
    return rows(answer, "refunds")[-1]


def test_earned_points_wait_until_the_refund_window_is_over(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(database, tmp_path, earning__pending_days=7, spending__step=10)
    wang = shop.join(PHONE)
    receipt = shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    told = part(receipt, "member")
    assert (told["points"], told["points_pending"]) == (50, 120)
    assert told["points_usable_on"] == "2026-05-11"
    assert standing(shop, wang).pending == (DuePoints(120, date(2026, 5, 11)),)
    with pytest.raises(Refusal) as refused:
        shop.run(
            replace(
                shop.sale([shop.line("mango_ice")], member=wang, cash=2_100),
                choices=Choices(coupons=(), points=100),
            )
        )
    assert refused.value.code == "points.short"
    shop.pass_time(days=7)
    assert standing(shop, wang).available == 170
    later = shop.sale([shop.line("mango_ice")], member=wang, cash=2_100)
    spent = part(shop.run(replace(later, choices=Choices(coupons=(), points=100))), "member")
    assert (spent["points"], spent["points_spent"]) == (70, 100)
    assert differences(shop) == 0


def test_lots_end_with_the_stores_business_day_and_only_once(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=1)
    wang, li = shop.join(PHONE), shop.join("13900139000")
    shop.pass_time(days=3)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    # 4 June, 03:59 in the morning: the business day of the 3rd runs on.
    shop.pass_time(days=27, hours=17, minutes=59)
    expire(shop)
    assert shop.balances(wang).points == 110
    shop.pass_time(minutes=2)
    expire(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (60, 0)
    assert expire(shop) == 1
    assert shop.balances(wang).points == 60
    assert differences(shop) == 0


def test_changed_terms_leave_the_lots_that_there_are(database: Database, tmp_path: Path) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=12, earning__expiry_end="quarter")
    wang = shop.join(PHONE)
    change = SetTerm(
        id=shop.new_id(),
        field="earning.expiry_end",
        level=Level.ORGANISATION,
        place_id=None,
        value="year",
        effective_at=None,
        locked=False,
        low=None,
        high=None,
        reason="年底一起到期",
    )
    shop.run(change)
    shop.pass_time(minutes=1)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    with shop.database.read() as read:
        lots = read.all(point_lots.POINT_LOTS, member=wang)
    assert [lot.expires_on for lot in lots] == [date(2027, 7, 1), date(2028, 1, 1)]


def test_sales_and_several_schedulers_at_once_end_each_lot_once(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=1)
    members = [shop.join(f"1380013{number:04}") for number in range(12)]
    shop.pass_time(days=31)
    due: list[object] = [ExpireLots(store_id=shop.store_id, lots_max=5) for _ in range(8)]
    sales = [shop.sale([shop.line("egg_tart")], member=one, cash=800) for one in members]
    with ThreadPoolExecutor(4) as tills:
        list(tills.map(shop.run, [*due, *sales]))
    expire(shop)
    assert [shop.balances(one).points for one in members] == [8] * 12
    assert differences(shop) == 0


def test_lots_of_a_frozen_member_wait_until_she_is_back(database: Database, tmp_path: Path) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=1)
    wang, li = shop.join(PHONE), shop.join("13900139000")
    shop.run(FreezeMember(member_id=wang, reason="卡丢了"))
    shop.pass_time(days=31)
    expire(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (50, 0)
    shop.run(UnfreezeMember(member_id=wang, reason="卡找到了"))
    expire(shop)
    assert shop.balances(wang).points == 0
    assert differences(shop) == 0


def test_who_is_frozen_while_her_lots_are_chosen_stops_nobody_later(
    postgresql_url: str, tmp_path: Path
) -> None:
    database = open_database(postgresql_url)
    shop = opened(database, tmp_path, earning__expiry_months=1)
    wang = shop.join(PHONE)
    shop.pass_time(days=1)
    li = shop.join("13900139000")
    shop.pass_time(days=31)
    due = ExpireLots(store_id=shop.store_id, lots_max=100)
    with intruder(postgresql_url) as hand, ThreadPoolExecutor(1) as job:
        with hand.transaction():
            hand.sql("UPDATE account SET state = 'frozen' WHERE owner_id = ?", wang)
            ending = job.submit(shop.run, due)
            while not hand.sql("SELECT 1 FROM pg_locks WHERE NOT granted") and not ending.done():
                pass
        assert ending.result()["lots"] == 1
        hand.sql("UPDATE account SET state = 'open' WHERE owner_id = ?", wang)
    expire(shop)
    assert (shop.balances(wang).points, shop.balances(li).points) == (0, 0)
    assert differences(shop) == 0
    database.close()


def test_a_lot_that_a_refund_fills_again_is_good_for_a_week(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(
        database, tmp_path, earning__expiry_months=1, spending__step=10, spending__minimum=10
    )
    wang = shop.join(PHONE)
    sale = shop.sale([shop.line("mango_ice")], member=wang, cash=2_150)
    shop.run(replace(sale, choices=Choices(coupons=(), points=50)))
    shop.pass_time(days=31)
    expire(shop)
    give_back(shop, sale.order_id)
    assert standing(shop, wang).available == 50
    shop.pass_time(days=7)
    expire(shop)
    assert shop.balances(wang).points == 0
    assert differences(shop) == 0


def test_a_member_hears_of_the_end_once_and_sees_it_on_her_card(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=2, points__warn_days=30)
    wang = shop.join(PHONE)
    job = Warnings()
    run_out(job.step, shop)
    assert standing(shop, wang).expiring == ()
    shop.pass_time(days=35)
    for _ in range(3):
        run_out(job.step, shop)
    assert standing(shop, wang).expiring == (DuePoints(50, date(2026, 7, 4)),)
    facts = Statement[object](
        select(fact.c.member_id, fact.c.body).where(fact.c.kind == "points.expiring"),
        lambda member, body: (member, body),
    )
    with shop.database.read() as read:
        (row,) = read.all(Statement(select(expiry_warning), lambda *values: values))
        assert row[:4] == (wang, date(2026, 7, 4), "points", 50)
        assert read.all(facts) == [(wang, {"points": 50, "expires_on": "2026-07-04"})]


def test_a_shop_that_does_not_warn_stays_silent(database: Database, tmp_path: Path) -> None:
    shop = opened(database, tmp_path, earning__expiry_months=1, points__warn_days=0)
    shop.join(PHONE)
    shop.pass_time(days=30)
    run_out(Warnings().step, shop)
    with shop.database.read() as read:
        assert read.all(Statement[object](select(expiry_warning.c.member_id))) == []


@pytest.mark.parametrize(
    ("policy", "told"),
    [("debt", (51, 189, 0)), ("balance", (51, 0, 189)), ("pending", (0, 0, 240))],
)
def test_a_refund_takes_spent_points_back_as_the_terms_say(
    database: Database, tmp_path: Path, policy: str, told: tuple[int, int, int]
) -> None:
    shop = opened(database, tmp_path, refund__claw_back=policy, spending__step=10)
    wang = shop.join(PHONE)
    sale = shop.sale([shop.line("gift_box", quantity=4)], member=wang, cash=24_000)
    shop.run(sale)
    spend = shop.sale([shop.line("mango_ice", quantity=2)], member=wang, cash=4_400 - 280)
    shop.run(replace(spend, choices=Choices(coupons=(), points=280)))
    # 50 for joining, 240 earned, 280 spent, 41 earned.
    assert shop.balances(wang).points == 51
    back = give_back(shop, sale.order_id)
    assert (back["points_taken_back"], back["points_short"], back["points_forgiven"]) == told
    assert (shop.balances(wang).points, shop.balances(wang).points_debt) == (51 - told[0], told[1])
    assert differences(shop) == 0


@pytest.mark.parametrize("policy", ["debt", "balance"])
def test_points_that_ended_unused_are_not_taken_back_a_second_time(
    database: Database, tmp_path: Path, policy: str
) -> None:
    shop = opened(
        database,
        tmp_path,
        refund__claw_back=policy,
        spending__step=10,
        spending__minimum=10,
        earning__expiry_months=1,
    )
    wang = shop.join(PHONE)
    shop.pass_time(days=1)
    line = shop.line("mango_ice", quantity=4)
    sale = shop.sale([line], member=wang, cash=8_800)
    shop.run(sale)
    shop.pass_time(days=1)
    spend = shop.sale([shop.line("egg_tart")], member=wang, cash=800 - 70)
    shop.run(replace(spend, choices=Choices(coupons=(), points=70)))
    shop.pass_time(days=31)
    expire(shop)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    # 88 earned: 20 spent with the 50 for joining, 68 ended in her lot.
    backs = [give_back(shop, sale.order_id, (UnitsBack(line.id, 2),)) for _ in range(2)]
    told = ("points_taken_back", "points_short", "points_forgiven")
    assert [sum(int(str(back[name])) for back in backs) for name in told] == [20, 0, 68]
    balances = shop.balances(wang)
    assert (balances.points, balances.points_debt) == (60 - 20, 0)
    assert differences(shop) == 0


@pytest.mark.parametrize("policy", ["debt", "balance", "pending"])
def test_many_small_refunds_gain_nothing(database: Database, tmp_path: Path, policy: str) -> None:
    shop = opened(
        database,
        tmp_path,
        refund__claw_back=policy,
        earning__pending_days=3 if policy == "pending" else 0,
    )
    outcomes = []
    for phone, parts in ((PHONE, 1), ("13900139000", 4)):
        member = shop.join(phone)
        line = shop.line("mango_ice", quantity=4)
        sale = shop.sale([line], member=member, cash=8_800)
        shop.run(sale)
        for _ in range(parts):
            give_back(shop, sale.order_id, (UnitsBack(line.id, 4 // parts),))
        outcomes.append(shop.balances(member))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].points == 50
    assert differences(shop) == 0


def test_what_is_still_pending_is_taken_back_before_anybody_spent_it(
    database: Database, tmp_path: Path
) -> None:
    shop = opened(database, tmp_path, refund__claw_back="pending", earning__pending_days=7)
    wang = shop.join(PHONE)
    sales = []
    for _ in range(2):
        sale = shop.sale([shop.line("gift_box")], member=wang, cash=6_000)
        shop.run(sale)
        sales.append(sale.order_id)
    assert give_back(shop, sales[0])["points_taken_back"] == 60
    shop.pass_time(days=8)
    back = give_back(shop, sales[1])
    assert (back["points_taken_back"], back["points_forgiven"]) == (0, 60)
    assert standing(shop, wang).available == 110
    assert differences(shop) == 0
