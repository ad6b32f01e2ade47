"""The outbox as rows: planned, leased, handed over, answered; every change with its event.

What is due is locked for one worker: on PostgreSQL what another holds is passed over. A message
that is handed over is never taken back to the queue by the clock: it becomes `unknown`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, not_, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.message import MessageState, Reaction, Reason
from regulars.storage.columns import At, Bytes, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.messaging import DUE as IS_DUE
from regulars.storage.tables.messaging import OPEN, WAITING, message, message_event
from regulars.storage.vault import MemberKey

_m = message.c
QUEUED, LEASED, HANDED = MessageState.QUEUED, MessageState.LEASED, MessageState.HANDED
PLACE = {"table": "message", "column": "text"}


class MessageRow(NamedTuple):
    """What the gates and the dispatch read of a message."""

    id: UUID
    effect_key: str
    member_id: UUID
    store_id: UUID
    template_id: UUID
    template_version: int
    purpose: str
    category: str
    channel: str
    other_channels: Sequence[str]
    state: str
    reason: str | None
    detail: str | None
    planned_at: Instant
    due_at: Instant
    valid_until: Instant
    handed_at: Instant | None
    ended_at: Instant | None
    attempts: int
    refused_by: Sequence[str]
    provider: str | None
    provider_id: str | None
    campaign_id: UUID | None
    journey_id: UUID | None
    run_id: UUID | None
    segment_id: UUID | None
    coupon_id: UUID | None
    variant: str | None
    held_out: bool
    expected_value_minor: int
    priority: int
    given: object
    language: str | None
    address_index: bytes | None
    consent_id: UUID | None
    parts: int
    reserved_micro: int
    cost_micro: int | None
    text: bytes | None


class NewMessage(NamedTuple):
    """A message as it is planned; what is not here begins empty."""

    id: UUID
    effect_key: str
    member_id: UUID
    store_id: UUID
    template_id: UUID
    template_version: int
    purpose: str
    category: str
    channel: str
    other_channels: Sequence[str]
    planned_at: Instant
    due_at: Instant
    valid_until: Instant
    campaign_id: UUID | None
    journey_id: UUID | None
    run_id: UUID | None
    segment_id: UUID | None
    coupon_id: UUID | None
    variant: str | None
    held_out: bool
    expected_value_minor: int
    priority: int
    given: dict[str, object]


class KeyRow(NamedTuple):
    """Which message an effect key made."""

    effect_key: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change to remember. `detail` names no person: an id, a sender, a provider's code."""

    message_id: UUID
    state: MessageState | Reaction
    reason: Reason | None = None
    detail: str | None = None


class JourneyMessage(NamedTuple):
    """A message that a step of a journey wanted."""

    id: UUID
    effect_key: str
    member_id: UUID
    store_id: UUID
    channel: str
    journey_id: UUID | None


class RivalRow(NamedTuple):
    """Another marketing message of a member that waits."""

    id: UUID
    member_id: UUID
    expected_value_minor: int
    priority: int
    planned_at: Instant


COLUMNS = tuple(_m[name] for name in MessageRow._fields)
_ALL = select(*COLUMNS)
_THIS = _m.id == bindparam("message_id", type_=Id())
THESE = one_of(_m.id, "message_ids", Id())
_LEASE = bindparam("lease", type_=Id())
_NOW = bindparam("now", type_=At())
_MOST = bindparam("most", type_=Whole())

_FRESH: Mapping[str, object] = {
    "state": QUEUED.value,
    "attempts": 0,
    "refused_by": [],
    "parts": 0,
    "reserved_micro": 0,
}
BY_KEY = Statement(
    select(_m.effect_key, _m.id).where(one_of(_m.effect_key, "keys", Words())),
    KeyRow,
)

# Lane of the worker: what somebody else is leasing at this moment is left to him.
DUE: Statement[UUID] = Statement(
    select(_m.id)
    .where(IS_DUE, _m.due_at <= _NOW)
    .order_by(_m.due_at, _m.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
ANY_DUE: Statement[UUID] = Statement(select(_m.id).where(IS_DUE, _m.due_at <= _NOW).limit(1))
LEASE = Statement[object](
    update(message)
    .where(THESE, _m.state == QUEUED.value)
    .values(state=LEASED.value, lease_id=_LEASE, lease_until=bindparam("until", type_=At()))
)
# The same with all that the gates read of them: whoever decides them at once needs no lease.
DUE_LOCKED = Statement(
    _ALL.where(IS_DUE, _m.due_at <= _NOW)
    .order_by(_m.due_at, _m.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True),
    MessageRow,
)
OF_LEASE_LOCKED = Statement(
    _ALL.where(_m.lease_id == _LEASE, _m.state == LEASED.value)
    .order_by(_m.id)
    .limit(_MOST)
    .with_for_update(),
    MessageRow,
)
LOST = Statement(
    _ALL.where(OPEN, _m.state.in_((LEASED.value, HANDED.value)), _m.lease_until <= _NOW)
    .order_by(_m.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True),
    MessageRow,
)
ANY_LOST: Statement[UUID] = Statement(
    select(_m.id)
    .where(OPEN, _m.state.in_((LEASED.value, HANDED.value)), _m.lease_until <= _NOW)
    .limit(1)
)
ONE = Statement(_ALL.where(_THIS), MessageRow)
OF_JOURNEYS = Statement(
    select(*[_m[name] for name in JourneyMessage._fields])
    .where(THESE, _m.run_id.is_not(None))
    .order_by(_m.id),
    JourneyMessage,
)
NAMED_BY_PROVIDER: Statement[UUID] = Statement(
    select(_m.id).where(
        _m.provider == bindparam("provider", type_=Words()),
        one_of(_m.provider_id, "provider_ids", Words()),
    )
)
ONE_LOCKED = Statement(_ALL.where(_THIS).with_for_update(), MessageRow)
THESE_LOCKED = Statement(_ALL.where(THESE).order_by(_m.id).with_for_update(), MessageRow)
QUEUED_OF_CAMPAIGN = Statement(
    _ALL.where(_m.campaign_id == bindparam("campaign_id", type_=Id()), _m.state == QUEUED.value)
    .order_by(_m.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True),
    MessageRow,
)
BY_PROVIDER_LOCKED = Statement(
    _ALL.where(
        _m.provider == bindparam("provider", type_=Words()),
        _m.provider_id == bindparam("provider_id", type_=Words()),
    )
    .order_by(_m.id)
    .with_for_update(),
    MessageRow,
)
_waiting = (
    select(
        _m.id,
        _m.member_id,
        _m.expected_value_minor,
        _m.priority,
        _m.planned_at,
        func.row_number()
        .over(
            partition_by=_m.member_id,
            order_by=(
                _m.expected_value_minor.desc(),
                _m.priority.desc(),
                _m.planned_at.desc(),
                _m.id.desc(),
            ),
        )
        .label("place"),
    )
    .where(
        one_of(_m.member_id, "member_ids", Id()),
        WAITING,
        _m.purpose == "marketing",
        not_(_m.held_out),
        # What cannot leave for want of a sender keeps nothing back that can.
        _m.reason.is_distinct_from("no_sender"),
        _m.due_at <= bindparam("until", type_=At()),
        not_(one_of(_m.id, "beside", Id())),
    )
    .subquery("waiting")
)
# The best one of each member, beside those that are looked at together.
RIVALS = Statement(
    select(*[_waiting.c[name] for name in RivalRow._fields]).where(_waiting.c.place == 1),
    RivalRow,
)

_DELAY = Statement[object](
    update(message)
    .where(_THIS)
    .values(
        state=QUEUED.value,
        due_at=bindparam("due", type_=At()),
        reason=bindparam("why", type_=Words()),
        detail=bindparam("what", type_=Words()),
        lease_id=None,
        lease_until=None,
    )
)
_END = Statement[object](
    update(message)
    .where(_THIS)
    .values(
        state=bindparam("to_state", type_=Words()),
        reason=bindparam("why", type_=Words()),
        detail=bindparam("what", type_=Words()),
        ended_at=bindparam("ended", type_=At()),
        language=func.coalesce(bindparam("tongue", type_=Words()), _m.language),
        text=func.coalesce(bindparam("sealed", type_=Bytes()), _m.text),
        lease_id=None,
        lease_until=None,
    )
)
# What an answer of a provider changes.
_BECAME = (
    "state",
    "reason",
    "detail",
    "due_at",
    "ended_at",
    "refused_by",
    "provider_id",
    "parts",
    "reserved_micro",
    "cost_micro",
)
_ANSWER = Statement[object](
    update(message)
    .where(_THIS)
    .values(
        **{name: bindparam(f"new_{name}", type_=message.c[name].type) for name in _BECAME},
        lease_id=None,
        lease_until=None,
    )
)


def add(tx: Write, rows: Sequence[NewMessage]) -> None:
    """Write messages whose effect keys are new; the others are there already."""
    # In the order of their keys, so that two who plan the same never lock each other out.
    ordered: list[NewMessage] = sorted(rows, key=lambda one: one.effect_key)
    tx.add_new(message, [{**row._asdict(), **_FRESH} for row in ordered])


def tell(tx: Write, events: Iterable[Event], *, at: Instant, by: str) -> None:
    """Remember changes, in this order."""
    tx.add(
        message_event,
        [
            {
                "message_id": event.message_id,
                "at": at,
                "state": event.state.value,
                "reason": None if event.reason is None else event.reason.value,
                "detail": event.detail,
                "by": by,
            }
            for event in events
        ],
    )


def delay(
    tx: Write, message_id: UUID, *, until: Instant, reason: Reason, detail: str | None = None
) -> None:
    """Put a message back into the queue for later."""
    tx.send(_DELAY, message_id=message_id, due=until, why=reason.value, what=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a message ends without leaving, with the text that it would have had."""

    state: MessageState
    reason: Reason
    detail: str | None = None
    language: str | None = None
    text: bytes | None = None


def end(tx: Write, message_id: UUID, ending: Ending, *, at: Instant) -> None:
    """End a message that does not leave."""
    tx.send(
        _END,
        message_id=message_id,
        to_state=ending.state.value,
        why=ending.reason.value,
        what=ending.detail,
        ended=at,
        tongue=ending.language,
        sealed=ending.text,
    )


def answer(tx: Write, row: MessageRow) -> None:
    """Write what became of a message: the row's own state, cost and names."""
    tx.send(
        _ANSWER,
        message_id=row.id,
        **{f"new_{name}": getattr(row, name) for name in _BECAME},
    )


def sealed(key: MemberKey, message_id: UUID, text: str) -> bytes:
    """The text of a message as its column holds it."""
    return key.seal(text, **PLACE, row=message_id.bytes)


def opened(key: MemberKey, message_id: UUID, text: bytes) -> str:
    """The text of a message as it was written. Refuses: vault.seal_broken."""
    return key.open(text, **PLACE, row=message_id.bytes)
