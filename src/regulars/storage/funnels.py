"""How far the messages of a programme came with each invited member, summed by cell."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select

from regulars.domain.insights.assignment import CONTROL, HELD_OUT
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.messaging import message, message_event
from regulars.storage.tables.offers import coupon


class ReachRow(NamedTuple):
    """Members of one cell that came to each step."""

    arm: str
    store_id: UUID
    tier: str
    channel: str | None
    invited: int
    reached: int
    delivered: int
    clicked: int
    claimed: int
    redeemed: int


_a, _m = assignment.c, message.c
_OWN = and_(
    _a.programme_id == bindparam("programme_id", type_=Id()),
    _a.arm.not_in((CONTROL, HELD_OUT)),
)


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    one = case((condition, literal_column("1", Whole())), else_=literal_column("0", Whole()))
    return func.max(one, type_=Whole())


_clicked = (
    select(message_event.c.message_id)
    .where(message_event.c.state == "clicked")
    .distinct()
    .subquery("clicked")
)
_came = (
    select(
        _a.member_id,
        _any(_m.handed_at.is_not(None)).label("reached"),
        _any(_m.state == "delivered").label("delivered"),
        _any(_clicked.c.message_id.is_not(None)).label("clicked"),
        _any(coupon.c.id.is_not(None)).label("claimed"),
        _any(coupon.c.state == "used").label("redeemed"),
    )
    .select_from(
        assignment.join(
            message,
            and_(
                _m.member_id == _a.member_id,
                or_(_m.campaign_id == _a.programme_id, _m.journey_id == _a.programme_id),
            ),
        )
        .outerjoin(_clicked, _clicked.c.message_id == _m.id)
        .outerjoin(coupon, coupon.c.id == _m.coupon_id)
    )
    .where(_OWN)
    .group_by(_a.member_id)
    .subquery("came")
)
_STEPS = ("reached", "delivered", "clicked", "claimed", "redeemed")
REACH = Statement(
    select(
        _a.arm,
        _a.store_id,
        _a.tier,
        _a.channel,
        func.count(type_=Whole()),
        *(total_of(_came.c[step]) for step in _STEPS),
    )
    .select_from(assignment.outerjoin(_came, _came.c.member_id == _a.member_id))
    .where(_OWN)
    .group_by(_a.arm, _a.store_id, _a.tier, _a.channel)
    .order_by(_a.arm, _a.store_id, _a.tier, _a.channel),
    ReachRow,
)


def reach(read: Read, programme_id: UUID) -> list[ReachRow]:
    """Every cell of the invited of a programme."""
    return read.all(REACH, programme_id=programme_id)
