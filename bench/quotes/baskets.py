"""Two distributions of baskets, never averaged together.

everyday: 75 % of the baskets have 1–3 lines, 18 % 3–6, 6 % 7–15, 1 % 16–30.
even: 1–30 lines with equal chance, up to 60 units.
"""

from random import Random

from bench.quotes.menu import EXTRAS_MINOR, PRODUCTS, UNITS_MAX, Menu, packaging
from bench.quotes.offers import REGION, STORE
from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.basket import Basket

DISTRIBUTIONS = ("everyday", "even")
EVERYDAY_LINES = ((1, 3), (3, 6), (7, 15), (16, 30))
EVERYDAY_SHARES = (75, 18, 6, 1)
QUANTITIES = (1, 2, 3)
# The demonstration shop sells 91, 8 and 1 in a hundred of a kind: more of a kind is harder.
EVERYDAY_QUANTITIES = (75, 18, 7)
TAKEAWAY_SHARE = 0.32


def lines_of(distribution: str, dice: Random) -> int:
    """How many lines a basket has."""
    if distribution == "even":
        return dice.randint(1, 30)
    return dice.randint(*dice.choices(EVERYDAY_LINES, EVERYDAY_SHARES)[0])


def basket_of(distribution: str, menu: Menu, dice: Random) -> Basket:
    """One basket; products may repeat, as cups with other modifiers do."""
    weights = None if distribution == "even" else EVERYDAY_QUANTITIES
    lines: list[ChosenLine] = []
    units = 0
    for number in range(lines_of(distribution, dice)):
        quantity = min(dice.choices(QUANTITIES, weights)[0], UNITS_MAX - units)
        if quantity:
            lines.append(
                menu.line(
                    number,
                    dice.randrange(PRODUCTS),
                    quantity=quantity,
                    extras_minor=dice.choice(EXTRAS_MINOR),
                )
            )
        units += quantity
    takeaway = dice.random() < TAKEAWAY_SHARE
    if takeaway:
        lines.append(packaging(len(lines)))
    return Basket(
        lines=tuple(lines),
        store_id=STORE,
        region_id=REGION,
        source="takeaway" if takeaway else "counter",
    )
