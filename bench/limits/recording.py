"""A database that writes down every statement that a sale sends."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from bench.scratch.servers import Place
from regulars.storage.engine import Database, Lane, Read, Totals, Write
from regulars.storage.postgres import PostgresWire
from regulars.storage.session import Session
from regulars.storage.sqlite import SqliteWire, connect
from regulars.storage.statement import Engine, Raw
from regulars.storage.transaction import Call, Expected, Wire

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One statement that was sent, and the rows that it answered, if it was a question."""

    sql: str
    values: Sequence[object]
    rows: list[Raw] | None


class RecordingWire:
    """Passes everything on, and keeps it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.engine: Engine = wire.engine
        self.round_trips = 0
        self.statements = 0
        self.calls: list[Recorded] = []

    def finish(self) -> None:
        """What the transaction took, its end included."""
        self.round_trips, self.statements = self._wire.round_trips, self._wire.statements

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement."""
        rows = self._wire.fetch(call)
        self.calls.append(Recorded(*call, rows))
        return rows

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """The rows of several statements."""
        answers = self._wire.fetch_each(calls)
        for call, rows in zip(calls, answers, strict=True):
            self.calls.append(Recorded(*call, rows))
        return answers

    def stream(self, call: Call) -> Iterator[Raw]:
        """No sale streams."""
        raise NotImplementedError

    def send(self, call: Call, expected: Expected | None) -> None:
        """A change."""
        self.calls.append(Recorded(*call, None))
        self._wire.send(call, expected)

    def send_each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for each of some rows."""
        for row in rows:
            self.send((sql, row), None)

    def count(self, call: Call) -> int:
        """A change that runs now."""
        self.calls.append(Recorded(*call, None))
        return self._wire.count(call)

    def flush(self) -> None:
        """Send what waits."""
        self._wire.flush()


@dataclass(slots=True)
class RecordingDatabase:
    """Writes on one connection, in the caller's thread."""

    engine: Engine
    url: str
    inner: Database
    transaction: Callable[[], AbstractContextManager[Wire]]
    sales: list[RecordingWire] = field(default_factory=list)

    @property
    def totals(self) -> Totals:
        """What was sent."""
        total = Totals(commits=len(self.sales))
        for wire in self.sales:
            total.statements += wire.statements
            total.round_trips += wire.round_trips
        return total

    def read(self) -> AbstractContextManager[Read]:
        """A snapshot."""
        return self.inner.read()

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Run it now."""
        assert lane is Lane.TILL
        done: Future[R] = Future()
        with self.transaction() as inner:
            wire = RecordingWire(inner)
            done.set_result(work(Write(wire)))
        wire.finish()
        self.sales.append(wire)
        return done

    def close(self) -> None:
        """Nothing of its own is open."""


@contextmanager
def recording(inner: Database, place: Place) -> Iterator[RecordingDatabase]:
    """A recorder beside an opened database, until the end of the block."""
    if place.cluster is None:
        connection = connect(place.home / place.name, "rw")

        @contextmanager
        def on_file() -> Iterator[Wire]:
            connection.execute("BEGIN IMMEDIATE")
            yield SqliteWire(connection)
            connection.execute("COMMIT")

        yield RecordingDatabase(inner.engine, inner.url, inner, on_file)
        connection.close()
    else:
        session = Session(place.url)

        @contextmanager
        def on_server() -> Iterator[Wire]:
            wire = PostgresWire(session)
            yield wire
            wire.commit()

        yield RecordingDatabase(inner.engine, inner.url, inner, on_server)
        session.close()
