"""One member as a segment sees her: rows that were loaded before, so that judging asks nothing.

王芳 joined at 人民广场店, came eleven times, last on 3 May, and holds 320 points, 40 of which end on
31 May: whatever a segment may ask of her is here, and nothing that names her.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of, start_of

_AT = attrgetter("at")


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


class Bought(NamedTuple):
    """Some orders of a member, oldest first, and when each of them was."""

    orders: Sequence[OrderSeen]
    moments: Sequence[Instant]


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
    """The stores and products of the shop, the same for all members, and its first sale to one.

    Which products a category or a tag stands for is looked for once, not for each member.
    """

    stores: Mapping[UUID, StoreSeen]
    products: Mapping[UUID, ProductSeen] = field(default_factory=dict)
    sells_since: Instant | None = None
    _found: dict[tuple[str, object], frozenset[UUID]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def products_of(self, category_id: UUID) -> frozenset[UUID]:
        """The products of a category."""
        found = (one for one, seen in self.products.items() if seen.category_id == category_id)
        return self._once("category", category_id, found)

    def products_tagged(self, tag: str) -> frozenset[UUID]:
        """The products that bear a word."""
        found = (one for one, seen in self.products.items() if tag in seen.tags)
        return self._once("tag", tag, found)

    def stores_of(self, region_id: UUID) -> frozenset[UUID]:
        """The stores of a region."""
        found = (one for one, seen in self.stores.items() if seen.region_id == region_id)
        return self._once("region", region_id, found)

    def _once(self, what: str, name: object, found: Iterable[UUID]) -> frozenset[UUID]:
        known = self._found.get((what, name))
        if known is None:
            known = self._found[what, name] = frozenset(found)
        return known


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
    # Her orders by what measures ask of them: many ask for the same.
    _bought: dict[object, Bought] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def bought(self, of: object, fits: Callable[[OrderSeen], bool] | None) -> Bought:
        """The orders that fit, found once for all that ask for them by the same name."""
        known = self._bought.get(of)
        if known is None:
            orders = self.orders if fits is None else [one for one in self.orders if fits(one)]
            ordered = sorted(orders, key=_AT)
            known = self._bought[of] = Bought(ordered, [one.at for one in ordered])
        return known
