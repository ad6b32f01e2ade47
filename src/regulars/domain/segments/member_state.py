"""One member as a segment sees her: rows that were loaded before, so that judging asks nothing.

王芳 joined at 人民广场店, came eleven times, last on 3 May, and holds 320 points, 40 of which end on
31 May: whatever a segment may ask of her is here, and nothing that names her.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of, start_of


class LineSeen(NamedTuple):
    """What was bought of one product in one order."""

    product_id: UUID
    quantity: int


class OrderSeen(NamedTuple):
    """A paid order that was not given back whole. Units: what was kept of it, in minor units."""

    at: Instant
    store_id: UUID
    channel: str
    net_minor: int
    lines: tuple[LineSeen, ...] = ()


class LotSeen(NamedTuple):
    """Value that ends: of which account kind, how much is left, its first day over."""

    kind: str
    remaining: int
    expires_on: date


class CouponSeen(NamedTuple):
    """A coupon that was neither used nor taken back."""

    type_id: UUID
    valid_from: Instant
    valid_until: Instant


class PassSeen(NamedTuple):
    """A pass that runs: which kind, what is left of it, its first day over."""

    programme_id: UUID
    uses_left: int
    ends_on: date


class StoreSeen(NamedTuple):
    """Where a store is and when its day begins. Units: minutes after local midnight."""

    region_id: UUID
    zone: str
    cut_off_minutes: int

    def day(self, at: Instant) -> BusinessDay:
        """The store's business day at a moment."""
        return business_day_of(at, zone=self.zone, cut_off_minutes=self.cut_off_minutes)

    def begins(self, day: date) -> Instant:
        """When a business day of the store begins."""
        return start_of(BusinessDay(day), zone=self.zone, cut_off_minutes=self.cut_off_minutes)


class ProductSeen(NamedTuple):
    """What a product belongs to."""

    category_id: UUID
    tags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The stores and products of the shop, the same for all members."""

    stores: Mapping[UUID, StoreSeen]
    products: Mapping[UUID, ProductSeen] = field(default_factory=dict)

    def products_of(self, category_id: UUID) -> frozenset[UUID]:
        """The products of a category."""
        found = (one for one, seen in self.products.items() if seen.category_id == category_id)
        return frozenset(found)

    def products_tagged(self, tag: str) -> frozenset[UUID]:
        """The products that bear a word."""
        return frozenset(one for one, seen in self.products.items() if tag in seen.tags)

    def stores_of(self, region_id: UUID) -> frozenset[UUID]:
        """The stores of a region."""
        return frozenset(one for one, seen in self.stores.items() if seen.region_id == region_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """What is known of a member at one moment; what no segment asks for stays empty.

    `birthdays` are the days on which hers is kept, from two months ago to fourteen months ahead.
    """

    id: UUID
    active: bool
    joined_at: Instant
    joined_via: str
    language: str
    home_store_id: UUID
    tier: str
    visits: int = 0
    spent_minor: int = 0
    first_visit_at: Instant | None = None
    last_visit_at: Instant | None = None
    told: frozenset[str] = frozenset()
    orders: tuple[OrderSeen, ...] = ()
    tags: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    balances: Mapping[str, int] = field(default_factory=dict)
    lots: tuple[LotSeen, ...] = ()
    coupons: tuple[CouponSeen, ...] = ()
    passes: tuple[PassSeen, ...] = ()
    birthdays: tuple[date, ...] = ()
    stage: str | None = None
    rfm: str | None = None
