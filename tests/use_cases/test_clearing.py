"""Settling between stores: what one store sold and another served is booked once."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.units import POINTS, bonus_unit, is_pass, money_unit
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.storage.verify.settlement import QUESTIONS
from regulars.use_cases.clearing import BookClearing, ClearingDue, settlement_due
from regulars.use_cases.liability_statements import Asked, liability_report
from regulars.use_cases.pass_uses import UsePass
from regulars.use_cases.passes import SellPass
from regulars.use_cases.refunds import RefundOrder
from tests.inviting import TEN_CUPS, start
from tests.shops import ShopUnderTest, named, open_shop

COST = {"points.unit_cost": 80}
MAY, JUNE, JULY = date(2026, 5, 4), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Two stores; a hundred points cost the store that gave them 0.80."""
    return open_shop(database, tmp_path, terms=COST)


@pytest.fixture
def other(shop: ShopUnderTest) -> ShopUnderTest:
    """The till of the other store."""
    return shop.at(shop.other_store_id, "terminal:S2:A")


def due(shop: ShopUnderTest, from_on: date, until_on: date) -> ClearingDue:
    with shop.database.read() as read:
        return settlement_due(read, from_on, until_on, at=shop.now)


def owed(found: ClearingDue, shop: ShopUnderTest) -> int:
    """What the first store pays the second in the end."""
    return -found.net_minor.get(shop.store_id, 0)


def spent_abroad(shop: ShopUnderTest, other: ShopUnderTest) -> UUID:
    """100.00 topped up in one store; a gift box of 60.00 taken in the other."""
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(other.sale([shop.line("gift_box")], member=wang, stored=6_000))
    return wang


def booked(shop: ShopUnderTest, from_on: date, until_on: date) -> dict[str, object]:
    return shop.run(BookClearing(from_on=from_on, until_on=until_on))


def differences(shop: ShopUnderTest) -> int:
    with shop.database.read() as read:
        report = verify(read, lambda progress: None)
        own = [question.asked(read) for question in QUESTIONS]
    return report.differences + sum(len(check.differences) for check in own)


def somebody(role: Role, scope: Scope) -> Actor:
    """Somebody with one role."""
    rights = PERMISSIONS_OF[role]
    return Actor(kind=ActorKind.STAFF, id=UUID(int=9), permissions=rights, scope=scope)


def test_who_served_gets_what_who_sold_took(shop: ShopUnderTest, other: ShopUnderTest) -> None:
    spent_abroad(shop, other)
    shop.pass_time(days=40)
    found = due(shop, MAY, JUNE)
    by_unit = {line.between.unit: (line.amount, line.cost_minor) for line in found.lines}
    principal, bonus = by_unit[money_unit("CNY")], by_unit[bonus_unit("CNY")]
    assert (principal[0] + bonus[0], principal[0], bonus[1]) == (6_000, principal[1], 0)
    assert owed(found, shop) == principal[1]


def test_a_period_is_booked_as_one_entry_a_pair_and_only_once(
    shop: ShopUnderTest, other: ShopUnderTest
) -> None:
    spent_abroad(shop, other)
    shop.pass_time(days=40)
    before = due(shop, MAY, JUNE)
    answer = booked(shop, MAY, JUNE)
    assert (answer["entries"], answer["owed_minor"]) == (1, owed(before, shop))
    after = due(shop, MAY, JUNE)
    assert after.booked is not None
    assert (after.lines, after.pairs) == (before.lines, before.pairs)
    assert set(after.entries.values()) != {None}
    with pytest.raises(Refusal, match="not_next"):
        booked(shop, MAY, JUNE)
    assert differences(shop) == 0


def test_the_next_booking_takes_what_came_since(shop: ShopUnderTest, other: ShopUnderTest) -> None:
    wang = spent_abroad(shop, other)
    shop.pass_time(days=40)
    booked(shop, MAY, JUNE)
    shop.run(other.sale([shop.line("milk_tea")], member=wang, stored=1_800))
    shop.pass_time(days=30)
    found = due(shop, JUNE, JULY)
    assert sum(line.amount for line in found.lines if line.between.unit != "PT") == 1_800
    assert [line.late for line in found.lines] == [0] * len(found.lines)
    booked(shop, JUNE, JULY)
    assert differences(shop) == 0


def test_nothing_between_stores_is_booked_without_an_entry(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.pass_time(days=40)
    answer = booked(shop, MAY, JUNE)
    assert (answer["lines"], answer["entries"]) == (0, 0)


def test_an_open_a_reversed_and_a_gapping_period_are_refused(shop: ShopUnderTest) -> None:
    with pytest.raises(Refusal, match="period_open"):
        booked(shop, MAY, JUNE)
    with pytest.raises(Refusal, match="reversed"):
        booked(shop, JUNE, MAY)
    shop.pass_time(days=70)
    booked(shop, MAY, JUNE)
    with pytest.raises(Refusal, match="not_next"):
        booked(shop, date(2026, 6, 2), JULY)


def test_a_store_books_nothing_for_the_chain(shop: ShopUnderTest) -> None:
    shop.pass_time(days=40)
    local = somebody(Role.ACCOUNTANT, Scope(frozenset({shop.store_id})))
    with pytest.raises(Refusal, match="outside"):
        shop.run(BookClearing(from_on=MAY, until_on=JUNE), actor=local)
    cashier = somebody(Role.CASHIER, EVERYWHERE)
    with pytest.raises(Refusal, match="permission"):
        shop.run(BookClearing(from_on=MAY, until_on=JUNE), actor=cashier)


def test_the_stores_own_accounts_come_out_even(shop: ShopUnderTest, other: ShopUnderTest) -> None:
    spent_abroad(shop, other)
    shop.pass_time(days=40)
    booked(shop, MAY, JUNE)
    with shop.database.read() as read:
        check = next(one for one in QUESTIONS if one.name == "clearing_entries").asked(read)
    assert (check.differences, check.rows_checked > 0) == ((), True)


def test_points_taken_back_abroad_are_owed_by_the_store_that_gave_them(
    shop: ShopUnderTest, other: ShopUnderTest
) -> None:
    """She earns in S2 and in S1, uses those of S2 in S1, and S2 takes back those of S1 instead."""
    wang = shop.join("13800138000")
    bought = other.sale([shop.line("gift_box")], member=wang, cash=6_000)
    shop.run(bought)
    shop.pass_time(days=1)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    shop.pass_time(days=1)
    spending = shop.sale([shop.line("mango_ice")], member=wang, cash=1_990)
    shop.run(replace(spending, choices=Choices(coupons=(), points=100)))
    back = RefundOrder(id=shop.new_id(), order_id=bought.order_id, units=None, reason="退")
    shop.run(back)
    shop.pass_time(days=40)
    found = due(shop, MAY, JUNE)
    points = {
        line.between.issuer_id: (line.amount, line.cost_minor)
        for line in found.lines
        if line.between.unit == POINTS
    }
    assert points == {shop.store_id: (60, 48), shop.other_store_id: (60, 48)}
    assert owed(found, shop) == 0


def test_a_pass_used_abroad_is_owed_at_what_its_uses_earned(shop: ShopUnderTest) -> None:
    li = shop.join("13800138000")
    pass_id = shop.new_id()
    programme = start(shop, "pass", TEN_CUPS)
    sold = SellPass(
        id=pass_id,
        member_id=li,
        programme_id=programme,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(sold)
    for store in ("S1", "S2", "S2"):
        shop.pass_time(hours=1)
        use = UsePass(
            id=shop.new_id(),
            pass_id=pass_id,
            store_id=named(f"store:{store}"),
            terminal_id=named(f"terminal:{store}:A"),
            count=1,
        )
        shop.run(use)
    shop.pass_time(days=40)
    found = due(shop, MAY, JUNE)
    passes = [line for line in found.lines if is_pass(line.between.unit)]
    assert [(line.amount, line.cost_minor) for line in passes] == [(2, 3_000)]
    with shop.database.read() as read:
        asked = Asked(from_on=MAY, until_on=JUNE)
        statement = liability_report(read, asked, now=shop.now).statement
    assert statement.agrees
    assert statement.total(AccountKind.PASS).closing == 7
    assert statement.pass_deferred_minor == {shop.store_id: 10_500}
    assert statement.deferred_minor == 10_500
    booked(shop, MAY, JUNE)
    assert differences(shop) == 0
