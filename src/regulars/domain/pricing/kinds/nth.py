"""The nth at a discount 第二杯半价: full groups of n, the last of each at a discount.

Three teas of 18.00, 16.00 and 12.00, second at half price: the dearest two make a group, the
16.00 tea is 8.00 cheaper, and the 8.00 are spread over both cups.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from regulars.domain.kernel.money import share_of_minor
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Group, Reach, Taking, Way
from regulars.domain.pricing.kinds.fields import flag, only, whole, whole_or_none, word
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"n", "m", "basis_points", "same", "groups_max", "with_extras"})


class Same(StrEnum):
    """Whether a group is of one product or of any of the offer's goods."""

    PRODUCT = "product"
    GOODS = "goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class NthDiscount:
    """Units: basis points off the last m units of each group of n (10,000 is free: 买一送一)."""

    n: int = 2
    m: int = 1
    basis_points: int = 5_000
    same: Same = Same.GOODS
    groups_max: int | None = None
    with_extras: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self,
            "reason",
            Reason(ReasonCode.NTH, {"n": self.n, "m": self.m, "basis_points": self.basis_points}),
        )

    @property
    def way(self) -> Way:
        """It takes units."""
        return Way.ITEM

    def sets(self) -> tuple[Goods, ...]:
        """No further goods."""
        return ()

    def taking(self, reach: Reach) -> Taking | Reason:
        """Groups of any of the goods, or of each product by itself."""
        groups = self._groups(reach)
        most = max(len(group) for group in groups)
        if most < self.n:
            return Reason(ReasonCode.TOO_FEW_GOODS, {"wanted": self.n, "actual": most})
        prices = reach.units.base if self.with_extras else reach.units.bare
        return Taking(
            tuple(
                Group(
                    {unit: share_of_minor(prices[unit], self.basis_points) for unit in group},
                    self.n,
                    self.m,
                )
                for group in groups
                if len(group) >= self.n
            ),
            self.groups_max or 0,
        )

    def _groups(self, reach: Reach) -> list[list[int]]:
        if self.same is Same.GOODS:
            return [reach.chosen]
        lines, position = reach.units.lines, reach.units.position
        by_product: dict[int, list[int]] = {}
        for unit in reach.chosen:
            by_product.setdefault(lines[position[unit]].product_id.int, []).append(unit)
        return list(by_product.values())


def nth_from(data: Mapping[str, object]) -> NthDiscount:
    """The offer that stored data spell. Refuses: offer.malformed, offer.out_of_range."""
    only(data, PARTS)
    n = whole(data, "n", 2, 20)
    return NthDiscount(
        n=n,
        m=whole({"m": 1, **data}, "m", 1, n - 1),
        basis_points=whole(data, "basis_points", 1, 10_000),
        same=word(data, "same", Same, Same.GOODS),
        groups_max=whole_or_none(data, "groups_max", 1, 99),
        with_extras=flag(data, "with_extras"),
    )


def nth_data(effect: NthDiscount) -> dict[str, object]:
    """The stored form."""
    return {
        "n": effect.n,
        "m": effect.m,
        "basis_points": effect.basis_points,
        "same": effect.same.value,
        "groups_max": effect.groups_max,
        "with_extras": effect.with_extras,
    }
