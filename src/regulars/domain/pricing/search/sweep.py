"""One sweep over the units of a component, dearest first, keeping the best way to each state.

    Two teas wait for a third, the burger waits for its fries, one coupon is spent: that is one
    state, however it came about. Of all ways to reach it only the best can be part of the best bill.

The sweep is exact as long as no state was dropped. `narrow` keeps only the most promising ones and
finds a good plan quickly; `bounded` drops states that provably cannot beat a plan that is known.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from regulars.domain.pricing.search.automaton import Automaton
from regulars.domain.pricing.search.components import Component, Tolls
from regulars.domain.pricing.search.effort import Effort

# What led to a state: the trail before, the unit, the machine (-1: alone), the role.
Trail = tuple["Trail | None", int, int, int]
States = dict[int, tuple[int, Trail | None]]
# An upper bound on what can still be gained before a unit, from a state.
Hope = Callable[[int, int], int]


class Step(NamedTuple):
    """One unit and what takes it: the place of a machine in its component, -1 for alone."""

    unit: int
    machine: int
    role: int


class Found(NamedTuple):
    """The best value and its steps for each number of coupons, None where it brings no more."""

    best: tuple[tuple[int, tuple[Step, ...]] | None, ...]
    exhausted: bool
    layers: tuple[int, ...]
    digest: str


class _Way(NamedTuple):
    """One machine as it may take one unit: its digit, and per local state (shift, value)."""

    machine: int
    role: int
    weight: int
    radix: int
    shifts: tuple[int | None, ...]
    values: tuple[int, ...]


class Sweep:
    """The tables of one component, made once and swept as often as needed."""

    __slots__ = (
        "_component",
        "_coupons_max",
        "_finals",
        "_made",
        "_ways",
        "coupon_weight",
        "radices",
    )

    def __init__(self, component: Component, tolls: Tolls, coupons_max: int) -> None:
        self._component = component
        self._coupons_max = coupons_max
        self.radices: list[tuple[int, int]] = []
        weight = 1
        for machine in component.machines:
            self.radices.append((weight, machine.size))
            weight *= machine.size
        self.coupon_weight = weight
        # Units of one line gain the same: their ways are one.
        self._made: dict[tuple[int, int, int], _Way] = {}
        self._ways = [self._ways_of(unit, tolls) for unit in component.order]
        self._finals = [machine.final for machine in component.machines]

    def _ways_of(self, unit: int, tolls: Tolls) -> list[_Way]:
        ways: list[_Way] = []
        for at, machine in enumerate(self._component.machines):
            for role, gain in machine.roles.get(unit, ()):
                way = self._made.get((at, role, gain))
                if way is None:
                    way = self._made[at, role, gain] = self._way(at, role, gain, tolls)
                ways.append(way)
        return ways

    def _way(self, at: int, role: int, gain_minor: int, tolls: Tolls) -> _Way:
        machine = self._component.machines[at]
        weight, radix = self.radices[at]
        moves, coupon_weight = machine.moves[role], self.coupon_weight
        shifts = tuple(
            [
                None if move is None else (move[0] - state) * weight + move[3] * coupon_weight
                for state, move in enumerate(moves)
            ]
        )
        values = tuple(tolls.of_moves(machine, gain_minor, moves))
        return _Way(at, role, weight, radix, shifts, values)

    def hope(
        self,
        ahead: Sequence[Sequence[Sequence[int]]],
        priced: Sequence[int],
        coupon: tuple[int, int],
    ) -> Hope:
        """The hope that tables give: what each machine makes from each place and state on, what the
        prices of the units from each place on come to, and the price and number of coupons."""
        radices, weight = self.radices, self.coupon_weight
        price, coupons_max = coupon

        def hope(place: int, state: int) -> int:
            value = priced[place] + price * (coupons_max - state // weight)
            for (unit_weight, radix), table in zip(radices, ahead, strict=True):
                value += table[place][state // unit_weight % radix]
            return value

        return hope

    def run(
        self,
        *,
        width: int | None = None,
        hope: Hope | None = None,
        floor: Sequence[int] | None = None,
        most: int | None = None,
        effort: Effort | None = None,
        proof: bool = False,
    ) -> Found | None:
        """Sweep all units.

        `width` keeps only so many states (the most hopeful); `floor` is the value known for up to
        so many coupons: a state whose hope is no better is dropped. `most` ends a sweep that grows
        beyond it, `effort` one that costs too much: then nothing is found.
        """
        states: States = {0: (0, None)}
        exhausted, layers = True, []
        digest = blake2b(digest_size=16)
        top = self.coupon_weight * (self._coupons_max + 1)
        for place, unit in enumerate(self._component.order):
            if effort is not None and not effort.spend(len(states) * (1 + len(self._ways[place]))):
                return None
            states = self._after(states, place, unit, top)
            if hope is not None and effort is not None:
                # A hope looks at every machine.
                effort.spend(len(states) * (1 + len(self.radices)))
            if hope is not None and floor is not None:
                after, weight = place + 1, self.coupon_weight
                states = {
                    state: known
                    for state, known in states.items()
                    if known[0] + hope(after, state) > floor[state // weight]
                }
            if width is not None and len(states) > width:
                exhausted = False
                states = self._narrowed(states, width, place + 1, hope)
            if most is not None and len(states) > most:
                return None
            layers.append(len(states))
            if proof:
                digest.update(repr(sorted((s, v[0]) for s, v in states.items())).encode())
        return Found(self._best(states), exhausted, tuple(layers), digest.hexdigest())

    def _after(self, states: States, place: int, unit: int, top: int) -> States:
        alone = self._component.alone.get(unit)
        ways = self._ways[place]
        # First the ways that leave the unit alone: of equals the earlier units are taken.
        following: States
        if alone is None:
            following = dict(states)
        else:
            gain = alone.value
            following = {
                state: (value + gain, (trail, unit, -1, 0))
                for state, (value, trail) in states.items()
            }
        for state, (value, trail) in states.items():
            for machine, role, weight, radix, shifts, values in ways:
                local = state // weight % radix
                shift = shifts[local]
                if shift is None:
                    continue
                after = state + shift
                if after >= top:
                    continue
                reached = value + values[local]
                known = following.get(after)
                if known is None or reached > known[0]:
                    following[after] = (reached, (trail, unit, machine, role))
        return following

    def _narrowed(self, states: States, width: int, place: int, hope: Hope | None) -> States:
        def promise(state: int) -> tuple[int, int]:
            value = states[state][0]
            return (-(value + (hope(place, state) if hope else 0)), state)

        ranked = sorted(states, key=promise)
        kept = ranked[:width]
        # From where nothing waits and nothing is spent, a plan without coupons can be ended.
        if 0 in states and 0 not in kept:
            kept.append(0)
        return {state: states[state] for state in kept}

    def is_final(self, state: int) -> bool:
        """Whether nothing waits: every group is full, every bundle has all its parts."""
        return all(
            final[state // weight % radix]
            for final, (weight, radix) in zip(self._finals, self.radices, strict=True)
        )

    def _best(self, states: States) -> tuple[tuple[int, tuple[Step, ...]] | None, ...]:
        ends: list[tuple[int, Trail | None] | None] = [None] * (self._coupons_max + 1)
        for state in sorted(states):
            if self.is_final(state):
                spent = state // self.coupon_weight
                known = ends[spent]
                if known is None or states[state][0] > known[0]:
                    ends[spent] = states[state]
        found: list[tuple[int, tuple[Step, ...]] | None] = []
        best: int | None = None
        for end in ends:
            if end is None or (best is not None and end[0] <= best):
                found.append(None)
            else:
                best = end[0]
                found.append((end[0], _steps(end[1])))
        return tuple(found)


def _steps(trail: Trail | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    while trail is not None:
        trail, unit, machine, role = trail
        steps.append(Step(unit, machine, role))
    return tuple(reversed(steps))


def states_of(machines: Sequence[Automaton]) -> int:
    """How many states the machines have together."""
    product = 1
    for machine in machines:
        product *= machine.size
    return product
