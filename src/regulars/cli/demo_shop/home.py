"""What lies in a folder that is to become the demonstration, and the marks that tell.

A demonstration begins with one fact and ends with another. A folder with the first alone was
interrupted: it is made anew. A folder with a shop and no mark holds somebody's trade: hands off.
"""

from enum import Enum
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, column, func, select
from sqlalchemy import table as lightweight_table

from regulars.domain.kernel.period import Instant
from regulars.storage import facts
from regulars.storage.columns import Id, Words
from regulars.storage.engine import SQLITE_SCHEME, Read, Write, open_database
from regulars.storage.facts import Fact
from regulars.storage.sqlite import WriterLock
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member
from regulars.storage.tables.orders import orders
from regulars.storage.tables.stores import organisation
from regulars.storage.tables.system import fact

# The same in every demonstration, so that they are found at once.
BEGUN = UUID("00000000-0000-7000-8000-00000000de01")
FILLED = UUID("00000000-0000-7000-8000-00000000de02")

# An embedded database tells of its own tables.
_tables = lightweight_table("sqlite_master", column("name", Words()))
_MIGRATED: Statement[int] = Statement(
    select(func.count()).select_from(_tables).where(_tables.c.name == fact.name)
)
_MARK: Statement[UUID] = Statement(
    select(fact.c.id).where(fact.c.id == bindparam("mark", type_=Id()))
)
_ORGANISATIONS: Statement[int] = Statement(select(func.count()).select_from(organisation))
_ORDERS: Statement[int] = Statement(select(func.count()).select_from(orders))
_MEMBERS: Statement[int] = Statement(select(func.count()).select_from(member))


class Found(Enum):
    """What a folder holds."""

    NOTHING = "nothing"
    HALF = "half"
    DEMO = "demo"
    SHOP = "shop"


class Counts(NamedTuple):
    """How much there is."""

    orders: int
    members: int


def found_in(file: Path) -> Found:
    """What a database file holds. It may be in use meanwhile."""
    if not file.exists():
        return Found.NOTHING
    database = open_database(f"{SQLITE_SCHEME}{file}", read_only=True)
    try:
        with database.read() as read:
            return _found(read)
    finally:
        database.close()


def _found(read: Read) -> Found:
    if not read.all(_MIGRATED)[0]:
        return Found.NOTHING
    if read.all(_MARK, mark=FILLED):
        return Found.DEMO
    if read.all(_MARK, mark=BEGUN):
        return Found.HALF
    return Found.SHOP if read.all(_ORGANISATIONS)[0] else Found.NOTHING


def counts(read: Read) -> Counts:
    """How much a shop has."""
    return Counts(read.all(_ORDERS)[0], read.all(_MEMBERS)[0])


def mark(tx: Write, which: UUID, at: Instant) -> None:
    """Leave a mark."""
    kind = "demo.begun" if which == BEGUN else "demo.filled"
    facts.append(tx, Fact(kind=kind, at=at), id=which)


def clear(file: Path) -> None:
    """Remove a half-made demonstration. Refuses: database.in_use (it is being made)."""
    lock = WriterLock(file)
    try:
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
    finally:
        lock.release()
