"""What merchants promise, in the shares that were measured: a deck of 50 kinds of promise.

15 per unit, 10 in groups, 5 bundles, 15 on the bill, and gift, price and fee waiver.
"""

from collections.abc import Callable
from random import Random

from bench.quotes.menu import CATEGORIES, FEES, PRODUCTS, TAGS, Menu, categories, products
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
    QuantityLadder,
    QuantityStep,
    SpecialPrice,
    SpendAndSave,
    UnitPrice,
)
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendBase, SpendStep

Made = tuple[Effect, Goods]
Make = Callable[[Menu, Random], Made]

AFTER_ITEM_SHARE = 0.15


def some_goods(dice: Random) -> Goods:
    """A category, some products, a tag, or everything."""
    kind = dice.random()
    if kind < 0.4:
        return categories(dice.randrange(CATEGORIES))
    if kind < 0.8:
        return products(*dice.sample(range(PRODUCTS), dice.randint(3, 10)))
    if kind < 0.9:
        return Goods(tags=frozenset({dice.choice(TAGS)}))
    return EVERYTHING


def unit_percent(menu: Menu, dice: Random) -> Made:
    """每件九折."""
    return Percent(basis_points=500 * dice.randint(1, 5), per=Per.UNIT), some_goods(dice)


def unit_amount(menu: Menu, dice: Random) -> Made:
    """每杯减 2."""
    return FixedAmount(amount_minor=50 * dice.randint(2, 8), per=Per.UNIT), some_goods(dice)


def unit_price(menu: Menu, dice: Random) -> Made:
    """换购 9.90, one unit."""
    price_minor = dice.choice((990, 1_290, 1_590))
    return UnitPrice(price_minor=price_minor, units_max=dice.choice((1, 1, 2))), some_goods(dice)


def quantity_ladder(menu: Menu, dice: Random) -> Made:
    """满 2 件 9 折，满 3 件 8 折."""
    steps = (QuantityStep(2, 1_000), QuantityStep(dice.randint(3, 5), 2_000))
    return QuantityLadder(steps=steps), some_goods(dice)


def nth(menu: Menu, dice: Random) -> Made:
    """第二杯半价、买二送一."""
    n, basis_points = dice.choice(((2, 5_000), (2, 10_000), (3, 10_000), (2, 3_000), (3, 5_000)))
    same = Same.PRODUCT if dice.random() < 0.2 else Same.GOODS
    return NthDiscount(n=n, basis_points=basis_points, same=same), some_goods(dice)


def buy_get(menu: Menu, dice: Random) -> Made:
    """买茶，蛋糕半价."""
    bought, got = dice.sample(range(CATEGORIES), 2)
    effect = BuyGet(
        get=categories(got), n=dice.choice((1, 2)), basis_points=dice.choice((5_000, 10_000))
    )
    return effect, categories(bought)


def bundle(menu: Menu, dice: Random) -> Made:
    """A slot from each of 2–3 price bands, or any n of one."""
    slots = []
    price_minor = 0
    by_price = sorted(range(PRODUCTS), key=menu.price_minor)
    if dice.random() < 0.3:
        shapes = [dice.randint(2, 3)]
    else:
        shapes = [1] * dice.randint(2, 3)
    for quantity in shapes:
        size = dice.randint(4, 10)
        first = dice.randrange(PRODUCTS - size)
        band = by_price[first : first + size]
        slots.append(BundleSlot(products(*band), quantity))
        price_minor += quantity * menu.price_minor(band[0])
    return BundlePrice(slots=tuple(slots), price_minor=price_minor * 9 // 1_000 * 100), EVERYTHING


def order_percent(menu: Menu, dice: Random) -> Made:
    """全单九折, some with a cap."""
    cap_minor = dice.choice((None, None, 1_000, 2_000))
    return Percent(basis_points=100 * dice.randint(2, 12), cap_minor=cap_minor), EVERYTHING


def ladder(menu: Menu, dice: Random) -> Made:
    """满40减5 满80减12."""
    first, off = 100 * dice.randint(30, 80), 100 * dice.randint(2, 6)
    steps = (SpendStep(first, off), SpendStep(2 * first, 2 * off + 100))
    base = SpendBase.AFTER_ITEM if dice.random() < AFTER_ITEM_SHARE else SpendBase.BASE
    return SpendAndSave(steps=steps[: dice.randint(1, 2)], base=base), EVERYTHING


def per_step(menu: Menu, dice: Random) -> Made:
    """每满40减3."""
    step = SpendStep(100 * dice.randint(40, 90), 100 * dice.randint(2, 5))
    return SpendAndSave(steps=(step,), repeat=Repeat.PER_STEP, cap_minor=3_000), EVERYTHING


def scoped(menu: Menu, dice: Random) -> Made:
    """茶饮满30减4."""
    step = SpendStep(100 * dice.randint(25, 60), 100 * dice.randint(1, 4))
    return SpendAndSave(steps=(step,)), categories(dice.randrange(CATEGORIES))


def on_top(menu: Menu, dice: Random) -> Made:
    """每杯再减 0.50, also on cups that another offer took."""
    effect = FixedAmount(amount_minor=50 * dice.randint(1, 2), per=Per.UNIT, on_top=True)
    return effect, categories(dice.randrange(CATEGORIES))


def gift(menu: Menu, dice: Random) -> Made:
    """满 60 送小食."""
    given = categories(dice.randrange(CATEGORIES))
    return Gift(get=given, threshold_minor=100 * dice.randint(40, 120)), EVERYTHING


def price(menu: Menu, dice: Random) -> Made:
    """限时特价."""
    few = dice.sample(range(PRODUCTS), dice.randint(2, 5))
    return SpecialPrice(basis_points=500 * dice.randint(2, 4)), products(*few)


def fee_waiver(menu: Menu, dice: Random) -> Made:
    """免打包费."""
    return FeeWaiver(), FEES


DECK: tuple[Make, ...] = (
    *[unit_percent] * 7,
    *[unit_amount] * 4,
    *[unit_price] * 2,
    *[quantity_ladder] * 2,
    *[nth] * 7,
    *[buy_get] * 2,
    *[bundle] * 5,
    *[order_percent] * 4,
    *[ladder] * 5,
    *[per_step] * 3,
    *[scoped] * 4,
    *[on_top] * 1,
    *[gift] * 2,
    *[price] * 1,
    *[fee_waiver] * 1,
)
