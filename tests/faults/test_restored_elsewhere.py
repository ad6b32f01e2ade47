"""A backup of an old PostgreSQL server put on a young one, where transactions count from the start.

Whatever a shop remembers of transaction numbers means nothing there: the ledger's seals, and how far
the jobs have read.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.jobs.plan import JOBS
from regulars.storage.backup.making import make_backup
from regulars.storage.backup.restoring import Target, restore_backup
from regulars.storage.backup.sealed_file import BackupKey
from regulars.storage.chain_walk import unchained
from regulars.storage.engine import Database, open_database
from regulars.storage.master_key import KeyFolder
from regulars.storage.shops import Shops
from regulars.storage.vault import open_vault
from regulars.storage.verify import verify
from regulars.use_cases.runner import Runner
from tests.domain.loyalty.definitions import THREE_ORDERS
from tests.faults.evidence import note
from tests.postgres import APP, OWNER, Cluster, running_cluster
from tests.rewards import started
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out

# More than everything that happens on the young server.
TRANSACTIONS = 5_000
SPEND = """
    CREATE PROCEDURE pg_temp.spend() LANGUAGE plpgsql AS $$
    BEGIN
      FOR turn IN 1..%d LOOP
        PERFORM pg_current_xact_id();
        COMMIT;
      END LOOP;
    END $$
"""
NOW = "SELECT pg_current_xact_id()::text::bigint"
SEALS = "SELECT min(tx::text::bigint), max(tx::text::bigint), count(*) FROM entry"


@pytest.fixture
def young() -> Iterator[Cluster]:
    """A server on which nothing has happened yet."""
    with running_cluster() as cluster:
        cluster.execute(f"CREATE DATABASE shop OWNER {OWNER}")
        yield cluster


def grown_old(url: str) -> int:
    """Let a server have many transactions; answers the number of the last."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((SPEND % TRANSACTIONS).encode())
        connection.execute("CALL pg_temp.spend()")
        return row_of(connection, NOW)[0]


def row_of(connection: psycopg.Connection[tuple[object, ...]], question: str) -> tuple[int, ...]:
    row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return tuple(value for value in row if isinstance(value, int))


@contextmanager
def reopened(url: str, shop: ShopUnderTest, home: Path) -> Iterator[ShopUnderTest]:
    """The restored shop, under the same master key."""
    database = open_database(url)
    try:
        shops, entropy = Shops(), random.Random(13)
        runner = Runner(
            database,
            clock=lambda: shop.now,
            entropy=entropy.randbytes,
            vault=open_vault(home, database, now=shop.now),
            shops=shops,
        )
        opened = ShopUnderTest(database, runner, shops, runner.vault, entropy)
        opened.now = shop.now
        yield opened
    finally:
        database.close()


def work(shop: ShopUnderTest) -> None:
    """Every job, until nothing is due."""
    for job in JOBS:
        run_out(job.step, shop)


def proved(database: Database) -> None:
    """The books fit, and the chain holds all of them."""
    with database.read() as read:
        assert verify(read, lambda _: None).differences == 0
        assert list(unchained(read)) == []


def test_a_shop_goes_on_where_transactions_count_from_the_start(
    postgresql_url: str, young: Cluster, tmp_path: Path
) -> None:
    url = young.url(APP, "shop")
    old = grown_old(postgresql_url)
    database = open_database(postgresql_url)
    try:
        shop = open_shop(database, tmp_path)
        wang = shop.join("13800138000")
        started(shop, ProgrammeKind.TASK, THREE_ORDERS)
        shop.top_up(wang, 10_000)
        for _ in range(2):
            shop.run(shop.sale([shop.line("gift_box")], member=wang, cash=6_000))
        work(shop)
        shop.run(shop.sale([shop.line("egg_tart")], cash=800))
        work(shop)
        master = KeyFolder(tmp_path / "keys").current()
        assert master is not None
        key = BackupKey.of_master(master)
        make_backup(postgresql_url, tmp_path / "backup", key, now=shop.now)
    finally:
        database.close()
    target = Target(url=young.url(OWNER, "shop"), app_role=APP)
    assert restore_backup(tmp_path / "backup", key, target).whole

    with reopened(url, shop, tmp_path) as again, psycopg.connect(url) as connection:
        proved(again.database)
        before = again.balances(wang).points
        again.pass_time(minutes=1)
        again.run(again.sale([again.line("gift_box")], member=wang, cash=6_000))
        earned = 90  # gold members earn half as much again
        for _ in range(3):
            work(again)
            again.pass_time(minutes=1)
        # The third order of the week: the job has read on.
        assert again.balances(wang).points == before + earned + 30
        proved(again.database)
        (here,) = row_of(connection, NOW)
        first, last, entries = row_of(connection, SEALS)
    assert 0 < first <= last < here < old
    note("R16", engine="postgresql", entries=entries, old_server=old, young_server=here, lost=0)
