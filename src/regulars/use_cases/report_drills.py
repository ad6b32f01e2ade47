"""What a figure of a report counts, row by row: its bills or its members, a page at a time.

    page = bills_behind(read, Drilled(question, Metric.ORDERS, key="2026-05-12"), cursor=None)

Only whoever may see the report, and bills or members besides, gets here; the stores are those of the
report, so nobody drills into another store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.reports.metric import Drill, Metric
from regulars.domain.reports.question import Days, Question
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension
from regulars.storage import report_drills as drills
from regulars.storage.engine import Read
from regulars.storage.member_lists import ListedRow
from regulars.storage.report_drills import LAST_ID, BillRow
from regulars.storage.report_members import by_clock, last_on
from regulars.storage.report_sales import values_of
from regulars.storage.statement import Ask

NO_DRILL = refusal_code("report.no_drill")
ROW_UNKNOWN = refusal_code("report.row_unknown")

_WITHOUT_ROWS = (Dimension.HOUR, Dimension.DAYPART)
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """One figure of a report; `key` is its row as the report told it, None is the total."""

    question: Question
    metric: Metric
    key: str | None = None
    cursor: UUID | None = None
    rows: int = 50


def bills_behind(read: Read, drilled: Drilled) -> list[BillRow]:
    """The bills that a figure counts, newest first. Refuses: report.no_drill, report.row_unknown."""
    question = _narrowed(drilled, Drill.ORDERS)
    page = {"before_id": drilled.cursor or LAST_ID, "rows": drilled.rows}
    if drilled.metric is Metric.GOODS_ORDERS:
        if drilled.key is None:
            raise NO_DRILL.because()
        product = _parsed(UUID, drilled.key)
        return read.all(drills.BILLS_WITH, product_id=product, **values_of(question), **page)
    by_staff = _dimension(question) is Dimension.STAFF and drilled.key is not None
    who = {"anybody": not by_staff, "staff": drilled.key or "" if by_staff else ""}
    return read.all(drills.BILLS[drilled.metric], **who, **values_of(question), **page)


def members_behind(read: Read, drilled: Drilled) -> list[ListedRow]:
    """The members that a figure counts, newest first.

    Refuses: report.no_drill, report.row_unknown.
    """
    question = _narrowed(drilled, Drill.MEMBERS)
    page = {"before_id": drilled.cursor or LAST_ID, "rows": drilled.rows}
    asked = [Ask(each.statement, {**each.parameters, **page}) for each in _asks(drilled, question)]
    found = sorted((one for rows in read.each(asked) for one in rows), reverse=True)
    return read.all(drills.LISTED, members=found[: drilled.rows])


def _asks(drilled: Drilled, question: Question) -> list[Ask[UUID]]:
    match drilled.metric:
        case Metric.MEMBERS_JOINED:
            return [drills.JOINED.ask(**values) for values in by_clock(question)]
        case Metric.MEMBERS:
            return [drills.MEMBERS.ask(**_ends(values)) for values in by_clock(question)]
        case Metric.MEMBERS_IN_TIER:
            if drilled.key is None:
                raise NO_DRILL.because()
            return [
                drills.OF_TIER.ask(tier=drilled.key, **_ends(values))
                for values in by_clock(question)
            ]
        case Metric.MEMBERS_IN_CLASS:
            return [_class(drilled.key, question)]
        case metric if metric in drills.STAGED:
            return [drills.STAGED[metric].ask(**last_on(question))]
        case metric:
            return [drills.BUYERS[metric].ask(**values_of(question))]


def _ends(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "starts_at"}


def _class(key: str | None, question: Question) -> Ask[UUID]:
    if key is None:
        raise NO_DRILL.because()
    if key == "":
        return drills.NOT_JUDGED.ask(stores=question.stores)
    recency, _, frequency = key.partition("/")
    return drills.OF_CLASS.ask(
        stores=question.stores,
        recency=_parsed(int, recency),
        frequency=_parsed(int, frequency),
    )


def _dimension(question: Question) -> Dimension:
    return REPORTS[question.report].dimension


def _narrowed(drilled: Drilled, kind: Drill) -> Question:
    """The question of the one row: a day, a store or a source is a narrower question."""
    question, key = drilled.question, drilled.key
    report = REPORTS[question.report]
    if drilled.metric not in report.metrics or METRICS[drilled.metric].drill is not kind:
        raise NO_DRILL.because()
    if report.dimension in _WITHOUT_ROWS and key is not None:
        raise NO_DRILL.because()
    if key is None:
        return question
    match report.dimension:
        case Dimension.DAY:
            return _of_day(question, _parsed(date.fromisoformat, key))
        case Dimension.STORE:
            store_id = _parsed(UUID, key)
            places = tuple(one for one in question.places if one.store_id == store_id)
            if not places:
                raise ROW_UNKNOWN.because()
            return replace(question, places=places)
        case Dimension.SOURCE:
            return replace(question, source=key)
        case _:
            return question


def _of_day(question: Question, day: date) -> Question:
    if not question.days.from_on <= day < question.days.until_on:
        raise ROW_UNKNOWN.because()
    return replace(question, days=Days(day, day + timedelta(days=1)))


def _parsed(read_as: Callable[[str], R], text: str) -> R:
    try:
        return read_as(text)
    except ValueError:
        raise ROW_UNKNOWN.because() from None


def next_cursor(rows: Sequence[BillRow] | Sequence[ListedRow], limit: int) -> UUID | None:
    """Where the next page begins, where there is one."""
    return rows[-1].id if len(rows) == limit else None
