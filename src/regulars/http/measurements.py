"""What programmes earned against those held back, and what one could show at all.

Whoever sees the whole chain may ask about all stores; others name one of theirs.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.insights.assignment import Assigned, everything_of
from regulars.domain.insights.plan import DAYS_MAX, MEMBERS_MAX, Plan
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import json_answer
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.funnel_views import FunnelReportView, funnel_view
from regulars.http.liability import asked_aside, check_everywhere
from regulars.http.measurement_views import (
    DetectableView,
    MeasurementView,
    ShamView,
    measurement_view,
)
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.storage.assignments import OF_MEMBER
from regulars.use_cases import funnels
from regulars.use_cases.foreseeing import SPLITS_MAX, Foreseen, foresee, sham
from regulars.use_cases.measured_outcomes import Asked
from regulars.use_cases.measuring import measurement

router = APIRouter(prefix="/api/v1", tags=["measurements"])

Measuring = Annotated[Actor, requires(Permission.MEASUREMENT_READ)]
Days = Annotated[int | None, Query(ge=1, le=DAYS_MAX)]


@router.get(
    "/measurements/detectable",
    operation_id="get_detectable",
    response_model=DetectableView,
)
async def get_detectable(
    request: Request,
    actor: Measuring,
    *,
    members: Annotated[int, Query(ge=2, le=MEMBERS_MAX)],
    control: Annotated[int, Query(ge=1, le=9_999)] = 1_000,
    days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 28,
    store_id: UUID | None = None,
) -> Response:
    """The smallest gain that so many members would show, before anything is sent."""
    _check_place(actor, store_id)
    edge = edge_of(request)
    planned = Foreseen(
        plan=Plan(window_days=days, members=members), control=control, store_id=store_id
    )
    found = await asked_aside(edge, lambda read: foresee(read, planned, now=edge.clock()))
    view = DetectableView(
        members_known=found.members_known,
        mean_minor=found.mean_minor,
        explained_basis_points=round(found.explained * 10_000),
        detectable_minor=found.detectable_minor,
        at_one_look_minor=found.at_one_look_minor,
        visited=found.visited,
        visited_detectable=found.visited_detectable,
    )
    return json_answer(view.model_dump_json().encode())


@router.get("/measurements/sham", operation_id="get_sham_tests", response_model=ShamView)
async def get_sham_tests(
    request: Request,
    actor: Measuring,
    *,
    days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 28,
    splits: Annotated[int, Query(ge=1, le=SPLITS_MAX)] = 100,
    store_id: UUID | None = None,
) -> Response:
    """The measurement tried on the shop's own past, where nothing was done to anybody."""
    _check_place(actor, store_id)
    edge = edge_of(request)
    now = edge.clock()
    found = await asked_aside(
        edge, lambda read: sham(read, days=days, splits=splits, store_id=store_id, now=now)
    )
    view = ShamView(
        splits=found.splits,
        alarms_at_one_look=found.alarms_at_one_look,
        alarms_always_valid=found.alarms_always_valid,
        sound=found.sound,
    )
    return json_answer(view.model_dump_json().encode())


@router.get(
    "/measurements/everything/{year}",
    operation_id="get_measurement_of_everything",
    response_model=MeasurementView,
)
async def get_measurement_of_everything(
    request: Request,
    year: Annotated[int, Path(ge=2_000, le=9_999)],
    actor: Measuring,
    *,
    days: Days = None,
    store_id: UUID | None = None,
) -> Response:
    """Whether all the marketing of a year earns anything, against those held out from all of it."""
    return await _measured(request, actor, everything_of(year), days=days, store_id=store_id)


@router.get(
    "/measurements/{programme_id}",
    operation_id="get_measurement",
    response_model=MeasurementView,
)
async def get_measurement(
    request: Request,
    programme_id: UUID,
    actor: Measuring,
    *,
    days: Days = None,
    store_id: UUID | None = None,
) -> Response:
    """Whether a programme works, in a sentence and in figures; another window is only a hint."""
    return await _measured(request, actor, programme_id, days=days, store_id=store_id)


async def _measured(
    request: Request, actor: Actor, programme_id: UUID, *, days: int | None, store_id: UUID | None
) -> Response:
    _check_place(actor, store_id)
    edge = edge_of(request)
    question = Asked(programme_id=programme_id, store_id=store_id, days=days)
    now = edge.clock()
    told = await asked_aside(edge, lambda read: measurement(read, question, now=now))
    return json_answer(measurement_view(told).model_dump_json().encode())


@router.get(
    "/measurements/{programme_id}/funnel",
    operation_id="get_funnel",
    response_model=FunnelReportView,
)
async def get_funnel(
    request: Request,
    programme_id: UUID,
    actor: Measuring,
    *,
    days: Days = None,
    store_id: UUID | None = None,
) -> Response:
    """Where a programme loses its guests, from those invited down to those who bought."""
    _check_place(actor, store_id)
    edge = edge_of(request)
    question = Asked(programme_id=programme_id, store_id=store_id, days=days)
    now = edge.clock()
    told = await asked_aside(edge, lambda read: funnels.of_programme(read, question, now=now))
    return json_answer(funnel_view(told).model_dump_json().encode())


class AssignmentView(Answer):
    """One programme that drew her: her arm, and the chance it had. Units: of 10,000."""

    programme_id: UUID
    arm: str
    contacted: bool
    propensity: int
    at: AwareDatetime
    eligible_set: str


class AssignmentsView(Answer):
    """Every programme that drew a member, the oldest first."""

    assignments: list[AssignmentView]


@router.get(
    "/members/{member_id}/assignments",
    operation_id="list_assignments",
    response_model=AssignmentsView,
)
async def list_assignments(request: Request, member_id: UUID, actor: Measuring) -> Response:
    """Why a member hears of a programme, or does not."""
    rows = await asked(edge_of(request), lambda read: read.all(OF_MEMBER, member_id=member_id))
    view = AssignmentsView(
        assignments=[
            AssignmentView(
                programme_id=row.programme_id,
                arm=row.arm,
                contacted=Assigned(row.arm, row.propensity, uniform=row.uniform).contacted,
                propensity=row.propensity,
                at=row.at,
                eligible_set=row.eligible_set,
            )
            for row in rows
        ]
    )
    return json_answer(view.model_dump_json().encode())


def _check_place(actor: Actor, store_id: UUID | None) -> None:
    if store_id is None:
        check_everywhere(actor)
    else:
        actor.scope.check(store_id)
