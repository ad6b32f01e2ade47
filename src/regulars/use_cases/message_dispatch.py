"""From the queue to the provider and back: hand over, keep the answer, find what was lost.

    gates (marked as handed over, commit) → the provider, outside any transaction → answer

Messages that cannot be decided together are leased first, and decided one by one.
A worker that dies before it handed a message over changed nothing: the message is queued again. One
that dies afterwards leaves it `unknown`: marketing is never sent again by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.message import MessageState, Reason
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Outgoing,
    Refused,
    Sender,
    SendInDoubt,
)
from regulars.storage import message_decisions, messages
from regulars.storage.engine import Write
from regulars.storage.message_decisions import AcceptedRow, AskedRow, NamedRow
from regulars.storage.messages import Ending, Event, MessageRow
from regulars.use_cases.message_cases import Desk
from regulars.use_cases.message_gates import Ready
from regulars.use_cases.messages import end, give_back, lock_budgets, tell
from regulars.use_cases.moment import Moment

LEASED_FOR = timedelta(minutes=2)
ATTEMPTS_MAX = 8
FIRST_WAIT_SECONDS = 30
WAIT_SECONDS_MAX = 3_600
CODE_LETTERS_MAX = 80
LOST_AT_ONCE = 200
PUT_ASIDE_FOR = timedelta(minutes=15)

# From these a provider's answer still tells something new.
_OPEN = frozenset({MessageState.HANDED.value, MessageState.UNKNOWN.value})


@dataclass(frozen=True, slots=True)
class Doubt:
    """The call ended without an answer; `kind` is the sender's own code, or what went wrong."""

    kind: str


@dataclass(frozen=True, slots=True)
class NotCalled:
    """Its turn came too late, so nobody was called: what was allowed then has to be asked anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a provider said to one attempt at a message, if it said anything."""

    message_id: UUID
    channel: Channel
    provider: str
    attempt: int
    answer: Answer | Doubt | NotCalled


def lease(tx: Write, moment: Moment, *, most: int) -> UUID | None:
    """Take due messages for one worker; None where none is due. Others pass them over."""
    due = tx.all(messages.DUE, now=moment.now, most=most)
    if not due:
        return None
    name = moment.new_id()
    until = Instant(moment.now + LEASED_FOR)
    tx.send(messages.LEASE, message_ids=due, lease=name, until=until)
    return name


def sent(ready: Ready, sender: Sender, *, now: Instant) -> Answered:
    """Hand one message to its provider, if it is time still. Whatever is raised is doubt, and never
    a second call."""
    late = now >= ready.call_until
    return Answered(
        message_id=ready.outgoing.id,
        channel=ready.outgoing.channel,
        provider=ready.provider,
        attempt=ready.attempt,
        answer=NotCalled() if late else _asked(sender.send, ready.outgoing),
    )


def _asked(send: Callable[[Outgoing], Answer], outgoing: Outgoing) -> Answer | Doubt:
    try:
        return send(outgoing)
    except SendInDoubt as doubt:
        return Doubt(str(doubt)[:CODE_LETTERS_MAX] or type(doubt).__name__)
    except Exception as error:  # a provider's fault must not stop the others
        return Doubt(type(error).__name__)


def keep_answers(tx: Write, moment: Moment, *, desk: Desk, answers: Sequence[Answered]) -> None:
    """Write what providers said. The same answer twice, late, or of an earlier attempt is harmless."""
    if not answers:
        return
    asked = [one.message_id for one in answers]
    known = {row.id: row for row in tx.all(message_decisions.ASKED_LOCKED, message_ids=asked)}
    others = [one.message_id for one in answers if not isinstance(one.answer, Accepted)]
    rows = {row.id: row for row in tx.all(messages.THESE_LOCKED, message_ids=others)}
    if not all(isinstance(one.answer, Accepted | Doubt) for one in answers):
        lock_budgets(tx, rows.values())
    events: list[Event] = []
    accepted: list[AcceptedRow] = []
    named: list[NamedRow] = []
    for one in answers:
        row = known[one.message_id]
        if (row.provider, row.attempts) != (one.provider, one.attempt):
            continue  # somebody has sent it again since: this is said of what was before
        said, open_still = one.answer, row.state in _OPEN
        if not isinstance(said, Accepted):
            if open_still:
                events.append(_kept(tx, moment, desk, rows[row.id], said))
            continue
        if open_still:
            accepted.append(_accepted(row, said))
            detail = one.provider
            events.append(Event(message_id=row.id, state=MessageState.ACCEPTED, detail=detail))
        # A receipt may be faster than the answer: then only the provider's name is new.
        if said.provider_id is not None and (open_still or row.provider_id is None):
            named.append(NamedRow(row.id, said.provider_id))
    message_decisions.accept(tx, accepted)
    message_decisions.name(tx, named)
    tell(tx, moment, events)


def _accepted(row: AskedRow, answer: Accepted) -> AcceptedRow:
    cost = row.cost_micro if answer.cost_micro is None else answer.cost_micro
    return AcceptedRow(row.id, max(answer.parts, row.parts), cost)


def _kept(
    tx: Write, moment: Moment, desk: Desk, row: MessageRow, said: Refused | Doubt | NotCalled
) -> Event:
    match said:
        case Refused():
            return refused(tx, moment, desk, row, said)
        case NotCalled():
            return _put_back(tx, moment, row)
        case Doubt(kind=kind):
            if row.state == MessageState.HANDED.value:
                in_doubt = row._replace(
                    state=MessageState.UNKNOWN.value, reason=Reason.IN_DOUBT.value, detail=kind
                )
                messages.answer(tx, in_doubt)
            return Event(
                message_id=row.id,
                state=MessageState.UNKNOWN,
                reason=Reason.IN_DOUBT,
                detail=kind,
            )
        case _:
            assert_never(said)


def _put_back(tx: Write, moment: Moment, row: MessageRow) -> Event:
    give_back(tx, moment, row)
    reason = Reason.NOT_CALLED
    messages.answer(
        tx,
        row._replace(
            state=MessageState.QUEUED.value,
            reason=reason.value,
            detail=None,
            due_at=moment.now,
            reserved_micro=0,
            cost_micro=None,
        ),
    )
    return Event(message_id=row.id, state=MessageState.QUEUED, reason=reason)


def refused(tx: Write, moment: Moment, desk: Desk, row: MessageRow, refusal: Refused) -> Event:
    """A definite refusal: the next sender of the channel at once, else later, else given up.

    The places and the money that it took are given back: it did not leave.
    """
    give_back(tx, moment, row)
    free = row._replace(reserved_micro=0, cost_micro=None, detail=refusal.code[:CODE_LETTERS_MAX])
    tried = [*row.refused_by, row.provider or ""]
    if refusal.final or row.attempts >= ATTEMPTS_MAX:
        messages.answer(
            tx,
            free._replace(
                state=MessageState.FAILED.value,
                reason=Reason.GIVEN_UP.value,
                ended_at=moment.now,
                refused_by=tried,
            ),
        )
        return Event(
            message_id=row.id,
            state=MessageState.FAILED,
            reason=Reason.GIVEN_UP,
            detail=free.detail,
        )
    others = set(desk.ready.get(Channel(row.channel), ())) - set(tried)
    due = moment.now if others else _later(moment, row, refusal)
    messages.answer(
        tx,
        free._replace(
            state=MessageState.QUEUED.value,
            reason=Reason.REFUSED.value,
            due_at=due,
            refused_by=tried,
        ),
    )
    return Event(
        message_id=row.id, state=MessageState.QUEUED, reason=Reason.REFUSED, detail=free.detail
    )


def _later(moment: Moment, row: MessageRow, refusal: Refused) -> Instant:
    doubled = FIRST_WAIT_SECONDS * 2 ** min(row.attempts, 10)
    wait = max(refusal.retry_after_seconds or 0, min(doubled, WAIT_SECONDS_MAX))
    # Up to a quarter more, so that many who were refused together come back apart.
    share = moment.new_id().int % 256
    later = moment.now + timedelta(seconds=wait + wait * share / 1_024)
    # It expires when its time is over, and not when a patient provider would have it again.
    return Instant(min(later, row.valid_until))


def recover(tx: Write, moment: Moment) -> int:
    """Find what a worker lost: what it had not handed over is queued again, the rest is unknown.

    Answers how many were found.
    """
    rows = tx.all(messages.LOST, now=moment.now, most=LOST_AT_ONCE)
    events = []
    for row in rows:
        state = MessageState.QUEUED
        # What is shown at the till never left the house: handing it over again doubles nothing.
        if row.state == MessageState.HANDED.value and row.channel != Channel.TILL.value:
            state = MessageState.UNKNOWN
        reason = Reason.LEASE_LOST
        messages.answer(tx, row._replace(state=state.value, reason=reason.value, detail=None))
        events.append(Event(message_id=row.id, state=state, reason=reason))
    tell(tx, moment, events)
    return len(rows)


def put_aside(tx: Write, moment: Moment, *, lease: UUID) -> bool:
    """Put the first message of a lease off that nobody can decide, so that it holds up no other.

    Answers whether there was one.
    """
    rows = tx.all(messages.OF_LEASE_LOCKED, lease=lease, most=1)
    for row in rows:
        if row.valid_until <= moment.now:
            end(tx, moment, row, Ending(state=MessageState.EXPIRED, reason=Reason.TOO_LATE))
            continue
        until = Instant(moment.now + PUT_ASIDE_FOR)
        messages.delay(tx, row.id, until=until, reason=Reason.FAULT)
        if row.reason != Reason.FAULT.value:
            event = Event(message_id=row.id, state=MessageState.QUEUED, reason=Reason.FAULT)
            tell(tx, moment, [event])
    return bool(rows)
