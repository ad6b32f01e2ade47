"""What a figure of a report counts, row by row: its bills or its members, a page at a time.

    page = bills_behind(read, Drilled(question, Metric.ORDERS, key="2026-05-12"), cursor=None)

Only whoever may see the report, and bills or members besides, gets here; the stores are those of the
report, so nobody drills into another store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from regulars.domain.insights.affinity import daypart_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.reports.metric import Drill, Metric
from regulars.domain.reports.question import Days, Question
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension
from regulars.domain.reports.takings import PaidBy, Taking
from regulars.storage import report_coupon_drills as coupon_drills
from regulars.storage import report_drills as drills
from regulars.storage import report_till_drills as till_drills
from regulars.storage.engine import Read
from regulars.storage.member_lists import ListedRow
from regulars.storage.report_coupon_drills import CouponRow
from regulars.storage.report_drills import LAST_ID, BillRow
from regulars.storage.report_members import by_clock, last_on
from regulars.storage.report_sales import stretched, values_of
from regulars.storage.report_till_drills import RefundMade
from regulars.storage.statement import Ask

NO_DRILL = refusal_code("report.no_drill")
ROW_UNKNOWN = refusal_code("report.row_unknown")

_OF_THE_CLOCK = (Dimension.HOUR, Dimension.DAYPART)
# An hour of a business day that ends at noon at the latest is below 48.
_HOURS = range(48)
_MARKS = range(1, 6)
R = TypeVar("R")


class _Listed(Protocol):
    """A row of a list, which goes on behind its id."""

    @property
    def id(self) -> UUID: ...


L = TypeVar("L", bound=_Listed)


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
    if _dimension(question) in _OF_THE_CLOCK and drilled.key is not None:
        return _bills_at(read, drilled, _hours(question, drilled.key))
    if drilled.metric in coupon_drills.BILLS_WITH_COUPON:
        with_coupon = coupon_drills.BILLS_WITH_COUPON[drilled.metric]
        return read.all(with_coupon, **_type(drilled), **values_of(question), **page)
    if drilled.metric in till_drills.TENDERED_BILLS:
        statement = till_drills.TENDERED_BILLS[drilled.metric]
        return read.all(statement, **_tender(drilled), **values_of(question), **page)
    who = _who(drilled)
    return read.all(drills.BILLS[drilled.metric], **who, **values_of(question), **page)


def refunds_behind(read: Read, drilled: Drilled) -> list[RefundMade]:
    """The refunds that a figure counts, newest first.

    Refuses: report.no_drill, report.row_unknown.
    """
    question = _narrowed(drilled, Drill.REFUNDS)
    page = {"before_id": drilled.cursor or LAST_ID, "rows": drilled.rows}
    return read.all(till_drills.REFUNDS_MADE, **_who(drilled), **values_of(question), **page)


def coupons_behind(read: Read, drilled: Drilled) -> list[CouponRow]:
    """The coupons that a figure counts, newest first.

    Refuses: report.no_drill, report.row_unknown.
    """
    question = _narrowed(drilled, Drill.COUPONS)
    page = {**_page(drilled), **_type(drilled)}
    if drilled.metric is Metric.COUPONS_USED:
        return read.all(coupon_drills.COUPONS_USED, **values_of(question), **page)
    if drilled.metric is Metric.COUPONS_ISSUED_USED:
        page["as_of"] = question.as_of
    statement = coupon_drills.OF_MEMBERS[drilled.metric]
    asked = [statement.ask(**values, **page) for values in by_clock(question)]
    return _newest(read, asked, drilled)


def _type(drilled: Drilled) -> dict[str, object]:
    """The one kind of coupon, or any; what no row stands for is of every kind."""
    if drilled.key is None:
        return {"any_type": True, "type_id": LAST_ID}
    return {"any_type": False, "type_id": _parsed(UUID, drilled.key)}


def _page(drilled: Drilled) -> dict[str, object]:
    return {"before_id": drilled.cursor or LAST_ID, "rows": drilled.rows}


def _bills_at(read: Read, drilled: Drilled, hours: list[int]) -> list[BillRow]:
    """The bills at some hours of the business day, by the clock of each store."""
    statement, page = drills.BILLS_AT[drilled.metric], _page(drilled)
    asked = [statement.ask(**values, hours=hours, **page) for values in stretched(drilled.question)]
    return _newest(read, asked, drilled)


def _hours(question: Question, key: str) -> list[int]:
    """The hours that a row stands for."""
    if _dimension(question) is Dimension.HOUR:
        found = [_within(_HOURS, key)]
    else:
        found = [hour for hour in _HOURS if daypart_of(hour * 60).value == key]
    if not found:
        raise ROW_UNKNOWN.because()
    return found


def _within(numbers: range, text: str) -> int:
    number = _parsed(int, text)
    if number not in numbers:
        raise ROW_UNKNOWN.because()
    return number


def _who(drilled: Drilled) -> dict[str, object]:
    by_staff = _dimension(drilled.question) is Dimension.STAFF and drilled.key is not None
    return {"anybody": not by_staff, "staff": drilled.key or "" if by_staff else ""}


def _tender(drilled: Drilled) -> dict[str, object]:
    """With what the bills of a row were paid; of all tenders no count of bills is told."""
    if drilled.key is None:
        if drilled.metric is Metric.TENDER_ORDERS:
            raise NO_DRILL.because()
        return {"paid_by": "", "anyhow": True}
    is_taking = _dimension(drilled.question) is Dimension.TAKING
    paid_by = _parsed(Taking.read, drilled.key).paid_by if is_taking else drilled.key
    return {"paid_by": _parsed(PaidBy, paid_by).value, "anyhow": False}


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
        recency=_within(_MARKS, recency),
        frequency=_within(_MARKS, frequency),
    )


def _dimension(question: Question) -> Dimension:
    return REPORTS[question.report].dimension


def _narrowed(drilled: Drilled, kind: Drill) -> Question:
    """The question of the one row: a day, a store or a source is a narrower question."""
    question, key = drilled.question, drilled.key
    report = REPORTS[question.report]
    if drilled.metric not in report.metrics or METRICS[drilled.metric].drill is not kind:
        raise NO_DRILL.because()
    if key is None:
        return question
    match report.dimension:
        case Dimension.DAY:
            return _of_day(question, _parsed(date.fromisoformat, key))
        case Dimension.STORE:
            return _of_store(question, _parsed(UUID, key))
        case Dimension.TAKING:
            taking = _parsed(Taking.read, key)
            return _of_store(_of_day(question, taking.day), taking.store_id)
        case Dimension.SOURCE:
            return replace(question, source=key)
        case _:
            return question


def _of_store(question: Question, store_id: UUID) -> Question:
    places = tuple(one for one in question.places if one.store_id == store_id)
    if not places:
        raise ROW_UNKNOWN.because()
    return replace(question, places=places)


def _of_day(question: Question, day: date) -> Question:
    if not question.days.from_on <= day < question.days.until_on:
        raise ROW_UNKNOWN.because()
    return replace(question, days=Days(day, day + timedelta(days=1)))


def _parsed(read_as: Callable[[str], R], text: str) -> R:
    try:
        return read_as(text)
    except ValueError:
        raise ROW_UNKNOWN.because() from None


def _newest(read: Read, asked: Sequence[Ask[L]], drilled: Drilled) -> list[L]:
    """A page of what several questions found, each of which told a page of its own."""
    found = [row for rows in read.each(asked) for row in rows]
    return sorted(found, key=lambda row: row.id, reverse=True)[: drilled.rows]


def next_cursor(rows: Sequence[_Listed], limit: int) -> UUID | None:
    """Where the next page begins, where there is one."""
    return rows[-1].id if len(rows) == limit else None
