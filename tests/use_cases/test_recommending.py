"""Counts that refunds take back, and suggestions by consent, taboo and what has run out."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from regulars.domain.insights.affinity import SUPPORT_MIN, Daypart, Why
from regulars.domain.kernel.ids import LineId
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.baskets import count
from regulars.storage import baskets, fact_cursors
from regulars.storage.columns import Id
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.insights import dish_pair
from regulars.storage.tables.orders import order_line
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.counting_baskets import READER, BasketSeen, CountBaskets
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.prices import MarkSoldOut
from regulars.use_cases.recommending import (
    BasedOn,
    Popularities,
    Recommended,
    Wanted,
    reason_of,
    recommended,
    similar_to,
)
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from tests.insights import follow_all
from tests.shops import ShopUnderTest, named, open_shop

ONE_TIER = [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]
AT_LIST_PRICE: dict[str, object] = {"joining.coupon_types": [], "tiers.ladder": ONE_TIER}
PRICES = {"milk_tea": 1_800, "mango_ice": 2_200, "lemon_tea": 1_500, "egg_tart": 800}
PAIR: Statement[int] = Statement(
    select(dish_pair.c.baskets).where(
        dish_pair.c.product_id == bindparam("one", type_=Id()),
        dish_pair.c.with_id == bindparam("other", type_=Id()),
    )
)
LINES: Statement[LineId] = Statement(
    select(order_line.c.id)
    .where(order_line.c.order_id == bindparam("order_id", type_=Id()))
    .order_by(order_line.c.position)
)
MILK_TEA, MANGO_ICE, LEMON_TEA, EGG_TART = (named(f"product:{code}") for code in PRICES)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=AT_LIST_PRICE)


def bought(shop: ShopUnderTest, *products: str, member: UUID | None = None) -> UUID:
    lines = [shop.line(one) for one in products]
    sale = shop.sale(lines, member=member, cash=sum(PRICES[one] for one in products))
    shop.run(sale)
    return sale.order_id


def counted(shop: ShopUnderTest) -> None:
    follow_all(count, READER, shop)


def pair(shop: ShopUnderTest, one: UUID, other: UUID) -> int:
    with shop.database.read() as read:
        return sum(read.all(PAIR, one=one, other=other))


def asked(
    shop: ShopUnderTest, member: UUID | None = None, basket: tuple[UUID, ...] = ()
) -> Recommended:
    with shop.database.read() as read:
        known = shop.shops.in_force(read, shop.store_id, at=shop.now)
        wanted = Wanted(member_id=member, basket=basket, at=shop.now)
        return recommended(read, shop.vault, known, wanted, popular=Popularities())


def dishes(found: Recommended) -> list[UUID]:
    return [one.product_id for one in found.found]


def allow(shop: ShopUnderTest, member: UUID, *, granted: bool) -> None:
    choice = Choice(
        channel=Channel.PROFILE,
        purpose=Purpose.PERSONALISATION,
        granted=granted,
        wording_version="2026-01",
    )
    shop.run(
        RecordConsent(
            member_id=member,
            choices=(choice,),
            language="zh-CN",
            source="till",
        )
    )


def test_an_order_counts_its_dishes_once_and_both_ways_round(shop: ShopUnderTest) -> None:
    bought(shop, "milk_tea", "egg_tart", "egg_tart")
    bought(shop, "milk_tea")
    counted(shop)
    counted(shop)
    assert (pair(shop, MILK_TEA, MILK_TEA), pair(shop, EGG_TART, EGG_TART)) == (2, 1)
    assert pair(shop, MILK_TEA, EGG_TART) == pair(shop, EGG_TART, MILK_TEA) == 1


def test_a_refund_takes_back_what_it_gave_back_and_no_more(shop: ShopUnderTest) -> None:
    order = bought(shop, "milk_tea", "egg_tart", "lemon_tea")
    counted(shop)
    with shop.database.read() as read:
        tea, tart, _ = read.all(LINES, order_id=order)
    for line in (tart, tea):
        back = (UnitsBack(line, 1),)
        shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=back, reason="洒了"))
        shop.pass_time(seconds=1)
    counted(shop)
    assert (pair(shop, MILK_TEA, EGG_TART), pair(shop, MILK_TEA, MILK_TEA)) == (0, 0)
    assert pair(shop, LEMON_TEA, LEMON_TEA) == 1
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=None, reason="洒了"))
    counted(shop)
    assert pair(shop, LEMON_TEA, LEMON_TEA) == 0


def test_two_readers_of_the_same_facts_count_them_once(shop: ShopUnderTest) -> None:
    order = bought(shop, "milk_tea")
    with shop.database.read() as read:
        before = fact_cursors.cursor_of(read, READER)
        after = fact_cursors.at_the_end(read, READER)
    seen = (BasketSeen(order_id=order, at=shop.now, refunded=False),)
    command = CountBaskets(before=before, after=after, seen=seen)
    assert shop.run(command) == {"counted": 1}
    if before != after:
        later = CountBaskets(
            before=fact_cursors.Cursor(before.position, before.horizon + 7, 0),
            after=after,
            seen=seen,
        )
        assert shop.run(later) == {"counted": 0}
    assert pair(shop, MILK_TEA, MILK_TEA) == 1


def crowd(shop: ShopUnderTest) -> None:
    """A shop in which 蛋挞 goes with 柠檬茶, and 芒果冰 sells best."""
    for _ in range(SUPPORT_MIN):
        bought(shop, "lemon_tea", "egg_tart")
    for _ in range(SUPPORT_MIN + 5):
        bought(shop, "mango_ice")
    for _ in range(6):
        bought(shop, "milk_tea")
    counted(shop)


def test_without_consent_a_member_is_shown_what_sells(shop: ShopUnderTest) -> None:
    crowd(shop)
    wang = shop.join("13800138000")
    for _ in range(3):
        bought(shop, "milk_tea", member=wang)
        shop.pass_time(days=1)
    counted(shop)
    found = asked(shop, wang)
    assert (found.based_on, dishes(found)[0]) == (BasedOn.BEST_SELLERS, MANGO_ICE)
    allow(shop, wang, granted=True)
    found = asked(shop, wang)
    assert (found.based_on, dishes(found)[0]) == (BasedOn.HER_VISITS, MILK_TEA)
    first = found.found[0]
    assert (first.why, first.visits, first.of_visits) == (Why.FAVOURITE, 3, 3)
    allow(shop, wang, granted=False)
    assert asked(shop, wang).based_on is BasedOn.BEST_SELLERS


def test_a_visit_that_was_given_back_is_no_favourite(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    allow(shop, wang, granted=True)
    order = bought(shop, "milk_tea", "egg_tart", member=wang)
    with shop.database.read() as read:
        tea = read.all(LINES, order_id=order)[0]
    back = (UnitsBack(tea, 1),)
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=back, reason="洒了"))
    with shop.database.read() as read:
        assert baskets.visits_of(read, wang) == [frozenset({EGG_TART})]


def test_what_she_avoids_and_what_has_run_out_is_never_shown(shop: ShopUnderTest) -> None:
    crowd(shop)
    wang = shop.join("13800138000")
    told = (ProfileText(field=ProfileField.TABOOS, text="芒果过敏"),)
    shop.run(ChangeProfile(member_id=wang, revision=1, told=told))
    assert MANGO_ICE not in dishes(asked(shop, wang))
    assert MANGO_ICE in dishes(asked(shop))
    sold_out = MarkSoldOut(store_id=shop.store_id, subject_id=MANGO_ICE, until=None)
    shop.run(sold_out)
    assert MANGO_ICE not in dishes(asked(shop))


def test_a_basket_is_offered_what_goes_with_it_and_says_why(shop: ShopUnderTest) -> None:
    crowd(shop)
    found = asked(shop, basket=(LEMON_TEA,))
    assert found.based_on is BasedOn.BASKET
    assert dishes(found)[0] == EGG_TART
    assert LEMON_TEA not in dishes(found)
    with shop.database.read() as read:
        known = shop.shops.in_force(read, shop.store_id, at=shop.now)
        instead = similar_to(read, known, LEMON_TEA, at=shop.now)
    assert [one.product_id for one in instead] == [EGG_TART]
    said = reason_of(instead[0], known, found.daypart)
    assert (said.zh, said.en) == ("常和柠檬茶一起点", "Often ordered with Lemon tea")


def test_the_months_of_a_year_count_and_what_is_older_does_not(shop: ShopUnderTest) -> None:
    bought(shop, "milk_tea")
    counted(shop)
    with shop.database.read() as read:
        months = {
            months_later: read.all(
                baskets.DISHES,
                dishes=[MILK_TEA],
                month=date(2026, 5, 4).year * 12 + 4 + months_later,
            )
            for months_later in (0, 6, 11, 12)
        }
    weights = {age: [row.weight for row in rows] for age, rows in months.items()}
    assert weights == {0: [1_000], 6: [500], 11: [281], 12: []}


def test_counts_after_many_sales_and_refunds_are_those_of_what_was_kept(
    shop: ShopUnderTest,
) -> None:
    dice = Random(11)
    left: dict[UUID, list[tuple[LineId, UUID]]] = {}
    for _ in range(30):
        codes = dice.sample(sorted(PRICES), dice.randint(1, 4))
        order = bought(shop, *codes)
        with shop.database.read() as read:
            lines = read.all(LINES, order_id=order)
        left[order] = [
            (line, named(f"product:{code}")) for line, code in zip(lines, codes, strict=True)
        ]
        shop.pass_time(seconds=1)
        if dice.random() < 0.6:
            some = dice.choice([one for one, kept in left.items() if kept])
            line = left[some].pop(dice.randrange(len(left[some])))
            back = (UnitsBack(line[0], 1),)
            shop.run(RefundOrder(id=shop.new_id(), order_id=some, units=back, reason="洒了"))
            shop.pass_time(seconds=1)
        if dice.random() < 0.3:
            counted(shop)
    counted(shop)
    expected = Counter(
        (one, other) for kept in left.values() for _, one in kept for _, other in kept
    )
    dishes = [MILK_TEA, MANGO_ICE, LEMON_TEA, EGG_TART]
    found = {(one, other): pair(shop, one, other) for one in dishes for other in dishes}
    assert found == {both: expected[both] for both in found}
    with shop.database.read() as read:
        sold = read.all(baskets.SOLD, store_id=shop.store_id, month=2026 * 12 + 4)
    assert {row.product_id: row.baskets for row in sold} == {
        dish: expected[dish, dish] for dish in dishes
    }


def test_what_sells_is_counted_anew_after_ten_minutes(shop: ShopUnderTest) -> None:
    popular, month = Popularities(), 2026 * 12 + 4
    with shop.database.read() as read:
        before = popular.of(read, shop.store_id, month=month, at=shop.now)
    bought(shop, "milk_tea")
    counted(shop)
    shop.pass_time(minutes=9)
    with shop.database.read() as read:
        assert popular.of(read, shop.store_id, month=month, at=shop.now) is before
        shop.pass_time(minutes=1)
        after = popular.of(read, shop.store_id, month=month, at=shop.now)
    assert (before.share(Daypart.MORNING, MILK_TEA), after.share(Daypart.MORNING, MILK_TEA)) == (
        0,
        1,
    )
