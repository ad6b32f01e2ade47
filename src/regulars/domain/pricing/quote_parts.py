"""The parts of a quote: units with every named price, adjustments, verdicts, totals.

    A tea of 18.00 at the member price of 16.00, its share of 第二杯半价 4.00 and of 满40减5 1.31:
    list 1800, base 1600, after_item 1200, after_order 1069.

They are tuples rather than dataclasses: a sale makes dozens of them.
"""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.reason import Reason


class Step(StrEnum):
    """The named price that an adjustment leads to."""

    BASE = "base"
    AFTER_ITEM = "after_item"
    AFTER_ORDER = "after_order"
    AFTER_POINTS = "after_points"


class Source(StrEnum):
    """Who gave an amount."""

    OFFER = "offer"
    COUPON = "coupon"
    TIER = "tier"
    MEMBER_PRICE = "member_price"
    POINTS = "points"
    MANUAL = "manual"


class Outcome(StrEnum):
    """What became of a candidate."""

    APPLIED = "applied"
    APPLIED_IN_PART = "applied_in_part"
    REJECTED = "rejected"


class QuotedUnit(NamedTuple):
    """One cup with every named price. Units: minor units.

    `net_minor` is the price after points; `due_minor` adds exclusive tax to it; inclusive tax is
    contained in both.
    """

    list_minor: int
    base_minor: int
    after_item_minor: int
    after_order_minor: int
    net_minor: int
    tax_minor: int
    due_minor: int

    @property
    def points_minor(self) -> int:
        """What points paid of this unit. Units: minor units."""
        return self.after_order_minor - self.net_minor


class QuotedLine(NamedTuple):
    """One line with its units. Units: minor units."""

    line: ChosenLine
    units: tuple[QuotedUnit, ...]
    list_minor: int
    net_minor: int
    tax_minor: int
    due_minor: int


class Adjustment(NamedTuple):
    """What one source took off one line, with the share of each unit: positive savings.

    `position` is the line's place in `Quote.lines`. Units: minor units.
    """

    number: int
    position: int
    step: Step
    source: Source
    source_id: UUID | None
    coupon_id: UUID | None
    name: Label
    amount_minor: int
    units: tuple[int, ...]
    reason: Reason


class Deduction(NamedTuple):
    """What one source took off the whole order: what the cart shows. Units: minor units."""

    source: Source
    source_id: UUID | None
    coupon_id: UUID | None
    name: Label
    amount_minor: int
    reason: Reason


class Verdict(NamedTuple):
    """What became of one candidate offer or coupon, and why. Units: minor units."""

    source: Source
    source_id: UUID | None
    coupon_id: UUID | None
    name: Label
    outcome: Outcome
    saving_minor: int
    reason: Reason


class CouponVerdict(NamedTuple):
    """One coupon of the member: used or not, and why. Units: minor units."""

    id: UUID
    name: Label
    used: bool
    saving_minor: int
    valid_until: Instant
    reason: Reason


class PointsUse(NamedTuple):
    """Points on this order. Units: points, minor units."""

    available: int
    usable_max: int
    spent: int
    worth_minor: int


class Hint(NamedTuple):
    """Almost there: spend so much more and this offer saves so much. Units: minor units."""

    source_id: UUID
    name: Label
    missing_minor: int
    saving_minor: int


class GiftToAdd(NamedTuple):
    """Earned, and not in the basket yet: so many of these goods at this price each.

    Units: minor units; 0 is free.
    """

    source_id: UUID
    name: Label
    quantity: int
    price_minor: int
    goods: Goods


class Totals(NamedTuple):
    """Sums of the order. Units: minor units. due = list − discount − points + exclusive tax."""

    list_minor: int
    discount_minor: int
    points_minor: int
    tax_minor: int
    due_minor: int
