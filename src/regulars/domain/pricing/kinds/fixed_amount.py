"""An amount off 立减: of each unit, or of the bill; never below nothing.

"满30减10" as a coupon: 10.00 off the bill, on the condition of 30.00. "每杯减2": 2.00 off each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Reach, Single, Taking, Way
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

PARTS = frozenset({"amount_minor", "per", "units_max", "with_extras", "on_top"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAmount:
    """Units: minor units. `units_max`: how many units one use touches (the dearest).

    `on_top` lets an amount off each unit go on units that another item offer took.
    """

    amount_minor: int
    per: Per = Per.ORDER
    units_max: int | None = None
    with_extras: bool = False
    on_top: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.AMOUNT, {"amount_minor": self.amount_minor})
        )

    @property
    def way(self) -> Way:
        """Of each unit, or of the bill."""
        return Way.ITEM if self.per is Per.UNIT and not self.on_top else Way.ORDER

    def _savings(self, reach: Reach) -> dict[int, int]:
        prices = reach.units.base if self.with_extras else reach.units.bare
        return {unit: min(self.amount_minor, prices[unit]) for unit in reach.chosen}

    def taking(self, reach: Reach) -> Taking:
        """Every unit by itself."""
        return Taking((Single(self._savings(reach)),), self.units_max or 0)

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def fixed_off(self, reach: Reach) -> int:
        """The amount, or the sum over the units where it goes on top. Units: minor units."""
        return sum(self._savings(reach).values()) if self.on_top else self.amount_minor

    def off_at(self, remaining_minor: int, after_item_minor: int) -> int:
        """The amount, whatever the bill. Units: minor units."""
        return self.amount_minor

    def next_after(self, spent_minor: int) -> int | None:
        """No sum makes it jump."""
        return None

    def rank(self, touched: int) -> tuple[int, int, int]:
        """After the percentages, those for fewer goods first."""
        return (1, touched, 0)


def fixed_amount_from(data: Mapping[str, object]) -> FixedAmount:
    """The amount that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    effect = FixedAmount(
        amount_minor=whole(data, "amount_minor", 1, AMOUNT_MINOR_MAX),
        per=word(data, "per", Per, Per.ORDER),
        units_max=whole_or_none(data, "units_max", 1, 99),
        with_extras=flag(data, "with_extras"),
        on_top=flag(data, "on_top"),
    )
    if effect.on_top and (effect.per is Per.ORDER or effect.units_max is not None):
        raise OFFER_MALFORMED.because(part="on_top")
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
        "on_top": effect.on_top,
    }
