"""Segments as rows: definitions by version, who is in, who may change next, and how they are."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant, business_day_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.segments import (
    segment,
    segment_fill,
    segment_health,
    segment_member,
    segment_size,
    segment_version,
)
from regulars.storage.tables.stores import store
from regulars.storage.tables.system import revision

SEGMENT_UNKNOWN = refusal_code("segment.unknown")
NOBODY = UUID(int=0)


class SegmentRow(NamedTuple):
    """Table `segment`."""

    id: UUID
    name_zh: str
    name_en: str
    state: str
    version: int
    serving: int | None
    tag: str | None
    made_at: Instant
    ground: str | None = None


class VersionRow(NamedTuple):
    """Table `segment_version`."""

    segment_id: UUID
    version: int
    condition: object
    hash: str
    name_zh: str
    name_en: str
    state: str
    recorded_at: Instant
    recorded_by: str


class DefinitionRow(NamedTuple):
    """A segment with one of its definitions."""

    id: UUID
    version: int
    tag: str | None
    condition: object


class ConditionRow(NamedTuple):
    """What a segment asks."""

    segment_id: UUID
    condition: object


class FillRow(NamedTuple):
    """Table `segment_fill`."""

    segment_id: UUID
    version: int
    phase: str
    after_id: UUID
    position: int
    begun_at: Instant


class HealthRow(NamedTuple):
    """Table `segment_health`."""

    segment_id: UUID
    size: int
    evaluated_at: Instant
    position: int
    error: str | None


class SizeRow(NamedTuple):
    """How many were in at the end of a day, and how many came and went on it."""

    day: date
    size: int
    entered: int
    left: int


_row, _version, _in = segment.c, segment_version.c, segment_member.c
_ID = bindparam("segment_id", type_=Id())
_this = _row.id == _ID
ALL = Statement(select(segment).order_by(_row.made_at, _row.id), SegmentRow)
ONE = Statement(select(segment).where(_this), SegmentRow)
ONE_LOCKED = Statement(select(segment).where(_this).with_for_update(), SegmentRow)
VERSIONS = Statement(
    select(segment_version).where(_version.segment_id == _ID).order_by(_version.version),
    VersionRow,
)
VERSION = Statement(
    select(segment_version).where(
        _version.segment_id == _ID, _version.version == bindparam("version", type_=Whole())
    ),
    VersionRow,
)
NEWEST_CONDITIONS = Statement(
    select(_row.id, _version.condition).join_from(
        segment,
        segment_version,
        and_(_version.segment_id == _row.id, _version.version == _row.version),
    ),
    ConditionRow,
)
_definitions = select(_row.id, _version.version, _row.tag, _version.condition).order_by(_row.id)
# By which members are in or out now.
SERVING = Statement(
    _definitions.join_from(
        segment,
        segment_version,
        and_(_version.segment_id == _row.id, _version.version == _row.serving),
    ),
    DefinitionRow,
)
# Raised whenever what serves has changed, so that a process keeps it until then.
CHANGES: Statement[int] = Statement(select(revision.c.number).where(revision.c.name == "segments"))
# What each segment that was not stopped asks from now on.
NEWEST = Statement(
    _definitions.join_from(
        segment,
        segment_version,
        and_(_version.segment_id == _row.id, _version.version == _row.version),
    ).where(_row.state != "stopped"),
    DefinitionRow,
)
_form = insert(segment).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _row}
)
_SAVE: Statement[object] = Statement(
    _form.on_conflict_do_update(
        index_elements=[_row.id],
        set_={name: _form.excluded[name] for name in ("name_zh", "name_en", "state", "version")},
    )
)
GROUNDED: Statement[object] = Statement(
    update(segment)
    .where(_row.id == bindparam("this", type_=Id()))
    .values(ground=bindparam("mark", type_=Words()))
)
_SERVE: Statement[object] = Statement(
    update(segment)
    .where(_row.id == bindparam("this", type_=Id()))
    .values(serving=bindparam("serves", type_=Whole()))
)

FILLS = Statement(
    select(segment_fill).order_by(segment_fill.c.begun_at, segment_fill.c.segment_id), FillRow
)
FILL_LOCKED = Statement(
    select(segment_fill).where(segment_fill.c.segment_id == _ID).with_for_update(), FillRow
)
_fill_form = insert(segment_fill).values(
    {column.name: bindparam(column.name, type_=column.type) for column in segment_fill.c}
)
_SAVE_FILL: Statement[object] = Statement(
    _fill_form.on_conflict_do_update(
        index_elements=[segment_fill.c.segment_id],
        set_={
            name: _fill_form.excluded[name]
            for name in ("version", "phase", "after_id", "position", "begun_at")
        },
    )
)
_END_FILL: Statement[object] = Statement(
    delete(segment_fill).where(segment_fill.c.segment_id == bindparam("this", type_=Id()))
)

HEALTH = Statement(select(segment_health), HealthRow)
HEALTH_OF = Statement(
    select(segment_health).where(one_of(segment_health.c.segment_id, "segments", Id())), HealthRow
)
_health_form = insert(segment_health).values(
    {column.name: bindparam(column.name, type_=column.type) for column in segment_health.c}
)
_SAVE_HEALTH: Statement[object] = Statement(
    _health_form.on_conflict_do_update(
        index_elements=[segment_health.c.segment_id],
        set_={
            name: _health_form.excluded[name]
            for name in ("size", "evaluated_at", "position", "error")
        },
    )
)
_BORN: Statement[object] = Statement(
    _health_form.on_conflict_do_nothing(index_elements=[segment_health.c.segment_id])
)
EVALUATED: Statement[object] = Statement(
    update(segment_health)
    .where(one_of(segment_health.c.segment_id, "segments", Id()))
    .values(
        evaluated_at=bindparam("at", type_=At()),
        position=bindparam("known", type_=Whole()),
    )
)
_moved_size = segment_health.c.size + bindparam("change", type_=Whole())
MOVED_SIZE: Statement[object] = Statement(
    update(segment_health)
    .where(segment_health.c.segment_id == bindparam("this", type_=Id()))
    .values(size=case((_moved_size < 0, 0), else_=_moved_size))
)
FAILED: Statement[object] = Statement(
    update(segment_health)
    .where(segment_health.c.segment_id == bindparam("this", type_=Id()))
    .values(error=bindparam("what", type_=Words()))
)
OPEN_NUMBER: Statement[int] = Statement(
    select(func.count()).where(_in.segment_id == _ID, _in.left_at.is_(None))
)
SIZES = Statement(
    select(segment_size.c.day, segment_size.c.size, segment_size.c.entered, segment_size.c.left)
    .where(segment_size.c.segment_id == _ID, segment_size.c.day >= bindparam("since", type_=Day()))
    .order_by(segment_size.c.day),
    SizeRow,
)
_size_form = insert(segment_size).values(
    {column.name: bindparam(column.name, type_=column.type) for column in segment_size.c}
)
_SAVE_SIZE: Statement[object] = Statement(
    _size_form.on_conflict_do_update(
        index_elements=[segment_size.c.segment_id, segment_size.c.day],
        set_={
            "size": _size_form.excluded.size,
            "entered": segment_size.c.entered + _size_form.excluded.entered,
            "left": segment_size.c.left + _size_form.excluded.left,
        },
    )
)


class _Clock(NamedTuple):
    zone: str
    cut_off_minutes: int


_CLOCK = Statement(
    select(store.c.zone, store.c.cut_off_minutes).order_by(store.c.code).limit(1), _Clock
)


def save(tx: Write, row: SegmentRow, version: VersionRow) -> None:
    """Write a segment with its newest version."""
    tx.send(_SAVE, **row._asdict())
    tx.add(segment_version, [version._asdict()])


def serve(tx: Write, segment_id: UUID, version: int | None) -> None:
    """Let members be in or out by a version from now on; None: by none. Every process is told."""
    tx.send(_SERVE, this=segment_id, serves=version)
    raise_revision(tx, "segments")


def changes(read: Read) -> int:
    """A number that is another one whenever what serves has changed."""
    return read.one(CHANGES) or 0


def begin_fill(tx: Write, row: FillRow) -> None:
    """Begin to fill a segment; one that never served says from now on how it is."""
    put_fill(tx, row)
    unborn = HealthRow(row.segment_id, 0, row.begun_at, row.position, None)
    tx.send(_BORN, **unborn._asdict())


def end_fill(tx: Write, segment_id: UUID) -> None:
    """A segment is filled, whatever went wrong on the way."""
    tx.send(_END_FILL, this=segment_id)
    tx.send(FAILED, this=segment_id, what=None)


def put_fill(tx: Write, row: FillRow) -> None:
    """Remember how far a new definition has come."""
    tx.send(_SAVE_FILL, **row._asdict())


def put_health(tx: Write, row: HealthRow) -> None:
    """Remember how a segment is."""
    tx.send(_SAVE_HEALTH, **row._asdict())


def put_size(tx: Write, segment_id: UUID, row: SizeRow) -> None:
    """Remember how many are in today; those who came and went are added."""
    tx.send(_SAVE_SIZE, segment_id=segment_id, **row._asdict())


def known(read: Read, segment_id: UUID) -> SegmentRow:
    """A segment. Refuses: segment.unknown."""
    row = read.one(ONE, segment_id=segment_id)
    if row is None:
        raise SEGMENT_UNKNOWN.because()
    return row


def day_of(read: Read, now: Instant) -> date:
    """The business day by which the shop's segments are counted: that of its first store."""
    clock = read.all(_CLOCK)
    if not clock:
        return now.date()
    return business_day_of(now, zone=clock[0].zone, cut_off_minutes=clock[0].cut_off_minutes)
