"""Reports: figures of the caller's stores, as JSON, files and a page, and the rows behind them.

A store manager gets her own stores' figures, whatever she leaves out; what she names beyond them is
refused, also behind a figure.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Comparison, Question
from regulars.domain.reports.registry import REPORTS, ReportName
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.edge import edge_of
from regulars.http.liability import (
    FIRST_DAY,
    LANGUAGES,
    LAST_DAY,
    Spoken,
    as_file,
    asked_aside,
)
from regulars.http.member_lists import shown_members
from regulars.http.policy import requires
from regulars.http.report_views import (
    BillPage,
    HomeView,
    RefundPage,
    ReportAnswerView,
    ReportCouponPage,
    ReportMemberPage,
    ReportView,
    answer_data,
    home_data,
    refund_data,
    report_data,
)
from regulars.http.schemas import Body, Code, When
from regulars.storage.engine import Read
from regulars.storage.report_labels import names_of
from regulars.use_cases.liability_files import Format
from regulars.use_cases.report_answer_files import file_of
from regulars.use_cases.report_drills import (
    Drilled,
    bills_behind,
    coupons_behind,
    members_behind,
    next_cursor,
    refunds_behind,
)
from regulars.use_cases.reports import Asked, home, question_of, report, reports_of

router = APIRouter(prefix="/api/v1", tags=["reports"])

Reader = Annotated[Actor, requires(Permission.REPORT_READ)]
STORES_MAX = 500
ROWS_MAX = 200


class PlaceQuery(Body):
    """Which stores: those named, those of a region, or all that the caller may see."""

    store_id: Annotated[list[UUID], Field(default_factory=list, max_length=STORES_MAX)]
    region_id: UUID | None = None


class ReportQuery(PlaceQuery):
    """Which days (`to` is not one of them), which source of orders, as of which moment."""

    from_: Annotated[date | None, Field(alias="from", ge=FIRST_DAY, lt=LAST_DAY)] = None
    to: Annotated[date | None, Field(ge=FIRST_DAY, lt=LAST_DAY)] = None
    source: Code | None = None
    as_of: When | None = None

    def asked(self, name: ReportName, *, comparison: Comparison | None = None) -> Asked:
        """What the use case is asked."""
        return Asked(
            report=name,
            from_on=self.from_,
            until_on=self.to,
            store_ids=tuple(self.store_id),
            region_id=self.region_id,
            source=self.source,
            comparison=comparison,
            as_of=None if self.as_of is None else instant(self.as_of),
        )


class ReportFileQuery(ReportQuery):
    """A report, compared or not, as JSON or as a file."""

    compare: Comparison | None = None
    format: Format = Format.JSON
    lang: Spoken = "zh"


class DrillQuery(ReportQuery):
    """One figure of a report: its row as the report named it, no key for the total."""

    metric: Metric
    key: Annotated[str | None, Field(max_length=80)] = None
    cursor: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=ROWS_MAX)] = 50

    def drilled(self, question: Question) -> Drilled:
        """What the use case is asked."""
        return Drilled(
            question=question,
            metric=self.metric,
            key=self.key,
            cursor=self.cursor,
            rows=self.limit,
        )


@router.get("/reports", operation_id="list_reports", response_model=list[ReportView])
async def list_reports(actor: Reader) -> Response:
    """The reports that the caller may ask for, with what each figure counts."""
    return answered([report_data(name) for name in reports_of(actor)])


@router.get("/home", operation_id="get_home", response_model=HomeView)
async def get_home(
    request: Request, actor: Reader, query: Annotated[PlaceQuery, Query()]
) -> Response:
    """Today up to now beside the same weekday up to the same time, and what waits for somebody.

    Refuses: scope.outside, report.no_shop.
    """
    edge = edge_of(request)
    now = edge.clock()
    asked = Asked(
        report=ReportName.TODAY,
        store_ids=tuple(query.store_id),
        region_id=query.region_id,
        comparison=Comparison.WEEKDAY,
    )
    found = await asked_aside(
        edge, lambda read: home(read, asked, actor, shops=edge.shops, now=now)
    )
    return answered(home_data(found))


@router.get("/reports/{name}", operation_id="get_report", response_model=ReportAnswerView)
async def get_report(
    request: Request,
    name: ReportName,
    actor: Reader,
    query: Annotated[ReportFileQuery, Query()],
) -> Response:
    """One report, as JSON, a page, a workbook or CSV.

    Refuses: permission.missing, scope.outside, report.no_shop, report.period_unfit,
    report.day_ahead, report.no_comparison, report.no_source, report.one_store_or_all.
    """
    edge = edge_of(request)
    now = edge.clock()
    asked = query.asked(name, comparison=query.compare)
    found = await asked_aside(
        edge, lambda read: report(read, asked, actor, shops=edge.shops, now=now)
    )
    if query.format is Format.JSON:
        return answered(answer_data(found))
    language = LANGUAGES[query.lang]
    body = await edge.aside.run(lambda: file_of(found, query.format, language))
    days = found.answer.question.days
    return as_file(body, query.format, f"{name.value}-{days.from_on}-{days.until_on}")


@router.get("/reports/{name}/orders", operation_id="list_orders_of_report", response_model=BillPage)
async def list_orders_of_report(
    request: Request, name: ReportName, actor: Reader, query: Annotated[DrillQuery, Query()]
) -> Response:
    """The bills that a figure counts, newest first; whose they are is for those who see members.

    Refuses: permission.missing, scope.outside, report.no_drill, report.row_unknown, and as reports.
    """
    sees_members = actor.may(Permission.MEMBER_READ)

    def page(read: Read, drilled: Drilled) -> dict[str, object]:
        rows = bills_behind(read, drilled)
        shown = rows if sees_members else [row._replace(member_id=None) for row in rows]
        return {"orders": shown, "next_cursor": next_cursor(rows, query.limit)}

    return await _behind(request, actor, name=name, query=query, page=page)


@router.get(
    "/reports/{name}/members",
    operation_id="list_members_of_report",
    response_model=ReportMemberPage,
)
async def list_members_of_report(
    request: Request, name: ReportName, actor: Reader, query: Annotated[DrillQuery, Query()]
) -> Response:
    """The members that a figure counts, newest first, masked; without a name for those who see none.

    Refuses: permission.missing, scope.outside, report.no_drill, report.row_unknown, and as reports.
    """
    hidden = {} if actor.may(Permission.MEMBER_READ) else {"name": "", "masked_phone": ""}

    def page(read: Read, drilled: Drilled) -> dict[str, object]:
        rows = members_behind(read, drilled)
        return {
            "members": [
                {**one, **hidden} for one in shown_members(read, edge_of(request), rows, actor)
            ],
            "next_cursor": next_cursor(rows, query.limit),
        }

    return await _behind(request, actor, name=name, query=query, page=page)


@router.get(
    "/reports/{name}/coupons",
    operation_id="list_coupons_of_report",
    response_model=ReportCouponPage,
)
async def list_coupons_of_report(
    request: Request, name: ReportName, actor: Reader, query: Annotated[DrillQuery, Query()]
) -> Response:
    """The coupons that a figure counts, newest first; whose they are is for those who see members.

    Refuses: permission.missing, scope.outside, report.no_drill, report.row_unknown, and as reports.
    """
    sees_members = actor.may(Permission.MEMBER_READ)

    def page(read: Read, drilled: Drilled) -> dict[str, object]:
        rows = coupons_behind(read, drilled)
        shown = rows if sees_members else [row._replace(member_id=None) for row in rows]
        return {"coupons": shown, "next_cursor": next_cursor(rows, query.limit)}

    return await _behind(request, actor, name=name, query=query, page=page)


@router.get(
    "/reports/{name}/refunds", operation_id="list_refunds_of_report", response_model=RefundPage
)
async def list_refunds_of_report(
    request: Request, name: ReportName, actor: Reader, query: Annotated[DrillQuery, Query()]
) -> Response:
    """The refunds that a figure counts, newest first: by whom, why, and the bill before and after.

    Refuses: permission.missing, scope.outside, report.no_drill, report.row_unknown, and as reports.
    """

    def page(read: Read, drilled: Drilled) -> dict[str, object]:
        rows = refunds_behind(read, drilled)
        people = [row.by for row in rows]
        names = names_of(read, people) if actor.may(Permission.STAFF_READ) else {}
        return {
            "refunds": [refund_data(row, names) for row in rows],
            "next_cursor": next_cursor(rows, query.limit),
        }

    return await _behind(request, actor, name=name, query=query, page=page)


async def _behind(
    request: Request,
    actor: Actor,
    *,
    name: ReportName,
    query: DrillQuery,
    page: Callable[[Read, Drilled], dict[str, object]],
) -> Response:
    """The rows behind a figure, for whoever may see its report.

    Refuses: permission.missing, scope.outside, report.no_drill, report.row_unknown, and as reports.
    """
    needed = REPORTS[name].permission
    if needed is not None:
        actor.need(needed)
    edge = edge_of(request)
    now = edge.clock()

    def asked(read: Read) -> dict[str, object]:
        return page(read, query.drilled(question_of(read, query.asked(name), actor, now=now)))

    return answered(await asked_aside(edge, asked))
