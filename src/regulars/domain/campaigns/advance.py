"""One step of one member's journey: what the graph says about where she stands now.

王芳 rests at "wait two days": at ten on Sunday the wait is over and she moves on to the branch; the
branch asks of her what segments ask; then there is something to do, and the answer says so. It does
nothing itself: who asked does it, and tells whether it could be done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.fates import Fate, Sending
from regulars.domain.campaigns.happenings import MESSAGE_ENDED
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import (
    Act,
    Action,
    Branch,
    Exit,
    Goal,
    Split,
    Wait,
    WaitFor,
    WaitSent,
    Way,
)
from regulars.domain.campaigns.waits import Clock, ends_at
from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant

BUCKETS = 10_000
# How soon a wait for a message looks again; each time as long as it has waited until then.
LOOK_AGAIN = timedelta(minutes=10)
NOT_PLANNED = "not_planned"


class Why(StrEnum):
    """Why a run moved, rests or ended."""

    ENTERED = "entered"
    WAITS = "waits"
    WAIT_OVER = "wait_over"
    DAY_UNKNOWN = "day_unknown"
    WAITS_FOR = "waits_for"
    HAPPENED = "happened"
    TIMED_OUT = "timed_out"
    WAITS_SENT = "waits_sent"
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNSURE = "unsure"
    HOLDS = "holds"
    HOLDS_NOT = "holds_not"
    DRAWN = "drawn"
    DONE = "done"
    NOT_DONE = "not_done"
    GOAL = "goal_reached"
    EXIT = "exit"
    TOO_LATE = "too_late"
    MEMBER_LEFT = "member_left"
    LEFT_SEGMENT = "left_segment"
    NO_CONSENT = "no_consent"
    HELD_OUT = "held_out"
    ENDED = "journey_ended"
    STEP_GONE = "step_gone"
    MOVED = "moved_to_version"


# Ended so, what is still on its way to her is not sent any more.
UNWANTED = frozenset(
    {
        Why.GOAL,
        Why.LEFT_SEGMENT,
        Why.NO_CONSENT,
        Why.MEMBER_LEFT,
        Why.ENDED,
        Why.STEP_GONE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands. `rests`: it has arrived at its step and waits there. `until_at`: when
    that is over; `woken`: what it waited for has happened; `done`: whether the step's act was;
    `arm`: what she was drawn in a journey that learns; `fates`: what became of the messages that
    her steps wanted, by step."""

    journey_id: UUID
    member_id: UUID
    node: str
    entered_at: Instant
    valid_until: Instant
    rests: bool = False
    until_at: Instant | None = None
    woken: bool = False
    done: bool | None = None
    arm: str | None = None
    fates: Mapping[str, Fate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is known of the member at this moment. `holds` judges a condition over her."""

    now: Instant
    clock: Clock
    holds: Callable[[Condition], bool]
    active: bool = True
    in_segment: bool = True
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Moves:
    """On to another step."""

    to: str
    why: Why
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Rests:
    """Stays here until then. `waits_for`: the kind of fact that wakes it earlier; `look_at`: when it
    is looked at again before."""

    until_at: Instant
    why: Why
    waits_for: str | None = None
    look_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Does:
    """Something is to be done here, once."""

    action: Action


@dataclass(frozen=True, slots=True)
class Ends:
    """It is over for her."""

    why: Why


Transition = Moves | Rests | Does | Ends


def step(journey: Journey, standing: Standing, sight: Sight) -> Transition:
    """What comes next for a run: asked again after every move, until it rests or ends."""
    early = _ended_early(journey, standing, sight)
    if early is not None:
        return Ends(early)
    node = journey.graph.nodes.get(standing.node)
    match node:
        case None:
            return Ends(Why.STEP_GONE)
        case Wait():
            return _wait(node, standing, sight)
        case WaitFor():
            return _wait_for(node, standing, sight)
        case WaitSent():
            return _wait_sent(node, standing, sight)
        case Branch(condition=condition, yes=yes, no=no):
            if sight.holds(condition):
                return Moves(yes, Why.HOLDS)
            return Moves(no, Why.HOLDS_NOT)
        case Split():
            way = _way(node, standing)
            return Moves(way.next, Why.DRAWN, way.name)
        case Act(action=action, next=following, failed=failed):
            if standing.done is None:
                return Does(action)
            if standing.done:
                return Moves(following, Why.DONE)
            return Moves(failed or following, Why.NOT_DONE)
        case Goal():
            return Ends(Why.GOAL)
        case Exit():
            return Ends(Why.EXIT)
        case _:
            assert_never(node)


def _ended_early(journey: Journey, standing: Standing, sight: Sight) -> Why | None:
    if not sight.active:
        return Why.MEMBER_LEFT
    if journey.exits.left_segment is not None and not sight.in_segment:
        return Why.LEFT_SEGMENT
    if journey.exits.without_consent and not sight.allowed:
        return Why.NO_CONSENT
    if sight.now >= standing.valid_until:
        return Why.TOO_LATE
    return None


def _wait(node: Wait, standing: Standing, sight: Sight) -> Transition:
    if not standing.rests:
        until_at = ends_at(node.until, sight.clock, since=sight.now)
        if until_at is None:
            return Ends(Why.DAY_UNKNOWN)
        if until_at > sight.now:
            return Rests(until_at, Why.WAITS)
    elif standing.until_at is not None and standing.until_at > sight.now:
        return Rests(standing.until_at, Why.WAITS)
    return Moves(node.next, Why.WAIT_OVER)


def _wait_for(node: WaitFor, standing: Standing, sight: Sight) -> Transition:
    if standing.woken:
        return Moves(node.happened, Why.HAPPENED)
    if not standing.rests:
        until_at = Instant(sight.now + timedelta(minutes=node.timeout_minutes))
        return Rests(until_at, Why.WAITS_FOR, node.fact)
    if standing.until_at is not None and standing.until_at > sight.now:
        return Rests(standing.until_at, Why.WAITS_FOR, node.fact)
    return Moves(node.timed_out, Why.TIMED_OUT)


def _way(split: Split, standing: Standing) -> Way:
    """Who came in before the journey learned anything is sent by its weights."""
    if split.learns is not None:
        for way in split.ways:
            if way.name == standing.arm:
                return way
    return drawn(split, standing.journey_id, standing.member_id)


def _wait_sent(node: WaitSent, standing: Standing, sight: Sight) -> Transition:
    fate = standing.fates.get(node.step)
    if fate is None:
        return Moves(node.way_of(NOT_PLANNED), Why.NOT_SENT, NOT_PLANNED)
    match fate.sending:
        case Sending.SENT:
            return Moves(node.sent, Why.SENT)
        case Sending.NOT_SENT:
            return Moves(node.way_of(fate.reason or ""), Why.NOT_SENT, fate.reason)
        case Sending.OPEN:
            return _wait_on(node, standing, sight.now)
        case _:
            assert_never(fate.sending)


def _wait_on(node: WaitSent, standing: Standing, now: Instant) -> Transition:
    timeout = timedelta(minutes=node.timeout_minutes)
    rests = standing.rests and standing.until_at is not None
    until_at = standing.until_at if rests and standing.until_at else Instant(now + timeout)
    if until_at <= now:
        return Moves(node.unsure or node.sent, Why.UNSURE)
    waited = now - (until_at - timeout)
    look_at = Instant(min(until_at, now + max(waited, LOOK_AGAIN)))
    return Rests(until_at, Why.WAITS_SENT, MESSAGE_ENDED, look_at)


def drawn(split: Split, journey_id: UUID, member_id: UUID) -> Way:
    """The way that a member is sent: the same one under the same salt, as long as weights stay."""
    digest = sha256(f"{journey_id}:{split.salt}|{member_id}".encode()).digest()
    bucket = int.from_bytes(digest[:8], "big") % BUCKETS
    reached = 0
    for way in split.ways:
        reached += way.weight
        if bucket < reached:
            return way
    raise ValueError("the weights of a split sum to 10,000")
