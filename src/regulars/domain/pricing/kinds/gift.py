"""A gift 赠品, or an add-on price 加价购: spend so much, or buy so many, and get these for less.

满 100 送蛋糕: 112.00 of other goods earn one cake; the cake in the basket costs nothing, and where
none is there yet, the quote says that one may be added. Gift goods never earn a gift.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Reach, Single, Taking, Way
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    only,
    whole,
    whole_or_none,
    word,
)
from regulars.domain.pricing.kinds.goods_fields import goods_data, named_goods_from
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendBase
from regulars.domain.pricing.reason import Reason, ReasonCode

OFFER_GIFT_BASE_WRONG = refusal_code("offer.gift_base_wrong")

PARTS = frozenset(
    {"threshold_minor", "base", "units_from", "repeat", "get", "quantity", "price_minor"}
)
SAVES_NOTHING = Reason(ReasonCode.SAVES_NOTHING, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """Exactly one trigger: `threshold_minor` spent, or `units_from` units bought.

    Both count the offer's goods without the gift goods. `quantity` units of `get` are earned each
    time, at `price_minor` each (0 is free). Units: minor units.
    """

    get: Goods
    threshold_minor: int | None = None
    units_from: int | None = None
    base: SpendBase = SpendBase.BASE
    repeat: Repeat = Repeat.ONCE
    quantity: int = 1
    price_minor: int = 0
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.GIFT, {"price_minor": self.price_minor})
        )

    @property
    def way(self) -> Way:
        """It takes the gift units."""
        return Way.ITEM

    def sets(self) -> tuple[Goods, ...]:
        """The gift goods."""
        return (self.get,)

    def earned(self, reach: Reach) -> int:
        """How many units of the gift goods this basket has earned, taken or not."""
        triggered, _ = self._triggered(reach)
        return (triggered if self.repeat is Repeat.PER_STEP else min(triggered, 1)) * self.quantity

    def to_add(self, reach: Reach) -> int:
        """How many earned units are not in the basket yet."""
        return max(self.earned(reach) - len(reach.of(self.get)), 0)

    def taking(self, reach: Reach) -> Taking | Reason:
        """Every gift unit by itself, as many as were earned."""
        triggered, short = self._triggered(reach)
        if not triggered:
            return short
        earned = self.earned(reach)
        gifts = reach.of(self.get)
        if not gifts:
            return Reason(
                ReasonCode.GIFT_TO_ADD, {"count": earned, "price_minor": self.price_minor}
            )
        bare = reach.units.bare
        savings = {
            unit: bare[unit] - self.price_minor for unit in gifts if bare[unit] > self.price_minor
        }
        return Taking((Single(savings),), earned) if savings else SAVES_NOTHING

    def _triggered(self, reach: Reach) -> tuple[int, Reason]:
        """How often the trigger is met, and what to say where it is not."""
        gifts = set(reach.of(self.get))
        counted = [unit for unit in reach.chosen if unit not in gifts]
        if self.units_from is not None:
            return len(counted) // self.units_from, Reason(
                ReasonCode.TOO_FEW_GOODS, {"wanted": self.units_from, "actual": len(counted)}
            )
        prices = reach.units.listed if self.base is SpendBase.LIST else reach.units.base
        spent = sum([prices[unit] for unit in counted])
        threshold = self.threshold_minor or 1
        return spent // threshold, Reason(
            ReasonCode.SPEND_SHORT, {"wanted_minor": threshold, "actual_minor": spent}
        )


def gift_from(data: Mapping[str, object]) -> Gift:
    """The gift that stored data spell.

    Refuses: offer.malformed, offer.out_of_range, offer.goods_missing, offer.gift_base_wrong.
    """
    only(data, PARTS)
    effect = Gift(
        get=named_goods_from(data.get("get"), "get"),
        threshold_minor=whole_or_none(data, "threshold_minor", 1, AMOUNT_MINOR_MAX),
        units_from=whole_or_none(data, "units_from", 1, 999),
        base=word(data, "base", SpendBase, SpendBase.BASE),
        repeat=word(data, "repeat", Repeat, Repeat.ONCE),
        quantity=whole({"quantity": 1, **data}, "quantity", 1, 20),
        price_minor=whole({"price_minor": 0, **data}, "price_minor", 0, AMOUNT_MINOR_MAX),
    )
    if (effect.threshold_minor is None) is (effect.units_from is None):
        raise OFFER_MALFORMED.because(part="threshold_minor")
    # What item offers leave depends on who takes the gift, which this very offer decides.
    if effect.base is SpendBase.AFTER_ITEM:
        raise OFFER_GIFT_BASE_WRONG.because()
    if effect.units_from is not None and effect.base is not SpendBase.BASE:
        raise OFFER_MALFORMED.because(part="base")
    return effect


def gift_data(effect: Gift) -> dict[str, object]:
    """The stored form."""
    return {
        "threshold_minor": effect.threshold_minor,
        "units_from": effect.units_from,
        "base": effect.base.value,
        "repeat": effect.repeat.value,
        "get": goods_data(effect.get),
        "quantity": effect.quantity,
        "price_minor": effect.price_minor,
    }
