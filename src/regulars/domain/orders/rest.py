"""The rest of an order, priced as it would have been without what comes back.

Two teas and a mango ice for 41.00; the mango ice comes back. The two teas alone, at that instant,
under that day's offers, for the same member, with the coupons that she used: 24.00.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import Instant
from regulars.domain.orders.priced_with import PricedWith
from regulars.domain.orders.shop import Promises
from regulars.domain.pricing.basket import Basket, Choices, HeldCoupon, MemberView
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quoting import quote


class RestUnit(NamedTuple):
    """What one kept unit costs anew. Units: minor units."""

    position: int
    unit: int
    net_minor: int
    tax_minor: int
    due_minor: int
    points_minor: int

    def paying(self, due_minor: int) -> "RestUnit":
        """The same unit at another price; the tax in it follows. Units: minor units."""
        if due_minor == self.due_minor:
            return self
        without_tax_minor = self.due_minor - self.tax_minor
        _, tax_minor = split(due_minor, [without_tax_minor, self.tax_minor])
        inclusive = self.net_minor == self.due_minor
        return self._replace(
            net_minor=due_minor if inclusive else due_minor - tax_minor,
            tax_minor=tax_minor,
            due_minor=due_minor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What the guest keeps, at its new price. Units: points."""

    units: tuple[RestUnit, ...] = ()
    points_spent: int = 0
    coupons_used: frozenset[UUID] = frozenset()

    @property
    def due_minor(self) -> int:
        """What all of it costs. Units: minor units."""
        return sum([unit.due_minor for unit in self.units])

    def sharing(self, total_minor: int) -> tuple[RestUnit, ...]:
        """The units at prices that sum to the money still kept. Units: minor units."""
        parts = split(total_minor, [unit.due_minor for unit in self.units])
        return tuple(unit.paying(part) for unit, part in zip(self.units, parts, strict=True))


NOTHING_LEFT = Rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which units of a sale stay with the guest: line → units, and each line's position.

    `points_max`: how many of the points she spent have not come back. `coupons`: those of the
    sale's coupons that are still used by it.
    """

    units: Mapping[UUID, Sequence[int]]
    positions: Mapping[UUID, int]
    points_max: int
    coupons: frozenset[UUID]


def rest_of(priced: PricedWith, promises: Promises, kept: Kept, *, at: Instant) -> Rest:
    """The kept units at the price that they alone would have had at the sale's own instant."""
    if not kept.units:
        return NOTHING_LEFT
    basket, member = _basket(priced.basket, kept), _member(priced.member, kept)
    choices = _choices(priced.choices, kept)

    def asked(points: int | None) -> Quote:
        return quote(
            basket,
            member,
            promises.offers,
            terms=promises.pricing,
            choices=replace(choices, points=points),
            now=at,
        )

    bill = asked(None)
    terms = promises.pricing.points
    wanted = min(priced.choices.points or 0, kept.points_max, bill.points.usable_max)
    points = wanted - wanted % terms.step
    if points and points >= terms.minimum:
        bill = asked(points)
    return Rest(
        units=tuple(
            RestUnit(
                position=kept.positions[line.line.id],
                unit=number,
                net_minor=unit.net_minor,
                tax_minor=unit.tax_minor,
                due_minor=unit.due_minor,
                points_minor=unit.points_minor,
            )
            for line in bill.lines
            if line.line.id in kept.units
            for number, unit in zip(kept.units[line.line.id], line.units, strict=True)
        ),
        points_spent=bill.points.spent,
        coupons_used=frozenset(bill.coupons_used),
    )


def _basket(basket: Basket, kept: Kept) -> Basket:
    return replace(
        basket,
        lines=tuple(
            replace(line, quantity=len(kept.units[line.id]))
            for line in basket.lines
            if line.id in kept.units
        ),
        presented=_still(basket.presented, kept.coupons),
    )


def _member(member: MemberView | None, kept: Kept) -> MemberView | None:
    if member is None:
        return None
    return replace(member, coupons=_still(member.coupons, kept.coupons))


def _still(held: Sequence[HeldCoupon], used: Collection[UUID]) -> tuple[HeldCoupon, ...]:
    return tuple(coupon for coupon in held if coupon.id in used)


def _choices(choices: Choices, kept: Kept) -> Choices:
    """What was chosen, as far as it concerns what is kept: each coupon of the sale may serve."""
    return replace(
        choices,
        coupons=None,
        manual=tuple(
            one for one in choices.manual if one.line_id is None or one.line_id in kept.units
        ),
    )
