"""Spend and save 满减: from this sum on, so much off.

满40减5 满80减12: a bill of 46.00 saves 5.00, one of 81.50 saves 12.00. "每满40减5" repeats:
81.50 saves 10.00.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Reach, Way
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    only,
    whole,
    whole_or_none,
    word,
)
from regulars.domain.pricing.reason import Reason, ReasonCode

OFFER_STEPS_OUT_OF_ORDER = refusal_code("offer.steps_out_of_order")
OFFER_SAVES_MORE_THAN_SPENT = refusal_code("offer.saves_more_than_spent")

PARTS = frozenset({"steps", "repeat", "cap_minor", "base"})
STEPS_MAX = 10


class Repeat(StrEnum):
    """Whether the step counts once, or as often as the sum holds it."""

    ONCE = "once"
    PER_STEP = "per_step"


class SpendBase(StrEnum):
    """Which named price of the counting goods is held against the threshold."""

    LIST = "list"
    BASE = "base"
    AFTER_ITEM = "after_item"


@dataclass(frozen=True, slots=True)
class SpendStep:
    """From this sum on, so much off. Units: minor units."""

    threshold_minor: int
    off_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendAndSave:
    """Units: minor units. Steps rise in threshold and never fall in amount."""

    steps: tuple[SpendStep, ...]
    repeat: Repeat = Repeat.ONCE
    cap_minor: int | None = None
    base: SpendBase = SpendBase.BASE

    @property
    def way(self) -> Way:
        """It reads a sum of the bill."""
        return Way.ORDER

    @property
    def reason(self) -> Reason:
        """What a list of offers says: the first step."""
        return self.reason_at(0)

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def fixed_off(self, reach: Reach) -> int | Reason | None:
        """What `list` or `base` save; None where the sum is what the item offers leave."""
        units = reach.units
        spent = reach.counted_minor(units.listed if self.base is SpendBase.LIST else units.base)
        if spent < self.steps[0].threshold_minor:
            return self.short(spent)
        return None if self.base is SpendBase.AFTER_ITEM else self.saved_at(spent)

    def off_at(self, remaining_minor: int, after_item_minor: int) -> int:
        """What the sum after the item offers saves. Units: minor units."""
        return self.saved_at(after_item_minor)

    def rank(self, touched: int) -> tuple[int, int, int]:
        """After the percentages, those for fewer goods first."""
        return (1, touched, 0)

    def short(self, spent_minor: int) -> Reason:
        """How far a sum is from the first step. Units: minor units."""
        return Reason(
            ReasonCode.SPEND_SHORT,
            {"wanted_minor": self.steps[0].threshold_minor, "actual_minor": spent_minor},
        )

    def saved_at(self, spent_minor: int) -> int:
        """What a sum saves. Units: minor units."""
        off = 0
        for step in self.steps:
            if spent_minor < step.threshold_minor:
                break
            off = step.off_minor
            if self.repeat is Repeat.PER_STEP:
                off *= spent_minor // step.threshold_minor
        return off if self.cap_minor is None else min(off, self.cap_minor)

    def next_after(self, spent_minor: int) -> int | None:
        """The nearest sum above this one that saves more. Units: minor units."""
        off = self.saved_at(spent_minor)
        if self.repeat is Repeat.PER_STEP:
            threshold = self.steps[0].threshold_minor
            following = spent_minor - spent_minor % threshold + threshold
            return following if self.saved_at(following) > off else None
        for step in self.steps:
            if step.threshold_minor > spent_minor and self.saved_at(step.threshold_minor) > off:
                return step.threshold_minor
        return None

    def reason_at(self, spent_minor: int) -> Reason:
        """What the receipt says: the step that was reached."""
        reached = [step for step in self.steps if step.threshold_minor <= spent_minor]
        step = reached[-1] if reached else self.steps[0]
        return Reason(
            ReasonCode.SPEND_AND_SAVE,
            {
                "threshold_minor": step.threshold_minor,
                "off_minor": step.off_minor,
                "repeat": self.repeat.value,
            },
        )


def spend_and_save_from(data: Mapping[str, object]) -> SpendAndSave:
    """The offer that stored data spell.

    Refuses: offer.malformed, offer.out_of_range, offer.steps_out_of_order,
    offer.saves_more_than_spent.
    """
    only(data, PARTS)
    rows = data.get("steps")
    if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= STEPS_MAX:
        raise OFFER_MALFORMED.because(part="steps")
    steps = tuple(_step(row) for row in rows)
    for before, after in pairwise(steps):
        if after.threshold_minor <= before.threshold_minor or after.off_minor < before.off_minor:
            raise OFFER_STEPS_OUT_OF_ORDER.because()
    repeat = word(data, "repeat", Repeat, Repeat.ONCE)
    if repeat is Repeat.PER_STEP and len(steps) > 1:
        raise OFFER_MALFORMED.because(part="repeat")
    return SpendAndSave(
        steps=steps,
        repeat=repeat,
        cap_minor=whole_or_none(data, "cap_minor", 1, AMOUNT_MINOR_MAX),
        base=word(data, "base", SpendBase, SpendBase.BASE),
    )


def _step(row: object) -> SpendStep:
    if not isinstance(row, Mapping):
        raise OFFER_MALFORMED.because(part="steps")
    only(row, frozenset({"threshold_minor", "off_minor"}))
    step = SpendStep(
        whole(row, "threshold_minor", 1, AMOUNT_MINOR_MAX),
        whole(row, "off_minor", 1, AMOUNT_MINOR_MAX),
    )
    if step.off_minor > step.threshold_minor:
        raise OFFER_SAVES_MORE_THAN_SPENT.because()
    return step


def spend_and_save_data(effect: SpendAndSave) -> dict[str, object]:
    """The stored form."""
    return {
        "steps": [
            {"threshold_minor": step.threshold_minor, "off_minor": step.off_minor}
            for step in effect.steps
        ],
        "repeat": effect.repeat.value,
        "cap_minor": effect.cap_minor,
        "base": effect.base.value,
    }
