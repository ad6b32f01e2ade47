"""Segments kept true: behind each fact, at each computed instant, and after each new definition.

王芳 pays: a second later she has left "近30天未消费". Thirty days on, with nobody at the till, the clock
reaches her row and she is in again. No step ever looks at everybody, save once for a definition
that is new.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from weakref import WeakKeyDictionary

from regulars.domain.segments.conditions import ground_mark
from regulars.domain.segments.filling import Phase
from regulars.jobs.job import Job, Workshop
from regulars.storage import fact_cursors, segment_ground, segment_stays, segments
from regulars.storage.engine import Database, Read, Write
from regulars.storage.fact_cursors import Cursor
from regulars.storage.segment_sql import some_of
from regulars.storage.segments import NOBODY, FillRow
from regulars.storage.shops import REVISIONS
from regulars.use_cases.segment_filling import AdvanceFill, FillAnew, MoveFill, StageMembers
from regulars.use_cases.segment_judging import Serving, condition_of, judged, ordered, serving_of
from regulars.use_cases.segment_states import Look
from regulars.use_cases.segment_writing import CURSOR, WriteJudgements
from regulars.use_cases.tasks import MoveCursor

EVERY_SECONDS = 1.0
FACTS_MAX = 200
MEMBERS_MAX = 200
STAGED_MAX = 5_000
OWN_FACTS = frozenset({"segment.entered", "segment.left"})


def step(workshop: Workshop) -> bool:
    """Take one step: facts first, then the clock, then what is being filled."""
    return _follow(workshop) or _wake(workshop) or _fill(workshop) or _fill_anew(workshop)


def look_at(workshop: Workshop, read: Read) -> Look:
    """The shop as it is now."""
    ground = segment_ground.ground_of(read)
    return Look(now=workshop.clock(), ground=ground, vault=workshop.vault)


def _follow(workshop: Workshop) -> bool:
    """Judge whom the next facts name; whether there were any facts."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, CURSOR)
        serving = serving_of(read)
        if not serving and not read.all(segments.FILLS):
            cursor = fact_cursors.at_the_end(read, CURSOR)
            found = WriteJudgements(position=cursor.position)
        else:
            ahead = fact_cursors.ahead_of(read, CURSOR, rows=FACTS_MAX)
            cursor = ahead.cursor
            named = {fact.member_id for fact in ahead.facts if fact.kind not in OWN_FACTS}
            found = _judged(workshop, read, named, serving, cursor.position)
    if cursor == before:
        return False
    moved = cursor.position != before.position
    if found.empty:
        workshop.run(MoveCursor(name=CURSOR, cursor=cursor))
    else:
        workshop.run(replace(found, cursor=cursor))
    return moved


def _wake(workshop: Workshop) -> bool:
    """Judge those whose instant has come; whether there were any."""
    with workshop.database.read() as read:
        due = read.all(segment_stays.DUE_MEMBERS, now=workshop.clock(), rows=MEMBERS_MAX)
        if not due:
            return False
        position = fact_cursors.cursor_of(read, CURSOR).position
        found = _judged(workshop, read, set(due), serving_of(read), position)
    workshop.run(found)
    return True


def _judged(
    workshop: Workshop,
    read: Read,
    named: set[UUID] | set[UUID | None],
    serving: Sequence[Serving],
    position: int,
) -> WriteJudgements:
    members = sorted(one for one in named if one is not None)
    if not members:
        return WriteJudgements(position=position)
    return replace(judged(read, members, serving, look_at(workshop, read)), position=position)


def _fill(workshop: Workshop) -> bool:
    """Take the next step of a definition on its way; whether there is one."""
    with workshop.database.read() as read:
        fill = _next_fill(read)
    if fill is None:
        return False
    try:
        _advance(workshop, fill)
    except Exception as error:
        _note_failure(workshop, fill.segment_id, type(error).__name__)
        raise
    return True


def _next_fill(read: Read) -> FillRow | None:
    """The fill to go on with: one whose segment asks about none that is being filled itself."""
    fills = {row.segment_id: row for row in read.all(segments.FILLS)}
    rows = [row for row in read.all(segments.NEWEST) if row.id in fills]
    for one in ordered(rows):
        return fills[one.id]
    return next(iter(fills.values()), None)


def _advance(workshop: Workshop, fill: FillRow) -> None:
    match Phase(fill.phase):
        case Phase.STAGING:
            workshop.run(_staged(workshop, fill))
        case Phase.PLANNING:
            _plan(workshop, fill)
        case Phase.CATCHING_UP:
            _catch_up(workshop, fill)
        case phase:
            command = AdvanceFill(segment_id=fill.segment_id, version=fill.version, phase=phase)
            workshop.run(command)


def _staged(workshop: Workshop, fill: FillRow) -> StageMembers:
    with workshop.database.read() as read:
        version = read.one(segments.VERSION, segment_id=fill.segment_id, version=fill.version)
        assert version is not None
        look, condition = look_at(workshop, read), condition_of(version.condition)
        question = some_of(condition, look.circumstances)
        found = read.all(question, after_id=fill.after_id, rows=STAGED_MAX)
    return StageMembers(
        segment_id=fill.segment_id,
        version=fill.version,
        after_id=fill.after_id,
        member_ids=tuple(found),
        finished=len(found) < STAGED_MAX,
        ground=ground_mark(condition, look.ground),
    )


def _plan(workshop: Workshop, fill: FillRow) -> None:
    """Plan the next instant of some members, and mend what the clock has changed meanwhile."""
    with workshop.database.read() as read:
        members = read.all(segment_stays.MEMBERS_AFTER, after_id=fill.after_id, rows=MEMBERS_MAX)
        position = fact_cursors.cursor_of(read, CURSOR).position
        found = _judged(workshop, read, set(members), serving_of(read), position)
    if not found.empty:
        workshop.run(found)
    workshop.run(
        MoveFill(
            segment_id=fill.segment_id,
            version=fill.version,
            phase=Phase.PLANNING,
            after_id=members[-1] if members else NOBODY,
            position=fill.position,
            finished=len(members) < MEMBERS_MAX,
        )
    )


def _catch_up(workshop: Workshop, fill: FillRow) -> None:
    """Judge whom facts named while the old definition still served."""
    with workshop.database.read() as read:
        cursor: Cursor = fact_cursors.cursor_of(read, CURSOR)
        facts = read.all(
            segment_stays.NAMED_SINCE, after=fill.position, upto=cursor.position, rows=FACTS_MAX
        )
        named = {member_id for _, member_id in facts}
        found = _judged(workshop, read, named, serving_of(read), cursor.position)
    if not found.empty:
        workshop.run(found)
    workshop.run(
        MoveFill(
            segment_id=fill.segment_id,
            version=fill.version,
            phase=Phase.CATCHING_UP,
            after_id=fill.after_id,
            position=facts[-1][0] if facts else fill.position,
            finished=len(facts) < FACTS_MAX,
        )
    )


# Up to which changes of goods and stores a database was looked at, for each open one.
_LOOKED: WeakKeyDictionary[Database, object] = WeakKeyDictionary()


def _fill_anew(workshop: Workshop) -> bool:
    """Fill a segment again whose categories, tags or regions have come to stand for others."""
    with workshop.database.read() as read:
        numbers = tuple(read.all(REVISIONS))
        if _LOOKED.get(workshop.database) == numbers:
            return False
        ground = segment_ground.ground_of(read)
        marks = {(row.id, row.version): row.ground for row in read.all(segments.ALL)}
        for one in serving_of(read):
            mark = ground_mark(one.condition, ground)
            if marks.get((one.id, one.version), mark) != mark:
                command = FillAnew(segment_id=one.id, version=one.version)
                break
        else:
            _LOOKED[workshop.database] = numbers
            return False
    workshop.run(command)
    return True


def _note_failure(workshop: Workshop, segment_id: UUID, error: str) -> None:
    def note(tx: Write) -> None:
        tx.run(segments.FAILED, this=segment_id, what=error)

    workshop.database.write(note).result()


SEGMENTS = Job(name="segments", every_seconds=EVERY_SECONDS, step=step)
