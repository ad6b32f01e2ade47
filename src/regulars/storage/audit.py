"""Who did what, where, when and why: append-only, without personal data.

audit.record(tx, moment, action="price.changed", subject=f"variant:{variant}",
             before={"amount_minor": 1800}, after={"amount_minor": 1900}, reason="夏季菜单")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.scope import Scope
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import system

PAGE_ROWS = 100
# However rare what is asked for: one page is never a search through years.
LOOKED_AT = 20_000
# Later than every id that will ever be made: the first page begins here.
NEWEST = UUID(int=(1 << 128) - 1)
OLDEST = UUID(int=0)
NO_ENTROPY = bytes(10)


class Occasion(Protocol):
    """What an audit row needs to know of a command's surroundings."""

    @property
    def now(self) -> Instant: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def new_id(self) -> Callable[[], UUID]: ...


def record(  # noqa: PLR0913
    tx: Write,
    moment: Occasion,
    *,
    action: str,
    subject: str | None = None,
    store_id: UUID | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Remember who did this. Before and after hold what changed, masked, never a secret."""
    tx.add(
        system.audit,
        [
            {
                "id": moment.new_id(),
                "at": moment.now,
                "actor": moment.actor.name,
                "terminal_id": moment.actor.terminal,
                "store_id": store_id,
                "action": action,
                "subject": subject,
                "before": None if before is None else dict(before),
                "after": None if after is None else dict(after),
                "reason": reason,
            }
        ],
    )


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audited act."""

    id: UUID
    at: Instant
    actor: str
    terminal_id: UUID | None
    store_id: UUID | None
    action: str
    subject: str | None
    before: object
    after: object
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which acts: from one moment until before another, by one actor, of one kind, in one store.

    `action` is one act ("staff.roles_set") or all that is done to one thing ("staff").
    """

    actor: str | None = None
    action: str | None = None
    store_id: UUID | None = None
    since: Instant | None = None
    until: Instant | None = None
    cursor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins: also when this one is short."""

    rows: list[AuditRow]
    next_cursor: UUID | None


_IN_TURN = (
    select(system.audit)
    .where(
        system.audit.c.id < bindparam("before_id", type_=Id()),
        system.audit.c.id >= bindparam("first_id", type_=Id()),
    )
    .order_by(system.audit.c.id.desc())
)
_LOOKED_AT = bindparam("looked_at", type_=Whole())
_UNTIL: Statement[UUID] = Statement(
    _IN_TURN.with_only_columns(system.audit.c.id).offset(_LOOKED_AT - 1).limit(1)
)


@cache
def _rows_of(given: frozenset[str]) -> Statement[AuditRow]:
    """The acts that fit what is given, among the next so many."""
    looked = _IN_TURN.limit(_LOOKED_AT).subquery("looked")
    conditions: dict[str, ColumnElement[bool]] = {
        "stores": one_of(looked.c.store_id, "stores", Id()),
        "actor": looked.c.actor == bindparam("actor", type_=Words()),
        "action": or_(
            looked.c.action == bindparam("action", type_=Words()),
            looked.c.action.like(bindparam("below", type_=Words()), escape="/"),
        ),
    }
    fitting = [condition for name, condition in conditions.items() if name in given]
    rows = select(looked).where(*fitting).order_by(looked.c.id.desc()).limit(PAGE_ROWS)
    return Statement(rows, AuditRow)


def page(read: Read, scope: Scope, wanted: Wanted, *, looked_at: int = LOOKED_AT) -> Page:
    """The newest acts inside a scope that are wanted, before its cursor.

    An act's id begins with its millisecond: days are found by the primary key alone.
    """
    before = wanted.cursor or NEWEST
    if wanted.until is not None:
        before = min(before, uuid7(wanted.until, NO_ENTROPY))
    first = OLDEST if wanted.since is None else uuid7(wanted.since, NO_ENTROPY)
    given = _given(scope, wanted)
    looked: dict[str, object] = {
        "before_id": before,
        "first_id": first,
        "looked_at": looked_at if given else PAGE_ROWS,
    }
    rows = read.all(_rows_of(frozenset(given)), **looked, **given)
    if len(rows) == PAGE_ROWS:
        return Page(rows, rows[-1].id)
    return Page(rows, read.one(_UNTIL, **looked))


def _given(scope: Scope, wanted: Wanted) -> dict[str, object]:
    """What the rows are narrowed by."""
    given: dict[str, object] = {}
    if wanted.store_id is not None:
        given["stores"] = [wanted.store_id] if scope.holds(wanted.store_id) else []
    elif scope.stores is not None:
        given["stores"] = list(scope.stores)
    if wanted.actor is not None:
        given["actor"] = wanted.actor
    if wanted.action is not None:
        given["action"] = wanted.action
        # An underscore is a letter of the name, not any letter.
        given["below"] = f"{wanted.action.replace('_', '/_')}.%"
    return given
