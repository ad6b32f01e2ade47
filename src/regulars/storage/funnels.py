"""How far the messages of a programme came with each invited member, summed by cell."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select

from regulars.domain.insights.assignment import CONTROL
from regulars.domain.messaging.channels import Purpose
from regulars.domain.messaging.message import SENT, MessageState, Reaction
from regulars.storage.columns import Flag, Id, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.messaging import message, message_event, message_link
from regulars.storage.tables.offers import coupon


class ReachRow(NamedTuple):
    """Members of one cell that came to each step; `linked` ones had a link that is counted."""

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
    linked: int


_a, _m = assignment.c, message.c
_OWN = and_(
    _a.programme_id == bindparam("programme_id", type_=Id()),
    _a.arm != CONTROL,
)

# "All our marketing" sent whatever was marketing since it drew her.
_OF_EVERYTHING = and_(
    bindparam("everything", type_=Flag()),
    _m.purpose == Purpose.MARKETING.value,
    _m.planned_at >= _a.at,
)


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    one = case((condition, literal_column("1", Whole())), else_=literal_column("0", Whole()))
    return func.max(one, type_=Whole())


# Of each message by its own index: of all events ever few are clicks.
_clicked = (
    select(message_event.c.number)
    .where(message_event.c.message_id == _m.id, message_event.c.state == Reaction.CLICKED.value)
    .correlate(message)
    .exists()
)
_linked = (
    select(message_link.c.locator)
    .where(message_link.c.message_id == _m.id)
    .correlate(message)
    .exists()
)
# What was refused after all did not reach her, though it was handed over.
_reached = _m.state.in_([*(state.value for state in SENT), MessageState.UNKNOWN.value])
_came = (
    select(
        _a.member_id,
        _any(_reached).label("reached"),
        _any(_m.state == "delivered").label("delivered"),
        _any(_clicked).label("clicked"),
        _any(coupon.c.id.is_not(None)).label("claimed"),
        _any(coupon.c.state == "used").label("redeemed"),
        _any(_linked).label("linked"),
    )
    .select_from(
        assignment.join(
            message,
            and_(
                _m.member_id == _a.member_id,
                or_(
                    _m.campaign_id == _a.programme_id,
                    _m.journey_id == _a.programme_id,
                    _OF_EVERYTHING,
                ),
            ),
        ).outerjoin(coupon, coupon.c.id == _m.coupon_id)
    )
    .where(_OWN)
    .group_by(_a.member_id)
    .subquery("came")
)
_STEPS = ("reached", "delivered", "clicked", "claimed", "redeemed", "linked")
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


def reach(read: Read, programme_id: UUID, *, everything: bool) -> list[ReachRow]:
    """Every cell of the invited of a programme; `everything`: it is "all our marketing"."""
    return read.all(REACH, programme_id=programme_id, everything=everything)
