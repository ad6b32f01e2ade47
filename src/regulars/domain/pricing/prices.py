"""Prices in force before every offer: of the list, the member's, and 限时特价 the lowest is the price.

奶茶 18.00, gold members 16.00, and 15.00 until Sunday: the `base` is 15.00, by the limited offer; on
Monday it is 16.00 for gold members again. A price is not a choice: no search weighs it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from regulars.domain.pricing.candidates import Seen, spent_up, stands
from regulars.domain.pricing.kinds import SpecialPrice
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.reason import Reason
from regulars.domain.pricing.units import Units


class Priced(NamedTuple):
    """One price offer with what it takes off the list price of each unit. Units: minor units."""

    offer: Offer
    shares: list[int]


class Prices(NamedTuple):
    """The units at the prices in force, and who made them. Units: minor units.

    `member` is what the member price alone takes off each unit.
    """

    units: Units
    offers: Sequence[Priced]
    member: list[int] | None


def prices_in_force(seen: Seen) -> Prices:
    """The units of a basket at the lowest price that is in force for this guest now."""
    units, book = seen.units, seen.book
    offers = []
    if book.ways[Way.PRICE]:
        lines = units.basket.lines
        mask = book.concerning([lines[at] for at in units.open_lines], seen.view)
        mask &= book.ways[Way.PRICE]
        offers = [offer for _, offer in book.chosen(mask) if _holds(offer, seen)]
    if not offers:
        return Prices(units, (), _member_shares(units))
    bare = list(units.bare)
    by: dict[int, int] = {}
    for at, offer in enumerate(offers):
        effect = offer.effect
        assert isinstance(effect, SpecialPrice)
        for unit in seen.touched(offer.goods):
            extras = units.base[unit] - units.bare[unit]
            price = effect.price_of(units.listed[unit] - extras)
            if price < bare[unit]:
                bare[unit] = price
                by[unit] = at
    base = [
        after + whole - was for after, whole, was in zip(bare, units.base, units.bare, strict=True)
    ]
    shares = [[0] * len(base) for _ in offers]
    member = [listed - was for listed, was in zip(units.listed, units.base, strict=True)]
    for unit, at in by.items():
        shares[at][unit] = units.listed[unit] - base[unit]
        member[unit] = 0
    return Prices(
        replace(units, base=base, bare=bare),
        [Priced(offer, part) for offer, part in zip(offers, shares, strict=True) if any(part)],
        member if any(member) else None,
    )


def _member_shares(units: Units) -> list[int] | None:
    if units.base == units.listed:
        return None
    return [listed - base for listed, base in zip(units.listed, units.base, strict=True)]


def _holds(offer: Offer, seen: Seen) -> bool:
    return price_spent(offer, seen) is None and stands(offer, seen)


def price_spent(offer: Offer, seen: Seen) -> Reason | None:
    """Why the limits of a price leave nothing; None where they leave something."""
    left = seen.basket.left.get(offer.id)
    return spent_up(left) if left is not None and left.uses == 0 else None
