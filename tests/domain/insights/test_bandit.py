"""Learning which wording is best: towards the better one, never away from the even share."""

import random

import pytest

from regulars.domain.insights.assignment import BUCKETS, Variant, even
from regulars.domain.insights.bandit import (
    Better,
    Goal,
    InversePropensity,
    Outcomes,
    Reward,
    beta,
    learned,
)

VISITS = Goal(Reward.BERNOULLI)
PROFIT = Goal(Reward.NORMAL)


def an_arm(
    name: str, *, members: int = 1_000, total: float, deviation: float | None = None
) -> Outcomes:
    if deviation is None:
        squares = total
    else:
        squares = deviation**2 * (members - 1) + total**2 / members
    return Outcomes(name=name, members=members, total=total, squares=squares)


def weights(arms: list[Outcomes], goal: Goal, seed: int = 1) -> dict[str, int]:
    found = learned(arms, goal, random.Random(seed).random, draws=1_000)
    assert sum(one.weight for one in found) == BUCKETS
    return {one.name: one.weight for one in found}


def test_the_better_wording_gets_more() -> None:
    found = weights([an_arm("a", total=80), an_arm("b", total=100), an_arm("c", total=140)], VISITS)
    assert found["c"] > 9_000
    assert found["a"] < 500


def test_where_lower_is_better_the_lowest_arm_wins() -> None:
    # A published bandit sorted the wrong columns here and gave the best arm nothing.
    goal = Goal(Reward.BERNOULLI, Better.LOWER)
    found = weights([an_arm("a", total=60), an_arm("b", total=100), an_arm("c", total=140)], goal)
    assert found["a"] > 9_000
    money = Goal(Reward.NORMAL, Better.LOWER)
    costs = [an_arm(name, total=total, deviation=2) for name, total in (("a", 5_000), ("b", 4_000))]
    third = an_arm("c", total=6_000, deviation=2)
    assert weights([*costs, third], money)["b"] > 9_900


def test_two_arms_stay_even_also_where_lower_is_better() -> None:
    for better in Better:
        goal = Goal(Reward.BERNOULLI, better)
        found = weights([an_arm("a", total=60), an_arm("b", total=400)], goal)
        assert found == {"a": 5_000, "b": 5_000}


def test_equal_arms_stay_about_even() -> None:
    arms = [an_arm(name, total=3_000, deviation=40) for name in "abcd"]
    assert all(1_900 < share < 3_100 for share in weights(arms, PROFIT).values())


@pytest.mark.parametrize(
    "young",
    [an_arm("c", members=99, total=60), an_arm("c", total=39), an_arm("c", members=1, total=1)],
)
def test_nothing_is_learned_before_every_arm_is_ripe(young: Outcomes) -> None:
    found = learned(
        [an_arm("a", total=80), an_arm("b", total=100), young], VISITS, random.Random(1).random
    )
    assert found == even(["a", "b", "c"])


def test_amounts_that_are_all_alike_teach_nothing() -> None:
    arms = [an_arm(name, total=1_000, deviation=0) for name in "abc"]
    assert weights(arms, PROFIT) == {"a": 3_334, "b": 3_333, "c": 3_333}


def test_the_same_chance_gives_the_same_weights() -> None:
    arms = [an_arm("a", total=80), an_arm("b", total=90), an_arm("c", total=95)]
    assert weights(arms, VISITS, seed=7) == weights(arms, VISITS, seed=7)


def test_beta_numbers_have_the_mean_and_spread_of_the_distribution() -> None:
    chance = random.Random(3).random
    drawn = [beta(41, 61, chance) for _ in range(4_000)]
    mean = sum(drawn) / len(drawn)
    spread = sum((one - mean) ** 2 for one in drawn) / len(drawn)
    assert mean == pytest.approx(41 / 102, abs=0.003)
    assert spread == pytest.approx(41 * 61 / (102**2 * 103), rel=0.1)


def test_the_worth_of_an_arm_is_read_without_flattery() -> None:
    # Members with 9 chances in 10 of arm a are half as willing: the raw average of a is too low.
    chance = random.Random(5)
    worth, raw = InversePropensity(), []
    for _ in range(40_000):
        willing = chance.random() < 0.5
        to_a = 0.1 if willing else 0.9
        arm = "a" if chance.random() < to_a else "b"
        value = float(chance.random() < (0.4 if willing else 0.2))
        worth.add(arm, value, propensity=to_a if arm == "a" else 1 - to_a)
        if arm == "a":
            raw.append(value)
    first, second = worth.effects()
    assert sum(raw) / len(raw) < 0.25
    assert first.mean == pytest.approx(0.3, abs=4 * first.standard_error)
    assert second.mean == pytest.approx(0.3, abs=4 * second.standard_error)
    assert first.standard_error < 0.02


def test_with_even_chances_it_is_the_plain_average() -> None:
    worth = InversePropensity()
    for value in (1, 2, 6):
        worth.add("a", value, propensity=1 / 3)
    (only,) = worth.effects()
    assert (only.arm, only.members) == ("a", 3)
    assert only.mean == pytest.approx(3)


def test_the_shares_are_whole_and_add_up() -> None:
    assert even(["a", "b", "c"]) == (Variant("a", 3_334), Variant("b", 3_333), Variant("c", 3_333))
