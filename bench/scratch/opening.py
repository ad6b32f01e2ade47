"""A scratch shop that is filled and knows its prices, and the queue before its tills."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bench.scratch.crowd import Crowd
from bench.scratch.servers import Place
from bench.scratch.shop import TERMINALS, TIERS, open_shop
from bench.scratch.tills import Sale, Till, priced, rotation, sales
from regulars.main import build, clock


@dataclass(slots=True)
class Queue:
    """Who buys next on one database, with a fresh coupon each."""

    place: Place
    crowd: Crowd
    issued: int
    begun: int = 0
    unsold: list[Sale] = field(default_factory=list)

    def next_sales(self, count: int) -> list[Sale]:
        """So many sales to come: first those that were not made, then new ones."""
        waiting, self.unsold = self.unsold[:count], self.unsold[count:]
        missing = count - len(waiting)
        members = rotation(self.crowd, start=self.begun, count=missing)
        with self.place.adding() as bulk:
            coupons = self.crowd.issue(bulk, members, first=self.issued)
        coming = list(sales(members, coupons, start=self.begun))
        self.issued += missing
        self.begun += missing
        return waiting + coming

    def give_back(self, unsold: Iterable[Sale]) -> None:
        """These were not made: their guests come next, so that no coupons gather."""
        self.unsold = [*unsold, *self.unsold]

    def on(self, copy: Place) -> "Queue":
        """The same queue before a copy of the database."""
        return Queue(copy, self.crowd, self.issued, self.begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled shop. Units: seconds."""

    till: Till
    queue: Queue
    fill_seconds: float


def filled(place: Place, *, members: int) -> Filled:
    """Open the shop on an empty, migrated database, with so many members."""
    regulars = build(place.settings)
    opened = open_shop(regulars.database, now=clock())
    regulars.close()
    crowd = Crowd(members=members, at=opened.at)
    began = time.perf_counter()
    with place.filling() as bulk:
        crowd.fill(bulk)
        shown = crowd.issue(bulk, range(len(TIERS)), first=0)
    fill_seconds = time.perf_counter() - began
    regulars = build(place.settings)
    till = priced(regulars, crowd, opened, shown)
    regulars.close()
    return Filled(
        till=till,
        queue=Queue(place, crowd, issued=len(shown)),
        fill_seconds=fill_seconds,
    )


def by_terminal(coming: list[Sale]) -> list[list[Sale]]:
    """As many sales for each till."""
    return [
        [replace(sale, terminal=name) for sale in coming[number :: len(TERMINALS)]]
        for number, name in enumerate(TERMINALS)
    ]
