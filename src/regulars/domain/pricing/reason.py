"""Why an amount came off, or why it did not, as data that both languages can tell.

Reason("spend_short", {"wanted_minor": 4000, "actual_minor": 3560}): 还差 4.40 元.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from regulars.domain.kernel.label import Label

ReasonValue = str | int | Label | None | tuple[str | int, ...]


class ReasonCode(StrEnum):
    """Every reason that a quote gives. First what was done, then why something was not."""

    MEMBER_PRICE = "member_price"
    TIER_DISCOUNT = "tier_discount"
    PERCENT = "percent"
    AMOUNT = "amount"
    NTH = "nth"
    FIXED_PRICE = "fixed_price"
    BUNDLE = "bundle"
    BUY_GET = "buy_get"
    QUANTITY_STEP = "quantity_step"
    GIFT = "gift"
    FEE_WAIVED = "fee_waived"
    MULTIPLIER = "multiplier"
    MANUAL = "manual"
    SPEND_AND_SAVE = "spend_and_save"
    POINTS = "points"
    APPLIED_IN_PART = "applied_in_part"
    CONDITION_FAILED = "condition_failed"
    NOT_YET = "not_yet"
    NO_LONGER_VALID = "no_longer_valid"
    SWITCHED_OFF = "switched_off"
    NOT_CHOSEN = "not_chosen"
    NO_GOODS = "no_goods"
    TOO_FEW_GOODS = "too_few_goods"
    SPEND_SHORT = "spend_short"
    SAVES_NOTHING = "saves_nothing"
    COUPONS_FULL = "coupons_full"
    COUPON_KIND_FULL = "coupon_kind_full"
    COUPON_HELD = "coupon_held"
    GIFT_TO_ADD = "gift_to_add"
    LIMIT_REACHED = "limit_reached"
    BUDGET_SPENT = "budget_spent"
    BELOW_FLOOR = "below_floor"
    NOT_WITH = "not_with"
    BLOCKED_BY_GROUP = "blocked_by_group"
    BLOCKED_BY_ALONE = "blocked_by_alone"
    UNITS_USED = "units_used"
    BEATEN = "beaten"


class Reason(NamedTuple):
    """One reason with its parameters. A tuple, since a quote makes many."""

    code: ReasonCode
    parameters: Mapping[str, ReasonValue]
