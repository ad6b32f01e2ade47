"""What a report answers: rows of figures, each beside the same figure of the days compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.reports.metric import Definition, Figures, Metric, with_derived
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension
from regulars.domain.reports.takings import PaidBy, Taking

# What a row is of: a day, a store, an hour, a word; None is what belongs to nobody.
Key = date | UUID | int | str | Taking | None
Counted = Mapping[Key, Mapping[Metric, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: what it is of, its figures, and those of the other days where these are asked."""

    key: Key
    figures: Figures
    before: Figures | None = None
    label: Label | None = None
    note: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole report with the questions that it answers."""

    question: Question
    compared: Question | None
    rows: tuple[Row, ...]
    total: Row


def merged(parts: Iterable[Counted]) -> dict[Key, dict[Metric, int]]:
    """The figures of several queries by what they are of."""
    found: dict[Key, dict[Metric, int]] = {}
    for part in parts:
        for key, figures in part.items():
            row = found.setdefault(key, {})
            for metric, value in figures.items():
                row[metric] = row.get(metric, 0) + value
    return found


def definitions_of(question: Question) -> dict[Metric, Definition]:
    """The metrics of a report, in its order."""
    return {metric: METRICS[metric] for metric in REPORTS[question.report].metrics}


def told(figures: Figures, question: Question) -> Figures:
    """The figures of a row with those worked out of them, and nothing else."""
    definitions = definitions_of(question)
    derived = with_derived(figures, definitions)
    return {metric: derived[metric] for metric in definitions}


def rows_of(counted: Counted, question: Question, before: Counted | None) -> list[Row]:
    """The rows of a report; a row that only the other days have is told as well.

    `before` is keyed as this period is: a day there stands for the day here that it is held
    against.
    """
    keys = list(counted) + [key for key in before or {} if key not in counted]
    return [
        Row(
            key=key,
            figures=told(counted.get(key, {}), question),
            before=None if before is None else told(before.get(key, {}), question),
        )
        for key in keys
    ]


def moved(counted: Counted, *, by: timedelta) -> dict[Key, Mapping[Metric, int]]:
    """The same figures, with days so much later."""
    return {_later(key, by): figures for key, figures in counted.items()}


def _later(key: Key, by: timedelta) -> Key:
    match key:
        case date():
            return key + by
        case Taking():
            return replace(key, day=key.day + by)
        case _:
            return key


def filled(counted: Counted, question: Question) -> dict[Key, Mapping[Metric, int]]:
    """With the rows of which nothing was counted: a day without sales is a row too."""
    dimension = REPORTS[question.report].dimension
    keys: list[Key] = []
    if dimension is Dimension.DAY:
        days = question.days
        keys = [days.from_on + timedelta(days=number) for number in range(days.count)]
    elif dimension is Dimension.STORE:
        keys = [place.store_id for place in question.places]
    elif dimension is Dimension.TENDER:
        keys = list(PaidBy)
    return {**{key: {} for key in keys}, **counted}
