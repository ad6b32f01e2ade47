"""Reports as their callers get them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from regulars.domain.kernel.label import Label
from regulars.domain.reports.answer import Answer as Answered
from regulars.domain.reports.answer import Row
from regulars.domain.reports.metric import Drill, Figures, Metric, Unit
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import (
    DIMENSIONS,
    METRICS,
    REPORTS,
    Dimension,
    ReportName,
)
from regulars.http.member_lists import ListedMember
from regulars.http.schemas import Answer
from regulars.storage.report_till_drills import RefundMade
from regulars.use_cases.reports import HomeTold, ReportTold

# By the name of the metric. Units: minor units, counts, shares of 10,000; None: of nothing.
FiguresView = dict[Metric, int | None]


class MetricView(Answer):
    """One figure: what it is called, what it counts, and what it leads to."""

    metric: Metric
    name_zh: str
    name_en: str
    meaning_zh: str
    meaning_en: str
    unit: Unit
    drill: Drill | None


class ReportView(Answer):
    """One report that may be asked for."""

    report: ReportName
    title_zh: str
    title_en: str
    dimension: Dimension
    dimension_zh: str
    dimension_en: str
    of_period: bool
    by_source: bool
    metrics: list[MetricView]


class ReportRowView(Answer):
    """One row; `key` is what to send back to see what is behind it, None is the total."""

    key: str | None
    label_zh: str
    label_en: str
    note_zh: str
    note_en: str
    figures: FiguresView
    before: FiguresView | None


class SpanView(Answer):
    """Business days, half-open, and the moment up to which they are known."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    as_of: AwareDatetime


class ReportAnswerView(Answer):
    """A whole report."""

    report: ReportName
    span: SpanView
    compared: SpanView | None
    stores: list[UUID]
    currency: str
    made_at: AwareDatetime
    rows: list[ReportRowView]
    total: ReportRowView


class HomeView(Answer):
    """Today beside the same weekday, and what waits. `tasks`: None is not for the caller."""

    today: date
    report: ReportAnswerView
    tasks: FiguresView


class BillView(Answer):
    """A bill behind a figure. Units: minor units."""

    id: UUID
    store_id: UUID
    business_day: date
    number: str
    source: str
    state: str
    settled_at: AwareDatetime
    member_id: UUID | None
    due_minor: int
    discount_minor: int
    refunded_minor: int


class BillPage(Answer):
    """Some bills, newest first, and where the next page begins."""

    orders: list[BillView]
    next_cursor: UUID | None


class ReportCouponView(Answer):
    """A coupon behind a figure. A code was handed to nobody; the bill is one of the stores asked."""

    id: UUID
    name_zh: str
    name_en: str
    member_id: UUID | None
    issued_at: AwareDatetime | None
    valid_until: AwareDatetime | None
    used_at: AwareDatetime | None
    order_id: UUID | None
    order_number: str | None


class ReportCouponPage(Answer):
    """Some coupons, newest first, and where the next page begins."""

    coupons: list[ReportCouponView]
    next_cursor: UUID | None


class RefundView(Answer):
    """A refund behind a figure; the name of who made it for those who may see the staff.

    Units: minor units; `before_minor` and `after_minor` are what the bill came to around it.
    """

    id: UUID
    order_id: UUID
    store_id: UUID
    order_number: str
    at: AwareDatetime
    by: str
    by_name: str | None
    approved_by: str | None
    reason: str
    plan: str
    amount_minor: int
    before_minor: int
    after_minor: int
    points_returned: int
    points_taken_back: int


class RefundPage(Answer):
    """Some refunds, newest first, and where the next page begins."""

    refunds: list[RefundView]
    next_cursor: UUID | None


class ReportMemberPage(Answer):
    """Some members, newest first, and where the next page begins."""

    members: list[ListedMember]
    next_cursor: UUID | None


def refund_data(made: RefundMade, names: Mapping[str, str]) -> dict[str, object]:
    """One refund; `names` are those of the staff, as far as the caller may know them."""
    shown = {name: getattr(made, name) for name in RefundView.model_fields if name != "by_name"}
    return {**shown, "by_name": names.get(made.by)}


def report_data(name: ReportName) -> dict[str, object]:
    """One report as the list of them shows it."""
    report = REPORTS[name]
    return {
        "report": name,
        "title_zh": report.title.zh,
        "title_en": report.title.en,
        "dimension": report.dimension,
        "dimension_zh": DIMENSIONS[report.dimension].zh,
        "dimension_en": DIMENSIONS[report.dimension].en,
        "of_period": report.of_period,
        "by_source": report.by_source,
        "metrics": [_metric(metric) for metric in report.metrics],
    }


def _metric(metric: Metric) -> dict[str, object]:
    definition = METRICS[metric]
    return {
        "metric": metric,
        "name_zh": definition.name.zh,
        "name_en": definition.name.en,
        "meaning_zh": definition.meaning.zh,
        "meaning_en": definition.meaning.en,
        "unit": definition.unit,
        "drill": definition.drill,
    }


def answer_data(found: ReportTold) -> dict[str, object]:
    """A whole report."""
    answer: Answered = found.answer
    question, compared = answer.question, answer.compared
    return {
        "report": question.report,
        "span": _span(question),
        "compared": None if compared is None else _span(compared),
        "stores": question.stores,
        "currency": found.currency,
        "made_at": found.made_at,
        "rows": [_row(row, _key(row)) for row in answer.rows],
        "total": _row(answer.total, None),
    }


def home_data(found: HomeTold) -> dict[str, object]:
    """The first page."""
    return {"today": found.today, "report": answer_data(found.report), "tasks": _named(found.tasks)}


def _span(question: Question) -> dict[str, object]:
    return {
        "from": question.days.from_on,
        "to": question.days.until_on,
        "as_of": question.as_of,
    }


def _named(figures: Figures) -> dict[str, int | None]:
    return {metric.value: value for metric, value in figures.items()}


def _key(row: Row) -> str:
    return "" if row.key is None else str(row.key)


def _row(row: Row, key: str | None) -> dict[str, object]:
    label, note = row.label or Label(""), row.note or Label("")
    return {
        "key": key,
        "label_zh": label.in_language("zh-CN"),
        "label_en": label.in_language("en"),
        "note_zh": note.zh,
        "note_en": note.en,
        "figures": _named(row.figures),
        "before": None if row.before is None else _named(row.before),
    }
