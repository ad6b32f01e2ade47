"""From candidates to the best bill: the search's numbers, and back.

Candidates are numbered in canonical order; the search answers which units each number takes and
which order offers are on, and this module says it again in candidates and coupons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.domain.pricing.candidates import Candidate, OrderKind, would_overspend
from regulars.domain.pricing.kinds import FeeWaiver
from regulars.domain.pricing.limits import OnLast
from regulars.domain.pricing.offer import Stack
from regulars.domain.pricing.search.automaton import ItemOffer, Taken
from regulars.domain.pricing.search.components import Tolls, coupon_toll
from regulars.domain.pricing.search.legality import excluded_by
from regulars.domain.pricing.search.milp import MilpEngine
from regulars.domain.pricing.search.orders import OrderOffer
from regulars.domain.pricing.search.solve import Choice, Problem, solve
from regulars.domain.pricing.shares import Applied, after_shares, item_shares, loses, order_shares
from regulars.domain.pricing.units import Units

FEE_RANK = 2


class Chosen(NamedTuple):
    """The search's choice with what every candidate takes, to the cent. Units: minor units."""

    problem: Problem
    choice: Choice
    by_item: list[Applied]
    after_item: list[int]
    by_order: list[Applied]
    after_order: list[int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the search: units, candidates in canonical order, coupons an order takes."""

    units: Units
    candidates: Sequence[Candidate]
    coupons_max: int
    engine: MilpEngine | None = None


def choose(question: Question) -> Chosen:
    """The best legal bill, the same whatever the order of lines and offers."""
    problem = problem_of(question, question.candidates)
    return _told(question.units, question.candidates, problem, solve(problem))


def problem_of(question: Question, candidates: Sequence[Candidate]) -> Problem:
    """What the search is asked."""
    units = question.units
    masks, alone = exclusions_of(candidates)
    by_expiry = sorted(
        [number for number, one in enumerate(candidates) if one.coupons],
        key=lambda number: (candidates[number].coupons[0].valid_until, number),
    )
    expiry = {number: rank for rank, number in enumerate(by_expiry)}
    by_rank = sorted(
        range(len(candidates)), key=lambda number: (candidates[number].offer.priority, number)
    )
    rank = [0] * len(candidates)
    for place, number in enumerate(by_rank):
        rank[number] = place
    tolls = Tolls(rank, [coupon_toll(expiry.get(at, 0)) for at in range(len(candidates))])
    items: list[ItemOffer] = []
    orders: list[OrderOffer] = []
    for number, one in enumerate(candidates):
        if one.taking is not None:
            items.append(ItemOffer(number, one.taking, len(one.coupons)))
        else:
            orders += _order_offers(number, one, units, (rank[number], expiry.get(number, 0)))

    everything = len(units.open)
    clipped = refusing = 0
    for number, one in enumerate(candidates):
        match binding(one, units):
            case OnLast.CLIP if one.is_item:
                clipped |= 1 << number
            case OnLast.REFUSE:
                refusing |= 1 << number
            case _:
                continue
    return Problem(
        items=items,
        orders=orders,
        masks=masks,
        alone=alone,
        tolls=tolls,
        sum_minor=units.sum_of(units.base, units.open),
        fees_minor=sum([units.base[u] for at in units.fee_lines for u in units.of_line(at)]),
        dearest=units.dearest if items else (),
        coupons_max=question.coupons_max if by_expiry else 0,
        scoped=any(not one.is_fee and len(one.touched) < everything for one in orders),
        clipped=clipped,
        refusing=refusing,
        ledger=_Ledger(units, candidates),
        engine=question.engine,
    )


def binding(candidate: Candidate, units: Units) -> OnLast | None:
    """What happens if the search would overspend a candidate's budget; None where it cannot."""
    left = candidate.left
    if left is None or left.amount_minor is None or candidate.fixed_off_minor is not None:
        return None
    return left.on_last if left.amount_minor < units.sum_of(units.base, units.open) else None


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What plans and sets come to, by the same shares that the receipt shows."""

    units: Units
    candidates: Sequence[Candidate]

    def after_item(self, taken: Sequence[Taken]) -> list[int] | None:
        """What each unit costs after the item offers. Units: minor units."""
        if loses(taken, self.candidates, self.units):
            return None
        applied = item_shares(taken, self.candidates, self.units)
        return None if _overspent(applied) else after_shares(self.units.base, applied)

    def left(self, after_item: Sequence[int], orders: Sequence[OrderOffer]) -> int | None:
        """What goods and fees then cost after the offers on the bill. Units: minor units."""
        units = self.units
        applied, after = order_shares(orders, self.candidates, after_item, units)
        if _overspent(applied):
            return None
        fees = [unit for at in units.fee_lines for unit in units.of_line(at)]
        return sum([after[unit] for unit in units.open]) + sum([after[unit] for unit in fees])


def _overspent(applied: Sequence[Applied]) -> bool:
    return any(would_overspend(one.candidate.left, one.amount_minor) for one in applied)


def exclusions_of(candidates: Sequence[Candidate]) -> tuple[list[int], int]:
    """The masks of what excludes what, and of what stands alone."""
    masks = [0] * len(candidates)
    alone = 0
    if any(one.offer.groups or one.offer.stack is not Stack.FREE for one in candidates):
        masks = excluded_by([one.offer for one in candidates])
        for number, one in enumerate(candidates):
            if one.offer.stack is Stack.ALONE:
                alone |= 1 << number
    fees = [number for number, one in enumerate(candidates) if one.is_fee]
    for place, number in enumerate(fees):
        # One fee is paid by one offer.
        for other in fees[place + 1 :]:
            if not set(candidates[number].units).isdisjoint(candidates[other].units):
                masks[number] |= 1 << other
                masks[other] |= 1 << number
    return masks, alone


def _order_offers(
    number: int, candidate: Candidate, units: Units, ranks: tuple[int, int]
) -> list[OrderOffer]:
    effect = candidate.offer.effect
    assert isinstance(effect, OrderKind | FeeWaiver)
    goods_minor = units.sum_of(units.base, candidate.units)
    rank, expiry_rank = ranks
    place = (FEE_RANK, 0, 0) if isinstance(effect, FeeWaiver) else effect.rank(len(candidate.units))
    return [
        OrderOffer(
            number=number,
            copy=copy,
            effect=None if isinstance(effect, FeeWaiver) else effect,
            touched=candidate.units,
            rank=(*place, candidate.offer.priority, number, copy),
            preference=rank,
            fixed_minor=candidate.fixed_off_minor,
            cap_minor=candidate.clip_minor,
            goods_minor=goods_minor,
            is_coupon=bool(candidate.coupons),
            expiry_rank=expiry_rank,
            is_fee=candidate.is_fee,
        )
        for copy in range(max(len(candidate.coupons), 1))
    ]


def _told(
    units: Units, candidates: Sequence[Candidate], problem: Problem, choice: Choice
) -> Chosen:
    by_item = item_shares(choice.taken, candidates, units)
    after_item = after_shares(units.base, by_item) if by_item else units.base
    by_order, after_order = order_shares(choice.orders, candidates, after_item, units)
    return Chosen(problem, choice, by_item, after_item, by_order, after_order)
