"""Price lists and which price is in force at a store: the nearest list wins.

Head office sells 珍珠奶茶 中杯 at 18.00, gold members pay 16.00. Region East sets 17.00 for
everybody: there it costs 17.00, and gold members still pay 16.00.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.terms import Level, Place

EVERYBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Prices that hold at a place for a period. Units: minor units per variant and tier code.

    The tier `EVERYBODY` is the price for all; another tier's code is that tier's member price.
    """

    id: UUID
    name: Label
    level: Level
    place: UUID | None
    period: Period
    prices: Mapping[tuple[VariantId, str], int]


@dataclass(frozen=True, slots=True)
class VariantPrice:
    """What a variant costs at one store. Units: minor units; `members` by tier code."""

    amount_minor: int
    members: Mapping[str, int]


_DEPTH = {Level.ORGANISATION: 0, Level.REGION: 1, Level.STORE: 2}


def holds_at(price_list: PriceList, place: Place) -> bool:
    """Whether a list is meant for a store."""
    match price_list.level:
        case Level.ORGANISATION:
            return True
        case Level.REGION:
            return price_list.place == place.region
        case Level.STORE:
            return price_list.place == place.store


def prices_in_force(
    price_lists: Iterable[PriceList], *, place: Place, at: Instant
) -> dict[VariantId, VariantPrice]:
    """What each variant costs at a store: nearest list first, then the one begun last.

    A variant without a price for everybody is not sold there.
    """
    in_force = [one for one in price_lists if holds_at(one, place) and one.period.holds(at)]
    in_force.sort(
        key=lambda one: (
            _DEPTH[one.level],
            one.period.start is not None,
            one.period.start or at,
            one.id.int,
        )
    )
    found: dict[VariantId, dict[str, int]] = {}
    for price_list in in_force:
        for (variant_id, tier), amount_minor in price_list.prices.items():
            found.setdefault(variant_id, {})[tier] = amount_minor
    prices: dict[VariantId, VariantPrice] = {}
    for variant_id, by_tier in found.items():
        amount = by_tier.pop(EVERYBODY, None)
        if amount is not None:
            prices[variant_id] = VariantPrice(amount, by_tier)
    return prices


def next_change_at(
    price_lists: Iterable[PriceList], *, place: Place, at: Instant
) -> Instant | None:
    """The next moment at which a list begins or ends at a store."""
    moments = [
        moment
        for one in price_lists
        if holds_at(one, place)
        for moment in (one.period.start, one.period.end)
        if moment is not None and moment > at
    ]
    return min(moments, default=None)
