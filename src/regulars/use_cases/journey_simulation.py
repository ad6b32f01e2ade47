"""Trying a journey on the shop's own past, some members at a time, with its progress shown.

小陈 asks how "老友归来" would have gone: two hundred members are tried, the figures added, and so on; she
watches 4,200 of 18,000 pass, and a restart of the server goes on at 4,200.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import asked_by
from regulars.domain.campaigns.past import Past, taken_as_today
from regulars.domain.campaigns.simulation import Question, Text, Trial
from regulars.domain.campaigns.triggers import OnFact
from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.segments.conditions import Needs, needs
from regulars.domain.segments.kinds import EVER, Part
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import journey_simulations, journeys, message_templates, segments
from regulars.storage.engine import Read, Write
from regulars.storage.journey_simulations import SimulationRow
from regulars.storage.segment_ground import ground_of
from regulars.storage.shops import Shops
from regulars.storage.stores import STORES
from regulars.storage.vault import Vault
from regulars.use_cases.journey_sights import journey_of, needed_by
from regulars.use_cases.journeys import check_references
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.segment_judging import condition_of
from regulars.use_cases.segment_states import Look, states_of

SIMULATION_UNKNOWN = refusal_code("journey.simulation_unknown")
SIMULATION_OVER = refusal_code("journey.simulation_over")

MEMBERS_AT_ONCE = 200
DAYS_MAX = 366
# What the past can be asked for; of the rest it is said that it was left out.
REPLAYED_FACTS = frozenset({"order.settled", "member.joined"})
_EVERYTHING = Needs(
    frozenset({Part.ORDERS, Part.LINES, Part.BIRTHDAY, Part.CONTACTS, Part.CONSENTS}), EVER
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSimulation:
    """Try a journey's draft on the last days."""

    id: UUID
    journey_id: UUID
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSimulation:
    """Break a simulation off."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTried:
    """What trying some more members came to."""

    id: UUID
    seen: UUID
    upto: UUID
    done: int
    found: Mapping[str, int]
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A simulation, and how many members it will try."""

    id: UUID
    state: str
    done: int
    total: int


@use_case
def ask_simulation(tx: Write, command: AskSimulation, moment: Moment) -> Asked:
    """Ask how a journey's draft would have gone.

    Refuses: permission.missing, scope.outside, journey.unknown, journey.* (what it names).
    """
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    known = journeys.known(tx, command.journey_id)
    check_references(tx, journey_of(known.draft), known.id)
    total = tx.one(journey_simulations.ACTIVE_NUMBER) or 0
    days = min(command.days, DAYS_MAX)
    row = SimulationRow(
        id=command.id,
        journey_id=known.id,
        definition=known.draft,
        since=Instant(moment.now - timedelta(days=days)),
        until=moment.now,
        state="running",
        after_id=journeys.NOBODY,
        done=0,
        total=total,
        found={},
        asked_at=moment.now,
        asked_by=moment.actor.name,
        finished_at=None,
    )
    journey_simulations.ask(tx, row)
    return Asked(id=row.id, state=row.state, done=0, total=total)


@use_case
def stop_simulation(tx: Write, command: StopSimulation, moment: Moment) -> Asked:
    """Break a simulation off. Refuses: permission.missing, journey.simulation_unknown,
    journey.simulation_over."""
    moment.actor.need(Permission.OFFER_WRITE)
    row = tx.one(journey_simulations.ONE, simulation_id=command.id)
    if row is None:
        raise SIMULATION_UNKNOWN.because()
    tx.take(
        journey_simulations.STOP,
        refusal=SIMULATION_OVER.because(),
        this=row.id,
        over_at=moment.now,
    )
    return Asked(id=row.id, state="stopped", done=row.done, total=row.total)


@use_case
def keep_tried(tx: Write, command: KeepTried, moment: Moment) -> Asked:
    """Keep what trying some more members came to; the same step a second time changes nothing.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    tx.send(
        journey_simulations.ADVANCE,
        this=command.id,
        seen=command.seen,
        upto=command.upto,
        so_far=command.done,
        told=dict(command.found),
        now_state="done" if command.finished else "running",
        over_at=moment.now if command.finished else None,
    )
    state = "done" if command.finished else "running"
    return Asked(id=command.id, state=state, done=command.done, total=0)


def tried(read: Read, row: SimulationRow, shops: Shops, vault: Vault) -> KeepTried:
    """Try the next members."""
    question = _question(read, row, shops)
    ids = read.all(journey_simulations.ACTIVE_AFTER, after_id=row.after_id, rows=MEMBERS_AT_ONCE)
    ground = ground_of(read)
    # Birthdays are looked for around the beginning, so that those of the whole stretch are there.
    look = Look(now=row.since, ground=ground, vault=vault)
    wanted = _EVERYTHING.and_of(needed_by([question.journey]))
    found: Counter[str] = Counter(row.found)
    for state in states_of(read, ids, Needs(wanted.parts | _parts(question), EVER), look):
        zone = ground.stores[state.home_store_id].zone
        found += Trial(question, Past(state, ground), zone).run()
    return KeepTried(
        id=row.id,
        seen=row.after_id,
        upto=ids[-1] if ids else row.after_id,
        done=row.done + len(ids),
        found=found,
        finished=len(ids) < MEMBERS_AT_ONCE,
    )


def _parts(question: Question) -> frozenset[Part]:
    journey = question.journey
    conditions = [journey.who, *asked_by(journey.graph), *question.segments.values()]
    return frozenset[Part]().union(*[needs(one).parts for one in conditions])


def _question(read: Read, row: SimulationRow, shops: Shops) -> Question:
    journey = journey_of(row.definition)
    store = read.all(STORES)[0]
    terms = shops.in_force(read, store.id, at=row.until).terms.messages
    return Question(
        journey_id=row.journey_id,
        journey=journey,
        segments=_segments(read, journey),
        texts=_texts(read, journey),
        since=row.since,
        until=row.until,
        hours=terms.hours,
        day_cap=terms.day_cap,
        week_cap=terms.week_cap,
        part_price_micro=terms.sms_part_price_micro,
    )


def _segments(read: Read, journey: Journey) -> dict[UUID, Condition]:
    return {
        one.id: condition_of(one.condition)
        for one in read.all(segments.NEWEST)
        if one.id in journey.segments
    }


def _texts(read: Read, journey: Journey) -> dict[str, Text]:
    found = {}
    for one in read.all(message_templates.IN_FORCE):
        if one.code not in journey.templates:
            continue
        template = one.template
        parts = [sms_parts(v.text) for v in template.variants if v.channel is Channel.SMS] or [0]
        marketing = template.purpose is Purpose.MARKETING
        found[one.code] = Text(marketing=marketing, parts_low=min(parts), parts_high=max(parts))
    return found


def assumed(read: Read, journey: Journey) -> dict[str, list[str]]:
    """What a simulation cannot know: measures taken as they are today, facts that it leaves out."""
    conditions = [journey.who, *asked_by(journey.graph), *_segments(read, journey).values()]
    facts = {one.fact for one in journey.triggers if isinstance(one, OnFact)}
    facts |= {one.fact for one in journey.exits.goals}
    return {
        "as_today": [*taken_as_today(conditions), "consents", "contacts"],
        "left_out": sorted(facts - REPLAYED_FACTS),
    }
