"""The writer of SQLite: many commands, one COMMIT, and each its own fate (decision D4)."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.engine import Database, Lane, Statement, Write, open_database
from regulars.storage.lanes import WAITING_MAX, ClosedError
from regulars.storage.sqlite import PRAGMAS, connect
from regulars.storage.tables.ledger import account, posting
from regulars.storage.tables.system import revision
from tests.storage import counting
from tests.storage.counting import Held, errors_of

Work = Callable[[Write], None]


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Database]:
    """An open shop on SQLite."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def adding(name: str) -> Work:
    """A command that adds one row."""
    return lambda tx: counting.add(tx, name)


def refusing(tx: Write) -> None:
    """A command that writes, and then says no."""
    counting.add(tx, "refused")
    raise counting.UsedUpError


def rolling_back(tx: Write) -> None:
    """A command whose statement makes the engine undo the whole transaction."""
    values = insert(revision).prefix_with("OR ROLLBACK").values(name="there", number=1)
    tx.run(Statement(values))


def unsealed(tx: Write) -> None:
    """A command that posts and forgets the entry: only the COMMIT notices."""
    tx.add(
        account,
        [{"id": n, "kind": "sales", "unit": "CNY", "cached": False} for n in (901, 902)],
    )
    tx.add(
        posting,
        [
            {
                "entry_id": UUID(int=1),
                "number": 1,
                "unit": "CNY",
                "from_account": 901,
                "to_account": 902,
                "amount": 5,
            }
        ],
    )


def together(shop: Database, *works: Work) -> list[Future[None]]:
    """Run these as one group."""
    held = Held(shop)
    futures = [shop.write(work) for work in works]
    held.let_go()
    return futures


def test_waiting_commands_share_one_commit(shop: Database) -> None:
    before = shop.totals.commits
    assert errors_of(together(shop, *(adding(name) for name in "abcde"))) == [None] * 5
    assert shop.totals.commits - before == 2  # the one that held the writer, and the group
    assert counting.names_in(shop) == list("abcde")


def test_a_refusing_command_leaves_its_companions_committed(shop: Database) -> None:
    def refusing_at_once(_tx: Write) -> None:
        raise counting.UsedUpError

    before = shop.totals.commits
    works = [adding("a"), adding("b"), refusing_at_once, adding("c"), adding("d")]
    assert errors_of(together(shop, *works)) == [None, None, "UsedUpError", None, None]
    assert counting.names_in(shop) == list("abcd")
    assert (shop.totals.reruns, shop.totals.commits - before) == (0, 2)


def test_a_command_that_wrote_before_it_refused_leaves_nothing(shop: Database) -> None:
    works = [adding("a"), adding("b"), refusing, adding("c"), adding("d")]
    assert errors_of(together(shop, *works)) == [None, None, "UsedUpError", None, None]
    assert counting.names_in(shop) == list("abcd")
    assert shop.totals.reruns == 1


def test_a_broken_constraint_leaves_its_companions_committed(shop: Database) -> None:
    works = [adding("a"), adding("a"), adding("b")]
    assert errors_of(together(shop, *works)) == [None, "IntegrityError", None]
    assert counting.names_in(shop) == ["a", "b"]


def test_a_statement_that_undoes_everything_hurts_only_its_own_command(shop: Database) -> None:
    counting.given(shop, "there")
    works = [adding("a"), adding("b"), rolling_back, adding("c")]
    assert errors_of(together(shop, *works)) == [None, None, "IntegrityError", None]
    assert counting.names_in(shop) == ["a", "b", "c", "there"]
    assert shop.totals.reruns == 1


def test_a_command_that_hides_such_an_error_is_told_too(shop: Database) -> None:
    counting.given(shop, "there")

    def hiding(tx: Write) -> None:
        try:
            rolling_back(tx)
        except Exception:
            counting.add(tx, "hidden")

    errors = errors_of(together(shop, adding("a"), hiding, adding("b")))
    assert errors == [None, "ProgrammingError", None]
    assert counting.names_in(shop) == ["a", "b", "there"]


def test_a_failing_commit_fails_only_the_guilty(shop: Database) -> None:
    works = [adding("a"), unsealed, adding("b"), refusing, adding("c")]
    errors = errors_of(together(shop, *works))
    assert errors == [None, "IntegrityError", None, "UsedUpError", None]
    assert counting.names_in(shop) == ["a", "b", "c"]
    assert shop.totals.reruns == 1


def test_the_writer_outlives_what_no_command_should_raise(shop: Database) -> None:
    def leaving(_tx: Write) -> None:
        raise SystemExit

    works = [adding("a"), leaving, adding("b")]
    assert errors_of(together(shop, *works)) == [None, "SystemExit", None]
    shop.write(adding("after")).result(timeout=10)
    assert counting.names_in(shop) == ["a", "after", "b"]


def test_an_answer_leaves_only_after_the_commit(sqlite_url: str) -> None:
    slow = open_database(sqlite_url, flush_delay_seconds=0.05)
    began = time.monotonic()
    slow.write(adding("a")).result()
    assert time.monotonic() - began >= 0.05
    assert counting.names_in(slow) == ["a"]
    slow.close()


def test_a_caller_who_gave_up_in_time_costs_nothing(shop: Database) -> None:
    held = Held(shop)
    given_up = shop.write(adding("given up"))
    kept = shop.write(adding("kept"))
    assert given_up.cancel()
    held.let_go()
    kept.result()
    assert counting.names_in(shop) == ["kept"]


def test_too_many_waiting_are_refused_before_they_begin(shop: Database) -> None:
    held = Held(shop)
    waiting = [shop.write(adding(f"{n}")) for n in range(WAITING_MAX)]
    with pytest.raises(Refusal) as refused:
        shop.write(adding("one too many"))
    job = shop.write(adding("job"), lane=Lane.JOB)
    held.let_go()
    assert refused.value.code == "server.overloaded"
    assert refused.value.parameters == {"retry_after_seconds": 1}
    assert errors_of([*waiting, job]) == [None] * (WAITING_MAX + 1)
    assert len(counting.names_in(shop)) == WAITING_MAX + 1


def test_closing_serves_those_who_wait_and_takes_no_more(sqlite_url: str) -> None:
    shop = open_database(sqlite_url)
    held = Held(shop)
    waiting = [shop.write(adding(name)) for name in "abc"]
    held.let_go()
    shop.close()
    assert errors_of(waiting) == [None] * 3
    with pytest.raises(ClosedError):
        shop.write(adding("late"))


def test_a_second_server_is_refused_and_a_reader_is_not(shop: Database) -> None:
    with pytest.raises(Refusal) as refused:
        open_database(shop.url)
    assert refused.value.code == "database.in_use"
    beside = open_database(shop.url, read_only=True)
    counting.given(shop, "a")
    assert counting.names_in(beside) == ["a"]
    with pytest.raises(Refusal) as refused:
        beside.write(adding("b"))
    assert refused.value.code == "database.read_only"
    beside.close()


def test_a_server_that_stopped_leaves_the_file_to_the_next(sqlite_url: str) -> None:
    open_database(sqlite_url).close()
    next_one = open_database(sqlite_url)
    counting.given(next_one, "a")
    next_one.close()


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    with pytest.raises(Refusal) as refused:
        open_database(f"sqlite:///{path}")
    assert refused.value.code == "database.missing"
    assert not path.exists()


def test_every_connection_keeps_the_promises(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    for mode in ("rw", "ro"):
        connection = connect(path, mode)
        for name, value in PRAGMAS.items():
            assert connection.execute(f"PRAGMA {name}").fetchone() == (value,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
