"""Bills that nobody came to pay are let go, once a minute.

Nothing waits for it: whoever wants what an expired hold keeps ends that hold himself. The round is
for figures and coupon lists that would show a guest's coupon as kept for too long.
"""

import orjson

from regulars.jobs.job import Job, Workshop
from regulars.storage.holds import ANY_EXPIRED
from regulars.use_cases.holds import SweepHolds
from regulars.use_cases.keeping import SWEEP_BATCH

ROUND_SECONDS = 60.0


def let_go(workshop: Workshop) -> bool:
    """Let go of a batch of bills whose time is over; where there is none, nothing is written."""
    with workshop.database.read() as read:
        if not read.all(ANY_EXPIRED, at=workshop.clock()):
            return False
    swept = orjson.loads(workshop.run(SweepHolds()))
    return bool(swept["released"] == SWEEP_BATCH)


BILL_HOLDS = Job(name="bill_holds", every_seconds=ROUND_SECONDS, step=let_go)
