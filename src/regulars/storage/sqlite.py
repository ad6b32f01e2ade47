"""SQLite: one process, one writer that commits many sales with one flush (decision D4).

Eleven guests pay in the same ten milliseconds: their commands run one after the other and share
one COMMIT; every answer leaves after it. A command that refuses before it wrote takes nobody with
it. When one had written already, or the COMMIT itself fails, each runs again alone, so that only
the guilty fails: a savepoint for every sale would cost a tenth of it.
"""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TypeVar
from urllib.parse import quote

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.segments.profile_measures import bucket_of
from regulars.storage.lanes import DATABASE_READ_ONLY, DATABASE_UNSAFE, Lane, Lanes, Ticket
from regulars.storage.pool import Pool
from regulars.storage.statement import Engine, Raw
from regulars.storage.totals import Totals
from regulars.storage.transaction import Call, Expected, Read, Write

DATABASE_MISSING = refusal_code("database.missing")
DATABASE_IN_USE = refusal_code("database.in_use")

GROUP_MAX = 64
GROUP_SECONDS = 0.010
BUSY_MILLISECONDS = 5_000
READERS_MAX = 64
STREAM_ROWS = 500
STATEMENTS_KEPT = 512

R = TypeVar("R")

# What every connection must have; read back at start, since SQLite ignores what it cannot do.
PRAGMAS = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "synchronous": 2,
    "secure_delete": 1,
    "busy_timeout": BUSY_MILLISECONDS,
}


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection with the promises of this product switched on."""
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
            timeout=BUSY_MILLISECONDS / 1_000,
        )
    except sqlite3.OperationalError:
        raise DATABASE_MISSING.because() from None
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
        if connection.execute(f"PRAGMA {name}").fetchone() != (value,):
            raise DATABASE_UNSAFE.because(reasons=[f"pragma:{name}"])
    if mode == "rw" and connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise DATABASE_UNSAFE.because(reasons=["pragma:journal_mode"])
    connection.create_function("bytes_of_hex", 1, bytes.fromhex, deterministic=True)
    connection.create_function("bucket_of", 2, _bucket_of, deterministic=True)
    return connection


def _bucket_of(salt: str, member_id: bytes) -> int:
    letters = member_id.hex()
    parts = (letters[:8], letters[8:12], letters[12:16], letters[16:20], letters[20:])
    return bucket_of(salt, "-".join(parts))


class SqliteWire:
    """One SQLite connection: every statement runs at once."""

    engine: Engine = "sqlite"
    __slots__ = ("_cursor", "round_trips", "statements")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()
        self.round_trips = 0
        self.statements = 0

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement."""
        self.statements += 1
        try:
            return self._cursor.execute(*call).fetchall()
        except sqlite3.Error:
            self._end_if_undone()
            raise

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """One after the other: there is no round trip to save."""
        return [self.fetch(call) for call in calls]

    def stream(self, call: Call) -> Iterator[Raw]:
        """A cursor of its own, so that the caller may ask more meanwhile."""
        self.statements += 1
        cursor = self._cursor.connection.cursor()
        cursor.arraysize = STREAM_ROWS
        yield from cursor.execute(*call)

    def send(self, call: Call, expected: Expected | None) -> None:
        """Run it; refuse when it touched another number of rows."""
        count = self.count(call)
        if expected is not None and count != expected.rows:
            raise expected.otherwise

    def count(self, call: Call) -> int:
        """Run it and tell how many rows it touched."""
        self.statements += 1
        try:
            return self._cursor.execute(*call).rowcount
        except sqlite3.Error:
            self._end_if_undone()
            raise

    def send_each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run it for each row: one statement, read once."""
        self.statements += 1
        try:
            self._cursor.executemany(sql, rows)
        except sqlite3.Error:
            self._end_if_undone()
            raise

    def flush(self) -> None:
        """Nothing ever waits."""

    def _end_if_undone(self) -> None:
        # The engine undid the whole transaction: a later statement would commit by itself.
        if not self._cursor.connection.in_transaction:
            self._cursor.close()


class WriterLock:
    """Keeps a second server away from the file; the system frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._file: FileIO = FileIO(f"{path}.lock", "w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise DATABASE_IN_USE.because() from None

    def release(self) -> None:
        """Let the next server have it."""
        self._file.close()


class HalfWrittenError(Exception):
    """A command wrote and then failed: what it wrote must go, with all that the group wrote."""


class Writer:
    """The one thread that changes the database."""

    def __init__(
        self, path: Path, *, flush_delay_seconds: float, group_seconds: float, totals: Totals
    ) -> None:
        self._path = path
        self._flush_delay_seconds = flush_delay_seconds
        self._group_seconds = group_seconds
        self._totals = totals
        self._connection = connect(path, "rw")
        self.lanes = Lanes(jobs_at_once=GROUP_MAX, lengths=2)
        self._thread = Thread(target=self._serve, name="writer")
        self._thread.start()

    def close(self) -> None:
        """Serve those who wait, then stop."""
        self.lanes.close()
        self._thread.join()
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _serve(self) -> None:
        while self.lanes.wait():
            group: list[Ticket[object]] = []
            try:
                self._commit_together(group)
            except BaseException as error:  # the thread outlives every fault
                self._give_up(group, error)
            for ticket in group:
                self.lanes.finish(ticket)
                ticket.deliver()

    def _commit_together(self, group: list[Ticket[object]]) -> None:
        sql = self._connection.execute
        sql("BEGIN IMMEDIATE")
        try:
            self._fill(group)
            self._commit()
        except (sqlite3.Error, HalfWrittenError):
            self._roll_back()
            self._totals.reruns += 1
            for ticket in group:
                self._run_alone(ticket)

    def _fill(self, group: list[Ticket[object]]) -> None:
        connection = self._connection
        opened = monotonic()
        age = 0.0
        while len(group) < GROUP_MAX and age < self._group_seconds:
            ticket = self.lanes.choose(group_age_seconds=age)
            if ticket is None:
                return
            group.append(ticket)
            before = connection.total_changes
            try:
                self._run(ticket)
            except BaseException as error:  # whatever it was, it is this command's alone
                ticket.fail(error)
                if not connection.in_transaction:
                    return  # the engine rolled all of it back: the COMMIT will fail
                if connection.total_changes != before:
                    raise HalfWrittenError from error
            age = monotonic() - opened

    def _run_alone(self, ticket: Ticket[object]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._run(ticket)
            self._commit()
        except BaseException as error:
            self._roll_back()
            ticket.fail(error)

    def _run(self, ticket: Ticket[object]) -> None:
        wire = SqliteWire(self._connection)
        try:
            ticket.run(Write(wire))
        finally:
            self._totals.count(wire)

    def _commit(self) -> None:
        self._connection.execute("COMMIT")
        self._totals.commits += 1
        if self._flush_delay_seconds:
            sleep(self._flush_delay_seconds)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _give_up(self, group: list[Ticket[object]], error: BaseException) -> None:
        if not group and (ticket := self.lanes.choose()) is not None:
            group.append(ticket)  # it could not even begin: one at a time learns why
        for ticket in group:
            ticket.fail(error)
        with suppress(sqlite3.Error):
            self._connection.close()
        self._connection = connect(self._path, "rw")


class SqliteDatabase:
    """A file beside the program: the default of a shop with one server."""

    engine: Engine = "sqlite"

    def __init__(
        self,
        url: str,
        path: Path,
        *,
        read_only: bool,
        flush_delay_seconds: float,
        group_seconds: float,
    ) -> None:
        self.url = url
        self.path = path
        self._counted = Totals()
        self._lock: WriterLock | None = None
        self._writer: Writer | None = None
        connect(path, "ro").close()
        if not read_only:
            self._lock = WriterLock(path)
            self._writer = Writer(
                path,
                flush_delay_seconds=flush_delay_seconds,
                group_seconds=group_seconds,
                totals=self._counted,
            )
        self._readers: Pool[sqlite3.Connection] = Pool(
            READERS_MAX, make=self._reader, end=sqlite3.Connection.close
        )

    @property
    def totals(self) -> Totals:
        """What the writer did."""
        tills = 0 if self._writer is None else self._writer.lanes.tills
        return self._counted.plus(Totals(tills=tills))

    @contextmanager
    def read(self) -> Iterator[Read]:
        """One snapshot, on a connection that cannot write."""
        with self._readers.lend(sound=_at_rest) as connection:
            connection.execute("BEGIN")
            try:
                yield Read(SqliteWire(connection))
            finally:
                connection.execute("COMMIT")

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Queue a command's transaction. Refuses: server.overloaded."""
        if self._writer is None:
            raise DATABASE_READ_ONLY.because()
        ticket = Ticket(work, lane)
        self._writer.lanes.put(ticket)
        return ticket.future

    def close(self) -> None:
        """Finish what was accepted, then let go of the file."""
        self._readers.close()
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            self._lock.release()

    def _reader(self) -> sqlite3.Connection:
        connection = connect(self.path, "ro")
        connection.execute("PRAGMA query_only=ON")
        return connection


def _at_rest(connection: sqlite3.Connection) -> bool:
    try:
        return not connection.in_transaction
    except sqlite3.ProgrammingError:
        return False
