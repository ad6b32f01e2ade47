"""What a merchant hears about a set of offers before it starts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.condition import All, Compare, Comparison, OneOf, Within
from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.loyalty.earning import EarningTerms
from regulars.domain.loyalty.top_up import TopUpOffer
from regulars.domain.pricing.basket import Policy, PricingTerms
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.checks.findings import Finding, FindingCode, texts_of
from regulars.domain.pricing.checks.set_check import TRIED_MAX, check
from regulars.domain.pricing.checks.shelf import Shelf, TierOnTrial
from regulars.domain.pricing.kinds import (
    FixedAmount,
    NthDiscount,
    Per,
    Percent,
    PointsMultiplier,
)
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendStep
from regulars.domain.pricing.offer import CouponType, Offer, Stack
from tests.domain.pricing.builders import FRIDAY, TERMS, a_line, an_offer, number, tagged

GOLD = TierOnTrial(
    code="gold",
    label=Label("金卡", "Gold"),
    discount_basis_points=0,
    multiplier_basis_points=10_000,
)
TEA = replace(a_line(1, 1_800, tags=["tea"]), cost_minor=600)
ICE = replace(a_line(2, 2_200, tags=["ice"]), cost_minor=700)


def found(
    *offers: Offer,
    goods: Sequence[ChosenLine] = (TEA, ICE),
    terms: PricingTerms = TERMS,
    earning: EarningTerms | None = None,
    top_ups: Sequence[TopUpOffer] = (),
    kinds: Sequence[CouponType] = (),
    now: Instant = FRIDAY,
    drafts: Collection[UUID] = (),
) -> list[Finding]:
    """The findings about some offers at a shop of two products."""
    shelf = Shelf(
        goods=goods,
        tiers=(GOLD,),
        coupon_types=kinds,
        offers=OfferBook(offers),
        terms=terms,
        store_id=number(1),
        region_id=number(2),
        zone="Asia/Shanghai",
        cut_off_minutes=240,
    )
    return check(shelf, earning=earning or EarningTerms(), top_ups=top_ups, now=now, drafts=drafts)


def codes(findings: Sequence[Finding]) -> list[FindingCode]:
    """Which kinds of finding there are."""
    return [finding.code for finding in findings]


def test_sound_offers_are_nothing_to_talk_about() -> None:
    pair = an_offer(1, NthDiscount(n=2, basis_points=5_000), goods=tagged("tea"))
    step = an_offer(2, SpendAndSave(steps=(SpendStep(10_000, 1_000),)))
    assert found(pair, step) == []


def test_a_condition_that_never_holds_is_told() -> None:
    never = an_offer(
        1,
        Percent(basis_points=1_000),
        condition=All(
            (Within("minute_of_day", 0, 60), Compare("minute_of_day", Comparison.MORE, 90))
        ),
    )
    assert codes(found(never)) == [FindingCode.NEVER_ON]


def test_an_offer_for_a_later_tuesday_and_a_birthday_is_tried_on_that_day() -> None:
    fine = an_offer(
        1,
        Percent(basis_points=1_000),
        condition=All(
            (
                OneOf("weekday", (2,)),
                Compare("birthday_offset", Comparison.EQUAL, 0),
                OneOf("source", ("takeaway",)),
                OneOf("flags", ("rain",)),
            )
        ),
    )
    assert found(fine) == []


def test_goods_that_nobody_sells_are_told() -> None:
    lost = an_offer(1, Percent(basis_points=1_000, per=Per.UNIT), goods=tagged("soup"))
    assert codes(found(lost)) == [FindingCode.NO_SUCH_GOODS]


def test_an_offer_that_always_loses_is_told_with_who_beats_it() -> None:
    less = an_offer(1, Percent(basis_points=1_000), name="九折", groups=("大促",))
    more = an_offer(2, Percent(basis_points=2_000), name="八折", groups=("大促",))
    finding = next(one for one in found(less, more) if one.code is FindingCode.NEVER_CHOSEN)
    assert finding.offers == (less.id, more.id)
    assert finding.witness is not None
    zh, en = texts_of(finding, scale=2)
    assert zh == "“九折”总是被其他优惠取代，等于没有开"
    assert "“九折” is always beaten" in en


def test_a_basket_below_cost_is_shown_with_its_units() -> None:
    half = an_offer(1, Percent(basis_points=5_000, per=Per.UNIT), name="半价", goods=tagged("tea"))
    off = an_offer(2, FixedAmount(amount_minor=500), name="立减5", goods=tagged("tea"))
    finding = next(one for one in found(half, off) if one.code is FindingCode.BELOW_COST)
    assert finding.is_mistake
    assert finding.figures["net_minor"] == 400
    assert finding.figures["cost_minor"] == 600
    assert finding.witness is not None
    assert [line.product_id for line in finding.witness.lines] == [TEA.product_id]


def test_unknown_costs_are_counted_and_not_guessed() -> None:
    half = an_offer(1, Percent(basis_points=5_000))
    finding = found(half, goods=(replace(TEA, cost_minor=None),))[0]
    assert (finding.code, finding.figures) == (FindingCode.COST_UNKNOWN, {"products": 1})


def test_two_that_stand_alone_on_the_same_goods_are_told() -> None:
    one = an_offer(1, Percent(basis_points=1_000, per=Per.UNIT), stack=Stack.ALONE)
    other = an_offer(2, FixedAmount(amount_minor=500), stack=Stack.ALONE)
    assert FindingCode.BOTH_ALONE in codes(found(one, other))


def test_a_tie_is_told_where_the_order_is_fixed() -> None:
    one, other = (
        an_offer(1, FixedAmount(amount_minor=100)),
        an_offer(2, FixedAmount(amount_minor=200)),
    )
    terms = replace(TERMS, policy=Policy.FIXED_ORDER)
    assert FindingCode.SAME_PRIORITY in codes(found(one, other, terms=terms))
    assert FindingCode.SAME_PRIORITY not in codes(
        found(one, replace(other, priority=1), terms=terms)
    )


def test_points_and_bonus_that_give_back_what_was_paid_are_told() -> None:
    boost = an_offer(1, PointsMultiplier(multiplier_basis_points=50_000))
    rich = EarningTerms(points_per_hundred_minor=10)
    top_ups = (TopUpOffer(10_000, 5_000),)
    assert FindingCode.MINTS_VALUE in codes(found(boost, earning=rich, top_ups=top_ups))
    assert found(boost, earning=EarningTerms(), top_ups=top_ups) == []


def test_a_step_where_more_costs_much_less_is_told() -> None:
    steep = an_offer(1, SpendAndSave(steps=(SpendStep(4_000, 3_500),)), name="满40减35")
    finding = next(one for one in found(steep) if one.code is FindingCode.CLIFF)
    assert finding.figures["drop_minor"] == 1_700


def test_a_check_on_a_leap_day_hands_out_coupons_too() -> None:
    leap_day = instant_from_iso("2028-02-29T12:00:00+08:00")
    tenth = an_offer(1, Percent(basis_points=1_000))
    five_off = CouponType(
        id=CouponTypeId(number(7)),
        code="FIVE",
        offer=an_offer(7, FixedAmount(amount_minor=500)),
        valid_days=30,
        issue_max=None,
    )
    assert codes(found(tenth, kinds=[five_off], now=leap_day)) == []


def test_of_a_great_many_offers_the_drafts_are_tried_and_the_rest_is_told() -> None:
    soup = [
        an_offer(one, Percent(basis_points=1_000, per=Per.UNIT), goods=tagged("soup"))
        for one in range(1, TRIED_MAX + 4)
    ]
    draft = soup[-1]
    findings = found(*soup, drafts={draft.id})
    lost = [one.offers[0] for one in findings if one.code is FindingCode.NO_SUCH_GOODS]
    assert (len(lost), lost[0]) == (TRIED_MAX, draft.id)
    (told,) = [one for one in findings if one.code is FindingCode.NOT_ALL_TRIED]
    assert told.figures == {"offers": 3}
    assert "还有 3 个没有试" in texts_of(told, scale=2)[0]
