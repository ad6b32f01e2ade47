"""A price for several goods together 套餐价: one unit for every place of every slot.

汉堡 1 件 + 可乐 1 件 25.00: a burger of 22.00 and a cola of 8.00 save 5.00, spread over both.
"茶饮 3 件 50.00" is one slot of three. Modifiers keep their price.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds.acts import Bundle, Reach, Slot, Taking, Way
from regulars.domain.pricing.kinds.fields import (
    AMOUNT_MINOR_MAX,
    OFFER_MALFORMED,
    only,
    whole,
    whole_or_none,
)
from regulars.domain.pricing.kinds.goods_fields import goods_data, named_goods_from
from regulars.domain.pricing.reason import Reason, ReasonCode

OFFER_BUNDLE_TOO_LARGE = refusal_code("offer.bundle_too_large", "maximum")
OFFER_BUNDLE_TOO_SMALL = refusal_code("offer.bundle_too_small")

PARTS = frozenset({"slots", "price_minor", "uses_max"})
SLOTS_MAX = 5
UNITS_MAX = 20


class BundleSlot(NamedTuple):
    """So many units of these goods."""

    goods: Goods
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePrice:
    """Units: minor units. `uses_max`: how many bundles one order or coupon takes."""

    slots: tuple[BundleSlot, ...]
    price_minor: int
    uses_max: int | None = None
    reason: Reason = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # What the receipt says: the same each time, so it is made once.
        object.__setattr__(
            self, "reason", Reason(ReasonCode.BUNDLE, {"price_minor": self.price_minor})
        )

    @property
    def way(self) -> Way:
        """It takes units."""
        return Way.ITEM

    def sets(self) -> tuple[Goods, ...]:
        """The goods of every slot."""
        return tuple(slot.goods for slot in self.slots)

    def taking(self, reach: Reach) -> Taking | Reason:
        """One pattern: every place of every slot at its price, less the price of the bundle."""
        bare = reach.units.bare
        slots: list[Slot] = []
        together: set[int] = set()
        for goods, quantity in self.slots:
            units = reach.of(goods)
            if len(units) < quantity:
                return _too_few(quantity, len(units))
            together.update(units)
            slots.append(Slot({unit: bare[unit] for unit in units}, quantity))
        wanted = sum(slot.quantity for slot in slots)
        if len(together) < wanted:
            return _too_few(wanted, len(together))
        return Taking((Bundle(tuple(slots), self.price_minor),), self.uses_max or 0)


def _too_few(wanted: int, actual: int) -> Reason:
    return Reason(ReasonCode.TOO_FEW_GOODS, {"wanted": wanted, "actual": actual})


def bundle_from(data: Mapping[str, object]) -> BundlePrice:
    """The bundle that stored data spell.

    Refuses: offer.malformed, offer.out_of_range, offer.goods_missing, offer.bundle_too_large,
    offer.bundle_too_small.
    """
    only(data, PARTS)
    rows = data.get("slots")
    if not isinstance(rows, list | tuple) or not rows:
        raise OFFER_MALFORMED.because(part="slots")
    if len(rows) > SLOTS_MAX:
        raise OFFER_BUNDLE_TOO_LARGE.because(maximum=SLOTS_MAX)
    slots = tuple(_slot(row) for row in rows)
    units = sum(slot.quantity for slot in slots)
    if units > UNITS_MAX:
        raise OFFER_BUNDLE_TOO_LARGE.because(maximum=UNITS_MAX)
    if units < 2:
        raise OFFER_BUNDLE_TOO_SMALL.because()
    return BundlePrice(
        slots=slots,
        price_minor=whole(data, "price_minor", 0, AMOUNT_MINOR_MAX),
        uses_max=whole_or_none(data, "uses_max", 1, 99),
    )


def _slot(row: object) -> BundleSlot:
    if not isinstance(row, Mapping):
        raise OFFER_MALFORMED.because(part="slots")
    only(row, frozenset({"goods", "quantity"}))
    return BundleSlot(
        named_goods_from(row.get("goods"), "slots"),
        whole({"quantity": 1, **row}, "quantity", 1, UNITS_MAX),
    )


def bundle_data(effect: BundlePrice) -> dict[str, object]:
    """The stored form."""
    return {
        "slots": [
            {"goods": goods_data(slot.goods), "quantity": slot.quantity} for slot in effect.slots
        ],
        "price_minor": effect.price_minor,
        "uses_max": effect.uses_max,
    }
