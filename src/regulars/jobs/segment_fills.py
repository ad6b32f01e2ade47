"""A new definition on its way to serve, one short step after another.

"近30天未消费" is narrowed to the gold tier: the shop is asked who meets it, those who no longer do leave,
and each member's next instant is planned. A definition that cannot be filled says so and rests for a
while; it holds up neither the others nor what the tills tell.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.segments.conditions import ground_mark
from regulars.domain.segments.filling import Phase
from regulars.jobs.job import Workshop
from regulars.jobs.segment_looks import MEMBERS_MAX, Rest, Task, judge, kept_of, look_at
from regulars.storage import fact_cursors, segment_stays, segments
from regulars.storage.engine import Lane, Read, Write
from regulars.storage.segment_named import members_named
from regulars.storage.segment_sql import some_of
from regulars.storage.segments import NOBODY, FillRow
from regulars.storage.shops import REVISIONS
from regulars.use_cases.segment_filling import AdvanceFill, FillAnew, MoveFill, StageMembers
from regulars.use_cases.segment_judging import condition_of, ordered
from regulars.use_cases.segment_writing import CURSOR

STAGED_MAX = 5_000
# So many are asked for at once: the question is as dear for five thousand.
ASKED_MAX = 20 * STAGED_MAX
FACTS_MAX = 200
REST_SECONDS, REST_SECONDS_MAX = 10, 600


def fill(workshop: Workshop) -> bool:
    """Take the next step of a definition on its way; whether there is one."""
    rests, now = kept_of(workshop).rests, workshop.clock()
    with workshop.database.read() as read:
        fills = read.all(segments.FILLS)
        longest = Instant(now + timedelta(seconds=REST_SECONDS_MAX))
        resting = {one for one, rest in rests.items() if now < rest.until_at <= longest}
        ready = [row for row in fills if row.segment_id not in resting]
        row = _next_of(read, ready) if len(ready) > 1 else next(iter(ready), None)
    if row is None:
        return False
    try:
        _advance(workshop, row)
    except Exception as error:  # the others go on: this one is tried again in a while
        failures = rests[row.segment_id].failures + 1 if row.segment_id in rests else 1
        seconds = min(REST_SECONDS * 2 ** min(failures - 1, 10), REST_SECONDS_MAX)
        rests[row.segment_id] = Rest(failures, Instant(now + timedelta(seconds=seconds)))
        _note_failure(workshop, row.segment_id, error)
    else:
        rests.pop(row.segment_id, None)
    return True


def _next_of(read: Read, ready: Sequence[FillRow]) -> FillRow:
    """The fill to go on with: one whose segment asks about none that is being filled itself."""
    rows = {row.segment_id: row for row in ready}
    newest = [row for row in read.all(segments.NEWEST) if row.id in rows]
    # Those that are to stop first: nobody asks about them any more.
    stopped = rows.keys() - {row.id for row in newest}
    return rows[min(stopped)] if stopped else rows[ordered(newest)[0].id]


def _advance(workshop: Workshop, row: FillRow) -> None:
    match Phase(row.phase):
        case Phase.STAGING:
            _stage(workshop, row)
        case Phase.PLANNING:
            _plan(workshop, row)
        case Phase.CATCHING_UP:
            _catch_up(workshop, row)
        case phase:
            command = AdvanceFill(segment_id=row.segment_id, version=row.version, phase=phase)
            workshop.run(command)


def _stage(workshop: Workshop, row: FillRow) -> None:
    """Note the next of those who meet the definition, in several short transactions."""
    with workshop.database.read() as read:
        version = read.one(segments.VERSION, segment_id=row.segment_id, version=row.version)
        assert version is not None
        look, condition = look_at(workshop, read), condition_of(version.condition)
        question = some_of(condition, look.circumstances)
        found = read.all(question, after_id=row.after_id, rows=ASKED_MAX)
    after_id, mark = row.after_id, ground_mark(condition, look.ground)
    for start in range(0, max(1, len(found)), STAGED_MAX):
        some = tuple(found[start : start + STAGED_MAX])
        command = StageMembers(
            segment_id=row.segment_id,
            version=row.version,
            after_id=after_id,
            member_ids=some,
            finished=len(found) < ASKED_MAX and start + STAGED_MAX >= len(found),
            ground=mark,
        )
        if orjson.loads(workshop.run(command))["phase"] is None:
            return  # overtaken by a newer definition
        after_id = some[-1] if some else after_id


def _plan(workshop: Workshop, row: FillRow) -> None:
    """Plan the next instant of some members, and mend what the clock has changed meanwhile."""
    with workshop.database.read() as read:
        members = read.all(segment_stays.MEMBERS_AFTER, after_id=row.after_id, rows=MEMBERS_MAX)
        position = fact_cursors.cursor_of(read, CURSOR).position
    if not judge(workshop, Task(members=members, position=position, alone=row.segment_id)):
        return
    workshop.run(
        MoveFill(
            segment_id=row.segment_id,
            version=row.version,
            phase=Phase.PLANNING,
            after_id=members[-1] if members else NOBODY,
            position=row.position,
            finished=len(members) < MEMBERS_MAX,
        )
    )


def _catch_up(workshop: Workshop, row: FillRow) -> None:
    """Judge whom facts named while the old definition still served."""
    with workshop.database.read() as read:
        position = fact_cursors.cursor_of(read, CURSOR).position
        facts = read.all(
            segment_stays.TOLD_SINCE, after=row.position, upto=position, rows=FACTS_MAX
        )
        named = members_named(read, facts)
    for start in range(0, len(named), MEMBERS_MAX):
        some = named[start : start + MEMBERS_MAX]
        if not judge(workshop, Task(members=some, position=position)):
            return
    workshop.run(
        MoveFill(
            segment_id=row.segment_id,
            version=row.version,
            phase=Phase.CATCHING_UP,
            after_id=row.after_id,
            position=facts[-1].sequence if facts else row.position,
            finished=len(facts) < FACTS_MAX,
        )
    )


def fill_anew(workshop: Workshop) -> bool:
    """Fill a segment again whose goods, regions or business days have come to be others."""
    kept = kept_of(workshop)
    with workshop.database.read() as read:
        if kept.looked == tuple(read.all(REVISIONS)):
            return False
        numbers, ground = kept.ground(read)
        marks = {(row.id, row.version): row.ground for row in read.all(segments.ALL)}
        filling = {row.segment_id for row in read.all(segments.FILLS)}
        asked = {one: ground_mark(one.condition, ground) for one in kept.plan(read).serving}
        old = [one for one, mark in asked.items() if marks.get((one.id, one.version), mark) != mark]
    due = [one for one in old if one.id not in filling]
    if due:
        workshop.run(FillAnew(segment_id=due[0].id, version=due[0].version))
    elif not old:
        kept.looked = numbers
    return bool(due)


def _note_failure(workshop: Workshop, segment_id: UUID, error: Exception) -> None:
    what = error.code if isinstance(error, Refusal) else type(error).__name__

    def note(tx: Write) -> None:
        tx.run(segments.FAILED, this=segment_id, what=what)

    workshop.database.write(note, lane=Lane.JOB).result()
    workshop.log.error("segment_fill_failed", error=what)
