"""The ladder of tiers: up at once, down only with a refund."""

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.tiers.ladder import Ladder, Tier, move_after


def rung(code: str, growth_from: int, **benefits: int) -> Tier:
    return Tier(code=code, label=Label(code), growth_from=growth_from, **benefits)


LADDER = Ladder((rung("leaf", 0), rung("gold", 300), rung("king", 1_500)))


def test_a_guest_rises_past_a_tier_when_one_bill_is_enough() -> None:
    move = move_after(1_600, current="leaf", ladder=LADDER, refunded=False)
    assert move is not None
    assert (move.tier.code, move.cause) == ("king", "up")


def test_a_guest_keeps_her_tier_without_a_refund() -> None:
    assert move_after(10, current="gold", ladder=LADDER, refunded=False) is None


def test_a_refund_takes_back_the_tier_that_its_sale_gave() -> None:
    move = move_after(299, current="gold", ladder=LADDER, refunded=True)
    assert move is not None
    assert (move.tier.code, move.cause) == ("leaf", "refund")


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
        (rung("leaf", 0, discount_basis_points=10_001),),
        (rung("leaf", 0, multiplier_basis_points=-1),),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(Refusal, match="ladder_malformed"):
        Ladder(tiers)
