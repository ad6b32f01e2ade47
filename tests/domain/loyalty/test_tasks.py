"""Windows of tasks, and what their definitions spell."""

from datetime import date
from uuid import UUID

import pytest

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.tasks import (
    Task,
    Window,
    claim_period,
    task_data,
    task_from,
    window_of,
)

FRIDAY = BusinessDay(date(2027, 1, 1))
BEGAN = BusinessDay(date(2026, 12, 30))
LONG_AGO = BusinessDay(date(2026, 1, 5))


def a_task(window: dict[str, object], *, repeat: str = "each_window") -> Task:
    goal = {"kind": "orders", "count": 3}
    return task_from({"goal": goal, "window": window, "gift": {"points": 5}, "repeat": repeat})


def window(kind: str, begins: BusinessDay = LONG_AGO, **more: object) -> Window:
    return window_of(a_task({"kind": kind, **more}), FRIDAY, begins=begins)


def test_a_week_may_belong_to_the_year_before() -> None:
    assert window("week") == ("2026-W53", date(2026, 12, 28), date(2027, 1, 4))


def test_a_month_ends_with_its_last_day() -> None:
    assert window("month") == ("2027-01", date(2027, 1, 1), date(2027, 2, 1))


def test_windows_of_days_are_counted_from_the_first_day() -> None:
    assert window("days", BEGAN, days=2) == ("2027-01-01+2", date(2027, 1, 1), date(2027, 1, 3))
    assert window("days", BEGAN, days=3) == ("2026-12-30+3", date(2026, 12, 30), date(2027, 1, 2))


def test_no_window_reaches_back_before_the_task_began() -> None:
    assert window("week", BEGAN).first == BEGAN
    assert window("programme", BEGAN)[:2] == ("programme", BEGAN)


def test_a_task_that_pays_once_has_one_period_for_ever() -> None:
    once = a_task({"kind": "week"}, repeat="once")
    assert claim_period(once, window("week")) == "once"
    assert claim_period(a_task({"kind": "week"}), window("week")) == "2026-W53"


@pytest.mark.parametrize(
    "goal",
    [
        {"kind": "orders", "count": 3},
        {"kind": "spend_minor", "amount_minor": 10_000},
        {"kind": "product", "count": 2, "product_id": str(UUID(int=7))},
        {"kind": "category", "count": 2, "category_id": str(UUID(int=8))},
        {"kind": "top_up_minor", "amount_minor": 10_000},
    ],
)
def test_a_definition_reads_back_what_it_wrote(goal: dict[str, object]) -> None:
    definition = {"goal": goal, "window": {"kind": "days", "days": 30}, "gift": {"points": 5}}
    task = task_from(definition)
    assert task_data(task)["goal"] == goal
    assert task_from(task_data(task)) == task


@pytest.mark.parametrize(
    "change",
    [
        {"goal": None},
        {"goal": {"kind": "orders"}},
        {"goal": {"kind": "orders", "count": 0}},
        {"goal": {"kind": "orders", "amount_minor": 5}},
        {"goal": {"kind": "spend_minor", "count": 5}},
        {"goal": {"kind": "product", "count": 1}},
        {"goal": {"kind": "miles", "count": 1}},
        {"window": {"kind": "days"}},
        {"window": {"kind": "week", "days": 3}},
        {"window": {"kind": "year"}},
        {"gift": {}},
        {"repeat": "often"},
    ],
)
def test_nonsense_is_refused_when_it_is_saved(change: dict[str, object]) -> None:
    good: dict[str, object] = {
        "goal": {"kind": "orders", "count": 3},
        "window": {"kind": "week"},
        "gift": {"points": 5},
    }
    task_from(good)
    with pytest.raises(Refusal, match=r"terms\.malformed|programme\.malformed|id\.malformed"):
        task_from({**good, **change})
