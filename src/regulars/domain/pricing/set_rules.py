"""What a new offer may not be beside the others of its shops, so that every bill stays provable.

A third 满减 that reads the sum *after* item offers, active with two others on the same afternoon, is
refused when it is saved: then the till need not guess whether a dearer item offer would have paid.
Source: our choice, after measuring what an exact search can prove.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Scalar,
    Within,
)
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.pricing.goods import Goods
from regulars.domain.pricing.kinds import BundlePrice, BuyGet, Effect, NthDiscount
from regulars.domain.pricing.kinds.goods_fields import ids_in
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.stored import reads_after_item

OFFER_GOODS_UNKNOWN = refusal_code("offer.goods_unknown", "ids")
OFFER_TAG_UNKNOWN = refusal_code("offer.tag_unknown", "tags")
OFFER_BUNDLE_SAVES_NOTHING = refusal_code("offer.bundle_saves_nothing", "cheapest_minor")
OFFER_TOO_MANY_AFTER_ITEM = refusal_code("offer.too_many_after_item", "maximum", "offers")
OFFER_TOO_MANY_OVERLAPPING = refusal_code("offer.too_many_overlapping", "maximum", "product")

AFTER_ITEM_MAX = 2
MULTI_UNIT_MAX = 9
MULTI_UNIT_MANY = 7


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the shop sells: a line of one for each variant on sale, and every id and tag there is.

    `unpriced`: the variants whose price the organisation's lists do not say.
    """

    lines: tuple[ChosenLine, ...]
    unpriced: frozenset[UUID]
    ids: frozenset[UUID]
    tags: frozenset[str]


class Placed(NamedTuple):
    """An offer and the stores where it holds; None is every store."""

    offer: Offer
    stores: frozenset[UUID] | None


class Caution(NamedTuple):
    """What is allowed, and better known before it is saved."""

    code: str
    text: Label


def check_goods(offer: Offer, shelf: Shelf) -> None:
    """Whether the goods that an offer names exist. Refuses: offer.goods_unknown, offer.tag_unknown.

    A tag that no product carries is as wrong as a product that does not exist: nothing would ever
    be touched, or nothing excluded.
    """
    asked = named_by(offer.condition)
    ids = {one for goods in goods_of(offer) for one in ids_in(goods)}
    unknown = [str(one) for one in ids - shelf.ids]
    known = {str(one) for one in shelf.ids}
    unknown += [one for one in (*asked["products"], *asked["categories"]) if one not in known]
    if unknown:
        raise OFFER_GOODS_UNKNOWN.because(ids=sorted(unknown))
    tags = {tag for goods in goods_of(offer) for tag in goods.tags | goods.excluded_tags}
    missing = tags.union(asked["tags"]) - shelf.tags
    if missing:
        raise OFFER_TAG_UNKNOWN.because(tags=sorted(missing))


def goods_of(offer: Offer) -> tuple[Goods, ...]:
    """Every set of goods that an offer names."""
    return (offer.goods, *offer.effect.sets())


def named_by(condition: Condition) -> Mapping[str, set[str]]:
    """The values that a condition names, by field, for the fields that are about goods."""
    found: dict[str, set[str]] = {"products": set(), "categories": set(), "tags": set()}
    _gather(condition, found)
    return found


def _gather(condition: Condition, found: Mapping[str, set[str]]) -> None:
    match condition:
        case Compare(field=field, value=value):
            found.get(field, set()).add(str(value))
        case OneOf(field=field, values=values):
            found.get(field, set()).update(str(value) for value in values)
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                _gather(part, found)
        case Not(part=part):
            _gather(part, found)
        case Within():
            pass


def check_bundle(effect: Effect, shelf: Shelf) -> None:
    """Whether a bundle is cheaper than its cheapest parts; unknown prices are not guessed.

    Refuses: offer.bundle_saves_nothing.
    """
    if not isinstance(effect, BundlePrice):
        return
    cheapest_minor = 0
    for slot in effect.slots:
        held = [line for line in shelf.lines if slot.goods.hold(line)]
        if not held or any(line.variant_id in shelf.unpriced for line in held):
            return
        cheapest_minor += slot.quantity * min(
            line.unit_list_minor - line.extras_minor for line in held
        )
    if effect.price_minor >= cheapest_minor:
        raise OFFER_BUNDLE_SAVES_NOTHING.because(cheapest_minor=cheapest_minor)


def check_after_item(new: Placed, others: Sequence[Placed]) -> None:
    """No more than two thresholds on `after_item` at once. Refuses: offer.too_many_after_item."""
    if not reads_after_item(new.offer.effect):
        return
    near = [one for one in others if reads_after_item(one.offer.effect) and meet(new, one)]
    for at, one in enumerate(near):
        for other in near[at + 1 :]:
            if meet(one, other):
                names = [one.offer.name.zh, other.offer.name.zh]
                raise OFFER_TOO_MANY_AFTER_ITEM.because(maximum=AFTER_ITEM_MAX, offers=names)


def check_overlapping(new: Placed, others: Sequence[Placed], shelf: Shelf) -> tuple[Caution, ...]:
    """No more than nine offers that take several units on one product at once; a word from seven.

    Refuses: offer.too_many_overlapping.
    """
    if not _takes_several(new.offer.effect):
        return ()
    near = [one for one in others if _takes_several(one.offer.effect) and meet(new, one)]
    most, product = 1, Label("")
    for line in shelf.lines if len(near) + 1 >= MULTI_UNIT_MANY else ():
        if not _touches(new.offer, line):
            continue
        count = _at_once(new, [one for one in near if _touches(one.offer, line)])
        if count > most:
            most, product = count, line.name
    if most > MULTI_UNIT_MAX:
        raise OFFER_TOO_MANY_OVERLAPPING.because(maximum=MULTI_UNIT_MAX, product=product.zh)
    if most < MULTI_UNIT_MANY:
        return ()
    zh, en = product.in_language("zh-CN"), product.in_language("en")
    text = Label(
        f"“{zh}”同时参加 {most} 个多件优惠（最多 {MULTI_UNIT_MAX} 个），"
        "建议合并一些，顾客也更容易看懂",
        f"“{en}” is in {most} offers for several items at once (at most {MULTI_UNIT_MAX}): "
        "fewer of them are easier to understand",
    )
    return (Caution("offer.many_overlapping", text),)


def _takes_several(effect: Effect) -> bool:
    return isinstance(effect, NthDiscount | BundlePrice | BuyGet)


def _touches(offer: Offer, line: ChosenLine) -> bool:
    if isinstance(offer.effect, BundlePrice):
        return any(goods.hold(line) for goods in offer.effect.sets())
    return any(goods.hold(line) for goods in goods_of(offer))


def _at_once(new: Placed, others: Sequence[Placed]) -> int:
    """How many of them at most are in force in one moment of the new one, itself counted."""
    if len(others) + 1 < MULTI_UNIT_MANY:
        return len(others) + 1
    begins = [one.offer.period.start for one in (new, *others)]
    return max(
        sum(_holds(one.offer.period, at) for one in others) + 1
        for at in begins
        if _holds(new.offer.period, at)
    )


def _holds(period: Period, at: Instant | None) -> bool:
    """Whether a period holds a moment; None is before all of them."""
    return period.start is None if at is None else period.holds(at)


def meet(one: Placed, other: Placed) -> bool:
    """Whether one basket could ever see both: same store, same time, same way of ordering."""
    if one.stores is not None and other.stores is not None and one.stores.isdisjoint(other.stores):
        return False
    first, second = one.offer.period, other.offer.period
    if _before(first, second) or _before(second, first):
        return False
    return not any(
        _exclude(field, one.offer.condition, other.offer.condition)
        for field in ("weekday", "source", "tier", "tender", "minute_of_day", "date")
    )


def _before(first: Period, second: Period) -> bool:
    return first.end is not None and second.start is not None and first.end <= second.start


def _exclude(field: str, first: Condition, second: Condition) -> bool:
    """Whether no value of a field meets both, as far as the plain parts of both say."""
    values = [frozenset(one) for one in (*_values(field, first), *_values(field, second))]
    if values and not frozenset.intersection(*values):
        return True
    ranges = [*_ranges(field, first), *_ranges(field, second)]
    low = max((one.low for one in ranges if one.low is not None), default=None)
    high = min((one.high for one in ranges if one.high is not None), default=None)
    return low is not None and high is not None and high <= low


def _parts(condition: Condition) -> Iterable[Condition]:
    return condition.parts if isinstance(condition, All) else (condition,)


def _values(field: str, condition: Condition) -> list[tuple[Scalar, ...]]:
    found: list[tuple[Scalar, ...]] = []
    for part in _parts(condition):
        if isinstance(part, OneOf) and part.field == field:
            found.append(part.values)
        elif isinstance(part, Compare) and (part.field, part.comparison) == (
            field,
            Comparison.EQUAL,
        ):
            found.append((part.value,))
    return found


def _ranges(field: str, condition: Condition) -> list[Within]:
    return [part for part in _parts(condition) if isinstance(part, Within) and part.field == field]
