"""Goods for some tiers only, and how Terms spell them."""

from uuid import UUID

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.tiers.exclusive import check_exclusive
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.terms import EXCLUSIVE

TEA = UUID(int=1)
LADDER = Ladder(
    (
        Tier(code="leaf", label=Label("茶友", "Leaf"), growth_from=0),
        Tier(code="gold", label=Label("茶客", "Gold"), growth_from=300),
    )
)
FOR_GOLD = EXCLUSIVE.check("tiers.exclusive", [{"product_id": str(TEA), "tiers": ["gold"]}])


@pytest.mark.parametrize("tier", [None, "leaf"])
def test_whoever_has_not_the_tier_is_told_which_it_takes(tier: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        check_exclusive([TEA], FOR_GOLD, tier=tier, ladder=LADDER)
    assert refused.value.code == "catalog.exclusive"
    assert refused.value.parameters == {"tiers_zh": "茶客", "tiers_en": "Gold"}


def test_whoever_has_it_may_buy_and_everything_else_is_for_everybody() -> None:
    check_exclusive([TEA], FOR_GOLD, tier="gold", ladder=LADDER)
    check_exclusive([UUID(int=2)], FOR_GOLD, tier=None, ladder=LADDER)


@pytest.mark.parametrize(
    "rows",
    [
        [{"product_id": "tea", "tiers": ["gold"]}],
        [{"product_id": str(TEA), "tiers": []}],
        [{"product_id": str(TEA)}],
        [{"product_id": str(TEA), "tiers": ["gold"], "price": 1}],
        {"product_id": str(TEA)},
    ],
)
def test_rows_that_say_nothing_clear_are_refused(rows: object) -> None:
    with pytest.raises(Refusal, match="malformed"):
        EXCLUSIVE.check("tiers.exclusive", rows)
