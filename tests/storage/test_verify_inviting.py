"""What somebody plants among groups, passes, referrals and settlements is named, each kind once."""

from pathlib import Path

import pytest

from regulars.jobs.groups import GROUPS
from regulars.jobs.passes import PASSES
from regulars.storage.engine import Database
from regulars.storage.verify import groups, passes, referrals, settlement, verify
from regulars.storage.verify.duties import DUTIES
from tests.inviting import work
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger
from tests.use_cases import test_clearing as clearing
from tests.use_cases import test_groups as of_groups
from tests.use_cases import test_passes as of_passes
from tests.use_cases import test_referrals as of_referrals

QUESTIONS = {
    one.name: one
    for one in (
        *groups.QUESTIONS,
        *passes.QUESTIONS,
        *referrals.QUESTIONS,
        *settlement.QUESTIONS,
    )
}
PLANTED = {
    ("groups", "group_seats"): "UPDATE buying_group SET seats_taken = 2 WHERE state = 'open'",
    ("groups", "group_filled"): "UPDATE buying_group SET state = 'open' WHERE state = 'filled'",
    ("groups", "group_waiting"): "UPDATE buying_group SET state = 'expired' WHERE state = 'open'",
    ("groups", "seat_without_coupon"): (
        "UPDATE group_seat SET coupon_id = id WHERE state = 'filled'"
    ),
    ("groups", "refunded_with_coupon"): (
        "UPDATE group_seat SET state = 'refunded' WHERE state = 'filled'"
    ),
    ("group_deposits", "seats_deposited"): (
        "UPDATE group_seat SET state = 'paid_back' WHERE state = 'refund_due'"
    ),
    ("group_entries", "seat_paid"): (
        "UPDATE group_seat SET amount_minor = amount_minor + 1 WHERE tender = 'cash'"
    ),
    ("group_entries", "seat_sold"): "UPDATE group_seat SET state = 'taken' WHERE state = 'filled'",
    ("group_entries", "seat_refunded"): (
        "UPDATE group_seat SET state = 'refunded' WHERE state = 'filled'"
    ),
    ("group_entries", "seat_held"): (
        "UPDATE group_seat SET hold_id = group_id WHERE tender = 'stored_value'"
    ),
    ("passes", "pass_uses"): "UPDATE member_pass SET used = used + 1",
    ("passes", "pass_money"): "UPDATE member_pass SET deferred_minor = deferred_minor + 1",
    ("passes", "pass_lot"): "UPDATE member_pass SET uses = uses + 1",
    ("passes", "pass_owner"): "UPDATE member_pass SET member_id = id",
    ("passes_deferred", "passes_owed"): (
        "UPDATE member_pass SET deferred_minor = deferred_minor + 1"
    ),
    ("pass_entries", "pass_use_entry"): "UPDATE pass_use SET value_minor = value_minor + 1",
    ("pass_entries", "entry_without_use"): "DELETE FROM pass_use",
    ("pass_entries", "undone_otherwise"): (
        "UPDATE pass_use SET value_minor = 0 WHERE undoes IS NOT NULL"
    ),
    ("referrals", "referral_gift_invited"): "UPDATE referral SET invited_rewarded = FALSE",
    ("referrals", "referral_gift_inviter"): "UPDATE referral SET inviter_rewarded = FALSE",
    ("referrals", "referral_not_given"): "DELETE FROM gift WHERE occasion LIKE 'referral.%'",
    ("referrals", "rewarded_without_order"): "UPDATE referral SET order_id = NULL",
    ("referrals", "held_without_evidence"): "UPDATE referral SET state = 'held'",
    ("referrals", "gift_of_no_reward"): "UPDATE referral SET state = 'rejected'",
    ("liability_held", "held"): (
        "UPDATE account SET balance = balance + 1 WHERE kind = 'principal.held'"
    ),
    ("clearing_entries", "settled"): (
        "UPDATE clearing_line SET cost_minor = cost_minor + 1 WHERE entry_id IS NOT NULL"
    ),
    ("clearing_periods", "follows"): "UPDATE clearing SET until_on = '2026-05-20' WHERE number = 1",
}
# The liability names the unit, so these kinds are made of the books themselves.
LIABILITY = {
    "points PT": (
        "UPDATE lot SET amount = amount + 1, remaining = remaining + 1 WHERE account_id IN"
        " (SELECT id FROM account WHERE kind = 'points')"
    ),
    "growth GV": (
        "UPDATE lot SET account_id = (SELECT min(id) FROM account WHERE kind = 'growth')"
    ),
}


def lived(database: Database, home: Path) -> ShopUnderTest:
    """A filled, an open and an expired group; a pass used and undone; a friend; two settlements."""
    shop = open_shop(database, home, terms=clearing.COST)
    clearing.spent_abroad(shop, shop.at(shop.other_store_id, "terminal:S2:A"))
    shop.pass_time(days=40)
    clearing.booked(shop, clearing.MAY, clearing.JUNE)
    shop.pass_time(days=30)
    clearing.booked(shop, clearing.JUNE, clearing.JULY)
    people = [shop.join(f"1370013700{number}") for number in range(3)]
    shop.top_up(people[1], 10_000)
    pair = of_groups.deal(shop, seats=2)
    late = of_groups.opening(shop, pair, people[0])
    shop.run(late)
    shop.pass_time(hours=3)
    work(shop, GROUPS)
    full = of_groups.opening(shop, pair, people[0])
    shop.run(full)
    shop.run(of_groups.joining(shop, full.id, people[2]))
    shop.run(of_groups.opening(shop, pair, people[1], tender="stored_value"))
    pass_id = of_passes.bought(shop, people[0])
    shop.run(of_passes.use_of(shop, pass_id))
    second = of_passes.use_of(shop, pass_id)
    shop.run(second)
    of_passes.undo(shop, second)
    of_referrals.programme(shop)
    friend = of_referrals.brought(shop, "13900139000", people[0])
    of_referrals.bought(shop, friend)
    of_referrals.rewarded(shop)
    return shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The books of a shop in which all of it happened."""
    return lived(database, tmp_path)


def test_every_difference_that_was_planted_is_named(shop: ShopUnderTest, database_url: str) -> None:
    with shop.database.read() as read:
        assert verify(read, lambda _: None).differences == 0
    planted = {**PLANTED, **{("liability", what): text for what, text in LIABILITY.items()}}
    missed = []
    with forger(database_url) as hand:
        for (name, what), statement in planted.items():
            with hand.planted(statement) as read:
                found = {one.what for one in QUESTIONS[name].asked(read).differences}
            if what not in found:
                missed.append((name, what, found))
    assert missed == []


def test_every_kind_of_difference_is_planted() -> None:
    assert {(one.name, what) for one in QUESTIONS.values() for what in one.whats} == set(PLANTED)


def test_a_group_and_a_pass_that_nobody_ended_are_named(shop: ShopUnderTest) -> None:
    shop.pass_time(days=100)
    with shop.database.read() as read:
        late = {one.what for one in DUTIES.asked(read, shop.now).differences}
    assert {"group_not_closed", "pass_not_ended"} <= late
    work(shop, GROUPS)
    work(shop, PASSES)
    with shop.database.read() as read:
        left = {one.what for one in DUTIES.asked(read, shop.now).differences}
    assert left.isdisjoint({"group_not_closed", "pass_not_ended"})
