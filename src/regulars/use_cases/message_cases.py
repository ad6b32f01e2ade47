"""The messages of one batch with everything that was read for them, and what holds for each now.

Fifty messages for forty members of three shops: one question each for members, addresses, choices,
places taken, rivals and budgets; then every message is judged by what it says here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.caps import DAY, LONGEST, WEEK, Cap
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.gates import Objection, Rank, Reach, Standing
from regulars.domain.messaging.template import Template
from regulars.domain.messaging.terms import MessageTerms
from regulars.domain.orders.shop import Shop
from regulars.storage import contact_slots, message_templates, messages
from regulars.storage.contact_slots import SlotRow
from regulars.storage.engine import Write
from regulars.storage.message_decisions import EndedRow, HandedRow, HeldRow
from regulars.storage.message_links import NewLink
from regulars.storage.messages import Event, MessageRow, RivalRow
from regulars.use_cases import message_people
from regulars.use_cases.message_people import IN_THE_HOUSE, Asked, Permit, Person
from regulars.use_cases.message_questions import QUESTIONS, Question, objections
from regulars.use_cases.message_words import needs_balances
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the dispatch has at hand: senders that are ready, by channel and in their order, and
    where the shop is reached from outside. Without that no marketing e-mail leaves."""

    ready: Mapping[Channel, tuple[str, ...]]
    public_url: str | None = None
    questions: Sequence[Question] = QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that is known of a batch, read once. `taken`, `room`, `drawn` and `decided`
    move on while it is decided; `places` are those taken by messages that never took any, `handed`,
    `held` and `ended` what was decided: written together once all of it is."""

    people: Mapping[UUID, Person]
    templates: Mapping[tuple[UUID, int], Template]
    shops: Mapping[UUID, Shop]
    objections: Mapping[UUID, Objection]
    rivals: Mapping[UUID, Sequence[Rank]]
    taken: dict[bytes, list[SlotRow]]
    room: dict[UUID, int]
    drawn: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    decided: set[UUID] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    places: list[SlotRow] = field(default_factory=list)
    handed: list[HandedRow] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    ended: list[EndedRow] = field(default_factory=list)
    links: list[NewLink] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message with what was read for it: what it is for, and what it is worth beside others."""

    row: MessageRow
    person: Person | None
    template: Template | None
    shop: Shop
    home: Shop
    channels: tuple[Channel, ...]
    caps: Mapping[Channel, Sequence[Cap]]
    purpose: Purpose
    rank: Rank

    @property
    def keys(self) -> frozenset[bytes]:
        """The keys of all caps under which it may fall."""
        return frozenset([cap.key for caps in self.caps.values() for cap in caps])


def _rank(row: MessageRow | RivalRow) -> Rank:
    return Rank(
        expected_value_minor=row.expected_value_minor,
        priority=row.priority,
        planned_at=row.planned_at,
        id=row.id,
    )


def batch_of(
    tx: Write, moment: Moment, desk: Desk, rows: Sequence[MessageRow]
) -> tuple[Batch, list[Case]]:
    """Everything that some messages need to be judged, read once; their caps are locked."""
    templates = message_templates.versions(
        tx, {(row.template_id, row.template_version) for row in rows}
    )
    balances = any(needs_balances(one) for one in templates.values())
    channels = {one for row in rows for one in (row.channel, *row.other_channels)}
    also = Asked(balances=balances, in_the_house=not IN_THE_HOUSE.isdisjoint(channels))
    members = {row.member_id for row in rows}
    people = message_people.load(tx, moment.vault, members, also=also)
    homes = {one: person.row.joined_store_id for one, person in people.items()}
    stores = {row.store_id for row in rows} | set(homes.values())
    shops = {one: moment.shops.in_force(tx, one, at=moment.now) for one in stores}
    cases = [
        _case(
            row,
            people,
            templates,
            shops[row.store_id],
            shops[homes.get(row.member_id, row.store_id)],
        )
        for row in rows
    ]
    marketing = [case for case in cases if case.purpose is Purpose.MARKETING]
    keys = {key for case in marketing for key in case.keys}
    contact_slots.lock(tx, keys)
    campaigns = {one.row.campaign_id for one in marketing if one.row.campaign_id is not None}
    batch = Batch(
        people=people,
        templates=templates,
        shops=shops,
        objections=objections(tx, rows, moment.now, questions=desk.questions),
        rivals=_rivals(tx, marketing, moment.now),
        taken=contact_slots.taken(tx, keys, since=Instant(moment.now - LONGEST)),
        room=contact_slots.budgets(tx, campaigns),
    )
    return batch, cases


def _case(
    row: MessageRow,
    people: Mapping[UUID, Person],
    templates: Mapping[tuple[UUID, int], Template],
    shop: Shop,
    home: Shop,
) -> Case:
    person = people.get(row.member_id)
    channels = tuple(Channel(one) for one in (row.channel, *row.other_channels))
    return Case(
        row=row,
        person=person,
        template=templates.get((row.template_id, row.template_version)),
        shop=shop,
        home=home,
        channels=channels,
        caps={channel: _caps(row, person, shop.terms.messages, channel) for channel in channels},
        purpose=Purpose(row.purpose),
        rank=_rank(row),
    )


def _caps(
    row: MessageRow, person: Person | None, terms: MessageTerms, channel: Channel
) -> tuple[Cap, ...]:
    member = _member_key(row.member_id)
    category = b"c" + row.member_id.bytes + row.category.encode()
    caps = (
        Cap(member, DAY, terms.day_cap),
        Cap(member, WEEK, terms.week_cap),
        Cap(category, WEEK, terms.category_week_cap),
    )
    address = None if person is None else person.addresses.get(channel)
    if address is None:
        return caps
    return (*caps, Cap(b"a" + address.blind_index, DAY, terms.address_day_cap))


def _rivals(tx: Write, cases: Sequence[Case], now: Instant) -> dict[UUID, list[Rank]]:
    """What else is meant for each member soon: these messages, and the best of the others."""
    rivals: dict[UUID, list[Rank]] = defaultdict(list)
    for case in cases:
        if not case.row.held_out:
            rivals[case.row.member_id].append(case.rank)
    if cases:
        found = tx.all(
            messages.RIVALS,
            member_ids=sorted({case.row.member_id for case in cases}, key=lambda one: one.int),
            until=Instant(now + max(map(_wait, cases))),
            beside=[case.row.id for case in cases],
        )
        for best in found:
            rivals[best.member_id].append(_rank(best))
    return rivals


def standing_of(batch: Batch, desk: Desk, case: Case, now: Instant) -> Standing:
    """What is true of one message now, after what was decided before it."""
    row, person = case.row, case.person
    wait = _wait(case)
    mine = batch.taken.get(_member_key(row.member_id), ())
    just = [one for one in mine if one.at > now - wait and one.message_id != row.id]
    rivals = [
        one
        for one in batch.rivals.get(row.member_id, ())
        if one.id != row.id and one.id not in batch.decided
    ]
    return Standing(
        contactable=person is not None and person.contactable,
        reach={channel: _reach(case, desk, channel) for channel in case.channels},
        objection=batch.objections.get(row.id),
        # Her own clock is that of the shop where she is at home.
        zone=case.home.store.zone,
        hours=case.shop.terms.messages.hours,
        caps=case.caps,
        taken=_taken(batch, case),
        rivals=rivals,
        just_sent=just[-1].message_id if just else None,
        rivals_wait=wait,
        room_micro=None if row.campaign_id is None else batch.room.get(row.campaign_id),
    )


def _reach(case: Case, desk: Desk, channel: Channel) -> Reach:
    ready = bool(desk.ready.get(channel))
    if channel is Channel.EMAIL and case.purpose is Purpose.MARKETING:
        ready = ready and desk.public_url is not None
    address = case.person is not None and channel in case.person.addresses
    return Reach(address=address, allowed=permit_of(case, channel).allowed, sender=ready)


def permit_of(case: Case, channel: Channel) -> Permit:
    """Whether the member of a message allows it on a channel."""
    if case.person is None:
        return Permit(allowed=False)
    return case.person.permit(channel, case.purpose)


def _taken(batch: Batch, case: Case) -> dict[bytes, Sequence[Instant]]:
    """The places that others hold: one that is sent again still has its own."""
    return {
        key: [one.at for one in batch.taken.get(key, ()) if one.message_id != case.row.id]
        for key in case.keys
    }


def _member_key(member_id: UUID) -> bytes:
    return b"m" + member_id.bytes


def _wait(case: Case) -> timedelta:
    return timedelta(minutes=case.shop.terms.messages.rivals_wait_minutes)
