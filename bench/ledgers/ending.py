"""A day on which very many lots end: the job alone, and beside tills that never stop.

Two of three lots of points that each member holds are over since yesterday; the third is what she
pays with meanwhile.
"""

import os
import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from bench.scratch.crowd import POINTS_LOTS
from bench.scratch.servers import Place
from regulars.domain.kernel.period import BusinessDay
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.job import Workshop
from regulars.jobs.pace import Pace
from regulars.main import Regulars, build, clock
from regulars.storage.columns import Day
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.ledger import lot

LOTS_PER_MEMBER = POINTS_LOTS - 1
_YESTERDAY = timedelta(days=1)
_LEFT: Statement[int] = Statement(
    select(func.count())
    .select_from(lot)
    .where(
        lot.c.remaining > 0,
        lot.c.expires_on.is_not(None),
        lot.c.expires_on <= bindparam("day", type_=Day()),
    )
)


class Quiet:
    """A log that nobody reads."""

    def info(self, event: str, **values: object) -> None:
        """Forget it."""

    def error(self, event: str, **values: object) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """What the job did alone. Units: seconds."""

    lots: int
    seconds: float
    batches: int
    longest_seconds: float


def make_due(place: Place) -> None:
    """Let all lots of points but each member's last be over since yesterday."""
    over = (clock().date() - _YESTERDAY).isoformat()
    with place.filling() as bulk:
        bulk.run(
            f"UPDATE lot SET expires_on = '{over}' WHERE expires_on IS NOT NULL AND EXISTS ("
            "SELECT 1 FROM lot AS later WHERE later.account_id = lot.account_id"
            " AND later.remaining > 0 AND later.id > lot.id)"
        )


def left(database: Database) -> int:
    """How many lots are over and still there."""
    with database.read() as read:
        return read.all(_LEFT, day=BusinessDay(clock().date() - _YESTERDAY))[0]


def emptied(place: Place) -> Emptied:
    """End all that is due, with nobody else at the database."""
    regulars = build(place.settings)
    try:
        workshop = workshop_of(regulars)
        lots, step = left(regulars.database), ExpiringLots(Pace()).step
        begun, batches, longest, more = time.perf_counter(), 0, 0.0, True
        while more:
            began = time.perf_counter()
            more = step(workshop)
            longest = max(longest, time.perf_counter() - began)
            batches += 1
        seconds = time.perf_counter() - begun
        if left(regulars.database):
            raise RuntimeError("some lots that are over are still there")
        return Emptied(lots, seconds, batches, longest)
    finally:
        regulars.close()


def workshop_of(regulars: Regulars) -> Workshop:
    """What the job works with."""
    return Workshop(
        database=regulars.database,
        shops=regulars.shops,
        runner=regulars.runner,
        clock=clock,
        entropy=os.urandom,
        log=Quiet(),
    )
