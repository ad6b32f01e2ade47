"""Who did what, where, when and why: append-only, without personal data.

audit.record(tx, moment, action="price.changed", subject=f"variant:{variant}",
             before={"amount_minor": 1800}, after={"amount_minor": 1900}, reason="夏季菜单")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.scope import Scope
from regulars.storage.columns import Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import system

PAGE_ROWS = 100
# Later than every id that will ever be made: the first page begins here.
NEWEST = UUID(int=(1 << 128) - 1)


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


_ROWS = (
    select(system.audit)
    .where(system.audit.c.id < bindparam("before_id", type_=Id()))
    .order_by(system.audit.c.id.desc())
    .limit(PAGE_ROWS)
)
ALL = Statement(_ROWS, AuditRow)
OF_STORES = Statement(_ROWS.where(one_of(system.audit.c.store_id, "stores", Id())), AuditRow)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins."""

    rows: list[AuditRow]
    next_cursor: UUID | None


def page(read: Read, scope: Scope, *, cursor: UUID | None) -> Page:
    """The newest acts inside a scope, before a cursor."""
    before = cursor or NEWEST
    if scope.stores is None:
        rows = read.all(ALL, before_id=before)
    else:
        rows = read.all(OF_STORES, before_id=before, stores=list(scope.stores))
    return Page(rows, rows[-1].id if len(rows) == PAGE_ROWS else None)
