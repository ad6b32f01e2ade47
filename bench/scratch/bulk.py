"""Rows by the million, past the product's own doors: only for shops that are thrown away.

Seals and triggers are off while it fills, so the caller writes balances that fit; `verify` says so
afterwards.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

import psycopg

Row = tuple[object, ...]

NULL = "\\N"


class Bulk(Protocol):
    """Where many rows go at once."""

    engine: str

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Many rows of one table."""

    def run(self, sql: str) -> None:
        """One statement that both engines read."""

    def number(self, sql: str) -> int:
        """The whole number that a question answers."""


class SqliteBulk:
    """One connection of its own to the file."""

    engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Many rows of one table."""
        marks = ", ".join("?" * len(columns))
        raw = [tuple(x.bytes if isinstance(x, UUID) else x for x in row) for row in rows]
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", raw
        )

    def run(self, sql: str) -> None:
        """One statement that both engines read."""
        self._connection.execute(sql)

    def number(self, sql: str) -> int:
        """The whole number that a question answers."""
        found: int = self._connection.execute(sql).fetchone()[0]
        return found


class PostgresBulk:
    """A superuser's connection for which no trigger fires."""

    engine = "postgresql"

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self._connection = connection
        self.filled: set[str] = set()

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Many rows of one table."""
        self.filled.add(table)
        # A row of the ledger carries the number of its transaction.
        sealed = table in ("entry", "posting")
        names = ", ".join([*columns, "tx"] if sealed else columns)
        end = "\t3\n" if sealed else "\n"
        text = "".join("\t".join(map(_text, row)) + end for row in rows)
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy,
        ):
            copy.write(text)

    def run(self, sql: str) -> None:
        """One statement that both engines read."""
        self._connection.execute(sql.encode())

    def number(self, sql: str) -> int:
        """The whole number that a question answers."""
        row = self._connection.execute(sql.encode()).fetchone()
        assert row is not None
        assert isinstance(row[0], int)
        return row[0]


def _text(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return value.hex if isinstance(value, UUID) else str(value)


@contextmanager
def filling_sqlite(path: Path) -> Iterator[Bulk]:
    """One transaction without triggers, references or flushes; the triggers come back after it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield SqliteBulk(connection)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def adding_sqlite(path: Path) -> Iterator[Bulk]:
    """One short transaction beside a running server."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield SqliteBulk(connection)
        connection.execute("COMMIT")


@contextmanager
def filling_postgres(url: str) -> Iterator[Bulk]:
    """One transaction without triggers; statistics and counters are right after it."""
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            bulk = PostgresBulk(connection)
            yield bulk
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('account', 'id'), max(id)) FROM account"
            )
        # Not the tables that are still empty: the server would believe that for ever.
        connection.execute(f"VACUUM ANALYZE {', '.join(sorted(bulk.filled))}".encode())


@contextmanager
def adding_postgres(url: str) -> Iterator[Bulk]:
    """One short transaction beside a running server."""
    with psycopg.connect(url) as connection:
        yield PostgresBulk(connection)
