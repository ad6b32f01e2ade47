"""Random shops from a seed: small baskets with many ties, offers of every kind, odd combinations.

Much cheaper than a strategy that shrinks; a case that fails is named by its seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple, TypeVar

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.kernel.condition import ALWAYS, Compare, Comparison
from regulars.domain.kernel.ids import VariantId
from regulars.domain.pricing.candidates import tier_offer
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
    UnitPrice,
)
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.limits import Left, OnLast, Whose
from regulars.domain.pricing.offer import Offer, Stack
from tests.domain.pricing.brute import SPEND_CONDITION_MINOR, Case
from tests.domain.pricing.builders import a_line, a_member, an_offer, number, tagged

T = TypeVar("T")

TEA, CAKE, BAG = tagged("tea"), tagged("cake"), tagged("bag")
GOODS = (EVERYTHING, TEA, CAKE, Goods(excluded_tags=frozenset({"tea"})))
PRICES = (1, 99, 333, 700, 1200, 1600, 1600, 1800, 2200, 6000)
GROUPS: tuple[tuple[str, ...], ...] = ((), (), (), ("甲",), ("乙", "甲"), ("乙",))


class Sizes(NamedTuple):
    """How large a shop may be."""

    units: int = 6
    offers: int = 5
    coupons: int = 3
    coupons_max: int = 2
    fees: bool = True
    limits: bool = True


@dataclass(frozen=True, slots=True)
class Dice:
    """One shop after the other."""

    random: Random
    sizes: Sizes

    def one(self, of: Sequence[T]) -> T:
        """One of some."""
        return self.random.choice(of)

    def chance(self, percent: int) -> bool:
        """Yes in so many of a hundred."""
        return self.random.randrange(100) < percent

    def case(self) -> Case:
        """One shop with one basket."""
        sizes = self.sizes
        offers = [self.offer(at + 1) for at in range(self.random.randint(1, sizes.offers))]
        types = [self.coupon_type(50 + at) for at in range(2)]
        coupons = [self.one(types) for _ in range(self.random.randint(0, sizes.coupons))]
        bp = self.one((0, 0, 0, 700))
        member = a_member()
        self.random.shuffle(offers)
        return Case(
            lines=tuple(self.lines()),
            offers=tuple(offers),
            coupons=tuple(coupons),
            coupons_max=self.random.randint(0, sizes.coupons_max),
            tier=member.tier,
            tier_off=tier_offer(member.tier, member.tier_label, bp) if bp else None,
            left={one.id: self.left() for one in (*offers, *types) if self._is_limited(one)},
        )

    def lines(self) -> list[ChosenLine]:
        """Up to so many units, on lines with shuffled ids; sometimes a fee."""
        left = self.random.randint(1, self.sizes.units)
        ids = self.random.sample(range(1, 90), left + 2)
        found: list[ChosenLine] = []
        while left:
            quantity = self.random.randint(1, min(left, 3))
            left -= quantity
            price = self.one(PRICES) if self.chance(85) else self.random.randint(0, 5000)
            found.append(
                a_line(
                    ids.pop(),
                    price,
                    product=self.random.randint(1, 3),
                    quantity=quantity,
                    tags=self.one(((), ("tea",), ("tea",), ("cake",), ("tea", "cake"))),
                    extras_minor=self.one((0, 0, 0, 300, 900)),
                    discountable=not self.chance(8),
                    member_price_minor={"gold": 1500} if self.chance(15) else {},
                )
            )
        if self.sizes.fees and self.chance(25):
            for tags in (("bag",), ("bag", "van"))[: self.random.randint(1, 2)]:
                line = a_line(ids.pop(), self.one((100, 500)), product=8, tags=tags)
                found.append(
                    replace(
                        line,
                        kind=LineKind.FEE,
                        discountable=False,
                        variant_id=VariantId(number(7_000 + len(found))),
                    )
                )
        self.random.shuffle(found)
        return found

    def offer(self, at: int) -> Offer:
        """An offer that may be saved."""
        effect = self.one(EFFECTS)(self)
        if isinstance(effect, SpecialPrice):
            return an_offer(at, effect, goods=self.one(GOODS))
        stack = self.one((Stack.FREE,) * 8 + (Stack.ALONE, Stack.ONLY_WITH))
        made = an_offer(
            at,
            effect,
            goods=self._goods(effect),
            condition=ALWAYS
            if self.chance(80)
            else Compare("spend", Comparison.AT_LEAST, SPEND_CONDITION_MINOR),
            groups=self.one(GROUPS),
            stack=stack,
            priority=self.random.randint(0, 2),
        )
        return replace(made, only_with=("甲",)) if stack is Stack.ONLY_WITH else made

    def coupon_type(self, at: int) -> Offer:
        """What a coupon may promise."""
        made = self.offer(at)
        while isinstance(made.effect, SpecialPrice):
            made = self.offer(at)
        return replace(made, per_order_max=1) if self.chance(20) else made

    def left(self) -> Left:
        """What a limit leaves."""
        if self.chance(20):
            return Left(0, None, Whose.ALL)
        amount = self.one((50, 300, 900, 2500))
        return Left(None, amount, Whose.ALL, self.one((OnLast.CLIP, OnLast.REFUSE, OnLast.HONOUR)))

    def _is_limited(self, offer: Offer) -> bool:
        # Of a price only its uses are limited.
        if isinstance(offer.effect, SpecialPrice):
            return False
        return self.sizes.limits and self.chance(10)

    def _goods(self, effect: Effect) -> Goods:
        match effect:
            case BundlePrice():
                return EVERYTHING
            case FeeWaiver():
                return self.one((BAG, tagged("van")))
            case Percent(per=Per.ORDER) | SpendAndSave(base=SpendBase.AFTER_ITEM):
                return EVERYTHING
            case BuyGet(get=get):
                return self.one([goods for goods in GOODS if goods != get])
            case _:
                return self.one(GOODS)


def _nth(dice: Dice) -> Effect:
    n = dice.one((2, 2, 3, 4))
    return NthDiscount(
        n=n,
        m=dice.random.randint(1, n - 1),
        basis_points=dice.one((5_000, 10_000, 3_333)),
        same=dice.one((Same.GOODS, Same.GOODS, Same.PRODUCT)),
        groups_max=dice.one((None, None, 1, 2)),
        with_extras=dice.chance(50),
    )


def _unit_percent(dice: Dice) -> Effect:
    return Percent(
        basis_points=dice.one((1_000, 2_500, 10_000)),
        per=Per.UNIT,
        units_max=dice.one((None, 1, 2)),
        with_extras=dice.chance(50),
    )


def _unit_amount(dice: Dice) -> Effect:
    return FixedAmount(
        amount_minor=dice.one((100, 250, 900)), per=Per.UNIT, units_max=dice.one((None, 1, 2))
    )


def _bundle(dice: Dice) -> Effect:
    slots = [
        BundleSlot(dice.one((TEA, CAKE, EVERYTHING)), dice.one((1, 1, 2)))
        for _ in range(dice.random.randint(1, 3))
    ]
    if sum(slot.quantity for slot in slots) < 2:
        slots.append(BundleSlot(EVERYTHING))
    return BundlePrice(
        slots=tuple(slots),
        price_minor=dice.one((100, 1500, 2500, 4000)),
        uses_max=dice.one((None, None, 1)),
    )


def _buy_get(dice: Dice) -> Effect:
    return BuyGet(
        get=dice.one((CAKE, TEA)),
        n=dice.one((1, 1, 2)),
        m=dice.one((1, 1, 2)),
        basis_points=dice.one((5_000, 10_000)),
        uses_max=dice.one((None, None, 1)),
        with_extras=dice.chance(50),
    )


def _unit_price(dice: Dice) -> Effect:
    return UnitPrice(
        price_minor=dice.one((1, 500, 990)),
        units_max=dice.one((None, 1)),
        with_extras=dice.chance(50),
    )


def _quantity_ladder(dice: Dice) -> Effect:
    return QuantityLadder(
        steps=(QuantityStep(2, 1_000), QuantityStep(dice.one((3, 4)), 2_500)),
        with_extras=dice.chance(50),
    )


def _gift(dice: Dice) -> Effect:
    if dice.chance(50):
        return Gift(
            get=CAKE,
            units_from=dice.random.randint(1, 2),
            repeat=dice.one(tuple(Repeat)),
            price_minor=dice.one((0, 0, 500)),
        )
    return Gift(
        get=dice.one((CAKE, TEA)),
        threshold_minor=dice.one((1000, 2500)),
        base=dice.one((SpendBase.BASE, SpendBase.LIST)),
        repeat=dice.one(tuple(Repeat)),
        quantity=dice.random.randint(1, 2),
    )


def _percent(dice: Dice) -> Effect:
    return Percent(basis_points=dice.one((500, 1_200, 3_333)), cap_minor=dice.one((None, 400)))


def _amount(dice: Dice) -> Effect:
    return FixedAmount(amount_minor=dice.one((300, 800, 2000)))


def _ladder(dice: Dice) -> Effect:
    base = dice.one(tuple(SpendBase))
    if dice.chance(35):
        threshold = dice.one((900, 2000))
        step = SpendStep(threshold, threshold // 8 + 1)
        cap = dice.one((None, None, 400))
        return SpendAndSave(steps=(step,), repeat=Repeat.PER_STEP, base=base, cap_minor=cap)
    first, off = dice.one((1000, 2500, 4000, 6000)), dice.one((200, 700, 1500))
    off = min(off, first)
    higher = SpendStep(first + dice.one((500, 3000)), off + dice.one((0, 400)))
    return SpendAndSave(steps=(SpendStep(first, off), higher), base=base)


def _on_top(dice: Dice) -> Effect:
    if dice.chance(50):
        return Percent(
            basis_points=dice.one((500, 2_000)),
            per=Per.UNIT,
            on_top=True,
            with_extras=dice.chance(50),
        )
    return FixedAmount(amount_minor=dice.one((100, 900)), per=Per.UNIT, on_top=True)


def _waiver(dice: Dice) -> Effect:
    return FeeWaiver(cap_minor=dice.one((None, 200)))


def _price(dice: Dice) -> Effect:
    if dice.chance(50):
        return SpecialPrice(price_minor=dice.one((500, 1400)))
    return SpecialPrice(basis_points=dice.one((1_000, 3_000)))


EFFECTS: tuple[Callable[[Dice], Effect], ...] = (
    *(_nth, _nth, _nth, _unit_percent, _unit_amount, _bundle, _bundle, _buy_get, _unit_price),
    *(_quantity_ladder, _gift, _percent, _percent, _amount, _ladder, _ladder, _ladder, _on_top),
    *(_waiver, _price),
)


def without_after_item(case: Case) -> Case:
    """The same shop with ladders that read `base` where they read what item offers leave."""

    def plain(offer: Offer) -> Offer:
        effect = offer.effect
        if isinstance(effect, SpendAndSave) and effect.base is SpendBase.AFTER_ITEM:
            return replace(offer, effect=replace(effect, base=SpendBase.BASE))
        return offer

    return replace(
        case,
        offers=tuple(plain(one) for one in case.offers),
        coupons=tuple(plain(one) for one in case.coupons),
    )


def unscoped(case: Case) -> Case:
    """The same shop in which every offer on the bill touches everything, and no bundle loses."""

    def plain(offer: Offer) -> Offer:
        effect = offer.effect
        if isinstance(effect, BundlePrice):
            return replace(offer, effect=replace(effect, price_minor=0))
        on_top = isinstance(effect, Percent | FixedAmount) and effect.on_top
        if effect.way is Way.ORDER or on_top:
            return replace(offer, goods=EVERYTHING)
        return offer

    return replace(
        case,
        offers=tuple(plain(one) for one in case.offers),
        coupons=tuple(plain(one) for one in case.coupons),
        left={},
    )
