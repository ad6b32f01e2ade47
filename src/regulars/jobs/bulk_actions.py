"""One act for many members, batch after batch beside the tills, and forgotten when its days are over."""

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.jobs.pace import BATCH_SECONDS, Pace, in_turn
from regulars.jobs.passing import passes
from regulars.storage import bulk_actions
from regulars.storage.bulk_actions import BulkRow
from regulars.use_cases.bulk_steps import CarryOutSome, ForgetOutcomes

EVERY_SECONDS = 2.0
MEMBERS_MIN, MEMBERS_MAX = 20, 500


class CarryingOut:
    """Batch after batch of the oldest that runs, each as large as a till can wait for."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def step(self, workshop: Workshop) -> bool:
        """See to some members, or forget what is over; whether there may be more."""
        return in_turn(lambda: self._batch(workshop))

    def _batch(self, workshop: Workshop) -> bool:
        with workshop.database.read() as read:
            row = next(iter(read.all(bulk_actions.RUNNING)), None)
            over = read.all(bulk_actions.OVERDUE, now=workshop.clock())
        if row is None:
            if over:
                workshop.run(ForgetOutcomes(id=over[0]))
            return bool(over)
        most = self._pace.units_in(BATCH_SECONDS[workshop.database.engine])
        try:
            body, seconds = workshop.timed(CarryOutSome(id=row.id, seen=row.after_id, most=most))
        except Exception as error:
            if passes(error):
                raise
            _one_by_one(workshop, row, most)
            return True
        self._pace.took(int(orjson.loads(body)["number"]), seconds)
        return True


def _one_by_one(workshop: Workshop, row: BulkRow, most: int) -> None:
    """The same members, each alone: who fails is told of, and holds up nobody."""
    seen = row.after_id
    for _ in range(most):
        one = CarryOutSome(id=row.id, seen=seen, most=1)
        try:
            workshop.run(one)
        except Exception as error:
            if passes(error):
                raise
            code = error.code if isinstance(error, Refusal) else type(error).__name__
            workshop.log.error("bulk_action_failed", action=str(row.id), error=code)
            workshop.run(CarryOutSome(id=row.id, seen=seen, most=1, passes_over=True))
        with workshop.database.read() as read:
            now = bulk_actions.known(read, row.id)
        if now.after_id == seen or now.ended_at is not None:
            return
        seen = now.after_id


carry_out = CarryingOut(Pace(MEMBERS_MIN, MEMBERS_MAX)).step
BULK_ACTIONS = Job(name="bulk_actions", every_seconds=EVERY_SECONDS, step=carry_out)
