"""Offers as merchants write them in a case: what it does, on which goods, when, with what.

    第二杯半价: 2nd 50% off on #tea; when 14:00-17:00; group 招牌
    套餐: bundle 2 #tea + #cake for 45.00; only with 会员
    满赠: gift 1 #cake for every 100.00 of list; when party 3

Goods are product names or `#tags`, several with `/`, or `all but …`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
)
from regulars.domain.kernel.period import Instant, Period, instant
from regulars.domain.pricing.goods import EVERYTHING, Goods
from regulars.domain.pricing.kinds import (
    BundlePrice,
    BundleSlot,
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
    QuantityStep,
    SpecialPrice,
    UnitPrice,
)
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.offer import Offer, Stack
from tests.domain.pricing.builders import an_offer

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AMOUNT = r"\d+(?:\.\d\d?)?"
PERCENT = r"\d+(?:\.\d\d?)?"
GOODS = r"(?:all but )?[^\s+;]+"


class Shelf:
    """The goods of a case by name, so that offers can name them."""

    def __init__(self, names: Mapping[str, int], lines: Sequence[ChosenLine]) -> None:
        self._products = {line.product_id.int - 1_000: line.product_id for line in lines}
        self._variants = {line.product_id.int - 1_000: line.variant_id for line in lines}
        self._names = names
        self._lines = lines

    def goods(self, text: str) -> Goods:
        """The goods of a text."""
        if text.startswith("all but "):
            out = self.goods(text.removeprefix("all but "))
            return Goods(
                excluded_products=out.products,
                excluded_tags=out.tags,
                excluded_variants=out.variants,
                excluded_categories=out.categories,
            )
        words, _, but = text.partition(" but ")
        names = [name.strip() for name in words.split("/")]
        known = [self._names[name] for name in names if name in self._names]
        variants = [
            self._variants[self._names[name.removeprefix("variant ")]]
            for name in names
            if name.startswith("variant ")
        ]
        out = self.goods(but) if but else EVERYTHING
        return Goods(
            tags=frozenset(name[1:] for name in names if name.startswith("#")),
            products=frozenset(self._products[number] for number in known),
            variants=frozenset(variants),
            categories=frozenset(
                [line.category_id for line in self._lines[:1] if "the category" in names]
            ),
            excluded_products=out.products,
            excluded_tags=out.tags,
        )


def minor(text: str) -> int:
    """Units: 12.30 is 1,230 minor units, and 12.5 % is 1,250 basis points."""
    return int(Decimal(text) * 100)


def moment(text: str) -> Instant:
    """A wall-clock time in the shop."""
    return instant(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI))


def offer_of(text: str, at: int, shelf: Shelf) -> Offer:
    """The offer that a row spells."""
    name, _, rest = text.partition(":")
    effect, *parts = (part.strip() for part in rest.split(";"))
    on_top = " on top" in effect
    words, _, goods = effect.replace(" on top", "").partition(" on ")

    def said(word: str) -> list[str]:
        return [part.removeprefix(word) for part in parts if part.startswith(word)]

    until, since, priority = said("until "), said("from "), said("priority ")
    only_with = said("only with ")
    stack = Stack.ALONE if "alone" in parts else Stack.ONLY_WITH if only_with else Stack.FREE
    done = effect_of(words.strip(), shelf)
    if on_top:
        assert isinstance(done, Percent | FixedAmount)
        done = replace(done, on_top=True)
    offer = an_offer(
        at,
        done,
        name=name.strip(),
        goods=shelf.goods(goods) if goods else EVERYTHING,
        condition=All(tuple(condition_of(part) for part in said("when "))),
        period=Period(moment(since[0]) if since else None, moment(until[0]) if until else None),
        groups=tuple(sorted(said("group "))),
        stack=stack,
        priority=int(priority[0]) if priority else 0,
    )
    of_kind = said("at most ")
    return replace(
        offer,
        only_with=tuple(sorted(only_with[0].split("/"))) if only_with else (),
        per_order_max=int(of_kind[0].split()[0]) if of_kind else None,
    )


def effect_of(words: str, shelf: Shelf) -> Effect:
    """What an offer does."""
    with_extras = words.endswith(" with extras")
    words = words.removesuffix(" with extras")
    for reader in (_nth, _plain, _of_units):
        effect = reader(words, with_extras)
        if effect is not None:
            return effect
    return _together(words, shelf, with_extras) or _spend_and_save(words)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _nth(words: str, with_extras: bool) -> Effect | None:
    if found := re.fullmatch(
        r"(?:(\d+)(?:st|nd|rd|th)|last (\d+) of (\d+)) (\d+)% off"
        r"( same product)?( at most (\d+) groups?)?",
        words,
    ):
        return NthDiscount(
            n=int(found[1] or found[3]),
            m=int(found[2] or 1),
            basis_points=minor(found[4]),
            same=Same.PRODUCT if found[5] else Same.GOODS,
            groups_max=_number(found[7]),
            with_extras=with_extras,
        )
    return None


def _plain(words: str, with_extras: bool) -> Effect | None:
    if found := re.fullmatch(
        rf"({PERCENT})% off( each)?(?: of (\d+))?(?: at most ({AMOUNT}))?", words
    ):
        return Percent(
            basis_points=minor(found[1]),
            per=Per.UNIT if found[2] else Per.ORDER,
            units_max=_number(found[3]),
            cap_minor=minor(found[4]) if found[4] else None,
            with_extras=with_extras,
        )
    if found := re.fullmatch(rf"({AMOUNT}) off( each)?(?: of (\d+))?", words):
        return FixedAmount(
            amount_minor=minor(found[1]),
            per=Per.UNIT if found[2] else Per.ORDER,
            units_max=_number(found[3]),
            with_extras=with_extras,
        )
    if found := re.fullmatch(rf"fees waived(?: up to ({AMOUNT}))?", words):
        return FeeWaiver(cap_minor=minor(found[1]) if found[1] else None)
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)x points", words):
        return PointsMultiplier(multiplier_basis_points=int(Decimal(found[1]) * 10_000))
    return None


def _of_units(words: str, with_extras: bool) -> Effect | None:
    if found := re.fullmatch(rf"each for ({AMOUNT})(?: of (\d+))?", words):
        return UnitPrice(
            price_minor=minor(found[1]), units_max=_number(found[2]), with_extras=with_extras
        )
    if found := re.fullmatch(rf"price ({AMOUNT})", words):
        return SpecialPrice(price_minor=minor(found[1]))
    if found := re.fullmatch(rf"price ({PERCENT})% off", words):
        return SpecialPrice(basis_points=minor(found[1]))
    if rows := re.findall(rf"(?:from|then) (\d+) ({PERCENT})% off each", words):
        steps = tuple(QuantityStep(int(quantity), minor(off)) for quantity, off in rows)
        return QuantityLadder(steps=steps, with_extras=with_extras)
    return None


def _together(words: str, shelf: Shelf, with_extras: bool) -> Effect | None:
    if found := re.fullmatch(rf"bundle (.+) for ({AMOUNT})(?: at most (\d+))?", words):
        return BundlePrice(
            slots=tuple(_slot(part.strip(), shelf) for part in found[1].split(" + ")),
            price_minor=minor(found[2]),
            uses_max=_number(found[3]),
        )
    if found := re.fullmatch(
        rf"buy (\d+) get (\d+) ({GOODS}) (free|({PERCENT})% off)(?: at most (\d+))?", words
    ):
        return BuyGet(
            n=int(found[1]),
            m=int(found[2]),
            get=shelf.goods(found[3]),
            basis_points=minor(found[5]) if found[5] else 10_000,
            uses_max=_number(found[6]),
            with_extras=with_extras,
        )
    if found := re.fullmatch(
        rf"gift (\d+) ({GOODS})(?: at ({AMOUNT}))? for( every)? (?:({AMOUNT})|(\d+) units)"
        r"( of list)?",
        words,
    ):
        return Gift(
            get=shelf.goods(found[2]),
            quantity=int(found[1]),
            price_minor=minor(found[3]) if found[3] else 0,
            repeat=Repeat.PER_STEP if found[4] else Repeat.ONCE,
            threshold_minor=minor(found[5]) if found[5] else None,
            units_from=_number(found[6]),
            base=SpendBase.LIST if found[7] else SpendBase.BASE,
        )
    return None


def _slot(text: str, shelf: Shelf) -> BundleSlot:
    found = re.fullmatch(r"(?:(\d+) )?(.+)", text)
    assert found, text
    return BundleSlot(shelf.goods(found[2]), int(found[1] or 1))


def _spend_and_save(words: str) -> SpendAndSave:
    steps = re.findall(rf"(?:spend|every|then) ({AMOUNT}) save ({AMOUNT})", words)
    cap = re.search(rf"at most ({AMOUNT})", words)
    base = re.search(r"of (list|base|after_item)", words)
    assert steps, words
    return SpendAndSave(
        steps=tuple(SpendStep(minor(threshold), minor(off)) for threshold, off in steps),
        repeat=Repeat.PER_STEP if words.startswith("every") else Repeat.ONCE,
        cap_minor=minor(cap[1]) if cap else None,
        base=SpendBase(base[1]) if base else SpendBase.BASE,
    )


_MONEY = {
    "spend": "spend",
    "list spend": "spend_list",
    "own spend": "own_spend",
    "own list spend": "own_spend_list",
}
_WORDS = {"flag": "flags", "member tag": "member_tags", "has": "tags"}


def condition_of(text: str) -> Condition:
    """When an offer holds."""
    if " or " in text:
        return AnyOf(tuple(condition_of(part) for part in text.split(" or ")))
    if text.startswith("not "):
        return Not(condition_of(text.removeprefix("not ")))
    if found := re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text):
        first, second = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        return Within("minute_of_day", first, second)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)\.\.(\d{4})-(\d\d)-(\d\d)", text):
        first, last = int("".join(found.groups()[:3])), int("".join(found.groups()[3:]))
        return Within("date", first, last + 1)
    if found := re.fullmatch(rf"((?:own )?(?:list )?spend) ({AMOUNT})", text):
        return Compare(_MONEY[found[1]], Comparison.AT_LEAST, minor(found[2]))
    if found := re.fullmatch(r"(own )?(\d+) units", text):
        field = "own_quantity" if found[1] else "quantity"
        return Compare(field, Comparison.AT_LEAST, int(found[2]))
    if found := re.fullmatch(r"party (\d+)", text):
        return Compare("party", Comparison.AT_LEAST, int(found[1]))
    if found := re.fullmatch(r"visit (\d+)", text):
        return Compare("visit_number", Comparison.EQUAL, int(found[1]))
    if found := re.fullmatch(r"birthday (-?\d+)\.\.(-?\d+)", text):
        return Within("birthday_offset", int(found[1]), int(found[2]) + 1)
    if found := re.fullmatch(r"(flag|member tag|has) #?(\S+)", text):
        return OneOf(_WORDS[found[1]], tuple(found[2].split("/")))
    if text in ("member", "new_member", "first_purchase"):
        return Compare(text, Comparison.EQUAL, True)
    if text.split("/", maxsplit=1)[0] in DAYS:
        return OneOf("weekday", tuple(DAYS.index(day) + 1 for day in text.split("/")))
    field_name, _, value = text.partition(" ")
    return Compare(field_name, Comparison.EQUAL, value)
