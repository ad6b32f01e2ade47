"""What the database says no to, by one name on both engines, and what that means to a caller.

Two tills join the same phone number at once: the second INSERT breaks `pk_identity`, and the
members' feature has declared what that means, so the cashier reads "already a member" instead of
an error.

    means({"pk_identity": IDENTITY_TAKEN})
"""

import re
import sqlite3
from collections.abc import Mapping

import psycopg
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from regulars.domain.kernel.refusal import Refusal, RefusalCode, refusal_code
from regulars.storage.columns import metadata
from regulars.storage.lanes import OVERLOADED

CONFLICT = refusal_code("conflict")
COMMAND_IN_FLIGHT = refusal_code("command.in_flight")
STORAGE_FULL = refusal_code("server.storage_full")
STORAGE_UNAVAILABLE = refusal_code("server.storage_unavailable")

# SQLite does not tell which foreign key was broken.
FOREIGN_KEY = "foreign_key"

_FAILED = re.compile(r"^(?P<kind>[A-Z ]+) constraint failed(?:: (?P<what>.+))?$")
_INDEX = re.compile(r"^index '(?P<name>.+)'$")
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}

_meanings: dict[str, RefusalCode] = {}


def means(codes: Mapping[str, RefusalCode]) -> None:
    """Declare which refusal a broken constraint is, wherever it is broken."""
    for name, code in codes.items():
        if _meanings.setdefault(name, code) is not code:
            raise ValueError(f"constraint {name} already means another refusal")


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint or trigger that a driver's error is about, if any."""
    if isinstance(error, psycopg.Error):
        if not isinstance(error, psycopg.IntegrityError | psycopg.errors.RaiseException):
            return None
        if error.diag.constraint_name is not None:
            return error.diag.constraint_name
        if isinstance(error, psycopg.errors.NotNullViolation):
            return f"nn_{error.diag.table_name}_{error.diag.column_name}"
        return error.diag.message_primary
    if isinstance(error, sqlite3.IntegrityError):
        return _sqlite_constraint(str(error))
    return None


def refusal_of(error: BaseException) -> Refusal | None:
    """What a driver's error means to the caller of a command; None for a fault of ours."""
    if isinstance(error, sqlite3.IntegrityError | psycopg.IntegrityError):
        return _meanings.get(constraint_of(error) or "", CONFLICT).because()
    if isinstance(error, sqlite3.OperationalError):
        return _sqlite_trouble(error)
    if isinstance(error, psycopg.errors.RaiseException):
        known = _meanings.get(constraint_of(error) or "")
        return known.because() if known else None
    return _server_trouble(error) if isinstance(error, psycopg.OperationalError) else None


def _sqlite_trouble(error: sqlite3.OperationalError) -> Refusal | None:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return STORAGE_FULL.because()
    if name.startswith("SQLITE_IOERR") or name in {"SQLITE_READONLY", "SQLITE_CANTOPEN"}:
        return STORAGE_UNAVAILABLE.because()
    if name in _BUSY:
        return OVERLOADED.because(retry_after_seconds=1)
    return None


def _server_trouble(error: psycopg.OperationalError) -> Refusal | None:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        # The same command is running at this moment, or somebody holds a row for too long.
        if 'relation "command"' in (error.diag.context or ""):
            return COMMAND_IN_FLIGHT.because()
        return OVERLOADED.because(retry_after_seconds=1)
    if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
        return OVERLOADED.because(retry_after_seconds=1)
    if isinstance(error, psycopg.errors.DiskFull):
        return STORAGE_FULL.because()
    # Without a SQLSTATE the error is the connection's; class 57 is the server shutting down.
    away = error.sqlstate is None or error.sqlstate.startswith("57P")
    return STORAGE_UNAVAILABLE.because() if away else None


def _sqlite_constraint(message: str) -> str:
    failed = _FAILED.match(message)
    if failed is None:
        return message
    what = failed["what"] or ""
    if failed["kind"] == "FOREIGN KEY":
        return FOREIGN_KEY
    if failed["kind"] == "NOT NULL":
        return "nn_" + what.replace(".", "_")
    if failed["kind"] == "UNIQUE":
        named = _INDEX.match(what)
        return named["name"] if named else _unique_name(what)
    return what


def _unique_name(columns: str) -> str:
    places = [place.split(".", 1) for place in columns.split(", ")]
    table = metadata.tables.get(places[0][0])
    names = [column for _, column in places]
    if table is not None:
        for constraint in (*table.constraints, *table.indexes):
            if not isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint | Index):
                continue
            unique = not isinstance(constraint, Index) or constraint.unique
            if unique and [column.name for column in constraint.columns] == names:
                return str(constraint.name)
    return columns
