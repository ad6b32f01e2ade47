"""Tasks 任务: how far a member has come, and the gift once she is there.

"三单送 30 分": on her third order of the week 李敏 may claim 30 points; if she does not, the shop
gives them by itself soon after. A refund before that lowers her progress; after it nothing is taken
back. Of two claims at once one pays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.loyalty.tasks import (
    TASK_CLAIMED,
    TASK_NOT_DONE,
    Progress,
    Task,
    Window,
    claim_period,
    window_of,
)
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import Store
from regulars.storage import fact_cursors, programmes, tasks, visits
from regulars.storage.engine import Read, Write
from regulars.storage.fact_cursors import Cursor
from regulars.storage.facts import Fact, append
from regulars.storage.programmes import PROGRAMME_UNKNOWN
from regulars.storage.tasks import ClaimRow, Counted
from regulars.use_cases import gifts
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import MEMBER_FROZEN, MEMBER_UNKNOWN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask:
    """A member wants the gift of a task."""

    programme_id: UUID
    member_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDoneTasks:
    """Give a member whatever tasks she had done, and not claimed, in the windows of a moment."""

    member_id: UUID
    store_id: UUID
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCursor:
    """Remember how far a reader of the facts has come."""

    name: str
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed:
    """A task that was paid, for which stretch of time."""

    programme_id: UUID
    member_id: UUID
    period: str
    given: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksClaimed:
    """How many tasks were paid."""

    claimed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorMoved:
    """How far the reader has come."""

    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """How a member stands with a task. `claimed`: it was paid for this stretch of time."""

    programme: Programme
    task: Task
    window: Window
    progress: Progress
    claimed: bool


def state_of(
    read: Read, programme: Programme, member_id: UUID, shop: Shop, *, at: Instant
) -> TaskState:
    """How a member stands with one task. Refuses: programme.unknown."""
    task = programme.definition
    if not isinstance(task, Task):
        raise PROGRAMME_UNKNOWN.because()
    began = programmes.began(read, programme.id)
    store = shop.store
    today = store.business_day(at)
    window = window_of(task, today, begins=store.business_day(began))
    counted = Counted(
        member_id=member_id,
        stores=programmes.stores_of(read, programme),
        first=window.first,
        end=window.end,
        since=max(began, _start(store, window.first)),
        until=_start(store, BusinessDay(today + timedelta(days=1))),
    )
    claims = read.all(tasks.CLAIMED, programme_id=programme.id, member_id=member_id)
    return TaskState(
        programme=programme,
        task=task,
        window=window,
        progress=Progress(tasks.reached(read, task.goal, counted), task.goal.wanted),
        claimed=claim_period(task, window) in claims,
    )


def _start(store: Store, day: BusinessDay) -> Instant:
    return start_of(day, zone=store.zone, cut_off_minutes=store.cut_off_minutes)


def states_of(read: Read, member_id: UUID, shop: Shop, *, at: Instant) -> Iterator[TaskState]:
    """How a member stands with every task of a store."""
    for programme in programmes.in_force(read, ProgrammeKind.TASK, shop.store, at=at):
        yield state_of(read, programme, member_id, shop, at=at)


def has_done_tasks(read: Read, member_id: UUID, shop: Shop, *, at: Instant) -> bool:
    """Whether a member has done a task that was not paid."""
    return any(
        state.progress.complete and not state.claimed
        for state in states_of(read, member_id, shop, at=at)
    )


@use_case
def claim_task(tx: Write, command: ClaimTask, moment: Moment) -> TaskClaimed:
    """Give a member what a task promised, once.

    Refuses: scope.outside, programme.unknown, programme.not_in_force, order.member_unknown,
    order.member_frozen, task.not_done, task.claimed_already.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    kind, programme_id = ProgrammeKind.TASK, command.programme_id
    programme = programmes.running(tx, kind, programme_id, shop.store, at=moment.now)
    member_state = _lock(tx, command.member_id)
    if member_state is None:
        raise MEMBER_UNKNOWN.because()
    if member_state != "active":
        raise MEMBER_FROZEN.because()
    state = state_of(tx, programme, command.member_id, shop, at=moment.now)
    if state.claimed:
        raise TASK_CLAIMED.because()
    if not state.progress.complete:
        raise TASK_NOT_DONE.because(done=state.progress.done, wanted=state.progress.wanted)
    return _paid(tx, moment, state, command.member_id, shop)


@use_case
def claim_done_tasks(tx: Write, command: ClaimDoneTasks, moment: Moment) -> TasksClaimed:
    """Give a member whatever tasks she has done; nothing for one who is frozen or gone.

    What counts are the windows in which it happened: the order of Sunday night that is looked at
    on Monday completes the task of that week. Refuses: scope.outside.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    if _lock(tx, command.member_id) != "active":
        return TasksClaimed(claimed=0)
    states = list(states_of(tx, command.member_id, shop, at=command.at))
    due = [state for state in states if state.progress.complete and not state.claimed]
    for state in due:
        _paid(tx, moment, state, command.member_id, shop)
    return TasksClaimed(claimed=len(due))


@use_case
def move_cursor(tx: Write, command: MoveCursor, moment: Moment) -> CursorMoved:
    """Remember how far a reader of the facts has come."""
    moment.actor.need(Permission.OFFER_WRITE)
    fact_cursors.put(tx, command.name, command.cursor)
    return CursorMoved(position=command.cursor.position)


def _lock(tx: Write, member_id: UUID) -> str | None:
    row = tx.one(visits.VISITS_LOCKED, member_id=member_id)
    return None if row is None else row.state


def _paid(tx: Write, moment: Moment, state: TaskState, member_id: UUID, shop: Shop) -> TaskClaimed:
    programme, period = state.programme, claim_period(state.task, state.window)
    row = ClaimRow(
        programme_id=programme.id,
        member_id=member_id,
        period=period,
        version=programme.version,
        progress=state.progress.done,
        store_id=shop.store.id,
        at=moment.now,
        by=moment.actor.name,
    )
    tasks.add(tx, row)
    occasion = f"task:{programme.id}:{period}"
    given = gifts.give(
        tx, moment, member_id=member_id, gift=state.task.gift, shop=shop, occasion=occasion
    )
    happened = Fact(
        kind="task.completed",
        at=moment.now,
        store_id=shop.store.id,
        member_id=member_id,
        subject_id=programme.id,
        body={"period": period, "progress": state.progress.done},
    )
    append(tx, happened, id=moment.new_id())
    return TaskClaimed(programme_id=programme.id, member_id=member_id, period=period, given=given)
