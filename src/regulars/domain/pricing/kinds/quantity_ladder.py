"""The more, the cheaper 多件多折: how many of the goods are bought decides what each saves.

满 2 件 9 折，满 3 件 8 折: three loaves of 10.00 save 2.00 each. The step is decided by how many of
the goods are in the basket, whichever offer takes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from regulars.domain.kernel.money import share_of_minor
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Reach, Single, Taking, Way
from regulars.domain.pricing.kinds.fields import OFFER_MALFORMED, flag, only, whole
from regulars.domain.pricing.reason import Reason, ReasonCode

OFFER_LADDER_OUT_OF_ORDER = refusal_code("offer.ladder_out_of_order")

PARTS = frozenset({"steps", "with_extras"})
STEPS_MAX = 10


class QuantityStep(NamedTuple):
    """From so many units on, so much off each. Units: basis points."""

    quantity: int
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityLadder:
    """Steps rise in quantity and in what each unit saves."""

    steps: tuple[QuantityStep, ...]
    with_extras: bool = False

    @property
    def way(self) -> Way:
        """It takes units."""
        return Way.ITEM

    @property
    def reason(self) -> Reason:
        """What a list of offers says: the first step."""
        return self.reason_at(0)

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def step_at(self, quantity: int) -> QuantityStep | None:
        """The step that so many units reach."""
        reached = [step for step in self.steps if step.quantity <= quantity]
        return reached[-1] if reached else None

    def next_after(self, quantity: int) -> QuantityStep | None:
        """The nearest step that so many units do not yet reach."""
        return next((step for step in self.steps if step.quantity > quantity), None)

    def reason_at(self, quantity: int) -> Reason:
        """What the receipt says: the step that was reached."""
        step = self.step_at(quantity) or self.steps[0]
        return Reason(
            ReasonCode.QUANTITY_STEP,
            {"quantity": step.quantity, "basis_points": step.basis_points},
        )

    def taking(self, reach: Reach) -> Taking | Reason:
        """Every unit by itself, at the step that all the goods together reach."""
        step = self.step_at(len(reach.chosen))
        if step is None:
            return Reason(
                ReasonCode.TOO_FEW_GOODS,
                {"wanted": self.steps[0].quantity, "actual": len(reach.chosen)},
            )
        prices = reach.units.base if self.with_extras else reach.units.bare
        return Taking(
            (
                Single(
                    {unit: share_of_minor(prices[unit], step.basis_points) for unit in reach.chosen}
                ),
            )
        )


def quantity_ladder_from(data: Mapping[str, object]) -> QuantityLadder:
    """The ladder that stored data spell.

    Refuses: offer.malformed, offer.out_of_range, offer.ladder_out_of_order.
    """
    only(data, PARTS)
    rows = data.get("steps")
    if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= STEPS_MAX:
        raise OFFER_MALFORMED.because(part="steps")
    steps = tuple(_step(row) for row in rows)
    for before, after in pairwise(steps):
        if after.quantity <= before.quantity or after.basis_points <= before.basis_points:
            raise OFFER_LADDER_OUT_OF_ORDER.because()
    return QuantityLadder(steps=steps, with_extras=flag(data, "with_extras"))


def _step(row: object) -> QuantityStep:
    if not isinstance(row, Mapping):
        raise OFFER_MALFORMED.because(part="steps")
    only(row, frozenset({"quantity", "basis_points"}))
    return QuantityStep(
        whole(row, "quantity", 1, 999),
        whole(row, "basis_points", 1, 10_000),
    )


def quantity_ladder_data(effect: QuantityLadder) -> dict[str, object]:
    """The stored form."""
    return {
        "steps": [
            {"quantity": step.quantity, "basis_points": step.basis_points} for step in effect.steps
        ],
        "with_extras": effect.with_extras,
    }
