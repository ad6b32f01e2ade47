"""Programmes by version as rows, and those in force at a store."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.programme import Programme, ProgrammeKind, definition_of
from regulars.domain.loyalty.programme_kinds import CODECS
from regulars.domain.stores.store import Store
from regulars.storage.columns import At, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards import programme
from regulars.storage.tables.stores import store

PROGRAMME_UNKNOWN = refusal_code("programme.unknown")
PROGRAMME_NOT_IN_FORCE = refusal_code("programme.not_in_force")


class ProgrammeRow(NamedTuple):
    """Table `programme`: one version."""

    id: UUID
    version: int
    kind: str
    name_zh: str
    name_en: str
    level: str
    place_id: UUID | None
    definition: object
    effective_at: Instant
    ends_at: Instant | None
    state: str
    recorded_at: Instant
    recorded_by: str


_row = programme.c
_ID = bindparam("programme_id", type_=Id())
_newest = select(func.max(_row.version)).where(_row.id == _ID).scalar_subquery()
NEWEST = Statement(select(programme).where(_row.id == _ID, _row.version == _newest), ProgrammeRow)
VERSION = Statement(
    select(programme).where(_row.id == _ID, _row.version == bindparam("version")), ProgrammeRow
)
VERSIONS = Statement(select(programme).where(_row.id == _ID).order_by(_row.version), ProgrammeRow)
_BEGAN: Statement[Instant] = Statement(
    select(_row.effective_at).where(_row.id == _ID).order_by(_row.effective_at).limit(1)
)
_STORES: Statement[UUID] = Statement(
    select(store.c.id)
    .join(
        programme,
        or_(
            _row.place_id.is_(None),
            _row.place_id == store.c.id,
            _row.place_id == store.c.region_id,
        ),
    )
    .where(_row.id == _ID, _row.version == bindparam("version"))
)
_last = select(_row.id, func.max(_row.version).label("version")).group_by(_row.id).subquery()
ALL_NEWEST = Statement(
    select(programme)
    .join_from(programme, _last, (_row.id == _last.c.id) & (_row.version == _last.c.version))
    .order_by(_row.id),
    ProgrammeRow,
)
# The version in force is the newest that has begun; whether it still runs is asked of it alone.
_AT = bindparam("at", type_=At())
_begun = (
    select(_row.id, func.max(_row.version).label("version"))
    .where(_row.effective_at <= _AT)
    .group_by(_row.id)
    .subquery()
)
_IN_FORCE = (
    select(programme)
    .join_from(programme, _begun, (_row.id == _begun.c.id) & (_row.version == _begun.c.version))
    .where(
        _row.state == "active",
        or_(_row.ends_at.is_(None), _row.ends_at > _AT),
        or_(
            _row.place_id.is_(None),
            _row.place_id == bindparam("store_id", type_=Id()),
            _row.place_id == bindparam("region_id", type_=Id()),
        ),
    )
    .order_by(_row.effective_at, _row.id)
)
_OF_KIND = Statement(_IN_FORCE.where(_row.kind == bindparam("kind", type_=Words())), ProgrammeRow)
_THIS = Statement(_IN_FORCE.where(_row.id == _ID), ProgrammeRow)
_TURNS = Statement[tuple[Instant, Instant | None]](
    select(_row.effective_at, _row.ends_at).where(
        _row.kind == bindparam("kind", type_=Words()),
        or_(_row.effective_at > _AT, _row.ends_at > _AT),
    ),
    lambda effective_at, ends_at: (effective_at, ends_at),
)


def add(tx: Write, row: ProgrammeRow) -> None:
    """Write one version of a programme."""
    tx.add(programme, [row._asdict()])


def in_force(read: Read, kind: ProgrammeKind, store: Store, *, at: Instant) -> Sequence[Programme]:
    """The programmes of a kind that a store runs at a moment, oldest first."""
    return [programme_of(row) for row in rows_in_force(read, kind, store, at=at)]


def rows_in_force(
    read: Read, kind: ProgrammeKind, store: Store, *, at: Instant
) -> Sequence[ProgrammeRow]:
    """The same, as they are stored."""
    return read.all(_OF_KIND, kind=kind.value, store_id=store.id, region_id=store.region_id, at=at)


def turns_after(read: Read, kind: ProgrammeKind, *, at: Instant) -> list[Instant]:
    """The instants after a moment at which a programme of a kind begins or ends, as known now."""
    rows = read.all(_TURNS, kind=kind.value, at=at)
    return [one for row in rows for one in row if one is not None and one > at]


def running(
    read: Read, kind: ProgrammeKind, programme_id: UUID, store: Store, *, at: Instant
) -> Programme:
    """One programme, if a store runs it at a moment.

    Refuses: programme.unknown (none of that kind), programme.not_in_force.
    """
    row = read.one(
        _THIS, programme_id=programme_id, store_id=store.id, region_id=store.region_id, at=at
    )
    if row is not None and row.kind == kind.value:
        return programme_of(row)
    known = read.one(NEWEST, programme_id=programme_id)
    if known is None or known.kind != kind.value:
        raise PROGRAMME_UNKNOWN.because()
    raise PROGRAMME_NOT_IN_FORCE.because()


def version_of(read: Read, programme_id: UUID, version: int) -> Programme:
    """A programme as one of its versions promised it. Refuses: programme.unknown."""
    row = read.one(VERSION, programme_id=programme_id, version=version)
    if row is None:
        raise PROGRAMME_UNKNOWN.because()
    return programme_of(row)


def covers(read: Read, programme_id: UUID, version: int, store: Store) -> bool:
    """Whether one version of a programme is, or was, for a store as well."""
    row = read.one(VERSION, programme_id=programme_id, version=version)
    return row is not None and row.place_id in (None, store.region_id, store.id)


def stores_of(read: Read, promised: Programme) -> Sequence[UUID]:
    """The stores that one version of a programme is for: what is done elsewhere is none of it."""
    return read.all(_STORES, programme_id=promised.id, version=promised.version)


def began(read: Read, programme_id: UUID) -> Instant:
    """When the first version of a programme came into force. Refuses: programme.unknown."""
    at = read.one(_BEGAN, programme_id=programme_id)
    if at is None:
        raise PROGRAMME_UNKNOWN.because()
    return at


def programme_of(row: ProgrammeRow) -> Programme:
    """A row as the domain knows it."""
    return Programme(
        id=row.id,
        version=row.version,
        kind=ProgrammeKind(row.kind),
        name=Label(row.name_zh, row.name_en),
        period=Period(row.effective_at, row.ends_at),
        definition=definition_of(CODECS, row.kind, row.definition),
    )
