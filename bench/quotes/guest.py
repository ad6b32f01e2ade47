"""A gold member with 50 coupons of 12 types in her wallet; an order takes two of them."""

from datetime import timedelta
from random import Random

from bench.quotes.effects import some_goods
from bench.quotes.menu import id_of
from bench.quotes.offers import NOW, TIER
from regulars.domain.kernel.condition import ALWAYS, Compare, Comparison, Condition
from regulars.domain.kernel.ids import CouponId, CouponTypeId, MemberId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import HeldCoupon, MemberView
from regulars.domain.pricing.goods import EVERYTHING, Goods
from regulars.domain.pricing.kinds import (
    Effect,
    FixedAmount,
    NthDiscount,
    Per,
    Percent,
    UnitPrice,
)
from regulars.domain.pricing.offer import Offer

COUPONS, TYPES, ITEM_TYPES = 50, 12, 5
COUPONS_PER_ORDER_MAX = 2
TIER_BASIS_POINTS = 300


def member_of(dice: Random) -> MemberView:
    """A gold member; her coupons end on different days."""
    kinds = [_coupon_type(number, dice) for number in range(TYPES)]
    coupons = []
    for number in range(COUPONS):
        offer = kinds[number] if number < TYPES else dice.choice(kinds)
        coupons.append(
            HeldCoupon(
                id=CouponId(id_of(8, number)),
                type_id=CouponTypeId(offer.id),
                offer=offer,
                valid_from=Instant(NOW - timedelta(days=30)),
                valid_until=Instant(NOW + timedelta(days=dice.randint(1, 60))),
            )
        )
    return MemberView(
        id=MemberId(id_of(9, 0)),
        tier=TIER,
        tier_label=Label("金卡", "Gold"),
        tier_discount_basis_points=TIER_BASIS_POINTS,
        points_available=1_200,
        coupons=tuple(coupons),
        visits=12,
    )


def _coupon_type(number: int, dice: Random) -> Offer:
    """The first five take units, the others the bill, one of each kind on an order."""
    goods: Goods = EVERYTHING
    condition: Condition = ALWAYS
    effect: Effect
    if number < ITEM_TYPES:
        goods = some_goods(dice)
        effect = dice.choice(
            (
                UnitPrice(price_minor=1_290, units_max=1),
                Percent(basis_points=3_000, per=Per.UNIT, units_max=1),
                FixedAmount(amount_minor=500, per=Per.UNIT, units_max=1),
                NthDiscount(n=2, basis_points=5_000, groups_max=1),
            )
        )
    elif number % 2:
        least_minor = 100 * dice.randint(20, 80)
        condition = Compare("spend", Comparison.AT_LEAST, least_minor)
        effect = FixedAmount(amount_minor=least_minor // 1_000 * 100)
    else:
        effect = Percent(basis_points=500 * dice.randint(1, 3), cap_minor=100 * dice.randint(5, 15))
    name = f"券{number}"
    return Offer(
        id=id_of(10, number),
        version=1,
        name=Label(name, name),
        effect=effect,
        goods=goods,
        condition=condition,
        per_order_max=None if number < ITEM_TYPES else 1,
    )
