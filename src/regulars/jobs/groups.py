"""Groups whose time is over: every seat is given back, within the minute."""

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.storage import groups
from regulars.use_cases.group_ends import EndGroup

BATCH = 20


def end_over(workshop: Workshop) -> bool:
    """End some groups, each in a transaction of its own; true while more may be over."""
    with workshop.database.read() as read:
        over = read.all(groups.OVER, at=workshop.clock(), batch=BATCH)
    ended = 0
    for group_id in over:
        try:
            ended += bool(orjson.loads(workshop.run(EndGroup(group_id=group_id)))["done"])
        except Refusal as refusal:
            # One that cannot be given back right now does not keep the others waiting.
            workshop.log.error("group_not_ended", refusal=refusal.code)
    return ended >= BATCH


GROUPS = Job(name="groups", every_seconds=60.0, step=end_over)
