"""Where members stand, kept up with what they do: by facts, by the clock, and by a new yardstick.

A visit is judged within seconds; who stays away is looked at on the one day on which her stage
changes; once a night the shop measures itself, and if its edges moved, everybody is judged anew, a
hundred at a time.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from regulars.jobs.daily import daily
from regulars.jobs.job import Job, Workshop
from regulars.jobs.passing import passes
from regulars.storage import fact_cursors, insights, tiers
from regulars.storage.engine import Read
from regulars.storage.fact_cursors import START, Cursor
from regulars.use_cases.cut_points import KeepCutPoints, measured
from regulars.use_cases.judging import WALK, Cause, JudgeEverybody, JudgeMembers
from regulars.use_cases.tasks import MoveCursor
from regulars.use_cases.yardstick import Yardstick

NAME = "insights"
FACTS_MAX = 200
FOLLOW_SECONDS, DUE_SECONDS, WALK_SECONDS = 5.0, 60.0, 300.0
MEASURED_AT_HOUR = 4
# Where a reader begins late: so many facts are read again, lest one was still being written.
READ_AGAIN = 1_000
KINDS = frozenset(
    {"order.settled", "order.refunded", "member.joined", "member.state_changed", "member.merged"}
)


def follow(workshop: Workshop) -> bool:
    """Judge the members whom the next facts name; whether there may be more."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, NAME)
        late = _late(read) if before == START else None
        ahead = fact_cursors.ahead_of(read, NAME, rows=FACTS_MAX)
    if late is not None:
        workshop.run(MoveCursor(name=NAME, cursor=late))
        return True
    named = sorted(
        {one.member_id for one in ahead.facts if one.kind in KINDS and one.member_id is not None}
    )
    for start in range(0, len(named), insights.MEMBERS_AT_ONCE):
        _judge(workshop, named[start : start + insights.MEMBERS_AT_ONCE], Cause.FOLLOWED)
    if ahead.cursor != before:
        workshop.run(MoveCursor(name=NAME, cursor=ahead.cursor))
    return ahead.more and ahead.cursor != before


def _judge(workshop: Workshop, members: Sequence[UUID], cause: Cause) -> int:
    """Judge some members together; if that fails, one by one: who cannot be judged holds up nobody.

    Answers how many were judged; the others are, as soon as a fact names them and they can be.
    """
    try:
        workshop.run(JudgeMembers(member_ids=tuple(members), cause=cause))
    except Exception as error:
        if passes(error):
            raise
    else:
        return len(members)
    judged = 0
    for one in members:
        try:
            workshop.run(JudgeMembers(member_ids=(one,), cause=cause))
        except Exception as error:
            if passes(error):
                raise
            workshop.log.error("judging_failed", error=type(error).__name__)
        else:
            judged += 1
    return judged


def _late(read: Read) -> Cursor | None:
    """The pass over everybody looks at all that happened before: only the newest is read again."""
    position = fact_cursors.at_the_end(read, NAME).position - READ_AGAIN
    return Cursor(position, position, 0) if position > 0 else None


def judge_due(workshop: Workshop) -> bool:
    """Judge some members whose day has come; whether there may be more."""
    with workshop.database.read() as read:
        due = read.all(insights.DUE, at=workshop.clock())
    if not due:
        return False
    judged = _judge(workshop, due, Cause.DUE)
    return judged > 0 and len(due) == insights.MEMBERS_AT_ONCE


def judge_anew(workshop: Workshop) -> bool:
    """Judge the next members of a pass over all, where the yardstick is a new one."""
    with workshop.database.read() as read:
        version = Yardstick(read, at=workshop.clock()).version
        walk = read.one(tiers.WALK, walk=WALK)
    if walk is not None and walk.version == version and walk.finished:
        return False
    try:
        workshop.run(JudgeEverybody(version=version))
    except Exception as error:
        if passes(error):
            raise
        after_id = walk.after_id if walk is not None and walk.version == version else tiers.NOBODY
        with workshop.database.read() as read:
            members = read.all(insights.NEXT, after_id=after_id)
        _judge(workshop, members, Cause.JUDGED_ANEW)
        workshop.run(JudgeEverybody(version=version, judges=False))
    return True


def measure(workshop: Workshop, day: date) -> str | None:
    """Measure the shop, once a night."""
    with workshop.database.read() as read:
        found = measured(read, on=day)
    if found:
        workshop.run(KeepCutPoints(measured=found))
    return None


FOLLOW_MEMBERS = Job(name="insights_followed", every_seconds=FOLLOW_SECONDS, step=follow)
JUDGE_DUE = Job(name="insights_due", every_seconds=DUE_SECONDS, step=judge_due)
JUDGE_ANEW = Job(name="insights_anew", every_seconds=WALK_SECONDS, step=judge_anew)
CUT_POINTS = daily("cut_points", hour=MEASURED_AT_HOUR, catch_up_days=1, step=measure)
