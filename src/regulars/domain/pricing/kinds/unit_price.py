"""A price for the unit 换购、兑换券: this cup for 9.90, whatever it costs on the list.

As a coupon, 兑换券 "任意中杯 9.90": the dearest cup it may touch costs 9.90. It takes the unit, so
no other item offer touches it; a price that goes together with the others is the kind `price`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Reach, Single, Taking, Way
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    flag,
    only,
    whole,
    whole_or_none,
)
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"price_minor", "units_max", "with_extras"})
SAVES_NOTHING = Reason(ReasonCode.SAVES_NOTHING, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """Units: minor units. `units_max`: how many units one use touches (the dearest).

    `with_extras`: the price holds the modifiers too.
    """

    price_minor: int
    units_max: int | None = None
    with_extras: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.FIXED_PRICE, {"price_minor": self.price_minor})
        )

    @property
    def way(self) -> Way:
        """It takes units."""
        return Way.ITEM

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def taking(self, reach: Reach) -> Taking | Reason:
        """Every dearer unit by itself."""
        prices = reach.units.base if self.with_extras else reach.units.bare
        savings = {
            unit: prices[unit] - self.price_minor
            for unit in reach.chosen
            if prices[unit] > self.price_minor
        }
        return Taking((Single(savings),), self.units_max or 0) if savings else SAVES_NOTHING


def unit_price_from(data: Mapping[str, object]) -> UnitPrice:
    """The price that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    return UnitPrice(
        price_minor=whole(data, "price_minor", 0, AMOUNT_MINOR_MAX),
        units_max=whole_or_none(data, "units_max", 1, 99),
        with_extras=flag(data, "with_extras"),
    )


def unit_price_data(effect: UnitPrice) -> dict[str, object]:
    """The stored form."""
    return {
        "price_minor": effect.price_minor,
        "units_max": effect.units_max,
        "with_extras": effect.with_extras,
    }
