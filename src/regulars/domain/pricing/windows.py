"""When a smaller item discount makes a dearer threshold: which sums the item stage can reach.

    60.00 and 45.00; 10 % off the first dish; spend 100 save 20 on `after_item`. The best item plan
    comes to 99.00 and misses the 100; leaving the 10 % comes to 105.00 and pays 85.00.

The sweep of the item stage again, but each state keeps *every* saving that it can reach, as the
bits of one integer: a shift takes a saving, an OR merges two ways, the highest bit under the
limit is the answer. Source: our choice, after the bit-set form of subset sum.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.pricing.item_stage import (
    Digit,
    Plan,
    Taker,
    complete,
    components,
    digits_of,
    joined,
    uses_of,
)

UNITS_MAX = 60
STATES_MAX = 400

# One way to treat a unit: the state after it, what it saves, who takes it.
Way = tuple[int, int, Taker | None]
# A unit with the takers that may take it alone and the digits of those that count it.
Stage = tuple[int, list[Taker], list[Digit]]


class Bundle(NamedTuple):
    """Units that share counting takers; every layer maps a state to the savings it reaches."""

    digits: list[Digit]
    stages: list[Stage]
    layers: list[dict[int, int]]


class Windows:
    """Every sum that the item offers can save on these units. Units: minor units.

    `proved` is false where there are too many units or states to keep all of them.
    """

    __slots__ = ("_bundles", "_reached", "proved")

    def __init__(self, takers: Sequence[Taker], dearest: Sequence[int]) -> None:
        self._bundles: list[Bundle] = []
        self._reached = 1
        self.proved = len(dearest) <= UNITS_MAX
        if not self.proved:
            return
        singles = [taker for taker in takers if not taker.counts]
        free = set(dearest)
        for component in components([taker for taker in takers if taker.counts]):
            inside = {unit for taker in component for unit in taker.savings}
            free -= inside
            self._enter([unit for unit in dearest if unit in inside], singles, digits_of(component))
        self._enter([unit for unit in dearest if unit in free], singles, [])

    def _enter(self, order: list[int], singles: list[Taker], digits: list[Digit]) -> None:
        states = {0: self._reached}
        bundle = Bundle(digits, [], [states])
        for unit in order:
            stage = (
                unit,
                [taker for taker in singles if unit in taker.savings],
                [digit for digit in digits if unit in digit.taker.savings],
            )
            following: dict[int, int] = {}
            for state, savings in states.items():
                for after, saving, _ in _ways(state, stage):
                    following[after] = following.get(after, 0) | (savings << saving)
            if len(following) > STATES_MAX:
                self.proved = False
                kept = sorted(following, key=lambda state: (-following[state], state))
                following = {state: following[state] for state in {*kept[:STATES_MAX], 0}}
            states = following
            bundle.stages.append(stage)
            bundle.layers.append(states)
        self._bundles.append(bundle)
        self._reached = 0
        for state, savings in states.items():
            if complete(digits, state):
                self._reached |= savings

    def at_most(self, limit_minor: int) -> Plan:
        """The plan that saves most without passing a limit. Units: minor units."""
        reached = self._reached & ((1 << (limit_minor + 1)) - 1)
        saving_minor = wanted = reached.bit_length() - 1
        taken: list[tuple[int, Taker]] = []
        for bundle in reversed(self._bundles):
            last = bundle.layers[-1]
            state = min(
                state
                for state, savings in last.items()
                if savings >> wanted & 1 and complete(bundle.digits, state)
            )
            for stage, layer in zip(
                reversed(bundle.stages), reversed(bundle.layers[:-1]), strict=True
            ):
                state, saving, taker = _origin(layer, stage, (state, wanted))
                wanted -= saving
                if taker is not None:
                    taken.append((stage[0], taker))
        return Plan(saving_minor, uses_of(taken[::-1]), self.proved)


def _ways(state: int, stage: Stage) -> list[Way]:
    unit, singles, digits = stage
    ways: list[Way] = [(state, 0, None)]
    ways += [(state, taker.savings[unit], taker) for taker in singles]
    for digit in digits:
        step = joined(digit, state, unit)
        if step is not None:
            ways.append((step[0], step[1], digit.taker))
    return ways


def _origin(
    layer: dict[int, int], stage: Stage, reached: tuple[int, int]
) -> tuple[int, int, Taker | None]:
    """The state before a unit that leads to this state and saving, and who took the unit."""
    wanted_state, wanted = reached
    for state in sorted(layer):
        savings = layer[state]
        for after, saving, taker in _ways(state, stage):
            if after == wanted_state and saving <= wanted and savings >> (wanted - saving) & 1:
                return state, saving, taker
    raise AssertionError("every saving that was reached has an origin")
