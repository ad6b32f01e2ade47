"""Letting members into journeys: once for each occasion, if they may come in again, and drawn.

王芳's order of 328.00 is read twice after a crash: she comes in once, for the occasion has the order's
own name. One in ten is held back to measure by; her run says so, and ends where it begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.journey import Again, Journey
from regulars.domain.campaigns.triggers import ByHand
from regulars.domain.insights.assignment import NO_HOLDOUT, Design, even
from regulars.domain.insights.plan import Plan
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.segments.member_state import MemberState
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import journey_runs, journeys
from regulars.storage.engine import Write
from regulars.storage.journey_runs import RunRow
from regulars.use_cases.assigning import Declared, Eligible, assign, declare
from regulars.use_cases.journey_sights import Members, journey_of, needed_to_enter
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

NOT_LIVE = refusal_code("journey.not_live")
NOT_BY_HAND = refusal_code("journey.not_by_hand")
TOO_MANY_MEMBERS = refusal_code("journey.too_many_members", "maximum")

ONCE = "once"
BY_HAND_MAX = 500


class Candidate(NamedTuple):
    """A member who would come in, and the occasion under which she does so once."""

    member_id: UUID
    occasion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A journey that lets members in by one version."""

    id: UUID
    version: int
    journey: Journey


@dataclass(slots=True)
class _Past:
    """What is known of a member's earlier runs, moved on while a batch is decided."""

    last_at: dict[UUID, Instant] = field(default_factory=dict)
    open: set[UUID] = field(default_factory=set)


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
    """Declare how a journey draws whom it holds back. Refuses: assignment.design_fixed."""
    if journey.control:
        design = Design(
            salt=f"journey:{journey_id}",
            control=journey.control,
            variants=even(["offer"]),
            holdout=NO_HOLDOUT,
        )
        declare(tx, moment, journey_id, Declared(design=design, plan=Plan()))


def let_in(tx: Write, moment: Moment, door: Door, candidates: Sequence[Candidate]) -> int:
    """Let members into a journey who may come in; answers how many."""
    if not candidates:
        return 0
    journey = door.journey
    members = Members(tx, moment, [one.member_id for one in candidates], needed_to_enter(journey))
    past = _past(tx, door.id, sorted(members.states))
    welcome: list[tuple[Candidate, MemberState]] = []
    for one in candidates:
        state = members.states.get(one.member_id)
        if state is None or not state.active or not _may(past, one, journey, moment.now):
            continue
        if not members.judge_of(one.member_id)(journey.who):
            continue
        welcome.append((one, state))
        past.last_at[one.member_id] = moment.now
        past.open.add(one.member_id)
    held_out = _held_out(tx, moment, door, [state for _, state in welcome])
    for one, state in welcome:
        run = _run(moment, door, one, state)
        if state.id in held_out:
            run = run._replace(
                state="ended", due_at=None, ended_at=moment.now, why=Why.HELD_OUT.value
            )
        journey_runs.enter(tx, run)
    return len(welcome)


def _past(tx: Write, journey_id: UUID, members: Sequence[UUID]) -> _Past:
    past = _Past()
    for row in tx.all(journey_runs.PAST, journeys=[journey_id], members=list(members)):
        past.last_at[row.member_id] = row.last_at
        if row.open:
            past.open.add(row.member_id)
    return past


def _may(past: _Past, one: Candidate, journey: Journey, now: Instant) -> bool:
    who = one.member_id
    return journey.reentry.lets_in(past.last_at.get(who), open_run=who in past.open, now=now)


def _held_out(
    tx: Write, moment: Moment, door: Door, states: Sequence[MemberState]
) -> frozenset[UUID]:
    if not door.journey.control or not states:
        return frozenset()
    eligible = [Eligible(one.id, one.home_store_id, one.tier) for one in states]
    arms = assign(tx, moment, door.id, eligible, eligible_set=f"journey:{door.id}:{door.version}")
    return frozenset(one for one, arm in arms.items() if not arm.contacted)


def _run(moment: Moment, door: Door, one: Candidate, state: MemberState) -> RunRow:
    journey, now = door.journey, moment.now
    never = journey.reentry.again is Again.NEVER
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
        entered_at=now,
        valid_until=Instant(now + timedelta(days=journey.valid_days)),
        ended_at=None,
        why=Why.ENTERED.value,
        attempts=0,
        error=None,
    )


def doors(tx: Write) -> Mapping[UUID, tuple[Door, Instant]]:
    """The journeys that let members in, each with since when."""
    return {
        row.id: (
            Door(id=row.id, version=row.version, journey=journey_of(row.definition)),
            row.since,
        )
        for row in tx.all(journeys.LIVE)
    }


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
    found = doors(tx).get(command.journey_id)
    if found is None:
        raise NOT_LIVE.because()
    door, _ = found
    if not any(isinstance(one, ByHand) for one in door.journey.triggers):
        raise NOT_BY_HAND.because()
    occasion = f"hand:{moment.command_id}"
    asked = dict.fromkeys(command.member_ids)
    candidates = [Candidate(one, occasion) for one in asked]
    return Entered(entered=let_in(tx, moment, door, candidates))
