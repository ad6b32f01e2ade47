"""The set-wise steps of a new definition: staged beside the old one, then switched to.

A step goes through a stretch of members by their ids. However large the segment is, it reads and
writes a bounded number of rows, so that no till waits for it.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage import segment_stays
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.segments import segment_member, segment_staged

# No member has an id after it.
LAST = UUID(int=(1 << 128) - 1)

_THIS = bindparam("this", type_=Id())
_MOST = bindparam("most", type_=Whole())
_AFTER, _UPTO = bindparam("after_id", type_=Id()), bindparam("upto_id", type_=Id())
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
_on_stage = _staged.segment_id == _THIS

# The member with whom a stretch ends: the last of so many.
_NTH_INSIDE: Statement[UUID] = Statement(
    select(_in.member_id)
    .where(_inside, _in.member_id > _AFTER)
    .order_by(_in.member_id)
    .offset(_MOST)
    .limit(1)
)
_NTH_STAGED: Statement[UUID] = Statement(
    select(_staged.member_id)
    .where(_on_stage, _staged.member_id > _AFTER)
    .order_by(_staged.member_id)
    .offset(_MOST)
    .limit(1)
)
_LEAVE: Statement[object] = Statement(
    update(segment_member)
    .where(_inside, _in.member_id > _AFTER, _in.member_id <= _UPTO, ~_is_staged)
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
        .where(_on_stage, _staged.member_id > _AFTER, _staged.member_id <= _UPTO, ~_is_in)
        .order_by(_staged.member_id),
    )
)
_CLEAR: Statement[object] = Statement(
    delete(segment_staged).where(
        _on_stage,
        _staged.member_id.in_(
            select(_staged.member_id).where(_on_stage).order_by(_staged.member_id).limit(_MOST)
        ),
    )
)
_TAG, _BY = bindparam("tag", type_=Words()), bindparam("by", type_=Words())
_worn = and_(member_tag.c.tag == _TAG, member_tag.c.by == _BY)
_NTH_WEARING: Statement[UUID] = Statement(
    select(member_tag.c.member_id)
    .where(_worn, member_tag.c.member_id > _AFTER)
    .order_by(member_tag.c.member_id)
    .offset(_MOST)
    .limit(1)
)
_bears = exists(
    select(member_tag.c.tag).where(
        member_tag.c.member_id == _in.member_id, member_tag.c.tag == _TAG
    )
)
_TAG_THEM: Statement[object] = Statement(
    insert(member_tag)
    .from_select(
        ["member_id", "tag", "since", "by"],
        select(_in.member_id, _TAG, bindparam("at", type_=At()), _BY).where(
            _inside, _in.member_id > _AFTER, _in.member_id <= _UPTO, ~_bears
        ),
    )
    .on_conflict_do_nothing()
)
_UNTAG_THEM: Statement[object] = Statement(
    delete(member_tag).where(
        _worn,
        member_tag.c.member_id > _AFTER,
        member_tag.c.member_id <= _UPTO,
        ~exists(select(_in.id).where(_inside, _in.member_id == member_tag.c.member_id)),
    )
)


class Stretch(NamedTuple):
    """The members after one id up to another, of whom so many at most are of a kind."""

    after_id: UUID
    upto_id: UUID

    @property
    def last(self) -> bool:
        """Whether no member comes after it."""
        return self.upto_id == LAST


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


class Word(NamedTuple):
    """The word that a segment puts on its members."""

    segment_id: UUID
    tag: str

    @property
    def by(self) -> str:
        """Who puts it on."""
        return segment_stays.tagger(self.segment_id)


def stage(tx: Write, segment_id: UUID, members: tuple[UUID, ...]) -> None:
    """Note who meets the new definition."""
    rows = [{"segment_id": segment_id, "member_id": one} for one in members]
    tx.add(segment_staged, rows)


def stretch_to_switch(read: Read, segment_id: UUID, *, after_id: UUID, most: int) -> Stretch:
    """The next members of whom so many at most are in, and so many staged."""
    asked = {"this": segment_id, "after_id": after_id, "most": most - 1}
    return _stretch(after_id, read.one(_NTH_INSIDE, **asked), read.one(_NTH_STAGED, **asked))


def switch(tx: Write, this: Switch, stretch: Stretch) -> Changed:
    """In a stretch, let those leave who are not staged, and enter who are."""
    left = tx.run(
        _LEAVE,
        this=this.segment_id,
        after_id=stretch.after_id,
        upto_id=stretch.upto_id,
        at=this.at,
        because=this.why,
    )
    entered = tx.run(
        _ENTER,
        this=this.segment_id,
        after_id=stretch.after_id,
        upto_id=stretch.upto_id,
        at=this.at,
        because=this.why,
        version=this.version,
        position=this.position,
    )
    return Changed(left, entered)


def clear(tx: Write, segment_id: UUID, *, most: int) -> int:
    """Forget at most so many who were staged."""
    return tx.run(_CLEAR, this=segment_id, most=most)


def stretch_to_tag(read: Read, word: Word, *, after_id: UUID, most: int) -> Stretch:
    """The next members of whom so many at most are in, and so many wear the word."""
    inside = read.one(_NTH_INSIDE, this=word.segment_id, after_id=after_id, most=most - 1)
    wearing = read.one(_NTH_WEARING, tag=word.tag, by=word.by, after_id=after_id, most=most - 1)
    return _stretch(after_id, inside, wearing)


def retag(tx: Write, word: Word, stretch: Stretch, *, at: Instant) -> int:
    """In a stretch, put a segment's word on its members, and off those who are out."""
    this, after_id, upto_id = word.segment_id, stretch.after_id, stretch.upto_id
    gone = tx.run(
        _UNTAG_THEM, this=this, after_id=after_id, upto_id=upto_id, tag=word.tag, by=word.by
    )
    put = tx.run(
        _TAG_THEM, this=this, after_id=after_id, upto_id=upto_id, tag=word.tag, by=word.by, at=at
    )
    return gone + put


def _stretch(after_id: UUID, *ends: UUID | None) -> Stretch:
    return Stretch(after_id, min((end for end in ends if end is not None), default=LAST))
