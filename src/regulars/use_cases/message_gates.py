"""The late gates: the one place where a message is let out, held back or ended.

Fifty leased messages are looked at together: who they are for, what she allows at this second,
what she has had this week, what the campaign may still spend. Those that pass are marked as handed
over in the same commit, their places and their money taken; the provider hears of them after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.channels import (
    Channel,
    Purpose,
    consent_channel,
    consent_purpose,
)
from regulars.domain.messaging.escaping import Medium, escaped
from regulars.domain.messaging.gates import (
    Candidate,
    Ended,
    Held,
    Outcome,
    Passed,
    first_channel,
    judged,
)
from regulars.domain.messaging.message import MessageState, Reason, given_from
from regulars.domain.messaging.port import Outgoing, Unsubscribe
from regulars.domain.messaging.rendering import Rendered
from regulars.storage import contact_slots, messages
from regulars.storage.contact_slots import SlotRow
from regulars.storage.engine import Write
from regulars.storage.messages import Ending, Event, Handing, MessageRow
from regulars.use_cases import preference_links
from regulars.use_cases.message_cases import (
    Batch,
    Case,
    Desk,
    batch_of,
    permit_of,
    standing_of,
)
from regulars.use_cases.message_words import (
    Manner,
    Occasion,
    language_of,
    words_for,
)
from regulars.use_cases.messages import tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.preference_links import Preference

# No provider is waited for as long: whoever was handed a message and is silent lost it.
HANDED_FOR = timedelta(minutes=3)
# Where a link leads out of the list; an SMS is answered, WeChat has its own switch.
LINKED = frozenset({Channel.EMAIL, Channel.PUSH, Channel.WEBHOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message that was marked as handed over, and to whom to hand it."""

    outgoing: Outgoing
    provider: str


class Decided(NamedTuple):
    """How many messages were looked at, and those that may leave."""

    looked_at: int
    ready: Sequence[Ready]


def pass_gates(tx: Write, moment: Moment, desk: Desk, *, lease: UUID, most: int) -> Decided:
    """Decide some messages of a lease; those that may leave are handed over by this commit.

    Whatever is decided leaves its reason, and the text as it would have been.
    """
    rows = tx.all(messages.OF_LEASE_LOCKED, lease=lease, most=most)
    if not rows:
        return Decided(0, ())
    batch, cases = batch_of(tx, moment, desk, rows)
    ready = []
    for case in sorted(cases, key=lambda one: one.rank.key, reverse=True):
        handed = _decide(tx, moment, desk, batch, case)
        if handed is not None:
            ready.append(handed)
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
    links = _links(moment, desk, case, channel)
    told = _told(case, channel, links, now)
    words, address = (None, "") if isinstance(told, str) else told
    cost = _cost(case, channel, words)
    outcome: Outcome = judged(candidate, standing, now=now, cost_micro=cost)
    if isinstance(outcome, Passed) and isinstance(told, str):
        outcome = Ended(state=MessageState.SUPPRESSED, reason=Reason.NO_WORDS, detail=told)
    batch.decided.add(row.id)
    match outcome:
        case Passed():
            assert words is not None
            return _handed(
                tx, moment, desk, batch, _Leaving(case, channel, words, address, links, cost)
            )
        case Held(reason=reason, until=until, detail=detail):
            messages.delay(tx, row.id, until=until, reason=reason, detail=detail)
            # The same again every quarter of an hour would only bury what matters.
            if (row.reason, row.detail) != (reason.value, detail):
                batch.events.append(_event(row, MessageState.QUEUED, reason, detail))
        case Ended(state=state, reason=reason, detail=detail):
            text = None if words is None else _sealed(case, words)
            language = None if words is None else words.language
            ending = Ending(state=state, reason=reason, detail=detail, language=language, text=text)
            messages.end(tx, row.id, ending, at=now)
            batch.events.append(_event(row, state, reason, detail))
    return None


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A message that leaves: where, in which words, at what price."""

    case: Case
    channel: Channel
    words: Rendered
    address: str
    links: Unsubscribe | None
    cost_micro: int


def _handed(tx: Write, moment: Moment, desk: Desk, batch: Batch, leaving: _Leaving) -> Ready:
    case, channel, words = leaving.case, leaving.channel, leaving.words
    row, person, now = case.row, case.person, moment.now
    assert person is not None
    provider, refused_by = _provider(desk.ready[channel], row)
    drawn = leaving.cost_micro if row.campaign_id in batch.room else 0
    if row.campaign_id is not None and drawn:
        batch.room[row.campaign_id] -= drawn
        batch.drawn[row.campaign_id] += drawn
    if case.purpose is Purpose.MARKETING:
        keys = tuple(dict.fromkeys(cap.key for cap in case.caps[channel]))
        contact_slots.take(tx, row.id, keys, at=now)
        for key in keys:
            batch.taken.setdefault(key, []).append(SlotRow(key, now, row.id))
    choice = permit_of(case, channel).choice
    # Of a channel that was passed over nothing is tried again later.
    others = case.channels[case.channels.index(channel) + 1 :]
    messages.hand(
        tx,
        row.id,
        Handing(
            channel=channel.value,
            other_channels=[one.value for one in others],
            handed_at=now,
            lease_until=Instant(now + HANDED_FOR),
            refused_by=refused_by,
            provider=provider,
            language=words.language,
            address_index=person.addresses[channel].blind_index,
            consent_id=None if choice is None else choice.id,
            parts=words.parts,
            reserved_micro=drawn,
            cost_micro=leaving.cost_micro,
            text=_sealed(case, words),
        ),
    )
    if channel.value != row.channel:
        batch.events.append(_event(row, MessageState.QUEUED, Reason.OTHER_CHANNEL, channel.value))
    batch.events.append(_event(row, MessageState.HANDED, None, provider))
    return Ready(outgoing=_outgoing(leaving), provider=provider)


def _outgoing(leaving: _Leaving) -> Outgoing:
    case, words = leaving.case, leaving.words
    return Outgoing(
        id=case.row.id,
        channel=leaving.channel,
        purpose=case.purpose,
        address=leaving.address,
        language=words.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        provider_template=words.provider_template,
        variables=words.variables,
        links=leaving.links,
        names=_names(case),
        valid_until=case.row.valid_until,
    )


def _names(case: Case) -> tuple[str, ...]:
    name = None if case.person is None else case.person.name
    return () if name is None else (escaped(name, Medium.SMS), escaped(name, Medium.PLAIN))


def _provider(ready: Sequence[str], row: MessageRow) -> tuple[str, list[str]]:
    """Who is asked: the first who has not refused it in this round; else a new round begins."""
    for name in ready:
        if name not in row.refused_by:
            return name, list(row.refused_by)
    return ready[0], []


def _cost(case: Case, channel: Channel, words: Rendered | None) -> int:
    if channel is not Channel.SMS or words is None:
        return 0
    return words.parts * case.shop.terms.messages.sms_part_price_micro


def _told(
    case: Case, channel: Channel, links: Unsubscribe | None, now: Instant
) -> tuple[Rendered, str] | str:
    """The text of a message and where it goes, or why there is none."""
    person = case.person
    if person is None or person.key is None or case.template is None:
        return "unreadable"
    about = Occasion(
        shop=case.shop,
        given=given_from(case.row.given),
        valid_until=case.row.valid_until,
        now=now,
    )
    try:
        # One address that no longer opens ends one message, and not the whole batch.
        address = person.address(channel)
        manner = Manner(channel=channel, language=language_of(person), links=links)
        words = words_for(case.template, manner, person, about)
    except Refusal as refusal:
        return refusal.code
    return "no variant" if words is None else (words, address or "")


def _links(moment: Moment, desk: Desk, case: Case, channel: Channel) -> Unsubscribe | None:
    if desk.public_url is None or case.purpose is not Purpose.MARKETING or channel not in LINKED:
        return None
    preference = Preference(
        member_id=case.row.member_id,
        channel=consent_channel(channel),
        purpose=consent_purpose(channel, case.purpose),
    )
    return preference_links.unsubscribe(
        moment.vault, preference, public_url=desk.public_url, category=case.row.category
    )


def _sealed(case: Case, words: Rendered) -> bytes:
    assert case.person is not None
    assert case.person.key is not None
    told = orjson.dumps({"subject": words.subject, "text": words.text}).decode()
    return messages.sealed(case.person.key, case.row.id, told)


def _event(
    row: MessageRow, state: MessageState, reason: Reason | None, detail: str | None
) -> Event:
    return Event(message_id=row.id, state=state, reason=reason, detail=detail)
