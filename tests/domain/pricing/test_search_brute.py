"""The bill is the least of all legal bills: against trying everything, on thousands of shops."""

import os
from collections import Counter
from dataclasses import replace
from math import comb
from random import Random

import pytest

from regulars.domain.catalog.lines import LineKind
from regulars.domain.pricing.basket import PricingTerms
from regulars.domain.pricing.kinds import Percent
from regulars.domain.pricing.quote import Quote
from tests.domain.pricing.brute import Case, bill_of, least
from tests.domain.pricing.brute_items import places_of
from tests.domain.pricing.builders import (
    NO_POINTS_LIMIT,
    a_basket,
    a_coupon,
    a_member,
    priced,
)
from tests.domain.pricing.dice import Dice, Sizes, without_after_item

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
CASES = 10_000 if THOROUGH else 1_500
WAYS_MAX = 6_000


def quoted(case: Case) -> Quote:
    """What the engine makes of a shop."""
    coupons = [a_coupon(at + 1, offer) for at, offer in enumerate(case.coupons)]
    off = case.tier_off.effect if case.tier_off is not None else None
    discount = off.basis_points if isinstance(off, Percent) else 0
    return priced(
        replace(a_basket(*case.lines), left=dict(case.left)),
        *case.offers,
        member=a_member(*coupons, tier=case.tier, discount=discount),
        terms=PricingTerms(points=NO_POINTS_LIMIT, coupons_per_order_max=case.coupons_max),
    )


def left_open(quote: Quote) -> int:
    """What goods that offers may touch, and fees, then cost. Units: minor units."""
    closed = sum(
        line.net_minor
        for line in quote.lines
        if not line.line.discountable and line.line.kind is LineKind.GOODS
    )
    return quote.totals.list_minor - quote.totals.discount_minor - closed


def ways_of(case: Case) -> int:
    """How many ways there are to give the units of a shop to its item offers."""
    bill = bill_of(case)
    ways = 1
    for line in dict.fromkeys(cup.line.id for cup in bill.cups):
        same = [cup for cup in bill.cups if cup.line.id == line]
        each = 1 + sum(len(places_of(one.offer, same[0])) for one in bill.items)
        ways *= comb(each + len(same) - 1, len(same))
    return ways


@pytest.mark.parametrize("after_item", [False, True])
@pytest.mark.parametrize("first_seed", [0, 1_000_000])
def test_the_bill_is_the_least_of_all_legal_bills(first_seed: int, after_item: bool) -> None:
    sizes = Sizes() if first_seed else Sizes(units=5, offers=7, coupons=2, fees=False)
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + CASES):
        case = Dice(Random(seed), sizes).case()
        if not after_item:
            case = without_after_item(case)
        if ways_of(case) > WAYS_MAX:
            continue
        quote = quoted(case)
        got = left_open(quote)
        total, coupons = least(case)
        seen["all"] += 1
        if quote.proved:
            seen["proved"] += 1
            assert (got, len(quote.coupons_used)) == (total, coupons), f"seed {seed}"
        else:
            assert got - quote.gap_minor <= total <= got, f"seed {seed}"
    assert seen["all"] > CASES * 9 // 10
    assert seen["proved"] >= seen["all"] * 99 // 100
