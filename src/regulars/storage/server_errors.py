"""What PostgreSQL's errors say. Loaded with its driver, so never for a shop in a file."""

from typing import NamedTuple

import psycopg

from regulars.domain.kernel.refusal import Refusal
from regulars.storage.lanes import OVERLOADED
from regulars.storage.troubles import COMMAND_IN_FLIGHT, STORAGE_FULL, STORAGE_UNAVAILABLE


class Broken(NamedTuple):
    """A rule of the database that a write broke: a declared constraint, or a trigger's own word."""

    name: str | None
    declared: bool


def broken_by(error: BaseException) -> Broken | None:
    """The rule that an error is about, if it is about one."""
    if isinstance(error, psycopg.IntegrityError):
        return Broken(constraint_of(error), declared=True)
    if isinstance(error, psycopg.errors.RaiseException):
        return Broken(constraint_of(error), declared=False)
    return None


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint or trigger that an error is about, if any."""
    if not isinstance(error, psycopg.IntegrityError | psycopg.errors.RaiseException):
        return None
    if error.diag.constraint_name is not None:
        return error.diag.constraint_name
    if isinstance(error, psycopg.errors.NotNullViolation):
        return f"nn_{error.diag.table_name}_{error.diag.column_name}"
    return error.diag.message_primary


def trouble_of(error: BaseException) -> Refusal | None:
    """What the server's state means to a caller; None for a fault of ours."""
    if not isinstance(error, psycopg.OperationalError):
        return None
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
