"""Every way to give units to item offers, for baskets small enough to try them all.

    "奶茶立减8元" on the order meets a tea that an item offer made 6.00 cheap: 2.00 of the coupon
    would be lost, so another plan may be better. With six cups we simply try all plans.

Used only where an order amount is cut by what its own goods still cost: then the least sum after
the item stage need not be the least bill.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from regulars.domain.pricing.search.automaton import Automaton, automaton_of
from regulars.domain.pricing.search.items import ItemOffer, Taken

PLANS_MAX = 1_500


class Tried(NamedTuple):
    """The plan with the least total. Units: minor units."""

    total_minor: int
    taken: tuple[Taken, ...]


def best_of_all(
    offers: Sequence[ItemOffer],
    dearest: Sequence[int],
    total_of: Callable[[Sequence[Taken]], int],
    *,
    coupons: int,
    masks: Sequence[int],
    busy: int,
) -> Tried | None:
    """The plan with the least total, by trying all; None where there are too many to try.

    `busy`: offers already on the order, whose `masks` exclude others.
    """
    machines: list[Automaton] = []
    for one in offers:
        if masks[one.number] & busy:
            continue
        machine = automaton_of(one.number, one.taking, one.copies)
        if machine is None:
            return None
        machines.append(machine)
    touched = [unit for unit in dearest if any(unit in machine.roles for machine in machines)]
    plans = 1
    for unit in touched:
        plans *= 1 + sum(len(machine.roles.get(unit, ())) for machine in machines)
        if plans > PLANS_MAX:
            return None
    search = _Search(machines, touched, total_of, masks)
    search.give(0, coupons, [0] * len(machines), [])
    return search.best


class _Search:
    """All plans, unit by unit."""

    __slots__ = ("_machines", "_masks", "_total_of", "_touched", "best")

    def __init__(
        self,
        machines: Sequence[Automaton],
        touched: Sequence[int],
        total_of: Callable[[Sequence[Taken]], int],
        masks: Sequence[int],
    ) -> None:
        self._machines = machines
        self._touched = touched
        self._total_of = total_of
        self._masks = masks
        self.best: Tried | None = None

    def give(self, at: int, coupons: int, states: list[int], taken: list[Taken]) -> None:
        """Give the units from a place on to the machines in every way."""
        if at == len(self._touched):
            self._weigh(states, taken)
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

    def _weigh(self, states: Sequence[int], taken: Sequence[Taken]) -> None:
        for machine, state in zip(self._machines, states, strict=True):
            if not machine.final[state]:
                return
        used = {one.number for one in taken}
        mask = sum(1 << number for number in used)
        if any(self._masks[number] & mask for number in used):
            return
        total_minor = self._total_of(taken)
        if self.best is None or total_minor < self.best.total_minor:
            self.best = Tried(total_minor, tuple(taken))
