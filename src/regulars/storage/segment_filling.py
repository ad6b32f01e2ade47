"""The set-wise steps of a new definition: staged beside the old one, then switched to.

Each statement touches a bounded number of rows, so that no till waits for a segment.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage import segment_stays
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.segments import segment_due, segment_member, segment_staged

_THIS = bindparam("this", type_=Id())
_MOST = bindparam("most", type_=Whole())
_in, _staged = segment_member.c, segment_staged.c
_is_staged = exists(
    select(_staged.member_id).where(
        _staged.segment_id == _in.segment_id, _staged.member_id == _in.member_id
    )
)
_open = segment_member.alias("open_row")
_is_in = exists(
    select(_open.c.id).where(
        _open.c.segment_id == _staged.segment_id,
        _open.c.member_id == _staged.member_id,
        _open.c.left_at.is_(None),
    )
)
_inside = and_(_in.segment_id == _THIS, _in.left_at.is_(None))

_LEAVE: Statement[object] = Statement(
    update(segment_member)
    .where(
        _in.id.in_(select(_in.id).where(_inside, ~_is_staged).order_by(_in.member_id).limit(_MOST))
    )
    .values(left_at=bindparam("at", type_=At()), left_why=bindparam("because", type_=Document()))
)
_ENTER: Statement[object] = Statement(
    insert(segment_member).from_select(
        ["segment_id", "member_id", "entered_at", "why", "version", "fact_sequence"],
        select(
            _staged.segment_id,
            _staged.member_id,
            bindparam("at", type_=At()),
            bindparam("because", type_=Document()),
            bindparam("version", type_=Whole()),
            bindparam("position", type_=Whole()),
        )
        .where(_staged.segment_id == _THIS, ~_is_in)
        .order_by(_staged.member_id)
        .limit(_MOST),
    )
)
_CLEAR: Statement[object] = Statement(
    delete(segment_staged).where(
        _staged.segment_id == _THIS,
        _staged.member_id.in_(
            select(_staged.member_id)
            .where(_staged.segment_id == _THIS)
            .order_by(_staged.member_id)
            .limit(_MOST)
        ),
    )
)
_UNPLAN: Statement[object] = Statement(
    delete(segment_due).where(
        segment_due.c.segment_id == _THIS,
        segment_due.c.member_id.in_(
            select(segment_due.c.member_id).where(segment_due.c.segment_id == _THIS).limit(_MOST)
        ),
    )
)
_TAG, _BY = bindparam("tag", type_=Words()), bindparam("by", type_=Words())
_bears = exists(
    select(member_tag.c.tag).where(
        member_tag.c.member_id == _in.member_id, member_tag.c.tag == _TAG
    )
)
_TAG_THEM: Statement[object] = Statement(
    insert(member_tag).from_select(
        ["member_id", "tag", "since", "by"],
        select(_in.member_id, _TAG, bindparam("at", type_=At()), _BY)
        .where(_inside, ~_bears)
        .limit(_MOST),
    )
)
_UNTAG_THEM: Statement[object] = Statement(
    delete(member_tag).where(
        member_tag.c.tag == _TAG,
        member_tag.c.by == _BY,
        ~exists(select(_in.id).where(_inside, _in.member_id == member_tag.c.member_id)),
    )
)


class Changed(NamedTuple):
    """How many left and entered."""

    left: int
    entered: int


class Switch(NamedTuple):
    """By which version members cross now, as of which fact, and why."""

    segment_id: UUID
    version: int
    position: int
    at: Instant
    why: dict[str, object]


def stage(tx: Write, segment_id: UUID, members: tuple[UUID, ...]) -> None:
    """Note who meets the new definition."""
    rows = [{"segment_id": segment_id, "member_id": one} for one in members]
    tx.add(segment_staged, rows)


def switch(tx: Write, this: Switch, *, most: int) -> Changed:
    """Let at most so many leave who are not staged, and enter who are."""
    left = tx.run(_LEAVE, this=this.segment_id, at=this.at, because=this.why, most=most)
    entered = 0
    if left < most:
        entered = tx.run(
            _ENTER,
            this=this.segment_id,
            at=this.at,
            because=this.why,
            version=this.version,
            position=this.position,
            most=most - left,
        )
    return Changed(left, entered)


def clear(tx: Write, segment_id: UUID, *, most: int) -> int:
    """Forget at most so many who were staged."""
    return tx.run(_CLEAR, this=segment_id, most=most)


def unplan(tx: Write, segment_id: UUID, *, most: int) -> int:
    """Forget when at most so many would be due: what is planned next replaces it."""
    return tx.run(_UNPLAN, this=segment_id, most=most)


def retag(tx: Write, segment_id: UUID, tag: str, *, at: Instant, most: int) -> int:
    """Put a segment's word on at most so many of its members, and off all who are out."""
    by = segment_stays.tagger(segment_id)
    gone = tx.run(_UNTAG_THEM, this=segment_id, tag=tag, by=by)
    return gone + tx.run(_TAG_THEM, this=segment_id, tag=tag, by=by, at=at, most=most)
