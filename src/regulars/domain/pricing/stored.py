"""Offers and coupon types in their stored form, and what is refused when one is saved.

    {"kind": "nth", "effect": {"n": 2, "basis_points": 5000}, "goods": {"tags": ["tea"]},
     "condition": {"kind": "one_of", "field": "weekday", "values": [2, 4]}, "groups": ["招牌"]}

Some mixes are refused because nobody could explain the bill, or prove it the best: thresholds out
of order, a percentage of the bill that reads only some goods, a threshold on `after_item` of only
some goods. Source: our choice, after measuring what an exact search can prove.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.condition import as_data, condition_from
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.kinds import Effect, FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.fields import OFFER_MALFORMED, only, whole, word
from regulars.domain.pricing.kinds.fixed_amount import fixed_amount_data, fixed_amount_from
from regulars.domain.pricing.kinds.nth import nth_data, nth_from
from regulars.domain.pricing.kinds.percent import percent_data, percent_from
from regulars.domain.pricing.kinds.spend_and_save import (
    SpendAndSave,
    SpendBase,
    spend_and_save_data,
    spend_and_save_from,
)
from regulars.domain.pricing.offer import ALWAYS_VALID, Goods, Offer, Stack
from regulars.domain.pricing.view import BASKET_FIELDS

OFFER_GOODS_NOT_ALLOWED = refusal_code("offer.goods_not_allowed")

PARTS = frozenset({"kind", "effect", "goods", "condition", "groups", "stack", "priority"})
GOODS_PARTS = (
    "products",
    "categories",
    "tags",
    "excluded_products",
    "excluded_categories",
    "excluded_tags",
)
GOODS_MAX = 1_000
GROUPS_MAX = 5
WORD_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class OfferHead:
    """What stands beside the definition in the table: which offer, its name, its dates."""

    id: UUID
    version: int
    name: Label
    period: Period = ALWAYS_VALID


def offer_from(head: OfferHead, definition: object) -> Offer:
    """The offer that a stored definition spells.

    Refuses: offer.malformed, offer.out_of_range, offer.steps_out_of_order,
    offer.saves_more_than_spent, offer.goods_not_allowed, condition.malformed, condition.too_large.
    """
    if not isinstance(definition, Mapping):
        raise OFFER_MALFORMED.because(part="definition")
    only(definition, PARTS)
    effect = _effect_from(definition.get("kind"), definition.get("effect"))
    goods = _goods_from(definition.get("goods", {}))
    if not goods.everything and _reads_the_whole_bill(effect):
        raise OFFER_GOODS_NOT_ALLOWED.because()
    condition = definition.get("condition", {"kind": "all", "parts": []})
    return Offer(
        id=head.id,
        version=head.version,
        name=head.name,
        effect=effect,
        goods=goods,
        condition=condition_from(condition, fields=BASKET_FIELDS),
        period=head.period,
        groups=tuple(sorted(_words(definition, "groups", GROUPS_MAX))),
        stack=word(definition, "stack", Stack, Stack.FREE),
        priority=whole({"priority": 0, **definition}, "priority", -1_000, 1_000),
    )


def offer_data(offer: Offer) -> dict[str, object]:
    """The stored definition of an offer; `offer_from` reads it back to an equal one."""
    kind, effect = _effect_data(offer.effect)
    goods = offer.goods
    return {
        "kind": kind,
        "effect": effect,
        "goods": {
            part: sorted(str(value) for value in getattr(goods, part)) for part in GOODS_PARTS
        },
        "condition": as_data(offer.condition),
        "groups": list(offer.groups),
        "stack": offer.stack.value,
        "priority": offer.priority,
    }


def _effect_from(kind: object, data: object) -> Effect:
    if not isinstance(data, Mapping):
        raise OFFER_MALFORMED.because(part="effect")
    match kind:
        case "percent":
            return percent_from(data)
        case "amount":
            return fixed_amount_from(data)
        case "nth":
            return nth_from(data)
        case "spend_and_save":
            return spend_and_save_from(data)
        case _:
            raise OFFER_MALFORMED.because(part="kind")


def _effect_data(effect: Effect) -> tuple[str, dict[str, object]]:
    match effect:
        case Percent():
            return "percent", percent_data(effect)
        case FixedAmount():
            return "amount", fixed_amount_data(effect)
        case NthDiscount():
            return "nth", nth_data(effect)
        case SpendAndSave():
            return "spend_and_save", spend_and_save_data(effect)
        case _:
            assert_never(effect)


def _reads_the_whole_bill(effect: Effect) -> bool:
    if isinstance(effect, Percent):
        return effect.per is Per.ORDER
    return isinstance(effect, SpendAndSave) and effect.base is SpendBase.AFTER_ITEM


def _goods_from(data: object) -> Goods:
    if not isinstance(data, Mapping):
        raise OFFER_MALFORMED.because(part="goods")
    only(data, frozenset(GOODS_PARTS))
    return Goods(
        products=_ids(data, "products"),
        categories=_ids(data, "categories"),
        tags=frozenset(_words(data, "tags", GOODS_MAX)),
        excluded_products=_ids(data, "excluded_products"),
        excluded_categories=_ids(data, "excluded_categories"),
        excluded_tags=frozenset(_words(data, "excluded_tags", GOODS_MAX)),
    )


def _words(data: Mapping[str, object], part: str, maximum: int) -> set[str]:
    values = data.get(part, [])
    if not isinstance(values, list | tuple) or len(values) > maximum:
        raise OFFER_MALFORMED.because(part=part)
    words = {
        value for value in values if isinstance(value, str) and 1 <= len(value) <= WORD_LENGTH_MAX
    }
    if len(words) != len(values):
        raise OFFER_MALFORMED.because(part=part)
    return words


def _ids(data: Mapping[str, object], part: str) -> frozenset[UUID]:
    try:
        return frozenset(UUID(value) for value in _words(data, part, GOODS_MAX))
    except ValueError:
        raise OFFER_MALFORMED.because(part=part) from None
