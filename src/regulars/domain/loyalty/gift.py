"""A gift 赠礼: what a member gets at once for joining, a birthday, a task, a prize or a new tier.

{"points": 50, "coupon_types": ["NEW10"]} is 50 points and one coupon NEW10; a draw's first prize
{"item_zh": "保温杯", "item_en": "Thermos"} is handed over the counter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.term_fields import check_parts, codes, number, text
from regulars.domain.kernel.terms import TERMS_MALFORMED

_PARTS = ("points", "growth_value", "bonus_minor", "coupon_types", "item_zh", "item_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What is given. Units: points, growth value, minor units of bonus money.

    `coupon_types`: one coupon of each, by the type's code. `item`: a thing from the shelf.
    """

    points: int = 0
    growth_value: int = 0
    bonus_minor: int = 0
    coupon_types: tuple[str, ...] = ()
    item: Label | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is given at all."""
        return self == Gift()


NOTHING = Gift()


def gift_from(field: str, value: object) -> Gift:
    """The gift that a setting spells. Refuses: terms.malformed."""
    if not isinstance(value, Mapping):
        raise TERMS_MALFORMED.because(field=field, part="gift")
    check_parts(field, value, *_PARTS)
    item = None
    if "item_zh" in value or "item_en" in value:
        chinese = text(field, value, "item_zh") if "item_zh" in value else ""
        english = text(field, value, "item_en") if "item_en" in value else ""
        item = Label(chinese, english)
    return Gift(
        points=number(field, value, "points", 0),
        growth_value=number(field, value, "growth_value", 0),
        bonus_minor=number(field, value, "bonus_minor", 0),
        coupon_types=codes(field, value.get("coupon_types", [])),
        item=item,
    )


def coupon_types_named(promised: object) -> frozenset[str]:
    """Every coupon type, by its code, that a stored promise names, however deep it lies."""
    if not isinstance(promised, Mapping):
        return frozenset().union(*map(coupon_types_named, _listed(promised)))
    own = [promised.get("coupon_type"), *_listed(promised.get("coupon_types"))]
    here = frozenset(code for code in own if isinstance(code, str))
    return here.union(*map(coupon_types_named, promised.values()))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def gift_data(gift: Gift) -> dict[str, object]:
    """A gift as its setting spells it; parts that give nothing are left out."""
    told: dict[str, object] = {
        "points": gift.points,
        "growth_value": gift.growth_value,
        "bonus_minor": gift.bonus_minor,
        "coupon_types": list(gift.coupon_types),
    }
    if gift.item is not None:
        told |= {"item_zh": gift.item.zh, "item_en": gift.item.en}
    return {part: value for part, value in told.items() if value}
