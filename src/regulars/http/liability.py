"""What is owed to members, as JSON, a page, a workbook or CSV."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, When
from regulars.storage.engine import Read
from regulars.use_cases.liability_files import MEDIA_TYPES, Format, file_of
from regulars.use_cases.liability_statements import Asked, liability_report

router = APIRouter(prefix="/api/v1", tags=["reports"])

Reporting = Annotated[Actor, requires(Permission.VALUE_REPORT)]
Spoken = Annotated[Literal["zh", "en"], Query()]
# The calendar of a shop: a day more or less must not leave it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
Since = Annotated[date | None, Query(alias="from", ge=FIRST_DAY, lt=LAST_DAY)]
LANGUAGES: Mapping[str, Language] = {"zh": "zh-CN", "en": "en"}

R = TypeVar("R")


class LiabilityStore(Answer):
    """One store: what it still has to earn, and what its points cost. Units: minor units."""

    id: UUID
    name_zh: str
    name_en: str
    pass_deferred_minor: int
    deposits_minor: int
    points_unit_cost: int


class LiabilityLine(Answer):
    """One unit of one store and age, from opening to closing. Units: the unit's."""

    store_id: UUID
    account: str
    unit: str
    age_days_from: int
    opening: int
    issued: int
    used: int
    put_back: int
    expired: int
    taken_back: int
    paid_back: int
    transferred: int
    held: int
    pending: int
    kept: int
    closing: int


class LiabilityCheck(Answer):
    """Sums that must be one figure."""

    account: str
    unit: str
    lots: int
    accounts: int
    held_lots: int
    held_accounts: int
    agrees: bool


class BackTestView(Answer):
    """What half a year ago would have been forecast, and what came."""

    months: int
    open: int
    forecast_used: int
    actual_used: int


class BreakageView(Answer):
    """What is expected never to be used; `why_not` when nothing can be told yet."""

    account: str
    told: bool
    why_not: str | None
    cohorts: int
    lots: int
    months: int
    open: int
    unused: int | None
    unused_low: int | None
    unused_high: int | None
    used_basis_points: list[int]
    back_test: BackTestView | None


class LiabilityView(Answer):
    """The statement; `to` is not one of its days."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    known_at: AwareDatetime
    made_at: AwareDatetime
    currency: str
    agrees: bool
    deferred_minor: int
    points_cost_minor: int
    points_debt: int
    stores: list[LiabilityStore]
    lines: list[LiabilityLine]
    checks: list[LiabilityCheck]
    breakage: list[BreakageView]


@router.get("/liability", operation_id="get_liability", response_model=LiabilityView)
async def get_liability(  # noqa: PLR0913
    request: Request,
    actor: Reporting,
    *,
    since: Since = None,
    on: Annotated[date | None, Query(ge=FIRST_DAY, lt=LAST_DAY)] = None,
    known_at: Annotated[When | None, Query()] = None,
    written: Annotated[Format, Query(alias="format")] = Format.JSON,
    lang: Spoken = "zh",
) -> Response:
    """What was owed at the end of a day (`on`), and how it came to that since another (`from`)."""
    check_everywhere(actor)
    edge = edge_of(request)
    asked = Asked(
        from_on=since,
        until_on=None if on is None else on + timedelta(days=1),
        known_at=None if known_at is None else instant(known_at),
    )
    now = edge.clock()

    def told() -> tuple[bytes, str]:
        with edge.database.read() as read:
            report = liability_report(read, asked, now=now)
        last = report.statement.until_on - timedelta(days=1)
        name = f"liability-{report.statement.from_on}-{last}"
        return file_of(report, written, LANGUAGES[lang]), name

    body, name = await edge.aside.run(told)
    return as_file(body, written, name)


def check_everywhere(actor: Actor) -> None:
    """These reports are about the whole chain. Refuses: scope.outside."""
    if not actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


async def asked_aside(edge: Edge, question: Callable[[Read], R]) -> R:
    """A long read, in a thread of its own on both engines: no till waits for it.

    Refuses: server.overloaded, where many such reads are asked for, and what it refuses itself.
    """

    def ask() -> R:
        with edge.database.read() as read:
            return question(read)

    return await edge.aside.run(ask)


def as_file(body: bytes, written: Format, name: str) -> Response:
    """A report: JSON and pages are shown, the others are files to keep."""
    headers = {"Cache-Control": "no-store"}
    if written in (Format.CSV, Format.XLSX):
        headers["Content-Disposition"] = f'attachment; filename="{name}.{written.value}"'
    return Response(body, 200, headers, MEDIA_TYPES[written])
