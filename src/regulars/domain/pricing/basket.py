"""What is priced, for whom, under which Terms, and what the guest chose.

Two teas and a mango ice at the counter of 人民广场店; a gold member with 5,000 points and two
coupons, who wants to use 600 points and leaves the coupons to us.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import CouponId, CouponTypeId, MemberId, RegionId, StoreId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import CNY, Currency
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.offer import Offer


class TaxMode(StrEnum):
    """What tax is rounded over: each line, or the order's sum per tax category."""

    LINE = "line"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines at a store. Units: minutes after local midnight."""

    lines: tuple[ChosenLine, ...]
    store_id: StoreId
    region_id: RegionId
    source: str = "counter"
    zone: str = "Asia/Shanghai"
    cut_off_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCoupon:
    """One coupon that the member holds and has not used; `offer` is its type's promise."""

    id: CouponId
    type_id: CouponTypeId
    offer: Offer
    valid_from: Instant
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """What pricing knows of a member: never a name or a phone. Units: basis points, points."""

    id: MemberId
    tier: str
    tier_label: Label
    tier_discount_basis_points: int = 0
    points_available: int = 0
    coupons: tuple[HeldCoupon, ...] = ()
    visits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What guest and cashier decided.

    `coupons`: None lets us propose the best; otherwise only these are candidates, () is none.
    `points`: how many to use, None is none. `without`: offers and coupons switched off.
    """

    coupons: tuple[UUID, ...] | None = None
    points: int | None = None
    without: frozenset[UUID] = field(default_factory=frozenset)


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingTerms:
    """The Terms that a price depends on."""

    points: PointsAsMoney
    tax_mode: TaxMode = TaxMode.LINE
    currency: Currency = CNY
    coupons_per_order_max: int = 1
