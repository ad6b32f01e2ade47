"""How long those who work beside the tills rest while the tills of the same process are busy.

At noon sixty guests a second pay, and each sale is followed: chain, tasks, segments, journeys. On
one box the followers share their processor with the tills, so after 10 ms of work they leave it to
the tills for 20; what piles up is worked off when the rush is over. Only its own effort counts: who
writes waits its turn behind the tills already, and a wait takes nothing from anybody.
"""

from collections.abc import Callable
from time import monotonic, thread_time

# So many commands of tills in a second are a rush, and a look is taken once a second.
RUSH_PER_SECOND = 20
LOOK_SECONDS = 1.0
REST_FOR_EACH_SECOND = 2.0
REST_SECONDS_MAX = 2.0


class Courtesy:
    """The manners of one thread; `tills` answers how many commands came from tills so far."""

    def __init__(
        self,
        tills: Callable[[], int],
        *,
        clock: Callable[[], float] = monotonic,
        effort: Callable[[], float] = thread_time,
    ) -> None:
        self._tills = tills
        self._clock = clock
        self._effort = effort
        self._seen, self._looked_at = tills(), clock()
        self._rush = False
        self._begun = 0.0

    def begin(self) -> None:
        """A step begins, in the thread that will end it."""
        self._begun = self._effort()

    def rest(self) -> float:
        """How long to leave the tills alone after the step that began last. Units: seconds."""
        self._look(self._clock())
        worked = self._effort() - self._begun
        return min(worked * REST_FOR_EACH_SECOND, REST_SECONDS_MAX) if self._rush else 0.0

    def _look(self, now: float) -> None:
        elapsed = now - self._looked_at
        if elapsed < LOOK_SECONDS:
            return
        count = self._tills()
        self._rush = count - self._seen >= RUSH_PER_SECOND * elapsed
        self._seen, self._looked_at = count, now
