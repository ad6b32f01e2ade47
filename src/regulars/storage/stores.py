"""Organisation, regions, stores and terminals as rows."""

from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_FAILED
from regulars.domain.stores.store import STORE_UNKNOWN, TERMINAL_UNKNOWN
from regulars.storage.columns import At, Bytes, Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables import stores as tables

REGION_UNKNOWN = refusal_code("region.unknown")

store, terminal, region = tables.store, tables.terminal, tables.region


class OrganisationRow(NamedTuple):
    """Table `organisation`: one row a database."""

    id: UUID
    name_zh: str
    name_en: str
    currency: str
    country: str
    created_at: Instant


ORGANISATION = Statement(select(tables.organisation), OrganisationRow)


class RegionRow(NamedTuple):
    """Table `region`."""

    id: UUID
    name_zh: str
    name_en: str


REGIONS = Statement(select(region).order_by(region.c.id), RegionRow)
REGION = Statement(select(region).where(region.c.id == bindparam("id", type_=Id())), RegionRow)


class StoreRow(NamedTuple):
    """Table `store`. Units: the cut-off is in minutes after local midnight."""

    id: UUID
    region_id: UUID
    code: str
    name_zh: str
    name_en: str
    zone: str
    cut_off_minutes: int
    kind: str
    state: str


STORES = Statement(select(store).order_by(store.c.code), StoreRow)
STORE = Statement(select(store).where(store.c.id == bindparam("id", type_=Id())), StoreRow)
CHANGE_REGION: Statement[object] = Statement(
    update(region)
    .where(region.c.id == bindparam("changed", type_=Id()))
    .values(
        name_zh=bindparam("new_name_zh", type_=Words()),
        name_en=bindparam("new_name_en", type_=Words()),
    )
)
CHANGE_STORE: Statement[object] = Statement(
    update(store)
    .where(store.c.id == bindparam("changed", type_=Id()))
    .values(
        name_zh=bindparam("new_name_zh", type_=Words()),
        name_en=bindparam("new_name_en", type_=Words()),
        zone=bindparam("new_zone", type_=Words()),
        cut_off_minutes=bindparam("new_cut_off_minutes", type_=Whole()),
        state=bindparam("new_state", type_=Words()),
    )
)


class TerminalRow(NamedTuple):
    """Table `terminal` without its secret."""

    id: UUID
    store_id: UUID
    letter: str
    name: str
    bound_at: Instant | None
    state: str


_TERMINALS = select(
    terminal.c.id,
    terminal.c.store_id,
    terminal.c.letter,
    terminal.c.name,
    terminal.c.bound_at,
    terminal.c.state,
)
TERMINALS = Statement(_TERMINALS.order_by(terminal.c.store_id, terminal.c.letter), TerminalRow)
TERMINAL = Statement(_TERMINALS.where(terminal.c.id == bindparam("id", type_=Id())), TerminalRow)
BOUND_TERMINAL = Statement(
    _TERMINALS.where(
        terminal.c.secret_hash == bindparam("secret_hash", type_=Bytes()),
        terminal.c.state == "active",
    ),
    TerminalRow,
)
BIND_TERMINAL: Statement[object] = Statement(
    update(terminal)
    .where(terminal.c.id == bindparam("bound", type_=Id()), terminal.c.state == "active")
    .values(
        secret_hash=bindparam("secret", type_=Bytes()),
        bound_at=bindparam("at", type_=At()),
    )
)
CHANGE_TERMINAL: Statement[object] = Statement(
    update(terminal)
    .where(terminal.c.id == bindparam("changed", type_=Id()))
    .values(
        name=bindparam("new_name", type_=Words()),
        state=bindparam("new_state", type_=Words()),
    )
)
# A till that was put out of use forgets its secret: its cookie means nothing any more.
UNBIND_TERMINAL: Statement[object] = Statement(
    update(terminal)
    .where(terminal.c.id == bindparam("unbound", type_=Id()))
    .values(secret_hash=None, bound_at=None)
)


def store_known(read: Read, store_id: UUID) -> StoreRow:
    """One store. Refuses: store.unknown."""
    row = read.one(STORE, id=store_id)
    if row is None:
        raise STORE_UNKNOWN.because()
    return row


def terminal_known(read: Read, terminal_id: UUID) -> TerminalRow:
    """One terminal. Refuses: terminal.unknown."""
    row = read.one(TERMINAL, id=terminal_id)
    if row is None:
        raise TERMINAL_UNKNOWN.because()
    return row


def tag_of(row: RegionRow | StoreRow | TerminalRow) -> str:
    """What the row is now, as a tag to send back with a change."""
    text = "\x1f".join(str(part) for part in row)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def check_tag(row: RegionRow | StoreRow | TerminalRow, *, expected: str) -> None:
    """The row is still the one that the caller saw. Refuses: precondition.failed."""
    if tag_of(row) != expected:
        raise PRECONDITION_FAILED.because()
