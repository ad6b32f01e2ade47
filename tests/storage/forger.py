"""Somebody who got past every rule of the database: what only `verify` can find."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from regulars.storage import postgres as engine
from regulars.storage.engine import SQLITE_SCHEME, Read, sqlite_path
from regulars.storage.sqlite import SqliteWire
from tests import postgres


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
            ("orders", "refund_within"),
        ):
            self._run(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{constraint}")

    def _read(self) -> Read:
        if isinstance(self.connection, sqlite3.Connection):
            return Read(SqliteWire(self.connection))
        return Read(engine.PostgresWire(self.connection, begin=("SAVEPOINT asked", ())))


@contextmanager
def forger(url: str) -> Iterator[Forger]:
    """Full rights on a shop's database, past its rules."""
    connection: sqlite3.Connection | psycopg.Connection
    if url.startswith(SQLITE_SCHEME):
        connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints = ON")
    else:
        connection = engine.connect(url.replace(postgres.APP, "postgres"))
    try:
        yield Forger(connection)
    finally:
        connection.close()
