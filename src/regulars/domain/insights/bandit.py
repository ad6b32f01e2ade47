"""Which of several wordings works best, learned while they are being sent.

Three wordings start even. After a hundred members and forty visits for each, the better ones get
more of the next day's messages: each in proportion to how probable it is that it is the best
(Thompson sampling). A share of at least 5 % is always drawn evenly and never learns: the figures
of the wordings are read from it alone, because a winner's own rate flatters.

Source: Thompson 1933; Marsaglia and Tsang 2000 for the gamma distribution.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, assert_never

from regulars.domain.insights.assignment import BUCKETS, Variant
from regulars.domain.insights.distributions import normal_point

# Chance comes from outside: each call gives the next number from 0 to 1, neither included.
Chance = Callable[[], float]

MEMBERS_MIN: Final = 100
CONVERSIONS_MIN: Final = 40
# Two arms are compared best by an even split: nothing is gained by learning.
ARMS_MIN: Final = 3
DRAWS: Final = 4_000
# Chances that moved by less are the same. Units: of 10,000.
STEP_MIN: Final = 100


class Reward(StrEnum):
    """What an outcome is: yes or no, or an amount."""

    BERNOULLI = "bernoulli"
    NORMAL = "normal"


class Better(StrEnum):
    """Which way is good: more profit, or fewer unsubscribes."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What is known of one arm: members whose window is over, how many of them came, and what one
    leaves on average, every member weighted by one over the chance that she had.

    Plain averages would put down to a wording what the season did while that wording was common.
    """

    name: str
    members: int
    came: int
    mean: float
    standard_error: float

    @property
    def ripe(self) -> bool:
        """Whether enough is known to learn from it: of three who came an average says nothing."""
        return (
            self.members >= MEMBERS_MIN and self.came >= CONVERSIONS_MIN and self.standard_error > 0
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """What is learned: the kind of outcome and which way is good."""

    reward: Reward
    better: Better = Better.HIGHER


def learned(
    arms: Sequence[Outcomes], goal: Goal, chance: Chance, *, draws: int = DRAWS
) -> tuple[Variant, ...] | None:
    """The next day's weights: how probable it is that each arm is the best. Units: of 10,000.

    None until every arm is ripe, and with fewer than three arms: what was declared stays.
    """
    if len(arms) < ARMS_MIN or not all(arm.ripe for arm in arms):
        return None
    names = [arm.name for arm in arms]
    wins = dict.fromkeys(names, 0)
    for _ in range(draws):
        drawn = [_drawn(arm, goal.reward, chance) for arm in arms]
        best = max(drawn) if goal.better is Better.HIGHER else min(drawn)
        wins[names[drawn.index(best)]] += 1
    return _shares(wins, draws)


def _drawn(arm: Outcomes, reward: Reward, chance: Chance) -> float:
    match reward:
        case Reward.BERNOULLI:
            # As many members with even chances would be as sure.
            members = arm.mean * (1 - arm.mean) / arm.standard_error**2
            return beta(arm.mean * members + 1, (1 - arm.mean) * members + 1, chance)
        case Reward.NORMAL:
            return arm.mean + arm.standard_error * normal_point(chance())
        case _:
            assert_never(reward)


def moved(before: Sequence[Variant], after: Sequence[Variant]) -> bool:
    """Whether chances differ by more than drawing them again would make them."""
    known = {one.name: one.weight for one in before}
    return any(abs(one.weight - known.get(one.name, 0)) >= STEP_MIN for one in after)


def beta(successes: float, failures: float, chance: Chance) -> float:
    """A random number of the beta distribution with these parameters."""
    first = gamma(successes, chance)
    return first / (first + gamma(failures, chance))


def gamma(shape: float, chance: Chance) -> float:
    """A random number of the gamma distribution, for a shape of at least 1."""
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal_point(chance())
        v = (1 + c * x) ** 3
        if v > 0 and math.log(chance()) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v


def _shares(wins: dict[str, int], draws: int) -> tuple[Variant, ...]:
    """Whole shares that sum to 10,000: what rounding leaves goes to the largest remainders."""
    exact = {name: won * BUCKETS / draws for name, won in wins.items()}
    shares = {name: int(share) for name, share in exact.items()}
    missing = BUCKETS - sum(shares.values())
    for name in sorted(exact, key=lambda one: shares[one] - exact[one])[:missing]:
        shares[name] += 1
    return tuple(Variant(name, share) for name, share in shares.items())


@dataclass(frozen=True, slots=True)
class ArmEffect:
    """What an arm brings per member, as if everybody had got it. Units: the value's own."""

    arm: str
    members: int
    mean: float
    standard_error: float


class InversePropensity:
    """The average of each arm, every member weighted by one over the chance that her arm had.

    Fed with the evenly drawn share alone, it is what each arm is worth; fed with everybody whose
    chance was written down, it is the same on average and less sure. Source: Hájek 1971.
    """

    __slots__ = ("_sums",)

    def __init__(self) -> None:
        self._sums: dict[str, list[float]] = {}

    def add(self, arm: str, value: float, *, propensity: float) -> None:
        """Count one member. Units: propensity is from 0 to 1."""
        weight = 1 / propensity
        sums = self._sums.setdefault(arm, [0, 0, 0, 0, 0, 0])
        squared = weight * weight
        for at, more in enumerate(
            (1, weight, weight * value, squared, squared * value, squared * value * value)
        ):
            sums[at] += more

    def effects(self) -> list[ArmEffect]:
        """Every arm that was seen, by name."""
        return [_effect(arm, sums) for arm, sums in sorted(self._sums.items())]


def _effect(arm: str, sums: Sequence[float]) -> ArmEffect:
    members, weights, values, squares, crossed, squared_values = sums
    mean = values / weights
    spread = squared_values - 2 * mean * crossed + mean * mean * squares
    return ArmEffect(arm, int(members), mean, math.sqrt(max(spread, 0.0)) / weights)


def chance_of(seed: str) -> Chance:
    """Numbers that a text stands for: the same text gives the same ones, for whoever checks."""
    count = 0

    def following() -> float:
        nonlocal count
        count += 1
        digest = sha256(f"{seed}|{count}".encode()).digest()
        return (int.from_bytes(digest[:8], "big") + 0.5) / 2**64

    return following
