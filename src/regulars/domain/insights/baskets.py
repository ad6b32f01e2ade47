"""Counting what is bought together, so that every refund can be taken back exactly.

One order of 芋泥鲜奶 and 蛋挞 on a May afternoon adds one basket to each and one to both; when the
蛋挞 is given back the basket counts as one of 芋泥鲜奶 alone, in the same month and daypart.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from regulars.domain.insights.affinity import Daypart

# An order of more dishes than this is a party's: it says what is sold, and not what goes together.
DISHES_MAX = 20


def month_of(day: date) -> int:
    """Units: months since the year 0."""
    return day.year * 12 + day.month - 1


class PairKey(NamedTuple):
    """Two dishes of one basket in a month; a dish with itself is the dish."""

    product_id: UUID
    with_id: UUID
    month: int


class SalesKey(NamedTuple):
    """A dish at a store in a month and daypart."""

    store_id: UUID
    month: int
    daypart: str
    product_id: UUID


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when a basket was ordered."""

    store_id: UUID
    day: date
    daypart: Daypart


@dataclass(slots=True)
class Counts:
    """What a number of orders and refunds add to the counts; negative is taken back."""

    pairs: Counter[PairKey] = field(default_factory=Counter)
    sales: Counter[SalesKey] = field(default_factory=Counter)

    def count(self, dishes: Iterable[UUID], occasion: Occasion, *, times: int) -> None:
        """Count a basket once, or take it back with −1."""
        basket = sorted(set(dishes))
        month = month_of(occasion.day)
        for dish in basket:
            self.sales[SalesKey(occasion.store_id, month, occasion.daypart.value, dish)] += times
            beside = basket if len(basket) <= DISHES_MAX else [dish]
            for other in beside:
                self.pairs[PairKey(dish, other, month)] += times

    def change(self, before: Iterable[UUID], after: Iterable[UUID], occasion: Occasion) -> None:
        """A refund made one basket out of another."""
        self.count(before, occasion, times=-1)
        self.count(after, occasion, times=1)
