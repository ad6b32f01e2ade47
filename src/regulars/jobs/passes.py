"""Passes that are due: thawed when they have rested long enough, ended, and told of ahead."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.storage import passes
from regulars.storage.passes import DuePass
from regulars.storage.statement import Statement
from regulars.use_cases.pass_turns import EndPass, RemindOfPass, ThawPass

BATCH = 20


def turn_due(workshop: Workshop) -> bool:
    """Do what is due for some passes, each in a transaction of its own; true while more may be."""
    thawed = _each(workshop, passes.THAWING, lambda one: ThawPass(pass_id=one))
    ended = _each(workshop, passes.ENDING, lambda one: EndPass(pass_id=one))
    told = _each(workshop, passes.TO_REMIND, lambda one: RemindOfPass(pass_id=one))
    return max(thawed, ended, told) >= BATCH


def _each(workshop: Workshop, due: Statement[DuePass], command: Callable[[UUID], object]) -> int:
    # Somewhere the day may have come already; whether it has at the pass's own store, the command
    # decides.
    latest = workshop.clock().date() + timedelta(days=1)
    with workshop.database.read() as read:
        found = read.all(due, day=latest, batch=BATCH)
    done = 0
    for one in found:
        try:
            done += bool(orjson.loads(workshop.run(command(one.id)))["done"])
        except Refusal as refusal:
            # One that cannot be turned right now does not keep the others waiting.
            workshop.log.error("pass_not_turned", refusal=refusal.code)
    return done


PASSES = Job(name="passes", every_seconds=600.0, step=turn_due)
