"""The one door to the figures of reports: a question goes in, counted rows come out.

    now, _ = counted(read, question)
    now.rows      # {2026-05-12: {orders: 214, sales_minor: 512000}, …}

Whoever shows a report knows nothing of tables. An engine for very large histories takes this door's
place by answering the same questions with the same figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Figures, Metric, Query
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension
from regulars.storage import (
    report_coupons,
    report_drawer,
    report_goods,
    report_members,
    report_sales,
    report_staff,
    report_tenders,
    report_value,
)
from regulars.storage.engine import Read

NamedQuery = Callable[[Read, Question, Dimension], Counted]
# Asked of a period and of the one it is held against at once.
PairedQuery = Callable[[Read, Question, Question, Dimension], tuple[Counted, Counted]]

# What campaigns earned is told by the measurement, which reads its own rows.
QUERIES: Mapping[Query, NamedQuery] = {
    Query.SOLD: report_sales.sold,
    Query.REFUNDED: report_sales.refunded,
    Query.BUYERS: report_sales.buyers,
    Query.TOPPED_UP: report_tenders.topped_up,
    Query.TENDERED: report_tenders.tendered,
    Query.TENDERED_BACK: report_tenders.tendered_back,
    Query.DRAWER: report_drawer.drawer,
    Query.BY_HAND: report_staff.by_hand,
    Query.VOIDED: report_staff.voided,
    Query.GOODS_SOLD: report_goods.goods_sold,
    Query.GOODS_REFUNDED: report_goods.goods_refunded,
    Query.JOINED: report_members.joined,
    Query.MEMBERS: report_members.members,
    Query.STAGES: report_members.stages,
    Query.STAGE_CHANGES: report_members.stage_changes,
    Query.CLASSES: report_members.classes,
    Query.TIERS: report_members.tiers,
    Query.COUPONS_ISSUED: report_coupons.coupons_issued,
    Query.COUPONS_USED: report_coupons.coupons_used,
    Query.COUPONS_EXPIRED: report_coupons.coupons_expired,
    Query.MOVED: report_value.moved,
    Query.RUNNING: report_coupons.running,
    Query.WAITING: report_coupons.waiting,
}
# What is owed is the sum of all that ever happened: nobody goes through it twice for one report.
PAIRED: Mapping[Query, PairedQuery] = {Query.OWED: report_value.owed}

# A member who bought in two stores is one member: these are asked once more for the whole.
_COUNTED_ONCE = frozenset({Query.BUYERS, Query.REFUNDED, Query.COUPONS_USED})
# A bill with two dishes or tenders is a bill of each: no sum says how many bills there were.
_NEVER_ADDED = frozenset({Metric.GOODS_ORDERS, Metric.TENDER_ORDERS})


class Counts(NamedTuple):
    """The rows of a report, and its total."""

    rows: Counted
    total: Figures


class _Gathered:
    """What the queries of a report have told so far of one period."""

    def __init__(self) -> None:
        self.parts: list[Counted] = []
        self.total: dict[Metric, int | None] = {}

    def add(self, part: Counted, whole: Counted) -> None:
        """One query's rows, and what its total is the sum of."""
        self.parts.append(part)
        self.total |= added(whole)

    def counts(self, dimension: Dimension) -> Counts:
        """All rows and the total."""
        rows = {} if dimension is Dimension.ALL else merged(self.parts)
        return Counts(rows, {**self.total, **dict.fromkeys(_NEVER_ADDED)})


def counted(
    read: Read, question: Question, compared: Question | None = None
) -> tuple[Counts, Counts | None]:
    """The figures of a report, and those of the period that it is held against.

    What its rows cannot be added to is counted for the total anew.
    """
    report = REPORTS[question.report]
    periods = [question] if compared is None else [question, compared]
    found = [_Gathered() for _ in periods]
    for query in _queries_of(report.metrics):
        parts = _told(read, query, periods, report.dimension)
        wholes = parts
        if query in _COUNTED_ONCE and report.dimension is not Dimension.ALL:
            wholes = _told(read, query, periods, Dimension.ALL)
        for one, part, whole in zip(found, parts, wholes, strict=True):
            one.add(part, whole)
    now, *then = (one.counts(report.dimension) for one in found)
    return now, then[0] if then else None


def figures(read: Read, question: Question, metrics: Iterable[Metric]) -> Figures:
    """Some metrics of the whole, each by its own query."""
    told: dict[Metric, int | None] = {}
    for query in _queries_of(metrics):
        for part in _told(read, query, [question], Dimension.ALL):
            told |= added(part)
    return told


def _told(
    read: Read, query: Query, periods: Sequence[Question], dimension: Dimension
) -> list[Counted]:
    """One query's rows of one period, or of two."""
    if query in PAIRED:
        now, then = PAIRED[query](read, periods[0], periods[-1], dimension)
        return [now, then][: len(periods)]
    return [QUERIES[query](read, one, dimension) for one in periods]


def _queries_of(metrics: Iterable[Metric]) -> list[Query]:
    return list(dict.fromkeys(METRICS[metric].query for metric in metrics))


def added(part: Counted) -> dict[Metric, int]:
    """The sum of all rows."""
    total: dict[Metric, int] = {}
    for row in part.values():
        for metric, value in row.items():
            total[metric] = total.get(metric, 0) + value
    return total
