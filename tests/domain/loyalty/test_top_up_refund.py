"""A top-up goes back line by line: unspent principal, and what was given in proportion."""

from collections.abc import Mapping
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
from regulars.domain.loyalty.claw_back import ClawBack
from regulars.domain.loyalty.law import Law, LawTerms, law_in_force
from regulars.domain.loyalty.top_up import Refundable
from regulars.domain.loyalty.top_up_refund import (
    PaidTopUp,
    RefundRules,
    TakenBack,
    TopUpLots,
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


def rules(
    days: int = 0,
    refundable: Refundable = Refundable.ALWAYS,
    claw_back: ClawBack = ClawBack.PENDING,
) -> RefundRules:
    on = BusinessDay(PAID_ON + timedelta(days=days))
    law = law_in_force(LawTerms(), currency="CNY", on=on)
    return RefundRules(law=law, refundable=refundable, on=on, claw_back=claw_back)


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


@pytest.mark.parametrize(
    ("policy", "back", "owed", "kept"),
    [
        (ClawBack.PENDING, 40, 0, 60),
        (ClawBack.BALANCE, 40 + 10, 0, 50),
        (ClawBack.DEBT, 40 + 10, 16, 34),
    ],
)
def test_used_points_are_reached_for_as_the_claw_back_of_the_shop_says(
    policy: ClawBack, back: int, owed: int, kept: int
) -> None:
    # Two thirds of the money go back: of the 100 points 66, of which 40 are there. 10 others are.
    own = [*lots(20_000, 2_000, 40)[:3], a_lot(5, 70, remaining=10)]
    found = lots_of(TOP_UP, own, coupons=1)
    plan = plan_refund(TOP_UP, found, rules(claw_back=policy), None)
    assert (plan.points_taken_back, plan.points_owed) == (back, owed)
    told = {line.kind.value: line.amount for line in plan.lines}
    assert (told["points_back"], told.get("points_owed", 0)) == (back, owed)
    assert told["points_kept"] == kept


@pytest.mark.parametrize(("back", "owed", "due"), [(0, 40, 60), (40, 0, 60), (0, 100, 0)])
def test_points_that_come_back_to_their_lot_are_not_taken_a_second_time(
    back: int, owed: int, due: int
) -> None:
    # A part went back while the points were spent; then the bill came back that they had paid.
    before = TakenBack(principal_minor=10_000, points=back, points_owed=owed)
    again = replace(TOP_UP, before=before)
    found = lots_of(again, lots(20_000, 2_000, 100)[:3], coupons=1)
    plan = plan_refund(again, found, rules(claw_back=ClawBack.DEBT), None)
    assert (plan.points_taken_back, plan.points_owed) == (due, 0)


def test_points_that_ended_unused_or_are_owed_already_are_not_asked_for_again() -> None:
    found = lots_of(TOP_UP, lots(30_000, 3_000, 0), coupons=1)
    ended = replace(TOP_UP, points_ended=70)
    assert _reached(ended, found) == 30
    assert _reached(replace(ended, before=TakenBack(points=5, points_owed=20)), found) == 5


def _reached(top_up: PaidTopUp, found: TopUpLots) -> int:
    plan = plan_refund(top_up, found, rules(claw_back=ClawBack.DEBT), None)
    return plan.points_taken_back + plan.points_owed


@pytest.mark.parametrize(
    ("changed", "coupons", "wanted", "kept"),
    [
        ({}, 1, None, False),
        # The coupon was used; it is unused and stays until the last part goes back.
        ({}, 0, None, True),
        ({}, 1, 100, True),
        ({"coupons": 0}, 0, 100, False),
        ({"item": True}, 1, None, True),
    ],
)
def test_a_gift_that_stays_while_the_money_goes_is_told(
    changed: Mapping[str, int], coupons: int, wanted: int | None, kept: bool
) -> None:
    top_up = replace(TOP_UP, **changed)  # type: ignore[arg-type]
    found = lots_of(top_up, lots(30_000, 3_000, 100), coupons=coupons)
    assert plan_refund(top_up, found, rules(), wanted).gifts_kept is kept


def test_a_thing_that_was_brought_back_does_not_stay() -> None:
    top_up = replace(TOP_UP, item=True)
    found = lots_of(top_up, lots(30_000, 3_000, 100), coupons=1)
    plan = plan_refund(top_up, found, replace(rules(), item_returned=True), None)
    assert not plan.gifts_kept


@pytest.mark.parametrize(
    ("spend_order", "bonus", "kept"),
    [("pro_rata", 0, False), ("bonus_first", 3_000, False), ("bonus_first", 0, True)],
)
def test_bonus_that_was_spent_before_its_money_stays(
    spend_order: str, bonus: int, kept: bool
) -> None:
    own = [replace(lot, spend_order=spend_order) for lot in lots(30_000, bonus, 100)]
    found = lots_of(TOP_UP, own, coupons=1)
    assert plan_refund(TOP_UP, found, rules(), None).gifts_kept is kept


def test_a_gift_may_stay_so_often_a_year_unless_the_law_gives_the_money_back() -> None:
    found = lots_of(TOP_UP, lots(30_000, 3_000, 100), coupons=0)
    once = replace(rules(30), gift_refunds_max=1)
    told = {line.kind.value: line.amount for line in plan_refund(TOP_UP, found, once, None).lines}
    assert told["gift_refunds"] == 1
    again = replace(once, gift_refunds=1)
    with pytest.raises(Refusal, match=r"top_up_refund\.gifts_kept") as refused:
        plan_refund(TOP_UP, found, again, None)
    assert refused.value.parameters == {"maximum": 1}
    assert plan_refund(TOP_UP, found, replace(again, gift_refunds_max=None), None).gifts_kept
    by_law = replace(rules(3), gift_refunds=1, gift_refunds_max=0)
    assert plan_refund(TOP_UP, found, by_law, None).rule is not None
    without = lots_of(TOP_UP, lots(30_000, 3_000, 100), coupons=1)
    assert not plan_refund(TOP_UP, without, again, None).gifts_kept


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
