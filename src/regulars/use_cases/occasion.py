"""How and when an order is priced, and what is known of that moment beyond basket and guest.

A table orders at 14:10 on a Tuesday; of "first 100 cups at half price" three are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.limits import Left


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The occasion of a quote; `left` is what is left of the offers that have limits.

    `presented`: the coupons of open codes that the guest showed. `party`: how many order together.
    `tender`: the one way of paying that the guest said she would use.
    """

    source: str
    now: Instant
    left: Mapping[UUID, Left] = field(default_factory=dict)
    presented: tuple[HeldCoupon, ...] = ()
    party: int | None = None
    tender: TenderKind | None = None
