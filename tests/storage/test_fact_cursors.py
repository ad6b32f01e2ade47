"""A reader of the facts misses none, also where one is committed after a later one."""

from functools import partial
from threading import Event
from time import monotonic, sleep
from uuid import UUID

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import instant_from_iso
from regulars.storage import fact_cursors
from regulars.storage.engine import Database, Write, open_database
from regulars.storage.facts import Fact, append

NOW = instant_from_iso("2026-05-04T10:00:00+08:00")
READER = "test"


def named(number: int) -> UUID:
    return uuid7(NOW, number.to_bytes(10, "big"))


def happened(tx: Write, number: int) -> None:
    append(tx, Fact(kind="test", at=NOW, subject_id=named(number)), id=named(number))
    tx.flush()


def read_on(database: Database, *, rows: int = 10) -> tuple[list[UUID | None], bool]:
    """What a reader finds, its cursor moved; whether it may find more at once."""

    with database.read() as read:
        ahead = fact_cursors.ahead_of(read, READER, rows=rows)
    database.write(lambda tx: fact_cursors.put(tx, READER, ahead.cursor)).result()
    return [fact.subject_id for fact in ahead.facts], ahead.more


def everything(database: Database, *, rows: int = 10) -> list[UUID | None]:
    """What a reader finds in a few steps."""
    found: list[UUID | None] = []
    for _ in range(12):
        facts, _ = read_on(database, rows=rows)
        found += facts
        # Whoever else uses the server may have a transaction open for a moment.
        sleep(0.02)
    return found


def test_a_reader_gets_each_fact_once_in_order(database: Database) -> None:
    for number in range(7):
        database.write(partial(happened, number=number)).result()
    assert everything(database, rows=3) == [named(number) for number in range(7)]
    assert everything(database) == []
    database.write(lambda tx: happened(tx, 7)).result()
    assert everything(database) == [named(7)]


def test_a_reader_that_does_not_care_begins_at_the_end(database: Database) -> None:
    database.write(lambda tx: happened(tx, 0)).result()
    with database.read() as read:
        cursor = fact_cursors.at_the_end(read, READER)
    database.write(lambda tx: fact_cursors.put(tx, READER, cursor)).result()
    database.write(lambda tx: happened(tx, 1)).result()
    assert everything(database) == [named(1)]


def test_a_fact_that_is_committed_after_a_later_one_is_not_missed(postgresql_url: str) -> None:
    database = open_database(postgresql_url, threads=4)
    written, go_on = Event(), Event()

    def slow(tx: Write) -> None:
        happened(tx, 1)
        written.set()
        go_on.wait(10)

    try:
        late = database.write(slow)
        assert written.wait(10)
        database.write(lambda tx: happened(tx, 2)).result()
        assert everything(database) == []
        go_on.set()
        late.result()
        assert everything(database) == [named(1), named(2)]
    finally:
        go_on.set()
        database.close()


def pass_on(database: Database) -> int:
    """A reader that has no use for facts passes over them: where it stands then."""
    with database.read() as read:
        cursor = fact_cursors.beyond(read, READER)
    database.write(lambda tx: fact_cursors.put(tx, READER, cursor)).result()
    return cursor.position


def test_a_reader_passes_over_nothing_that_is_still_being_written(postgresql_url: str) -> None:
    database = open_database(postgresql_url, threads=4)
    written, go_on = Event(), Event()

    def slow(tx: Write) -> None:
        happened(tx, 1)
        written.set()
        go_on.wait(10)

    try:
        late = database.write(slow)
        assert written.wait(10)
        database.write(lambda tx: happened(tx, 2)).result()
        assert {pass_on(database) for _ in range(3)} == {0}
        go_on.set()
        late.result()
        deadline = monotonic() + 10
        while pass_on(database) != 2:
            assert monotonic() < deadline
            sleep(0.02)
    finally:
        go_on.set()
        database.close()


def test_a_reader_brought_from_another_server_waits_for_none_of_its_transactions(
    database: Database,
) -> None:
    for number in range(2):
        database.write(partial(happened, number=number)).result()
    elsewhere = fact_cursors.Cursor(0, 1, 1 << 60)
    database.write(lambda tx: fact_cursors.put(tx, READER, elsewhere)).result()
    assert everything(database) == [named(0), named(1)]
