"""Back-tests over HTTP: asked for, watched, stopped, and taken away as JSON, CSV or a picture."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body, Name, NameOrNone
from regulars.storage import backtests
from regulars.storage.backtests import BacktestRow
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.backtest_csv import csv_of
from regulars.use_cases.backtest_plot import plot_of
from regulars.use_cases.backtest_runs import BacktestRuns
from regulars.use_cases.backtests import (
    DRAFTS_MAX,
    MONTHS_MAX,
    BacktestState,
    DraftOffer,
    StartBacktest,
    StopBacktest,
    Wanted,
    known_backtest,
    result_of,
    seen_by,
    state_of,
)
from regulars.use_cases.replay import OffersOf

router = APIRouter(prefix="/api/v1", tags=["backtests"])

Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]

CSV, SVG = "text/csv; charset=utf-8", "image/svg+xml"
Months = Annotated[int, Field(strict=True, ge=1, le=MONTHS_MAX)]
# Of a whole campaign, so far more than one order may come to.
BudgetMinor = Annotated[int, Field(strict=True, ge=1, le=10_000_000_000_000)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class DraftOfferForm(Body):
    """An offer to try, as it would be saved. Its dates do not matter: the past is older."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    level: Level = Level.ORGANISATION
    place_id: UUID | None = None
    definition: dict[str, JsonValue]


class BacktestForm(Body):
    """What to replay: the last `months`, or days from `since` until before `until`; no stores are
    all of the caller's. `draft_ids` are saved offers; `without` are offers or kinds of coupon."""

    id: UUID
    name: Name
    months: Months | None = None
    since: date | None = None
    until: date | None = None
    store_ids: Ids = ()
    drafts: Annotated[tuple[DraftOfferForm, ...], Field(max_length=DRAFTS_MAX)] = ()
    draft_ids: Annotated[tuple[UUID, ...], Field(max_length=DRAFTS_MAX)] = ()
    without: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    offers: OffersOf = OffersOf.THEN
    budget_minor: BudgetMinor | None = None


class BacktestView(Answer):
    """A back-test and how far it is. States: queued, running, done, failed, stopped."""

    id: UUID
    name: str
    state: str
    error: str | None
    done: int
    total: int
    asked_at: AwareDatetime
    finished_at: AwareDatetime | None


class BacktestFound(BacktestView):
    """A back-test with what was asked, and its figures once it is done."""

    definition: dict[str, JsonValue]
    result: dict[str, JsonValue] | None


@router.post(
    "/backtests", operation_id="start_backtest", status_code=202, response_model=BacktestState
)
async def start_backtest(request: Request, form: BacktestForm, actor: Writer) -> Response:
    """Put a back-test into the queue; it runs beside the tills, one at a time."""
    wanted = Wanted(
        months=form.months,
        since=form.since,
        until=form.until,
        store_ids=form.store_ids,
        drafts=tuple(
            DraftOffer(
                id=one.id,
                name=Label(one.name_zh, one.name_en),
                level=one.level,
                place_id=one.place_id,
                definition=one.definition,
            )
            for one in form.drafts
        ),
        draft_ids=form.draft_ids,
        without=form.without,
        offers=form.offers,
        budget_minor=form.budget_minor,
    )
    command = StartBacktest(id=form.id, name=form.name, wanted=wanted)
    answer = await run(request, command, actor, status=202)
    _runs(request).wake()
    return answer


@router.get("/backtests", operation_id="list_backtests", response_model=list[BacktestView])
async def list_backtests(request: Request, actor: Reader) -> Response:
    """The newest back-tests of stores that the caller may see."""
    edge = edge_of(request)
    now = edge.clock()
    rows = await asked(edge, lambda read: read.all(backtests.NEWEST))
    return answered([_view(row, now) for row in rows if seen_by(row, actor.scope)])


@router.get("/backtests/{backtest_id}", operation_id="get_backtest", response_model=BacktestFound)
async def get_backtest(request: Request, backtest_id: UUID, actor: Reader) -> Response:
    """How far a back-test is, and its figures once it is done."""
    row = await _known(request, backtest_id, actor)
    view = _view(row, edge_of(request).clock())
    result = row.result if row.state == "done" else None
    return answered({**view, "definition": row.definition, "result": result})


@router.post(
    "/backtests/{backtest_id}/stop", operation_id="stop_backtest", response_model=BacktestState
)
async def stop_backtest(request: Request, backtest_id: UUID, actor: Writer) -> Response:
    """End a back-test that waits or runs."""
    return await run(request, StopBacktest(id=backtest_id), actor)


@router.get(
    "/backtests/{backtest_id}/result.csv",
    operation_id="export_backtest",
    response_class=Response,
    responses={200: {"content": {CSV: {}}}},
)
async def export_backtest(request: Request, backtest_id: UUID, actor: Reader) -> Response:
    """Every table of the figures as CSV."""
    row = await _known(request, backtest_id, actor)
    headers = {
        "Content-Disposition": f'attachment; filename="backtest-{row.id}.csv"',
        "Cache-Control": "no-store",
    }
    # With a byte order mark, which spreadsheets need to read Chinese.
    return Response(csv_of(result_of(row)).encode("utf-8-sig"), 200, headers, CSV)


@router.get(
    "/backtests/{backtest_id}/plot.svg",
    operation_id="plot_backtest",
    response_class=Response,
    responses={200: {"content": {SVG: {}}}},
)
async def plot_backtest(request: Request, backtest_id: UUID, actor: Reader) -> Response:
    """The picture of the figures."""
    row = await _known(request, backtest_id, actor)
    organisation = await asked(edge_of(request), lambda read: read.one(ORGANISATION))
    scale = 2 if organisation is None else scale_of(organisation.currency)
    picture = plot_of(row.name, result_of(row), scale=scale)
    return Response(picture.encode(), 200, {"Cache-Control": "no-store"}, SVG)


async def _known(request: Request, backtest_id: UUID, actor: Actor) -> BacktestRow:
    def question(read: Read) -> BacktestRow:
        return known_backtest(read, backtest_id, actor.scope)

    return await asked(edge_of(request), question)


def _view(row: BacktestRow, now: Instant) -> dict[str, object]:
    state, error = state_of(row, now)
    return {
        "id": row.id,
        "name": row.name,
        "state": state,
        "error": error,
        "done": row.done,
        "total": row.total,
        "asked_at": row.asked_at,
        "finished_at": row.finished_at,
    }


def _runs(request: Request) -> BacktestRuns:
    runs: BacktestRuns = request.app.state.backtests
    return runs
