"""A reader of the facts goes past those that it has no use for without looking at them."""

from time import sleep
from uuid import UUID

from regulars.domain.kernel.period import instant_from_iso
from regulars.storage import fact_cursors, facts
from regulars.storage.engine import Database, Write
from regulars.storage.fact_cursors import START, Cursor
from regulars.storage.facts import Fact
from regulars.storage.segment_named import IDLE

NOW = instant_from_iso("2026-05-04T12:00:00+08:00")
READER = "reader"
LOOKS_MAX, LOOK_SECONDS = 200, 0.05
KINDS = ("segment.entered", "order.settled", "segment.left", "journey.ended", "segmented")


def tell(database: Database) -> None:
    def write(tx: Write) -> None:
        told = [(UUID(int=n), Fact(kind=kind, at=NOW)) for n, kind in enumerate(KINDS, start=1)]
        facts.append_all(tx, told)

    database.write(write).result()


def read_on(database: Database, cursor: Cursor, *, rows: int) -> tuple[list[str], Cursor]:
    database.write(lambda tx: fact_cursors.put(tx, READER, cursor)).result()
    but = fact_cursors.facts_but(IDLE)
    with database.read() as read:
        ahead = fact_cursors.ahead_of(read, READER, rows=rows, facts=but)
    return [one.kind for one in ahead.facts], ahead.cursor


def everything(database: Database, *, rows: int) -> tuple[list[str], int]:
    """What a reader finds until it stands at the end, and where it stands then."""
    kinds: list[str] = []
    cursor = START
    for _ in range(LOOKS_MAX):
        found, cursor = read_on(database, cursor, rows=rows)
        kinds += found
        if cursor.position == len(KINDS):
            break
        # Whoever else uses the server may have a transaction open for a moment.
        sleep(LOOK_SECONDS)
    return kinds, cursor.position


def test_what_is_of_no_use_is_passed_over(database: Database) -> None:
    tell(database)
    assert everything(database, rows=10) == (["order.settled", "segmented"], len(KINDS))


def test_a_full_step_goes_no_further_than_what_it_read(database: Database) -> None:
    tell(database)
    assert everything(database, rows=1) == (["order.settled", "segmented"], len(KINDS))
