"""Whose day it is: members by the hash of their birthday, and by the day on which they joined."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from regulars.storage.columns import At, Bytes, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.stores import STORES
from regulars.storage.tables.members import member
from regulars.storage.tables.segments import segment_member
from regulars.storage.tables.tiers import birthday_index

# For so many years the day on which somebody joined is kept.
YEARS = 30


class Found(NamedTuple):
    """A member and the hash by which she was found."""

    member_id: UUID
    blind_index: bytes


_AFTER = bindparam("after_id", type_=Id())
_ROWS = bindparam("rows", type_=Whole())
BORN = Statement(
    select(birthday_index.c.member_id, birthday_index.c.blind_index)
    .where(
        one_of(birthday_index.c.blind_index, "days", Bytes()),
        birthday_index.c.member_id > _AFTER,
    )
    .order_by(birthday_index.c.member_id)
    .limit(_ROWS),
    Found,
)
JOINED: Statement[UUID] = Statement(
    select(member.c.id)
    .where(
        member.c.id > _AFTER,
        member.c.state == "active",
        or_(
            *[
                and_(
                    member.c.joined_at >= bindparam(f"from{back}", type_=At()),
                    member.c.joined_at < bindparam(f"upto{back}", type_=At()),
                )
                for back in range(1, YEARS + 1)
            ]
        ),
    )
    .order_by(member.c.id)
    .limit(_ROWS)
)
INSIDE_AFTER: Statement[UUID] = Statement(
    select(segment_member.c.member_id)
    .where(
        segment_member.c.segment_id == bindparam("segment_id", type_=Id()),
        segment_member.c.left_at.is_(None),
        segment_member.c.member_id > _AFTER,
    )
    .order_by(segment_member.c.member_id)
    .limit(_ROWS)
)
INSIDE_NUMBER: Statement[int] = Statement(
    select(func.count()).where(
        segment_member.c.segment_id == bindparam("segment_id", type_=Id()),
        segment_member.c.left_at.is_(None),
    )
)


def zone_of_shop(read: Read) -> str:
    """The zone by which the shop's calendar goes: that of its first store."""
    stores = read.all(STORES)
    return stores[0].zone if stores else "UTC"
