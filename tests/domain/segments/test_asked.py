"""A leaf made ready answers as the condition language does, whatever is there."""

import random

from regulars.domain.kernel.condition import (
    Compare,
    Comparison,
    Known,
    Leaf,
    OneOf,
    Within,
    leaves_of,
    verdict,
)
from regulars.domain.segments.asked import LeafAsked, asked_of
from regulars.domain.segments.kinds import Result
from tests.segment_dice import Dice

SEEN: tuple[Known, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    "gold",
    "",
    frozenset(),
    frozenset({"gold"}),
)


def agrees(leaf: Leaf, actual: Known) -> bool:
    asked = asked_of(leaf)
    assert isinstance(asked, LeafAsked)
    if asked.kind.result is Result.NUMBER and isinstance(actual, bool):
        return True  # no number is ever yes or no
    return asked.met_by(actual) is verdict(leaf, {leaf.field: actual}).holds


def test_any_leaf_made_ready_answers_as_the_language_does() -> None:
    dice, numbers = Dice(20), random.Random(20)
    for _ in range(400):
        for leaf in leaves_of(dice.condition()):
            known: list[Known] = [*SEEN, numbers.randrange(-5, 500)]
            match leaf:
                case OneOf(values=values):
                    known += [*values, frozenset(map(str, values))]
                case Compare(value=value):
                    known.append(value)
                case Within(low=low, high=high):
                    known += [low, high]
            assert all(agrees(leaf, actual) for actual in known), leaf


def test_one_is_not_yes() -> None:
    asked = asked_of(Compare("everyone", Comparison.EQUAL, True))
    assert isinstance(asked, LeafAsked)
    assert [asked.met_by(one) for one in (True, 1, False, None)] == [True, False, False, False]
