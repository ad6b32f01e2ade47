"""Simulations of journeys as rows: how far each is, and what it found so far."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Document, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_simulation
from regulars.storage.tables.members import member


class SimulationRow(NamedTuple):
    """Table `journey_simulation`."""

    id: UUID
    journey_id: UUID
    definition: object
    since: Instant
    until: Instant
    state: str
    after_id: UUID
    done: int
    total: int
    found: dict[str, int]
    asked_at: Instant
    asked_by: str
    finished_at: Instant | None


_s = journey_simulation.c
ONE = Statement(
    select(journey_simulation).where(_s.id == bindparam("simulation_id", type_=Id())),
    SimulationRow,
)
OF_JOURNEY = Statement(
    select(journey_simulation)
    .where(_s.journey_id == bindparam("journey_id", type_=Id()))
    .order_by(_s.asked_at.desc(), _s.id)
    .limit(20),
    SimulationRow,
)
RUNNING = Statement(
    select(journey_simulation).where(_s.state == "running").order_by(_s.asked_at, _s.id).limit(1),
    SimulationRow,
)
ACTIVE_NUMBER: Statement[int] = Statement(
    select(func.count()).select_from(member).where(member.c.state == "active")
)
ACTIVE_AFTER: Statement[UUID] = Statement(
    select(member.c.id)
    .where(member.c.state == "active", member.c.id > bindparam("after_id", type_=Id()))
    .order_by(member.c.id)
    .limit(bindparam("rows", type_=Whole()))
)
# Whoever stopped it meanwhile, or took the same step, has the last word.
ADVANCE: Statement[object] = Statement(
    update(journey_simulation)
    .where(
        _s.id == bindparam("this", type_=Id()),
        _s.after_id == bindparam("seen", type_=Id()),
        _s.state == "running",
    )
    .values(
        after_id=bindparam("upto", type_=Id()),
        done=bindparam("so_far", type_=Whole()),
        found=bindparam("told", type_=Document()),
        state=bindparam("now_state", type_=Words()),
        finished_at=bindparam("over_at", type_=At()),
    )
)
STOP: Statement[object] = Statement(
    update(journey_simulation)
    .where(_s.id == bindparam("this", type_=Id()), _s.state == "running")
    .values(state="stopped", finished_at=bindparam("over_at", type_=At()))
)


def ask(tx: Write, row: SimulationRow) -> None:
    """Write down what is to be tried."""
    tx.add(journey_simulation, [row._asdict()])
