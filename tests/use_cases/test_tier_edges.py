"""Tiers where something was undone later: top-ups that go back, other Terms, tiers by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from regulars.domain.loyalty.gift import Gift
from regulars.domain.tiers.moves import Review, ReviewState
from regulars.jobs.tiers import TIER_REVIEWS
from regulars.storage import tiers
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.measures import EVENTS_MAX
from regulars.storage.tables.rewards import gift as gift_table
from regulars.use_cases import gifts
from regulars.use_cases.birthday_gifts import BirthdayDue, GiveBirthdayGifts
from regulars.use_cases.moment import Moment
from regulars.use_cases.top_up_refunds import RefundTopUp
from tests.prepaid import a_transfer
from tests.shops import ShopUnderTest
from tests.tier_shop import (
    GOLD,
    LEAF,
    buy,
    differences,
    go_to,
    periods,
    set_term,
    story,
    tea_shop,
    told_on,
)
from tests.workshops import run_out


def top_up(shop: ShopUnderTest, member: UUID, minor: int = 10_000) -> UUID:
    """Money that a member paid in."""
    return UUID(str(shop.top_up(member, minor)["id"]))


def take_back(
    shop: ShopUnderTest, top_up_id: UUID, minor: int | None = None, member: UUID | None = None
) -> None:
    """A top-up, or a part of it, that goes back."""
    shop.run(
        RefundTopUp(
            id=shop.new_id(),
            top_up_id=top_up_id,
            principal_minor=minor,
            reason="不要了",
            member_id=member,
        )
    )


def test_money_that_goes_back_in_january_held_no_tier_in_december(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid", window="calendar_year")
    for measure, bar, phone in (("growth", 100, "13800138000"), ("spend", 10_000, "13800138001")):
        set_term(shop, "tiers.ladder", [LEAF, {**GOLD, "growth_from": bar}])
        set_term(shop, "tiers.measure", measure)
        wang = shop.join(phone)
        go_to(shop, f"{shop.now.year}-12-30")
        paid = top_up(shop, wang)
        assert story(shop, wang) == [("gold", "up")]
        go_to(shop, f"{shop.now.year + 1}-01-02")
        run_out(TIER_REVIEWS.step, shop)
        assert story(shop, wang) == [("gold", "up"), ("gold", "kept")]
        take_back(shop, paid)
        assert story(shop, wang)[-1] == ("leaf", "refund")
        # What went back took nothing from the new year.
        buy(shop, wang, 2)
        assert story(shop, wang)[-1] == ("gold", "up")
    assert differences(shop) == []


def test_what_a_top_up_counted_is_taken_back_whatever_the_terms_say_by_then(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid")
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    counted = top_up(shop, wang)
    assert shop.balances(wang).growth_value == 100
    set_term(shop, "tiers.top_up_counts", "when_spent")
    plain = top_up(shop, li)
    buy(shop, li, 1)
    assert shop.balances(li).growth_value == 60
    take_back(shop, counted, 5_000)
    assert (shop.balances(wang).growth_value, story(shop, wang)[-1]) == (50, ("leaf", "refund"))
    set_term(shop, "tiers.top_up_counts", "when_paid")
    take_back(shop, plain)
    assert shop.balances(li).growth_value == 60
    set_term(shop, "earning.growth_per_hundred_minor", 5)
    take_back(shop, counted)
    assert shop.balances(wang).growth_value == 0
    assert differences(shop) == []


def test_who_paid_in_loses_what_it_counted_whoever_holds_the_money(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid", measure="spend")
    set_term(shop, "tiers.ladder", [LEAF, {**GOLD, "growth_from": 10_000}])
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    paid = top_up(shop, wang)
    buy(shop, li, 2)
    shop.run(a_transfer(shop, wang, li))
    assert (story(shop, wang), story(shop, li)) == ([("gold", "up")], [("gold", "up")])
    take_back(shop, paid, member=li)
    assert story(shop, wang) == [("gold", "up"), ("leaf", "refund")]
    assert story(shop, li) == [("gold", "up")]
    assert told_on(shop, li, date(2026, 5, 4)).measured == 12_000
    assert differences(shop) == []


def test_a_lowest_rung_counts_since_it_began_however_long_ago(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="since_tier")
    wang = shop.join("13800138000")
    buy(shop, wang, 1)
    go_to(shop, "2029-05-04")
    buy(shop, wang, 1)
    assert story(shop, wang) == [("gold", "up")]
    assert periods(shop, wang)[-1].measured == 120


def test_many_bills_are_all_measured_though_the_newest_alone_are_listed(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")

    def give(tx: Write) -> None:
        there = shop.shops.in_force(tx, shop.store_id, at=shop.now)
        moment = Moment(
            now=shop.now,
            actor=shop.actor,
            command_id=shop.new_id(),
            new_id=shop.new_id,
            vault=shop.vault,
            shops=shop.shops,
        )
        for number in range(EVENTS_MAX + 1):
            thanks = f"thanks:{number}"
            growth = Gift(growth_value=2)
            gifts.give(tx, moment, member_id=wang, gift=growth, shop=there, occasion=thanks)

    database.write(give).result()
    told = told_on(shop, wang, date(2026, 5, 4))
    assert told.measured == told.changed_since.measured == 2 * EVENTS_MAX + 2
    assert len(told.events) == EVENTS_MAX


def test_a_review_that_was_planned_meanwhile_is_not_planned_over(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    by_hand, first = [
        Review(state=state, from_on=date(2026, 5, 4), ends_on=ends_on, due_on=ends_on)
        for state, ends_on in (
            (ReviewState.MANUAL, date(2026, 8, 1)),
            (ReviewState.CURRENT, date(2027, 5, 4)),
        )
    ]

    def planned(tx: Write) -> Review | None:
        tiers.plan_review(tx, wang, shop.store_id, by_hand)
        tiers.plan_first_review(tx, wang, shop.store_id, first)
        row = tx.one(tiers.STANDING, member_id=wang)
        return None if row is None else row.review

    assert database.write(planned).result() == by_hand


def test_a_top_up_tells_what_she_holds_after_the_gift_of_her_new_tier(
    database: Database, tmp_path: Path
) -> None:
    upgrade = [
        {"tier": "gold", "upgrade_gift": {"bonus_minor": 500, "coupon_types": ["TEN", "GONE"]}}
    ]
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid", gifts=upgrade)
    wang = shop.join("13800138000")
    told = shop.top_up(wang, 10_000)
    assert told["bonus_after_minor"] == shop.balances(wang).bonus_minor == 1_500
    # The proof of a gift names what was handed out, not what might have been.
    with database.read() as read:
        assert read.all(Statement(select(gift_table.c.coupon_types), lambda one: one)) == [["TEN"]]
    assert differences(shop) == []


def test_gifts_to_many_and_sales_to_the_same_never_wait_for_each_other_in_a_ring(
    database: Database, tmp_path: Path
) -> None:
    upgrade = [{"tier": "gold", "upgrade_gift": {"coupon_types": ["TEN"]}}]
    shop = tea_shop(database, tmp_path, gifts=upgrade)
    set_term(shop, "birthday.gift", {"points": 50, "coupon_types": ["TEN"]})
    members = [shop.join(f"138001380{number:02}") for number in range(24)]
    sales = [
        shop.sale([shop.line("gift_box", quantity=2)], member=member, cash=12_000)
        for member in members
    ]
    commands: list[object] = list(sales)
    for place in range(20, 0, -5):
        due = tuple(BirthdayDue(member_id=one, year=2026) for one in members[place - 5 :])
        commands.insert(place, GiveBirthdayGifts(due=due))
    numbered = [(command, shop.new_id()) for command in commands]
    before = database.totals.reruns
    with ThreadPoolExecutor(12) as tills:
        list(tills.map(lambda one: shop.run(one[0], command_id=one[1]), numbered))
    assert database.totals.reruns == before
    assert all(shop.balances(member).growth_value == 120 for member in members)
    assert differences(shop) == []
