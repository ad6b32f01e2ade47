"""The members of the demonstration: a few come every other day, most a handful of times a year.

Of 5,000 who join, one in twenty is a true regular; a third drift away after some weeks. Every
other order is a passer-by's, who never joins.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import exp
from random import Random
from uuid import UUID

from regulars.cli.demo_shop.calendar import Busy, arrivals, is_kitchen, moment_of
from regulars.cli.demo_shop.chain import PLACES
from regulars.cli.demo_shop.names import Named, named, phone
from regulars.cli.demo_shop.palate import Palate, Wish
from regulars.cli.demo_shop.promises import TOP_UPS
from regulars.cli.demo_shop.seeds import Seed, Weighted, new_id
from regulars.domain.kernel.period import Instant

REGULAR_SHARE = 0.05
DRIFTING_SHARE = 0.35
DRIFTING_DAYS_MEAN = 80
SAVER_SHARE = 0.14
# The members with the first numbers are good guests, so that their cards have something to show.
WELL_KNOWN = 8
# How many of a day's orders are members', once there are many of them.
MEMBERS_SHARE = 0.55
AT_HOME = 0.88
TRIES = 12
REFUND_SHARE = 0.006
TOP_UP_SIZES = Weighted([principal for principal, _ in TOP_UPS], (52, 33, 15))


@dataclass(slots=True, kw_only=True)
class Patron:
    """One member: who she is, how keen, and what she mostly has."""

    number: int
    id: UUID
    named: Named
    home: int
    keenness: float
    leaves_on: date
    usual: tuple[Wish, ...]
    saver: bool
    top_up_minor: int
    thrift: float
    birthday: str
    last_on: date

    @property
    def phone(self) -> str:
        """The number by which a till finds her."""
        return phone(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One order to come. `joins`: she becomes a member just before it."""

    wall: datetime
    at: Instant
    store: int
    patron: Patron | None
    joins: bool
    refunded_after: timedelta | None


@dataclass(slots=True)
class _Circle:
    """The members who call a store theirs; the keener one is, the oftener she is drawn."""

    patrons: list[Patron] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)

    def add(self, patron: Patron) -> None:
        self.patrons.append(patron)
        self.sums.append((self.sums[-1] if self.sums else 0.0) + patron.keenness)

    def draw(self, dice: Random, on: date) -> Patron | None:
        """Somebody who still comes and was not here today."""
        for _ in range(TRIES if self.patrons else 0):
            one = self.patrons[bisect(self.sums, dice.random() * self.sums[-1])]
            if one.last_on < on < one.leaves_on:
                return one
        return None


class Crowd:
    """All guests of the demonstration, day after day."""

    def __init__(self, seed: Seed, palate: Palate, *, members: int) -> None:
        self._dice = seed.dice("people")
        self._palate = palate
        self._expected = members
        self._circles = tuple(_Circle() for _ in PLACES)
        self.patrons: list[Patron] = []

    def visits(self, busy: Busy) -> Iterator[Visit]:
        """Who orders on a day, earliest first. Ask for the days in their order."""
        dice = self._dice
        share = MEMBERS_SHARE * (1 - exp(-6 * len(self.patrons) / max(self._expected, 1)))
        joining = set(dice.sample(range(busy.orders), busy.joins))
        for number, (wall, store) in enumerate(arrivals(dice, busy)):
            joins = number in joining
            patron: Patron | None = None
            if joins:
                patron = self._newcomer(moment_of(wall), busy.day, store)
            elif dice.random() < share:
                patron = self._returning(busy.day, store)
            if patron is not None:
                patron.last_on = busy.day
            refunded = dice.random() < REFUND_SHARE
            yield Visit(
                wall=wall,
                at=moment_of(wall),
                store=store,
                patron=patron,
                joins=joins,
                refunded_after=timedelta(minutes=dice.randint(6, 90)) if refunded else None,
            )

    def _returning(self, on: date, store: int) -> Patron | None:
        dice = self._dice
        if dice.random() < AT_HOME:
            return self._circles[store].draw(dice, on)
        near = [at for at, one in enumerate(PLACES) if one.region == PLACES[store].region]
        return self._circles[dice.choice(near)].draw(dice, on)

    def _newcomer(self, at: Instant, on: date, store: int) -> Patron:
        dice = self._dice
        number = len(self.patrons) + 1
        known = number <= WELL_KNOWN
        drifts = not known and dice.random() < DRIFTING_SHARE
        keenness = dice.gammavariate(0.7, 1.0)
        if known or dice.random() < REGULAR_SHARE:
            keenness += dice.uniform(5, 14)
        stays = timedelta(days=1 + int(dice.expovariate(1 / DRIFTING_DAYS_MEAN)))
        patron = Patron(
            number=number,
            id=new_id(dice, at),
            named=named(dice),
            home=store,
            keenness=keenness,
            leaves_on=on + stays if drifts else date.max,
            usual=self._palate.favourites(dice),
            saver=known or dice.random() < SAVER_SHARE * (2.0 if keenness > 5 else 0.85),
            top_up_minor=TOP_UP_SIZES.draw(dice) * (1 + is_kitchen(store)),
            # The well-known save their points up.
            thrift=dice.random() * (0.5 if known else 1.0),
            birthday=_birthday(dice),
            last_on=on,
        )
        self.patrons.append(patron)
        self._circles[store].add(patron)
        return patron


def _birthday(dice: Random) -> str:
    told = dice.random()
    if told > 0.4:
        return ""
    month, day = dice.randint(1, 12), dice.randint(1, 28)
    return f"{dice.randint(1970, 2007) if told < 0.25 else '-'}-{month:02}-{day:02}"
