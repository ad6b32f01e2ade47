"""Planning messages: a row in the outbox, written with the decision that wants it.

The journey of 王芳 reaches its node "remind her": `run:17:node:3:1` is planned. The step is run again
after a crash: the same key, so the same message.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.message import (
    CHANNELS_MISSING,
    MessageState,
    Planned,
    Reason,
    given_data,
)
from regulars.domain.messaging.template import Template
from regulars.storage import (
    contact_slots,
    message_decisions,
    message_people,
    message_templates,
    messages,
)
from regulars.storage.engine import Write
from regulars.storage.message_decisions import EndedRow
from regulars.storage.message_templates import TemplateRow
from regulars.storage.messages import Ending, Event, MessageRow, NewMessage
from regulars.use_cases.message_facts import tell_ends
from regulars.use_cases.moment import Moment

TEMPLATE_UNKNOWN = refusal_code("template.unknown")
TEMPLATE_STOPPED = refusal_code("template.stopped")


def plan(tx: Write, moment: Moment, planned: Sequence[Planned]) -> dict[str, UUID]:
    """Put messages into the outbox, each effect key once; answers the message of every key.

    A marketing message waits a little for its rivals (Terms `messages.rivals_wait_minutes`), so
    that the most valuable one wins; what is shown at the till does not.
    Refuses: message.key_malformed, message.channels_missing, message.times_reversed,
    message.value_unknown, template.unknown, template.stopped, member.unknown.
    """
    if not planned:
        return {}
    checked = [one.checked(now=moment.now) for one in planned]
    templates = _templates(tx, {one.template_id for one in checked})
    members = sorted({one.member_id for one in checked}, key=lambda one: one.int)
    homes = dict(tx.all(message_people.HOMES, member_ids=members))
    # Its words are read once, not for each member.
    read = {one: (row, row.template) for one, row in templates.items()}
    waits: dict[UUID, timedelta] = {}
    rows = []
    for one in checked:
        store = one.store_id or homes.get(one.member_id)
        if store is None or one.member_id not in homes:
            raise MEMBER_UNKNOWN.because()
        if store not in waits:
            terms = moment.shops.in_force(tx, store, at=moment.now).terms.messages
            waits[store] = timedelta(minutes=terms.rivals_wait_minutes)
        rows.append(_row(moment, one, read[one.template_id], _Where(store, waits[store])))
    messages.add(tx, rows)
    return dict(tx.all(messages.BY_KEY, keys=sorted({one.effect_key for one in checked})))


def _templates(tx: Write, asked: set[UUID]) -> dict[UUID, TemplateRow]:
    rows = tx.all(message_templates.THESE_IN_FORCE, template_ids=sorted(asked))
    found = {row.id: row for row in rows}
    for one in asked:
        if one not in found:
            raise TEMPLATE_UNKNOWN.because()
        if found[one].state != "active":
            raise TEMPLATE_STOPPED.because()
    return found


class _Where(NamedTuple):
    """The store that a message is of, and how long marketing waits for its rivals there."""

    store_id: UUID
    rivals_wait: timedelta


def _row(
    moment: Moment, one: Planned, read: tuple[TemplateRow, Template], where: _Where
) -> NewMessage:
    row, template = read
    channels = [channel for channel in one.channels if channel in template.channels]
    if not channels:
        raise CHANNELS_MISSING.because()
    due, wait = one.due_at, where.rivals_wait
    if template.purpose is Purpose.MARKETING and channels[0] is not Channel.TILL:
        # Never so long that the wait itself makes it too late.
        due = max(due, min(Instant(moment.now + wait), Instant(one.valid_until - wait)))
    return NewMessage(
        id=moment.new_id(),
        effect_key=one.effect_key,
        member_id=one.member_id,
        store_id=where.store_id,
        template_id=row.id,
        template_version=row.version,
        purpose=template.purpose.value,
        category=template.category,
        channel=channels[0].value,
        other_channels=[channel.value for channel in channels[1:]],
        planned_at=moment.now,
        due_at=due,
        valid_until=one.valid_until,
        campaign_id=one.campaign_id,
        journey_id=one.journey_id,
        run_id=one.run_id,
        segment_id=one.segment_id,
        coupon_id=one.coupon_id,
        variant=one.variant,
        held_out=one.held_out,
        expected_value_minor=one.expected_value_minor,
        priority=one.priority,
        given=given_data(one.values),
    )


def call_off(tx: Write, moment: Moment, message_ids: Sequence[UUID]) -> int:
    """Take messages back that have not left: the run ended, its member left.

    Answers how many; what was handed over stays as it is.
    """
    rows = tx.all(messages.THESE_LOCKED, message_ids=list(message_ids))
    return _called_off(tx, moment, [row for row in rows if row.state == MessageState.QUEUED.value])


def call_off_campaign(tx: Write, moment: Moment, campaign_id: UUID, *, most: int) -> int:
    """Take some messages of a stopped campaign back; answers how many, 0 when none waits."""
    rows = tx.all(messages.QUEUED_OF_CAMPAIGN, campaign_id=campaign_id, most=most)
    return _called_off(tx, moment, rows)


def _called_off(tx: Write, moment: Moment, rows: Sequence[MessageRow]) -> int:
    ending = Ending(state=MessageState.CANCELLED, reason=Reason.CALLED_OFF)
    state, reason = ending.state.value, ending.reason.value
    message_decisions.end(
        tx,
        [EndedRow(row.id, state, reason, None, moment.now, row.language, row.text) for row in rows],
    )
    tell(
        tx,
        moment,
        [Event(message_id=row.id, state=ending.state, reason=ending.reason) for row in rows],
    )
    return len(rows)


def end(tx: Write, moment: Moment, row: MessageRow, ending: Ending) -> None:
    """End one message that did not leave, with its event."""
    messages.end(tx, row.id, ending, at=moment.now)
    event = Event(message_id=row.id, state=ending.state, reason=ending.reason, detail=ending.detail)
    tell(tx, moment, [event])


def tell(tx: Write, moment: Moment, events: Sequence[Event]) -> None:
    """Remember what happened to messages, and let journeys hear of those that do not arrive."""
    messages.tell(tx, events, at=moment.now, by=moment.actor.name)
    tell_ends(tx, moment, events)


def lock_budgets(tx: Write, rows: Iterable[MessageRow]) -> None:
    """Lock what the campaigns of some messages may spend, before any of it is given back.

    Messages first, then budgets, each in one order: whoever does so waits, and never in a circle.
    """
    contact_slots.budgets(tx, {row.campaign_id for row in rows if row.campaign_id is not None})


def give_back(tx: Write, moment: Moment, row: MessageRow) -> None:
    """Give back what a message had taken: it did not leave."""
    contact_slots.release(tx, row.id, at=moment.now)
    if row.campaign_id is not None:
        contact_slots.draw(tx, {row.campaign_id: -row.reserved_micro})
