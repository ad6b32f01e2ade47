"""A search for bad baskets: change a line, keep the change if the quote takes longer."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from bench.quotes.baskets import basket_of
from bench.quotes.menu import EXTRAS_MINOR, PRODUCTS, UNITS_MAX, Menu
from bench.quotes.priced import Priced, Shop
from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.basket import Basket

# Baskets priced in each shop to begin with; how many of all are climbed from, how often each.
STARTS, CLIMBED, TRIES = 30, 3, 40
LINES_MAX = 30


def climbed(shops: Sequence[Shop], dice: Random) -> tuple[Priced, int]:
    """The slowest quote found, by CPU time, and how many were tried."""
    starts: list[tuple[float, int, Shop, Basket]] = []
    for shop in shops:
        for _ in range(STARTS):
            basket = basket_of("even", shop.menu, dice)
            starts.append((shop.price(basket).cpu_ms, len(starts), shop, basket))
    starts.sort(reverse=True)
    found = [_climbed(shop, basket, dice) for _, _, shop, basket in starts[:CLIMBED]]
    return max(found, key=lambda one: one.cpu_ms), len(starts) + CLIMBED * TRIES


def _climbed(shop: Shop, basket: Basket, dice: Random) -> Priced:
    worst = shop.price(basket)
    for _ in range(TRIES):
        changed = _changed(basket, shop.menu, dice)
        priced = shop.price(changed)
        if priced.cpu_ms > worst.cpu_ms:
            worst, basket = priced, changed
    # Once more: a single slow reading is the machine's, not the basket's.
    return min(worst, shop.price(basket), shop.price(basket), key=lambda one: one.cpu_ms)


def _changed(basket: Basket, menu: Menu, dice: Random) -> Basket:
    """Another product, quantity or modifier on one line, one line more or one less."""
    lines = list(basket.lines)
    at = dice.randrange(len(lines))
    units = sum(line.quantity for line in lines)
    kind = dice.randrange(4)
    if kind == 0 and len(lines) > 1:
        del lines[at]
    elif kind == 1 and len(lines) < LINES_MAX and units < UNITS_MAX:
        # Numbers above all of the distributions': no two lines share an id.
        number = 1_000 + dice.randrange(1 << 40)
        lines.append(_line(number, menu, dice))
    elif kind == 2:
        room = UNITS_MAX - units + lines[at].quantity
        lines[at] = replace(lines[at], quantity=min(dice.randint(1, 4), room))
    else:
        number = lines[at].id.int & ((1 << 64) - 1)
        lines[at] = replace(_line(number, menu, dice), quantity=lines[at].quantity)
    return replace(basket, lines=tuple(lines))


def _line(number: int, menu: Menu, dice: Random) -> ChosenLine:
    return menu.line(
        number, dice.randrange(PRODUCTS), quantity=1, extras_minor=dice.choice(EXTRAS_MINOR)
    )
