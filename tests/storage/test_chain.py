"""The chain holds every entry once, also those that commit late or come from another clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.chain import GENESIS, head_from
from regulars.storage import chain
from regulars.storage.chain import HIGHEST, LOWEST
from regulars.storage.chain_walk import unchained
from regulars.storage.engine import Database, open_database
from regulars.storage.verify.chain import CHAIN
from regulars.use_cases.chaining import BLOCK_ENTRIES_MAX, Stragglers, append_fresh, append_late
from tests.shops import OPENING, ShopUnderTest, open_shop
from tests.storage.intruder import intruder
from tests.watching import Ahead

Look = Callable[[Database, Instant], bool]
LISTING = chain.ENTRY_IDS.on("sqlite").sql.split("WHERE", maxsplit=1)[0]


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """王芳 topped up and bought something: four entries."""
    opened = open_shop(database, tmp_path)
    wang = opened.join("13800138000")
    opened.top_up(wang, 10_000)
    opened.run(opened.sale([opened.line("gift_box")], member=wang, stored=6_000))
    return opened


def left_out(database: Database) -> list[UUID]:
    with database.read() as read:
        return list(unchained(read))


def slip_in(database_url: str, at: Instant, *, count: int = 1) -> list[UUID]:
    """Entries whose ids say that they were begun at that moment."""
    names = [uuid7(at, number.to_bytes(10, "big")) for number in range(count)]
    with intruder(database_url) as hand:
        outside, sales = (
            row[0]
            for row in hand.sql(
                "SELECT id FROM account WHERE NOT cached AND unit = 'CNY' ORDER BY id LIMIT 2"
            )
        )
        assert isinstance(outside, int)
        assert isinstance(sales, int)
        with hand.transaction():
            for name in names:
                hand.posting(name, "CNY", (outside, sales), 1)
                hand.entry(name, f"late:{name}", 1)
    return names


def test_a_shop_begins_without_a_chain(database: Database) -> None:
    for look in (append_fresh, append_late, Stragglers().step):
        assert look(database, OPENING) is False
    with database.read() as read:
        assert chain.head_of(read) == GENESIS


def test_every_entry_is_chained_once(shop: ShopUnderTest) -> None:
    for _ in range(2):
        append_fresh(shop.database, shop.now)
        append_late(shop.database, shop.now)
        Stragglers().step(shop.database, shop.now)
    with shop.database.read() as read:
        head = chain.head_of(read)
        block = read.one(chain.BLOCK, number=1)
        entries = read.all(chain.ENTRY_IDS, from_id=LOWEST, before_id=HIGHEST, most=99)
    assert head.number == 1
    assert head_from(head.told) == head
    assert block is not None
    assert (block.entries, block.first_id, block.last_id) == (4, entries[0], entries[-1])


def test_what_is_sold_later_makes_the_next_block(shop: ShopUnderTest) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(days=3)
    shop.join("13800138001")
    append_fresh(shop.database, shop.now)
    with shop.database.read() as read:
        newest = chain.newest_block(read)
    assert newest is not None
    assert (newest.number, newest.entries) == (2, 1)
    assert left_out(shop.database) == []


@pytest.mark.parametrize(
    ("ago", "look"),
    [
        (timedelta(seconds=15), append_fresh),
        (timedelta(minutes=8), append_late),
        (timedelta(days=3), Stragglers().step),
    ],
)
def test_an_entry_that_commits_late_is_chained_too(
    shop: ShopUnderTest, database_url: str, ago: timedelta, look: Look
) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(minutes=30)
    shop.join("13800138001")
    append_fresh(shop.database, shop.now)
    late = slip_in(database_url, Instant(shop.now - ago))
    assert left_out(shop.database) == late
    look(shop.database, shop.now)
    assert left_out(shop.database) == []
    with shop.database.read() as read:
        assert CHAIN.asked(read).differences == ()
    assert look(shop.database, shop.now) is False


def test_a_clock_that_is_set_back_hides_no_entry(shop: ShopUnderTest, database_url: str) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(hours=-5)
    slip_in(database_url, shop.now)
    append_fresh(shop.database, shop.now)
    assert left_out(shop.database) == []


def test_behind_a_clock_that_was_set_back_a_standstill_hides_no_entry(
    shop: ShopUnderTest, database_url: str
) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(hours=-5)
    slip_in(database_url, shop.now)
    append_fresh(shop.database, shop.now)
    shop.pass_time(minutes=1)
    slip_in(database_url, shop.now)
    shop.pass_time(minutes=40)
    slip_in(database_url, shop.now)
    append_fresh(shop.database, shop.now)
    assert left_out(shop.database) == []
    with shop.database.read() as read:
        assert CHAIN.asked(read).differences == ()


def test_a_walk_over_many_stragglers_reads_each_of_them_once(
    shop: ShopUnderTest, database_url: str
) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(days=9)
    shop.join("13800138001")
    append_fresh(shop.database, shop.now)
    late = slip_in(database_url, Instant(shop.now - timedelta(days=3)), count=2_100)
    ahead = Ahead(shop.database)
    walk = Stragglers(page_ids=100)
    steps = []
    while walk.step(ahead, shop.now):
        (watched,) = ahead.watched_reads
        steps.append(sum(rows for sql, rows in watched.answers if sql.startswith(LISTING)))
        ahead.watched_reads.clear()
    # 4 entries are older than they are; the last step, which ends the walk, is not counted.
    assert (len(left_out(shop.database)), len(steps)) == (0, 2)
    assert max(steps) <= BLOCK_ENTRIES_MAX + walk.page_ids
    assert walk.step(shop.database, shop.now) is False
    with shop.database.read() as read:
        check = CHAIN.asked(read)
    assert (check.rows_checked, check.differences) == (len(late) + 5, ())


def test_a_walk_without_stragglers_ahead_takes_no_longer_steps(
    shop: ShopUnderTest, database_url: str
) -> None:
    append_fresh(shop.database, shop.now)
    shop.pass_time(minutes=1)
    slip_in(database_url, shop.now, count=450)
    shop.pass_time(minutes=1)
    append_fresh(shop.database, shop.now)
    shop.pass_time(minutes=1)
    shop.join("13800138001")
    append_fresh(shop.database, shop.now)
    slip_in(database_url, Instant(shop.now - timedelta(days=3)))
    walk = Stragglers(page_ids=100, pages_at_once=2)
    steps = 1
    while walk.step(shop.database, shop.now):
        steps += 1
    assert (left_out(shop.database), steps) == ([], 3)


def test_a_large_ledger_is_chained_in_blocks(shop: ShopUnderTest, database_url: str) -> None:
    slip_in(database_url, shop.now, count=1_100)
    assert append_fresh(shop.database, shop.now) is True
    assert append_fresh(shop.database, shop.now) is False
    assert left_out(shop.database) == []
    with shop.database.read() as read:
        check = CHAIN.asked(read)
    assert (check.rows_checked, check.differences) == (1_104, ())


def test_two_who_chain_at_once_make_one_chain(postgresql_url: str, tmp_path: Path) -> None:
    with ExitStack() as opened:
        databases = [open_database(postgresql_url) for _ in range(2)]
        for database in databases:
            opened.callback(database.close)
        shop = open_shop(databases[0], tmp_path)
        shop.join("13800138000")
        for minute in range(10):
            at = Instant(shop.now + timedelta(minutes=minute))
            slip_in(postgresql_url, at, count=3)
            with ThreadPoolExecutor(2) as both:
                list(both.map(append_fresh, databases, [at, at]))
            while append_fresh(databases[0], at):
                pass
        assert left_out(databases[0]) == []
        with databases[0].read() as read:
            assert CHAIN.asked(read).differences == ()
            assert chain.head_of(read).number >= 10
