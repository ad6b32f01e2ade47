"""What each chosen offer takes off each unit, to the cent.

The 8.00 of "第二杯半价" on two teas of 16.00 is 4.00 each; the 5.00 of 满40减5 over 12.00,
12.00 and 22.00 is 1.31, 1.30 and 2.39.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.kernel.money import share_of_minor, split
from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.item_stage import Plan
from regulars.domain.pricing.kinds import FixedAmount, Percent
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave
from regulars.domain.pricing.units import Units


class Applied(NamedTuple):
    """One candidate with its share of every unit of the basket. Units: minor units.

    `desired_minor` is what it promised; less is applied where nothing is left to take.
    """

    candidate: Candidate
    desired_minor: int
    amount_minor: int
    shares: list[int]


def item_shares(plan: Plan, units: Units) -> list[Applied]:
    """The item offers of a plan with their shares: a group's saving is spread over the group."""
    base = units.base
    by_candidate: dict[int, Applied] = {}
    for taker, taken in plan.uses:
        candidate, savings, n, _ = taker
        known = by_candidate.get(id(candidate))
        shares = known.shares if known else [0] * len(base)
        if n == 1:
            for unit in taken:
                shares[unit] = savings[unit]
        else:
            for start in range(0, len(taken), n):
                group = taken[start : start + n]
                parts = split(savings[group[-1]], [base[unit] for unit in group])
                for unit, part in zip(group, parts, strict=True):
                    shares[unit] = part
        amount_minor = sum(shares)
        by_candidate[id(candidate)] = Applied(candidate, amount_minor, amount_minor, shares)
    return list(by_candidate.values())


def order_sequence(candidate: Candidate) -> tuple[int, int, int, int, int, int]:
    """Where an order offer stands: percents, larger first; then amounts, narrower goods first."""
    offer = candidate.offer
    coupon = candidate.coupon.id.int if candidate.coupon else 0
    effect = offer.effect
    if isinstance(effect, Percent):
        cap = -1 if effect.cap_minor is None else effect.cap_minor
        return (0, -effect.basis_points, cap, offer.priority, offer.id.int, coupon)
    return (1, len(candidate.units), 0, offer.priority, offer.id.int, coupon)


def off_of(candidate: Candidate, *, remaining_minor: int, after_item_minor: int) -> int:
    """What an order offer wants to take. Units: minor units.

    `remaining_minor` is what the offers before it left, `after_item_minor` what the item stage did.
    """
    if candidate.fixed_off_minor is not None:
        return candidate.fixed_off_minor
    effect = candidate.offer.effect
    if isinstance(effect, Percent):
        off = share_of_minor(remaining_minor, effect.basis_points)
        return off if effect.cap_minor is None else min(off, effect.cap_minor)
    if isinstance(effect, SpendAndSave):
        return effect.off_at(after_item_minor)
    assert isinstance(effect, FixedAmount)
    return effect.amount_minor


def least_after_order(orders: Sequence[Candidate], after_item_minor: int) -> int:
    """What is left of the open goods if no amount is cut by what its own goods still cost.

    Exact where every offer touches all goods, and never more than the true sum. It falls with
    `after_item_minor` except where a threshold is missed. Units: minor units.
    """
    remaining = after_item_minor
    for candidate in orders:
        off = off_of(candidate, remaining_minor=remaining, after_item_minor=after_item_minor)
        remaining = remaining - off if off < remaining else 0
    return remaining


def order_shares(
    orders: Sequence[Candidate], after_item: Sequence[int], units: Units
) -> tuple[list[Applied], list[int]]:
    """The order offers with their shares, one after the other, and what each unit then costs."""
    prices = list(after_item)
    after_item_minor = sum([prices[unit] for unit in units.open])
    applied: list[Applied] = []
    for candidate in orders:
        touched = candidate.units
        left = [prices[unit] for unit in touched]
        remaining = sum(left)
        desired = off_of(candidate, remaining_minor=remaining, after_item_minor=after_item_minor)
        amount = min(desired, remaining)
        if amount <= 0:
            continue
        shares = [0] * len(prices)
        for unit, part in zip(touched, split(amount, left), strict=True):
            shares[unit] = part
            prices[unit] -= part
        applied.append(Applied(candidate, desired, amount, shares))
    return applied, prices


def after_shares(prices: Sequence[int], applied: Sequence[Applied]) -> list[int]:
    """What each unit costs after some offers took their shares. Units: minor units."""
    after = list(prices)
    for one in applied:
        for unit, share in enumerate(one.shares):
            after[unit] -= share
    return after
