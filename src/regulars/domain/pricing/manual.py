"""Discounts given by hand 手动折扣: after the best bill, on what is left, with their reason.

The soup came late: the manager takes 20 % off its line of 28.00, "上菜慢". Offers stay as they are;
refunds give back what was really paid.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.kernel.money import share_of_minor, split
from regulars.domain.pricing.basket import ManualDiscount
from regulars.domain.pricing.units import Units


class Given(NamedTuple):
    """A discount by hand with its share of every unit. Units: minor units."""

    discount: ManualDiscount
    desired_minor: int
    amount_minor: int
    shares: list[int]


def given_by_hand(
    discounts: Sequence[ManualDiscount], prices: Sequence[int], units: Units
) -> tuple[list[Given], list[int]]:
    """The discounts, those of one line first, and what each unit then costs. Units: minor units."""
    after = list(prices)
    given: list[Given] = []
    for one in sorted(discounts, key=lambda one: (one.line_id is None, one.id.int)):
        touched = [
            unit
            for unit in units.open
            if one.line_id is None or units.lines[units.position[unit]].id == one.line_id
        ]
        left = [after[unit] for unit in touched]
        remaining = sum(left)
        desired = (
            share_of_minor(remaining, one.basis_points)
            if one.basis_points is not None
            else one.amount_minor or 0
        )
        amount = min(desired, remaining)
        if amount <= 0:
            continue
        shares = [0] * len(after)
        for unit, part in zip(touched, split(amount, left), strict=True):
            shares[unit] = part
            after[unit] -= part
        given.append(Given(one, desired, amount, shares))
    return given, after
