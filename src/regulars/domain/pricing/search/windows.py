"""When a smaller item discount makes a dearer threshold: which sums the item stage can reach.

    60.00 and 45.00; 10 % off the first dish; spend 100 save 20 on `after_item`. The best item plan
    comes to 99.00 and misses the 100; leaving the 10 % comes to 105.00 and pays 85.00.

The sweep again, but each state keeps *every* saving that it can reach, as the bits of one integer:
a shift takes a saving, an OR merges two ways, the highest bit under the limit is the answer.
Source: our choice, after the bit-set form of subset sum.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.pricing.kinds.acts import Bundle, Single
from regulars.domain.pricing.search.automaton import Automaton, ItemOffer, Taken, automaton_of
from regulars.domain.pricing.search.effort import Effort

UNITS_MAX = 60
STATES_MAX = 3_000

# One way to treat a unit: (shift of the state, what it saves, machine, role).
_Way = tuple[int, int, int, int]


class Reached(NamedTuple):
    """The plan that saves most without passing a limit. Units: minor units."""

    saving_minor: int
    coupons: int
    taken: tuple[Taken, ...]


class Windows:
    """Every sum that some item offers can save on these units. Units: minor units.

    `whole` is false where there were too many units or states to keep all of them.
    """

    __slots__ = ("_coupon_weight", "_layers", "_machines", "_offset", "_order", "_radices", "whole")

    def __init__(
        self,
        offers: Sequence[ItemOffer],
        dearest: Sequence[int],
        *,
        coupons_max: int,
        effort: Effort,
    ) -> None:
        self.whole = len(dearest) <= UNITS_MAX
        self._machines: list[Automaton] = []
        for one in offers:
            machine = automaton_of(one.number, one.taking, one.copies)
            if machine is None or _may_lose(one):
                self.whole = False
            else:
                self._machines.append(machine)
        self._radices: list[tuple[int, int]] = []
        weight = 1
        for machine in self._machines:
            self._radices.append((weight, machine.size))
            weight *= machine.size
        self._coupon_weight = weight
        # A bundle is charged when it opens, before its units have brought anything.
        self._offset = sum(
            pattern.charge_minor * len(dearest)
            for machine in self._machines
            for pattern in machine.taking.patterns
            if isinstance(pattern, Bundle)
        )
        touched = {unit for machine in self._machines for unit in machine.roles}
        self._order = [unit for unit in dearest if unit in touched]
        self._layers: list[dict[int, int]] = [{0: 1 << self._offset}]
        if self.whole:
            self._fill(weight * (coupons_max + 1), effort)

    def _fill(self, top: int, effort: Effort) -> None:
        states = self._layers[0]
        for unit in self._order:
            following: dict[int, int] = {}
            # Long numbers cost more: 64 bits are moved in one go.
            longest = max(sums.bit_length() for sums in states.values())
            if not effort.spend(len(states) * len(self._machines) * (2 + longest // 10_000)):
                self.whole = False
                return
            for state, sums in states.items():
                for shift, saving, _, _ in self._ways(state, unit):
                    after = state + shift
                    if after < top:
                        moved = sums << saving if saving >= 0 else sums >> -saving
                        following[after] = following.get(after, 0) | moved
            if len(following) > STATES_MAX:
                self.whole = False
                return
            states = following
            self._layers.append(states)

    def at_most(self, limit_minor: int, coupons: int) -> Reached | None:
        """The plan that saves most within a limit and with at most so many coupons."""
        if not self.whole or limit_minor < 0:
            return None
        mask = (1 << (limit_minor + self._offset + 1)) - 1
        best = (-1, 0)
        for state, sums in sorted(self._layers[-1].items()):
            if state // self._coupon_weight <= coupons and self._final(state):
                best = max(best, ((sums & mask).bit_length() - 1, -state))
        place, state = best[0], -best[1]
        saving_minor = place - self._offset
        if saving_minor < 0:
            return None
        spent = state // self._coupon_weight
        taken: list[Taken] = []
        for unit, layer in zip(reversed(self._order), reversed(self._layers[:-1]), strict=True):
            state, place, machine, role = self._origin(layer, unit, state, place)
            if machine >= 0:
                taken.append(Taken(unit, self._machines[machine].number, role))
        return Reached(saving_minor, spent, tuple(reversed(taken)))

    def _final(self, state: int) -> bool:
        return all(
            machine.final[state // weight % radix]
            for machine, (weight, radix) in zip(self._machines, self._radices, strict=True)
        )

    def _ways(self, state: int, unit: int) -> list[_Way]:
        ways: list[_Way] = [(0, 0, -1, 0)]
        for at, machine in enumerate(self._machines):
            places = machine.roles.get(unit)
            if places is None:
                continue
            weight, radix = self._radices[at]
            local = state // weight % radix
            for role, gain in places:
                move = machine.moves[role][local]
                if move is not None:
                    after, pays, charge, coupon = move
                    shift = (after - local) * weight + coupon * self._coupon_weight
                    ways.append((shift, (gain if pays else 0) - charge, at, role))
        return ways

    def _origin(
        self, layer: dict[int, int], unit: int, state: int, place: int
    ) -> tuple[int, int, int, int]:
        """The state and sum before a unit that lead to these, and who took the unit."""
        for before in sorted(layer):
            for shift, saving, machine, role in self._ways(before, unit):
                came = place - saving
                if before + shift == state and came >= 0 and layer[before] >> came & 1:
                    return before, came, machine, role
        raise AssertionError("every sum that was reached has an origin")


def _may_lose(offer: ItemOffer) -> bool:
    """Whether some bundle of the offer could cost more than its parts: then it is no saving."""
    for pattern in offer.taking.patterns:
        if isinstance(pattern, Single):
            continue
        if isinstance(pattern, Bundle):
            least = sum(sum(sorted(slot.gains.values())[: slot.quantity]) for slot in pattern.slots)
            if least < pattern.charge_minor:
                return True
    return False
