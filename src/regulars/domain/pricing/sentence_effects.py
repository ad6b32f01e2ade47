"""What an offer does, as one clause in each language.

NthDiscount(n=2, basis_points=5000) on 茶饮: "茶饮第 2 件半价", "item 2 at half price on Tea".
"""

from typing import assert_never

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
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendBase
from regulars.domain.pricing.reason_words import Texts, at_texts, counted, off_texts
from regulars.domain.pricing.sentence_names import ANY_ITEM, EACH_ITEM, Names, goods_texts

_BASES = {
    SpendBase.LIST: ("（按原价计）", " (counted at list price)"),
    SpendBase.BASE: ("", ""),
    SpendBase.AFTER_ITEM: ("（按单品优惠后计）", " (counted after item offers)"),
}


def effect_texts(effect: Effect, goods: Goods, names: Names) -> Texts:
    """The clause of an effect on its goods."""
    match effect:
        case Percent() | FixedAmount():
            return _off(effect, goods, names)
        case NthDiscount():
            return _nth(effect, goods, names)
        case SpendAndSave():
            return _spend_and_save(effect, goods, names)
        case BundlePrice():
            return _bundle(effect, names)
        case BuyGet():
            return _buy_get(effect, goods, names)
        case UnitPrice():
            zh, en = goods_texts(goods, names, EACH_ITEM)
            price = names.money(effect.price_minor)
            clauses = _clauses(effect.units_max, with_extras=effect.with_extras)
            return f"{zh}每件 {price}{clauses[0]}", f"{en} at {price}{clauses[1]}"
        case SpecialPrice():
            return _price(effect, goods, names)
        case QuantityLadder():
            return _ladder(effect, goods, names)
        case Gift():
            return _gift(effect, goods, names)
        case FeeWaiver():
            zh, en = goods_texts(goods, names)
            if effect.cap_minor is None:
                return f"免{zh}", f"no charge for {en}"
            cap = names.money(effect.cap_minor)
            return f"{zh}最多免 {cap}", f"up to {cap} off {en}"
        case PointsMultiplier():
            zh, en = goods_texts(goods, names)
            times = f"{effect.multiplier_basis_points / 10_000:g}"
            return f"{zh} {times} 倍积分", f"{times}× points on {en}"
        case _:
            assert_never(effect)


def _clauses(units_max: int | None, *, with_extras: bool, on_top: bool = False) -> Texts:
    zh = en = ""
    if units_max is not None:
        zh += f"，最多 {units_max} 件（价高者优先）"
        en += f", for at most {units_max} (the dearest first)"
    if with_extras:
        zh, en = zh + "，含加料", en + ", add-ons included"
    if on_top:
        zh, en = zh + "，可叠加在其他单品优惠上", en + ", also on top of other item offers"
    return zh, en


def _off(effect: Percent | FixedAmount, goods: Goods, names: Names) -> Texts:
    each = effect.per is Per.UNIT
    zh, en = goods_texts(goods, names, EACH_ITEM) if each else goods_texts(goods, names)
    if each:
        zh, en = f"{zh}每件", en if not goods.named else f"each of {en}"
    if isinstance(effect, Percent):
        off = off_texts(effect.basis_points)
        free = effect.basis_points >= 10_000
        said = (
            f"{zh}{'' if free else ' '}{off[0]}",
            f"{off[1]}{':' if free else ''} {en}",
        )
    else:
        amount = names.money(effect.amount_minor)
        said = f"{zh}立减 {amount}", f"{amount} off {en}"
    clauses = _clauses(effect.units_max, with_extras=effect.with_extras, on_top=effect.on_top)
    if isinstance(effect, Percent) and effect.cap_minor is not None:
        cap = names.money(effect.cap_minor)
        clauses = f"，最多减 {cap}{clauses[0]}", f", up to {cap} off{clauses[1]}"
    return said[0] + clauses[0], said[1] + clauses[1]


def _nth(effect: NthDiscount, goods: Goods, names: Names) -> Texts:
    zh, en = goods_texts(goods, names)
    at = at_texts(effect.basis_points)
    same = effect.same is Same.PRODUCT
    if effect.m > 1:
        zh += f"{'同款' if same else ''}每 {effect.n} 件中 {effect.m} 件{at[0]}"
        first = f"{effect.m} of every {effect.n} items"
    else:
        zh += f"{'同款' if same else ''}第 {effect.n} 件{at[0]}"
        first = f"item {effect.n}"
    en = f"{first}{' of the same product' if same else ''} {at[1]} on {en}"
    if effect.groups_max is not None:
        zh += f"，最多 {effect.groups_max} 组"
        en += f", at most {counted(effect.groups_max, 'group')}"
    clauses = _clauses(None, with_extras=effect.with_extras)
    return zh + clauses[0], en + clauses[1]


def _spend_and_save(effect: SpendAndSave, goods: Goods, names: Names) -> Texts:
    zh, en = goods_texts(goods, names)
    steps = [
        (names.money(step.threshold_minor), names.money(step.off_minor)) for step in effect.steps
    ]
    every = effect.repeat is Repeat.PER_STEP
    zh += "、".join(f"{'每' if every else ''}满 {first} 减 {off}" for first, off in steps)
    said = [
        f"{off} off for every {first}" if every else f"spend {first}, save {off}"
        for first, off in steps
    ]
    base = _BASES[effect.base]
    zh, en = zh + base[0], f"{'; '.join(said)} on {en}{base[1]}"
    if effect.cap_minor is not None:
        cap = names.money(effect.cap_minor)
        zh, en = f"{zh}，最多减 {cap}", f"{en}, up to {cap} off"
    return zh, en


def _bundle(effect: BundlePrice, names: Names) -> Texts:
    slots = [(goods_texts(slot.goods, names), slot.quantity) for slot in effect.slots]
    price = names.money(effect.price_minor)
    zh = " + ".join(f"{name[0]} {quantity} 件" for name, quantity in slots)
    en = " + ".join(f"{quantity} × {name[1]}" for name, quantity in slots)
    zh, en = f"{zh}，组合价 {price}", f"{en} together for {price}"
    return _uses(zh, en, effect.uses_max)


def _uses(zh: str, en: str, uses_max: int | None) -> Texts:
    if uses_max is None:
        return zh, en
    return f"{zh}，最多 {uses_max} 套", f"{en}, at most {counted(uses_max, 'time')}"


def _buy_get(effect: BuyGet, goods: Goods, names: Names) -> Texts:
    own, get = goods_texts(goods, names, ANY_ITEM), goods_texts(effect.get, names)
    at = at_texts(effect.basis_points)
    zh = f"买{own[0]} {effect.n} 件，{get[0]} {effect.m} 件{at[0]}"
    en = f"buy {effect.n} × {own[1]}, get {effect.m} × {get[1]} {at[1]}"
    clauses = _clauses(None, with_extras=effect.with_extras)
    return _uses(zh + clauses[0], en + clauses[1], effect.uses_max)


def _price(effect: SpecialPrice, goods: Goods, names: Names) -> Texts:
    zh, en = goods_texts(goods, names)
    if effect.price_minor is not None:
        price = names.money(effect.price_minor)
        return f"{zh}特价 {price}", f"special price {price} for {en}"
    off = off_texts(effect.basis_points or 0)
    return f"{zh}特价 {off[0]}", f"special price, {off[1]}, for {en}"


def _ladder(effect: QuantityLadder, goods: Goods, names: Names) -> Texts:
    zh, en = goods_texts(goods, names, ANY_ITEM)
    steps = [(step.quantity, off_texts(step.basis_points)) for step in effect.steps]
    zh += "、".join(f"满 {quantity} 件 {off[0]}" for quantity, off in steps)
    said = ", ".join(f"{quantity} or more {off[1]}" for quantity, off in steps)
    clauses = _clauses(None, with_extras=effect.with_extras)
    return zh + clauses[0], f"{said}: {en}{clauses[1]}"


def _gift(effect: Gift, goods: Goods, names: Names) -> Texts:
    own, get = goods_texts(goods, names, ANY_ITEM), goods_texts(effect.get, names)
    every = effect.repeat is Repeat.PER_STEP
    base = _BASES[effect.base]
    if effect.units_from is not None:
        zh = f"{own[0]}{'每' if every else ''}满 {effect.units_from} 件"
        en = f"{'for every' if every else 'buy'} {effect.units_from} × {own[1]}"
    else:
        money = names.money(effect.threshold_minor or 0)
        zh = f"{own[0]}{'每' if every else ''}满 {money}{base[0]}"
        en = f"{'for every' if every else 'spend'} {money} on {own[1]}{base[1]}"
    if effect.price_minor:
        price = names.money(effect.price_minor)
        return (
            f"{zh}，每件加 {price} 换购{get[0]} {effect.quantity} 件",
            f"{en}: {effect.quantity} × {get[1]} for {price} each",
        )
    return (
        f"{zh} 送{get[0]} {effect.quantity} 件",
        f"{en}: {effect.quantity} × {get[1]} as a gift",
    )
