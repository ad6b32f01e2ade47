"""Letting members into journeys: once for each occasion, if they may come in again, and drawn.

王芳's order of 328.00 is read twice after a crash: she comes in once, for the occasion has the order's
own name. One in ten is held back to measure by; her run says so, and ends where it begins.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.journey import Again, Journey
from regulars.domain.campaigns.triggers import ByHand
from regulars.domain.insights.assignment import (
    BUCKETS,
    Design,
    Variant,
    even,
    only_weights_differ,
)
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Purpose
from regulars.domain.segments.conditions import Needs
from regulars.domain.segments.member_state import MemberState
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import assignments, journey_fires, journey_runs, journeys
from regulars.storage.engine import Read, Write
from regulars.storage.journey_runs import RunRow
from regulars.storage.journeys import LiveRow
from regulars.use_cases.assigning import (
    DESIGN_FIXED,
    Declared,
    Eligible,
    assign,
    declare,
    hold_out,
    this_years,
)
from regulars.use_cases.journey_sights import Members, journey_of_text, needed_to_enter
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

NOT_LIVE = refusal_code("journey.not_live")
NOT_BY_HAND = refusal_code("journey.not_by_hand")
TOO_MANY_MEMBERS = refusal_code("journey.too_many_members", "maximum")

ONCE = "once"
# In a journey that learns so many are always drawn evenly. Units: of 10,000.
EVENLY = 1_000
BY_HAND_MAX = 500
BEHIND = timedelta(minutes=1)
# Journeys whose acts set each other off, round and round, are stopped here.
ENTRIES_A_DAY_MAX = 24


class Candidate(NamedTuple):
    """A member who would come in, and the occasion under which she does so once. `at`: when it
    was, if that is not now: the worker may have stood still since then."""

    member_id: UUID
    occasion: str
    at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A journey that lets members in by one version, since some moment."""

    id: UUID
    version: int
    journey: Journey
    since: Instant


@dataclass(slots=True)
class _Past:
    """What is known of a member's earlier runs, moved on while a batch is decided."""

    last_at: dict[UUID, Instant] = field(default_factory=dict)
    open: set[UUID] = field(default_factory=set)
    lately: Counter[UUID] = field(default_factory=Counter)

    def came_in(self, member_id: UUID, now: Instant) -> None:
        """She came in just now."""
        self.last_at[member_id] = now
        self.open.add(member_id)
        self.lately[member_id] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterByHand:
    """Put some members into a journey."""

    journey_id: UUID
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """How many came in; the others may not, or were in already."""

    entered: int


def draws(tx: Write, moment: Moment, journey_id: UUID, journey: Journey) -> None:
    """Declare how a journey draws: whom it holds back, and which way each of the others goes.

    What was learned of the ways stays when another version says the same of them.
    Refuses: assignment.design_fixed.
    """
    split = journey.learning
    known = assignments.policies_of(tx, journey_id)
    if not journey.control and split is None:
        if known:
            # Whoever was held back would be written to, and what was measured would mean nothing.
            raise DESIGN_FIXED.because()
        return
    variants = even(["offer"])
    if split is not None:
        variants = tuple(Variant(way.name, way.weight) for way in split.ways)
    design = Design(
        salt=f"journey:{journey_id}",
        control=journey.control,
        variants=variants,
        uniform=BUCKETS if split is None else EVENLY,
    )
    if known and split is not None and only_weights_differ(known[-1].design, design):
        return
    declare(tx, moment, journey_id, Declared(design=design, plan=Plan()))


class Arrived(NamedTuple):
    """The runs of those who came in, also of those held back, and their members as they are seen."""

    runs: Sequence[RunRow]
    members: Members | None


def let_in(tx: Write, moment: Moment, door: Door, candidates: Sequence[Candidate]) -> int:
    """Let members into a journey who may come in; answers how many."""
    return len(arrive(tx, moment, door, candidates, wanted=needed_to_enter(door.journey)).runs)


def arrive(
    tx: Write, moment: Moment, door: Door, candidates: Sequence[Candidate], *, wanted: Needs
) -> Arrived:
    """Let members into a journey who may come in; `wanted` is what has to be known of them."""
    journey = door.journey
    closes_at = _closes_at(tx, journey)
    if not candidates or (closes_at is not None and closes_at <= moment.now):
        return Arrived((), None)
    members = Members(tx, moment, [one.member_id for one in candidates], wanted)
    past = _past(tx, moment, door.id, sorted(members.states))
    welcome: list[tuple[Candidate, MemberState]] = []
    for one in candidates:
        state = members.states.get(one.member_id)
        if state is None or not state.active or not _may(past, one, journey, moment.now):
            continue
        if not members.judge_of(one.member_id)(journey.who):
            continue
        welcome.append((one, state))
        past.came_in(one.member_id, moment.now)
    held_out = _held_out(tx, moment, door, [state for _, state in welcome])
    runs = [_run(moment, door, one, state) for one, state in welcome]
    if closes_at is not None:
        runs = [one._replace(valid_until=min(one.valid_until, closes_at)) for one in runs]
    runs = [_kept_back(run) if run.member_id in held_out else run for run in runs]
    journey_runs.enter(tx, runs)
    return Arrived(runs, members)


def _closes_at(tx: Write, journey: Journey) -> Instant | None:
    if journey.last_on is None:
        return None
    return journey.closes_at(journey_fires.zone_of_shop(tx))


def _kept_back(run: RunRow) -> RunRow:
    """Of the control group: her run is over where it begins."""
    return run._replace(state="ended", due_at=None, ended_at=run.due_at, why=Why.HELD_OUT.value)


def _past(tx: Write, moment: Moment, journey_id: UUID, members: Sequence[UUID]) -> _Past:
    past = _Past()
    since = Instant(moment.now - timedelta(days=1))
    for row in tx.all(journey_runs.PAST, journey_id=journey_id, members=list(members), since=since):
        past.last_at[row.member_id] = row.last_at
        past.lately[row.member_id] = row.lately
        if row.open:
            past.open.add(row.member_id)
    return past


def _may(past: _Past, one: Candidate, journey: Journey, now: Instant) -> bool:
    who = one.member_id
    if past.lately[who] >= ENTRIES_A_DAY_MAX:
        return False
    return journey.reentry.lets_in(past.last_at.get(who), open_run=who in past.open, now=now)


def _held_out(
    tx: Write, moment: Moment, door: Door, states: Sequence[MemberState]
) -> frozenset[UUID]:
    """Those who are let in only to be compared with: of the year, or of this journey."""
    journey, named = door.journey, f"journey:{door.id}:{door.version}"
    if not states:
        return frozenset()
    eligible = [Eligible(one.id, one.home_store_id, one.tier) for one in states]
    held: frozenset[UUID] = frozenset()
    if journey.purpose is Purpose.MARKETING:
        holdout = this_years(tx, moment)
        held = hold_out(tx, moment, holdout, eligible, eligible_set=named)
    if not journey.control and journey.learning is None:
        return held
    others = [one for one in eligible if one.member_id not in held]
    arms = assign(tx, moment, door.id, others, eligible_set=named)
    return held | {one for one, arm in arms.items() if not arm.contacted}


def _run(moment: Moment, door: Door, one: Candidate, state: MemberState) -> RunRow:
    journey, now = door.journey, moment.now
    never = journey.reentry.again is Again.NEVER
    # Of the occasion, not of the moment at which it was heard of: what came after it counts.
    entered_at = now if one.at is None else min(one.at, now)
    return RunRow(
        id=moment.new_id(),
        journey_id=door.id,
        version=door.version,
        member_id=one.member_id,
        store_id=state.home_store_id,
        occurrence=ONCE if never else one.occasion,
        alone=int(journey.reentry.alone),
        state="open",
        node=journey.graph.start,
        rests=False,
        woken=False,
        until_at=None,
        due_at=now,
        entered_at=entered_at,
        valid_until=Instant(entered_at + timedelta(days=journey.valid_days)),
        ended_at=None,
        why=Why.ENTERED.value,
        attempts=0,
        error=None,
    )


def doors(tx: Write, now: Instant) -> list[Door]:
    """The journeys that let members in, held as they are until the commit."""
    return doors_of(tx, tx.all(journeys.LIVE_HELD), now)


def doors_of(read: Read, rows: Sequence[LiveRow], now: Instant) -> list[Door]:
    """The same as they are stored.

    What reads the facts and the calendar is a little behind: of a version that came into force a
    moment ago, with the triggers of the one before, what came just before it counts as well.
    """
    found = [door_of(row) for row in rows]
    new = [one.id for one in found if one.version > 1 and one.since > now - BEHIND]
    former: dict[UUID, list[Door]] = defaultdict(list)
    for row in read.all(journeys.FORMER, journeys=sorted(new)) if new else ():
        former[row.id].append(door_of(row))
    return [_continued(one, former.get(one.id, ())) for one in found]


def _continued(door: Door, former: Sequence[Door]) -> Door:
    before = next((one for one in former if one.version < door.version), None)
    if before is None or before.journey.triggers != door.journey.triggers:
        return door
    return replace(door, since=max(before.since, Instant(door.since - BEHIND)))


def open_door(tx: Write, journey_id: UUID) -> Door | None:
    """One journey, if it lets members in."""
    row = tx.one(journeys.THIS_LIVE_HELD, journey_id=journey_id)
    return None if row is None else door_of(row)


def door_of(row: LiveRow) -> Door:
    """A journey that lets members in, as it is stored."""
    journey = journey_of_text(row.definition)
    return Door(id=row.id, version=row.version, journey=journey, since=row.since)


@use_case
def enter_by_hand(tx: Write, command: EnterByHand, moment: Moment) -> Entered:
    """Put members into a journey that allows it.

    Refuses: permission.missing, scope.outside, journey.unknown, journey.not_live,
    journey.not_by_hand, journey.too_many_members.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    if len(command.member_ids) > BY_HAND_MAX:
        raise TOO_MANY_MEMBERS.because(maximum=BY_HAND_MAX)
    journeys.known(tx, command.journey_id)
    door = open_door(tx, command.journey_id)
    if door is None:
        raise NOT_LIVE.because()
    if not any(isinstance(one, ByHand) for one in door.journey.triggers):
        raise NOT_BY_HAND.because()
    occasion = f"hand:{moment.command_id}"
    asked = dict.fromkeys(command.member_ids)
    candidates = [Candidate(one, occasion) for one in asked]
    return Entered(entered=let_in(tx, moment, door, candidates))
