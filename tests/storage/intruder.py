"""Somebody with the application's own database rights, who writes by hand."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg

from regulars.storage.engine import SQLITE_SCHEME, sqlite_path
from regulars.storage.sqlite import connect

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege)

ENTRY = (
    "INTO entry (id, business_id, kind, occurred_at, recorded_at, business_day, store_id, actor,"
    " command_id, postings) VALUES (?, ?, 'settle', 0, 0, '2026-05-01', ?, 'staff', ?, ?)"
)
POSTING = (
    "INTO posting (entry_id, number, unit, from_account, to_account, amount, from_version,"
    " from_after, to_version, to_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
LOT = (
    "INTO lot (id, account_id, amount, remaining, acquired_at, entry_id, origin, store_id)"
    " VALUES (?, ?, ?, ?, 0, ?, 'gift', ?)"
)
LOT_USE = "INTO lot_use (lot_id, entry_id, amount, kind) VALUES (?, ?, ?, 'spend')"

Value = int | str | UUID | None
Sides = tuple[int | None, int | None, int | None, int | None]
NO_SIDES: Sides = (None, None, None, None)


class Intruder:
    """One connection; values are bound as the engine wants them."""

    def __init__(self, connection: "sqlite3.Connection | psycopg.Connection") -> None:
        self.connection = connection
        self.engine = "sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"

    def sql(self, text: str, *values: Value) -> list[tuple[object, ...]]:
        """Run one statement and give its rows."""
        if isinstance(self.connection, sqlite3.Connection):
            bound = [value.bytes if isinstance(value, UUID) else value for value in values]
            return self.connection.execute(text, bound).fetchall()
        cursor = self.connection.execute(text.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction: committed at the end, undone when something is refused."""
        self.sql("BEGIN")
        try:
            yield
            self.sql("COMMIT")
        except BaseException:
            if isinstance(self.connection, psycopg.Connection) or self.connection.in_transaction:
                self.sql("ROLLBACK")
            raise

    def account(self, owner: UUID, kind: str, unit: str, *, floor: int | None = 0) -> int:
        """A new empty account; one without a floor is the house's."""
        ((number,),) = self.sql(
            "INSERT INTO account (owner_id, kind, unit, cached, floor)"
            f" VALUES (?, ?, ?, {floor is not None}, ?) RETURNING id",
            owner,
            kind,
            unit,
            floor,
        )
        assert isinstance(number, int)
        return number

    def entry(self, name: UUID, business_id: str, postings: int, *, verb: str = "INSERT") -> None:
        """Seal an entry."""
        self.sql(f"{verb} {ENTRY}", name, business_id, UUID(int=1), UUID(int=2), postings)

    def posting(  # the columns of the table
        self,
        entry: UUID,
        unit: str,
        accounts: Sequence[int],
        amount: int,
        sides: Sides = NO_SIDES,
        *,
        number: int = 1,
        verb: str = "INSERT",
        ending: str = "",
    ) -> None:
        """Write one posting."""
        text = f"{verb} {POSTING} {ending}"
        self.sql(text, entry, number, unit, accounts[0], accounts[1], amount, *sides)

    def balance(self, account: int) -> tuple[object, object]:
        """What an account says: balance and version."""
        ((balance, version),) = self.sql(
            "SELECT balance, version FROM account WHERE id = ?", account
        )
        return (balance, version)


@contextmanager
def intruder(url: str) -> Iterator[Intruder]:
    """A connection with the rights of the application."""
    connection: sqlite3.Connection | psycopg.Connection
    if url.startswith(SQLITE_SCHEME):
        connection = connect(sqlite_path(url), "rw")
    else:
        connection = psycopg.connect(url, autocommit=True)
    try:
        yield Intruder(connection)
    finally:
        connection.close()
