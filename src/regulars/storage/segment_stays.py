"""Who is in which segment, since when and why, who is due when, and the words that segments put on.

王芳's open row in "近30天未消费" names the version that let her in; `segment_due` the instant at which
she may leave it without coming.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage import member_tags
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.fact_cursors import FactSeen
from regulars.storage.segment_asked import Unsought
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member, member_tag
from regulars.storage.tables.segments import (
    segment_due,
    segment_member,
)
from regulars.storage.tables.system import fact


class OpenRow(NamedTuple):
    """A member who is in a segment."""

    id: int
    segment_id: UUID
    member_id: UUID


class DueRow(NamedTuple):
    """When a member may enter or leave by the clock alone."""

    member_id: UUID
    due_at: Instant


class StayRow(NamedTuple):
    """One time that a member was in a segment."""

    segment_id: UUID
    entered_at: Instant
    left_at: Instant | None
    why: object
    left_why: object
    version: int


class _WornRow(NamedTuple):
    member_id: UUID
    tag: str
    by: str


_TAGGER = "segment:"
_in = segment_member.c
_ID = bindparam("segment_id", type_=Id())
OPEN_OF = Statement(
    select(_in.id, _in.segment_id, _in.member_id).where(
        one_of(_in.member_id, "members", Id()),
        one_of(Unsought(_in.segment_id), "segments", Id()),
        _in.left_at.is_(None),
    ),
    OpenRow,
)
LEAVE: Statement[object] = Statement(
    update(segment_member)
    .where(_in.id == bindparam("this", type_=Whole()), _in.left_at.is_(None))
    .values(left_at=bindparam("at", type_=At()), left_why=bindparam("because", type_=Document()))
)
DUES_OF = Statement(
    select(segment_due.c.member_id, segment_due.c.due_at).where(
        one_of(segment_due.c.member_id, "members", Id())
    ),
    DueRow,
)
DUE_MEMBERS: Statement[UUID] = Statement(
    select(segment_due.c.member_id)
    .where(segment_due.c.due_at <= bindparam("now", type_=At()))
    .order_by(segment_due.c.due_at, segment_due.c.member_id)
    .limit(bindparam("rows", type_=Whole()))
)
_due_form = insert(segment_due).values(
    member_id=bindparam("member_id", type_=Id()),
    due_at=bindparam("due_at", type_=At()),
)
_SAVE_DUE: Statement[object] = Statement(
    _due_form.on_conflict_do_update(
        index_elements=[segment_due.c.member_id],
        set_={"due_at": _due_form.excluded.due_at},
    )
)
_DROP_DUE: Statement[object] = Statement(
    delete(segment_due).where(segment_due.c.member_id == bindparam("of_member", type_=Id()))
)

MEMBERS_AFTER: Statement[UUID] = Statement(
    select(member.c.id)
    .where(member.c.id > bindparam("after_id", type_=Id()))
    .order_by(member.c.id)
    .limit(bindparam("rows", type_=Whole()))
)
INSIDE_AFTER: Statement[UUID] = Statement(
    select(_in.member_id)
    .where(
        _in.segment_id == _ID,
        _in.left_at.is_(None),
        _in.member_id > bindparam("after_id", type_=Id()),
    )
    .order_by(_in.member_id)
    .limit(bindparam("rows", type_=Whole()))
)
STAYS = Statement(
    select(_in.segment_id, _in.entered_at, _in.left_at, _in.why, _in.left_why, _in.version)
    .where(_in.member_id == bindparam("member_id", type_=Id()))
    .order_by(_in.entered_at.desc(), _in.id.desc())
    .limit(bindparam("rows", type_=Whole())),
    StayRow,
)
NEWEST_FACT: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))
TOLD_SINCE = Statement(
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
    )
    .order_by(fact.c.sequence)
    .limit(bindparam("rows", type_=Whole())),
    FactSeen,
)

_WEARING = Statement(
    select(member_tag.c.member_id, member_tag.c.tag, member_tag.c.by).where(
        one_of(member_tag.c.member_id, "members", Id()), one_of(member_tag.c.tag, "tags", Words())
    ),
    _WornRow,
)
_TAKE_TAG: Statement[object] = Statement(
    delete(member_tag).where(
        member_tag.c.member_id == bindparam("of_member", type_=Id()),
        member_tag.c.tag == bindparam("gone", type_=Words()),
        member_tag.c.by == bindparam("put_by", type_=Words()),
    )
)


def put_due(tx: Write, member_id: UUID, due_at: Instant | None) -> None:
    """Remember when a member may change by the clock alone; None: never."""
    if due_at is None:
        tx.send(_DROP_DUE, of_member=member_id)
    else:
        tx.send(_SAVE_DUE, member_id=member_id, due_at=due_at)


def put_tag(tx: Write, member_id: UUID, segment_id: UUID, tag: str, *, at: Instant) -> None:
    """Put a segment's word on a member who does not bear it."""
    member_tags.put_tag(tx, member_id, tag, at=at, by=tagger(segment_id))


def take_tag(tx: Write, member_id: UUID, segment_id: UUID, tag: str) -> None:
    """Take a segment's word off a member; one that staff put on stays."""
    tx.send(_TAKE_TAG, of_member=member_id, gone=tag, put_by=tagger(segment_id))


def tagger(segment_id: UUID) -> str:
    """Who put a word on, where it was a segment."""
    return f"{_TAGGER}{segment_id}"


def wearing(
    read: Read, members: Sequence[UUID], tags: Collection[str]
) -> dict[UUID, dict[str, UUID | None]]:
    """Which of some words members bear, and which segment put each on; None: somebody else did."""
    found: dict[UUID, dict[str, UUID | None]] = {}
    for row in read.all(_WEARING, members=members, tags=sorted(tags)) if tags else ():
        by = row.by.removeprefix(_TAGGER) if row.by.startswith(_TAGGER) else None
        found.setdefault(row.member_id, {})[row.tag] = None if by is None else UUID(by)
    return found


def open_of(
    read: Read, members: Sequence[UUID], segments: Sequence[UUID]
) -> dict[tuple[UUID, UUID], int]:
    """The open rows of members in some segments, by segment and member."""
    rows = read.all(OPEN_OF, members=members, segments=segments)
    return {(row.segment_id, row.member_id): row.id for row in rows}
