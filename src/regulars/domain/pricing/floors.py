"""The margin floor 最低毛利: no unit is sold for less than its cost and so much more.

A tea that costs the shop 6.00, floor 20 %: it never goes below 7.20. 半价 on 12.00 would be 6.00, so
it takes 4.80 and the bill says that it was applied in part; or, if the Terms say so, the offer is
left out. A unit whose cost nobody knows has no floor.
"""

from collections.abc import Sequence

from regulars.domain.kernel.money import split_capped
from regulars.domain.pricing.basket import OnFloor
from regulars.domain.pricing.choose import Chosen, Question, choose
from regulars.domain.pricing.shares import Applied, after_shares
from regulars.domain.pricing.units import Units


def floors_of(units: Units, floor_basis_points: int) -> list[int]:
    """The least each unit may cost; never more than it costs without offers. Units: minor units."""
    floors = [0] * len(units.base)
    for unit in units.open:
        cost = units.lines[units.position[unit]].cost_minor
        if cost is not None:
            least = -(-cost * (10_000 + floor_basis_points) // 10_000)
            floors[unit] = min(least, units.base[unit])
    return floors


def kept_above(
    question: Question, chosen: Chosen, floors: Sequence[int], on_floor: OnFloor
) -> Chosen:
    """The choice with no unit below its floor. What it then costs is bounded, not proved least."""
    while _below(chosen.after_order, floors):
        if on_floor is OnFloor.CLIP:
            return _clipped(question.units, chosen, floors)
        # The smallest saving on a unit that is too cheap goes first, until all units are above.
        offenders = [
            one
            for one in [*chosen.by_item, *chosen.by_order]
            if any(one.shares[unit] for unit in _below(chosen.after_order, floors))
        ]
        out = min(offenders, key=lambda one: (one.amount_minor, one.candidate.offer.id.int))
        bound = chosen.choice.bound_minor
        question = Question(
            question.units,
            [one for one in question.candidates if one is not out.candidate],
            question.coupons_max,
            question.engine,
        )
        again = choose(question)
        chosen = again._replace(choice=again.choice._replace(bound_minor=bound))
    return chosen


def _below(prices: Sequence[int], floors: Sequence[int]) -> list[int]:
    return [unit for unit, price in enumerate(prices) if price < floors[unit]]


def _clipped(units: Units, chosen: Chosen, floors: Sequence[int]) -> Chosen:
    prices = list(units.base)
    by_item = [_cut(one, prices, floors) for one in chosen.by_item]
    after_item = after_shares(units.base, by_item)
    by_order = [_spread(one, prices, floors) for one in chosen.by_order]
    total = sum(prices[unit] for unit in units.open)
    total += sum([prices[unit] for at in units.fee_lines for unit in units.of_line(at)])
    return chosen._replace(
        choice=chosen.choice._replace(total_minor=total),
        by_item=[one for one in by_item if one.amount_minor],
        after_item=after_item,
        by_order=[one for one in by_order if one.amount_minor],
        after_order=prices,
    )


def _cut(one: Applied, prices: list[int], floors: Sequence[int]) -> Applied:
    """The shares of an item offer, each as far as its unit's floor lets it: half price of this cup
    is not a discount on another."""
    shares = [
        min(share, max(price - floor, 0)) if share > 0 else share
        for share, price, floor in zip(one.shares, prices, floors, strict=True)
    ]
    for unit, share in enumerate(shares):
        prices[unit] -= share
    return one._replace(amount_minor=sum(shares), shares=shares)


def _spread(one: Applied, prices: list[int], floors: Sequence[int]) -> Applied:
    """An amount off the bill: what one unit has no room for, the others take."""
    touched = [unit for unit, share in enumerate(one.shares) if share > 0]
    room = [max(prices[unit] - floors[unit], 0) for unit in touched]
    weights = [one.shares[unit] for unit in touched]
    parts, _ = split_capped(one.amount_minor, weights, room)
    shares = [0] * len(prices)
    for unit, part in zip(touched, parts, strict=True):
        shares[unit] = part
        prices[unit] -= part
    return one._replace(amount_minor=sum(parts), shares=shares)
