"""What a merchant promises: an Offer is a Condition and an Effect.

Second cup at half price on teas, weekdays from 14:00, not together with 买一送一.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.condition import ALWAYS, Condition, fields_of
from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.pricing.coupon_rules import PLAIN, CouponRules, ForDays, valid_period
from regulars.domain.pricing.goods import EVERYTHING, Goods
from regulars.domain.pricing.kinds import Effect
from regulars.domain.pricing.limits import Limit


class Stack(StrEnum):
    """Which other offers may be on the same order: any, none, or only those of named groups."""

    FREE = "free"
    ALONE = "alone"
    ONLY_WITH = "only_with"


class OnReturn(StrEnum):
    """What a part of the order that comes back is worth: its share, what the rest then costs less,
    or whichever of both the cashier chooses."""

    SHARE = "share"
    REPRICE = "reprice"
    CHOOSE = "choose"


ALWAYS_VALID = Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One version of one promise.

    `groups`: at most one offer of a group is on an order. `stack`: alone, or only with offers of
    the groups in `only_with`. A lower `priority` wins among equal bills; it never hides a better
    one. `per_order_max`: how many coupons of this type one order takes; None is up to the Terms.
    `asks`: the fields that its condition reads.
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
    only_with: tuple[str, ...] = ()
    per_order_max: int | None = None
    priority: int = 0
    limits: tuple[Limit, ...] = ()
    on_return: OnReturn = OnReturn.SHARE
    asks: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for at every basket, and the same each time.
        object.__setattr__(self, "asks", fields_of(self.condition))


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponType:
    """A kind of coupon: its promise and how long a copy lasts. Units: business days.

    The offer's id is the type's id. Not `active`: no more are handed out, those that are out keep
    their promise.
    """

    id: CouponTypeId
    code: str
    offer: Offer
    valid_days: int
    issue_max: int | None = None
    rules: CouponRules = PLAIN
    active: bool = True

    @property
    def name(self) -> Label:
        """What the guest reads on the coupon."""
        return self.offer.name


def validity(
    coupon_type: CouponType, *, issued_at: Instant, zone: str, cut_off_minutes: int
) -> Period | None:
    """How long a coupon issued now lasts: to the end of the last of its business days.

    None: the type's time is over, none should be handed out. Units: minutes after local midnight.
    """
    return valid_period(
        coupon_type.rules.validity or ForDays(coupon_type.valid_days),
        issued_at=issued_at,
        zone=zone,
        cut_off_minutes=cut_off_minutes,
    )
