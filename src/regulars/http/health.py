"""Whether this server can sell: asked by tills every few seconds, and by whoever watches it.

`/readyz`: the process answers and reads. `/healthz`: it also writes, and every store's menu loads.
"""

from asyncio import wrap_future
from time import monotonic

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import PUBLIC
from regulars.storage import health, stores
from regulars.storage.constraints import of_driver, refusal_of
from regulars.storage.engine import Lane, Read

NOT_SELLING = refusal_code("server.not_selling", "because")

# Many tills ask; the disk is tried at most this often.
TRIED_EVERY_SECONDS = 5.0

router = APIRouter(tags=["health"])


class Trial:
    """The last answer to "can it sell?", kept for a few seconds."""

    __slots__ = ("_refusal", "_tried")

    def __init__(self) -> None:
        self._tried: float | None = None
        self._refusal: Refusal | None = None

    async def passed(self, edge: Edge) -> None:
        """Refuses: server.not_selling."""
        if self._tried is None or monotonic() - self._tried > TRIED_EVERY_SECONDS:
            self._refusal = await _tried(edge)
            self._tried = monotonic()
        if self._refusal is not None:
            raise self._refusal


async def _tried(edge: Edge) -> Refusal | None:
    now = edge.clock()

    def menus_load(read: Read) -> bool:
        rows = read.all(stores.STORES)
        for row in rows:
            edge.shops.in_force(read, row.id, at=now)
        return bool(rows)

    try:
        if not await asked(edge, menus_load):
            return NOT_SELLING.because(because="no store")
    except Refusal as refusal:
        return NOT_SELLING.because(because=refusal.code)
    try:
        await wrap_future(edge.database.write(health.beat, lane=Lane.JOB))
    except Refusal as refusal:
        return NOT_SELLING.because(because=refusal.code)
    except Exception as error:
        if not of_driver(error):
            raise
        told = refusal_of(error)
        return NOT_SELLING.because(because="disk" if told is None else told.code)
    return None


@router.get("/healthz", operation_id="check_health", dependencies=[PUBLIC], include_in_schema=False)
async def check_health(request: Request) -> Response:
    """200 once this server can sell."""
    trial: Trial = request.app.state.trial
    await trial.passed(edge_of(request))
    return answered({"status": "ok"})


@router.get("/readyz", operation_id="check_ready", dependencies=[PUBLIC], include_in_schema=False)
async def check_ready(request: Request) -> Response:
    """200 once this server answers and reads."""
    await asked(edge_of(request), lambda read: read.one(stores.ORGANISATION))
    return answered({"status": "ok"})
