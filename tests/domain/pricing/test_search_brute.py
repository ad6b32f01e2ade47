"""The bill is the least of all legal bills: against trying everything, on thousands of shops."""

import os
from collections import Counter
from math import comb
from random import Random

import pytest

from tests.domain.pricing.brute import Case, bill_of, least
from tests.domain.pricing.brute_items import places_of
from tests.domain.pricing.dice import Dice, Sizes, without_after_item
from tests.domain.pricing.shops import left_open, quoted

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
CASES = 10_000 if THOROUGH else 1_500
WAYS_MAX = 6_000


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
