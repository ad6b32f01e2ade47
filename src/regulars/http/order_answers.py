"""What clients get about orders, for OpenAPI and the contract tests; the bytes come from orjson."""

from datetime import date, datetime
from uuid import UUID

from regulars.http.schemas import Answer


class OptionView(Answer):
    """A modifier or combo choice. Units: minor units each."""

    name_zh: str
    name_en: str
    count: int
    price_minor: int


class QuoteUnitView(Answer):
    """One unit with every named price. Units: minor units."""

    list_minor: int
    base_minor: int
    after_item_minor: int
    after_order_minor: int
    net_minor: int
    tax_minor: int
    due_minor: int


class QuoteLineView(Answer):
    """One line of a quote; kind is goods, or fee for what comes by itself. Units: minor units."""

    id: UUID
    kind: str
    position: int
    name_zh: str
    name_en: str
    quantity: int
    unit_list_minor: int
    list_minor: int
    net_minor: int
    units: list[QuoteUnitView]
    options: list[OptionView]
    note: str | None


class DeductionView(Answer):
    """One saving over the bill, with its reason. Units: minor units."""

    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    amount_minor: int
    reason_zh: str
    reason_en: str


class AdjustmentView(DeductionView):
    """One saving on one line."""

    number: int
    position: int
    step: str
    units: list[int]


class VerdictView(Answer):
    """What became of one offer or coupon, and why: `code` names the reason, `field` what its
    condition asked about. Units: minor units."""

    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    outcome: str
    saving_minor: int
    code: str
    field: str | None
    reason_zh: str
    reason_en: str


class CouponView(Answer):
    """One coupon of the member on this bill. Units: minor units."""

    id: UUID
    name_zh: str
    name_en: str
    used: bool
    saving_minor: int
    valid_until: datetime
    reason_zh: str
    reason_en: str


class PointsView(Answer):
    """Points on this bill. Units: points, minor units."""

    available: int
    usable_max: int
    spent: int
    worth_minor: int
    step: int
    minimum: int
    points_per_hundred_minor: int


class QuoteTotalsView(Answer):
    """Sums of a quote. Units: minor units; `cash_due_minor` is rounded for cash."""

    list_minor: int
    discount_minor: int
    points_minor: int
    tax_minor: int
    due_minor: int
    cash_due_minor: int


class CountedGoodsView(Answer):
    """Which goods count; nothing named is everything."""

    products: list[UUID]
    variants: list[UUID]
    categories: list[UUID]
    tags: list[str]
    excluded_products: list[UUID]
    excluded_variants: list[UUID]
    excluded_categories: list[UUID]
    excluded_tags: list[str]


class HintView(Answer):
    """Almost there, and which goods count for it. Units: minor units."""

    source_id: UUID
    name_zh: str
    name_en: str
    missing_minor: int
    saving_minor: int
    goods: CountedGoodsView


class EarnView(Answer):
    """What paying with real money would earn."""

    points: int
    growth_value: int


class GiftToAddView(Answer):
    """Earned and not in the basket yet: so many of these goods at this price. Units: minor units."""

    source_id: UUID
    name_zh: str
    name_en: str
    quantity: int
    price_minor: int
    products: list[UUID]
    variants: list[UUID]
    categories: list[UUID]
    tags: list[str]


class BoostView(Answer):
    """What multiplies the points. Units: basis points of the ordinary points."""

    source_id: UUID
    name_zh: str
    name_en: str
    multiplier_basis_points: int


class RunnerUpView(Answer):
    """What the bill would cost more without one offer or coupon. Units: minor units."""

    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    dearer_minor: int


class QuoteView(Answer):
    """What a basket costs and why. `proved`: nothing legal costs less; else at most by
    `gap_minor`. Units: minor units."""

    fingerprint: str
    lines: list[QuoteLineView]
    adjustments: list[AdjustmentView]
    deductions: list[DeductionView]
    verdicts: list[VerdictView]
    coupons: list[CouponView]
    points: PointsView
    totals: QuoteTotalsView
    hints: list[HintView]
    earn: EarnView
    gifts: list[GiftToAddView]
    boosts: list[BoostView]
    proved: bool
    gap_minor: int
    runners_up: list[RunnerUpView]


class OrderHeadView(Answer):
    """One order in a list. Units: minor units; `list_minor` is before all savings."""

    id: UUID
    number: str
    state: str
    source: str
    business_day: date
    opened_at: datetime
    settled_at: datetime | None
    list_minor: int
    due_minor: int
    refunded_minor: int
    member_id: UUID | None
    revision: int


class OrderPageView(Answer):
    """Orders of one business day, newest first."""

    business_day: date
    orders: list[OrderHeadView]
    next_cursor: UUID | None


class ChangedView(Answer):
    """An open order after a change."""

    order_id: UUID
    revision: int
    state: str


class PlanSourceView(Answer):
    """Money that goes back to where it came from. Units: minor units."""

    kind: str
    amount_minor: int
    principal_minor: int
    bonus_minor: int


class PlanLineView(Answer):
    """Units of one line that would come back. Units: minor units."""

    line_id: UUID
    name_zh: str
    name_en: str
    count: int
    amount_minor: int


class PlanCouponView(Answer):
    """A coupon that the order used."""

    id: UUID
    name_zh: str
    name_en: str


class RefundOutcomeView(Answer):
    """Everything that one way of refunding would undo. Units: minor units, points, growth value.

    Of the earned points that it undoes, `points_short` would be owed; `points_forgiven` she keeps, or
    they ended unused.

    `plan`: return_share (the share of what comes back), reprice_rest (what the rest then costs
    less) or house_fault (the larger of both).
    """

    plan: str
    allowed: bool
    amount_minor: int
    whole: bool
    by_source: list[PlanSourceView]
    points_returned: int
    points_taken_back: int
    points_short: int
    points_forgiven: int
    growth_taken_back: int
    coupons_returned: list[PlanCouponView]
    coupons_kept_used: list[PlanCouponView]
    lines: list[PlanLineView]


class RefundPlanView(RefundOutcomeView):
    """What a refund undoes unless another way is chosen, why that is so, and every way there is."""

    why: str
    outcomes: list[RefundOutcomeView]


class TopUpOfferView(Answer):
    """A step of top-up and all that it gives. Units: minor units, points."""

    principal_minor: int
    bonus_minor: int
    points: int
    coupon_types: list[str]
    item_zh: str | None
    item_en: str | None
