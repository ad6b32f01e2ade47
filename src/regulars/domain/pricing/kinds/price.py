"""A price in force instead of the list's 会员价、限时特价、拼团价: the step before every offer.

"奶茶特价 15.00 until Sunday": the `base` of each milk tea is 15.00, and 第二杯半价 and 满减 count
from there. Who may have it, and when, is the offer's condition; of several prices in force the
lowest is the price. Modifiers keep theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.kernel.money import share_of_minor
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    only,
    whole_or_none,
)
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"price_minor", "basis_points"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialPrice:
    """Exactly one of both. Units: minor units; basis points off the price of the variant."""

    price_minor: int | None = None
    basis_points: int | None = None
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        if self.price_minor is None:
            reason = Reason(ReasonCode.PERCENT, {"basis_points": self.basis_points})
        else:
            reason = Reason(ReasonCode.FIXED_PRICE, {"price_minor": self.price_minor})
        object.__setattr__(self, "reason", reason)

    @property
    def way(self) -> Way:
        """It replaces the price."""
        return Way.PRICE

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def price_of(self, bare_minor: int) -> int:
        """The price of a unit without modifiers; at most what it was. Units: minor units."""
        if self.price_minor is not None:
            return min(self.price_minor, bare_minor)
        return bare_minor - share_of_minor(bare_minor, self.basis_points or 0)


def price_from(data: Mapping[str, object]) -> SpecialPrice:
    """The price that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    effect = SpecialPrice(
        price_minor=whole_or_none(data, "price_minor", 0, AMOUNT_MINOR_MAX),
        basis_points=whole_or_none(data, "basis_points", 1, 10_000),
    )
    if (effect.price_minor is None) is (effect.basis_points is None):
        raise OFFER_MALFORMED.because(part="price_minor")
    return effect


def price_data(effect: SpecialPrice) -> dict[str, object]:
    """The stored form."""
    return {"price_minor": effect.price_minor, "basis_points": effect.basis_points}
