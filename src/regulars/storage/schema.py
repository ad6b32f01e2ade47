"""Which shape a database has, and which one this version of the program knows.

Servers ask this when they start. What changes the shape is in `migrate`, which brings Alembic along.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sqlalchemy import column, select
from sqlalchemy import table as lightweight_table

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage import tables
from regulars.storage.columns import Words
from regulars.storage.constraints import is_missing_table
from regulars.storage.engine import Database, Statement

DATABASE_OLDER = refusal_code("database.older")
DATABASE_NEWER = refusal_code("database.newer")

MIGRATIONS = Path(__file__).with_name("migrations")
NUMBER_DIGITS = 4

_version = lightweight_table("alembic_version", column("version_num", Words()))
VERSION: Statement[str] = Statement(select(_version.c.version_num))


def numbers() -> frozenset[str]:
    """The numbers of all migrations that this version knows: their files begin with them."""
    found = (path.name[:NUMBER_DIGITS] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return frozenset(found)


def head() -> str:
    """The number of the last migration that this version knows."""
    return max(numbers())


def require_current(database: Database) -> None:
    """Refuse a database of another version. Refuses: database.older, database.newer."""
    try:
        with database.read() as tx:
            found = tx.one(VERSION)
    except Exception as error:
        if not is_missing_table(error):
            raise
        raise DATABASE_OLDER.because() from None
    if found is not None and found not in numbers():
        raise DATABASE_NEWER.because()
    if found != head():
        raise DATABASE_OLDER.because()


def import_tables() -> None:
    """Make every table known to the metadata."""
    for module in iter_modules(tables.__path__):
        import_module(f"{tables.__name__}.{module.name}")
