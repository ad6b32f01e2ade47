"""The late gates: the one place where a message is let out, held back or ended.

Some hundred messages that are due are looked at together: who they are for, what she allows at this second,
what she has had this week, what the campaign may still spend. Those that pass are marked as handed
over in the same commit, their places and their money taken; the provider hears of them after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.gates import (
    Candidate,
    Ended,
    Held,
    Outcome,
    Passed,
    first_channel,
    judged,
)
from regulars.domain.messaging.hours import closes_at
from regulars.domain.messaging.message import MessageState, Reason
from regulars.domain.messaging.port import Outgoing
from regulars.storage import contact_slots, message_decisions, message_links, messages
from regulars.storage.contact_slots import SlotRow
from regulars.storage.engine import Write
from regulars.storage.message_decisions import EndedRow, HandedRow, HeldRow
from regulars.storage.messages import Event, MessageRow
from regulars.use_cases import click_links
from regulars.use_cases.message_cases import (
    Batch,
    Case,
    Desk,
    batch_of,
    permit_of,
    standing_of,
)
from regulars.use_cases.message_telling import Told, names_of, sealed_text, told_of
from regulars.use_cases.messages import tell
from regulars.use_cases.moment import Moment

# No provider is waited for as long: whoever was handed a message and is silent lost it.
HANDED_FOR = timedelta(minutes=3)
# What was allowed a moment ago is true for so long: a message whose turn comes later is looked at anew.
CALLED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message that was marked as handed over, to whom to hand it, and until when."""

    outgoing: Outgoing
    provider: str
    attempt: int
    call_until: Instant


class Decided(NamedTuple):
    """How many messages were looked at, and those that may leave."""

    looked_at: int
    ready: Sequence[Ready]


def pass_gates(tx: Write, moment: Moment, desk: Desk, *, lease: UUID, most: int) -> Decided:
    """Decide some messages of a lease; those that may leave are handed over by this commit.

    Whatever is decided leaves its reason, and the text as it would have been.
    """
    rows = tx.all(messages.OF_LEASE_LOCKED, lease=lease, most=most)
    return _pass(tx, moment, desk, rows)


def pass_due(tx: Write, moment: Moment, desk: Desk, *, most: int) -> Decided:
    """Decide some messages that are due, which nobody has leased; what else a `pass_gates` does.

    They are locked, decided and handed over by one commit: a worker that dies before it has
    changed nothing, so there is nothing to lease.
    """
    rows = tx.all(messages.DUE_LOCKED, now=moment.now, most=most)
    return _pass(tx, moment, desk, rows)


def _pass(tx: Write, moment: Moment, desk: Desk, rows: Sequence[MessageRow]) -> Decided:
    if not rows:
        return Decided(0, ())
    batch, cases = batch_of(tx, moment, desk, rows)
    ready = []
    for case in sorted(cases, key=lambda one: one.rank.key, reverse=True):
        handed = _decide(tx, moment, desk, batch, case)
        if handed is not None:
            ready.append(handed)
    message_decisions.hand(tx, batch.handed)
    message_decisions.hold(tx, batch.held)
    message_decisions.end(tx, batch.ended)
    message_links.add(tx, batch.links)
    contact_slots.take_first(tx, batch.places)
    contact_slots.draw(tx, batch.drawn)
    tell(tx, moment, batch.events)
    return Decided(len(rows), ready)


def _decide(tx: Write, moment: Moment, desk: Desk, batch: Batch, case: Case) -> Ready | None:
    row, now = case.row, moment.now
    standing = standing_of(batch, desk, case, now)
    candidate = Candidate(
        rank=case.rank,
        purpose=case.purpose,
        channels=case.channels,
        valid_until=row.valid_until,
        held_out=row.held_out,
    )
    channel = first_channel(candidate, standing)
    told = told_of(moment, desk, case, channel)
    cost = _cost(case, channel, told)
    outcome: Outcome = judged(candidate, standing, now=now, cost_micro=cost)
    if isinstance(outcome, Passed) and isinstance(told, str):
        outcome = Ended(state=MessageState.SUPPRESSED, reason=Reason.NO_WORDS, detail=told)
    batch.decided.add(row.id)
    match outcome:
        case Passed():
            assert isinstance(told, Told)
            return _handed(tx, moment, desk, batch, _Leaving(case, channel, told, cost))
        case Held(reason=reason, until=until, detail=detail):
            batch.held.append(HeldRow(row.id, until, reason.value, detail))
            # The same again every quarter of an hour would only bury what matters.
            if (row.reason, row.detail) != (reason.value, detail):
                batch.events.append(_event(row, MessageState.QUEUED, reason, detail))
        case Ended(state=state, reason=reason, detail=detail):
            text, language = row.text, row.language
            if not isinstance(told, str):
                text, language = sealed_text(case, told.words), told.words.language
            ended = EndedRow(row.id, state.value, reason.value, detail, now, language, text)
            batch.ended.append(ended)
            batch.events.append(_event(row, state, reason, detail))
    return None


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A message that leaves: where, in which words, at what price."""

    case: Case
    channel: Channel
    told: Told
    cost_micro: int


def _handed(tx: Write, moment: Moment, desk: Desk, batch: Batch, leaving: _Leaving) -> Ready:
    case, channel, words = leaving.case, leaving.channel, leaving.told.words
    row, person, now = case.row, case.person, moment.now
    assert person is not None
    assert person.key is not None
    provider, refused_by = _provider(desk.ready[channel], row)
    drawn = leaving.cost_micro if row.campaign_id in batch.room else 0
    if row.campaign_id is not None and drawn:
        batch.room[row.campaign_id] -= drawn
        batch.drawn[row.campaign_id] += drawn
    if case.purpose is Purpose.MARKETING:
        keys = tuple(dict.fromkeys(cap.key for cap in case.caps[channel]))
        places = [SlotRow(key, now, row.id) for key in keys]
        if row.attempts:
            contact_slots.take(tx, row.id, keys, at=now)
        else:
            batch.places.extend(places)
        for place in places:
            batch.taken.setdefault(place.key, []).append(place)
    choice = permit_of(case, channel).choice
    # Of a channel that was passed over nothing is tried again later.
    others = case.channels[case.channels.index(channel) + 1 :]
    batch.handed.append(
        HandedRow(
            id=row.id,
            channel=channel.value,
            other_channels=[one.value for one in others],
            due_at=now,
            handed_at=now,
            lease_until=Instant(now + HANDED_FOR),
            attempts=row.attempts + 1,
            refused_by=refused_by,
            provider=provider,
            language=words.language,
            address_index=person.addresses[channel].blind_index,
            consent_id=None if choice is None else choice.id,
            parts=words.parts,
            reserved_micro=drawn,
            cost_micro=leaving.cost_micro,
            text=sealed_text(case, words),
        )
    )
    batch.links.extend(click_links.leading(moment, row.id, person.key, leaving.told.links))
    if channel.value != row.channel:
        batch.events.append(_event(row, MessageState.QUEUED, Reason.OTHER_CHANNEL, channel.value))
    batch.events.append(_event(row, MessageState.HANDED, None, provider))
    return Ready(
        outgoing=_outgoing(leaving),
        provider=provider,
        attempt=row.attempts + 1,
        call_until=_call_until(case, channel, now),
    )


def _call_until(case: Case, channel: Channel, now: Instant) -> Instant:
    until = min(Instant(now + CALLED_WITHIN), case.row.valid_until)
    if case.purpose is Purpose.SERVICE or channel is Channel.TILL:
        return until
    hours = case.shop.terms.messages.hours
    return min(until, closes_at(now, hours, zone=case.home.store.zone))


def _outgoing(leaving: _Leaving) -> Outgoing:
    case, words = leaving.case, leaving.told.words
    return Outgoing(
        id=case.row.id,
        channel=leaving.channel,
        purpose=case.purpose,
        address=leaving.told.address,
        language=words.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        provider_template=words.provider_template,
        variables=words.variables,
        links=leaving.told.leave,
        names=(*names_of(case), *(one.short.url for one in leaving.told.links.values())),
        valid_until=case.row.valid_until,
    )


def _provider(ready: Sequence[str], row: MessageRow) -> tuple[str, list[str]]:
    """Who is asked: the first who has not refused it in this round; else a new round begins."""
    for name in ready:
        if name not in row.refused_by:
            return name, list(row.refused_by)
    return ready[0], []


def _cost(case: Case, channel: Channel, told: Told | str) -> int:
    if channel is not Channel.SMS or isinstance(told, str):
        return 0
    return told.words.parts * case.shop.terms.messages.sms_part_price_micro


def _event(
    row: MessageRow, state: MessageState, reason: Reason | None, detail: str | None
) -> Event:
    return Event(message_id=row.id, state=state, reason=reason, detail=detail)
