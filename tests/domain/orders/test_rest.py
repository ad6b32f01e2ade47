"""What is kept, priced as it alone would have been: the tea shop's own example, to the cent."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import CouponId, CouponTypeId, MemberId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.orders.priced_with import (
    PricedWith,
    SoldGoods,
    priced_with_data,
    priced_with_from,
)
from regulars.domain.orders.refund import PlanKind, house_fault, reprice_rest, return_share
from regulars.domain.orders.rest import Kept, Rest, rest_of
from regulars.domain.orders.return_words import Why, ways_of
from regulars.domain.orders.shop import Promises
from regulars.domain.orders.sold import Sold, SoldLine, SoldUnit, Sums, UnitKey
from regulars.domain.pricing.basket import (
    Choices,
    CodeSerial,
    HeldCoupon,
    ManualDiscount,
    MemberView,
    PricingTerms,
)
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.limits import Left, Whose
from regulars.domain.pricing.offer import CouponType, OnReturn
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quoting import quote
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.domain.stores.store import Store, StoreKind
from tests.domain.pricing.builders import FAR_OFF, FRIDAY, LONG_AGO, a_basket, a_line, number

STORE = Store(
    id=number(1),
    region_id=number(2),
    code="S1",
    label=Label("人民广场店"),
    zone="Asia/Shanghai",
    cut_off_minutes=240,
    kind=StoreKind.TEA,
    open=True,
    currency="CNY",
    terminals=(),
)
SECOND_HALF = offer_from(
    OfferHead(id=number(11), version=1, name=Label("第二杯半价")),
    {
        "kind": "nth",
        "effect": {"n": 2, "basis_points": 5_000},
        "goods": {"products": [str(number(1_001))]},
    },
)
FORTY_LESS_FIVE = offer_from(
    OfferHead(id=number(12), version=1, name=Label("满40减5")),
    {
        "kind": "spend_and_save",
        "effect": {
            "steps": [{"threshold_minor": 4_000, "off_minor": 500}],
            "base": "after_item",
        },
        "on_return": "choose",
    },
)
TEN_OFF = CouponType(
    id=CouponTypeId(number(13)),
    code="TEN",
    offer=offer_from(
        OfferHead(id=number(13), version=1, name=Label("满50减10")),
        {
            "kind": "spend_and_save",
            "effect": {"steps": [{"threshold_minor": 5_000, "off_minor": 1_000}], "base": "list"},
        },
    ),
    valid_days=30,
)
POINTS = PointsAsMoney(
    points_per_hundred_minor=100, step=100, minimum=100, share_basis_points_max=5_000
)
PROMISES = Promises(
    store=STORE,
    offers=OfferBook([SECOND_HALF, FORTY_LESS_FIVE]),
    coupon_types={TEN_OFF.id: TEN_OFF},
    pricing=PricingTerms(points=POINTS),
)
TEA = a_line(1, 1_800, quantity=2, member_price_minor={"gold": 1_600})
ICE = a_line(2, 2_200)
COUPON = HeldCoupon(
    id=CouponId(number(40)),
    type_id=TEN_OFF.id,
    offer=TEN_OFF.offer,
    valid_from=LONG_AGO,
    valid_until=FAR_OFF,
)
GOLD = MemberView(
    id=MemberId(number(30)), tier="gold", tier_label=Label("金叶", "Gold"), points_available=2_000
)


def priced(
    lines: list[ChosenLine], member: MemberView, choices: Choices
) -> tuple[Quote, PricedWith]:
    """A sale's quote, and what was stored of it and read again as JSON."""
    basket = a_basket(*lines)
    bill = quote(
        basket, member, PROMISES.offers, terms=PROMISES.pricing, choices=choices, now=FRIDAY
    )
    asked = PricedWith(basket=basket, member=member, choices=choices)
    return bill, stored_and_read(asked, bill)


def stored_and_read(asked: PricedWith, bill: Quote) -> PricedWith:
    document = priced_with_data(asked, [line.line for line in bill.lines], bill.coupons_used)
    goods = [
        SoldGoods(
            id=line.id,
            product_id=line.product_id,
            variant_id=line.variant_id,
            name=line.name,
            quantity=line.quantity,
            unit_list_minor=line.unit_list_minor,
            tax_code=line.tax.code,
            kind=line.kind.value,
        )
        for line in asked.basket.lines
    ]
    member_id = asked.member.id if asked.member is not None else None
    return priced_with_from(json.loads(json.dumps(document)), goods, PROMISES, member_id=member_id)


def sold_as(bill: Quote) -> Sold:
    """A quote paid in cash."""
    lines = tuple(
        SoldLine(
            line.line.id,
            position,
            line.line.name,
            tuple(SoldUnit(unit.due_minor, unit.points_minor) for unit in line.units),
        )
        for position, line in enumerate(bill.lines, start=1)
    )
    sums = Sums(cash_minor=bill.totals.due_minor, points_spent=bill.points.spent)
    return Sold(lines=lines, sums=sums)


def rest_after(sold: Sold, chosen: frozenset[UnitKey], kept_with: PricedWith) -> Rest:
    kept = Kept(
        units=sold.kept_after(chosen),
        positions={line.id: line.position for line in sold.lines},
        points_max=sold.sums.points_spent,
        coupons=frozenset({COUPON.id}),
    )
    return rest_of(kept_with, PROMISES, kept, at=FRIDAY)


def test_the_mango_ice_comes_back_as_its_share_or_with_the_teas_priced_anew() -> None:
    bill, kept_with = priced([TEA, ICE], GOLD, Choices())
    assert bill.totals.due_minor == 4_100
    sold = sold_as(bill)
    ice = frozenset({UnitKey(2, 0)})
    share = return_share(sold, ice)
    reprice = reprice_rest(sold, ice, rest_after(sold, ice, kept_with))
    assert (share.amount_minor, reprice.amount_minor) == (1_961, 1_700)
    assert [unit.due_minor for unit in reprice.rest] == [1_200, 1_200]
    assert house_fault(share, reprice).amount_minor == 1_961
    assert house_fault(share, reprice).rest == ()


def test_the_rest_keeps_the_member_price_of_the_day_it_was_sold() -> None:
    bill, kept_with = priced([TEA, ICE], GOLD, Choices(without=frozenset({number(12)})))
    sold = sold_as(bill)
    tea = frozenset({UnitKey(1, 0)})
    rest = rest_after(sold, tea, kept_with)
    # One tea at 16.00 without its second, and the ice: the offer switched off stays off.
    assert [unit.due_minor for unit in rest.units] == [1_600, 2_200]


def test_a_coupon_that_the_rest_no_longer_reaches_goes_back() -> None:
    member = replace(GOLD, coupons=(COUPON,))
    bill, kept_with = priced([TEA, ICE], member, Choices(coupons=(COUPON.id,)))
    assert bill.coupons_used == (COUPON.id,)
    sold = sold_as(bill)
    plan = reprice_rest(
        sold, frozenset({UnitKey(1, 0)}), rest_after(sold, frozenset({UnitKey(1, 0)}), kept_with)
    )
    assert plan.returns(COUPON.id)
    assert not return_share(sold, frozenset({UnitKey(1, 0)})).returns(COUPON.id)


def test_the_rest_uses_no_more_points_than_it_alone_could() -> None:
    bill, kept_with = priced([TEA, ICE], GOLD, Choices(points=2_000))
    sold = sold_as(bill)
    rest = rest_after(sold, frozenset({UnitKey(2, 0)}), kept_with)
    # Two teas cost 24.00, of which points pay at most half.
    assert (rest.points_spent, rest.due_minor) == (1_200, 1_200)


def test_what_is_stored_of_a_sale_reads_back_as_it_was() -> None:
    code = replace(COUPON, id=CouponId(number(41)), code=CodeSerial(number(50), 7))
    member = replace(
        GOLD,
        coupons=(COUPON,),
        visits=3,
        tags=frozenset({"常客"}),
        birthday_offset=-2,
        bought=frozenset({number(1_001)}),
        tier_discount_basis_points=500,
    )
    basket = replace(
        a_basket(TEA, replace(ICE, discountable=False, cost_minor=700, tags=frozenset({"冰"}))),
        source="takeaway",
        party=4,
        tender="stored_value",
        flags=frozenset({"rain"}),
        left={number(12): Left(3, None, Whose.MEMBER)},
        presented=(code,),
    )
    by_hand = ManualDiscount(id=number(60), reason="", by="", line_id=TEA.id, basis_points=1_000)
    choices = Choices(
        coupons=(COUPON.id, code.id),
        points=300,
        without=frozenset({number(11)}),
        manual=(by_hand,),
    )
    asked = PricedWith(basket=basket, member=member, choices=choices)
    document = priced_with_data(asked, basket.lines, [COUPON.id, code.id])
    goods = [
        SoldGoods(
            line.id,
            line.product_id,
            line.variant_id,
            line.name,
            line.quantity,
            line.unit_list_minor,
            line.tax.code,
            line.kind.value,
        )
        for line in basket.lines
    ]
    read = priced_with_from(json.loads(json.dumps(document)), goods, PROMISES, member_id=member.id)
    named = tuple(replace(line, tax=replace(line.tax, name=Label("food"))) for line in basket.lines)
    assert read == replace(asked, basket=replace(basket, lines=named))


@pytest.mark.parametrize(
    ("words", "default", "reprice_allowed", "why"),
    [
        (set(), PlanKind.RETURN_SHARE, False, Why.NO_OFFER),
        ({OnReturn.SHARE}, PlanKind.RETURN_SHARE, False, Why.SHARE),
        ({OnReturn.REPRICE}, PlanKind.REPRICE_REST, True, Why.REPRICE),
        ({OnReturn.CHOOSE}, PlanKind.RETURN_SHARE, True, Why.CHOOSE),
        ({OnReturn.SHARE, OnReturn.REPRICE}, PlanKind.RETURN_SHARE, False, Why.SHARE),
        ({OnReturn.CHOOSE, OnReturn.REPRICE}, PlanKind.REPRICE_REST, True, Why.REPRICE),
    ],
)
def test_the_offers_say_which_way_is_taken(
    words: set[OnReturn], default: PlanKind, reprice_allowed: bool, why: Why
) -> None:
    ways = ways_of(words, whole=False, can_reprice=True)
    assert (ways.default, ways.why) == (default, why)
    assert (PlanKind.REPRICE_REST in ways.allowed) is reprice_allowed
    assert ways.chosen(PlanKind.HOUSE_FAULT) is PlanKind.HOUSE_FAULT
    assert ways.chosen(None) is default
    other = PlanKind.RETURN_SHARE if default is PlanKind.REPRICE_REST else PlanKind.REPRICE_REST
    if other not in ways.allowed:
        with pytest.raises(Refusal, match=r"refund\.plan_not_allowed"):
            ways.chosen(other)


def test_an_order_of_which_nothing_is_known_gives_back_the_share() -> None:
    assert ways_of({OnReturn.REPRICE}, whole=False, can_reprice=False).why is Why.NOT_KEPT
    whole = ways_of({OnReturn.REPRICE}, whole=True, can_reprice=False)
    assert (whole.default, whole.why) == (PlanKind.RETURN_SHARE, Why.WHOLE)


def test_a_line_that_is_not_kept_takes_its_own_discount_with_it() -> None:
    mine = ManualDiscount(id=number(60), reason="", by="", line_id=ICE.id, amount_minor=200)
    bill, kept_with = priced([TEA, ICE], GOLD, Choices())
    kept_with = replace(kept_with, choices=Choices(manual=(mine,)))
    sold = sold_as(bill)
    assert rest_after(sold, frozenset({UnitKey(2, 0)}), kept_with).due_minor == 2_400
    assert UUID(int=60) == mine.id
