"""Journeys move on: facts let members in, the calendar does, and whoever is due takes her next steps.

A step takes two hundred members and commits. One whose step cannot be taken holds up nobody: the batch
is tried again one by one, she is tried again later, and after the fifth time somebody is shown why.
"""

from uuid import UUID

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.jobs.tasks import PASSING
from regulars.storage import (
    fact_cursors,
    journey_fires,
    journey_runs,
    journey_simulations,
    journeys,
)
from regulars.storage.engine import Read
from regulars.storage.journeys import LiveRow
from regulars.use_cases.journey_entries import Door
from regulars.use_cases.journey_facts import HEARD, READER, FollowFacts
from regulars.use_cases.journey_fires import BeginFires, FireSome, due_periods, unfired
from regulars.use_cases.journey_sights import journey_of
from regulars.use_cases.journey_simulation import tried
from regulars.use_cases.journey_steps import AdvanceRuns, FailRun
from regulars.use_cases.tasks import MoveCursor

FACTS_EVERY_SECONDS = 1.0
STEPS_EVERY_SECONDS = 1.0
CALENDAR_EVERY_SECONDS = 20.0
SIMULATIONS_EVERY_SECONDS = 2.0
FACTS_MAX = 200
BATCH = 200


def follow(workshop: Workshop) -> bool:
    """Take up the next facts; whether there may be more."""
    heard: tuple[int, ...] = ()
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, READER)
        if not read.all(journeys.ANY_LIVE) and not read.all(journey_runs.ANY_OPEN):
            cursor, more = fact_cursors.at_the_end(read, READER), False
        else:
            ahead = fact_cursors.ahead_of(read, READER, rows=FACTS_MAX)
            cursor, more = ahead.cursor, ahead.more
            heard = tuple(
                one.sequence
                for one in ahead.facts
                if one.kind in HEARD and one.member_id is not None
            )
    if cursor == before:
        return False
    if heard:
        workshop.run(FollowFacts(sequences=heard, cursor=cursor))
    else:
        workshop.run(MoveCursor(name=READER, cursor=cursor))
    return more


def advance(workshop: Workshop) -> bool:
    """Move on a batch of those who are due; whether there may be more."""
    now = workshop.clock()
    with workshop.database.read() as read:
        if not read.all(journey_runs.ANY_DUE, now=now):
            return False
    try:
        answer = orjson.loads(workshop.run(AdvanceRuns(most=BATCH)))
    except Exception as error:
        if isinstance(error, Refusal) and error.code in PASSING:
            raise
        return _one_by_one(workshop)
    return bool(answer["looked_at"] == BATCH)


def _one_by_one(workshop: Workshop) -> bool:
    """The batch again, each member alone: who fails is put aside and holds up nobody."""
    with workshop.database.read() as read:
        due = read.all(journey_runs.DUE_IDS, now=workshop.clock(), most=BATCH)
    for run_id in due:
        try:
            workshop.run(AdvanceRuns(run_ids=(run_id,)))
        except Exception as error:
            code = error.code if isinstance(error, Refusal) else type(error).__name__
            if code in PASSING:
                raise
            workshop.log.error("journey_step_failed", run=str(run_id), error=code)
            share = workshop.entropy(1)[0]
            workshop.run(FailRun(run_id=run_id, error=code, share=share))
    return len(due) == BATCH


def come(workshop: Workshop) -> bool:
    """Begin what the calendar says, and let the next members of it in; whether there is more."""
    with workshop.database.read() as read:
        live = read.all(journeys.LIVE)
        fires = _due(read, live, workshop)
        unfinished = read.all(journeys.UNFINISHED)
    if fires:
        workshop.run(BeginFires(fires=tuple(fires)))
        return True
    names = {row.id for row in live}
    for row in unfinished:
        if row.journey_id in names:
            workshop.run(FireSome(journey_id=row.journey_id, period=row.period))
            return True
    return False


def _due(read: Read, live: list[LiveRow], workshop: Workshop) -> list[tuple[UUID, str]]:
    zone = journey_fires.zone_of_shop(read)
    found: list[tuple[UUID, str]] = []
    for row in live:
        journey = journey_of(row.definition)
        periods = due_periods(journey, now=workshop.clock(), since=row.since, zone=zone)
        door = Door(id=row.id, version=row.version, journey=journey)
        found += [(row.id, one.name) for one in unfired(read, door, periods)]
    return found


def simulate(workshop: Workshop) -> bool:
    """Try the next members of the simulation that was asked for first; whether there was one."""
    with workshop.database.read() as read:
        row = next(iter(read.all(journey_simulations.RUNNING)), None)
        if row is None:
            return False
        found = tried(read, row, workshop.shops, workshop.vault)
    workshop.run(found)
    return True


JOURNEY_FACTS = Job(name="journey_facts", every_seconds=FACTS_EVERY_SECONDS, step=follow)
JOURNEY_CALENDAR = Job(name="journey_calendar", every_seconds=CALENDAR_EVERY_SECONDS, step=come)
JOURNEY_STEPS = Job(name="journey_steps", every_seconds=STEPS_EVERY_SECONDS, step=advance)
SIMULATIONS = Job(
    name="journey_simulations", every_seconds=SIMULATIONS_EVERY_SECONDS, step=simulate
)
