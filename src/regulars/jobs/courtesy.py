"""How long those who work beside the tills rest while the tills of the same process are busy.

At noon sixty guests a second pay, and each sale is followed: chain, tasks, segments, journeys. On
one box the followers share their processor with the tills, so after 10 ms of work they leave it to
the tills for 20; what piles up is worked off when the rush is over.
"""

from collections.abc import Callable
from time import monotonic

# So many commands of tills in a second are a rush, and a look is taken once a second.
RUSH_PER_SECOND = 20
LOOK_SECONDS = 1.0
REST_FOR_EACH_SECOND = 2.0
REST_SECONDS_MAX = 2.0


class Courtesy:
    """The manners of one thread; `tills` answers how many commands came from tills so far."""

    def __init__(self, tills: Callable[[], int], *, clock: Callable[[], float] = monotonic) -> None:
        self._tills = tills
        self._clock = clock
        self._seen, self._looked_at = tills(), clock()
        self._rush = False
        self._begun = self._looked_at

    def begin(self) -> None:
        """A step begins."""
        self._begun = self._clock()

    def rest(self) -> float:
        """How long to leave the tills alone after the step that began last. Units: seconds."""
        now = self._clock()
        self._look(now)
        worked = now - self._begun
        return min(worked * REST_FOR_EACH_SECOND, REST_SECONDS_MAX) if self._rush else 0.0

    def _look(self, now: float) -> None:
        elapsed = now - self._looked_at
        if elapsed < LOOK_SECONDS:
            return
        count = self._tills()
        self._rush = count - self._seen >= RUSH_PER_SECOND * elapsed
        self._seen, self._looked_at = count, now
