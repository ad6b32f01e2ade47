"""Journeys move on: facts let members in, the calendar does, and whoever is due takes her next steps.

A step takes as many members as a till can wait for, and commits. One whose step cannot be taken holds
up nobody: the batch is tried again one by one, she is tried again later, and after the fifth time
somebody is shown why.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.jobs.pace import BATCH_SECONDS, Pace, in_turn
from regulars.jobs.passing import passes
from regulars.storage import (
    campaigns,
    fact_cursors,
    journey_fires,
    journey_moves,
    journey_runs,
    journey_simulations,
    journeys,
)
from regulars.storage.engine import Database, Read
from regulars.storage.fact_cursors import Cursor
from regulars.storage.journeys import FireRow
from regulars.use_cases.campaigns import EndCampaign, is_over
from regulars.use_cases.journey_entries import doors_of
from regulars.use_cases.journey_facts import HEARD, READER, FollowFacts, concerned
from regulars.use_cases.journey_fires import BeginFires, FireSome, due_periods, unfired
from regulars.use_cases.journey_simulation import tried
from regulars.use_cases.journey_steps import AdvanceRuns, FailRun
from regulars.use_cases.journeys import SweepRuns
from regulars.use_cases.tasks import MoveCursor

FACTS_EVERY_SECONDS = 1.0
STEPS_EVERY_SECONDS = 1.0
CALENDAR_EVERY_SECONDS = 20.0
SIMULATIONS_EVERY_SECONDS = 2.0
FACTS_MAX = 200
# The smallest batch that is worth its commit, and the largest that is worth its memory.
RUNS_MIN, RUNS_MAX = 50, 500
ROWS_MIN, ROWS_MAX = 50, 200


def follow(workshop: Workshop) -> bool:
    """Take up the next facts; whether there may be more."""
    heard: tuple[int, ...] = ()
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, READER)
        if not read.all(journeys.ANY_LIVE) and not read.all(journey_runs.ANY_OPEN):
            cursor, more = fact_cursors.beyond(read, READER), False
        else:
            ahead = fact_cursors.ahead_of(read, READER, rows=FACTS_MAX)
            cursor, more = ahead.cursor, ahead.more
            sequences = [one.sequence for one in ahead.facts if one.kind in HEARD]
            heard = _heard(read, sequences, workshop.clock())
    if cursor == before:
        return False
    if heard:
        _hear(workshop, before, FollowFacts(sequences=heard, cursor=cursor))
    else:
        workshop.run(MoveCursor(name=READER, cursor=cursor))
    return more


def _heard(read: Read, sequences: Sequence[int], now: Instant) -> tuple[int, ...]:
    """Those that a journey has a use for: most sales let nobody in, and keep no till waiting."""
    told = journey_runs.told(read, sequences)
    doors = doors_of(read, read.all(journeys.LIVE), now)
    return tuple(concerned(read, doors, told))


def _hear(workshop: Workshop, before: Cursor, command: FollowFacts) -> None:
    """Take up facts; one that cannot be taken up is passed over, told of, and holds up no other."""
    try:
        workshop.run(command)
    except Exception as error:
        if passes(error):
            raise
        at = replace(command.cursor, position=before.position)
        for sequence in command.sequences:
            at = replace(at, position=sequence)
            try:
                workshop.run(FollowFacts(sequences=(sequence,), cursor=at))
            except Exception as alone:
                if passes(alone):
                    raise
                workshop.log.error("journey_fact_failed", fact=sequence, error=_name(alone))
        workshop.run(MoveCursor(name=READER, cursor=command.cursor))


def _name(error: Exception) -> str:
    return error.code if isinstance(error, Refusal) else type(error).__name__


class Advancing:
    """Batch after batch of those who are due, each as large as a till can wait for."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def step(self, workshop: Workshop) -> bool:
        """Move on some batches; whether there may be more."""
        return in_turn(lambda: self._batch(workshop))

    def _batch(self, workshop: Workshop) -> bool:
        with workshop.database.read() as read:
            if not journey_runs.any_due(read, now=workshop.clock()):
                return False
        most = self._pace.units_in(BATCH_SECONDS[workshop.database.engine])
        try:
            body, seconds = workshop.timed(AdvanceRuns(most=most))
        except Exception as error:
            if passes(error):
                raise
            return _one_by_one(workshop, most)
        answer = orjson.loads(body)
        looked_at, put_off = int(answer["looked_at"]), int(answer["put_off"])
        self._pace.took(looked_at - put_off, seconds)
        return looked_at == most or put_off > 0


def _one_by_one(workshop: Workshop, most: int) -> bool:
    """The batch again, each member alone: who fails is put aside and holds up nobody."""
    with workshop.database.read() as read:
        due = journey_runs.due_ids(read, now=workshop.clock(), most=most)
    for run_id in due:
        try:
            workshop.run(AdvanceRuns(run_ids=(run_id,)))
        except Exception as error:
            if passes(error):
                raise
            code = _name(error)
            workshop.log.error("journey_step_failed", run=str(run_id), error=code)
            share = workshop.entropy(1)[0]
            workshop.run(FailRun(run_id=run_id, error=code, share=share))
    return len(due) == most


class Coming:
    """What the calendar says: begun, its members let in some at a time, and ended when it is over."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        # One for each database: two shops in one process know nothing of each other.
        self._looked_at: WeakKeyDictionary[Database, Instant] = WeakKeyDictionary()

    def step(self, workshop: Workshop) -> bool:
        """Take one step of it; whether there is more."""
        now = workshop.clock()
        with workshop.database.read() as read:
            row = next(iter(read.all(journeys.UNFINISHED)), None)
            # Not again for each hundred members of a period that is being let in.
            look = row is None or self._look_due(workshop, now)
            following = _following(read, workshop) if look else None
        if following is not None:
            workshop.run(following)
            return True
        if look:
            self._looked_at[workshop.database] = now
        if row is None:
            return False
        in_turn(lambda: self._fire(workshop, row))
        return True

    def _look_due(self, workshop: Workshop, now: Instant) -> bool:
        looked_at = self._looked_at.get(workshop.database)
        until = timedelta(seconds=CALENDAR_EVERY_SECONDS)
        return looked_at is None or not looked_at <= now < looked_at + until

    def _fire(self, workshop: Workshop, row: FireRow) -> bool:
        """Let in the next members of a period; whether there are more of them now."""
        most = self._pace.units_in(BATCH_SECONDS[workshop.database.engine])
        command = FireSome(journey_id=row.journey_id, period=row.period, most=most)
        try:
            body, seconds = workshop.timed(command)
        except Exception as error:
            if passes(error):
                raise
            _fire_one_by_one(workshop, command)
            return False
        fired = orjson.loads(body)
        self._pace.took(most, seconds)
        # None came in of those who were next: some may not, or the journey was paused a moment ago.
        return not fired["finished"] and fired["entered"] > 0


def _fire_one_by_one(workshop: Workshop, command: FireSome) -> None:
    """The same members, each alone: who cannot be let in is passed over, and told of.

    Nobody is led on here: whose first step fails is in, and is tried again as any step is.
    """
    one = replace(command, most=1, waits=True)
    for _ in range(command.most):
        try:
            workshop.run(one)
        except Exception as error:
            if passes(error):
                raise
            workshop.log.error(
                "journey_entry_failed", journey=str(one.journey_id), error=_name(error)
            )
            workshop.run(replace(one, passes_over=True))


def _following(read: Read, workshop: Workshop) -> SweepRuns | EndCampaign | BeginFires | None:
    """What the calendar asks for: a journey that is over lets go of its members, a campaign whose
    last day is over ends, periods that have come begin."""
    for journey_id in read.all(journey_moves.UNSWEPT):
        return SweepRuns(journey_id=journey_id)
    zone, now = journey_fires.zone_of_shop(read), workshop.clock()
    for campaign in read.all(campaigns.APPROVED):
        if is_over(campaign, now=now, zone=zone):
            return EndCampaign(id=campaign.id)
    fires: list[tuple[UUID, str]] = []
    for door in doors_of(read, read.all(journeys.LIVE), now):
        periods = due_periods(door.journey, now=now, since=door.since, zone=zone)
        fires += [(door.id, one.name) for one in unfired(read, door, periods)]
    return BeginFires(fires=tuple(fires)) if fires else None


advance = Advancing(Pace(RUNS_MIN, RUNS_MAX)).step
come = Coming(Pace(ROWS_MIN, ROWS_MAX)).step


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
JOURNEY_STEPS = Job(
    name="journey_steps", every_seconds=STEPS_EVERY_SECONDS, step=advance, shared=True
)
SIMULATIONS = Job(
    name="journey_simulations", every_seconds=SIMULATIONS_EVERY_SECONDS, step=simulate
)
