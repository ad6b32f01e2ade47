"""PostgreSQL alone: what travels together, what runs again, what a lost server costs."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import bindparam, func, select

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.columns import Whole
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import Database, Statement, Write, open_database
from regulars.storage.tables.system import revision
from tests.postgres import FreshDatabases
from tests.storage import counting
from tests.storage.counting import UsedUpError

BACKEND: Statement[int] = Statement(select(func.pg_backend_pid(type_=Whole())))
LOCKED: Statement[int] = Statement(
    select(revision.c.number).where(revision.c.name == bindparam("name")).with_for_update()
)


@pytest.fixture
def shop(postgresql_url: str) -> Iterator[Database]:
    """An open shop on PostgreSQL."""
    opened = open_database(postgresql_url)
    yield opened
    opened.close()


def take(tx: Write, which: str) -> None:
    """Use one of these."""
    tx.take(counting.USE_ONE, refusal=UsedUpError(), which=which)


def trips_of(shop: Database, work: object) -> int:
    """The round trips of one command, COMMIT included."""
    before = shop.totals.round_trips
    shop.write(work).result()  # type: ignore[arg-type]
    return shop.totals.round_trips - before


def test_questions_then_writes_with_the_commit_take_two_round_trips(shop: Database) -> None:
    def sale(tx: Write) -> None:
        tx.group(counting.ONE_LEFT.ask(name="a"), counting.ALL_NAMES.ask())
        counting.add(tx, "x", "y")
        counting.add(tx, "z")
        tx.send(counting.ADD_ONE, which="x")

    assert trips_of(shop, sale) == 2


def test_what_must_be_counted_is_counted_before_the_commit(shop: Database) -> None:
    counting.given(shop, "a", number=5)
    assert trips_of(shop, lambda tx: take(tx, "a")) == 2
    assert trips_of(shop, lambda tx: counting.add(tx, "b")) == 1
    assert trips_of(shop, lambda tx: None) == 0


def test_a_claim_travels_with_the_first_question(shop: Database) -> None:
    counting.given(shop, "a", number=1)

    def work(tx: Write) -> int:
        take(tx, "a")
        tx.group(counting.ALL_NAMES.ask(), counting.ONE_LEFT.ask(name="a"))
        return tx.round_trips

    assert shop.write(work).result() == 1
    with pytest.raises(UsedUpError):
        shop.write(work).result()


def test_a_connection_serves_on_after_an_error_and_a_refusal(shop: Database) -> None:
    counting.given(shop, "a")
    for _ in range(12):
        assert shop.write(lambda tx: counting.add(tx, "a")).exception() is not None
        assert shop.write(lambda tx: take(tx, "a")).exception() is not None
    counting.given(shop, "b")
    assert counting.names_in(shop) == ["a", "b"]


def test_commands_that_deadlock_are_run_again(shop: Database) -> None:
    counting.given(shop, "a", "b")
    meet = Barrier(2)
    first = {"a": True, "b": True}

    def crossing(one: str, other: str) -> None:
        def work(tx: Write) -> None:
            tx.one(LOCKED, name=one)
            if first.pop(one, False):
                meet.wait(timeout=10)
            tx.one(LOCKED, name=other)
            tx.send(counting.ADD_ONE, which=one)
            tx.send(counting.ADD_ONE, which=other)

        futures.append(shop.write(work))

    futures: list[Future[None]] = []
    crossing("a", "b")
    crossing("b", "a")
    assert counting.errors_of(futures) == [None, None]
    assert [counting.left(shop, name) for name in "ab"] == [2, 2]
    assert shop.totals.reruns >= 1


def test_a_command_whose_server_went_away_before_the_commit_runs_again(
    shop: Database, postgres_databases: FreshDatabases
) -> None:
    attempts = 0

    def work(tx: Write) -> None:
        nonlocal attempts
        attempts += 1
        backend = tx.one(BACKEND)
        counting.add(tx, "a")
        if attempts == 1:
            postgres_databases.cluster.execute(f"SELECT pg_terminate_backend({backend})")
        tx.flush()

    shop.write(work).result(timeout=20)
    assert attempts == 2
    assert counting.names_in(shop) == ["a"]


def test_a_commit_that_may_have_happened_is_not_repeated_behind_the_callers_back(
    shop: Database, postgres_databases: FreshDatabases
) -> None:
    attempts = 0

    def work(tx: Write) -> None:
        nonlocal attempts
        attempts += 1
        backend = tx.one(BACKEND)
        counting.add(tx, "a")
        postgres_databases.cluster.execute(f"SELECT pg_terminate_backend({backend})")

    error = shop.write(work).exception(timeout=20)
    assert error is not None
    told = refusal_of(error)
    assert told is not None
    assert told.code == "server.storage_unavailable"
    assert attempts == 1


def test_readers_come_back_after_the_server_went_away(
    shop: Database, postgres_databases: FreshDatabases
) -> None:
    with shop.read() as tx:
        backend = tx.one(BACKEND)
    postgres_databases.cluster.execute(f"SELECT pg_terminate_backend({backend})")
    with pytest.raises(psycopg.OperationalError) as lost:
        counting.names_in(shop)
    told = refusal_of(lost.value)
    assert told is not None
    assert told.code == "server.storage_unavailable"
    assert counting.names_in(shop) == []


def test_waiting_too_long_for_a_row_is_told_as_busy(shop: Database) -> None:
    counting.given(shop, "a", number=1)
    held = counting.Held(shop, before=lambda tx: tx.one(LOCKED, name="a"))
    waiting = shop.write(lambda tx: take(tx, "a"))
    error = waiting.exception(timeout=20)
    held.let_go()
    assert error is not None
    told = refusal_of(error)
    assert isinstance(told, Refusal)
    assert told.code == "server.overloaded"


def test_a_read_only_shop_takes_no_command(postgresql_url: str) -> None:
    beside = open_database(postgresql_url, read_only=True)
    with pytest.raises(Refusal) as refused:
        beside.write(lambda tx: None)
    assert refused.value.code == "database.read_only"
    assert counting.names_in(beside) == []
    beside.close()


def test_a_command_that_hides_a_refusal_keeps_nothing(shop: Database) -> None:
    counting.given(shop, "there")

    def hiding(tx: Write) -> None:
        take(tx, "nobody")
        counting.add(tx, "there")
        with suppress(UsedUpError):
            tx.flush()
        counting.add(tx, "hidden")

    assert shop.write(hiding).exception(timeout=20) is not None
    assert counting.names_in(shop) == ["there"]


def test_a_command_that_hides_an_error_keeps_nothing(shop: Database) -> None:
    counting.given(shop, "there")

    def hiding(tx: Write) -> None:
        counting.add(tx, "before")
        with suppress(psycopg.Error):
            tx.flush()
            counting.add(tx, "there")
            tx.flush()

    assert shop.write(hiding).exception(timeout=20) is not None
    assert counting.names_in(shop) == ["there"]


def test_more_than_the_network_holds_goes_both_ways_at_once(shop: Database) -> None:
    names = [f"{number:04}" + "长" * 4_000 for number in range(400)]

    def work(tx: Write) -> int:
        counting.add(tx, *names)
        return sum(len(answer) for answer in tx.group(*[counting.ALL_NAMES.ask()] * 8))

    assert shop.write(work).result(timeout=60) == 8 * len(names)
