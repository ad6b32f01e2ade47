"""More points for the same money 双倍积分: what the offer's goods earn is multiplied.

会员日双倍积分 is 20,000 basis points: goods of 30.00 that earn 30 points earn 60. The bill itself
stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.fields import only, whole
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"multiplier_basis_points"})
LEAST = 10_001
MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsMultiplier:
    """Units: basis points of the ordinary points; 20,000 is double."""

    multiplier_basis_points: int
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self,
            "reason",
            Reason(
                ReasonCode.MULTIPLIER, {"multiplier_basis_points": self.multiplier_basis_points}
            ),
        )

    @property
    def way(self) -> Way:
        """It changes what is earned."""
        return Way.EARN

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()


def points_multiplier_from(data: Mapping[str, object]) -> PointsMultiplier:
    """The multiplier that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    return PointsMultiplier(
        multiplier_basis_points=whole(data, "multiplier_basis_points", LEAST, MOST)
    )


def points_multiplier_data(effect: PointsMultiplier) -> dict[str, object]:
    """The stored form."""
    return {"multiplier_basis_points": effect.multiplier_basis_points}
