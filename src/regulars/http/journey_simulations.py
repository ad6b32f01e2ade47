"""Had this journey run: asked for, watched and stopped."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.journey_forms import SimulationForm, SimulationView
from regulars.http.policy import requires
from regulars.storage import journey_simulations, journeys
from regulars.storage.engine import Read
from regulars.storage.journey_simulations import SimulationRow
from regulars.use_cases.journey_sights import journey_of
from regulars.use_cases.journey_simulation import (
    SIMULATION_UNKNOWN,
    Asked,
    AskSimulation,
    StopSimulation,
    assumed,
)

router = APIRouter(prefix="/api/v1", tags=["journeys"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Writer = Annotated[Actor, requires(Permission.OFFER_WRITE)]
_HIDDEN = ("definition", "after_id", "asked_by")


@router.post(
    "/journeys/{journey_id}/simulations", operation_id="ask_simulation", response_model=Asked
)
async def ask_simulation(
    request: Request, journey_id: UUID, form: SimulationForm, actor: Writer
) -> Response:
    """Ask how the journey's draft would have gone over the last days."""
    command = AskSimulation(id=form.id, journey_id=journey_id, days=form.days)
    return await run(request, command, actor)


@router.get(
    "/journeys/{journey_id}/simulations",
    operation_id="list_simulations",
    response_model=list[SimulationView],
)
async def list_simulations(request: Request, journey_id: UUID, _: Reader) -> Response:
    """The newest simulations of a journey."""

    def question(read: Read) -> object:
        journeys.known(read, journey_id)
        rows = read.all(journey_simulations.OF_JOURNEY, journey_id=journey_id)
        return [_view(read, row) for row in rows]

    return answered(await asked(edge_of(request), question))


@router.get(
    "/journey-simulations/{simulation_id}",
    operation_id="get_simulation",
    response_model=SimulationView,
)
async def get_simulation(request: Request, simulation_id: UUID, _: Reader) -> Response:
    """How far a simulation is, and what it found so far."""

    def question(read: Read) -> object:
        row = read.one(journey_simulations.ONE, simulation_id=simulation_id)
        if row is None:
            raise SIMULATION_UNKNOWN.because()
        return _view(read, row)

    return answered(await asked(edge_of(request), question))


@router.post(
    "/journey-simulations/{simulation_id}/stop",
    operation_id="stop_simulation",
    response_model=Asked,
)
async def stop_simulation(request: Request, simulation_id: UUID, actor: Writer) -> Response:
    """Break a simulation off."""
    return await run(request, StopSimulation(id=simulation_id), actor)


def _view(read: Read, row: SimulationRow) -> dict[str, object]:
    told = {name: one for name, one in row._asdict().items() if name not in _HIDDEN}
    return {**told, **assumed(read, journey_of(row.definition))}
