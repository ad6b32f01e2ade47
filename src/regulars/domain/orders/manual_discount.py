"""How much a person may take off by hand: a little on her own word, more with a manager's right.

A cashier may give 10 %: 2.00 off a spilled 20.00 tea, but not 2.00 off the tea and 10 % off the bill
of 20.00 on top of it.
"""

from collections.abc import Mapping, Sequence

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.money import MAXIMUM_MINOR, share_of_minor
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.basket import ManualDiscount

DISCOUNT_MALFORMED = refusal_code("order.discount_malformed", "part")
DISCOUNT_TOO_LARGE = refusal_code("order.discount_too_large", "maximum_percent")

DISCOUNTS_MAX = 10
REASON_LETTERS_MAX = 200
WHOLE_BASIS_POINTS = 10_000


def check_manual(discounts: Sequence[ManualDiscount], lines: Sequence[ChosenLine]) -> None:
    """Each names a rate or an amount, goods of this order, and why.

    Refuses: order.discount_malformed.
    """
    if len(discounts) > DISCOUNTS_MAX or len({one.id for one in discounts}) < len(discounts):
        raise DISCOUNT_MALFORMED.because(part="manual")
    listed = _listed(lines)
    for one in discounts:
        if (one.basis_points is None) == (one.amount_minor is None):
            raise DISCOUNT_MALFORMED.because(part="basis_points | amount_minor")
        if one.basis_points is not None and not 1 <= one.basis_points <= WHOLE_BASIS_POINTS:
            raise DISCOUNT_MALFORMED.because(part="basis_points")
        if one.amount_minor is not None and not 1 <= one.amount_minor <= MAXIMUM_MINOR:
            raise DISCOUNT_MALFORMED.because(part="amount_minor")
        if not 1 <= len(one.reason.strip()) <= REASON_LETTERS_MAX:
            raise DISCOUNT_MALFORMED.because(part="reason")
        if one.line_id is not None and one.line_id not in listed:
            raise DISCOUNT_MALFORMED.because(part="line_id")


def within(
    discounts: Sequence[ManualDiscount], lines: Sequence[ChosenLine], *, maximum_basis_points: int
) -> bool:
    """Whether all discounts together stay within a share of the list price of what they touch.

    Each line bears no more than its share, and the bill no more than its own, so that many small
    ones cannot make a large one. Units: basis points.
    """
    listed = _listed(lines)
    whole_minor = sum(listed.values())
    given: dict[LineId, int] = {}
    total_minor = 0
    for one in discounts:
        touched_minor = whole_minor if one.line_id is None else listed[one.line_id]
        amount_minor = one.amount_minor
        if amount_minor is None:
            amount_minor = share_of_minor(touched_minor, one.basis_points or 0)
        total_minor += amount_minor
        if one.line_id is not None:
            given[one.line_id] = given.get(one.line_id, 0) + amount_minor
    return total_minor <= share_of_minor(whole_minor, maximum_basis_points) and all(
        amount_minor <= share_of_minor(listed[line_id], maximum_basis_points)
        for line_id, amount_minor in given.items()
    )


def _listed(lines: Sequence[ChosenLine]) -> Mapping[LineId, int]:
    """What the goods that may be discounted come to at list price, by line. Units: minor units."""
    return {line.id: line.unit_list_minor * line.quantity for line in lines if line.discountable}
