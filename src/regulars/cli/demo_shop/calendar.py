"""When guests come: weekdays and holidays, summer heat and rain, lunch, 15:00 and the evening.

A Saturday in July has twice the orders of a rainy Tuesday in February, and the tea shops are
fullest when the offices want their afternoon tea.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp
from random import Random

from regulars.cli.demo_shop.chain import PLACES, ZONE
from regulars.cli.demo_shop.seeds import Seed, Weighted
from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import Instant, instant, zone_of
from regulars.domain.stores.store import StoreKind

BY_WEEKDAY = (0.88, 0.90, 0.94, 0.98, 1.14, 1.32, 1.22)
BY_MONTH = (0.86, 0.82, 0.92, 0.98, 1.06, 1.14, 1.24, 1.22, 1.08, 1.02, 0.92, 0.88)
# (month, day) on which many people are out.
HOLIDAYS = frozenset(
    {(1, 1), (5, 1), (5, 2), (5, 3), (6, 1), (12, 24), (12, 25)}
    | {(10, day) for day in range(1, 8)}
)
HOLIDAY = 1.35
RAIN, RAIN_SHARE = 0.74, 0.16
# Trade grows by half from the first day to the last.
GROWTH = 0.5
# On the first days every third guest joins; later few are left who have not been asked.
JOINING_AT_FIRST = 2.2
KITCHEN_AT_WEEKENDS = 1.5

TEA_HOURS = Weighted(range(9, 22), (3, 5, 7, 11, 10, 12, 15, 11, 8, 8, 9, 7, 4))
KITCHEN_HOURS = Weighted((10, 11, 12, 13, 14, 17, 18, 19, 20), (2, 14, 24, 10, 2, 10, 22, 16, 6))


@dataclass(frozen=True, slots=True)
class Busy:
    """How many orders a day has, and how many of its guests join."""

    day: date
    orders: int
    joins: int


def year(seed: Seed, days: Sequence[date], *, orders: int, members: int) -> list[Busy]:
    """How a year's orders and joins fall on its days."""
    dice = seed.dice("calendar")
    weights = [
        int(10_000 * _busy(dice, day) * (1 + GROWTH * at / len(days)))
        for at, day in enumerate(days)
    ]
    counts = split(orders, weights)
    keen = [
        int(count * 1_000 * (0.5 + JOINING_AT_FIRST * exp(-5 * at / len(days))))
        for at, count in enumerate(counts)
    ]
    busy = []
    waiting = 0
    for day, count, wanted in zip(days, counts, split(members, keen), strict=True):
        joins = min(wanted + waiting, count)
        waiting += wanted - joins
        busy.append(Busy(day, count, joins))
    return busy


def _busy(dice: Random, day: date) -> float:
    weight = BY_WEEKDAY[day.weekday()] * BY_MONTH[day.month - 1] * max(dice.gauss(1, 0.07), 0.5)
    if (day.month, day.day) in HOLIDAYS:
        weight *= HOLIDAY
    elif dice.random() < RAIN_SHARE:
        weight *= RAIN
    return weight


def arrivals(dice: Random, busy: Busy) -> Iterator[tuple[datetime, int]]:
    """When and in which store (its place in PLACES) a day's guests order, earliest first."""
    weekend = busy.day.weekday() >= 5
    stores = Weighted(
        range(len(PLACES)),
        [
            place.share * (KITCHEN_AT_WEEKENDS if weekend and is_kitchen(at) else 1)
            for at, place in enumerate(PLACES)
        ],
    )
    midnight = datetime(busy.day.year, busy.day.month, busy.day.day, tzinfo=zone_of(ZONE))
    found = []
    for _ in range(busy.orders):
        store = stores.draw(dice)
        hour = (KITCHEN_HOURS if is_kitchen(store) else TEA_HOURS).draw(dice)
        second = int(dice.random() * 3_600)
        found.append((midnight + timedelta(hours=hour, seconds=second), store))
    yield from sorted(found)


def is_kitchen(store: int) -> bool:
    """Whether a place is the kitchen."""
    return PLACES[store].kind is StoreKind.RESTAURANT


def moment_of(wall: datetime) -> Instant:
    """A shop's own time as an instant."""
    return instant(wall)
