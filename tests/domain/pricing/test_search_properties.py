"""What holds for every bill of ten units and more, whichever way it is asked for."""

import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest

from regulars.domain.pricing.basket import Choices
from regulars.domain.pricing.kinds import SpecialPrice
from regulars.domain.pricing.offer import Stack
from tests.domain.pricing.brute import Case
from tests.domain.pricing.dice import Dice, Sizes
from tests.domain.pricing.properties import apart
from tests.domain.pricing.shops import left_open, quoted

MEDIUM = Sizes(units=30, offers=10, coupons=4)
SEEDS = range(5_000, 5_060)


def shop(seed: int) -> tuple[Case, Random]:
    """A random shop, and more dice."""
    return Dice(Random(seed), MEDIUM).case(), Random(seed + 1)


def mixed(case: Case, dice: Random) -> Case:
    """The same shop in another order."""
    lines, offers = list(case.lines), list(case.offers)
    dice.shuffle(lines)
    dice.shuffle(offers)
    return replace(case, lines=tuple(lines), offers=tuple(offers))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_lines_and_offers_changes_nothing(seed: int) -> None:
    case, dice = shop(seed)
    first, again = quoted(case), quoted(mixed(case, dice))
    assert again.fingerprint == first.fingerprint
    assert again.totals == first.totals
    assert (again.proved, again.gap_minor) == (first.proved, first.gap_minor)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_of_two_costs_what_two_lines_of_one_cost(seed: int) -> None:
    case, _ = shop(seed)
    whole, parts = quoted(case), quoted(replace(case, lines=tuple(apart(case.lines))))
    if whole.proved and parts.proved:
        assert left_open(parts) == left_open(whole)
        assert len(parts.coupons_used) == len(whole.coupons_used)


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_sum_to_lines_and_bill_and_no_unit_falls_below_nothing(seed: int) -> None:
    case, _ = shop(seed)
    quote = quoted(case)
    off = [0] * len(quote.lines)
    for one in quote.adjustments:
        assert one.amount_minor == sum(one.units) > 0
        off[one.position] += one.amount_minor
    for line, each in zip(quote.lines, off, strict=True):
        assert line.list_minor - each == line.net_minor == sum(u.net_minor for u in line.units)
        for unit in line.units:
            assert unit.base_minor >= unit.after_item_minor >= unit.after_order_minor >= 0
    assert sum(off) == quote.totals.discount_minor


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_switched_off_never_makes_the_bill_cheaper(seed: int) -> None:
    case, dice = shop(seed)
    offer = dice.choice(case.offers)
    # A price stands before the search: it may lower the sum below a threshold.
    if isinstance(offer.effect, SpecialPrice):
        return
    before = quoted(case)
    after = quoted(case, choices=Choices(without=frozenset([offer.id])))
    # The bill that both could have: what is proved is not beaten by less choice.
    assert left_open(after) >= left_open(before) - before.gap_minor


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_offer_that_goes_with_all_never_makes_the_bill_dearer(seed: int) -> None:
    case, dice = shop(seed)
    more = Dice(dice, MEDIUM).offer(900)
    while isinstance(more.effect, SpecialPrice) or more.stack is not Stack.FREE:
        more = Dice(dice, MEDIUM).offer(900)
    more = replace(more, groups=())
    before, after = quoted(case), quoted(replace(case, offers=(*case.offers, more)))
    assert left_open(after) - after.gap_minor <= left_open(before)


TOLD = """
from random import Random
from tests.domain.pricing.dice import Dice
from tests.domain.pricing.test_search_properties import MEDIUM, shop
from tests.domain.pricing.shops import quoted
for seed in range(5_000, 5_020):
    quote = quoted(shop(seed)[0])
    print(quote.fingerprint, quote.proved, quote.gap_minor, quote.nodes)
"""


def test_every_process_finds_the_same_bill() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", TOLD],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("0", "1", "31337")
    }
    assert len(told) == 1
    assert len(told.pop().splitlines()) == 20
