"""A top-up goes back line by line: unspent principal, and what was given in proportion."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.lots import Lot
from regulars.domain.loyalty.law import Law, LawTerms, law_in_force
from regulars.domain.loyalty.top_up import Refundable
from regulars.domain.loyalty.top_up_refund import (
    PaidTopUp,
    RefundRules,
    TakenBack,
    in_time,
    lots_of,
    plan_refund,
)
from tests.domain.ledger.builders import a_lot

PAID_ON = date(2026, 5, 4)
PAIR, ENTRY = UUID(int=1), UUID(int=1_001)
TOP_UP = PaidTopUp(
    id=PAIR,
    entry_id=ENTRY,
    paid_on=PAID_ON,
    tender="cash",
    principal_minor=30_000,
    bonus_minor=3_000,
    points=100,
    coupons=1,
)


def rules(days: int = 0, refundable: Refundable = Refundable.ALWAYS) -> RefundRules:
    on = BusinessDay(PAID_ON + timedelta(days=days))
    return RefundRules(
        law=law_in_force(LawTerms(), currency="CNY", on=on), refundable=refundable, on=on
    )


def lots(principal: int, bonus: int, points: int) -> list[Lot]:
    return [
        a_lot(2, 30_000, kind=AccountKind.PRINCIPAL, remaining=principal, pair=1),
        a_lot(3, 3_000, kind=AccountKind.BONUS, remaining=bonus, pair=1),
        replace(a_lot(4, 100, remaining=points), entry_id=EntryId(ENTRY)),
        a_lot(5, 70),
        a_lot(6, 500, kind=AccountKind.PRINCIPAL, pair=9),
    ]


def test_only_what_belongs_to_the_top_up_goes_back() -> None:
    found = lots_of(TOP_UP, lots(20_000, 2_000, 40), coupons=1)

    plan = plan_refund(TOP_UP, found, rules(), None)

    assert (plan.principal_minor, plan.bonus_minor, plan.points_taken_back) == (20_000, 2_000, 40)
    assert {line.kind.value: line.amount for line in plan.lines} == {
        "paid": 30_000,
        "used": 10_000,
        "left": 20_000,
        "back": 20_000,
        "bonus_forfeited": 2_000,
        "bonus_kept": 1_000,
        "points_back": 40,
        "points_kept": 60,
        "coupons_voided": 1,
    }


def test_a_part_takes_its_share_of_what_was_given() -> None:
    found = lots_of(TOP_UP, lots(20_000, 2_000, 100), coupons=1)

    plan = plan_refund(TOP_UP, found, rules(), 5_000)

    assert (plan.principal_minor, plan.bonus_minor, plan.points_taken_back) == (5_000, 500, 16)
    assert plan.coupons_voided == 0


@pytest.mark.parametrize("wanted", [0, -1, 20_001, 10**12])
def test_nothing_and_too_much_do_not_go_back(wanted: int) -> None:
    found = lots_of(TOP_UP, lots(20_000, 2_000, 100), coupons=0)
    with pytest.raises(Refusal) as refused:
        plan_refund(TOP_UP, found, rules(), wanted)
    assert refused.value.parameters == {"refundable_minor": 20_000}


def test_the_terms_say_no_only_after_the_law_lets_them() -> None:
    late = rules(8, Refundable.SEVEN_DAYS)
    assert in_time(PAID_ON, rules(7, Refundable.SEVEN_DAYS))
    assert in_time(PAID_ON, rules(8, Refundable.ALWAYS))
    assert not in_time(PAID_ON, late)
    assert in_time(PAID_ON, replace(late, law=Law({}), on=rules(7).on))
    found = lots_of(TOP_UP, lots(20_000, 2_000, 100), coupons=0)
    with pytest.raises(Refusal, match=r"top_up_refund\.late"):
        plan_refund(TOP_UP, found, late, None)


@given(
    st.integers(0, 29_999),
    st.integers(0, 3_000),
    st.integers(0, 100),
    st.lists(st.integers(1, 30_000), max_size=6),
)
def test_however_it_is_cut_everything_that_is_left_goes_back_once(
    spent: int, bonus_spent: int, points_spent: int, cuts: list[int]
) -> None:
    principal, bonus, points = 30_000 - spent, 3_000 - bonus_spent, 100 - points_spent
    top_up, taken = TOP_UP, TakenBack()
    for wanted in (*cuts, None):
        if not principal:
            break
        found = lots_of(top_up, lots(principal, bonus, points), coupons=0)
        plan = plan_refund(
            top_up, found, rules(), None if wanted is None else min(wanted, principal)
        )
        principal -= plan.principal_minor
        bonus -= plan.bonus_minor
        points -= plan.points_taken_back
        assert min(principal, bonus, points) >= 0
        taken = TakenBack(
            taken.principal_minor + plan.principal_minor,
            taken.bonus_minor + plan.bonus_minor,
            taken.points + plan.points_taken_back,
        )
        top_up = replace(top_up, before=taken)
    assert (principal, bonus, points) == (0, 0, 0)
    assert taken == TakenBack(30_000 - spent, 3_000 - bonus_spent, 100 - points_spent)
