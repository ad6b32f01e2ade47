"""What multiplies points, and what a quote says of gifts and runners-up."""

from dataclasses import replace
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.loyalty.earning import EarningTerms, reward_for
from regulars.domain.pricing.basket import Choices
from regulars.domain.pricing.kinds import Gift, NthDiscount, Per, Percent, PointsMultiplier
from regulars.domain.pricing.offer import Stack
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.runner_up import runners_up
from tests.domain.pricing.builders import (
    FRIDAY,
    a_basket,
    a_line,
    a_member,
    an_offer,
    priced,
    tagged,
)

TEA = a_line(1, 1_800, tags=["tea"])
ICE = a_line(2, 2_200)
DOUBLE = an_offer(1, PointsMultiplier(multiplier_basis_points=20_000), goods=tagged("tea"))


def points_of(bill: Quote) -> int:
    """What a bill earns at one point for 1.00."""
    boost = (bill.boosts.counted, bill.boosts.paid)
    day = BusinessDay(FRIDAY.date())
    reward = reward_for(
        bill.totals.due_minor, EarningTerms(), multiplier_basis_points=10_000, on=day, boost=boost
    )
    return reward.points


def test_only_the_goods_of_a_multiplier_count_more() -> None:
    assert points_of(priced(a_basket(TEA, ICE), DOUBLE)) == 58
    assert points_of(priced(a_basket(TEA, ICE))) == 40


def test_of_two_multipliers_the_higher_counts() -> None:
    triple = an_offer(2, PointsMultiplier(multiplier_basis_points=30_000))
    bill = priced(a_basket(TEA, ICE), DOUBLE, triple)
    assert points_of(bill) == 120
    assert [boost.offer.id for boost in bill.boosts.applied] == [triple.id]


def test_an_offer_that_stands_alone_keeps_multipliers_off() -> None:
    alone = an_offer(3, Percent(basis_points=5_000), stack=Stack.ALONE)
    bill = priced(a_basket(TEA), DOUBLE, alone)
    assert not bill.boosts.applied
    assert points_of(bill) == 9


def test_an_earned_gift_that_is_not_in_the_basket_is_proposed() -> None:
    gift = an_offer(1, Gift(get=tagged("cake"), threshold_minor=3_000), name="满30送蛋糕")
    bill = priced(a_basket(TEA, ICE), gift)
    assert [(one.source_id, one.quantity, one.price_minor) for one in bill.gifts] == [
        (gift.id, 1, 0)
    ]
    cake = a_line(3, 900, tags=["cake"])
    taken = priced(a_basket(TEA, ICE, cake), gift)
    assert taken.totals.due_minor == 4_000
    assert not taken.gifts


def test_the_runner_up_says_what_an_offer_is_worth() -> None:
    pair = an_offer(1, NthDiscount(n=2, basis_points=5_000), name="第二杯半价")
    each = an_offer(2, Percent(basis_points=2_000, per=Per.UNIT), name="八折")
    two = a_basket(replace(TEA, quantity=2))
    bill = priced(two, pair, each)
    assert bill.totals.discount_minor == 900

    def again(without: frozenset[UUID]) -> Quote:
        return priced(two, pair, each, choices=Choices(without=without))

    worth = runners_up(bill, again, frozenset())
    assert [(one.source_id, one.dearer_minor) for one in worth] == [(pair.id, 180)]


def test_the_runner_up_of_a_tier_is_the_bill_without_its_discount() -> None:
    member = a_member(discount=1_000)
    basket = a_basket(TEA)
    bill = priced(basket, member=member)

    def again(without: frozenset[UUID]) -> Quote:
        return priced(basket, member=member, choices=Choices(without=without))

    assert [one.dearer_minor for one in runners_up(bill, again, frozenset())] == [180]
