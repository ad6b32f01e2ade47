"""An amount off 立减: of each unit, or of the bill; never below nothing.

"满30减10" as a coupon: 10.00 off the bill, on the condition of 30.00. "每杯减2": 2.00 off each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    flag,
    only,
    whole,
    whole_or_none,
    word,
)
from regulars.domain.pricing.kinds.per import Per
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"amount_minor", "per", "units_max", "with_extras"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAmount:
    """Units: minor units. `units_max`: how many units one use touches (the dearest)."""

    amount_minor: int
    per: Per = Per.ORDER
    units_max: int | None = None
    with_extras: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.AMOUNT, {"amount_minor": self.amount_minor})
        )


def fixed_amount_from(data: Mapping[str, object]) -> FixedAmount:
    """The amount that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    effect = FixedAmount(
        amount_minor=whole(data, "amount_minor", 1, AMOUNT_MINOR_MAX),
        per=word(data, "per", Per, Per.ORDER),
        units_max=whole_or_none(data, "units_max", 1, 99),
        with_extras=flag(data, "with_extras"),
    )
    if effect.per is Per.ORDER and (effect.units_max is not None or effect.with_extras):
        raise OFFER_MALFORMED.because(part="units_max" if effect.units_max else "with_extras")
    return effect


def fixed_amount_data(effect: FixedAmount) -> dict[str, object]:
    """The stored form."""
    return {
        "amount_minor": effect.amount_minor,
        "per": effect.per.value,
        "units_max": effect.units_max,
        "with_extras": effect.with_extras,
    }
