"""The server's own round, once a minute: bills that nobody came to pay are let go.

Nothing waits for it: whoever wants what an expired hold keeps ends that hold himself. The round
is for figures and coupon lists that would show a guest's coupon as kept for too long.
"""

import asyncio
from functools import partial

import orjson

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import SYSTEM
from regulars.http.auth import asked
from regulars.http.edge import Edge
from regulars.http.guard import Log
from regulars.storage.engine import Lane, Read
from regulars.storage.holds import ANY_EXPIRED
from regulars.use_cases.holds import SweepHolds
from regulars.use_cases.keeping import SWEEP_BATCH

ROUND_SECONDS = 60.0
ENTROPY_BYTES = 10


async def sweep_regularly(edge: Edge, log: Log, *, seconds: float = ROUND_SECONDS) -> None:
    """Sweep again and again until it is cancelled; a round that fails is told and not the last."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await sweep(edge)
        except Exception as error:
            log.error("sweep_failed", error=type(error).__name__)


async def sweep(edge: Edge) -> None:
    """Let go of every hold that ran out; where there is none, nothing is written."""
    released = SWEEP_BATCH
    while released == SWEEP_BATCH:
        now = edge.clock()
        if not await asked(edge, partial(_any_expired, at=now)):
            return
        command_id = uuid7(now, edge.entropy(ENTROPY_BYTES))
        answer = await edge.runner.run(
            SweepHolds(), actor=SYSTEM, command_id=command_id, lane=Lane.JOB
        )
        released = orjson.loads(answer.body)["released"]


def _any_expired(read: Read, *, at: Instant) -> bool:
    return bool(read.all(ANY_EXPIRED, at=at))
