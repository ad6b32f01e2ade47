"""A random shop, given to the engine."""

from dataclasses import replace

from regulars.domain.catalog.lines import LineKind
from regulars.domain.pricing.basket import NO_CHOICES, Choices, PricingTerms
from regulars.domain.pricing.kinds import Percent
from regulars.domain.pricing.quote import Quote
from tests.domain.pricing.brute import Case
from tests.domain.pricing.builders import NO_POINTS_LIMIT, a_basket, a_coupon, a_member, priced


def quoted(case: Case, *, choices: Choices = NO_CHOICES) -> Quote:
    """What the engine makes of a shop."""
    coupons = [a_coupon(at + 1, offer) for at, offer in enumerate(case.coupons)]
    off = case.tier_off.effect if case.tier_off is not None else None
    discount = off.basis_points if isinstance(off, Percent) else 0
    return priced(
        replace(a_basket(*case.lines), left=dict(case.left)),
        *case.offers,
        member=a_member(*coupons, tier=case.tier, discount=discount),
        terms=PricingTerms(points=NO_POINTS_LIMIT, coupons_per_order_max=case.coupons_max),
        choices=choices,
    )


def left_open(quote: Quote) -> int:
    """What goods that offers may touch, and fees, then cost. Units: minor units."""
    closed = sum(
        line.net_minor
        for line in quote.lines
        if not line.line.discountable and line.line.kind is LineKind.GOODS
    )
    return quote.totals.list_minor - quote.totals.discount_minor - closed
