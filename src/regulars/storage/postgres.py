"""PostgreSQL: few threads, each with its connection; what can travel together does (D5).

A sale asks its questions in one round trip, decides, and sends its writes in another: with a
server 1.2 ms away it takes four milliseconds instead of nineteen, and holds its locks that long.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult

from regulars.storage.lanes import DATABASE_READ_ONLY, Lane, Lanes, Ticket
from regulars.storage.pool import Pool
from regulars.storage.session import Session
from regulars.storage.statement import Engine, Raw
from regulars.storage.totals import Totals
from regulars.storage.transaction import Call, Expected, Read, Write

R = TypeVar("R")

RETRIES_MAX = 5
RETRY_STEP_MILLISECONDS = 4

BEGIN: Call = ("BEGIN", ())
BEGIN_SNAPSHOT: Call = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
COMMIT: Call = ("COMMIT", ())
ROLLBACK: Call = ("ROLLBACK", ())
OPEN = frozenset({TransactionStatus.INTRANS, TransactionStatus.INERROR})


class ConnectionLostError(Exception):
    """The server went away before the commit was sent: the command may run again."""


RETRIED = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    ConnectionLostError,
)


class UndoneError(Exception):
    """A command hid an error or a refusal of the database, and may not commit the rest."""


class PostgresWire:
    """One connection during one transaction: writes wait for the next question or the commit."""

    engine: Engine = "postgresql"
    __slots__ = (
        "_begin",
        "_begun",
        "_session",
        "_undone",
        "_waiting",
        "commit_sent",
        "round_trips",
        "statements",
    )

    def __init__(self, session: Session, *, begin: Call = BEGIN) -> None:
        self._session = session
        self._begin = begin
        self._begun = False
        self._undone = False
        self._waiting: list[tuple[Call, Expected | None]] = []
        self.commit_sent = False
        self.round_trips = 0
        self.statements = 0

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement, in the round trip that sends what waits."""
        self.statements += 1
        return self._session.rows(self._exchange((call,))[0])

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """The rows of several statements in one round trip."""
        self.statements += len(calls)
        return [self._session.rows(result) for result in self._exchange(calls)]

    def stream(self, call: Call) -> Iterator[Raw]:
        """A cursor on the server, so that the caller may ask more meanwhile."""
        self._exchange(())
        self.statements += 1
        with self._session.stream(call, f"stream_{secrets.token_hex(8)}") as cursor:
            yield from cursor

    def send(self, call: Call, expected: Expected | None) -> None:
        """Keep it until somebody reads, counts or commits."""
        self.statements += 1
        self._waiting.append((call, expected))

    def send_each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Keep one for each row: they travel together."""
        for row in rows:
            self.send((sql, row), None)

    def count(self, call: Call) -> int:
        """Run it now: how many rows it touched."""
        self.statements += 1
        return self._exchange((call,))[0].command_tuples or 0

    def flush(self) -> None:
        """Send what waits, in one round trip."""
        if self._waiting:
            self._exchange(())

    def commit(self) -> None:
        """End the transaction: with the last writes, unless their rows must be counted first."""
        if self._undone:
            raise UndoneError
        if any(expected is not None for _, expected in self._waiting):
            self.flush()
        if self._begun or self._waiting:
            self.commit_sent = True
            # A failed transaction answers COMMIT with "ROLLBACK", and calls that a success.
            if self._exchange((COMMIT,))[-1].command_status != b"COMMIT":
                raise UndoneError

    def roll_back(self) -> None:
        """Undo; a connection that cannot is closed."""
        session = self._session
        if session.status in OPEN:
            with suppress(psycopg.Error):
                session.exchange((ROLLBACK,))
        if session.status != TransactionStatus.IDLE:
            session.close()

    def _exchange(self, asked: Sequence[Call]) -> list[PGresult]:
        waiting, self._waiting = self._waiting, []
        calls = [call for call, _ in waiting]
        calls.extend(asked)
        first = 0 if self._begun else 1
        if first:
            calls.insert(0, self._begin)
        self._begun = True
        if not calls:
            return []
        self.round_trips += 1
        results, error = self._session.exchange(calls)
        missed = _missed(waiting, results[first:])
        if error is not None:
            # What missed its rows before the error is the cause, and the clearer answer.
            if missed is None:
                raise error
            self._undo()
        if missed is not None:
            raise missed
        return results[len(calls) - len(asked) :]

    def _undo(self) -> None:
        # The runner may still ask for a stored answer; nothing of this command will be kept.
        self.roll_back()
        self._begun = False
        self._undone = True


def _missed(
    waiting: Sequence[tuple[Call, Expected | None]], results: Sequence[PGresult]
) -> Exception | None:
    for (_, expected), result in zip(waiting, results, strict=False):
        if expected is not None and result.command_tuples != expected.rows:
            return expected.otherwise
    return None


class Worker:
    """One thread with one connection, serving commands."""

    def __init__(self, url: str, lanes: Lanes, *, flush_delay_seconds: float) -> None:
        self._url = url
        self._lanes = lanes
        self._flush_delay_seconds = flush_delay_seconds
        self._session: Session | None = None
        self.totals = Totals()
        self._thread = Thread(target=self._serve, name="writer")
        self._thread.start()

    def join(self) -> None:
        """Wait until everything accepted is served."""
        self._thread.join()

    def _serve(self) -> None:
        while self._lanes.wait():
            ticket = self._lanes.choose()
            if ticket is None:
                continue
            try:
                self._run_until_committed(ticket)
            except BaseException as error:  # the thread outlives every fault
                ticket.fail(error)
            self._lanes.finish(ticket)
            ticket.deliver()
        if self._session is not None:
            self._session.close()

    def _run_until_committed(self, ticket: Ticket[object]) -> None:
        for attempt in range(RETRIES_MAX + 1):
            if attempt:
                self.totals.reruns += 1
                sleep(secrets.randbelow(RETRY_STEP_MILLISECONDS << attempt) / 1_000)
            try:
                self._run(ticket)
            except RETRIED:
                if attempt == RETRIES_MAX:
                    raise
            else:
                return

    def _run(self, ticket: Ticket[object]) -> None:
        session = self._connected()
        wire = PostgresWire(session)
        try:
            ticket.run(Write(wire))
            wire.commit()
        except BaseException as error:
            wire.roll_back()
            lost = session.closed and isinstance(error, psycopg.OperationalError)
            if lost and not wire.commit_sent:
                raise ConnectionLostError from error
            raise
        finally:
            self.totals.count(wire)
        self.totals.commits += 1
        if self._flush_delay_seconds:
            sleep(self._flush_delay_seconds)

    def _connected(self) -> Session:
        if self._session is None or self._session.closed:
            self._session = Session(self._url)
        return self._session


class PostgresDatabase:
    """A server: the way up for a chain."""

    engine: Engine = "postgresql"

    def __init__(
        self, url: str, *, read_only: bool, flush_delay_seconds: float, threads: int
    ) -> None:
        self.url = url
        self._readers: Pool[Session] = Pool(threads, make=lambda: Session(url), end=Session.close)
        self._lanes = Lanes(jobs_at_once=max(1, threads // 2))
        self._workers = [
            Worker(url, self._lanes, flush_delay_seconds=flush_delay_seconds)
            for _ in range(0 if read_only else threads)
        ]

    @property
    def totals(self) -> Totals:
        """What all workers did."""
        total = Totals(tills=self._lanes.tills)
        for worker in self._workers:
            total = total.plus(worker.totals)
        return total

    @contextmanager
    def read(self) -> Iterator[Read]:
        """One snapshot, in a transaction that cannot write."""
        with self._readers.lend(sound=_at_rest) as session:
            wire = PostgresWire(session, begin=BEGIN_SNAPSHOT)
            try:
                yield Read(wire)
                wire.commit()
            except BaseException:
                wire.roll_back()
                raise

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Queue a command's transaction. Refuses: server.overloaded, database.read_only."""
        if not self._workers:
            raise DATABASE_READ_ONLY.because()
        ticket = Ticket(work, lane)
        self._lanes.put(ticket)
        return ticket.future

    def close(self) -> None:
        """Finish what was accepted, then hang up."""
        self._lanes.close()
        for worker in self._workers:
            worker.join()
        self._readers.close()


def _at_rest(session: Session) -> bool:
    return not session.closed and session.status == TransactionStatus.IDLE
