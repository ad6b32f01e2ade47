"""The receipt: every deduction explained, in both languages, from what was frozen at payment.

奶茶 18.00 × 2, 芒果冰 22.00; 第二杯半价 −8.00; 满40减5 −5.00; due 45.00; stored value 20.00,
cash 25.00; earned 45 points, now 845.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.period import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOption:
    """A modifier or combo choice as it was sold. Units: minor units each."""

    name_zh: str
    name_en: str
    count: int
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One line: goods, or a fee that came with them. Units: minor units."""

    id: UUID
    position: int
    name_zh: str
    name_en: str
    quantity: int
    unit_list_minor: int
    list_minor: int
    net_minor: int
    options: tuple[ReceiptOption, ...]
    note: str | None
    refunded_count: int = 0
    kind: str = "goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAdjustment:
    """What one source took off one line; the deduction of that source says why. Units: minor
    units."""

    position: int
    step: str
    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What one source took off the whole bill, and why. Units: minor units."""

    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    amount_minor: int
    reason_zh: str
    reason_en: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPayment:
    """One payment row; change is negative cash. Units: minor units."""

    kind: str
    amount_minor: int
    principal_minor: int
    bonus_minor: int
    refund_id: UUID | None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTotals:
    """Sums of the bill. Units: minor units."""

    list_minor: int
    discount_minor: int
    points_minor: int
    tax_minor: int
    rounding_minor: int
    due_minor: int
    paid_minor: int
    change_minor: int
    refunded_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierName:
    """A tier as people read it; `queue_skip`: its members are served first."""

    code: str
    name_zh: str
    name_en: str
    queue_skip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMember:
    """What the visit did to the member. Balances are those right after this sale; a receipt
    printed again later has none, because they are no longer true.

    `points` may be spent now; of those earned, `points_pending` only from `points_usable_on` on.
    """

    id: UUID
    tier: TierName
    points_spent: int
    points_earned: int
    growth_earned: int
    points: int | None = None
    points_pending: int | None = None
    points_usable_on: date | None = None
    principal_minor: int | None = None
    bonus_minor: int | None = None
    upgraded_to: TierName | None = None
    name: str | None = None
    masked_phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedLine:
    """Units of one line that came back. Units: minor units."""

    line_id: UUID
    name_zh: str
    name_en: str
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRefund:
    """One refund of the order; `plan` is how it was worked out.

    Of the points that it undoes, `points_short` are owed; `points_forgiven` stay hers, or ended
    unused.
    """

    id: UUID
    number: int
    plan: str
    amount_minor: int
    at: Instant
    reason: str
    points_returned: int
    points_taken_back: int
    points_short: int
    points_forgiven: int
    growth_taken_back: int
    coupons_returned: int
    lines: tuple[RefundedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptStore:
    """Where it was sold."""

    id: UUID
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOrder:
    """The head of the receipt."""

    id: UUID
    number: str
    state: str
    source: str
    business_day: date
    opened_at: Instant
    settled_at: Instant | None
    store: ReceiptStore
    terminal_letter: str
    staff_name: str | None
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUsed:
    """A coupon that this order used."""

    id: UUID
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One order as the guest may read it.

    `survey_path`: where she says how it was, from the server's own address; None where nobody asks.
    """

    order: ReceiptOrder
    lines: tuple[ReceiptLine, ...]
    adjustments: tuple[ReceiptAdjustment, ...]
    deductions: tuple[Deduction, ...]
    totals: ReceiptTotals
    payments: tuple[ReceiptPayment, ...]
    member: ReceiptMember | None
    refunds: tuple[ReceiptRefund, ...]
    coupons_used: tuple[CouponUsed, ...]
    survey_path: str | None = None
