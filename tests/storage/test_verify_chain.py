"""`verify` names every entry that was altered, removed, hidden or chained twice past the rules."""

from pathlib import Path

import pytest

from regulars.cli.verify_texts import what_label
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.ledger.chain import Head
from regulars.storage import chain
from regulars.storage.engine import Database, Read
from regulars.storage.verify import verify
from regulars.storage.verify.chain import CHAIN, head_differs
from regulars.use_cases.chaining import Stragglers, anchor_day, append_fresh
from tests.shops import ShopUnderTest, open_shop
from tests.storage.forger import forger

# What was planted past the database's rules, and how it must be named.
ALTERED = {
    "an entry": "UPDATE entry SET actor = 'somebody else' WHERE kind = 'top_up'",
    "a posting": "UPDATE posting SET amount = amount + 1 WHERE unit = 'CNY'",
    "a posting removed": "DELETE FROM posting WHERE number = 2",
    "a lot": "UPDATE lot SET expires_on = '2030-01-01' WHERE origin = 'gift'",
    "a lot removed": "DELETE FROM lot WHERE origin = 'gift'",
    "a use of a lot": "UPDATE lot_use SET kind = 'expire'",
    "a use removed": "DELETE FROM lot_use",
}
PLANTED = {
    "entry_altered": ALTERED["a posting"],
    "entry_removed": "DELETE FROM entry WHERE kind = 'top_up'",
    "entry_unchained": "UPDATE entry SET id = command_id WHERE kind = 'top_up'",
    "entry_twice": (
        "INSERT INTO block (number, at, entries, first_id, last_id, members, hash)"
        " SELECT number + 2, at, entries, first_id, last_id, members, hash FROM block"
    ),
    "block_hash": "UPDATE block SET hash = members WHERE number = 1",
    "block_bounds": "UPDATE block SET first_id = last_id WHERE number = 1",
    "block_missing": "DELETE FROM block WHERE number = 1",
    "anchor": "UPDATE anchor SET number = number - 1",
    "chain_gone": "DELETE FROM block",
}


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """Two blocks of entries, and the day's anchor."""
    opened = open_shop(database, tmp_path)
    for phone in ("13800138000", "13800138001"):
        member = opened.join(phone)
        opened.top_up(member, 10_000)
        opened.run(opened.sale([opened.line("gift_box")], member=member, stored=6_000))
        opened.pass_time(minutes=5)
        append_fresh(database, opened.now)
    anchor_day(database, day(opened), opened.now)
    return opened


def day(shop: ShopUnderTest) -> BusinessDay:
    return BusinessDay(shop.now.date())


def whats(read: Read) -> list[str]:
    return [one.what for one in CHAIN.asked(read).differences]


def test_honest_books_end_at_the_last_block(shop: ShopUnderTest) -> None:
    parts: list[float] = []
    with shop.database.read() as read:
        report = verify(read, lambda progress: parts.append(progress.done), now=shop.now)
        head = chain.head_of(read)
    assert report.differences == 0
    assert (report.head, head.number) == (head, 2)
    assert report.checks[-1].rows_checked == report.entries
    assert parts == sorted(parts)


@pytest.mark.parametrize("what", sorted(PLANTED))
def test_what_was_planted_is_named(shop: ShopUnderTest, database_url: str, what: str) -> None:
    with forger(database_url) as hand, hand.planted(PLANTED[what]) as read:
        assert what in whats(read)
    assert what_label("chain", what).zh
    assert what_label("chain", what).en


def test_blocks_that_say_they_are_empty_are_named(shop: ShopUnderTest, database_url: str) -> None:
    with forger(database_url) as hand, hand.planted("UPDATE block SET entries = 0") as read:
        assert whats(read) == ["block_bounds", "block_bounds"]


@pytest.mark.parametrize("row", sorted(ALTERED))
def test_the_very_entry_is_named(shop: ShopUnderTest, database_url: str, row: str) -> None:
    with forger(database_url) as hand, hand.planted(ALTERED[row]) as read:
        found = CHAIN.asked(read).differences
        assert found
        assert {one.what for one in found} == {"entry_altered"}
        assert all(one.subject is not None for one in found)


def test_what_is_left_of_a_lot_may_change(shop: ShopUnderTest, database_url: str) -> None:
    with forger(database_url) as hand, hand.planted("UPDATE lot SET remaining = 0") as read:
        assert whats(read) == []


def test_an_entry_may_wait_a_minute_for_the_chain(shop: ShopUnderTest) -> None:
    shop.join("13800138002")
    shop.pass_time(seconds=59)
    with shop.database.read() as read:
        assert CHAIN.asked(read, shop.now).differences == ()
    shop.pass_time(seconds=2)
    with shop.database.read() as read:
        assert [one.what for one in CHAIN.asked(read, shop.now).differences] == ["entry_unchained"]
        assert whats(read) == []


def test_behind_a_clock_that_was_set_back_an_entry_waits_for_the_server(
    shop: ShopUnderTest, database_url: str
) -> None:
    shop.pass_time(hours=-5)
    wang = shop.join("13800138002")
    shop.pass_time(minutes=2)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
    with shop.database.read() as read:
        check = CHAIN.asked(read)
    assert (check.differences, check.waiting) == ((), 3)
    append_fresh(shop.database, shop.now)
    Stragglers().step(shop.database, shop.now)
    with shop.database.read() as read:
        check = CHAIN.asked(read)
    assert (check.differences, check.waiting) == ((), 0)


def test_behind_a_clock_that_was_set_back_what_was_skipped_is_named(
    shop: ShopUnderTest, database_url: str
) -> None:
    shop.pass_time(hours=-5)
    for number in range(2, 5):
        shop.join(f"1380013800{number}")
        append_fresh(shop.database, shop.now)
        shop.pass_time(minutes=2)
    shop.join("13800138005")
    hidden = (
        "UPDATE entry SET id = command_id WHERE recorded_at = (SELECT min(recorded_at) FROM entry)"
    )
    with forger(database_url) as hand, hand.planted(hidden) as read:
        check = CHAIN.asked(read)
    whats_found = sorted(one.what for one in check.differences)
    assert (whats_found, check.waiting) == (["entry_removed", "entry_unchained"], 0)


def test_an_entry_that_nothing_tells_of_was_skipped(shop: ShopUnderTest, database_url: str) -> None:
    hidden = (
        "UPDATE entry SET id = command_id, recorded_at = recorded_at + 1, subject_id = NULL"
        " WHERE kind = 'top_up'"
    )
    with forger(database_url) as hand, hand.planted(hidden) as read:
        check = CHAIN.asked(read)
    assert {one.what for one in check.differences} == {"entry_removed", "entry_unchained"}
    assert check.waiting == 0


def test_a_whole_chain_that_was_made_anew_is_betrayed_by_an_old_head(
    shop: ShopUnderTest, database_url: str
) -> None:
    with shop.database.read() as read:
        head = chain.head_of(read)
        assert head_differs(read, head) is None
    with forger(database_url) as hand:
        hand.plant("UPDATE entry SET actor = 'somebody else' WHERE kind = 'top_up'")
        hand.plant("DELETE FROM block")
        hand.plant("DELETE FROM anchor")
    append_fresh(shop.database, shop.now)
    with shop.database.read() as read:
        assert whats(read) == []
        found = head_differs(read, head)
        assert found is not None
        assert (found.what, found.wanted) == ("expected_head", 2)
        assert head_differs(read, Head(1, head.hash)) is not None


def test_a_day_is_anchored_once(shop: ShopUnderTest) -> None:
    append_fresh(shop.database, shop.now)
    assert anchor_day(shop.database, day(shop), shop.now) is False
    with shop.database.read() as read:
        (row,) = read.all(chain.ANCHORS, most=9)
        assert Head(row.number, row.hash) == chain.head_of(read)
