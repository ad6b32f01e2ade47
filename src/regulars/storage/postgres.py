"""PostgreSQL: few threads, each with its connection; what can travel together does (D5).

A sale asks its questions in one round trip, decides, and sends its writes in another: with a
server 1.2 ms away it takes four milliseconds instead of nineteen, and holds its locks that long.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from threading import Thread
from time import sleep
from typing import TypeVar

import orjson
import psycopg
from psycopg import RawCursor, RawServerCursor
from psycopg.pq import TransactionStatus
from psycopg.types.bool import BoolDumper
from psycopg.types.datetime import DateDumper
from psycopg.types.json import set_json_loads
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import BytesBinaryDumper

from regulars.storage.lanes import DATABASE_READ_ONLY, Lane, Lanes, Ticket
from regulars.storage.pool import Pool
from regulars.storage.statement import Engine, Raw
from regulars.storage.totals import Totals
from regulars.storage.transaction import Call, Expected, Read, Write

# Its warnings repeat the server's message, which may quote a row; the error itself is raised.
logging.getLogger("psycopg").setLevel(logging.ERROR)

R = TypeVar("R")

Connection = psycopg.Connection[Raw]

RETRIES_MAX = 5
RETRY_STEP_MILLISECONDS = 4
LOCK_MILLISECONDS = 3_000
STREAM_ROWS = 2_000

BEGIN = Call("BEGIN", ())
BEGIN_SNAPSHOT = Call("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
COMMIT = Call("COMMIT", ())


# A prepared statement is kept per text *and* types of its values. psycopg would send 7 and 70,000
# as two types and NULL as a third: the statement's own casts say the type, so none is sent.
class _Whole(Int8Dumper):
    oid = 0


class _Flag(BoolDumper):
    oid = 0


class _Day(DateDumper):
    oid = 0


class _Bytes(BytesBinaryDumper):
    oid = 0


class ConnectionLostError(Exception):
    """The server went away before the commit was sent: the command may run again."""


RETRIED = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    ConnectionLostError,
)


class UndoneError(Exception):
    """A command hid that one of its changes was refused, and may not commit the rest."""


@cache
def _text(sql: str) -> bytes:
    # The same bytes object each time, so that its hash is taken once.
    return sql.encode()


def connect(url: str) -> Connection:
    """A connection that prepares each statement once and gives up waiting for a lock."""
    connection = psycopg.connect(url, autocommit=True, application_name="regulars")
    connection.prepared_max = None
    for kind, dumper in ((int, _Whole), (bool, _Flag), (date, _Day), (bytes, _Bytes)):
        connection.adapters.register_dumper(kind, dumper)
    set_json_loads(orjson.loads, connection)
    connection.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
    return connection


class PostgresWire:
    """One connection during one transaction: writes wait for the next question or the commit."""

    engine: Engine = "postgresql"
    __slots__ = (
        "_begin",
        "_begun",
        "_connection",
        "_undone",
        "_waiting",
        "commit_sent",
        "round_trips",
        "statements",
    )

    def __init__(self, connection: Connection, *, begin: Call = BEGIN) -> None:
        self._connection = connection
        self._begin = begin
        self._begun = False
        self._undone = False
        self.commit_sent = False
        self._waiting: list[tuple[Call, Expected | None]] = []
        self.round_trips = 0
        self.statements = 0

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement, in the round trip that sends what waits."""
        self.statements += 1
        return self._exchange((call,))[0].fetchall()

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """The rows of several statements in one round trip."""
        self.statements += len(calls)
        return [cursor.fetchall() for cursor in self._exchange(calls)]

    def stream(self, call: Call) -> Iterator[Raw]:
        """A cursor on the server, which sends 2,000 rows at a time."""
        self._exchange(())
        self.statements += 1
        with RawServerCursor(self._connection, f"stream_{secrets.token_hex(8)}") as cursor:
            cursor.itersize = STREAM_ROWS
            cursor.execute(_text(call.sql), call.values)
            yield from cursor

    def send(self, call: Call, expected: Expected | None) -> None:
        """Keep it until somebody reads, counts or commits."""
        self.statements += 1
        self._waiting.append((call, expected))

    def count(self, call: Call) -> int:
        """Run it now: how many rows it touched."""
        self.statements += 1
        return self._exchange((call,))[0].rowcount

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
            self._exchange((COMMIT,))

    def roll_back(self) -> None:
        """Undo; a connection that cannot is closed.

        After a statement's error psycopg must forget what it prepared, or the server keeps it for
        ever; after a refusal nothing is wrong, and the statements stay prepared.
        """
        connection = self._connection
        with suppress(psycopg.Error):
            if connection.info.transaction_status == TransactionStatus.INERROR:
                connection.execute("ROLLBACK")
            elif connection.info.transaction_status == TransactionStatus.INTRANS:
                connection.pgconn.exec_(b"ROLLBACK")
        if connection.info.transaction_status != TransactionStatus.IDLE:
            connection.close()

    def _undo(self) -> None:
        # The runner may still ask for a stored answer; nothing of this command will be kept.
        self.roll_back()
        self._begun = False
        self._undone = True

    def _exchange(self, asked: Sequence[Call]) -> list[RawCursor[Raw]]:
        waiting, self._waiting = self._waiting, []
        calls = [call for call, _ in waiting]
        calls.extend(asked)
        if not self._begun:
            calls.insert(0, self._begin)
        cursors: list[RawCursor[Raw]] = [RawCursor(self._connection) for _ in calls]
        first = len(calls) - len(asked) - len(waiting)
        checks = list(zip(cursors[first:], (expected for _, expected in waiting), strict=False))
        self.round_trips += 1
        self._begun = True
        try:
            self._run(cursors, calls)
        except psycopg.Error:
            # What missed its rows before the error is the cause, and the clearer answer.
            missed = _missed(checks)
            if missed is None:
                raise
            self._undo()
            raise missed from None
        missed = _missed(checks)
        if missed is not None:
            raise missed
        return cursors[len(cursors) - len(asked) :]

    def _run(self, cursors: Sequence[RawCursor[Raw]], calls: Sequence[Call]) -> None:
        if len(calls) == 1:
            cursors[0].execute(_text(calls[0].sql), calls[0].values, prepare=True)
            return
        with self._connection.pipeline():
            for cursor, call in zip(cursors, calls, strict=True):
                cursor.execute(_text(call.sql), call.values, prepare=True)


def _missed(checks: Sequence[tuple[RawCursor[Raw], Expected | None]]) -> Exception | None:
    for cursor, expected in checks:
        ran = cursor.statusmessage is not None
        if expected is not None and ran and cursor.rowcount != expected.rows:
            return expected.otherwise
    return None


class Worker:
    """One thread with one connection, serving commands."""

    def __init__(self, url: str, lanes: Lanes, *, flush_delay_seconds: float) -> None:
        self._url = url
        self._lanes = lanes
        self._flush_delay_seconds = flush_delay_seconds
        self._connection: Connection | None = None
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
        if self._connection is not None:
            self._connection.close()

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
        connection = self._connected()
        wire = PostgresWire(connection)
        try:
            ticket.run(Write(wire))
            wire.commit()
        except BaseException as error:
            wire.roll_back()
            lost = connection.closed and isinstance(error, psycopg.OperationalError)
            if lost and not wire.commit_sent:
                raise ConnectionLostError from error
            raise
        finally:
            self.totals.count(wire)
        self.totals.commits += 1
        if self._flush_delay_seconds:
            sleep(self._flush_delay_seconds)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
        return self._connection


class PostgresDatabase:
    """A server: the way up for a chain."""

    engine: Engine = "postgresql"

    def __init__(
        self, url: str, *, read_only: bool, flush_delay_seconds: float, threads: int
    ) -> None:
        self.url = url
        self._readers: Pool[Connection] = Pool(
            threads, make=lambda: connect(url), end=Connection.close
        )
        self._lanes = Lanes(jobs_at_once=max(1, threads // 2))
        self._workers = [
            Worker(url, self._lanes, flush_delay_seconds=flush_delay_seconds)
            for _ in range(0 if read_only else threads)
        ]

    @property
    def totals(self) -> Totals:
        """What all workers did."""
        total = Totals()
        for worker in self._workers:
            total = total.plus(worker.totals)
        return total

    @contextmanager
    def read(self) -> Iterator[Read]:
        """One snapshot, in a transaction that cannot write."""
        with self._readers.lend(sound=_at_rest) as connection:
            wire = PostgresWire(connection, begin=BEGIN_SNAPSHOT)
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


def _at_rest(connection: Connection) -> bool:
    idle = connection.info.transaction_status == TransactionStatus.IDLE
    return not connection.closed and idle
