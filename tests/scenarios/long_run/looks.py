"""One member's life beside the looks of the jobs.

The jobs look a few times a day and a look takes some seconds. Whatever comes due within those
seconds may be seen by that look or by the next one, so each story is told twice, by an `early` and by
a late clock; mostly both say the same.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from regulars.domain.kernel.period import Instant
from tests.scenarios.long_run.happened import Bought, Happened, Life

DAY = timedelta(days=1)
CUT_OFF = timedelta(hours=4)
TEN = time(10)


class Planned(NamedTuple):
    """A text for a member, planned at a look."""

    text: str
    member_id: UUID
    look: int


class Journey:
    """Whether she may come in again: not while she is in it, and not within so many days."""

    def __init__(self, *, again_after: timedelta = timedelta(0)) -> None:
        self._again_after = again_after
        self._entered: Instant | None = None
        self._busy_until = -1

    def may(self, look: int, now: Instant) -> bool:
        """Whether she may come in at a look."""
        late = self._entered is None or now >= self._entered + self._again_after
        return late and look > self._busy_until

    def entered(self, at: Instant, *, until: int) -> None:
        """She came in by what happened then, and was through at a look."""
        self._entered, self._busy_until = at, until


@dataclass(frozen=True)
class Looks:
    """The looks of the jobs, by one of the two clocks."""

    happened: Happened
    early: bool

    @cached_property
    def clock(self) -> list[Instant]:
        """What the clock showed at each look."""
        return [one.ended if self.early else one.begun for one in self.happened.looks]

    @cached_property
    def _ends(self) -> list[Instant]:
        return [one.ended for one in self.happened.looks]

    def told(self, at: Instant) -> int:
        """The look that hears of what happened."""
        return bisect_left(self._ends, at)

    def due(self, at: Instant) -> int:
        """The look that finds what came due by the clock."""
        return bisect_left(self.clock, at)

    def after(self, look: int, wait: timedelta) -> int:
        """The look at which a wait is over that began at a look."""
        one = self.happened.looks[look]
        # By the early clock it began as early as it can have, and the other way round.
        return self.due(Instant((one.begun if self.early else one.ended) + wait))

    def at_ten(self, look: int, zone: str, days: int = 0) -> int:
        """The look at ten by the clock of a zone, at least so many days after a look."""
        now = self.happened.looks[look].begun
        day = now.astimezone(ZoneInfo(zone)).date() + days * DAY
        at = wall(day, zone)
        return self.due(at if at >= now else wall(day + DAY, zone))

    @property
    def last(self) -> int:
        """How many there were."""
        return len(self.happened.looks)


def wall(day: date, zone: str, at: time = TEN) -> Instant:
    """A time of a day by the clock of a zone."""
    return Instant(datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")))


@dataclass(frozen=True)
class Story:
    """One member's life beside the looks."""

    life: Life
    looks: Looks

    def zone(self, look: int) -> str:
        """Where her shop is."""
        return self.looks.happened.zone(self.life.home, self.looks.happened.looks[look].begun)

    def day(self, look: int) -> date:
        """The business day at her shop."""
        now = self.looks.clock[look].astimezone(ZoneInfo(self.zone(look)))
        return (now.replace(tzinfo=None) - CUT_OFF).date()

    def here(self, look: int) -> bool:
        """Whether she is a member like others."""
        return self.life.active(self.looks.happened.looks[look].begun)

    def stays(self, first: int, last: int) -> bool:
        """Whether she was one at every look from one to another, which is within the run."""
        return last < self.looks.last and all(self.here(one) for one in range(first, last + 1))

    def orders(self, look: int) -> list[Bought]:
        """What she had bought by a look."""
        now = self.looks.happened.looks[look].begun
        return [one for one in self.life.orders if one.at <= now]

    def came(self, after: int, upto: int) -> bool:
        """Whether she came between two looks."""
        looks = self.looks.happened.looks
        since, until = looks[after].begun, looks[min(upto, self.looks.last - 1)].begun
        return any(since < one.at <= until for one in self.life.orders)

    def enters(self, edges: Sequence[Instant], holds: Callable[[int], bool]) -> Iterator[int]:
        """The looks at which something becomes true of her; it can turn at some edges only."""
        states = [one for span in self.life.away for one in span if one is not None]
        moves = [since for since, _ in self.looks.happened.zones[self.life.home]]
        seen = {
            look
            for edge in (*edges, *states, *moves, self.life.joined_at)
            for look in (self.looks.told(edge), self.looks.due(edge))
            if look < self.looks.last
        }
        before = False
        for look in sorted(seen):
            now = self.here(look) and holds(look)
            if now and not before:
                yield look
            before = now

    def facts(self, kind: str, holds: Callable[[object], bool]) -> Iterator[tuple[int, Instant]]:
        """The looks that hear of some facts about her, and when each was."""
        for told in self.life.told[kind]:
            look = self.looks.told(told.at)
            if holds(told.body) and look < self.looks.last and self.here(look):
                yield look, told.at

    def planned(self, text: str, look: int) -> Planned:
        """A text at a look."""
        return Planned(f"ready_{text}", self.life.id, look)
