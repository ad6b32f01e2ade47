"""When points end, what is pending, and what a refund takes back of points that are spent."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import AccountId, EntryId
from regulars.domain.kernel.period import BusinessDay, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.term_fields import Field
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.lots import Lot
from regulars.domain.loyalty import claw_back, earning, expiry
from regulars.domain.loyalty.claw_back import ClawBack, Reach, taken_back
from regulars.domain.loyalty.earning import EarningTerms, reward_for
from regulars.domain.loyalty.expiry import (
    DuePoints,
    ExpiryEnd,
    HeldPoints,
    PointsExpiry,
    points_expire_on,
    points_standing,
)

TODAY = BusinessDay(date(2026, 5, 4))
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31)).map(BusinessDay)


@pytest.mark.parametrize(
    ("end", "first_day_gone"),
    [
        (ExpiryEnd.EXACT, date(2027, 5, 4)),
        (ExpiryEnd.MONTH, date(2027, 6, 1)),
        (ExpiryEnd.QUARTER, date(2027, 7, 1)),
        (ExpiryEnd.YEAR, date(2028, 1, 1)),
    ],
)
def test_points_last_to_the_end_that_the_terms_name(end: ExpiryEnd, first_day_gone: date) -> None:
    assert points_expire_on(TODAY, PointsExpiry(months=12, end=end)) == first_day_gone


def test_points_without_months_never_end() -> None:
    assert points_expire_on(TODAY, PointsExpiry(months=0, end=ExpiryEnd.YEAR)) is None


def test_points_of_a_leap_day_end_on_the_last_day_of_february() -> None:
    leap = BusinessDay(date(2028, 2, 29))
    assert points_expire_on(leap, PointsExpiry(months=12)) == date(2029, 2, 28)
    month = PointsExpiry(months=12, end=ExpiryEnd.MONTH)
    assert points_expire_on(leap, month) == date(2029, 3, 1)


@given(day=DAYS, months=st.integers(1, 120), end=st.sampled_from(ExpiryEnd))
def test_no_end_comes_before_the_months_are_over(
    day: BusinessDay, months: int, end: ExpiryEnd
) -> None:
    exact = points_expire_on(day, PointsExpiry(months=months))
    later = points_expire_on(day, PointsExpiry(months=months, end=end))
    assert exact is not None
    assert later is not None
    assert exact <= later <= exact + timedelta(days=366)


@given(first=DAYS, months=st.integers(1, 60))
def test_all_points_of_a_month_end_together(first: BusinessDay, months: int) -> None:
    terms = PointsExpiry(months=months, end=ExpiryEnd.MONTH)
    begin, last = first.replace(day=1), first.replace(day=28)
    assert points_expire_on(BusinessDay(begin), terms) == points_expire_on(BusinessDay(last), terms)


def test_earned_points_are_pending_for_the_days_of_the_terms() -> None:
    terms = EarningTerms(pending_days=7)
    reward = reward_for(4_100, terms, multiplier_basis_points=10_000, on=TODAY)
    assert reward.usable_on == date(2026, 5, 11)
    at_once = reward_for(4_100, EarningTerms(), multiplier_basis_points=10_000, on=TODAY)
    assert at_once.usable_on is None


def test_points_never_end_before_they_could_be_used() -> None:
    terms = EarningTerms(pending_days=60, expiry=PointsExpiry(months=1))
    reward = reward_for(4_100, terms, multiplier_basis_points=10_000, on=TODAY)
    assert reward.usable_on == date(2026, 7, 3)
    assert reward.expires_on == date(2026, 8, 3)


def test_a_member_is_told_apart_what_is_usable_pending_and_ending() -> None:
    held = [
        HeldPoints(300, date(2027, 1, 1), None),
        HeldPoints(20, date(2026, 5, 4), None),
        HeldPoints(120, date(2026, 5, 20), None),
        HeldPoints(40, date(2027, 5, 4), date(2026, 5, 5)),
        HeldPoints(7, None, date(2026, 5, 4)),
    ]
    standing = points_standing(held, PointsExpiry(warn_days=30), on=TODAY)
    assert standing.available == 427
    assert standing.pending == (DuePoints(40, date(2026, 5, 5)),)
    assert standing.points_pending == 40
    assert standing.expiring == (DuePoints(120, date(2026, 5, 20)),)


def test_a_shop_that_never_warns_names_no_end() -> None:
    held = [HeldPoints(5, TODAY + timedelta(days=1), None)]
    assert points_standing(held, PointsExpiry(warn_days=0), on=TODAY).expiring == ()


OWN, OTHER = EntryId(UUID(int=1)), EntryId(UUID(int=2))


def a_lot(number: int, remaining: int, *, of: EntryId, usable_on: date | None = None) -> Lot:
    return Lot(
        id=UUID(int=100 + number),
        account_id=AccountId(1),
        kind=AccountKind.POINTS,
        amount=1_000,
        remaining=remaining,
        acquired_at=instant_from_iso(f"2026-05-0{number}T12:00:00+08:00"),
        expires_on=None,
        entry_id=of,
        pair_id=None,
        usable_on=usable_on,
    )


def reach(policy: ClawBack, *, frozen: bool = False) -> Reach:
    return Reach(policy=policy, own={OWN}, day=TODAY, frozen=frozen)


def test_debt_takes_what_is_there_and_owes_the_rest() -> None:
    lots = [a_lot(1, 30, of=OTHER), a_lot(2, 10, of=OWN)]
    back = taken_back(lots, 60, reach(ClawBack.DEBT))
    assert [share.amount for share in back.shares] == [10, 30]
    assert (back.taken, back.owed, back.forgiven) == (40, 20, 0)


def test_balance_takes_what_is_there_and_forgives_the_rest() -> None:
    lots = [a_lot(1, 30, of=OTHER), a_lot(2, 10, of=OWN)]
    back = taken_back(lots, 60, reach(ClawBack.BALANCE))
    assert (back.taken, back.owed, back.forgiven) == (40, 0, 20)


def test_pending_takes_only_what_nobody_could_use_yet_of_the_sale_itself() -> None:
    tomorrow = TODAY + timedelta(days=1)
    lots = [
        a_lot(1, 30, of=OTHER, usable_on=tomorrow),
        a_lot(2, 10, of=OWN, usable_on=tomorrow),
        a_lot(3, 50, of=OWN, usable_on=TODAY),
    ]
    back = taken_back(lots, 60, reach(ClawBack.PENDING))
    assert (back.taken, back.owed, back.forgiven) == (10, 0, 50)


@pytest.mark.parametrize(
    ("policy", "owed", "forgiven"), [(ClawBack.DEBT, 60, 0), (ClawBack.BALANCE, 40, 20)]
)
def test_a_frozen_account_owes_what_an_open_one_would_give(
    policy: ClawBack, owed: int, forgiven: int
) -> None:
    lots = [a_lot(1, 30, of=OTHER), a_lot(2, 10, of=OWN)]
    back = taken_back(lots, 60, reach(policy, frozen=True))
    assert (back.taken, back.owed, back.forgiven) == (0, owed, forgiven)


@pytest.mark.parametrize(("most", "told"), [(25, (25, 0, 35)), (-5, (0, 0, 60)), (90, (40, 20, 0))])
def test_no_more_is_taken_than_is_left_of_what_the_order_earned(
    most: int, told: tuple[int, int, int]
) -> None:
    lots = [a_lot(1, 30, of=OTHER), a_lot(2, 10, of=OWN)]
    back = taken_back(lots, 60, replace(reach(ClawBack.DEBT), most=most))
    assert (back.taken, back.owed, back.forgiven) == told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (expiry.END, "week"),
        (expiry.MONTHS, -1),
        (expiry.WARN_DAYS, 366),
        (earning.PENDING_DAYS, 91),
        (claw_back.CLAW_BACK, "never"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(field: Field[object], value: object) -> None:
    with pytest.raises(Refusal) as refused:
        field.check(field.name, value)
    assert refused.value.code == "terms.malformed"
