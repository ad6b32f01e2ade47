"""The one door to the figures of reports: a question goes in, counted rows come out.

    counted(read, question)      # {2026-05-12: {orders: 214, sales_minor: 512000}, …}

Whoever shows a report knows nothing of tables. An engine for very large histories takes this door's
place by answering the same questions with the same figures.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Figures, Metric, Query
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import METRICS, REPORTS, Dimension
from regulars.storage import (
    report_coupons,
    report_goods,
    report_members,
    report_sales,
    report_value,
)
from regulars.storage.engine import Read

NamedQuery = Callable[[Read, Question, Dimension], Counted]

# What campaigns earned is told by the measurement, which reads its own rows.
QUERIES: Mapping[Query, NamedQuery] = {
    Query.SOLD: report_sales.sold,
    Query.REFUNDED: report_sales.refunded,
    Query.BUYERS: report_sales.buyers,
    Query.TOPPED_UP: report_sales.topped_up,
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
    Query.OWED: report_value.owed,
    Query.RUNNING: report_coupons.running,
    Query.WAITING: report_coupons.waiting,
}


# A member who bought in two stores is one member: these are asked once more for the whole.
_COUNTED_ONCE = frozenset({Query.BUYERS, Query.REFUNDED, Query.COUPONS_USED})
# A bill with two dishes is a bill of each: no sum of them says how many bills there were.
_NEVER_ADDED = frozenset({Metric.GOODS_ORDERS})


class Counts(NamedTuple):
    """The rows of a report, and its total."""

    rows: Counted
    total: Figures


def counted(read: Read, question: Question) -> Counts:
    """The figures of a report; what its rows cannot be added to is counted for the total anew."""
    report = REPORTS[question.report]
    parts: list[Counted] = []
    total: dict[Metric, int | None] = {}
    for query in _queries_of(report.metrics):
        part = QUERIES[query](read, question, report.dimension)
        parts.append(part)
        whole = part
        if query in _COUNTED_ONCE and report.dimension is not Dimension.ALL:
            whole = QUERIES[query](read, question, Dimension.ALL)
        total |= added(whole)
    rows = {} if report.dimension is Dimension.ALL else merged(parts)
    return Counts(rows, {**total, **dict.fromkeys(_NEVER_ADDED)})


def figures(read: Read, question: Question, metrics: Iterable[Metric]) -> Figures:
    """Some metrics of the whole, each by its own query."""
    told: dict[Metric, int | None] = {}
    for query in _queries_of(metrics):
        told |= added(QUERIES[query](read, question, Dimension.ALL))
    return told


def _queries_of(metrics: Iterable[Metric]) -> list[Query]:
    return list(dict.fromkeys(METRICS[metric].query for metric in metrics))


def added(part: Counted) -> dict[Metric, int]:
    """The sum of all rows."""
    total: dict[Metric, int] = {}
    for row in part.values():
        for metric, value in row.items():
            total[metric] = total.get(metric, 0) + value
    return total
