"""What a person does about messages that nobody knows the fate of, or that were given up.

Three SMS are `unknown` since the provider's line dropped. The marketer asks the provider, finds that
they never came, and sends them again; by itself the shop never would.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.message import MessageState, Reason
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, message_lists, messages
from regulars.storage.engine import Write
from regulars.storage.messages import Ending, Event, MessageRow
from regulars.use_cases.message_facts import tell_taken_back
from regulars.use_cases.message_prompts import SHOWN_MAX
from regulars.use_cases.messages import end, tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

MESSAGE_UNKNOWN = refusal_code("message.unknown")
NOT_RESENDABLE = refusal_code("message.not_resendable")
NOT_WAITING = refusal_code("message.not_waiting")
NOT_IN_DOUBT = refusal_code("message.not_in_doubt")
OVER = refusal_code("message.over")

_RESENDABLE = frozenset({MessageState.UNKNOWN.value, MessageState.FAILED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendMessage:
    """Send a message again that may or may not have arrived. It passes every gate anew."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMessageAsSent:
    """The provider had a message in doubt after all: it counts as sent, and is not sent again."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpMessage:
    """Send a message no more: one that waits is taken back, one in doubt counts as failed."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPrompts:
    """The till has shown what it had for a member."""

    member_id: UUID
    message_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNow:
    """A message and its state."""

    id: UUID
    state: MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsShown:
    """How many prompts were shown for the first time."""

    shown: int


@use_case
def resend_message(tx: Write, command: ResendMessage, moment: Moment) -> MessageNow:
    """Put a message back into the queue.

    Refuses: permission.missing, scope.outside, message.unknown, message.not_resendable,
    message.over.
    """
    row = _row(tx, command.id, moment)
    if row.state not in _RESENDABLE:
        raise NOT_RESENDABLE.because()
    if row.valid_until <= moment.now:
        raise OVER.because()
    again = row._replace(
        state=MessageState.QUEUED.value,
        reason=Reason.RESENT.value,
        detail=None,
        due_at=moment.now,
        ended_at=None,
        refused_by=[],
    )
    messages.answer(tx, again)
    event = Event(message_id=row.id, state=MessageState.QUEUED, reason=Reason.RESENT)
    tell(tx, moment, [event])
    _audited(tx, moment, "message.resent", row, command.reason)
    return MessageNow(id=row.id, state=MessageState.QUEUED)


@use_case
def count_message_as_sent(tx: Write, command: CountMessageAsSent, moment: Moment) -> MessageNow:
    """Settle a message in doubt by what the provider told a person.

    Refuses: permission.missing, scope.outside, message.unknown, message.not_in_doubt.
    """
    row = _row(tx, command.id, moment)
    if row.state != MessageState.UNKNOWN.value:
        raise NOT_IN_DOUBT.because()
    state = MessageState.ACCEPTED
    messages.answer(tx, row._replace(state=state.value, reason=None, detail=None))
    tell(tx, moment, [Event(message_id=row.id, state=state, reason=Reason.COUNTED_SENT)])
    _audited(tx, moment, "message.counted_as_sent", row, command.reason)
    return MessageNow(id=row.id, state=state)


@use_case
def give_up_message(tx: Write, command: GiveUpMessage, moment: Moment) -> MessageNow:
    """End a message that waits or is in doubt.

    Refuses: permission.missing, scope.outside, message.unknown, message.not_waiting.
    """
    row = _row(tx, command.id, moment)
    if row.state == MessageState.QUEUED.value:
        state = MessageState.CANCELLED
        end(tx, moment, row, Ending(state=state, reason=Reason.CALLED_OFF))
        taken_back = Event(message_id=row.id, state=state, reason=Reason.CALLED_OFF)
        tell_taken_back(tx, moment, taken_back)
    elif row.state == MessageState.UNKNOWN.value:
        state = MessageState.FAILED
        # It may have arrived all the same: its places in the caps stay taken.
        given_up = row._replace(
            state=state.value, reason=Reason.GIVEN_UP.value, ended_at=moment.now
        )
        messages.answer(tx, given_up)
        tell(tx, moment, [Event(message_id=row.id, state=state, reason=Reason.GIVEN_UP)])
    else:
        raise NOT_WAITING.because()
    _audited(tx, moment, "message.given_up", row, command.reason)
    return MessageNow(id=row.id, state=state)


@use_case
def show_prompts(tx: Write, command: ShowPrompts, moment: Moment) -> PromptsShown:
    """Remember that the till showed prompts to a member: they are delivered.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.MEMBER_READ)
    wanted = set(command.message_ids)
    rows = tx.all(
        message_lists.SHOWN_AT_TILL, member_id=command.member_id, now=moment.now, most=SHOWN_MAX
    )
    shown = [row for row in rows if row.id in wanted]
    for row in shown:
        delivered = row._replace(state=MessageState.DELIVERED.value, ended_at=moment.now)
        messages.answer(tx, delivered)
    events = [Event(message_id=row.id, state=MessageState.DELIVERED) for row in shown]
    tell(tx, moment, events)
    return PromptsShown(shown=len(shown))


def _row(tx: Write, message_id: UUID, moment: Moment) -> MessageRow:
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    row = tx.one(messages.ONE_LOCKED, message_id=message_id)
    if row is None:
        raise MESSAGE_UNKNOWN.because()
    return row


def _audited(tx: Write, moment: Moment, action: str, row: MessageRow, reason: str) -> None:
    audit.record(
        tx,
        moment,
        action=action,
        subject=f"message:{row.id}",
        store_id=row.store_id,
        before={"state": row.state},
        reason=reason,
    )
