"""The door to the one database: open it, read a snapshot, queue a command's transaction.

    database = open_database("sqlite:////var/lib/regulars/shop.sqlite3")
    with database.read() as tx:
        orders = tx.all(OPEN_ORDERS, store=store_id)
    settled = database.write(lambda tx: settle(tx, command)).result()

SQLite is the embedded default, PostgreSQL comes by its URL; one SQL, two dialects (D3).
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.lanes import OVERLOADED, Lane
from regulars.storage.sqlite import GROUP_SECONDS, SqliteDatabase
from regulars.storage.statement import Ask, Engine, Statement
from regulars.storage.totals import Totals
from regulars.storage.transaction import Read, RowsMissedError, Write

__all__ = [
    "OVERLOADED",
    "Ask",
    "Database",
    "Engine",
    "Lane",
    "Read",
    "RowsMissedError",
    "Statement",
    "Totals",
    "Write",
    "open_database",
]

DATABASE_URL_UNKNOWN = refusal_code("database.url_unknown")

SQLITE_SCHEME = "sqlite:///"
POSTGRES_SCHEMES = ("postgresql://", "postgres://")

R = TypeVar("R")


class Database(Protocol):
    """One organisation's database (D6), on either engine."""

    engine: Engine
    url: str

    @property
    def totals(self) -> Totals:
        """What its writers did since it was opened."""

    def read(self) -> AbstractContextManager[Read]:
        """One short snapshot that cannot write."""

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Queue one transaction; the future is done after its commit.

        `work` may run twice, so it has no effect outside the database.
        Refuses: server.overloaded, database.read_only.
        """

    def close(self) -> None:
        """Finish what was accepted, then let go."""


def open_database(
    url: str,
    *,
    read_only: bool = False,
    flush_delay_seconds: float = 0.0,
    group_seconds: float = GROUP_SECONDS,
    threads: int = 4,
) -> Database:
    """Open a migrated database.

    `read_only` serves beside a running server (`verify`, exports). `flush_delay_seconds` is for
    the bench alone: it sleeps after each commit as a slow disk would. `group_seconds` is how long
    SQLite's writer fills a group: longer where nobody waits for an answer (the demonstration).
    Refuses: database.missing, database.in_use, database.url_unknown.
    """
    if url.startswith(SQLITE_SCHEME):
        return SqliteDatabase(
            url,
            sqlite_path(url),
            read_only=read_only,
            flush_delay_seconds=flush_delay_seconds,
            group_seconds=group_seconds,
        )
    if url.startswith(POSTGRES_SCHEMES):
        # A shop in a file does not load the server's driver: 20 MB.
        from regulars.storage.postgres import PostgresDatabase  # noqa: PLC0415

        return PostgresDatabase(
            url, read_only=read_only, flush_delay_seconds=flush_delay_seconds, threads=threads
        )
    raise DATABASE_URL_UNKNOWN.because()


def sqlite_path(url: str) -> Path:
    """The file that a `sqlite:///` URL names."""
    return Path(url.removeprefix(SQLITE_SCHEME))
