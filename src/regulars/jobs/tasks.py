"""Tasks that are done are paid by the shop itself, soon after the order that completed them.

李敏 does not open the app after her third order: half a minute later the 30 points are there. The
job reads what happened by a cursor of its own; what it does has a business id, so doing it twice
pays once.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.orders.shop import Shop
from regulars.jobs.job import Job, Workshop
from regulars.storage import fact_cursors, tasks
from regulars.storage.constraints import CONFLICT
from regulars.storage.engine import Read
from regulars.storage.fact_cursors import FactSeen
from regulars.storage.lanes import OVERLOADED
from regulars.storage.programmes import ALL_NEWEST
from regulars.storage.troubles import COMMAND_IN_FLIGHT, STORAGE_FULL, STORAGE_UNAVAILABLE
from regulars.use_cases.tasks import ClaimDoneTasks, MoveCursor, has_done_tasks

NAME = "tasks"
EVERY_SECONDS = 15.0
FACTS_MAX = 200
# What passes by itself: the step is tried again later, with all that it read.
PASSING = frozenset(
    each.code
    for each in (OVERLOADED, STORAGE_FULL, STORAGE_UNAVAILABLE, COMMAND_IN_FLIGHT, CONFLICT)
)
# What may complete a task. A friend's first order rewards its referrer: that is a gift.
ORDER_SETTLED = "order.settled"
KINDS = frozenset({ORDER_SETTLED, "value.topped_up", "member.checked_in", "member.gifted"})


def step(workshop: Workshop) -> bool:
    """Pay what the next facts completed; whether there may be more."""
    with workshop.database.read() as read:
        before = fact_cursors.cursor_of(read, NAME)
        if not _any_task(read):
            cursor, due, more = fact_cursors.beyond(read, NAME), [], False
        else:
            ahead = fact_cursors.ahead_of(read, NAME, rows=FACTS_MAX)
            cursor, more = ahead.cursor, ahead.more
            due = _due(workshop, read, ahead.facts)
    for command in due:
        _pay(workshop, command)
    if cursor != before:
        workshop.run(MoveCursor(name=NAME, cursor=cursor))
    return more and cursor != before


def _pay(workshop: Workshop, command: ClaimDoneTasks) -> None:
    """Pay one member; whom the shop cannot pay keeps nobody else waiting, and may still claim."""
    try:
        workshop.run(command)
    except Refusal as refusal:
        if refusal.code in PASSING:
            raise
        workshop.log.error("task_not_paid", refusal=refusal.code)


class _Met(NamedTuple):
    """Who did something where, on which business day."""

    member_id: UUID
    store_id: UUID
    day: BusinessDay


def _due(workshop: Workshop, read: Read, facts: Sequence[FactSeen]) -> list[ClaimDoneTasks]:
    """Whom the facts may have completed a task for, at the last of them on each of her days."""
    now = workshop.clock()
    # A table that was opened yesterday and is paid today belongs to yesterday.
    paid = [one.subject_id for one in facts if one.kind == ORDER_SETTLED]
    opened: dict[UUID | None, Instant] = dict(read.all(tasks.OPENED, orders=paid))
    shops: dict[UUID, Shop] = {}
    met: dict[_Met, Instant] = {}
    for one in facts:
        if one.kind in KINDS and one.member_id is not None and one.store_id is not None:
            shop = shops.get(one.store_id) or workshop.shops.in_force(read, one.store_id, at=now)
            shops[one.store_id] = shop
            for at in (opened.get(one.subject_id, one.at), one.at):
                who = _Met(one.member_id, one.store_id, shop.store.business_day(at))
                met[who] = max(met.get(who, at), at)
    return [
        ClaimDoneTasks(member_id=who.member_id, store_id=who.store_id, at=at)
        for who, at in met.items()
        if has_done_tasks(read, who.member_id, shops[who.store_id], at=at)
    ]


def _any_task(read: Read) -> bool:
    return any(
        row.kind == ProgrammeKind.TASK and row.state == "active" for row in read.all(ALL_NEWEST)
    )


DONE_TASKS = Job(name=NAME, every_seconds=EVERY_SECONDS, step=step)
