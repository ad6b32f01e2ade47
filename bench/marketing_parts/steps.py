"""Members whose wait is over, led on by the due loop; the same rows by the bare driver beside it."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from uuid import UUID

import psycopg
from sqlalchemy import bindparam, func, select

from bench.ledgers.ending import workshop_of
from bench.marketing_parts.drawings import live, steps_drawing
from bench.scratch.bulk import Bulk, Row
from bench.scratch.crowd import Crowd
from bench.scratch.servers import Place
from bench.scratch.shop import STORE
from bench.scratch.tills import new_id
from regulars.domain.kernel.period import microseconds_of
from regulars.jobs.job import Workshop
from regulars.jobs.journeys import STEPS_EVERY_SECONDS
from regulars.jobs.loop import Loop
from regulars.jobs.plan import JOBS
from regulars.main import Regulars, build, clock
from regulars.storage.columns import Id
from regulars.storage.sqlite import connect
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_log, journey_run

# Wait over, condition asked, way drawn, left.
STEPS_EACH = 4
RESTING_SECONDS_MAX = 60.0
# As many members a commit by hand.
BATCH = 200
HOUR = 3_600_000_000
RUN = (
    *("id", "journey_id", "version", "member_id", "store_id", "occurrence", "alone", "state"),
    *("node", "rests", "woken", "until_at", "due_at", "entered_at", "valid_until", "why"),
    "attempts",
)
_OF_IT = journey_run.c.journey_id == bindparam("journey_id", type_=Id())
_ON_THE_WAY: Statement[UUID] = Statement(
    select(journey_run.c.id).where(_OF_IT, journey_run.c.state == "open").limit(1)
)
_ENDED: Statement[int] = Statement(
    select(func.count()).where(_OF_IT, journey_run.c.state == "ended", journey_run.c.why == "exit")
)
_LOGGED: Statement[int] = Statement(
    select(func.count())
    .select_from(journey_log.join(journey_run, journey_run.c.id == journey_log.c.run_id))
    .where(_OF_IT)
)
_DRAWN: Statement[int] = Statement(
    select(func.count())
    .select_from(journey_log.join(journey_run, journey_run.c.id == journey_log.c.run_id))
    .where(_OF_IT, journey_log.c.why == "drawn", journey_log.c.detail == "a")
)


@dataclass(slots=True)
class Faults:
    """A log that keeps what went wrong."""

    told: list[str] = field(default_factory=list)

    def info(self, event: str, **values: object) -> None:
        """Forget it."""

    def error(self, event: str, **values: object) -> None:
        """Keep it."""
        self.told.append(f"{event}: {values}")


@dataclass(frozen=True, slots=True)
class Walked:
    """Steps that were taken. Units: seconds."""

    members: int
    seconds: float
    commits: int

    @property
    def steps(self) -> int:
        """All of them."""
        return self.members * STEPS_EACH


def told(found: Walked) -> dict[str, object]:
    """The figures of members who were led on."""
    return {
        "journey_steps_per_s": round(found.steps / found.seconds),
        "journey_members_per_s": round(found.members / found.seconds),
        "journey_walkers": found.members,
        "journey_commits": found.commits,
    }


def walked(place: Place, crowd: Crowd, members: int) -> Walked:
    """Let so many members' waits be over, and let the due loop lead them to their end."""
    regulars = build(place.settings)
    try:
        journey_id = live(regulars, "steps", steps_drawing())
        faults = Faults()
        loop = at_rest(replace(workshop_of(regulars), log=faults))
        with place.adding() as bulk:
            standing(bulk, crowd, journey_id, members)
        # Whoever asks once a second has to ask again.
        time.sleep(STEPS_EVERY_SECONDS)
        commits = regulars.database.totals.commits
        began = time.perf_counter()
        while _any_on_the_way(regulars, journey_id):
            time.sleep(loop.round())
        seconds = time.perf_counter() - began
        commits = regulars.database.totals.commits - commits
        if faults.told:
            raise RuntimeError(faults.told[0])
        _check(regulars, journey_id, members)
        return Walked(members, seconds, commits)
    finally:
        regulars.close()


def at_rest(workshop: Workshop) -> Loop:
    """The due loop with all jobs of the shop, once none of them has anything left to do."""
    loop = Loop(workshop, JOBS, "bench")
    end = time.monotonic() + RESTING_SECONDS_MAX
    while time.monotonic() < end:
        if loop.round() > 0:
            return loop
    raise RuntimeError("the shop's jobs do not come to rest")


def standing(bulk: Bulk, crowd: Crowd, journey_id: UUID, members: int) -> list[UUID]:
    """Put members into a journey at a wait that is just over; answers their runs."""
    now = microseconds_of(clock())
    rows: list[Row] = []
    runs = [new_id() for _ in range(members)]
    for number, run_id in enumerate(runs):
        due, entered = now - members + number, now - HOUR - members + number
        head = (run_id, journey_id, 1, crowd.member(number), STORE, f"hand:{number}", 1, "open")
        rows.append((*head, "rest", True, False, due, due, entered, now + 24 * HOUR, "waits", 0))
    bulk.put("journey_run", RUN, rows)
    return runs


def _any_on_the_way(regulars: Regulars, journey_id: UUID) -> bool:
    with regulars.database.read() as read:
        return bool(read.all(_ON_THE_WAY, journey_id=journey_id))


def _check(regulars: Regulars, journey_id: UUID, members: int) -> None:
    with regulars.database.read() as read:
        ended = read.all(_ENDED, journey_id=journey_id)[0]
        logged = read.all(_LOGGED, journey_id=journey_id)[0]
        drawn = read.all(_DRAWN, journey_id=journey_id)[0]
    if ended != members or logged != members * STEPS_EACH:
        raise RuntimeError(f"{members} members: {ended} through, {logged} steps")
    # Five standard deviations of a fair coin.
    if abs(drawn - members / 2) > 2.5 * members**0.5:
        raise RuntimeError(f"{drawn} of {members} went the way of half of them")


def by_hand(place: Place, crowd: Crowd, members: int) -> float:
    """The rows of the same steps straight to the driver, as many members a commit. Units: seconds."""
    regulars = build(place.settings)
    journey_id = live(regulars, "steps", steps_drawing())
    regulars.close()
    with place.adding() as bulk:
        runs = standing(bulk, crowd, journey_id, members)
    now = microseconds_of(clock())
    mark = "?" if place.cluster is None else "%s"
    moved = (
        "UPDATE journey_run SET state = 'ended', node = 'end', rests = {no}, woken = {no},"
        " until_at = NULL, due_at = NULL, ended_at = {at}, why = 'exit', attempts = 0,"
        " error = NULL WHERE id = {at}"
    ).format(no="0" if place.cluster is None else "false", at=mark)
    logged = (
        "INSERT INTO journey_log (run_id, from_node, to_node, at, why, detail)"
        f" VALUES ({', '.join([mark] * 6)})"
    )
    groups = [runs[start : start + BATCH] for start in range(0, len(runs), BATCH)]
    if place.cluster is None:
        return _on_sqlite(place, groups, (moved, logged), now)
    return _on_postgresql(place, groups, (moved, logged), now)


def _log_rows(run: object, now: int) -> list[Row]:
    return [
        (run, "rest", "asked", now, "wait_over", None),
        (run, "asked", "drawn", now, "holds", None),
        (run, "drawn", "end", now, "drawn", "a"),
        (run, "end", None, now, "exit", None),
    ]


def _timed(write: Callable[[Sequence[UUID]], None], groups: Sequence[Sequence[UUID]]) -> float:
    began = time.perf_counter()
    for group in groups:
        write(group)
    return time.perf_counter() - began


def _on_sqlite(
    place: Place, groups: Sequence[Sequence[UUID]], sql: tuple[str, str], now: int
) -> float:
    moved, logged = sql
    with closing(connect(place.home / place.name, "rw")) as file:

        def write(group: Sequence[UUID]) -> None:
            file.execute("BEGIN IMMEDIATE")
            file.executemany(moved, [(now, run.bytes) for run in group])
            file.executemany(logged, [row for run in group for row in _log_rows(run.bytes, now)])
            file.execute("COMMIT")

        return _timed(write, groups)


def _on_postgresql(
    place: Place, groups: Sequence[Sequence[UUID]], sql: tuple[str, str], now: int
) -> float:
    moved, logged = (text.encode() for text in sql)
    with psycopg.connect(place.url, autocommit=True) as server:

        def write(group: Sequence[UUID]) -> None:
            with server.transaction(), server.cursor() as cursor:
                cursor.executemany(moved, [(now, run) for run in group])
                cursor.executemany(logged, [row for run in group for row in _log_rows(run, now)])

        return _timed(write, groups)
