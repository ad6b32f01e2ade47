"""What each kind of offer may take of a basket, apart from every other and from the search."""

import pytest

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.goods import EVERYTHING, Goods
from regulars.domain.pricing.kinds import (
    BundlePrice,
    BundleSlot,
    BuyGet,
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
from regulars.domain.pricing.kinds.acts import Bundle, Group, Reach, Single, Slot, Taking, Way
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendBase
from regulars.domain.pricing.reason import Reason, ReasonCode
from regulars.domain.pricing.units import unrolled
from tests.domain.pricing.builders import a_basket, a_line, a_member, tagged

TEA, CAKE = tagged("tea"), tagged("cake")


def reach(*lines: ChosenLine, goods: Goods = EVERYTHING, tier: str | None = None) -> Reach:
    units = unrolled(a_basket(*lines), None if tier is None else a_member(tier=tier))

    def of(wanted: Goods) -> list[int]:
        return [unit for unit in units.open if wanted.hold(units.lines[units.position[unit]])]

    return Reach(units, of(goods), of)


def tea(line: int, price_minor: int, quantity: int = 1, extras_minor: int = 0) -> ChosenLine:
    return a_line(line, price_minor, quantity=quantity, extras_minor=extras_minor, tags=["tea"])


def cake(line: int, price_minor: int, quantity: int = 1) -> ChosenLine:
    return a_line(line, price_minor, quantity=quantity, tags=["cake"])


def too_few(wanted: int, actual: int) -> Reason:
    return Reason(ReasonCode.TOO_FEW_GOODS, {"wanted": wanted, "actual": actual})


def test_a_bundle_takes_one_unit_for_every_place_and_charges_its_price() -> None:
    effect = BundlePrice(slots=(BundleSlot(TEA, 2), BundleSlot(CAKE)), price_minor=4_000)
    taking = effect.taking(reach(tea(1, 1_800, 2, 300), cake(2, 1_200)))
    assert effect.way is Way.ITEM
    assert taking == Taking(
        (Bundle((Slot({0: 1_800, 1: 1_800}, 2), Slot({2: 1_200}, 1)), 4_000),), 0
    )


def test_a_bundle_says_how_many_it_lacks() -> None:
    effect = BundlePrice(slots=(BundleSlot(TEA, 2), BundleSlot(CAKE)), price_minor=4_000)
    assert effect.taking(reach(tea(1, 1_800), cake(2, 1_200))) == too_few(2, 1)
    assert effect.taking(reach(tea(1, 1_800, 2))) == too_few(1, 0)
    same = BundlePrice(slots=(BundleSlot(TEA, 2), BundleSlot(TEA, 2)), price_minor=4_000)
    assert same.taking(reach(tea(1, 1_800, 3))) == too_few(4, 3)


def test_the_slots_of_a_bundle_are_the_goods_it_names() -> None:
    effect = BundlePrice(slots=(BundleSlot(TEA, 2), BundleSlot(CAKE)), price_minor=1)
    assert effect.sets() == (TEA, CAKE)


def test_bought_goods_gain_nothing_and_got_goods_gain_their_discount() -> None:
    effect = BuyGet(get=CAKE, n=2, basis_points=5_000, uses_max=3)
    taking = effect.taking(reach(tea(1, 1_800, 2), cake(2, 1_201), goods=TEA))
    assert taking == Taking((Bundle((Slot({0: 0, 1: 0}, 2), Slot({2: 601}, 1))),), 3)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((tea(1, 1_800), cake(2, 1_200)), too_few(2, 1)),
        ((tea(1, 1_800, 2),), too_few(1, 0)),
    ],
)
def test_buying_too_few_gets_nothing(lines: tuple[ChosenLine, ...], reason: Reason) -> None:
    assert BuyGet(get=CAKE, n=2).taking(reach(*lines, goods=TEA)) == reason


def test_one_unit_is_not_bought_and_got_at_once() -> None:
    effect = BuyGet(get=TEA, n=1)
    assert effect.taking(reach(tea(1, 1_800))) == too_few(2, 1)


def test_a_unit_price_saves_what_a_unit_costs_more() -> None:
    effect = UnitPrice(price_minor=990, units_max=1)
    taking = effect.taking(reach(tea(1, 1_800, 1, 300), tea(2, 900)))
    assert taking == Taking((Single({0: 810}),), 1)
    with_extras = UnitPrice(price_minor=990, with_extras=True)
    assert with_extras.taking(reach(tea(1, 1_800, 1, 300))) == Taking((Single({0: 1_110}),), 0)
    assert effect.taking(reach(tea(1, 900))) == Reason(ReasonCode.SAVES_NOTHING, {})


def test_a_price_in_force_never_rises() -> None:
    fixed, part = SpecialPrice(price_minor=1_500), SpecialPrice(basis_points=500)
    assert (fixed.price_of(1_800), fixed.price_of(1_200)) == (1_500, 1_200)
    assert (part.price_of(1_800), part.price_of(10)) == (1_710, 9)
    assert fixed.way is Way.PRICE
    assert part.reason == Reason(ReasonCode.PERCENT, {"basis_points": 500})


LADDER = QuantityLadder(steps=(QuantityStep(2, 1_000), QuantityStep(3, 2_000)))


@pytest.mark.parametrize(("quantity", "each"), [(2, 100), (3, 200), (5, 200)])
def test_the_step_of_a_ladder_is_how_many_there_are(quantity: int, each: int) -> None:
    taking = LADDER.taking(reach(tea(1, 1_000, quantity)))
    assert taking == Taking((Single(dict.fromkeys(range(quantity), each)),), 0)


def test_below_the_first_step_a_ladder_says_how_many_are_missing() -> None:
    assert LADDER.taking(reach(tea(1, 1_000))) == too_few(2, 1)
    assert LADDER.next_after(1) == QuantityStep(2, 1_000)
    assert LADDER.next_after(3) is None
    assert LADDER.reason_at(3) == Reason(
        ReasonCode.QUANTITY_STEP, {"quantity": 3, "basis_points": 2_000}
    )


@pytest.mark.parametrize(
    ("repeat", "quantity", "spent_minor", "earned"),
    [
        (Repeat.ONCE, 1, 9_999, 0),
        (Repeat.ONCE, 1, 10_000, 1),
        (Repeat.ONCE, 2, 30_000, 2),
        (Repeat.PER_STEP, 1, 29_999, 2),
        (Repeat.PER_STEP, 2, 30_000, 6),
    ],
)
def test_a_gift_is_earned_once_or_for_every_step(
    repeat: Repeat, quantity: int, spent_minor: int, earned: int
) -> None:
    effect = Gift(get=CAKE, threshold_minor=10_000, repeat=repeat, quantity=quantity)
    basket = reach(tea(1, spent_minor), cake(2, 50_000))
    assert effect.earned(basket) == earned
    taking = effect.taking(basket)
    if earned:
        assert taking == Taking((Single({1: 50_000}),), earned)
        assert effect.to_add(basket) == earned - 1
    else:
        values = {"wanted_minor": 10_000, "actual_minor": spent_minor}
        assert taking == Reason(ReasonCode.SPEND_SHORT, values)


def test_gifts_never_earn_a_gift_whatever_they_cost() -> None:
    by_money = Gift(get=CAKE, threshold_minor=1_000)
    by_units = Gift(get=CAKE, units_from=2)
    basket = reach(cake(1, 9_000, 5), tea(2, 900))
    assert by_money.earned(basket) == 0
    assert by_units.taking(basket) == too_few(2, 1)


def test_a_gift_that_is_not_in_the_basket_may_be_added() -> None:
    effect = Gift(get=CAKE, units_from=2, repeat=Repeat.PER_STEP, price_minor=500)
    basket = reach(tea(1, 1_800, 5))
    assert effect.to_add(basket) == 2
    assert effect.taking(basket) == Reason(ReasonCode.GIFT_TO_ADD, {"count": 2, "price_minor": 500})


def test_an_add_on_saves_what_it_costs_above_its_price() -> None:
    effect = Gift(get=CAKE, threshold_minor=1_000, price_minor=500)
    assert effect.taking(reach(tea(1, 1_800), cake(2, 1_200))) == Taking((Single({1: 700}),), 1)
    assert effect.taking(reach(tea(1, 1_800), cake(2, 500))) == Reason(ReasonCode.SAVES_NOTHING, {})


def test_a_gift_reads_the_price_in_force_or_the_list() -> None:
    line = a_line(1, 1_000, tags=["tea"], member_price_minor={"gold": 900})
    basket = reach(line, cake(2, 500), tier="gold")
    assert Gift(get=CAKE, threshold_minor=1_000).earned(basket) == 0
    assert Gift(get=CAKE, threshold_minor=1_000, base=SpendBase.LIST).earned(basket) == 1


def test_a_fee_is_waived_in_whole_or_up_to_an_amount() -> None:
    assert FeeWaiver().waived_of(600) == 600
    assert FeeWaiver(cap_minor=500).waived_of(600) == 500
    assert FeeWaiver(cap_minor=500).waived_of(300) == 300
    assert FeeWaiver().way is Way.FEE


def test_more_points_change_what_is_earned_and_nothing_else() -> None:
    effect = PointsMultiplier(multiplier_basis_points=20_000)
    assert (effect.way, effect.multiplier_basis_points) == (Way.EARN, 20_000)


def test_the_last_m_of_every_n_save() -> None:
    effect = NthDiscount(n=3, m=2, basis_points=10_000)
    assert effect.taking(reach(tea(1, 1_800, 3))) == Taking(
        (Group({0: 1_800, 1: 1_800, 2: 1_800}, 3, 2),), 0
    )
    same = NthDiscount(n=2, same=Same.PRODUCT, groups_max=1)
    assert same.taking(reach(tea(1, 1_800, 2), tea(2, 2_000))) == Taking(
        (Group({0: 900, 1: 900}, 2, 1),), 1
    )


@pytest.mark.parametrize(
    ("effect", "way"),
    [
        (Percent(basis_points=100), Way.ORDER),
        (Percent(basis_points=100, per=Per.UNIT), Way.ITEM),
        (Percent(basis_points=100, per=Per.UNIT, on_top=True), Way.ORDER),
        (FixedAmount(amount_minor=100), Way.ORDER),
        (FixedAmount(amount_minor=100, per=Per.UNIT), Way.ITEM),
        (FixedAmount(amount_minor=100, per=Per.UNIT, on_top=True), Way.ORDER),
    ],
)
def test_an_amount_acts_on_units_or_on_the_bill(effect: Percent | FixedAmount, way: Way) -> None:
    assert effect.way is way


def test_on_top_the_sum_over_the_units_is_known_before_the_search() -> None:
    basket = reach(tea(1, 1_800, 2), tea(2, 150))
    assert Percent(basis_points=1_000, per=Per.UNIT, on_top=True).fixed_off(basket) == 375
    assert FixedAmount(amount_minor=200, per=Per.UNIT, on_top=True).fixed_off(basket) == 550
