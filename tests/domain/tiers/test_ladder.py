"""The ladder of tiers: its rungs in order, and what keeps each."""

from dataclasses import replace

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.tiers.ladder import LADDER as FIELD
from regulars.domain.tiers.ladder import Ladder, Tier


def rung(code: str, growth_from: int, keep_from: int | None = None) -> Tier:
    return Tier(code=code, label=Label(code), growth_from=growth_from, keep_from=keep_from)


LEAF = rung("leaf", 0)
LADDER = Ladder((LEAF, rung("gold", 300), rung("king", 1_500)))


def test_below_a_rung_is_the_next_one_down_and_below_the_lowest_itself() -> None:
    assert LADDER.below("king").code == "gold"
    assert LADDER.below("leaf").code == "leaf"


def test_a_rung_is_kept_with_what_reached_it_unless_the_shop_says_otherwise() -> None:
    assert LADDER.named("gold").stays_from == 300
    assert rung("gold", 300, keep_from=200).stays_from == 200


def test_a_tier_that_the_shop_dropped_counts_as_the_lowest() -> None:
    assert LADDER.named("silver").code == "leaf"
    assert LADDER.reached_with(299).code == "leaf"
    above = LADDER.above("gold")
    assert above is not None
    assert above.code == "king"
    assert LADDER.above("king") is None


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (rung("leaf", 1),),
        (rung("leaf", 0), rung("leaf", 5)),
        (rung("leaf", 0), rung("gold", 300), rung("king", 300)),
        (replace(LEAF, discount_basis_points=10_001),),
        (replace(LEAF, multiplier_basis_points=-1),),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(Refusal, match="ladder_malformed"):
        Ladder(tiers)


@pytest.mark.parametrize("part", [{"queue_skip": "yes"}, {"keep_from": -1}, {"keep_from": "300"}])
def test_a_rung_with_a_benefit_that_cannot_be_read_is_refused(part: dict[str, object]) -> None:
    row = {"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0, **part}
    with pytest.raises(Refusal, match="malformed"):
        FIELD.check("tiers.ladder", [row])
