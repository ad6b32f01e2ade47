"""Where members are in journeys, and why; what was given up is tried again."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.campaigns.journey_data import NAME_LETTERS_MAX
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.journey_forms import RunPage, RunsView, RunView
from regulars.http.policy import requires
from regulars.storage import journey_runs
from regulars.storage.engine import Read
from regulars.storage.journey_runs import RunRow
from regulars.storage.journeys import NOBODY
from regulars.use_cases.journeys import RUN_UNKNOWN, RetryRun, SavedJourney

router = APIRouter(prefix="/api/v1", tags=["journeys"])
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]
RUNS_MAX = 100
_RUN_FIELDS = (
    *("id", "journey_id", "version", "member_id", "occurrence", "state", "node", "why"),
    *("entered_at", "due_at", "ended_at", "attempts", "error"),
)


async def _told(request: Request, question: Callable[[Read], object]) -> Response:
    return answered(await asked(edge_of(request), question))


@router.get(
    "/journeys/{journey_id}/runs", operation_id="list_runs_on_their_way", response_model=RunsView
)
async def list_runs_on_their_way(
    request: Request,
    journey_id: UUID,
    _: Writer,
    node: Annotated[str | None, Query(max_length=NAME_LETTERS_MAX)] = None,
    cursor: UUID | None = None,
) -> Response:
    """The members on their way, at one step or at all of them, by when they came in."""

    def question(read: Read) -> object:
        where = {"journey_id": journey_id, "after_id": cursor or NOBODY, "most": RUNS_MAX}
        if node is None:
            rows = read.all(journey_runs.ON_THEIR_WAY, **where)
        else:
            rows = read.all(journey_runs.AT_STEP, **where, node=node)
        more = len(rows) == RUNS_MAX
        return {"runs": [_run(row) for row in rows], "next_cursor": rows[-1].id if more else None}

    return await _told(request, question)


@router.get(
    "/journeys/{journey_id}/dead-runs",
    operation_id="list_dead_runs",
    response_model=list[RunView],
)
async def list_dead_runs(request: Request, journey_id: UUID, _: Writer) -> Response:
    """The members whose steps could not be taken, and why."""

    def question(read: Read) -> object:
        rows = read.all(journey_runs.DEAD, journey_id=journey_id, most=RUNS_MAX)
        return [_run(row) for row in rows]

    return await _told(request, question)


@router.post("/journey-runs/{run_id}/retry", operation_id="retry_run", response_model=SavedJourney)
async def retry_run(request: Request, run_id: UUID, actor: Writer) -> Response:
    """Try again what was given up."""
    return await run(request, RetryRun(run_id=run_id), actor)


@router.get("/journey-runs/{run_id}", operation_id="get_run", response_model=RunPage)
async def get_run(request: Request, run_id: UUID, _: MemberReader) -> Response:
    """One member's way: every step with its reason, and what was done."""

    def question(read: Read) -> object:
        row = read.one(journey_runs.ONE, run_id=run_id)
        if row is None:
            raise RUN_UNKNOWN.because()
        steps = [one._asdict() for one in read.all(journey_runs.LOG, run_id=run_id)]
        effects = [one._asdict() for one in read.all(journey_runs.EFFECTS_OF, run_id=run_id)]
        for one in (*steps, *effects):
            del one["run_id"]
        for one in effects:
            del one["cost_minor"]
        return {**_run(row), "steps": steps, "effects": effects}

    return await _told(request, question)


@router.get(
    "/members/{member_id}/journeys",
    operation_id="list_journeys_of_member",
    response_model=list[RunView],
)
async def list_journeys_of_member(request: Request, member_id: UUID, _: MemberReader) -> Response:
    """The journeys that a member is or was in, newest first."""

    def question(read: Read) -> object:
        rows = read.all(journey_runs.OF_MEMBER, member_id=member_id, most=RUNS_MAX)
        return [_run(row) for row in rows]

    return await _told(request, question)


def _run(row: RunRow) -> dict[str, object]:
    told = row._asdict()
    return {name: told[name] for name in _RUN_FIELDS}
