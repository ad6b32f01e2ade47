"""Tasks 任务: something to reach within a time, and the gift for it.

{"goal": {"kind": "orders", "count": 3}, "window": {"kind": "week"}, "gift": {"points": 30},
"repeat": "each_window"}: whoever pays three orders within a calendar week gets 30 points, every
week anew. What is reached is counted from the orders themselves: one that is refunded counts no
more, until the gift was claimed; after that nothing is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, assert_never
from uuid import UUID

from regulars.domain.kernel.ids import parse_id
from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import check_parts, number, one_of
from regulars.domain.loyalty.gift import Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import PROGRAMME_MALFORMED, Definition

FIELD = "definition"
ONCE = "once"
WINDOW_DAYS_MAX = 366

TASK_NOT_DONE = refusal_code("task.not_done", "done", "wanted")
TASK_CLAIMED = refusal_code("task.claimed_already")


class GoalKind(StrEnum):
    """What is counted. Units: orders, minor units, days with an order, pieces, days, friends."""

    ORDERS = "orders"
    SPEND = "spend_minor"
    VISITS = "visits"
    PRODUCT = "product"
    CATEGORY = "category"
    CHECK_INS = "check_ins"
    REFERRALS = "referrals"
    TOP_UP = "top_up_minor"


class WindowKind(StrEnum):
    """Within which time it counts together."""

    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    PROGRAMME = "programme"


class Repeat(StrEnum):
    """How often a member is paid."""

    ONCE = "once"
    EACH_WINDOW = "each_window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is to be reached. `target`: the product or category that counts, where one does."""

    kind: GoalKind
    wanted: int
    target: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task. Units: days of a window of kind `days`."""

    goal: Goal
    window: WindowKind
    window_days: int
    gift: Gift
    repeat: Repeat


class Window(NamedTuple):
    """A stretch of business days that counts together; `end` is the first day after it."""

    key: str
    first: BusinessDay
    end: BusinessDay


class Progress(NamedTuple):
    """How far a member has come. Units: those of the goal."""

    done: int
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether the goal is reached."""
        return self.done >= self.wanted


def window_of(task: Task, day: BusinessDay, *, begins: BusinessDay) -> Window:
    """The window of a task that a business day lies in; none reaches back before it began.

    Source: ISO 8601 for weeks. Windows of n days are counted from the first day of the task.
    """
    first: date
    end: date
    match task.window:
        case WindowKind.DAYS:
            passed = (day - begins).days // task.window_days * task.window_days
            first = begins + timedelta(days=passed)
            end = first + timedelta(days=task.window_days)
            key = f"{first.isoformat()}+{task.window_days}"
        case WindowKind.WEEK:
            first = day - timedelta(days=day.weekday())
            end = first + timedelta(days=7)
            year, week, _ = day.isocalendar()
            key = f"{year}-W{week:02d}"
        case WindowKind.MONTH:
            first = day.replace(day=1)
            end = months_after(first, 1)
            key = f"{day.year}-{day.month:02d}"
        case WindowKind.PROGRAMME:
            first, end, key = begins, date.max, "programme"
        case _:
            assert_never(task.window)
    return Window(key, BusinessDay(max(first, begins)), BusinessDay(end))


def claim_period(task: Task, window: Window) -> str:
    """Under which name a member is paid at most once."""
    return ONCE if task.repeat is Repeat.ONCE else window.key


def task_from(data: Mapping[str, object]) -> Task:
    """The task that a definition spells.

    Refuses: terms.malformed, programme.malformed, id.malformed.
    """
    check_parts(FIELD, data, "goal", "window", "gift", "repeat")
    window = data.get("window")
    if not isinstance(window, Mapping):
        raise PROGRAMME_MALFORMED.because(part="window")
    check_parts(FIELD, window, "kind", "days")
    kind = WindowKind(one_of(*WindowKind)(f"{FIELD}.window.kind", window.get("kind")))
    days = number(FIELD, window, "days", 0)
    if (kind is WindowKind.DAYS) != (1 <= days <= WINDOW_DAYS_MAX):
        raise PROGRAMME_MALFORMED.because(part="window")
    task = Task(
        goal=_goal(data.get("goal")),
        window=kind,
        window_days=days,
        gift=gift_from(FIELD, data.get("gift")),
        repeat=Repeat(one_of(*Repeat)(f"{FIELD}.repeat", data.get("repeat", Repeat.ONCE.value))),
    )
    if task.gift.empty:
        raise PROGRAMME_MALFORMED.because(part="gift")
    return task


_TARGETS = {GoalKind.PRODUCT: "product_id", GoalKind.CATEGORY: "category_id"}
_AMOUNTS = frozenset({GoalKind.SPEND, GoalKind.TOP_UP})


def _goal(data: object) -> Goal:
    if not isinstance(data, Mapping):
        raise PROGRAMME_MALFORMED.because(part="goal")
    kind = GoalKind(one_of(*GoalKind)(f"{FIELD}.goal.kind", data.get("kind")))
    counted, named = _counted(kind), _TARGETS.get(kind)
    check_parts(FIELD, data, "kind", counted, *([named] if named else []))
    wanted = number(FIELD, data, counted)
    if not wanted:
        raise PROGRAMME_MALFORMED.because(part=counted)
    target = parse_id(str(data.get(named)), field=named) if named else None
    return Goal(kind=kind, wanted=wanted, target=target)


def _counted(kind: GoalKind) -> str:
    return "amount_minor" if kind in _AMOUNTS else "count"


def task_data(definition: Definition) -> dict[str, object]:
    """The stored form; `task_from` reads it back."""
    assert isinstance(definition, Task)
    goal = definition.goal
    told: dict[str, object] = {"kind": goal.kind.value, _counted(goal.kind): goal.wanted}
    if goal.target is not None:
        told[_TARGETS[goal.kind]] = str(goal.target)
    window: dict[str, object] = {"kind": definition.window.value}
    if definition.window is WindowKind.DAYS:
        window["days"] = definition.window_days
    return {
        "goal": told,
        "window": window,
        "gift": gift_data(definition.gift),
        "repeat": definition.repeat.value,
    }
