"""Every way to give units to item offers, under every set of offers on the bill: for small baskets.

    "奶茶立减8元" on the order meets a tea that an item offer made 6.00 cheap: 2.00 of the coupon
    would be lost, so another plan may be better. With six cups we simply try all plans.

Used only where the least sum after the item stage need not be the least bill: where an amount is cut
by what its own goods still cost, or an item offer by what is left of its budget.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from regulars.domain.pricing.search.automaton import (
    Automaton,
    ItemOffer,
    Taken,
    automaton_of,
    gains_of,
    roles,
)
from regulars.domain.pricing.search.effort import Effort
from regulars.domain.pricing.search.orders import OrderOffer, left_after

PLANS_MAX = 1_500
BILLS_MAX = 6_000
# About how many steps of a sweep it takes to price one plan, one bill.
STEPS_A_PLAN = 100
STEPS_A_BILL = 40


class Ledger(Protocol):
    """What plans and sets come to, to the cent."""

    def after_item(self, taken: Sequence[Taken]) -> Sequence[int] | None:
        """What each unit costs after the item offers; None where one of them saves less than
        nothing or more than its budget. Units: minor units."""

    def left(self, after_item: Sequence[int], orders: Sequence[OrderOffer]) -> int | None:
        """What goods and fees then cost after the offers on the bill; None where one of them takes
        more than its budget. Units: minor units."""


class Tried(NamedTuple):
    """The plan and the set with the least total. Units: minor units."""

    total_minor: int
    coupons: int
    taken: tuple[Taken, ...]
    orders: tuple[OrderOffer, ...]


class Plan(NamedTuple):
    """One way to give units: what each then costs, and by whom. Units: minor units."""

    after: tuple[int, ...]
    after_minor: int
    coupons: int
    mask: int
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried out. Units: minor units.

    `refusing`: the offers, by number, whose budgets may not be overspent.
    """

    items: Sequence[ItemOffer]
    orders: Sequence[OrderOffer]
    masks: Sequence[int]
    dearest: Sequence[int]
    coupons_max: int
    sum_minor: int
    fees_minor: int
    refusing: int
    ledger: Ledger
    effort: Effort


def best_of_all(trial: Trial) -> Tried | None:
    """The least of all legal bills; None where there are too many to try."""
    plans = _plans(trial)
    if plans is None:
        return None
    sets: list[tuple[OrderOffer, ...]] = []
    for chosen in _sets(trial):
        if len(sets) == BILLS_MAX:
            return None
        sets.append(chosen)
    least = min(plan.after_minor for plan in plans)
    # The most promising first: what all of a set's full amounts would leave.
    hoped = [
        left_after(chosen, least, trial.fees_minor, spent_minor=trial.sum_minor) for chosen in sets
    ]
    best: Tried | None = None
    bills = 0
    for at in sorted(range(len(sets)), key=lambda at: (hoped[at], at)):
        if best is not None and hoped[at] > best.total_minor:
            break
        orders = sets[at]
        excluded = 0
        for number in {one.number for one in orders}:
            excluded |= trial.masks[number]
        spent = sum(one.is_coupon for one in orders)
        for plan in plans:
            coupons = plan.coupons + spent
            if coupons > trial.coupons_max or plan.mask & excluded:
                continue
            bills += 1
            if bills > BILLS_MAX or not trial.effort.spend(STEPS_A_BILL):
                return None
            total_minor = trial.ledger.left(plan.after, orders)
            if total_minor is None:
                continue
            if best is None or (total_minor, coupons) < (best.total_minor, best.coupons):
                best = Tried(total_minor, coupons, plan.taken, orders)
    return best


def _sets(trial: Trial) -> Iterator[tuple[OrderOffer, ...]]:
    """Every legal set on the bill; what excludes nothing and costs no coupon is always on it."""
    present = sum(1 << number for number in {one.number for one in trial.orders})
    present |= sum(1 << one.number for one in trial.items)
    orders = sorted(trial.orders, key=lambda one: one.rank)

    def grow(
        at: int, chosen: tuple[OrderOffer, ...], out: int, coupons: int
    ) -> Iterator[tuple[OrderOffer, ...]]:
        if at == len(orders):
            yield chosen
            return
        one = orders[at]
        always = not one.is_coupon and not trial.masks[one.number] & present
        always = always and not trial.refusing >> one.number & 1
        before = sum(each.number == one.number for each in chosen)
        if not out >> one.number & 1 and before == one.copy and (coupons or not one.is_coupon):
            yield from grow(
                at + 1,
                (*chosen, one),
                out | trial.masks[one.number],
                coupons - 1 if one.is_coupon else coupons,
            )
            if always:
                return
        yield from grow(at + 1, chosen, out, coupons)

    yield from grow(0, (), 0, trial.coupons_max)


def _plans(trial: Trial) -> list[Plan] | None:
    """Every legal way to give units to the item offers, one for each that comes to the same."""
    counts: dict[int, int] = {}
    for one in trial.items:
        for pattern, slot in roles(one.taking):
            for unit in gains_of(one.taking, pattern, slot):
                counts[unit] = counts.get(unit, 0) + 1
    ways = 1
    for count in counts.values():
        ways *= 1 + count
        if ways > PLANS_MAX:
            return None
    if not trial.effort.spend(ways * STEPS_A_PLAN):
        return None
    machines: list[Automaton] = []
    for one in trial.items:
        machine = automaton_of(one.number, one.taking, one.copies)
        if machine is None:
            return None
        machines.append(machine)
    touched = [unit for unit in trial.dearest if unit in counts]
    search = _Search(trial, machines, touched)
    search.give(0, trial.coupons_max, [0] * len(machines), [])
    return list(search.found.values())


class _Search:
    """All plans, unit by unit."""

    __slots__ = ("_machines", "_touched", "_trial", "found")

    def __init__(self, trial: Trial, machines: Sequence[Automaton], touched: Sequence[int]) -> None:
        self._trial = trial
        self._machines = machines
        self._touched = touched
        self.found: dict[tuple[tuple[int, ...], int], Plan] = {}

    def give(self, at: int, coupons: int, states: list[int], taken: list[Taken]) -> None:
        """Give the units from a place on to the machines in every way."""
        if at == len(self._touched):
            self._note(coupons, states, taken)
            return
        unit = self._touched[at]
        for place, machine in enumerate(self._machines):
            for role, _ in machine.roles.get(unit, ()):
                before = states[place]
                move = machine.moves[role][before]
                if move is None or move[3] > coupons:
                    continue
                states[place] = move[0]
                taken.append(Taken(unit, machine.number, role))
                self.give(at + 1, coupons - move[3], states, taken)
                taken.pop()
                states[place] = before
        self.give(at + 1, coupons, states, taken)

    def _note(self, coupons: int, states: Sequence[int], taken: Sequence[Taken]) -> None:
        for machine, state in zip(self._machines, states, strict=True):
            if not machine.final[state]:
                return
        trial = self._trial
        used = {one.number for one in taken}
        mask = sum(1 << number for number in used)
        if any(trial.masks[number] & mask for number in used):
            return
        each = trial.ledger.after_item(taken)
        if each is None:
            return
        after = tuple(each)
        spent = trial.coupons_max - coupons
        known = self.found.get((after, mask))
        if known is None or spent < known.coupons:
            after_minor = sum([after[unit] for unit in trial.dearest])
            self.found[after, mask] = Plan(after, after_minor, spent, mask, tuple(taken))
