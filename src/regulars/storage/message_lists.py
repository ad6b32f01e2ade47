"""Messages as people read them: of one member, in one state, at the till, and how many there are."""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.message import MessageState
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.messages import COLUMNS, MessageRow
from regulars.storage.statement import Statement
from regulars.storage.tables.messaging import OPEN, message, message_event


class EventRow(NamedTuple):
    """One change of a message."""

    at: Instant
    state: str
    reason: str | None
    detail: str | None
    by: str


class TallyRow(NamedTuple):
    """How many messages are in one state, on one channel, for one reason."""

    state: str
    channel: str
    reason: str | None
    messages: int
    cost_micro: int


_m = message.c
_ALL = select(*COLUMNS)
_NOW = bindparam("now", type_=At())
_MOST = bindparam("most", type_=Whole())
OF_MEMBER = Statement(
    _ALL.where(
        _m.member_id == bindparam("member_id", type_=Id()),
        or_(
            _m.planned_at < bindparam("before_at", type_=At()),
            and_(
                _m.planned_at == bindparam("before_at", type_=At()),
                _m.id < bindparam("before_id", type_=Id()),
            ),
        ),
    )
    .order_by(_m.planned_at.desc(), _m.id.desc())
    .limit(_MOST),
    MessageRow,
)
IN_STATE = Statement(
    _ALL.where(
        OPEN,
        _m.state == bindparam("state", type_=Words()),
        or_(
            _m.due_at > bindparam("after_at", type_=At()),
            and_(
                _m.due_at == bindparam("after_at", type_=At()),
                _m.id > bindparam("after_id", type_=Id()),
            ),
        ),
    )
    .order_by(_m.due_at, _m.id)
    .limit(_MOST),
    MessageRow,
)
SHOWN_AT_TILL = Statement(
    _ALL.where(
        _m.member_id == bindparam("member_id", type_=Id()),
        _m.channel == "till",
        _m.state == MessageState.ACCEPTED.value,
        _m.valid_until > _NOW,
    )
    .order_by(_m.planned_at)
    .limit(_MOST),
    MessageRow,
)
_TALLY = select(
    _m.state,
    _m.channel,
    _m.reason,
    func.count(),
    func.coalesce(func.sum(_m.cost_micro), 0).cast(Whole()),
)
_BY = (_m.state, _m.channel, _m.reason)
TALLY = Statement(
    _TALLY.where(_m.planned_at >= bindparam("since", type_=At()), _m.planned_at < _NOW)
    .group_by(*_BY)
    .order_by(*_BY),
    TallyRow,
)
TALLY_OF_CAMPAIGN = Statement(
    _TALLY.where(_m.campaign_id == bindparam("campaign_id", type_=Id()))
    .group_by(*_BY)
    .order_by(*_BY),
    TallyRow,
)
EVENTS = Statement(
    select(*[message_event.c[name] for name in EventRow._fields])
    .where(message_event.c.message_id == bindparam("message_id", type_=Id()))
    .order_by(message_event.c.number),
    EventRow,
)
