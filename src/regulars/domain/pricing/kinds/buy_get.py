"""Buy some, get others for less 买 A 得 B: so many of the offer's goods, then so many of others.

买两杯茶，蛋糕半价: two teas of 18.00 and a cake of 12.00 save 6.00, spread over all three. Where
both are the same goods (买二送一), the kind is `nth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.kernel.money import share_of_minor
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Bundle, Reach, Slot, Taking, Way
from regulars.domain.pricing.kinds.fields import flag, only, whole, whole_or_none
from regulars.domain.pricing.kinds.goods_fields import goods_data, named_goods_from
from regulars.domain.pricing.reason import Reason, ReasonCode

PARTS = frozenset({"n", "m", "get", "basis_points", "uses_max", "with_extras"})
UNITS_MAX = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyGet:
    """Buy n of the offer's goods, get m of others. Units: basis points off (10,000 is free)."""

    get: Goods
    n: int = 1
    m: int = 1
    basis_points: int = 10_000
    uses_max: int | None = None
    with_extras: bool = False
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self,
            "reason",
            Reason(
                ReasonCode.BUY_GET, {"n": self.n, "m": self.m, "basis_points": self.basis_points}
            ),
        )

    @property
    def way(self) -> Way:
        """It takes units: the bought ones and the got ones."""
        return Way.ITEM

    def sets(self) -> tuple[Goods, ...]:
        """The goods that are got."""
        return (self.get,)

    def taking(self, reach: Reach) -> Taking | Reason:
        """One pattern of two slots: bought at full price, got for less."""
        got = reach.of(self.get)
        if len(reach.chosen) < self.n:
            return _too_few(self.n, len(reach.chosen))
        if len(got) < self.m:
            return _too_few(self.m, len(got))
        together = len({*reach.chosen, *got})
        if together < self.n + self.m:
            return _too_few(self.n + self.m, together)
        prices = reach.units.base if self.with_extras else reach.units.bare
        bought = Slot(dict.fromkeys(reach.chosen, 0), self.n)
        saving = Slot(
            {unit: share_of_minor(prices[unit], self.basis_points) for unit in got}, self.m
        )
        return Taking((Bundle((bought, saving)),), self.uses_max or 0)


def _too_few(wanted: int, actual: int) -> Reason:
    return Reason(ReasonCode.TOO_FEW_GOODS, {"wanted": wanted, "actual": actual})


def buy_get_from(data: Mapping[str, object]) -> BuyGet:
    """The offer that stored data spell.

    Refuses: offer.malformed, offer.out_of_range, offer.goods_missing.
    """
    only(data, PARTS)
    n = whole({"n": 1, **data}, "n", 1, UNITS_MAX)
    return BuyGet(
        get=named_goods_from(data.get("get"), "get"),
        n=n,
        m=whole({"m": 1, **data}, "m", 1, UNITS_MAX + 1 - n),
        basis_points=whole({"basis_points": 10_000, **data}, "basis_points", 1, 10_000),
        uses_max=whole_or_none(data, "uses_max", 1, 99),
        with_extras=flag(data, "with_extras"),
    )


def buy_get_data(effect: BuyGet) -> dict[str, object]:
    """The stored form."""
    return {
        "n": effect.n,
        "m": effect.m,
        "get": goods_data(effect.get),
        "basis_points": effect.basis_points,
        "uses_max": effect.uses_max,
        "with_extras": effect.with_extras,
    }
