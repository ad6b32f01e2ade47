"""Holds of value that nobody ended in time come back by themselves; old records are forgotten.

王芳's seat was held until 20:00 and the till that held it is broken: at 20:01 her 18.00 are hers
to spend again. Two schedulers give them back once, since a hold ends once.
"""

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.storage import top_ups, value_holds
from regulars.use_cases.held_value import TimeOutHold
from regulars.use_cases.value_identity import ForgetHolders

HOLDS_EVERY_SECONDS = 30.0
HOLDERS_EVERY_SECONDS = 6 * 3_600.0


def time_out_holds(workshop: Workshop) -> bool:
    """End the holds that are due; one that cannot end (a closed account) holds up no other."""
    with workshop.database.read() as read:
        due = read.all(value_holds.DUE, at=workshop.clock())
    ended = 0
    for hold_id in due:
        try:
            answer = workshop.run(TimeOutHold(hold_id=hold_id))
        except Refusal as refusal:
            workshop.log.error("hold_not_timed_out", refusal=refusal.code)
        else:
            ended += orjson.loads(answer) is not None
    return ended > 0 and len(due) == value_holds.DUE_MAX


def forget_holders(workshop: Workshop) -> bool:
    """Destroy the keys of holders' records that need not be kept any longer."""
    with workshop.database.read() as read:
        if not read.all(top_ups.ANY_TO_FORGET, day=workshop.clock().date()):
            return False
    workshop.run(ForgetHolders())
    return False


TIME_OUT_HOLDS = Job(name="time_out_holds", every_seconds=HOLDS_EVERY_SECONDS, step=time_out_holds)
FORGET_HOLDERS = Job(
    name="forget_holders", every_seconds=HOLDERS_EVERY_SECONDS, step=forget_holders
)
