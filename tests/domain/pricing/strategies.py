"""Random baskets and offers: small, with many ties, so that odd cases meet."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.condition import (
    ALWAYS,
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
)
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.pricing.basket import HeldCoupon
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
from regulars.domain.pricing.kinds.acts import Way
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.limits import Limit, OnLast, Span, Whose
from regulars.domain.pricing.offer import ALWAYS_VALID, Offer, OnReturn, Stack
from tests.domain.pricing.builders import FOOD, FRIDAY, a_coupon, a_line, an_offer, number, tagged

ADDED = TaxCategory(code="added", name=Label("税", "Tax"), rate_basis_points=900, inclusive=False)
PRICES = st.sampled_from([1, 99, 333, 700, 1200, 1600, 1800, 2200, 6000]) | st.integers(0, 5000)


@st.composite
def lines(draw: st.DrawFn, *, units_max: int = 5, inclusive_only: bool = False) -> list[ChosenLine]:
    """Up to so many units, on lines with shuffled ids."""
    left = draw(st.integers(1, units_max))
    ids = iter(draw(st.permutations(range(1, units_max + 1))))
    found: list[ChosenLine] = []
    while left:
        quantity = draw(st.integers(1, min(left, 3)))
        left -= quantity
        found.append(
            a_line(
                next(ids),
                draw(PRICES),
                product=draw(st.integers(1, 3)),
                quantity=quantity,
                tags=draw(st.sampled_from([(), ("tea",), ("cake",), ("tea", "cake")])),
                extras_minor=draw(st.sampled_from([0, 0, 300])),
                discountable=draw(st.sampled_from([True, True, True, False])),
                member_price_minor=draw(st.sampled_from([{}, {}, {"gold": 1500}])),
                tax=FOOD if inclusive_only else draw(st.sampled_from([FOOD, ADDED])),
            )
        )
    return found


ITEM_EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(
        NthDiscount,
        n=st.integers(2, 3),
        basis_points=st.sampled_from([5_000, 10_000, 3_333]),
        same=st.sampled_from(Same),
        groups_max=st.none() | st.integers(1, 2),
        with_extras=st.booleans(),
    ),
    st.builds(
        Percent,
        basis_points=st.sampled_from([1_000, 2_500, 10_000]),
        per=st.just(Per.UNIT),
        units_max=st.none() | st.integers(1, 2),
        with_extras=st.booleans(),
    ),
    st.builds(
        FixedAmount,
        amount_minor=st.sampled_from([100, 250, 900]),
        per=st.just(Per.UNIT),
        units_max=st.none() | st.integers(1, 2),
    ),
)
LADDERS: st.SearchStrategy[Effect] = st.builds(
    lambda first, rise, off, more, base: SpendAndSave(
        steps=(SpendStep(first, min(off, first)), SpendStep(first + rise, min(off, first) + more)),
        base=base,
    ),
    st.sampled_from([1000, 2500, 4000, 6000]),
    st.sampled_from([500, 3000]),
    st.sampled_from([200, 700, 1500]),
    st.sampled_from([0, 400]),
    st.sampled_from(SpendBase),
)
PER_STEPS: st.SearchStrategy[Effect] = st.builds(
    lambda threshold, base: SpendAndSave(
        steps=(SpendStep(threshold, threshold // 8 + 1),), repeat=Repeat.PER_STEP, base=base
    ),
    st.sampled_from([900, 2000]),
    st.sampled_from(SpendBase),
)
ORDER_EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(
        Percent,
        basis_points=st.sampled_from([500, 1_200, 3_333]),
        per=st.just(Per.ORDER),
        cap_minor=st.none() | st.just(400),
    ),
    st.builds(FixedAmount, amount_minor=st.sampled_from([300, 800, 2000]), per=st.just(Per.ORDER)),
    LADDERS,
    PER_STEPS,
)


CONDITIONS: st.SearchStrategy[Condition] = st.sampled_from(
    [ALWAYS, ALWAYS, Compare("spend", Comparison.AT_LEAST, 2000)]
)


def _may_be_scoped(effect: Effect) -> bool:
    if isinstance(effect, Percent):
        return effect.per is Per.UNIT
    return not (isinstance(effect, SpendAndSave) and effect.base is SpendBase.AFTER_ITEM)


@st.composite
def offer(draw: st.DrawFn, number: int) -> Offer:
    """An offer that may be saved: what is refused at save never meets a basket."""
    effect = draw(ITEM_EFFECTS | ORDER_EFFECTS)
    goods = EVERYTHING
    if _may_be_scoped(effect):
        goods = draw(
            st.sampled_from(
                [EVERYTHING, tagged("tea"), tagged("cake"), Goods(excluded_tags=frozenset({"tea"}))]
            )
        )
    return an_offer(
        number,
        effect,
        goods=goods,
        condition=draw(CONDITIONS),
        groups=draw(st.sampled_from([(), (), ("甲",), ("乙", "甲"), ("乙",)])),
        stack=draw(st.sampled_from([Stack.FREE, Stack.FREE, Stack.FREE, Stack.ALONE])),
        priority=draw(st.integers(0, 2)),
    )


@st.composite
def offers(draw: st.DrawFn, *, maximum: int = 4) -> list[Offer]:
    """Up to so many offers, in any order."""
    count = draw(st.integers(0, maximum))
    return list(draw(st.permutations([draw(offer(number + 1)) for number in range(count)])))


@st.composite
def coupons(draw: st.DrawFn, *, maximum: int = 3) -> list[HeldCoupon]:
    """Up to so many coupons, some of the same type."""
    types = [draw(offer(50 + number)) for number in range(2)]
    count = draw(st.integers(0, maximum))
    return [a_coupon(number + 1, draw(st.sampled_from(types))) for number in range(count)]


# What each new kind may be. Goods are tags: "tea" and "cake" are on the lines above.
TAGGED = st.sampled_from([tagged("tea"), tagged("cake"), Goods(tags=frozenset({"tea", "cake"}))])
USES = st.none() | st.integers(1, 2)
BUNDLES: st.SearchStrategy[BundlePrice] = st.builds(
    BundlePrice,
    slots=st.lists(st.builds(BundleSlot, TAGGED, st.integers(1, 2)), min_size=1, max_size=2)
    .map(tuple)
    .filter(lambda slots: sum(slot.quantity for slot in slots) > 1),
    price_minor=st.sampled_from([0, 900, 2_000, 3_000]),
    uses_max=USES,
)
BUY_GETS: st.SearchStrategy[BuyGet] = st.builds(
    BuyGet,
    get=st.sampled_from([tagged("cake"), Goods(tags=frozenset({"tea", "cake"}))]),
    n=st.integers(1, 2),
    m=st.integers(1, 2),
    basis_points=st.sampled_from([5_000, 10_000]),
    uses_max=USES,
    with_extras=st.booleans(),
)
UNIT_PRICES: st.SearchStrategy[UnitPrice] = st.builds(
    UnitPrice,
    price_minor=st.sampled_from([0, 990, 1_500]),
    units_max=USES,
    with_extras=st.booleans(),
)
SPECIAL_PRICES: st.SearchStrategy[SpecialPrice] = st.builds(
    SpecialPrice, price_minor=st.sampled_from([0, 990, 1_500])
) | st.builds(SpecialPrice, basis_points=st.sampled_from([500, 1_250, 10_000]))
QUANTITY_LADDERS: st.SearchStrategy[QuantityLadder] = st.builds(
    lambda first, rise, off, more, with_extras: QuantityLadder(
        steps=(QuantityStep(first, off), QuantityStep(first + rise, off + more)),
        with_extras=with_extras,
    ),
    st.integers(1, 2),
    st.integers(1, 2),
    st.sampled_from([500, 1_000]),
    st.sampled_from([500, 9_000]),
    st.booleans(),
)
GIFTS: st.SearchStrategy[Gift] = st.one_of(
    st.builds(
        Gift,
        get=st.just(tagged("cake")),
        threshold_minor=st.sampled_from([900, 3_000]),
        base=st.sampled_from([SpendBase.BASE, SpendBase.LIST]),
        repeat=st.sampled_from(Repeat),
        quantity=st.integers(1, 2),
        price_minor=st.sampled_from([0, 0, 500]),
    ),
    st.builds(
        Gift,
        get=st.just(tagged("cake")),
        units_from=st.integers(1, 2),
        repeat=st.sampled_from(Repeat),
        quantity=st.integers(1, 2),
        price_minor=st.sampled_from([0, 0, 500]),
    ),
)
FEE_WAIVERS: st.SearchStrategy[FeeWaiver] = st.builds(
    FeeWaiver, cap_minor=st.none() | st.sampled_from([100, 500])
)
MULTIPLIERS: st.SearchStrategy[PointsMultiplier] = st.builds(
    PointsMultiplier, multiplier_basis_points=st.sampled_from([10_001, 15_000, 20_000])
)
ON_TOPS: st.SearchStrategy[Effect] = st.builds(
    Percent,
    basis_points=st.sampled_from([500, 2_000]),
    per=st.just(Per.UNIT),
    with_extras=st.booleans(),
    on_top=st.just(True),
) | st.builds(
    FixedAmount,
    amount_minor=st.sampled_from([100, 250]),
    per=st.just(Per.UNIT),
    with_extras=st.booleans(),
    on_top=st.just(True),
)
MANY_NTHS: st.SearchStrategy[NthDiscount] = st.integers(3, 5).flatmap(
    lambda n: st.builds(
        NthDiscount,
        n=st.just(n),
        m=st.integers(1, n - 1),
        basis_points=st.sampled_from([5_000, 10_000]),
        same=st.sampled_from(Same),
    )
)
NEW_ITEM_EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    BUNDLES, BUY_GETS, UNIT_PRICES, QUANTITY_LADDERS, GIFTS, MANY_NTHS
)
ANY_EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    ITEM_EFFECTS,
    ORDER_EFFECTS,
    NEW_ITEM_EFFECTS,
    ON_TOPS,
    SPECIAL_PRICES,
    FEE_WAIVERS,
    MULTIPLIERS,
)
# Conditions over every field; those of money and count are not for prices.
ASKED: st.SearchStrategy[Condition] = st.sampled_from(
    [
        Compare("member", Comparison.EQUAL, True),
        Compare("member", Comparison.EQUAL, False),
        Compare("new_member", Comparison.EQUAL, True),
        Compare("first_purchase", Comparison.EQUAL, True),
        Compare("visits", Comparison.AT_LEAST, 3),
        Compare("visit_number", Comparison.EQUAL, 3),
        Compare("points", Comparison.MORE, 100),
        Compare("party", Comparison.AT_LEAST, 3),
        Compare("tender", Comparison.EQUAL, "stored_value"),
        OneOf("tier", ("gold", "silver")),
        OneOf("member_tags", ("vip",)),
        OneOf("flags", ("rain", "holiday")),
        OneOf("source", ("delivery",)),
        OneOf("store", (str(number(1)),)),
        OneOf("region", (str(number(2)),)),
        OneOf("weekday", (2, 4)),
        OneOf("weekday", (1, 2, 3, 4, 5)),
        OneOf("tags", ("tea",)),
        OneOf("products", (str(number(1_001)),)),
        OneOf("categories", (str(number(3_000)),)),
        Within("minute_of_day", 840, 1_020),
        Within("minute_of_day", 1_200, 1_560),
        Within("minute_of_day", 840, None),
        Within("date", 20_260_501, 20_260_601),
        Within("birthday_offset", -3, 4),
        Within("birthday_offset", 0, 1),
        Not(OneOf("tier", ("gold",))),
        AnyOf((OneOf("weekday", (6,)), OneOf("flags", ("holiday",)))),
    ]
)
COUNTED: st.SearchStrategy[Condition] = st.sampled_from(
    [
        Compare("spend", Comparison.AT_LEAST, 2_000),
        Compare("spend", Comparison.LESS, 2_000),
        Compare("spend_list", Comparison.AT_LEAST, 2_000),
        Compare("quantity", Comparison.AT_MOST, 5),
        Compare("own_quantity", Comparison.AT_LEAST, 3),
        Compare("own_spend", Comparison.AT_LEAST, 2_000),
        Within("own_spend_list", 1_000, 2_000),
    ]
)
MOMENTS = st.integers(0, 1_000).map(lambda hours: Instant(FRIDAY + timedelta(hours=hours)))
PERIODS: st.SearchStrategy[Period] = st.one_of(
    st.just(ALWAYS_VALID),
    MOMENTS.map(lambda start: Period(start, None)),
    MOMENTS.map(lambda end: Period(None, end)),
    st.tuples(MOMENTS, st.integers(1, 500)).map(
        lambda both: Period(both[0], Instant(both[0] + timedelta(minutes=both[1])))
    ),
)
LIMITS: st.SearchStrategy[Limit] = st.builds(
    Limit,
    whose=st.sampled_from(Whose),
    span=st.sampled_from(Span),
    uses=st.integers(1, 100),
    amount_minor=st.none() | st.integers(1, 500_000),
    on_last=st.sampled_from(OnLast),
) | st.builds(
    Limit,
    whose=st.sampled_from(Whose),
    span=st.sampled_from(Span),
    amount_minor=st.integers(1, 500_000),
    on_last=st.sampled_from(OnLast),
)
GROUPS = st.lists(st.sampled_from(["甲", "乙", "丙"]), unique=True, max_size=2).map(
    lambda groups: tuple(sorted(groups))
)
IDS: st.SearchStrategy[frozenset[UUID]] = st.frozensets(
    st.integers(1, 3).map(lambda value: number(1_000 + value)), max_size=2
)
WORDS = st.frozensets(st.sampled_from(["tea", "cake", "冰"]), max_size=2)


@st.composite
def goods(draw: st.DrawFn) -> Goods:
    """Goods by id and by tag, with and without exclusions; ids of different kinds never meet."""

    def ids(base: int) -> frozenset[UUID]:
        return frozenset(number(base + one.int) for one in draw(IDS))

    return Goods(
        products=ids(0),
        categories=ids(100_000),
        variants=ids(200_000),
        tags=draw(WORDS),
        excluded_products=ids(0),
        excluded_categories=ids(100_000),
        excluded_variants=ids(200_000),
        excluded_tags=draw(WORDS),
    )


def goods_for(effect: Effect) -> st.SearchStrategy[Goods]:
    """The goods that an offer of a kind may be saved with."""
    match effect:
        case BundlePrice():
            return st.just(EVERYTHING)
        case BuyGet():
            return goods().filter(lambda one: one != effect.get)
        case Gift():
            return goods().filter(lambda one: not one.named or not one.tags <= effect.get.tags)
        case FeeWaiver():
            return goods().filter(lambda one: one.named)
        case _:
            return goods() if _may_be_scoped(effect) else st.just(EVERYTHING)


@st.composite
def any_offer(draw: st.DrawFn, number: int = 1) -> Offer:
    """An offer of any kind that may be saved, with any condition, dates, stacking and limits."""
    effect = draw(ANY_EFFECTS)
    first = effect.way in (Way.PRICE, Way.EARN)
    asked = draw(st.lists(ASKED if effect.way is Way.PRICE else ASKED | COUNTED, max_size=3))
    stack = Stack.FREE if first else draw(st.sampled_from(Stack))
    limits = draw(st.lists(LIMITS, max_size=2, unique_by=lambda one: (one.whose, one.span)))
    if effect.way is Way.EARN:
        limits = []
    elif effect.way is Way.PRICE:
        limits = [one for one in limits if one.amount_minor is None]
    return Offer(
        id=UUID(int=10_000 + number),
        version=1,
        name=Label(f"优惠{number}", f"Offer {number}"),
        effect=effect,
        goods=draw(goods_for(effect)),
        condition=All(tuple(asked)),
        period=draw(PERIODS),
        groups=() if first else draw(GROUPS),
        stack=stack,
        only_with=draw(GROUPS.filter(bool)) if stack is Stack.ONLY_WITH else (),
        priority=draw(st.integers(-1, 2)),
        limits=tuple(limits),
        on_return=draw(st.sampled_from(OnReturn)),
    )
