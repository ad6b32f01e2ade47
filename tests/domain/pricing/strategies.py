"""Random baskets and offers: small, with many ties, so that odd cases meet."""

from hypothesis import strategies as st

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import TaxCategory
from regulars.domain.kernel.condition import ALWAYS, Compare, Comparison, Condition
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.basket import HeldCoupon
from regulars.domain.pricing.kinds import Effect, FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.nth import Same
from regulars.domain.pricing.kinds.spend_and_save import Repeat, SpendAndSave, SpendBase, SpendStep
from regulars.domain.pricing.offer import EVERYTHING, Goods, Offer, Stack
from tests.domain.pricing.builders import FOOD, a_coupon, a_line, an_offer, tagged

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
