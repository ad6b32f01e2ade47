"""One figure of a report: its name, what it counts, where it comes from and what it leads to.

    Metric.SALES.  营业额 · Sales: what the bills that were paid came to, before refunds.

A metric has one definition and one named query; every report that shows it asks the same query, so
"orders" on the home page and "orders" by store can never be two figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from regulars.domain.kernel.label import Label


class Unit(StrEnum):
    """What a figure is counted in. Money in minor units, shares of 10,000."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"


class Query(StrEnum):
    """The named queries, one for each way of counting."""

    SOLD = "sold"
    REFUNDED = "refunded"
    BUYERS = "buyers"
    GOODS_SOLD = "goods_sold"
    GOODS_REFUNDED = "goods_refunded"
    TOPPED_UP = "topped_up"
    TENDERED = "tendered"
    TENDERED_BACK = "tendered_back"
    DRAWER = "drawer"
    BY_HAND = "by_hand"
    VOIDED = "voided"
    JOINED = "joined"
    MEMBERS = "members"
    STAGES = "stages"
    STAGE_CHANGES = "stage_changes"
    CLASSES = "classes"
    TIERS = "tiers"
    COUPONS_ISSUED = "coupons_issued"
    COUPONS_USED = "coupons_used"
    COUPONS_EXPIRED = "coupons_expired"
    MOVED = "moved"
    OWED = "owed"
    MEASURED = "measured"
    RUNNING = "running"
    WAITING = "waiting"


class Drill(StrEnum):
    """What a figure leads to: the very rows that it counts."""

    ORDERS = "orders"
    MEMBERS = "members"
    REFUNDS = "refunds"
    COUPONS = "coupons"


class Metric(StrEnum):
    """Every figure that a report may show."""

    SALES = "sales_minor"
    REFUNDS = "refunds_minor"
    NET_SALES = "net_sales_minor"
    ORDERS = "orders"
    REFUNDED_ORDERS = "refunded_orders"
    AVERAGE_TICKET = "average_ticket_minor"
    DISCOUNTS = "discounts_minor"
    MEMBER_ORDERS = "member_orders"
    MEMBER_ORDER_SHARE = "member_order_share"
    MEMBERS_ACTIVE = "members_active"
    MEMBERS_RETURNING = "members_returning"
    REPEAT_SHARE = "repeat_share"
    MEMBERS_REPURCHASING = "members_repurchasing"
    REPURCHASE_RATE = "repurchase_rate"
    UNITS_SOLD = "units_sold"
    GOODS_SALES = "goods_sales_minor"
    GOODS_ORDERS = "goods_orders"
    UNITS_REFUNDED = "units_refunded"
    GOODS_REFUNDS = "goods_refunds_minor"
    TOP_UPS = "top_ups"
    TOP_UPS_PRINCIPAL = "top_ups_minor"
    TAKEN = "taken_minor"
    GIVEN_BACK = "given_back_minor"
    NET_TAKEN = "net_taken_minor"
    TENDER_ORDERS = "tender_orders"
    POINTS_MONEY = "points_money_minor"
    TOP_UPS_BACK = "top_ups_back_minor"
    OTHER_PAID_IN = "other_paid_in_minor"
    DRAWER = "drawer_minor"
    HAND_DISCOUNTS = "hand_discounts_minor"
    HAND_DISCOUNT_ORDERS = "hand_discount_orders"
    REFUND_TIMES = "refund_times"
    LINES_VOIDED = "lines_voided"
    VOIDED_MINOR = "voided_minor"
    ORDERS_CANCELLED = "orders_cancelled"
    MEMBERS_JOINED = "members_joined"
    MEMBERS = "members"
    MEMBERS_SLEEPING = "members_sleeping"
    MEMBERS_LOST = "members_lost"
    MEMBERS_TURNED_LOST = "members_turned_lost"
    MEMBERS_WON_BACK = "members_won_back"
    MEMBERS_IN_CLASS = "members_in_class"
    CLASS_SPENT = "class_spent_minor"
    MEMBERS_IN_TIER = "members_in_tier"
    COUPONS_ISSUED = "coupons_issued"
    COUPONS_ISSUED_USED = "coupons_issued_used"
    COUPON_USE_SHARE = "coupon_use_share"
    COUPONS_USED = "coupons_used"
    COUPONS_EXPIRED = "coupons_expired"
    COUPON_DISCOUNT = "coupon_discount_minor"
    COUPON_SALES = "coupon_sales_minor"
    VALUE_PAID_IN = "value_paid_in_minor"
    VALUE_BONUS = "value_bonus_minor"
    VALUE_USED = "value_used_minor"
    VALUE_EXPIRED = "value_expired_minor"
    VALUE_OWED = "value_owed_minor"
    POINTS_GIVEN = "points_given"
    POINTS_USED = "points_used"
    POINTS_EXPIRED = "points_expired"
    POINTS_OWED = "points_owed"
    CAMPAIGN_INVITED = "campaign_invited"
    CAMPAIGN_REACHED = "campaign_reached"
    CAMPAIGN_CLICKED = "campaign_clicked"
    CAMPAIGN_REDEEMED = "campaign_redeemed"
    CAMPAIGN_BOUGHT = "campaign_bought"
    CAMPAIGN_SALES = "campaign_sales_minor"
    CAMPAIGN_COST = "campaign_cost_minor"
    CAMPAIGN_LIFT = "campaign_lift_minor"
    CAMPAIGN_LIFT_LOW = "campaign_lift_low_minor"
    CAMPAIGN_LIFT_HIGH = "campaign_lift_high_minor"
    CAMPAIGNS_RUNNING = "campaigns_running"
    APPROVALS_WAITING = "approvals_waiting"
    DEAD_LETTERS = "dead_letters"
    LOW_MARKS_OPEN = "low_marks_open"
    IMPORTS_REFUSED = "imports_refused"


class Ratio(NamedTuple):
    """A figure that is one figure by another, for as many of the second."""

    part: Metric
    whole: Metric
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a metric is. A ratio and a difference are worked out of others, never counted anew."""

    name: Label
    meaning: Label
    unit: Unit
    query: Query
    drill: Drill | None = None
    ratio: Ratio | None = None
    less: tuple[Metric, Metric] | None = None


Figures = Mapping[Metric, int | None]


def with_derived(figures: Figures, definitions: Mapping[Metric, Definition]) -> Figures:
    """The counted figures with those that are worked out of them; None of nothing.

    Halves go away from zero.
    """
    told: dict[Metric, int | None] = dict(figures)
    for metric, definition in definitions.items():
        if definition.less is not None:
            ours, theirs = definition.less
            told[metric] = (figures.get(ours) or 0) - (figures.get(theirs) or 0)
        elif definition.ratio is not None:
            part, whole, times = definition.ratio
            told[metric] = rounded((figures.get(part) or 0) * times, figures.get(whole) or 0)
        else:
            told.setdefault(metric, 0)
    return told


def rounded(part: int, whole: int) -> int | None:
    """One whole number by another, halves away from zero; None of nothing."""
    if whole == 0:
        return None
    sign = -1 if (part < 0) != (whole < 0) else 1
    return sign * ((2 * abs(part) + abs(whole)) // (2 * abs(whole)))
