"""What a merchant promises: an Offer is a Condition and an Effect.

Second cup at half price on teas, weekdays from 14:00, not together with 买一送一.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.condition import ALWAYS, Condition
from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import (
    BusinessDay,
    Instant,
    Period,
    business_day_of,
    period_of,
)
from regulars.domain.pricing.kinds import Effect
from regulars.domain.pricing.limits import Limit


class Stack(StrEnum):
    """Whether other offers may be on the same order."""

    FREE = "free"
    ALONE = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Which goods an offer touches: nothing named is everything; what is excluded stays out."""

    products: frozenset[UUID] = frozenset()
    categories: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    excluded_products: frozenset[UUID] = frozenset()
    excluded_categories: frozenset[UUID] = frozenset()
    excluded_tags: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether the offer touches all goods."""
        return not self.named and not self.excepted

    @property
    def named(self) -> bool:
        """Whether goods are named."""
        return bool(self.products or self.categories or self.tags)

    @property
    def excepted(self) -> bool:
        """Whether goods are excluded."""
        return bool(self.excluded_products or self.excluded_categories or self.excluded_tags)

    def hold(self, *, product: UUID, category: UUID, tags: frozenset[str]) -> bool:
        """Whether a product of that category and those tags is among the goods."""
        if (
            product in self.excluded_products
            or category in self.excluded_categories
            or not self.excluded_tags.isdisjoint(tags)
        ):
            return False
        return (
            not self.named
            or product in self.products
            or category in self.categories
            or not self.tags.isdisjoint(tags)
        )


EVERYTHING = Goods()
ALWAYS_VALID = Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One version of one promise.

    `groups`: at most one offer of a group is on an order. `alone`: nothing else is. A lower
    `priority` wins among equal bills; it never hides a better one.
    """

    id: UUID
    version: int
    name: Label
    effect: Effect
    goods: Goods = EVERYTHING
    condition: Condition = ALWAYS
    period: Period = ALWAYS_VALID
    groups: tuple[str, ...] = ()
    stack: Stack = Stack.FREE
    priority: int = 0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponType:
    """A kind of coupon: its promise and how long a copy lasts. Units: business days.

    The offer's id is the type's id.
    """

    id: CouponTypeId
    code: str
    offer: Offer
    valid_days: int
    issue_max: int | None = None

    @property
    def name(self) -> Label:
        """What the guest reads on the coupon."""
        return self.offer.name


def validity(
    coupon_type: CouponType, *, issued_at: Instant, zone: str, cut_off_minutes: int
) -> Period:
    """How long a coupon issued now lasts: to the end of the last of its business days.

    Units: minutes after local midnight.
    """
    first = business_day_of(issued_at, zone=zone, cut_off_minutes=cut_off_minutes)
    last = BusinessDay(first + timedelta(days=max(coupon_type.valid_days, 1) - 1))
    return Period(issued_at, period_of(last, zone=zone, cut_off_minutes=cut_off_minutes).end)
