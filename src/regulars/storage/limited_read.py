"""A question that may take long, on a connection of its own, with an end and a way to stop it.

小陈 tries a filter that reads a year of orders: after ten seconds she is told so, and when she closes
the form the database stops working on it at once.
"""

import sqlite3
from collections.abc import Callable
from threading import Lock, Timer
from typing import TypeVar

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.constraints import of_server
from regulars.storage.engine import Database, Read, sqlite_path
from regulars.storage.sqlite import SqliteWire, connect

QUESTION_TOO_SLOW = refusal_code("question.too_slow", "seconds")
QUESTION_CANCELLED = refusal_code("question.cancelled")

R = TypeVar("R")
_STOPPED_BY_SERVER = "57014"
# A question over a year of orders sorts and groups in memory: one caller, for ten seconds at most.
_ON_SQLITE = ("PRAGMA cache_size=-65536", "PRAGMA temp_store=MEMORY")
# Compiling the plan takes longer than it saves.
_ON_POSTGRESQL = ("SET work_mem = '96MB'", "SET jit = off")


class LimitedRead:
    """One question of one caller. `cancel` may come from any thread."""

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self._lock = Lock()
        self._stop: Callable[[], None] | None = None
        self._cancelled = False
        self._too_slow = False

    def cancel(self) -> None:
        """Stop the question, begun or not."""
        with self._lock:
            self._cancelled = True
            if self._stop is not None:
                self._stop()

    def ask(self, question: Callable[[Read], R]) -> R:
        """The answer. Refuses: question.too_slow, question.cancelled."""
        timer = Timer(self._seconds, self._ran_out)
        timer.daemon = True
        timer.start()
        try:
            if self._database.engine == "sqlite":
                return self._on_sqlite(question)
            return self._on_postgresql(question)
        except Exception as error:
            if not _was_stopped(error):
                raise
            if self._cancelled:
                raise QUESTION_CANCELLED.because() from None
            raise QUESTION_TOO_SLOW.because(seconds=int(self._seconds)) from None
        finally:
            timer.cancel()

    def _ran_out(self) -> None:
        with self._lock:
            self._too_slow = True
            if self._stop is not None:
                self._stop()

    def _begin(self, stop: Callable[[], None]) -> None:
        with self._lock:
            self._stop = stop
            if self._cancelled:
                raise QUESTION_CANCELLED.because()
            if self._too_slow:
                raise QUESTION_TOO_SLOW.because(seconds=int(self._seconds))

    def _end(self) -> None:
        with self._lock:
            self._stop = None

    def _on_sqlite(self, question: Callable[[Read], R]) -> R:
        connection = connect(sqlite_path(self._database.url), "ro")
        try:
            self._begin(connection.interrupt)
            connection.execute("PRAGMA query_only=ON")
            for setting in _ON_SQLITE:
                connection.execute(setting)
            connection.execute("BEGIN")
            return question(Read(SqliteWire(connection)))
        finally:
            self._end()
            connection.close()

    def _on_postgresql(self, question: Callable[[Read], R]) -> R:
        # A shop in a file never loads that driver.
        from regulars.storage.postgres import BEGIN_SNAPSHOT, PostgresWire  # noqa: PLC0415
        from regulars.storage.session import Session  # noqa: PLC0415

        session = Session(self._database.url)
        try:
            self._begin(session.connection.cancel)
            for setting in _ON_POSTGRESQL:
                session.connection.execute(setting)
            return question(Read(PostgresWire(session, begin=BEGIN_SNAPSHOT)))
        finally:
            self._end()
            session.close()


def _was_stopped(error: Exception) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
    return of_server(error) and getattr(error, "sqlstate", None) == _STOPPED_BY_SERVER
