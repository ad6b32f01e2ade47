"""Proofs of the books and the shop's own jobs over HTTP: asked for, watched, and how they stand."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, JsonValue
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer, Body
from regulars.storage import jobs, verify_runs
from regulars.storage.engine import Read
from regulars.storage.jobs import LeaseRow, RunRow
from regulars.storage.report_labels import names_of
from regulars.storage.verify_runs import LISTED_MAX, VerifyRunRow
from regulars.use_cases.verifying import (
    INTERRUPTED,
    StartVerify,
    VerifyState,
    is_silent,
    known_run,
    need_whole,
)

router = APIRouter(prefix="/api/v1", tags=["proof"])

Prover = Annotated[Actor, requires(Permission.VERIFY_RUN)]

DAYS_LISTED = 50
# What the people behind some actors are called.
Names = Mapping[str, str]


class VerifyForm(Body):
    """A proof of the books, under an id of the caller's."""

    id: UUID


class VerifyRunView(Answer):
    """One proof. States: queued, running, done, failed; `step` is the check that runs now.

    `asked_by_name` is what the person is called who asked for it; the shop itself has none.
    """

    id: UUID
    asked_at: AwareDatetime
    asked_by: str
    asked_by_name: str | None
    state: str
    step: str | None
    done: int
    total: int
    finished_at: AwareDatetime | None
    milliseconds: int | None
    entries: int | None
    orders: int | None
    differences: int | None
    head: str | None
    error: str | None


class VerifyFound(VerifyRunView):
    """One proof with its checks, and the first hundred differences."""

    report: dict[str, JsonValue] | None


class VerifyStatus(Answer):
    """Whether the books differ, by the last proof that came to an end; the one that runs."""

    differ: bool | None
    last: VerifyRunView | None
    running: VerifyRunView | None


class JobView(Answer):
    """One of the shop's own jobs, as its process told it last. Units: failures in a row."""

    name: str
    holder: str
    last_at: AwareDatetime | None
    next_at: AwareDatetime
    steps: int
    failures: int
    error: str | None


class DailyRunView(Answer):
    """What was done once for a day. States: running, done, failed."""

    name: str
    period: str
    state: str
    tries: int
    started_at: AwareDatetime
    finished_at: AwareDatetime | None
    note: str | None


class JobsView(Answer):
    """Who does the jobs, whether all who do still live, and how each job is.

    `holder` follows what happens; another server may lead members on, so each job names its own.
    """

    holder: str | None
    alive: bool
    told_at: AwareDatetime | None
    jobs: list[JobView]
    days: list[DailyRunView]


@router.post(
    "/verify/runs", operation_id="start_verify", status_code=202, response_model=VerifyState
)
async def start_verify(request: Request, form: VerifyForm, actor: Prover) -> Response:
    """Prove the books of the whole organisation, beside the tills; watch it at its own address."""
    return await run(request, StartVerify(id=form.id), actor, status=202)


@router.get("/verify/runs", operation_id="list_verify_runs", response_model=list[VerifyRunView])
async def list_verify_runs(request: Request, actor: Prover) -> Response:
    """The newest hundred proofs."""
    need_whole(actor.scope)

    def question(read: Read) -> tuple[list[VerifyRunRow], Names]:
        rows = read.all(verify_runs.NEWEST, most=LISTED_MAX)
        return rows, names_of(read, [row.asked_by for row in rows])

    rows, names = await asked(edge_of(request), question)
    return answered([_view(request, row, names) for row in rows])


@router.get("/verify/runs/{run_id}", operation_id="get_verify_run", response_model=VerifyFound)
async def get_verify_run(request: Request, run_id: UUID, actor: Prover) -> Response:
    """How far a proof is, and what it found."""
    need_whole(actor.scope)

    def question(read: Read) -> tuple[VerifyRunRow, Names]:
        row = known_run(read, run_id)
        return row, names_of(read, [row.asked_by])

    row, names = await asked(edge_of(request), question)
    return answered({**_view(request, row, names), "report": row.report})


@router.get("/verify/status", operation_id="get_verify_status", response_model=VerifyStatus)
async def get_verify_status(request: Request, actor: Prover) -> Response:
    """Whether the books differ: what a screen shows as a sign."""
    del actor

    def question(read: Read) -> tuple[VerifyRunRow | None, list[VerifyRunRow], Names]:
        last, unfinished = read.one(verify_runs.LAST_DONE), read.all(verify_runs.UNFINISHED)
        people = [row.asked_by for row in (last, *unfinished) if row is not None]
        return last, unfinished, names_of(read, people)

    last, unfinished, names = await asked(edge_of(request), question)
    views = [_view(request, row, names) for row in unfinished]
    return answered(
        {
            "differ": None if last is None else bool(last.differences),
            "last": None if last is None else _view(request, last, names),
            "running": next((one for one in views if one["state"] == "running"), None),
        }
    )


@router.get("/jobs", operation_id="list_jobs", response_model=JobsView)
async def list_jobs(request: Request, actor: Prover) -> Response:
    """Who does the shop's own jobs, when each ran, when it is due, and what failed."""
    del actor

    def question(read: Read) -> tuple[dict[str, LeaseRow], list[RunRow]]:
        held = {name: row for name in jobs.LEASES if (row := jobs.lease_of(read, name)) is not None}
        return held, read.all(jobs.NEWEST_RUNS, most=DAYS_LISTED)

    edge = edge_of(request)
    held, days = await asked(edge, question)
    first = held.get(jobs.JOBS_LEASE)
    return answered(
        {
            "holder": None if first is None else first.holder,
            "alive": _all_alive(held, edge.clock()),
            "told_at": None if first is None else first.told.get("at"),
            "jobs": [
                {**told, "holder": row.holder} for row in held.values() for told in _told(row)
            ],
            "days": days,
        }
    )


def _all_alive(held: Mapping[str, LeaseRow], now: Instant) -> bool:
    return all(name in held and held[name].until_at > now for name in jobs.LEASES)


def _told(row: LeaseRow) -> list[Mapping[str, object]]:
    told = row.told.get("jobs", [])
    assert isinstance(told, list)
    return told


def _view(request: Request, row: VerifyRunRow, names: Names) -> dict[str, object]:
    silent = is_silent(row, edge_of(request).clock())
    told = row.head_number is not None and row.head_hash is not None
    return {
        "id": row.id,
        "asked_at": row.asked_at,
        "asked_by": row.asked_by,
        "asked_by_name": names.get(row.asked_by),
        "state": "failed" if silent else row.state,
        "step": row.step,
        "done": row.done,
        "total": row.total,
        "finished_at": row.finished_at,
        "milliseconds": row.milliseconds,
        "entries": row.entries,
        "orders": row.orders,
        "differences": row.differences,
        "head": f"{row.head_number}:{(row.head_hash or b'').hex()}" if told else None,
        "error": INTERRUPTED if silent else row.error,
    }
