"""A short proof that two quotes are the same: settlement compares it with the till's.

The till shows 41.00; until the guest pays, an offer ends: the new quote has another
fingerprint, and the till shows the new bill instead of charging the old one.
"""

from collections.abc import Sequence
from hashlib import blake2b

from regulars.domain.catalog.lines import LineKind
from regulars.domain.pricing.basket import MemberView
from regulars.domain.pricing.quote_parts import PointsUse
from regulars.domain.pricing.shares import Applied
from regulars.domain.pricing.units import Units


def fingerprint_of(
    units: Units,
    member: MemberView | None,
    applied: Sequence[Applied],
    points: PointsUse,
    prices: Sequence[Sequence[int]],
) -> str:
    """A hash over lines, member, offers and coupons used, points, and named prices of every unit.

    Lines count in the order of their ids, so their order on the screen changes nothing. Fees count
    without an id: a basket that is no order yet has other ones than the order it becomes.
    """
    basket = units.basket
    lines = basket.lines
    figures: list[object] = [basket.store_id.int, basket.source, points.spent]
    if member is not None:
        figures += [member.id.int, member.tier]
    for at in units.sequence:
        line = lines[at]
        if line.kind is LineKind.GOODS:
            figures.append(line.id.int)
        figures += [line.variant_id.int, line.quantity, line.tax.code]
        for option in line.options:
            figures += [option.option_id.int, option.count]
        figures += [pick.variant_id.int for pick in line.picks]
    for one in applied:
        offer, coupon = one.candidate.offer, one.coupon
        figures += [offer.id.int, offer.version, one.amount_minor]
        if coupon is not None:
            figures.append(coupon.id.int)
    figures += prices
    return blake2b(repr(figures).encode(), digest_size=16).hexdigest()
