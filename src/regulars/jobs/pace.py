"""How much one batch of a job may take on, learnt from what the last ones took.

A batch of members is to be over in some hundredths of a second, on a till's mini computer as on a
server: the fastest of the last batches counts, since what a batch waited for the tills says nothing.
"""

from collections import deque
from collections.abc import Callable, Mapping
from time import monotonic

from regulars.storage.engine import Engine

# SQLite has one writer, which a batch keeps from the tills; PostgreSQL locks its members alone.
BATCH_SECONDS: Mapping[Engine, float] = {"sqlite": 0.025, "postgresql": 0.050}
# The smallest batch that is worth its commit, and the largest that is worth its memory: of rows as
# light as a lot that ends.
LIGHT_MIN, LIGHT_MAX = 100, 2_000
BATCHES_REMEMBERED = 8
# So long a turn goes on with batch after batch: a round of all jobs beside busy tills lasts half a
# second, and a campaign that had one batch a round would go by the rounds.
TURN_SECONDS = 0.25
# No machine does anything faster: the clock stood still.
SECONDS_PER_UNIT_MIN = 1e-6


def in_turn(batch: Callable[[], bool]) -> bool:
    """Do batch after batch until the turn is over; whether there may be more."""
    end = monotonic() + TURN_SECONDS
    while more := batch():
        if monotonic() >= end:
            break
    return more


class Pace:
    """How many units one batch may take, between a least and a most."""

    def __init__(self, least: int = LIGHT_MIN, most: int = LIGHT_MAX) -> None:
        self._least, self._most = least, most
        self._seconds_per_unit: deque[float] = deque(maxlen=BATCHES_REMEMBERED)

    def units_in(self, seconds: float) -> int:
        """How many units the next batch may take on to last so long."""
        fastest = min(self._seconds_per_unit, default=seconds / self._least)
        return min(max(int(seconds / fastest), self._least), self._most)

    def took(self, units: int, seconds: float) -> None:
        """A batch did so many units in so long."""
        if units:
            self._seconds_per_unit.append(max(seconds / units, SECONDS_PER_UNIT_MIN))
