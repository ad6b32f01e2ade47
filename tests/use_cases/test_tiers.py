"""Tiers in the shop: up on the bill, reviews by the job, refunds, gifts, top-ups."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.gift import Gift
from regulars.jobs.tiers import TIER_REVIEWS
from regulars.storage.engine import Database, Write
from regulars.use_cases import gifts
from regulars.use_cases.moment import Moment
from regulars.use_cases.top_up_refunds import RefundTopUp
from tests.shops import named
from tests.tier_shop import (
    BOX_MINOR,
    GOLD,
    LEAF,
    REVIEW_DAYS,
    buy,
    differences,
    go_to,
    periods,
    refund,
    set_term,
    story,
    tea_shop,
)
from tests.workshops import run_out


def test_a_tier_for_life_rises_on_the_bill_and_is_never_reviewed(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    assert story(shop, wang) == [("gold", "up")]
    risen = periods(shop, wang)[-1]
    assert (risen.measure, risen.measured, risen.needed) == ("growth", 120, 100)
    assert risen.until is None
    shop.pass_time(days=2_000)
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("gold", "up")]
    assert differences(shop) == []


def test_a_plain_sale_asks_no_more_where_tiers_are_for_life(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    buy(shop, wang, 1)
    with database.read() as read:
        assert read.all(REVIEW_DAYS) == []


@pytest.mark.parametrize(
    ("window", "due_on"),
    [
        ("rolling_months", date(2027, 5, 4)),
        ("since_tier", date(2027, 5, 4)),
        ("calendar_year", date(2027, 1, 1)),
        ("membership_year", date(2027, 5, 4)),
    ],
)
def test_a_tier_that_lasts_for_a_period_is_reviewed_at_its_end(
    database: Database, tmp_path: Path, window: str, due_on: date
) -> None:
    shop = tea_shop(database, tmp_path, window=window)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    assert periods(shop, wang)[-1].until == due_on
    with database.read() as read:
        assert read.all(REVIEW_DAYS) == [due_on]
    go_to(shop, str(due_on))
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("gold", "up"), ("gold", "kept")]
    assert differences(shop) == []


def test_a_sale_waits_for_the_server_no_more_often_where_tiers_last(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    trips, statements = list[int](), list[int]()

    def sell() -> None:
        shop.run(shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500))

    for window in ("lifetime", "rolling_months"):
        set_term(shop, "tiers.window", window)
        sell()
        sell()
        before = (database.totals.round_trips, database.totals.statements)
        sell()
        trips.append(database.totals.round_trips - before[0])
        statements.append(database.totals.statements - before[1])
    assert trips[0] == trips[1]
    assert statements[1] - statements[0] == 2


def test_who_keeps_coming_keeps_her_tier_and_who_does_not_falls_a_rung(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="rolling_months", window_months=6)
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    buy(shop, wang, 5)
    buy(shop, li, 5)
    go_to(shop, "2026-11-10")
    run_out(TIER_REVIEWS.step, shop)
    buy(shop, wang, 4)
    go_to(shop, "2027-04-20")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("king", "up"), ("king", "kept")]
    assert story(shop, li) == [("king", "up"), ("king", "kept")]
    go_to(shop, "2027-11-10")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang)[2:] == [("king", "kept"), ("gold", "down")]
    assert story(shop, li)[2:] == [("gold", "down"), ("leaf", "down")]


def test_reviews_do_not_change_if_the_server_stood_still_or_two_jobs_run(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year", grace_days=30)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    go_to(shop, "2028-02-03")
    run_out(TIER_REVIEWS.step, shop)
    told = [(one.tier, one.cause, one.since.isoformat()) for one in periods(shop, wang)[1:]]
    assert told[1:] == [
        ("gold", "kept", "2026-12-31T20:00:00+00:00"),
        ("gold", "grace", "2027-12-31T20:00:00+00:00"),
        ("leaf", "down", "2028-01-30T20:00:00+00:00"),
    ]
    run_out(TIER_REVIEWS.step, shop)
    assert len(periods(shop, wang)) == 5
    assert differences(shop) == []


def test_a_sale_before_an_overdue_review_counts_in_it_and_rises_after_it(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year")
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    go_to(shop, "2028-01-02")
    buy(shop, wang, 3)
    assert story(shop, wang) == [("gold", "up")]
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang)[1:] == [("gold", "kept"), ("leaf", "down"), ("gold", "up")]
    assert differences(shop) == []


@pytest.mark.parametrize("measure", ["growth", "spend", "visits"])
def test_a_ladder_may_count_growth_value_money_or_visits(
    database: Database, tmp_path: Path, measure: str
) -> None:
    ladder = [LEAF, {**GOLD, "growth_from": {"growth": 100, "spend": 12_000, "visits": 2}[measure]}]
    shop = tea_shop(database, tmp_path, ladder=ladder, measure=measure)
    for window, phone in (("lifetime", "13800138000"), ("calendar_year", "13800138001")):
        set_term(shop, "tiers.window", window)
        member = shop.join(phone)
        buy(shop, member, 1)
        assert story(shop, member) == []
        last = buy(shop, member, 1)
        assert story(shop, member) == [("gold", "up")]
        refund(shop, last)
        assert story(shop, member) == [("gold", "up"), ("leaf", "refund")]
    assert differences(shop) == []


def test_a_refund_waits_for_the_periods_end_where_the_shop_says_so(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year", recheck="at_period_end")
    wang = shop.join("13800138000")
    order = buy(shop, wang, 2)
    refund(shop, order)
    assert story(shop, wang) == [("gold", "up")]
    go_to(shop, "2027-01-01")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("gold", "up"), ("leaf", "down")]


def test_a_refund_in_january_takes_from_the_year_of_its_sale(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, window="calendar_year")
    wang = shop.join("13800138000")
    order = buy(shop, wang, 2)
    go_to(shop, "2027-01-05")
    run_out(TIER_REVIEWS.step, shop)
    buy(shop, wang, 1)
    refund(shop, order)
    assert story(shop, wang) == [("gold", "up"), ("gold", "kept"), ("leaf", "refund")]
    buy(shop, wang, 1)
    assert story(shop, wang)[-1] == ("gold", "up")
    assert differences(shop) == []


def test_money_paid_in_counts_as_it_is_spent_and_not_twice(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, measure="spend", top_up_counts="when_paid")
    set_term(shop, "tiers.ladder", [LEAF, {**GOLD, "growth_from": 17_000}])
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    buy(shop, wang, 1, stored=6_000)
    assert story(shop, wang) == []
    buy(shop, wang, 1)
    assert story(shop, wang) == []
    buy(shop, wang, 1)
    assert story(shop, wang) == [("gold", "up")]
    drawn = 10_000 - shop.balances(wang).principal_minor
    assert periods(shop, wang)[-1].measured == 10_000 + 3 * BOX_MINOR - drawn
    assert differences(shop) == []


def test_a_top_up_that_counts_as_paid_in_earns_its_growth_value_once(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid")
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    assert shop.balances(wang).growth_value == 100
    assert story(shop, wang) == [("gold", "up")]
    buy(shop, wang, 1, stored=6_000)
    assert shop.balances(wang).growth_value == 100
    assert differences(shop) == []


def test_growth_value_that_was_given_takes_up_and_the_upgrade_is_given_once(
    database: Database, tmp_path: Path
) -> None:
    upgrade = [{"tier": "gold", "upgrade_gift": {"points": 40, "coupon_types": ["TEN"]}}]
    shop = tea_shop(database, tmp_path, gifts=upgrade)
    wang = shop.join("13800138000")

    def give(tx: Write, occasion: str) -> None:
        there = shop.shops.in_force(tx, shop.store_id, at=shop.now)
        moment = Moment(
            now=shop.now,
            actor=shop.actor,
            command_id=shop.new_id(),
            new_id=shop.new_id,
            vault=shop.vault,
            shops=shop.shops,
        )
        growth = Gift(growth_value=60)
        gifts.give(tx, moment, member_id=wang, gift=growth, shop=there, occasion=occasion)

    database.write(lambda tx: give(tx, "thanks:1")).result()
    assert story(shop, wang) == []
    database.write(lambda tx: give(tx, "thanks:2")).result()
    assert story(shop, wang) == [("gold", "up")]
    assert shop.balances(wang).points == 40
    order = buy(shop, wang, 4)
    refund(shop, order)
    assert shop.balances(wang).points == 40
    assert differences(shop) == []


def test_a_rung_that_was_lost_to_a_refund_gives_nothing_the_second_time(
    database: Database, tmp_path: Path
) -> None:
    upgrade = [{"tier": "gold", "upgrade_gift": {"bonus_minor": 500}}]
    shop = tea_shop(database, tmp_path, gifts=upgrade)
    wang = shop.join("13800138000")
    for _ in range(3):
        refund(shop, buy(shop, wang, 2))
    assert story(shop, wang) == [("gold", "up"), ("leaf", "refund")] * 3
    assert shop.balances(wang).bonus_minor == 500
    assert differences(shop) == []


def test_goods_for_one_tier_are_refused_to_everybody_else(
    database: Database, tmp_path: Path
) -> None:
    tart = str(named("product:egg_tart"))
    shop = tea_shop(database, tmp_path, exclusive=[{"product_id": tart, "tiers": ["gold"]}])
    wang = shop.join("13800138000")
    for member in (None, wang):
        with pytest.raises(Refusal, match=r"catalog\.exclusive"):
            shop.run(shop.sale([shop.line("egg_tart")], member=member, cash=800))
    buy(shop, wang, 2)
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))


def test_a_top_up_that_goes_back_takes_its_growth_value_and_tier_along(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path, top_up_counts="when_paid", window="calendar_year")
    wang = shop.join("13800138000")
    top_up_id = UUID(str(shop.top_up(wang, 10_000)["id"]))
    assert story(shop, wang) == [("gold", "up")]
    for part in (3_333, None):
        shop.run(
            RefundTopUp(
                id=shop.new_id(), top_up_id=top_up_id, principal_minor=part, reason="不要了"
            )
        )
    assert shop.balances(wang).growth_value == 0
    assert story(shop, wang) == [("gold", "up"), ("leaf", "refund")]
    assert differences(shop) == []


def test_members_from_before_begin_their_first_period_today(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    buy(shop, wang, 2)
    buy(shop, li, 1)
    go_to(shop, "2027-03-01")
    set_term(shop, "tiers.window", "rolling_months")
    run_out(TIER_REVIEWS.step, shop)
    with database.read() as read:
        assert read.all(REVIEW_DAYS) == [date(2028, 3, 1)]
    assert run_out(TIER_REVIEWS.step, shop) == 1
