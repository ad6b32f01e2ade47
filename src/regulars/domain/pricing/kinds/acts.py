"""How a kind of offer acts on a basket, in the few words that the search understands.

    第二杯半价 takes groups of two units and saves on the second; 汉堡+可乐 25 元 takes one unit for
    each place and charges 25.00 for all; 满40减5 reads a sum. Kinds say what they take; which units,
    how many times and together with what is the search's business.

A kind acts in exactly one of five ways, and its class has the methods of that way:

- a *price* replaces the price of each unit, before anything else (`price_of`);
- an *item* offer takes units, each unit once (`taking`);
- an *order* offer takes an amount off the bill (`off_at`, `fixed_off`);
- a *fee* offer pays fees (`waived_of`);
- an *earning* offer multiplies points (`multiplier_basis_points`).

Each has a `way`, which may depend on its fields, and a `reason` for the receipt.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.reason import Reason


class Way(StrEnum):
    """Which of the five ways an offer acts in."""

    PRICE = "price"
    ITEM = "item"
    ORDER = "order"
    FEE = "fee"
    EARN = "earn"


class Single(NamedTuple):
    """Each unit by itself: the saving of every unit that may be taken. Units: minor units."""

    savings: Mapping[int, int]


class Group(NamedTuple):
    """Full groups of n units, the dearest with the next dearest; the last m of each save.

    Units: minor units; `savings` is what a unit saves where it is one of those last m.
    """

    savings: Mapping[int, int]
    n: int
    m: int = 1


class Slot(NamedTuple):
    """So many units of these in every use. Units: minor units.

    `gains` is what each unit brings: its price where the bundle has a price of its own, its saving
    where only this slot is cheaper, 0 where it merely must be bought.
    """

    gains: Mapping[int, int]
    quantity: int


class Bundle(NamedTuple):
    """One unit for every place of every slot; a use saves the gains less `charge_minor`."""

    slots: tuple[Slot, ...]
    charge_minor: int = 0


Pattern = Single | Group | Bundle


class Taking(NamedTuple):
    """What an item offer may take of this basket.

    `uses_max`: how many uses in all, over its patterns; 0 is any number. A use is one unit of a
    `Single`, one group, one bundle. For a coupon it is how many uses one coupon pays for.
    """

    patterns: tuple[Pattern, ...]
    uses_max: int = 0


class UnitPrices(Protocol):
    """The units of a basket, numbered, with their prices. Units: minor units."""

    @property
    def lines(self) -> Sequence[ChosenLine]:
        """The lines of the basket."""

    @property
    def position(self) -> Sequence[int]:
        """The place of each unit's line."""

    @property
    def listed(self) -> Sequence[int]:
        """The list price of each unit."""

    @property
    def base(self) -> Sequence[int]:
        """The price in force of each unit."""

    @property
    def bare(self) -> Sequence[int]:
        """The same without modifiers."""


class Reach(NamedTuple):
    """What an offer may touch in this basket: its own goods, and others that its kind names."""

    units: UnitPrices
    chosen: list[int]
    of: Callable[[Goods], list[int]]

    def counted_minor(self, prices: Sequence[int]) -> int:
        """What the chosen units come to at some prices. Units: minor units."""
        return sum([prices[unit] for unit in self.chosen])


class PriceEffect(Protocol):
    """A price of its own for each unit: 会员价, 限时特价. The lowest price in force is the price."""

    def price_of(self, bare_minor: int) -> int:
        """The price of a unit without modifiers; at most what it was. Units: minor units."""


class ItemEffect(Protocol):
    """An offer that takes units, each unit at most once over all item offers."""

    def taking(self, reach: Reach) -> Taking | Reason:
        """What it may take, or why this basket gives it nothing to do."""

    def sets(self) -> tuple[Goods, ...]:
        """The goods that it takes besides those of the offer itself."""


class OrderEffect(Protocol):
    """An offer that takes an amount off the bill."""

    def fixed_off(self, reach: Reach) -> int | Reason | None:
        """Its amount where that is known before the search; None where it reads what is left."""

    def off_at(self, remaining_minor: int, after_item_minor: int) -> int:
        """Its amount when so much is left. What is left after it never falls as sums rise, but at
        the thresholds of a ladder on `after_item`. Units: minor units."""

    def next_after(self, spent_minor: int) -> int | None:
        """The nearest sum above this one that saves more by a jump. Units: minor units."""

    def rank(self, touched: int) -> tuple[int, int, int]:
        """Where it stands among the order offers, by how many units it touches."""
