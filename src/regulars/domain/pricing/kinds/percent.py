"""A percentage off 打折: of each unit, or of the bill.

"8.8折" is stored as 1,200 basis points off. Per unit, an 18.00 tea is 15.84 whatever else is
on the bill; per order, one rounding on the sum, shared over the units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.kernel.money import share_of_minor
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

PARTS = frozenset({"basis_points", "per", "cap_minor", "units_max", "with_extras", "on_top"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent:
    """Units: basis points off, minor units.

    `cap_minor` limits an order's saving; `units_max` how many units one use touches (the dearest);
    `with_extras` lets the percentage of a unit include its modifiers; `on_top` lets it go on units
    that another item offer took, as a share of what they cost before.
    """

    basis_points: int
    per: Per = Per.ORDER
    cap_minor: int | None = None
    units_max: int | None = None
    with_extras: bool = False
    on_top: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.PERCENT, {"basis_points": self.basis_points})
        )

    @property
    def way(self) -> Way:
        """Of each unit, or of the bill."""
        return Way.ITEM if self.per is Per.UNIT and not self.on_top else Way.ORDER

    def _savings(self, reach: Reach) -> dict[int, int]:
        prices = reach.units.base if self.with_extras else reach.units.bare
        return {unit: share_of_minor(prices[unit], self.basis_points) for unit in reach.chosen}

    def taking(self, reach: Reach) -> Taking:
        """Every unit by itself."""
        return Taking((Single(self._savings(reach)),), self.units_max or 0)

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def fixed_off(self, reach: Reach) -> int | None:
        """The sum over the units where it goes on top; else it reads what is left."""
        return sum(self._savings(reach).values()) if self.on_top else None

    def off_at(self, remaining_minor: int, after_item_minor: int) -> int:
        """A share of what is left, up to the cap. Units: minor units."""
        off = share_of_minor(remaining_minor, self.basis_points)
        return off if self.cap_minor is None else min(off, self.cap_minor)

    def next_after(self, spent_minor: int) -> int | None:
        """No sum makes it jump."""
        return None

    def rank(self, touched: int) -> tuple[int, int, int]:
        """Percentages of the bill come first, the larger first, then the smaller cap."""
        if self.on_top:
            return (1, touched, 0)
        return (0, -self.basis_points, -1 if self.cap_minor is None else self.cap_minor)


def percent_from(data: Mapping[str, object]) -> Percent:
    """The percentage that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    per = word(data, "per", Per, Per.ORDER)
    effect = Percent(
        basis_points=whole(data, "basis_points", 1, 10_000),
        per=per,
        cap_minor=whole_or_none(data, "cap_minor", 1, AMOUNT_MINOR_MAX),
        units_max=whole_or_none(data, "units_max", 1, 99),
        with_extras=flag(data, "with_extras"),
        on_top=flag(data, "on_top"),
    )
    if effect.on_top and (per is Per.ORDER or effect.units_max is not None):
        raise OFFER_MALFORMED.because(part="on_top")
    if per is Per.UNIT and effect.cap_minor is not None:
        raise OFFER_MALFORMED.because(part="cap_minor")
    if per is Per.ORDER and (effect.units_max is not None or effect.with_extras):
        raise OFFER_MALFORMED.because(part="units_max" if effect.units_max else "with_extras")
    return effect


def percent_data(effect: Percent) -> dict[str, object]:
    """The stored form."""
    return {
        "basis_points": effect.basis_points,
        "per": effect.per.value,
        "cap_minor": effect.cap_minor,
        "units_max": effect.units_max,
        "with_extras": effect.with_extras,
        "on_top": effect.on_top,
    }
