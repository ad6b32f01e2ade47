"""Offers and coupon types in their stored form, and what is refused when one is saved.

    {"kind": "nth", "effect": {"n": 2, "basis_points": 5000}, "goods": {"tags": ["tea"]},
     "condition": {"kind": "one_of", "field": "weekday", "values": [2, 4]}, "groups": ["招牌"]}

Some mixes are refused because nobody could explain the bill, or prove it the best: thresholds out
of order, a percentage of the bill that reads only some goods, a threshold on `after_item` of only
some goods, a price that depends on the sum which it makes. Source: our choice, after measuring
what an exact search can prove.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from regulars.domain.kernel.condition import Condition, as_data, condition_from, fields_of
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds import (
    BundlePrice,
    BuyGet,
    Effect,
    FeeWaiver,
    FixedAmount,
    Gift,
    NthDiscount,
    Per,
    Percent,
    PointsMultiplier,
    QuantityLadder,
    SpecialPrice,
    SpendAndSave,
    UnitPrice,
)
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.bundle import bundle_data, bundle_from
from regulars.domain.pricing.kinds.buy_get import buy_get_data, buy_get_from
from regulars.domain.pricing.kinds.fee_waiver import fee_waiver_data, fee_waiver_from
from regulars.domain.pricing.kinds.fields import OFFER_MALFORMED, only, whole, word
from regulars.domain.pricing.kinds.fixed_amount import fixed_amount_data, fixed_amount_from
from regulars.domain.pricing.kinds.gift import gift_data, gift_from
from regulars.domain.pricing.kinds.goods_fields import (
    OFFER_GOODS_MISSING,
    goods_data,
    goods_from,
    words,
)
from regulars.domain.pricing.kinds.nth import nth_data, nth_from
from regulars.domain.pricing.kinds.percent import percent_data, percent_from
from regulars.domain.pricing.kinds.points_multiplier import (
    points_multiplier_data,
    points_multiplier_from,
)
from regulars.domain.pricing.kinds.price import price_data, price_from
from regulars.domain.pricing.kinds.quantity_ladder import (
    quantity_ladder_data,
    quantity_ladder_from,
)
from regulars.domain.pricing.kinds.spend_and_save import (
    SpendBase,
    spend_and_save_data,
    spend_and_save_from,
)
from regulars.domain.pricing.kinds.unit_price import unit_price_data, unit_price_from
from regulars.domain.pricing.limits import Limit, limits_data, limits_from
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer, OnReturn, Stack
from regulars.domain.pricing.view import BASKET_FIELDS, MONEY_AND_COUNT_FIELDS

OFFER_GOODS_NOT_ALLOWED = refusal_code("offer.goods_not_allowed")
OFFER_GOODS_STAND_IN_SLOTS = refusal_code("offer.goods_stand_in_slots")
OFFER_GOODS_THE_SAME = refusal_code("offer.goods_the_same")
OFFER_GIFT_IS_CIRCULAR = refusal_code("offer.gift_is_circular")
OFFER_PRICE_STANDS_FIRST = refusal_code("offer.price_stands_first")
OFFER_STACK_NOT_ALLOWED = refusal_code("offer.stack_not_allowed")
OFFER_ONLY_WITH_WHOM = refusal_code("offer.only_with_whom")
OFFER_GROUPS_TOO_MANY = refusal_code("offer.groups_too_many", "maximum")
OFFER_NOT_FOR_COUPONS = refusal_code("offer.not_for_coupons")
OFFER_POINTS_NOT_LIMITED = refusal_code("offer.points_not_limited")
OFFER_PRICE_HAS_NO_BUDGET = refusal_code("offer.price_has_no_budget")

PARTS = frozenset(
    {
        "kind",
        "effect",
        "goods",
        "condition",
        "groups",
        "stack",
        "only_with",
        "priority",
        "limits",
        "on_return",
    }
)
GROUPS_MAX = 5
WORDS_MAX = 100

E = TypeVar("E")


class Kind(NamedTuple):
    """One kind in its stored form: what parses it, and what writes it."""

    name: str
    parse: Callable[[Mapping[str, object]], Effect]
    write: Callable[[Effect], dict[str, object] | None]


def _kind(
    name: str,
    effect: type[E],
    parse: Callable[[Mapping[str, object]], Effect],
    write: Callable[[E], dict[str, object]],
) -> Kind:
    def written(given: Effect) -> dict[str, object] | None:
        return write(given) if isinstance(given, effect) else None

    return Kind(name, parse, written)


_REGISTRY = (
    _kind("percent", Percent, percent_from, percent_data),
    _kind("amount", FixedAmount, fixed_amount_from, fixed_amount_data),
    _kind("nth", NthDiscount, nth_from, nth_data),
    _kind("spend_and_save", SpendAndSave, spend_and_save_from, spend_and_save_data),
    _kind("bundle", BundlePrice, bundle_from, bundle_data),
    _kind("buy_get", BuyGet, buy_get_from, buy_get_data),
    _kind("unit_price", UnitPrice, unit_price_from, unit_price_data),
    _kind("price", SpecialPrice, price_from, price_data),
    _kind("quantity_ladder", QuantityLadder, quantity_ladder_from, quantity_ladder_data),
    _kind("gift", Gift, gift_from, gift_data),
    _kind("fee_waiver", FeeWaiver, fee_waiver_from, fee_waiver_data),
    _kind("points_multiplier", PointsMultiplier, points_multiplier_from, points_multiplier_data),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _REGISTRY}


@dataclass(frozen=True, slots=True)
class OfferHead:
    """What stands beside the definition in the table: which offer, its name, its dates."""

    id: UUID
    version: int
    name: Label
    period: Period = ALWAYS_VALID


def offer_from(head: OfferHead, definition: object) -> Offer:
    """The offer that a stored definition spells.

    Refuses: condition.malformed, condition.too_large, offer.malformed, offer.out_of_range,
    offer.steps_out_of_order, offer.ladder_out_of_order, offer.saves_more_than_spent,
    offer.goods_missing, offer.goods_not_allowed, offer.goods_stand_in_slots, offer.goods_the_same,
    offer.gift_is_circular, offer.gift_base_wrong, offer.bundle_too_large, offer.bundle_too_small,
    offer.price_stands_first, offer.stack_not_allowed, offer.only_with_whom, offer.groups_too_many,
    offer.points_not_limited, offer.price_has_no_budget.
    """
    if not isinstance(definition, Mapping):
        raise OFFER_MALFORMED.because(part="definition")
    only(definition, PARTS)
    effect = _effect_from(definition.get("kind"), definition.get("effect"))
    goods = goods_from(definition.get("goods", {}))
    _check_goods(effect, goods)
    condition = condition_from(
        definition.get("condition", {"kind": "all", "parts": []}), fields=BASKET_FIELDS
    )
    stack = word(definition, "stack", Stack, Stack.FREE)
    groups = _groups(definition, "groups")
    only_with = _groups(definition, "only_with")
    if (stack is Stack.ONLY_WITH) is not bool(only_with):
        raise OFFER_ONLY_WITH_WHOM.because()
    _check_steps(effect, condition, stacked=bool(groups) or stack is not Stack.FREE)
    limits = limits_from(definition.get("limits", []))
    _check_limits(effect, limits)
    return Offer(
        id=head.id,
        version=head.version,
        name=head.name,
        effect=effect,
        goods=goods,
        condition=condition,
        period=head.period,
        groups=groups,
        stack=stack,
        only_with=only_with,
        on_return=word(definition, "on_return", OnReturn, OnReturn.SHARE),
        priority=whole({"priority": 0, **definition}, "priority", -1_000, 1_000),
        limits=limits,
    )


def offer_data(offer: Offer) -> dict[str, object]:
    """The stored definition of an offer; `offer_from` reads it back to an equal one."""
    kind, effect = effect_data(offer.effect)
    return {
        "kind": kind,
        "effect": effect,
        "goods": goods_data(offer.goods),
        "condition": as_data(offer.condition),
        "groups": list(offer.groups),
        "stack": offer.stack.value,
        "only_with": list(offer.only_with),
        "on_return": offer.on_return.value,
        "priority": offer.priority,
        "limits": limits_data(offer.limits),
    }


def effect_data(effect: Effect) -> tuple[str, dict[str, object]]:
    """The name of an effect's kind and its stored form."""
    for kind in _REGISTRY:
        written = kind.write(effect)
        if written is not None:
            return kind.name, written
    raise TypeError(f"{type(effect).__name__} is no kind of offer")


def check_for_coupon(offer: Offer) -> None:
    """Whether a coupon may promise this: a price in force and more points are no coupons, since
    nothing says when such a coupon would be spent. Refuses: offer.not_for_coupons."""
    if offer.effect.way in (Way.PRICE, Way.EARN):
        raise OFFER_NOT_FOR_COUPONS.because()


def _effect_from(kind: object, data: object) -> Effect:
    if not isinstance(data, Mapping):
        raise OFFER_MALFORMED.because(part="effect")
    known = KINDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise OFFER_MALFORMED.because(part="kind")
    return known.parse(data)


def _groups(definition: Mapping[str, object], part: str) -> tuple[str, ...]:
    groups = tuple(sorted(words(definition, part, WORDS_MAX)))
    if len(groups) > GROUPS_MAX:
        raise OFFER_GROUPS_TOO_MANY.because(maximum=GROUPS_MAX)
    return groups


def _check_goods(effect: Effect, goods: Goods) -> None:
    if isinstance(effect, BundlePrice):
        if not goods.everything:
            raise OFFER_GOODS_STAND_IN_SLOTS.because()
    elif isinstance(effect, FeeWaiver):
        if not goods.named:
            raise OFFER_GOODS_MISSING.because(part="goods")
    elif isinstance(effect, BuyGet):
        if effect.get == goods:
            raise OFFER_GOODS_THE_SAME.because()
    elif isinstance(effect, Gift):
        if goods.named and _covers(effect.get, goods):
            raise OFFER_GIFT_IS_CIRCULAR.because()
    elif not goods.everything and _reads_the_whole_bill(effect):
        raise OFFER_GOODS_NOT_ALLOWED.because()


def _covers(gifts: Goods, own: Goods) -> bool:
    """Whether each of an offer's own goods is a gift itself, so that nothing could earn one."""
    return not gifts.excepted and (
        own.products <= gifts.products
        and own.categories <= gifts.categories
        and own.tags <= gifts.tags
        and own.variants <= gifts.variants
    )


def _reads_the_whole_bill(effect: Effect) -> bool:
    if isinstance(effect, Percent):
        return effect.per is Per.ORDER
    return reads_after_item(effect)


def reads_after_item(effect: Effect) -> bool:
    """Whether its threshold reads what the item offers leave."""
    return isinstance(effect, SpendAndSave) and effect.base is SpendBase.AFTER_ITEM


def _check_steps(effect: Effect, condition: Condition, *, stacked: bool) -> None:
    """A price stands before every other offer; more points change no price at all."""
    if effect.way is Way.PRICE and not fields_of(condition).isdisjoint(MONEY_AND_COUNT_FIELDS):
        raise OFFER_PRICE_STANDS_FIRST.because()
    if stacked and effect.way in (Way.PRICE, Way.EARN):
        raise OFFER_STACK_NOT_ALLOWED.because()


def _check_limits(effect: Effect, limits: Sequence[Limit]) -> None:
    """What is counted is what an offer takes off a bill: more points take nothing off, and a price
    that is in force has no last order that takes less."""
    if effect.way is Way.EARN and limits:
        raise OFFER_POINTS_NOT_LIMITED.because()
    if effect.way is Way.PRICE and any(one.amount_minor is not None for one in limits):
        raise OFFER_PRICE_HAS_NO_BUDGET.because()
