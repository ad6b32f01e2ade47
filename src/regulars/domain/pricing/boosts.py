"""What multiplies the points of a bill 双倍积分: no price changes, only what is earned.

Double points on tea, a bill of 40.00 of which 18.00 is tea: the tea counts twice, so 58.00 earn.
Of several multipliers on one unit the highest counts.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.pricing.candidates import Seen, stands
from regulars.domain.pricing.kinds import PointsMultiplier
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.together import excluded_with

ORDINARY = 10_000


class Boost(NamedTuple):
    """One multiplier on some units. Units: basis points of the ordinary points."""

    offer: Offer
    multiplier_basis_points: int
    units: tuple[int, ...]


class Boosts(NamedTuple):
    """How much of what is paid counts for points: `counted` of every `paid`, as one fraction."""

    applied: tuple[Boost, ...]
    counted: int
    paid: int


NO_BOOSTS = Boosts((), 1, 1)


def boosts_of(seen: Seen, used: Sequence[Offer], due: Sequence[int]) -> Boosts:
    """The multipliers in force beside the offers that are used; `due` is what each unit costs."""
    offers = [offer for offer in _offers(seen) if excluded_with(offer, used) is None]
    if not offers:
        return NO_BOOSTS
    best: dict[int, tuple[int, int]] = {}
    for at, offer in enumerate(offers):
        effect = offer.effect
        assert isinstance(effect, PointsMultiplier)
        for unit in seen.touched(offer.goods):
            rank = (effect.multiplier_basis_points, -at)
            best[unit] = max(best.get(unit, rank), rank)
    applied = []
    for at, offer in enumerate(offers):
        units = tuple(unit for unit, rank in sorted(best.items()) if rank[1] == -at)
        if units:
            applied.append(Boost(offer, best[units[0]][0], units))
    counted = sum(
        minor * (best[unit][0] if unit in best else ORDINARY) for unit, minor in enumerate(due)
    )
    return Boosts(tuple(applied), counted, sum(due) * ORDINARY)


def _offers(seen: Seen) -> list[Offer]:
    """The multipliers of the shop that concern this basket."""
    book, lines = seen.book, seen.basket.lines
    if not book.ways[Way.EARN]:
        return []
    mask = book.concerning([lines[at] for at in seen.units.open_lines], seen.view)
    return [offer for _, offer in book.chosen(mask & book.ways[Way.EARN]) if stands(offer, seen)]
