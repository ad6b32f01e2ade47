"""Segments kept true: behind each fact, at each computed instant, and after each new definition.

王芳 pays: a second later she has left "近30天未消费". Thirty days on, with nobody at the till, the clock
reaches her row and she is in again. No step ever looks at everybody, save once for a definition
that is new.
"""

from dataclasses import replace

from regulars.domain.segments.kinds import Part
from regulars.jobs.job import Job, Workshop
from regulars.jobs.segment_fills import fill, fill_anew
from regulars.jobs.segment_looks import MEMBERS_MAX, Task, judge, kept_of
from regulars.storage import fact_cursors, segment_stays, segments
from regulars.storage.segment_named import IDLE, Named, members_apart
from regulars.use_cases.segment_writing import CURSOR

EVERY_SECONDS = 1.0
FACTS_MAX = 200
# What segments themselves tell is most of what a sale leaves behind: it is not even read.
_FACTS = fact_cursors.facts_but(IDLE)


def step(workshop: Workshop) -> bool:
    """Take one step: facts first, then the clock, then what is being filled."""
    return _follow(workshop) or _wake(workshop) or fill(workshop) or fill_anew(workshop)


def _follow(workshop: Workshop) -> bool:
    """Judge whom the next facts name; whether there were any facts."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, CURSOR)
        named = Named([], [])
        if kept_of(workshop).plan(read).serving or read.all(segments.FILLS):
            ahead = fact_cursors.ahead_of(read, CURSOR, rows=FACTS_MAX, facts=_FACTS)
            cursor, named = ahead.cursor, members_apart(read, ahead.facts)
        else:
            cursor = fact_cursors.beyond(read, CURSOR)
    if cursor == before:
        return False
    # One fact may be about hundreds: the reader goes on only when all of them are judged.
    *first, last = _tasks(named, before.position)
    for task in first:
        if not judge(workshop, task):
            return True
    moved = cursor.position != before.position
    return not judge(workshop, replace(last, cursor=cursor)) or moved


def _tasks(named: Named, position: int) -> list[Task]:
    """So many members at a time; one task at least."""
    tasks = [
        Task(members=members[start : start + MEMBERS_MAX], position=position, about=about)
        for members, about in ((named.wholly, None), (named.by_figures, Part.INSIGHT))
        for start in range(0, len(members), MEMBERS_MAX)
    ]
    return tasks or [Task(members=(), position=position)]


def _wake(workshop: Workshop) -> bool:
    """Judge those whose instant has come; whether there were any."""
    with workshop.database.read() as read:
        due = read.all(segment_stays.DUE_MEMBERS, now=workshop.clock(), rows=MEMBERS_MAX)
        position = fact_cursors.cursor_of(read, CURSOR).position
    if due:
        judge(workshop, Task(members=due, position=position))
    return bool(due)


SEGMENTS = Job(name="segments", every_seconds=EVERY_SECONDS, step=step)
