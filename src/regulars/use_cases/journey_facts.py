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
from regulars.domain.campaigns.happenings import MESSAGE_ENDED, met
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.triggers import OnFact, OnSegment, Trigger
from regulars.domain.kernel.condition import Condition
from regulars.domain.stores.permissions import Permission
from regulars.storage import journey_runs
from regulars.storage.engine import Read, Write
from regulars.storage.fact_cursors import Cursor, put
from regulars.storage.journey_runs import FactTold, RunRow, WaitRow
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
# What these are about is new each time; a check-in is about its programme, the same every day.
NAMED_BY_SUBJECT = frozenset(
    {
        "order.settled",
        "coupon.issued",
        "coupon.voided",
        "value.topped_up",
        "survey.answered",
        "draw.drawn",
    }
)


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
    heard = _Heard(told)
    for door in doors(tx, moment.now):
        candidates = heard.candidates(door)
        entered += let_in(tx, moment, door, candidates)
    if entered:
        # What happened to them after that is in the same batch, where the reader had stood still.
        ended += _reached(tx, moment, told)
    return Followed(entered=entered, woken=woken, ended=ended)


def concerned(read: Read, doors: Sequence[Door], told: Sequence[FactTold]) -> list[int]:
    """Those of some facts that are about members who come in by them, or are on their way."""
    members = sorted({one.member_id for one in told if one.member_id is not None})
    found: set[UUID | None] = set()
    if members:
        found.update(read.all(journey_runs.ON_THE_WAY, members=members))
    heard = _Heard(told)
    found.update(one.member_id for door in doors for one in heard.candidates(door))
    return [one.sequence for one in told if one.member_id in found]


class _Heard:
    """Some facts by what journeys listen for.

    A sale may let a member into a dozen segments, and fifty journeys listen: each asks for its own
    kind of fact alone.
    """

    def __init__(self, told: Sequence[FactTold]) -> None:
        self._told: Mapping[tuple[str, UUID | None], list[FactTold]] = defaultdict(list)
        for one in told:
            if one.member_id is not None:
                about = one.subject_id if one.kind in (ENTERED, LEFT) else None
                self._told[one.kind, about].append(one)

    def candidates(self, door: Door) -> list[Candidate]:
        """Whom they would let in by a door, in the order in which it happened."""
        coming = {
            one.sequence: one
            for trigger in door.journey.triggers
            for one in self._by(trigger)
            if one.at >= door.since
        }
        return [
            Candidate(one.member_id, occasion_of(one), one.at)
            for _, one in sorted(coming.items())
            if one.member_id is not None
        ]

    def _by(self, trigger: Trigger) -> Iterator[FactTold]:
        match trigger:
            case OnFact(fact=fact, where=where):
                of_kind = self._told.get((fact, None), ())
                yield from (one for one in of_kind if _met(one, where))
            case OnSegment(segment_id=segment_id, enters=enters):
                yield from self._told.get((ENTERED if enters else LEFT, segment_id), ())
            case _:
                return


def _met(told: FactTold, where: Condition) -> bool:
    store = None if told.store_id is None else str(told.store_id)
    return met(where, told.body, store=store)


def occasion_of(told: FactTold) -> str:
    """The name of what happened: of the thing that is new with it, or else of the fact itself.

    A member enters a segment, or checks in, again and again: each time is an occasion.
    """
    if told.subject_id is None or told.kind not in NAMED_BY_SUBJECT:
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
    of_member = _by_member(told)
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
    _look_again(tx, moment, runs, of_member, waits)
    if woken:
        tx.send(journey_runs.WAKE, runs=woken, due=moment.now)
    if ends:
        end_runs(tx, moment, ends)
    return len(ends), len(woken)


def _by_member(told: Sequence[FactTold]) -> Mapping[UUID, list[FactTold]]:
    of_member: Mapping[UUID, list[FactTold]] = defaultdict(list)
    for one in told:
        if one.member_id is not None:
            of_member[one.member_id].append(one)
    return of_member


def _reached(tx: Write, moment: Moment, told: Sequence[FactTold]) -> int:
    """End the runs of those who had reached the goal before anybody let them in; how many."""
    of_member = {who: heard for who, heard in _by_member(told).items() if len(heard) > 1}
    runs = tx.all(journey_runs.OPEN_OF_MEMBERS, members=sorted(of_member)) if of_member else []
    versions = versions_of(tx, {(run.journey_id, run.version) for run in runs})
    ends = [
        (run, Why.GOAL)
        for run in runs
        if any(
            _is_goal(versions[run.journey_id, run.version][0], run, one)
            for one in of_member[run.member_id]
        )
    ]
    if ends:
        end_runs(tx, moment, ends)
    return len(ends)


def _waits(tx: Write, members: Sequence[UUID], told: Sequence[FactTold]) -> Mapping[UUID, WaitRow]:
    """What each run waits for, of these kinds."""
    kinds = sorted({one.kind for one in told})
    rows = tx.all(journey_runs.WAITING, members=list(members), facts=kinds)
    return {row.run_id: row for row in rows}


def _wakes(run: RunRow, journey: Journey, told: FactTold, waits: Mapping[UUID, WaitRow]) -> bool:
    wait = waits.get(run.id)
    return wait is not None and told.at >= wait.since and wakes(run, journey, told)


def _is_goal(journey: Journey, run: RunRow, told: FactTold) -> bool:
    # Later than she came in: what let her in is no goal of hers.
    return told.at > run.entered_at and any(
        one.fact == told.kind and _met(told, one.where) for one in journey.exits.goals
    )


def _look_again(
    tx: Write,
    moment: Moment,
    runs: Sequence[RunRow],
    of_member: Mapping[UUID, Sequence[FactTold]],
    waits: Mapping[UUID, WaitRow],
) -> None:
    asking = {run_id for run_id, wait in waits.items() if wait.fact == MESSAGE_ENDED}
    again = [
        run.id
        for run in runs
        if run.state == "open"
        and (run.id in asking or any(one.kind in LOOK_AGAIN for one in of_member[run.member_id]))
    ]
    if again:
        tx.send(journey_runs.LOOK, runs=again, due=moment.now)
