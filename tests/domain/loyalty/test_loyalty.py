"""What a visit earns, what points are worth, what a top-up adds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.earning import EarningTerms, reward_for
from regulars.domain.loyalty.expiry import PointsExpiry
from regulars.domain.loyalty.spending import PointsAsMoney
from regulars.domain.loyalty.top_up import TopUpOffer, TopUpTerms, bonus_for, checked_principal

MAY = BusinessDay(date(2026, 5, 31))


def test_points_are_rounded_down_once_per_order() -> None:
    reward = reward_for(4_199, EarningTerms(), multiplier_basis_points=15_000, on=MAY)
    assert (reward.points, reward.growth_value) == (62, 41)


def test_points_last_to_the_same_day_of_a_later_month() -> None:
    terms = EarningTerms(expiry=PointsExpiry(months=9))
    assert reward_for(100, terms, multiplier_basis_points=10_000, on=MAY).expires_on == date(
        2027, 2, 28
    )
    forever = EarningTerms(expiry=PointsExpiry(months=0))
    assert reward_for(100, forever, multiplier_basis_points=10_000, on=MAY).expires_on is None


def test_a_bill_paid_with_bonus_alone_earns_nothing() -> None:
    reward = reward_for(-5, EarningTerms(), multiplier_basis_points=10_000, on=MAY)
    assert (reward.points, reward.growth_value) == (0, 0)


def test_a_guest_uses_points_in_steps_up_to_a_share_of_the_bill() -> None:
    terms = PointsAsMoney(step=100, minimum=200, share_basis_points_max=5_000)
    assert terms.usable(available=5_000, due_minor=1_200) == 600
    assert terms.usable(available=350, due_minor=10_000) == 300
    assert terms.usable(available=199, due_minor=10_000) == 0
    assert terms.worth(600) == 600


@given(
    available=st.integers(0, 10**7),
    due=st.integers(0, 10**7),
    price=st.integers(0, 1_000),
    step=st.integers(1, 500),
    share=st.integers(0, 10_000),
)
def test_points_never_pay_more_than_their_share(
    available: int, due: int, price: int, step: int, share: int
) -> None:
    terms = PointsAsMoney(
        points_per_hundred_minor=price, step=step, minimum=0, share_basis_points_max=share
    )
    points = terms.usable(available=available, due_minor=due)
    assert 0 <= points <= available
    assert points % step == 0
    assert terms.worth(points) * 10_000 <= due * share


def test_a_top_up_gets_the_bonus_of_the_highest_step_it_reaches() -> None:
    terms = TopUpTerms(offers=(TopUpOffer(10_000, 1_000), TopUpOffer(30_000, 4_500)))
    assert [bonus_for(minor, terms) for minor in (9_999, 10_000, 35_000)] == [0, 1_000, 4_500]


def test_a_top_up_stays_inside_what_a_named_card_may_hold() -> None:
    terms = TopUpTerms(balance_minor_max=500_000)
    assert checked_principal(100_000, terms, held_minor=400_000) == 100_000
    with pytest.raises(Refusal, match="balance_over_limit"):
        checked_principal(100_001, terms, held_minor=400_000)
    with pytest.raises(Refusal, match="amount_out_of_range"):
        checked_principal(0, terms, held_minor=0)
