"""What a page about segments shows: who is in, by sealed names, and what things are called."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id, Whole
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon_type
from regulars.storage.tables.rewards import programme
from regulars.storage.tables.segments import segment, segment_member


class CalledRow(NamedTuple):
    """A thing that sentences of segments name."""

    id: UUID
    name_zh: str
    name_en: str


class NameRow(NamedTuple):
    """A member's name, still sealed."""

    id: UUID
    wrapped_key: bytes | None
    name: bytes | None


class InsideRow(NamedTuple):
    """A member who is in a segment, since when and why."""

    member_id: UUID
    entered_at: Instant
    why: object
    version: int


CALLED = tuple(
    Statement(select(table.c.id, table.c.name_zh, table.c.name_en), CalledRow)
    for table in (coupon_type, segment, programme)
)
NAMES = Statement(
    select(member.c.id, member.c.wrapped_key, member.c.name).where(
        one_of(member.c.id, "members", Id())
    ),
    NameRow,
)
_in = segment_member.c
INSIDE = Statement(
    select(_in.member_id, _in.entered_at, _in.why, _in.version)
    .where(
        _in.segment_id == bindparam("segment_id", type_=Id()),
        _in.left_at.is_(None),
        _in.member_id > bindparam("after_id", type_=Id()),
    )
    .order_by(_in.member_id)
    .limit(bindparam("rows", type_=Whole())),
    InsideRow,
)
