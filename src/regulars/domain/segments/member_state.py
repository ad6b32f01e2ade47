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
_ALL = ()


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


class Sought(NamedTuple):
    """Which orders are meant, by goods, place and channel; None: whichever.

    Goods are the numbers in their ids, which are compared in a tenth of the time.
    """

    goods: frozenset[int] | None = None
    stores: frozenset[UUID] | None = None
    channel: str | None = None


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
    _sought: dict[object, Sought] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def sought(self, of: object, find: Callable[[], Sought]) -> Sought:
        """Which orders a measure means, looked for once for all that mean the same."""
        known = self._sought.get(of)
        if known is None:
            known = self._sought[of] = find()
        return known

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
    # In which of them, oldest first, each product was.
    _places: dict[int, list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def bought(self, of: object, sought: Callable[[], "Sought"]) -> Bought:
        """The orders that are sought, found once for all that ask for them by the same name."""
        known = self._bought.get(of)
        if known is None:
            orders = self._sought(sought())
            known = self._bought[of] = Bought(orders, [one.at for one in orders])
        return known

    def _sought(self, sought: "Sought") -> Sequence[OrderSeen]:
        ordered = self._oldest_first()
        if sought.goods is not None:
            ordered = [ordered[place] for place in self._places_of(sought.goods, ordered)]
        if sought.stores is not None:
            ordered = [one for one in ordered if one.store_id in sought.stores]
        if sought.channel is not None:
            ordered = [one for one in ordered if one.channel == sought.channel]
        return ordered

    def _oldest_first(self) -> Sequence[OrderSeen]:
        known = self._bought.get(_ALL)
        if known is None:
            orders = sorted(self.orders, key=_AT)
            known = self._bought[_ALL] = Bought(orders, [one.at for one in orders])
        return known.orders

    def _places_of(self, goods: frozenset[int], ordered: Sequence[OrderSeen]) -> Sequence[int]:
        # A shop with fifty segments about goods asks fifty times: each line is looked at once.
        if not self._places:
            for place, order in enumerate(ordered):
                for line in order.lines:
                    self._places.setdefault(line.product_id.int, []).append(place)
        if len(goods) == 1:
            return list(dict.fromkeys(self._places.get(next(iter(goods)), ())))
        found = [self._places[one] for one in goods if one in self._places]
        return sorted({place for places in found for place in places})
