"""The jobs of marketing, led by somebody else's clock: the demonstration's year goes by in minutes.

At ten on each of its days the journeys, segments and messages that are due at that moment take their
turns until none is left; then the clock goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.jobs.insights import CUT_POINTS, FOLLOW_MEMBERS, JUDGE_ANEW, JUDGE_DUE
from regulars.jobs.job import Job, Workshop
from regulars.jobs.journeys import JOURNEY_CALENDAR, JOURNEY_FACTS, JOURNEY_STEPS
from regulars.jobs.messages import Post
from regulars.jobs.segments import SEGMENTS

MEASURING: Sequence[Job] = (CUT_POINTS, JUDGE_ANEW)
MARKETING: Sequence[Job] = (
    FOLLOW_MEMBERS,
    JUDGE_DUE,
    SEGMENTS,
    JOURNEY_FACTS,
    JOURNEY_CALENDAR,
    JOURNEY_STEPS,
)
# What one job does another may have to hear of: a second pass finds it.
PASSES = 2


@dataclass(frozen=True, slots=True)
class Led:
    """Segments, journeys and messages of one shop, when they are told to work."""

    workshop: Workshop

    def measures(self) -> None:
        """Take the shop's measure, and judge everybody by it."""
        for job in MEASURING:
            self._out(job)

    def works(self) -> None:
        """Do all that is due at this moment."""
        for _ in range(PASSES):
            for job in MARKETING:
                self._out(job)
        post = Post(self.workshop)
        try:
            while post.round():
                pass
        finally:
            post.close()

    def _out(self, job: Job) -> None:
        while job.step(self.workshop):
            pass
