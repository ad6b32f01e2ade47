"""What the questions before a message leaves read: open coupons, members of segments."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.storage.columns import At, Id
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.segments import segment_member


class InSegment(NamedTuple):
    """A member who is in a segment now."""

    segment_id: UUID
    member_id: UUID


OPEN_COUPONS: Statement[UUID] = Statement(
    select(coupon.c.id).where(
        one_of(coupon.c.id, "coupons", Id()),
        coupon.c.state == "issued",
        coupon.c.valid_until > bindparam("now", type_=At()),
    )
)
IN_SEGMENTS = Statement(
    select(segment_member.c.segment_id, segment_member.c.member_id).where(
        one_of(segment_member.c.segment_id, "segments", Id()),
        one_of(segment_member.c.member_id, "members", Id()),
        segment_member.c.left_at.is_(None),
    ),
    InSegment,
)
