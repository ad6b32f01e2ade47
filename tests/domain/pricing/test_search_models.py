"""Larger bills against models that share nothing with the search.

The ordinary run counts every reachable sum in plain Python; the thorough one writes the whole bill as
an integer program for another engine (the extra `models`).
"""

import os
from collections import Counter
from random import Random

from tests.domain.pricing.brute import Case
from tests.domain.pricing.dice import Dice, Sizes, unscoped
from tests.domain.pricing.model.counting import TooLargeError, least_by_counting
from tests.domain.pricing.model.program import UnsolvedError, least_by_program
from tests.domain.pricing.shops import left_open, quoted

THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
SIZES = Sizes(units=20, offers=7, coupons=4) if THOROUGH else Sizes(units=15, offers=6)
UNITS_MIN = 8


def least_of(case: Case) -> int | None:
    """What a model says; None where the shop is too large for it."""
    try:
        return least_by_program(case) if THOROUGH else least_by_counting(case)
    except (TooLargeError, UnsolvedError):
        return None


def test_larger_bills_are_what_another_model_says() -> None:
    seen: Counter[str] = Counter()
    for seed in range(20_000, 20_420 if THOROUGH else 20_100):
        case = unscoped(Dice(Random(seed), SIZES).case())
        if sum(line.quantity for line in case.lines) < UNITS_MIN:
            continue
        least = least_of(case)
        if least is None:
            seen["too large"] += 1
            continue
        quote = quoted(case)
        seen["compared"] += 1
        seen["proved"] += quote.proved
        got = left_open(quote)
        assert got - quote.gap_minor <= least <= got, f"seed {seed}"
    assert seen["compared"] >= (200 if THOROUGH else 30)
    assert seen["proved"] >= seen["compared"] * 95 // 100
