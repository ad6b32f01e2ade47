"""What the database says no to, by one name on both engines, and what that means to a caller.

Two tills join the same phone number at once: the second INSERT breaks `pk_identity`, and the
members' feature has declared what that means, so the cashier reads "already a member" instead of
an error.

    means({"pk_identity": IDENTITY_TAKEN})
"""

import re
import sqlite3
from collections.abc import Mapping

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from regulars.domain.kernel.refusal import Refusal, RefusalCode, refusal_code
from regulars.storage.columns import metadata
from regulars.storage.lanes import OVERLOADED
from regulars.storage.troubles import STORAGE_FULL, STORAGE_UNAVAILABLE

CONFLICT = refusal_code("conflict")

# SQLite does not tell which foreign key was broken.
FOREIGN_KEY = "foreign_key"

_FAILED = re.compile(r"^(?P<kind>[A-Z ]+) constraint failed(?:: (?P<what>.+))?$")
_INDEX = re.compile(r"^index '(?P<name>.+)'$")
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
UNDEFINED_TABLE = "42P01"

_meanings: dict[str, RefusalCode] = {}


def means(codes: Mapping[str, RefusalCode]) -> None:
    """Declare which refusal a broken constraint is, wherever it is broken."""
    for name, code in codes.items():
        if _meanings.setdefault(name, code) is not code:
            raise ValueError(f"constraint {name} already means another refusal")


def of_server(error: BaseException) -> bool:
    """Whether PostgreSQL's driver raised it; a shop in a file never loads that driver (20 MB)."""
    return any(kind.__module__.partition(".")[0] == "psycopg" for kind in type(error).__mro__)


def of_driver(error: BaseException) -> bool:
    """Whether the database raised it, not we."""
    return isinstance(error, sqlite3.Error) or of_server(error)


def is_missing_table(error: BaseException) -> bool:
    """Whether the database is younger or older than the question."""
    if of_server(error):
        return getattr(error, "sqlstate", None) == UNDEFINED_TABLE
    return isinstance(error, sqlite3.OperationalError)


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint or trigger that a driver's error is about, if any."""
    if of_server(error):
        from regulars.storage import server_errors  # noqa: PLC0415

        return server_errors.constraint_of(error)
    if isinstance(error, sqlite3.IntegrityError):
        return _sqlite_constraint(str(error))
    return None


def refusal_of(error: BaseException) -> Refusal | None:
    """What a driver's error means to the caller of a command; None for a fault of ours."""
    if of_server(error):
        from regulars.storage import server_errors  # noqa: PLC0415

        broken = server_errors.broken_by(error)
        if broken is None:
            return server_errors.trouble_of(error)
        known = _meanings.get(broken.name or "", CONFLICT if broken.declared else None)
        return known.because() if known else None
    if isinstance(error, sqlite3.IntegrityError):
        return _meanings.get(constraint_of(error) or "", CONFLICT).because()
    return _sqlite_trouble(error) if isinstance(error, sqlite3.OperationalError) else None


def _sqlite_trouble(error: sqlite3.OperationalError) -> Refusal | None:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return STORAGE_FULL.because()
    if name.startswith("SQLITE_IOERR") or name in {"SQLITE_READONLY", "SQLITE_CANTOPEN"}:
        return STORAGE_UNAVAILABLE.because()
    if name in _BUSY:
        return OVERLOADED.because(retry_after_seconds=1)
    return None


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
