"""Somebody who got past every rule of the database: what only `verify` can find."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import psycopg

from regulars.storage.engine import SQLITE_SCHEME, Read, sqlite_path
from regulars.storage.statement import Raw
from regulars.storage.transaction import Call, Wire
from tests import postgres


class Asker:
    """Asks inside the forger's own transaction; all that `verify` needs of a wire."""

    def __init__(self, connection: "sqlite3.Connection | psycopg.Connection") -> None:
        self.connection = connection
        self.engine = "sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"

    def fetch(self, call: Call) -> list[Raw]:
        """The rows of one statement."""
        sql, values = call
        if isinstance(self.connection, sqlite3.Connection):
            return self.connection.execute(sql, values).fetchall()
        return psycopg.RawCursor(self.connection).execute(sql.encode(), values).fetchall()

    def fetch_each(self, calls: Sequence[Call]) -> list[list[Raw]]:
        """The rows of several statements."""
        return [self.fetch(call) for call in calls]


class Forger:
    """A connection without triggers, keys and checks; everything it plants is undone."""

    def __init__(self, connection: "sqlite3.Connection | psycopg.Connection") -> None:
        self.connection = connection

    @contextmanager
    def planted(self, *statements: str) -> Iterator[Read]:
        """The books as they are after these changes."""
        self._run("BEGIN")
        try:
            self._disarm()
            for statement in statements:
                assert self._run(statement), f"nothing was planted: {statement}"
            yield self._read()
        finally:
            self._run("ROLLBACK")

    def plant(self, statement: str) -> None:
        """Change the books for good; the rules stay away."""
        self._run("BEGIN")
        self._disarm()
        assert self._run(statement)
        self._run("COMMIT")

    def _run(self, statement: str) -> int:
        if isinstance(self.connection, sqlite3.Connection):
            return self.connection.execute(statement).rowcount
        return self.connection.execute(statement.encode()).rowcount

    def _disarm(self) -> None:
        if isinstance(self.connection, sqlite3.Connection):
            triggers = self.connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
            )
            for (name,) in triggers.fetchall():
                self._run(f"DROP TRIGGER {name}")
            return
        self._run("SET LOCAL session_replication_role = replica")
        for table, constraint in (
            ("account", "floor"),
            ("lot", "remaining_in_range"),
            ("block", "entries_positive"),
            ("orders", "refund_within"),
        ):
            self._run(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_{constraint}")

    def _read(self) -> Read:
        return Read(cast("Wire", Asker(self.connection)))


@contextmanager
def forger(url: str) -> Iterator[Forger]:
    """Full rights on a shop's database, past its rules."""
    connection: sqlite3.Connection | psycopg.Connection
    if url.startswith(SQLITE_SCHEME):
        connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.create_function("bytes_of_hex", 1, bytes.fromhex, deterministic=True)
    else:
        connection = psycopg.connect(url.replace(postgres.APP, "postgres"), autocommit=True)
    try:
        yield Forger(connection)
    finally:
        connection.close()
