"""What happens to members, as journeys hear of it: who comes in, who is woken, who has arrived.

A fact is read once: the reader's place moves in the same commit in which 王芳 comes in, her wait for an
order ends, or the coupon that was on its way to her is called off because she came by herself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.campaigns import happenings
from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.happenings import met
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.triggers import OnFact, OnSegment, Trigger
from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Permission
from regulars.storage import journey_runs
from regulars.storage.engine import Write
from regulars.storage.fact_cursors import Cursor, put
from regulars.storage.journey_runs import FactTold, RunRow
from regulars.use_cases.journey_entries import Candidate, Door, doors, let_in
from regulars.use_cases.journey_sights import versions_of
from regulars.use_cases.journey_steps import end_runs, wakes
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

READER = "journeys"
ENTERED, LEFT = "segment.entered", "segment.left"
# After these a run that rests is looked at again: she may have no business in it any more.
LOOK_AGAIN = frozenset({LEFT, "consent.withdrawn", "member.state_changed"})
HEARD = happenings.KINDS | LOOK_AGAIN | {ENTERED, LEFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowFacts:
    """Take up some facts, and move the reader on."""

    sequences: tuple[int, ...]
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How many came in, were woken, and reached a goal."""

    entered: int
    woken: int
    ended: int


@use_case
def follow_facts(tx: Write, command: FollowFacts, moment: Moment) -> Followed:
    """Let the journeys hear what happened. Refuses: permission.missing."""
    moment.actor.need(Permission.OFFER_WRITE)
    put(tx, READER, command.cursor)
    told = [one for one in journey_runs.told(tx, command.sequences) if one.member_id is not None]
    ended, woken = _on_the_way(tx, moment, told)
    entered = 0
    for door, since in doors(tx).values():
        entered += let_in(tx, moment, door, list(_candidates(door, told, since)))
    return Followed(entered=entered, woken=woken, ended=ended)


def _candidates(door: Door, told: Sequence[FactTold], since: Instant) -> Iterator[Candidate]:
    for one in told:
        if one.member_id is None or one.at < since:
            continue
        if any(_lets_in(trigger, one) for trigger in door.journey.triggers):
            yield Candidate(one.member_id, occasion_of(one))


def _lets_in(trigger: Trigger, told: FactTold) -> bool:
    match trigger:
        case OnFact(fact=fact, where=where):
            return told.kind == fact and _met(told, where)
        case OnSegment(segment_id=segment_id, enters=enters):
            return told.kind == (ENTERED if enters else LEFT) and told.subject_id == segment_id
        case _:
            return False


def _met(told: FactTold, where: Condition) -> bool:
    store = None if told.store_id is None else str(told.store_id)
    return met(where, told.body, store=store)


def occasion_of(told: FactTold) -> str:
    """The name of what happened: of the thing it is about, or of the fact where there is none.

    A member enters a segment again and again: each time is an occasion.
    """
    if told.subject_id is None or told.kind in (ENTERED, LEFT, "member.tier_changed"):
        return f"{told.kind}:{told.sequence}"
    return f"{told.kind}:{told.subject_id}"


def _on_the_way(tx: Write, moment: Moment, told: Sequence[FactTold]) -> tuple[int, int]:
    """End the runs that have reached their goal, wake those that waited; how many of each."""
    if not told:
        return 0, 0
    members = sorted({one.member_id for one in told if one.member_id is not None})
    runs = tx.all(journey_runs.OPEN_OF_MEMBERS, members=members)
    if not runs:
        return 0, 0
    versions = versions_of(tx, {(run.journey_id, run.version) for run in runs})
    of_member: Mapping[UUID, list[FactTold]] = defaultdict(list)
    for one in told:
        if one.member_id is not None:
            of_member[one.member_id].append(one)
    waits = _waits(tx, members, told)
    ends: list[tuple[RunRow, Why]] = []
    woken: list[UUID] = []
    for run in runs:
        journey, _ = versions[run.journey_id, run.version]
        heard = of_member[run.member_id]
        if any(_is_goal(journey, run, one) for one in heard):
            ends.append((run, Why.GOAL))
        elif any(_wakes(run, journey, one, waits) for one in heard):
            woken.append(run.id)
    _look_again(tx, moment, runs, of_member)
    if woken:
        tx.send(journey_runs.WAKE, runs=woken, due=moment.now)
    if ends:
        end_runs(tx, moment, ends)
    return len(ends), len(woken)


def _waits(tx: Write, members: Sequence[UUID], told: Sequence[FactTold]) -> Mapping[UUID, Instant]:
    """Since when each run waits for something of these kinds."""
    kinds = sorted({one.kind for one in told})
    rows = tx.all(journey_runs.WAITING, members=list(members), facts=kinds)
    return {row.run_id: row.since for row in rows}


def _wakes(run: RunRow, journey: Journey, told: FactTold, waits: Mapping[UUID, Instant]) -> bool:
    since = waits.get(run.id)
    return since is not None and told.at >= since and wakes(run, journey, told)


def _is_goal(journey: Journey, run: RunRow, told: FactTold) -> bool:
    return told.at >= run.entered_at and any(
        one.fact == told.kind and _met(told, one.where) for one in journey.exits.goals
    )


def _look_again(
    tx: Write,
    moment: Moment,
    runs: Sequence[RunRow],
    of_member: Mapping[UUID, Sequence[FactTold]],
) -> None:
    again = [
        run.id
        for run in runs
        if run.state == "open" and any(one.kind in LOOK_AGAIN for one in of_member[run.member_id])
    ]
    if again:
        tx.send(journey_runs.LOOK, runs=again, due=moment.now)
