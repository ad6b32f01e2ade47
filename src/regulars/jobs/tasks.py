"""Tasks that are done are paid by the shop itself, soon after the order that completed them.

李敏 does not open the app after her third order: half a minute later the 30 points are there. The
job reads what happened by a cursor of its own; what it does has a business id, so doing it twice
pays once.
"""

from uuid import UUID

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.jobs.job import Job, Workshop
from regulars.storage import fact_cursors
from regulars.storage.constraints import (
    COMMAND_IN_FLIGHT,
    CONFLICT,
    STORAGE_FULL,
    STORAGE_UNAVAILABLE,
)
from regulars.storage.engine import Read
from regulars.storage.lanes import OVERLOADED
from regulars.storage.programmes import ALL_NEWEST
from regulars.use_cases.tasks import ClaimDoneTasks, MoveCursor, has_done_tasks

NAME = "tasks"
EVERY_SECONDS = 15.0
FACTS_MAX = 200
# What passes by itself: the step is tried again later, with all that it read.
_PASSING = frozenset(
    each.code
    for each in (OVERLOADED, STORAGE_FULL, STORAGE_UNAVAILABLE, COMMAND_IN_FLIGHT, CONFLICT)
)
# What may complete a task. A friend's first order rewards its referrer: that is a gift.
KINDS = frozenset({"order.settled", "value.topped_up", "member.checked_in", "member.gifted"})


def step(workshop: Workshop) -> bool:
    """Pay what the next facts completed; whether there may be more."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, NAME)
        if not _any_task(read):
            cursor, due, more = fact_cursors.at_the_end(read, NAME), [], False
        else:
            ahead = fact_cursors.ahead_of(read, NAME, rows=FACTS_MAX)
            cursor, more = ahead.cursor, ahead.more
            met = {
                (one.member_id, one.store_id): None
                for one in ahead.facts
                if one.kind in KINDS and one.member_id is not None and one.store_id is not None
            }
            due = [
                (member_id, store_id)
                for member_id, store_id in met
                if _done(workshop, read, member_id, store_id)
            ]
    for member_id, store_id in due:
        _pay(workshop, ClaimDoneTasks(member_id=member_id, store_id=store_id))
    if cursor != before:
        workshop.run(MoveCursor(name=NAME, cursor=cursor))
    return more and cursor != before


def _pay(workshop: Workshop, command: ClaimDoneTasks) -> None:
    """Pay one member; whom the shop cannot pay keeps nobody else waiting, and may still claim."""
    try:
        workshop.run(command)
    except Refusal as refusal:
        if refusal.code in _PASSING:
            raise
        workshop.log.error("task_not_paid", refusal=refusal.code)


def _any_task(read: Read) -> bool:
    return any(
        row.kind == ProgrammeKind.TASK and row.state == "active" for row in read.all(ALL_NEWEST)
    )


def _done(workshop: Workshop, read: Read, member_id: UUID, store_id: UUID) -> bool:
    now = workshop.clock()
    shop = workshop.shops.in_force(read, store_id, at=now)
    return has_done_tasks(read, member_id, shop, at=now)


DONE_TASKS = Job(name=NAME, every_seconds=EVERY_SECONDS, step=step)
