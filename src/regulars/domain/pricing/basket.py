"""What is priced, for whom, under which Terms, and what the guest chose.

Two teas and a mango ice at the counter of 人民广场店; a gold member with 5,000 points and two
coupons, who wants to use 600 points and leaves the coupons to us.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import CouponId, CouponTypeId, LineId, MemberId, RegionId, StoreId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import CNY, Currency
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.pricing.limits import Left
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.search.milp import MilpEngine


class Policy(StrEnum):
    """By whose good offers are chosen among what is legal."""

    GUEST = "guest"
    HOUSE = "house"
    FIXED_ORDER = "fixed_order"


class OnFloor(StrEnum):
    """What becomes of an offer that goes below the floor."""

    CLIP = "clip"
    REFUSE = "refuse"


class TaxMode(StrEnum):
    """What tax is rounded over: each line, or the order's sum per tax category."""

    LINE = "line"
    ORDER = "order"


class CodeSerial(NamedTuple):
    """Which code of which batch a coupon was presented with."""

    batch_id: UUID
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCoupon:
    """One coupon that the guest may use; `offer` is its type's promise.

    It is in her wallet, or `code` says which open code she presented.
    """

    id: CouponId
    type_id: CouponTypeId
    offer: Offer
    valid_from: Instant
    valid_until: Instant
    code: CodeSerial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines at a store, and what is known of the moment. Units: minutes after local midnight.

    `presented`: coupons of open codes that the guest gave. `left`: what is left of the offers that
    have limits. `flags`: words that hold today (holiday, rain). `party`: how many order together.
    `tender`: the one way of paying that the guest means to use, where she said so.
    """

    lines: tuple[ChosenLine, ...]
    store_id: StoreId
    region_id: RegionId
    source: str = "counter"
    zone: str = "Asia/Shanghai"
    cut_off_minutes: int = 0
    presented: tuple[HeldCoupon, ...] = ()
    left: Mapping[UUID, Left] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    party: int | None = None
    tender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """What pricing knows of a member: never a name or a phone. Units: basis points, points.

    `birthday_offset`: days from the nearest birthday to today, -3 is three days before it; None is
    unknown or not asked. `bought`: those of the basket's products that she bought before.
    """

    id: MemberId
    tier: str
    tier_label: Label
    tier_discount_basis_points: int = 0
    points_available: int = 0
    coupons: tuple[HeldCoupon, ...] = ()
    visits: int = 0
    tags: frozenset[str] = frozenset()
    birthday_offset: int | None = None
    bought: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualDiscount:
    """A discount that a person gives: of one line, or of the bill, with her reason.

    Units: basis points or minor units off, exactly one of them. `by` is who may give it.
    """

    id: UUID
    reason: str
    by: str
    line_id: LineId | None = None
    basis_points: int | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What guest and cashier decided.

    `coupons`: None lets us propose the best; otherwise only these are candidates, () is none.
    `points`: how many to use, None is none. `without`: offers and coupons switched off.
    `manual`: discounts given by hand, after the best bill was found.
    """

    coupons: tuple[UUID, ...] | None = None
    points: int | None = None
    without: frozenset[UUID] = field(default_factory=frozenset)
    manual: tuple[ManualDiscount, ...] = ()


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingTerms:
    """The Terms that a price depends on, and the engine for the hard tail of the search.

    Units: basis points above cost that no unit goes below; None is no floor.
    """

    points: PointsAsMoney
    tax_mode: TaxMode = TaxMode.LINE
    currency: Currency = CNY
    coupons_per_order_max: int = 1
    policy: Policy = Policy.GUEST
    floor_basis_points: int | None = None
    on_floor: OnFloor = OnFloor.CLIP
    engine: MilpEngine | None = field(default=None, repr=False, compare=False)
