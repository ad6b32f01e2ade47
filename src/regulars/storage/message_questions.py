"""What the questions before a message leaves read: open coupons, members of segments."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.campaigns.advance import UNWANTED
from regulars.storage.columns import At, Id
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.journeys import journey, journey_run
from regulars.storage.tables.offers import coupon
from regulars.storage.tables.segments import segment_member


class _Told(NamedTuple):
    """Something by its id, and what is said of it."""

    id: UUID | None
    told: str


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
STOPPED_JOURNEYS = Statement(
    select(journey.c.id, journey.c.state).where(
        one_of(journey.c.id, "journeys", Id()), journey.c.state.in_(("ended", "paused"))
    ),
    _Told,
)
# The ends at which what is still on its way to a member is not sent any more.
BROKEN_RUNS = Statement(
    select(journey_run.c.id, journey_run.c.why).where(
        one_of(journey_run.c.id, "runs", Id()),
        journey_run.c.state == "ended",
        journey_run.c.why.in_([why.value for why in UNWANTED]),
    ),
    _Told,
)
IN_SEGMENTS = Statement(
    select(segment_member.c.segment_id, segment_member.c.member_id).where(
        one_of(segment_member.c.segment_id, "segments", Id()),
        one_of(segment_member.c.member_id, "members", Id()),
        segment_member.c.left_at.is_(None),
    ),
    InSegment,
)
