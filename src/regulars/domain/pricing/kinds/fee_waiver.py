"""A fee less 免配送费、免打包费: the fee of the offer's goods, in whole or up to an amount.

满 30 免配送费 up to 5.00: a delivery fee of 6.00 costs 1.00. Its goods are fees; no other offer
touches a fee.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.fields import AMOUNT_MINOR_MAX, only, whole_or_none
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"cap_minor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeWaiver:
    """Units: minor units. `cap_minor`: how much of a fee it pays; None is all of it."""

    cap_minor: int | None = None
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.FEE_WAIVED, {"cap_minor": self.cap_minor})
        )

    @property
    def way(self) -> Way:
        """It pays fees."""
        return Way.FEE

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def waived_of(self, fee_minor: int) -> int:
        """What it pays of a fee. Units: minor units."""
        return fee_minor if self.cap_minor is None else min(fee_minor, self.cap_minor)


def fee_waiver_from(data: Mapping[str, object]) -> FeeWaiver:
    """The waiver that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    return FeeWaiver(cap_minor=whole_or_none(data, "cap_minor", 1, AMOUNT_MINOR_MAX))


def fee_waiver_data(effect: FeeWaiver) -> dict[str, object]:
    """The stored form."""
    return {"cap_minor": effect.cap_minor}
