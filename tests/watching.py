"""A database that is watched: what is asked of it, how many rows come, and what happens between.

door = Ahead(shop.database, before=lambda: shop.run(sale))    # a sale slips in before each write
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from regulars.storage.engine import Database, Engine, Lane, Read, Totals, Write
from regulars.storage.statement import Raw
from regulars.storage.transaction import Call, Expected, Wire

R = TypeVar("R")


@dataclass
class Watched:
    """A wire that keeps each question with how many rows came, and counts all statements."""

    wire: Wire
    answers: list[tuple[str, int]] = field(default_factory=list)
    statements: int = 0
    round_trips: int = 0
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = self.wire.engine

    def fetch(self, call: Call) -> list[Raw]:
        """Keep the question, and count its rows."""
        return self.fetch_each([call])[0]

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """Keep the questions, and count their rows."""
        self.statements += len(calls)
        found = self.wire.fetch_each(calls)
        self.round_trips = self.wire.round_trips
        told = zip(calls, found, strict=True)
        self.answers += [(sql, len(rows)) for (sql, _), rows in told]
        return found

    def stream(self, call: Call) -> Iterator[Raw]:
        """Keep the question, and count its rows."""
        yield from self.fetch(call)

    def send(self, call: Call, expected: Expected | None) -> None:
        """Pass it on."""
        self.statements += 1
        self.wire.send(call, expected)

    def send_each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Pass it on."""
        self.statements += 1
        self.wire.send_each(sql, rows)

    def count(self, call: Call) -> int:
        """Pass it on."""
        self.statements += 1
        return self.wire.count(call)

    def flush(self) -> None:
        """Pass it on."""
        self.wire.flush()


@dataclass(eq=False)
class Ahead:
    """A database of which all is watched; before each write something else is done."""

    database: Database
    before: Callable[[], object] = lambda: None
    watched: list[Watched] = field(default_factory=list)
    watched_reads: list[Watched] = field(default_factory=list)
    engine: Engine = field(init=False)
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.engine, self.url = self.database.engine, self.database.url

    @property
    def totals(self) -> Totals:
        """The totals of the database behind it."""
        return self.database.totals

    @contextmanager
    def read(self) -> Iterator[Read]:
        """A snapshot of the database behind it."""
        with self.database.read() as read:
            watched = Watched(read._wire)
            self.watched_reads.append(watched)
            yield Read(watched)

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Do the other thing first, then queue the transaction."""
        self.before()

        def seen(tx: Write) -> R:
            watched = Watched(tx._wire)
            self.watched.append(watched)
            return work(Write(watched))

        return self.database.write(seen, lane=lane)

    def close(self) -> None:
        """Nothing of its own is open."""
