"""Reading the facts in order, each reader from where it stopped, missing none.

A sequence commits out of order: fact 6 may be there while 5 is still being written. So a reader
goes only up to a horizon that it drew earlier, and only once every transaction that ran when it was
drawn is over; by then whatever lies before the horizon is there, or never will be.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards_done import job_cursor
from regulars.storage.tables.system import fact


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come, and how far it may go. Units: sequence numbers, transactions."""

    position: int
    horizon: int
    horizon_tx: int


class FactSeen(NamedTuple):
    """What a reader sees of a fact."""

    sequence: int
    kind: str
    at: Instant
    member_id: UUID | None
    store_id: UUID | None
    subject_id: UUID | None


class Ahead(NamedTuple):
    """The facts that a reader may take now, and its cursor once it has."""

    facts: Sequence[FactSeen]
    cursor: Cursor
    more: bool


START = Cursor(0, 0, 0)

_NAME = bindparam("name", type_=Words())
_cursor = select(job_cursor.c.position, job_cursor.c.horizon, job_cursor.c.horizon_tx).where(
    job_cursor.c.name == _NAME
)
_CURSOR = Statement(_cursor, Cursor)
_CURSOR_LOCKED = Statement(_cursor.with_for_update(), Cursor)


def facts_but(beginnings: Sequence[str]) -> Statement[FactSeen]:
    """The facts after a place and up to another, without kinds that begin so."""
    return Statement(
        select(
            fact.c.sequence,
            fact.c.kind,
            fact.c.at,
            fact.c.member_id,
            fact.c.store_id,
            fact.c.subject_id,
        )
        .where(
            fact.c.sequence > bindparam("after", type_=Whole()),
            fact.c.sequence <= bindparam("upto", type_=Whole()),
            *(func.substr(fact.c.kind, 1, len(one)) != one for one in beginnings),
        )
        .order_by(fact.c.sequence)
        .limit(bindparam("rows", type_=Whole())),
        FactSeen,
    )


_FACTS = facts_but(())
_NEWEST: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))


class Running(NamedTuple):
    """The oldest transaction that still runs, and the number that the next one will get."""

    oldest: int
    following: int

    @property
    def is_quiet(self) -> bool:
        """Whether none runs: all that will ever be there of what was begun is there."""
        return self.oldest >= self.following


_RUNNING = Statement(
    text(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
        " pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    ).columns(column("oldest", Whole()), column("following", Whole())),
    Running,
)
_PUT = Statement[object](
    upsert(job_cursor)
    .values(
        name=_NAME,
        position=bindparam("position", type_=Whole()),
        horizon=bindparam("horizon", type_=Whole()),
        horizon_tx=bindparam("horizon_tx", type_=Whole()),
    )
    .on_conflict_do_update(
        index_elements=[job_cursor.c.name],
        set_={
            name: bindparam(name, type_=Whole()) for name in ("position", "horizon", "horizon_tx")
        },
    )
)


def ahead_of(read: Read, name: str, *, rows: int, facts: Statement[FactSeen] = _FACTS) -> Ahead:
    """The next facts for a reader, at most so many rows, and where its cursor stands after them.

    `facts`: those that it has a use for.
    """
    cursor = read.one(_CURSOR, name=name) or START
    # In this order: whoever wrote up to the newest fact ran before the next transaction begins.
    newest = read.one(_NEWEST) or 0
    running = running_now(read)
    if newest == cursor.position == cursor.horizon:
        return Ahead((), cursor, more=False)
    if cursor.position == cursor.horizon or cursor.horizon_tx > running.following:
        # All that was safe is read, or the horizon is of another server, from which this shop was
        # brought here: draw a new one, to be used as soon as it is safe.
        cursor = Cursor(cursor.position, newest, running.following)
    if running.oldest < cursor.horizon_tx:
        return Ahead((), cursor, more=False)
    found = read.all(facts, after=cursor.position, upto=cursor.horizon, rows=rows)
    position = found[-1].sequence if len(found) == rows else cursor.horizon
    moved = replace(cursor, position=position)
    return Ahead(found, moved, more=position < newest)


def at_the_end(read: Read, name: str) -> Cursor:
    """The cursor of a reader that has no use for anything that has happened so far."""
    cursor = read.one(_CURSOR, name=name) or START
    newest = read.one(_NEWEST) or 0
    return cursor if newest == cursor.position else Cursor(newest, newest, 0)


def beyond(read: Read, name: str) -> Cursor:
    """The cursor of a reader that passes over what it may read now, and goes on from there.

    It goes no further than any other reader may: what is still being written is not passed over.
    """
    cursor = read.one(_CURSOR, name=name) or START
    newest = read.one(_NEWEST) or 0
    running = running_now(read)
    if newest == cursor.position:
        return cursor
    if cursor.position == cursor.horizon or cursor.horizon_tx > running.following:
        cursor = Cursor(cursor.position, newest, running.following)
    safe = cursor.horizon_tx <= running.oldest
    return replace(cursor, position=cursor.horizon) if safe else cursor


def locked_cursor_of(tx: Write, name: str) -> Cursor:
    """Where a reader stands, and stays until this transaction ends."""
    return tx.one(_CURSOR_LOCKED, name=name) or START


def cursor_of(read: Read, name: str) -> Cursor:
    """Where a reader stands."""
    return read.one(_CURSOR, name=name) or START


def running_now(read: Read) -> Running:
    """Which transactions run as of this snapshot."""
    # SQLite has one writer: what is there was committed in order.
    return read.all(_RUNNING)[0] if read.engine == "postgresql" else Running(0, 0)


def put(tx: Write, name: str, cursor: Cursor) -> None:
    """Remember how far a reader has come."""
    tx.send(_PUT, name=name, **asdict(cursor))
