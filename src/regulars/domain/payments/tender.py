"""Tenders 收款方式 and whether they pay a bill exactly.

Due 28.66, 10.00 from stored value, the rest in cash: 18.66 is rounded down to 18.60; the guest
hands over 20.00 and gets 1.40 back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.payments.rounding import CashRounding

SUM_WRONG = refusal_code("payment.sum_wrong", "due_minor", "paid_minor")
AMOUNT_WRONG = refusal_code("payment.amount_wrong")
CASH_SHORT = refusal_code("payment.cash_short", "missing_minor")
TOO_MANY = refusal_code("payment.too_many_tenders", "maximum")
MEMBER_NEEDED = refusal_code("payment.member_needed")
TENDER_DIFFERS = refusal_code("order.tender_differs")

TENDERS_MAX = 8
TENDERED_MINOR_MAX = 100_000_000


class TenderKind(StrEnum):
    """With what a guest pays. EXTERNAL is recorded here and taken by a machine of its own."""

    CASH = "cash"
    STORED_VALUE = "stored_value"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One part of a payment. Units: minor units; `tendered_minor` is what was handed over."""

    id: UUID
    kind: TenderKind
    amount_minor: int
    tendered_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A bill that its tenders pay exactly. Units: minor units; rounding is negative when the
    guest pays less."""

    tenders: tuple[Tender, ...]
    rounding_minor: int
    change_minor: int

    def total_of(self, kind: TenderKind) -> int:
        """What one kind pays, change taken off. Units: minor units."""
        return sum(tender.amount_minor for tender in self.tenders if tender.kind is kind)


def paid_with(due_minor: int, tenders: Sequence[Tender], rounding: CashRounding) -> Paid:
    """The payment that these tenders make, with rounding of the cash rest and change.

    Refuses: payment.sum_wrong, payment.amount_wrong, payment.cash_short,
    payment.too_many_tenders.
    """
    if len(tenders) > TENDERS_MAX:
        raise TOO_MANY.because(maximum=TENDERS_MAX)
    cash = [tender for tender in tenders if tender.kind is TenderKind.CASH]
    stored = [tender for tender in tenders if tender.kind is TenderKind.STORED_VALUE]
    if max(len(cash), len(stored)) > 1 or len({one.id for one in tenders}) != len(tenders):
        raise AMOUNT_WRONG.because()
    for tender in tenders:
        if not 0 < tender.amount_minor <= TENDERED_MINOR_MAX:
            raise AMOUNT_WRONG.because()
        if tender.tendered_minor is not None and tender.kind is not TenderKind.CASH:
            raise AMOUNT_WRONG.because()
    total = sum(tender.amount_minor for tender in tenders)
    rounding_minor = 0
    if total != due_minor:
        in_cash = sum(tender.amount_minor for tender in cash)
        rest = due_minor - (total - in_cash)
        # Without a cash tender the rest must round to nothing (0.03 under rounding to 0.10).
        if rest <= 0 or in_cash != rounding.rounded(rest):
            raise SUM_WRONG.because(due_minor=due_minor, paid_minor=total)
        rounding_minor = total - due_minor
    return Paid(
        tenders=tuple(tenders),
        rounding_minor=rounding_minor,
        change_minor=sum(_change(tender) for tender in cash),
    )


def check_meant(meant: str | None, tenders: Sequence[Tender]) -> None:
    """Whoever got a price for one way of paying pays in that way alone.

    Refuses: order.tender_differs.
    """
    if meant is not None and any(tender.kind.value != meant for tender in tenders):
        raise TENDER_DIFFERS.because()


def _change(tender: Tender) -> int:
    handed_over = tender.amount_minor if tender.tendered_minor is None else tender.tendered_minor
    if handed_over < tender.amount_minor:
        raise CASH_SHORT.because(missing_minor=tender.amount_minor - handed_over)
    if handed_over > TENDERED_MINOR_MAX:
        raise AMOUNT_WRONG.because()
    return handed_over - tender.amount_minor
