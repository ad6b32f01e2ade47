"""What is owed to members: every line adds up, a past day stays what it was."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.breakage import Untold
from regulars.domain.ledger.holds import HoldPurpose
from regulars.storage.engine import Database
from regulars.use_cases.held_value import HoldValue, VoidHold
from regulars.use_cases.liability_statements import Asked, LiabilityReport, liability_report
from regulars.use_cases.terms import SetTerm
from regulars.use_cases.top_up_refunds import RefundTopUp
from tests.shops import ShopUnderTest, named, open_shop

COST = {"points.unit_cost": 80}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Two stores; a hundred points cost the store that gave them 0.80."""
    return open_shop(database, tmp_path, terms=COST)


def reported(
    shop: ShopUnderTest,
    from_on: str = "2026-05-01",
    until_on: str = "2026-05-10",
) -> LiabilityReport:
    """The statement of a period."""
    asked = Asked(from_on=date.fromisoformat(from_on), until_on=date.fromisoformat(until_on))
    with shop.database.read() as read:
        return liability_report(read, asked, now=shop.now)


def a_week_of_two_stores(shop: ShopUnderTest) -> UUID:
    """She tops up in one store on the 4th and drinks in the other on the 6th."""
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.pass_time(days=2)
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    shop.run(other.sale([shop.line("gift_box")], member=wang, stored=6_000))
    shop.pass_time(days=8)
    return wang


def test_each_line_goes_from_its_opening_to_its_closing(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    statement = reported(shop, "2026-05-05").statement
    principal = statement.of_store(shop.store_id, AccountKind.PRINCIPAL)
    bonus = statement.of_store(shop.store_id, AccountKind.BONUS)
    assert (principal.opening, principal.used + bonus.used) == (10_000, -6_000)
    assert principal.closing + bonus.closing == 5_000
    assert statement.of_store(shop.other_store_id, AccountKind.PRINCIPAL).closing == 0
    assert statement.agrees


def test_points_are_told_at_what_they_cost(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    statement = reported(shop).statement
    points = statement.total(AccountKind.POINTS)
    joined = statement.of_store(shop.store_id, AccountKind.POINTS).closing
    earned = statement.of_store(shop.other_store_id, AccountKind.POINTS).closing
    assert (points.closing, joined) == (joined + earned, 50)
    assert statement.points_cost_minor == 40 + (earned * 80 + 50) // 100


def test_a_past_day_says_what_it_said_then(shop: ShopUnderTest) -> None:
    wang = a_week_of_two_stores(shop)
    then = reported(shop).statement
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, stored=1_800))
    shop.pass_time(days=40)
    assert reported(shop).statement.lines == then.lines


def test_a_later_price_of_points_changes_no_past_day(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    then = reported(shop).statement
    shop.run(
        SetTerm(
            id=shop.new_id(),
            field="points.unit_cost",
            level=Level.ORGANISATION,
            place_id=None,
            value=200,
            effective_at=None,
            locked=False,
            low=None,
            high=None,
            reason="成本变了",
        )
    )
    shop.pass_time(days=1)
    assert reported(shop).statement.points_cost_minor == then.points_cost_minor
    now = reported(shop, until_on="2026-05-16").statement
    assert set(now.unit_costs.values()) == {200}


def test_lots_grow_older(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    shop.pass_time(days=25)
    statement = reported(shop, "2026-06-01", "2026-06-05").statement
    ages = {
        key.age: flow.closing
        for key, flow in statement.lines.items()
        if key.account is AccountKind.PRINCIPAL
    }
    assert set(ages) == {1}


def test_a_young_shop_cannot_tell_what_will_never_be_used(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    assert {each.untold for each in reported(shop).breakage} == {Untold.FEW_COHORTS}


def test_days_to_come_have_no_statement(shop: ShopUnderTest) -> None:
    with pytest.raises(Refusal, match="period_unfit"):
        reported(shop, "2026-05-04", "2026-05-07")
    with pytest.raises(Refusal, match="period_unfit"):
        reported(shop, "2026-05-04", "2026-05-04")


def test_a_store_is_named(shop: ShopUnderTest) -> None:
    a_week_of_two_stores(shop)
    assert reported(shop).stores[named("store:S2")].zh == "静安寺店"


def test_what_a_hold_keeps_is_owed_besides_and_a_refunded_top_up_was_paid_back(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    top_up_id = UUID(str(shop.top_up(wang, 10_000)["id"]))
    hold = HoldValue(
        id=shop.new_id(),
        member_id=wang,
        store_id=shop.store_id,
        amount_minor=2_200,
        points=0,
        purpose=HoldPurpose.BOOKING,
        subject_id=None,
        minutes=15,
    )
    shop.run(hold)
    shop.pass_time(days=8)
    held = reported(shop).statement
    money = [held.total(kind) for kind in (AccountKind.PRINCIPAL, AccountKind.BONUS)]
    assert sum(flow.kept for flow in money) == 2_200
    assert sum(flow.closing for flow in money) == 8_800
    assert held.agrees
    shop.run(VoidHold(hold_id=hold.id))
    refund = RefundTopUp(
        id=shop.new_id(), top_up_id=top_up_id, principal_minor=None, reason="不要了"
    )
    shop.run(refund)
    paid = reported(shop, "2026-05-01", "2026-05-13").statement
    principal = paid.total(AccountKind.PRINCIPAL)
    bonus = paid.total(AccountKind.BONUS)
    assert (principal.paid_back, principal.closing, principal.kept) == (-10_000, 0, 0)
    assert (bonus.taken_back, bonus.closing) == (-1_000, 0)
    assert paid.agrees
