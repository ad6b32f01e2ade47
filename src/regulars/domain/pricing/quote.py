"""One answer for till, phone, dry run and settlement: what a basket costs and why.

奶茶 18.00 ×2, 芒果冰 22.00; member price 奶茶 16.00; second at half price on 奶茶; spend 40
save 5: 58.00 on the list, 41.00 to pay, and every cup knows its share.
"""

from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.pricing.boosts import Boosts
from regulars.domain.pricing.explain import Bill, coupons_of, gifts_of
from regulars.domain.pricing.hints import hints_of
from regulars.domain.pricing.quote_parts import (
    Adjustment,
    CouponVerdict,
    Deduction,
    GiftToAdd,
    Hint,
    PointsUse,
    QuotedLine,
    Totals,
    Verdict,
)
from regulars.domain.pricing.search.certificate import Certificate, certificate_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a basket costs and why. Settlement compares the fingerprint with its own quote's.

    `proved`: no legal choice of offers and coupons costs less; else none costs less by more than
    `gap_minor`. `nodes` is how many cases were looked into.
    What explains the bill (verdicts, coupons, hints) is worked out when asked for: a sale needs
    none of it.
    """

    fingerprint: str
    lines: tuple[QuotedLine, ...]
    adjustments: tuple[Adjustment, ...]
    coupons_used: tuple[UUID, ...]
    points: PointsUse
    totals: Totals
    proved: bool
    gap_minor: int
    nodes: int
    bill: Bill = field(repr=False, compare=False)

    def deductions(self) -> tuple[Deduction, ...]:
        """The adjustments summed per source, in the order of computation: what the cart shows."""
        sums: dict[tuple[str, UUID | None, UUID | None], Deduction] = {}
        for part in self.adjustments:
            key = (part.source, part.source_id, part.coupon_id)
            known = sums.get(key)
            amount_minor = part.amount_minor + (known.amount_minor if known else 0)
            sums[key] = Deduction(
                part.source, part.source_id, part.coupon_id, part.name, amount_minor, part.reason
            )
        return tuple(sums.values())

    @property
    def boosts(self) -> Boosts:
        """What multiplies the points of this bill."""
        return self.bill.boosts

    def certificate(self) -> Certificate:
        """Why no legal choice of offers leaves less, for anybody to check: the search once more."""
        return certificate_of(self.bill.chosen.problem)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict for each offer of the shop and each coupon of the member."""
        return self.bill.verdicts

    @property
    def coupons(self) -> tuple[CouponVerdict, ...]:
        """Each coupon of the member: used or not, and why."""
        return coupons_of(self.bill)

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The nearest steps of 满减 that a little more would reach, two at most."""
        return hints_of(self.bill)

    @property
    def gifts(self) -> tuple[GiftToAdd, ...]:
        """Gifts that were earned and are not in the basket yet."""
        return gifts_of(self.bill)
