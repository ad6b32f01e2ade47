"""The chain's jobs: what is new every five seconds, what came late every half minute, all every hour."""

from regulars.jobs.job import Job, Workshop
from regulars.use_cases.chaining import Stragglers, append_fresh, append_late

FRESH_SECONDS = 5.0
LATE_SECONDS = 30.0
ALL_SECONDS = 3_600.0


def _fresh(workshop: Workshop) -> bool:
    return append_fresh(workshop.database, workshop.clock())


def _late(workshop: Workshop) -> bool:
    return append_late(workshop.database, workshop.clock())


STRAGGLERS = Stragglers()


def _stragglers(workshop: Workshop) -> bool:
    return STRAGGLERS.step(workshop.database, workshop.clock())


CHAIN = Job(name="chain", every_seconds=FRESH_SECONDS, step=_fresh)
CHAIN_LATE = Job(name="chain_late", every_seconds=LATE_SECONDS, step=_late)
CHAIN_STRAGGLERS = Job(name="chain_stragglers", every_seconds=ALL_SECONDS, step=_stragglers)
