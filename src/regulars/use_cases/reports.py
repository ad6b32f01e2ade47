"""Reports: figures of the shop's past, compared, named and ready to be shown; only questions.

    told = report(read, Asked(report=ReportName.SALES, from_on=may, until_on=june), scope, now=now)
    told.answer.total.figures[Metric.ORDERS]      # 6,214 bills in May, in the stores one may see

A manager sees her own stores alone: what she does not name is narrowed to them, what she names and
may not see is refused.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.reports.answer import Answer, Counted, Key, Row, filled, moved, rows_of, told
from regulars.domain.reports.metric import Figures, Metric
from regulars.domain.reports.question import Comparison, Days, Place, Question
from regulars.domain.reports.registry import REPORTS, TASKS, Dimension, ReportName
from regulars.domain.reports.takings import PaidBy, Taking
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import reports
from regulars.storage.engine import Read
from regulars.storage.shops import Shops
from regulars.storage.stores import ORGANISATION, STORES
from regulars.use_cases.report_campaigns import campaign_rows
from regulars.use_cases.report_labels import labelled

NO_SHOP = refusal_code("report.no_shop")
DAY_AHEAD = refusal_code("report.day_ahead", "today")
NO_COMPARISON = refusal_code("report.no_comparison")
NO_SOURCE = refusal_code("report.no_source")

ONE_DAY = timedelta(days=1)
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for; what is None is chosen for her.

    `until_on` is not part of it. No stores: all that she may see, or those of the region.
    """

    report: ReportName
    from_on: date | None = None
    until_on: date | None = None
    store_ids: tuple[UUID, ...] = ()
    region_id: UUID | None = None
    source: str | None = None
    comparison: Comparison | None = None
    as_of: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTold:
    """A report with what is needed to show it."""

    answer: Answer
    organisation: Label
    currency: str
    made_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTold:
    """What the first page tells: today beside the same weekday, and what waits for somebody."""

    report: ReportTold
    today: BusinessDay
    tasks: Figures


def report(read: Read, asked: Asked, actor: Actor, *, shops: Shops, now: Instant) -> ReportTold:
    """One report of the stores that the caller may see.

    Refuses: permission.missing, scope.outside, report.no_shop, report.period_unfit,
    report.day_ahead, report.no_comparison, report.no_source, report.one_store_or_all.
    """
    spec = REPORTS[asked.report]
    if spec.permission is not None:
        actor.need(spec.permission)
    if asked.comparison is not None and not spec.of_period:
        raise NO_COMPARISON.because()
    question = question_of(read, asked, actor, now=now)
    compared = None if asked.comparison is None else question.compared(asked.comparison)
    organisation = read.one(ORGANISATION)
    if organisation is None:
        raise NO_SHOP.because()
    return ReportTold(
        answer=(
            _campaigns(read, question, actor)
            if question.report is ReportName.CAMPAIGNS
            else _answer(read, question, compared, shops)
        ),
        organisation=Label(organisation.name_zh, organisation.name_en),
        currency=organisation.currency,
        made_at=now,
    )


def home(read: Read, asked: Asked, actor: Actor, *, shops: Shops, now: Instant) -> HomeTold:
    """Today up to now, against the same weekday up to the same time, and the tasks that wait.

    Refuses: as `report`.
    """
    found = report(read, asked, actor, shops=shops, now=now)
    question = found.answer.question
    tasks = dict(reports.figures(read, question, TASKS))
    if not actor.may(Permission.JOURNEY_APPROVE):
        tasks[Metric.APPROVALS_WAITING] = None
    if not actor.may(Permission.MEMBER_IMPORT):
        tasks[Metric.IMPORTS_REFUSED] = None
    return HomeTold(report=found, today=BusinessDay(question.days.from_on), tasks=tasks)


def question_of(read: Read, asked: Asked, actor: Actor, *, now: Instant) -> Question:
    """What is asked, of stores that the caller may see.

    Refuses: scope.outside, report.no_shop, report.period_unfit, report.day_ahead, report.no_source.
    """
    if asked.source is not None and not REPORTS[asked.report].by_source:
        raise NO_SOURCE.because()
    places = _places(read, asked, actor)
    today = business_day_of(now, zone=places[0].zone, cut_off_minutes=places[0].cut_off_minutes)
    of_today = asked.report is ReportName.TODAY
    until_on = asked.until_on or today + ONE_DAY
    usual = ONE_DAY if of_today else timedelta(days=USUAL_DAYS)
    from_on = asked.from_on or until_on - usual
    if until_on > today + ONE_DAY:
        raise DAY_AHEAD.because(today=today.isoformat())
    return Question(
        report=asked.report,
        days=Days(from_on, until_on),
        places=places,
        as_of=min(asked.as_of or now, now),
        source=asked.source,
    )


def _places(read: Read, asked: Asked, actor: Actor) -> tuple[Place, ...]:
    found = {
        row.id: Place(
            store_id=row.id,
            region_id=row.region_id,
            name=Label(row.name_zh, row.name_en),
            zone=row.zone,
            cut_off_minutes=row.cut_off_minutes,
        )
        for row in read.all(STORES)
    }
    for store_id in asked.store_ids:
        actor.scope.check(store_id)
        if store_id not in found:
            raise OUT_OF_SCOPE.because()
    chosen = tuple(
        place
        for place in found.values()
        if actor.scope.holds(place.store_id)
        and (not asked.store_ids or place.store_id in asked.store_ids)
        and asked.region_id in (None, place.region_id)
    )
    if not found:
        raise NO_SHOP.because()
    if not chosen:
        raise OUT_OF_SCOPE.because()
    return chosen


def _campaigns(read: Read, question: Question, actor: Actor) -> Answer:
    rows, total = campaign_rows(read, question, actor)
    return Answer(question=question, compared=None, rows=rows, total=total)


def _answer(read: Read, question: Question, compared: Question | None, shops: Shops) -> Answer:
    counts, then = reports.counted(read, question, compared)
    total = Row(key="", figures=told(counts.total, question))
    before: Counted | None = None
    if compared is not None and then is not None:
        before = moved(then.rows, by=question.days.from_on - compared.days.from_on)
        total = Row(key="", figures=total.figures, before=told(then.total, compared))
    whole = filled(counts.rows, question)
    rows = rows_of(whole, question, before)
    dimension = REPORTS[question.report].dimension
    named = labelled(read, rows, question, shops)
    return Answer(
        question=question,
        compared=compared,
        rows=tuple(_ordered(named, dimension, question)),
        total=total,
    )


def _ordered(rows: list[Row], dimension: Dimension, question: Question) -> list[Row]:
    """Days and hours as they come, all else by its first figure, the largest first."""
    first = REPORTS[question.report].metrics[0]
    match dimension:
        case Dimension.DAY | Dimension.HOUR:
            return sorted(rows, key=lambda row: str(row.key).rjust(10, "0"))
        case Dimension.TENDER:
            return sorted(rows, key=lambda row: _TENDERS.index(str(row.key)))
        case Dimension.TAKING:
            return sorted(rows, key=lambda row: _turn_of(row.key, question))
        case Dimension.DAYPART:
            return sorted(rows, key=lambda row: _DAYPARTS.index(str(row.key)))
        case Dimension.CLASS:
            return sorted(rows, key=lambda row: str(row.key or ""), reverse=True)
        case _:
            return sorted(rows, key=lambda row: (-(row.figures[first] or 0), str(row.key)))


def _turn_of(key: Key, question: Question) -> tuple[str, int, int]:
    """By day, in each by store, in each by tender."""
    if not isinstance(key, Taking):
        return "", 0, 0
    return (
        key.day.isoformat(),
        question.stores.index(key.store_id),
        _TENDERS.index(key.paid_by.value),
    )


_TENDERS = [paid_by.value for paid_by in PaidBy]
_DAYPARTS = ("morning", "lunch", "afternoon", "dinner", "night")


def reports_of(actor: Actor) -> list[ReportName]:
    """The reports that somebody may ask for."""
    return [
        name
        for name, spec in REPORTS.items()
        if spec.permission is None or actor.may(spec.permission)
    ]
