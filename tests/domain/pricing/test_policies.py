"""By whose good offers are chosen, and how far a price may go down."""

from dataclasses import replace

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.pricing.basket import OnFloor, Policy
from regulars.domain.pricing.kinds import FixedAmount, NthDiscount, Per, Percent
from regulars.domain.pricing.kinds.spend_and_save import SpendAndSave, SpendStep
from regulars.domain.pricing.quote_parts import Outcome
from tests.domain.pricing.builders import TERMS, a_basket, a_line, an_offer, priced, tagged

TENTH = an_offer(1, Percent(basis_points=1_000), name="九折", groups=("大促",), priority=5)
STEP = an_offer(
    2, SpendAndSave(steps=(SpendStep(10_000, 1_500),)), name="满100减15", groups=("大促",)
)
HOT_POT = a_line(1, 12_000)


def costing(line: ChosenLine, cost_minor: int) -> ChosenLine:
    """The line with what one unit costs the shop."""
    return replace(line, cost_minor=cost_minor)


def test_the_guest_gets_the_better_of_two_that_exclude_each_other() -> None:
    assert priced(a_basket(HOT_POT), TENTH, STEP).totals.due_minor == 10_500


def test_the_house_keeps_the_dearer_of_two_that_exclude_each_other() -> None:
    terms = replace(TERMS, policy=Policy.HOUSE)
    bill = priced(a_basket(HOT_POT), TENTH, STEP, terms=terms)
    assert bill.totals.due_minor == 10_800
    assert not bill.proved


def test_the_house_withholds_nothing_that_goes_with_the_rest() -> None:
    terms = replace(TERMS, policy=Policy.HOUSE)
    more = an_offer(3, FixedAmount(amount_minor=300), name="立减3")
    assert priced(a_basket(HOT_POT), TENTH, STEP, more, terms=terms).totals.due_minor == 10_500


def test_in_fixed_order_the_lower_figure_is_first_and_the_next_only_joins_if_it_may() -> None:
    terms = replace(TERMS, policy=Policy.FIXED_ORDER)
    more = an_offer(3, FixedAmount(amount_minor=300), name="立减3", priority=9)
    bill = priced(a_basket(HOT_POT), replace(TENTH, priority=-1), STEP, more, terms=terms)
    assert [one.amount_minor for one in bill.deductions()] == [1_200, 300]


def test_in_fixed_order_a_unit_stays_with_the_offer_that_came_first() -> None:
    terms = replace(TERMS, policy=Policy.FIXED_ORDER)
    pair = an_offer(1, NthDiscount(n=2, basis_points=5_000), name="第二杯半价", priority=1)
    each = an_offer(2, Percent(basis_points=1_000, per=Per.UNIT), name="九折", priority=0)
    teas = a_line(1, 1_800, quantity=2)
    bill = priced(a_basket(teas), pair, each, terms=terms)
    assert bill.totals.discount_minor == 360
    assert {one.name.zh: one.saving_minor for one in bill.verdicts} == {
        "第二杯半价": 0,
        "九折": 360,
    }
    assert priced(a_basket(teas), pair, each).totals.discount_minor == 900


def test_the_floor_clips_what_would_go_below_cost_and_says_so() -> None:
    terms = replace(TERMS, floor_basis_points=2_000)
    half = an_offer(1, Percent(basis_points=5_000, per=Per.UNIT), name="半价")
    bill = priced(a_basket(costing(a_line(1, 1_200), 600)), half, terms=terms)
    assert bill.totals.due_minor == 720
    assert bill.verdicts[0].outcome is Outcome.APPLIED_IN_PART
    assert not bill.proved
    assert bill.gap_minor == 120


def test_the_floor_of_one_cup_moves_nothing_onto_another() -> None:
    terms = replace(TERMS, floor_basis_points=2_000)
    most = an_offer(1, Percent(basis_points=7_000, per=Per.UNIT), name="三折")
    tight, roomy = costing(a_line(1, 1_200), 600), costing(a_line(2, 1_200), 100)
    bill = priced(a_basket(tight, roomy), most, terms=terms)
    assert [line.net_minor for line in bill.lines] == [720, 360]


def test_the_floor_moves_an_amount_off_the_bill_to_units_that_have_room() -> None:
    terms = replace(TERMS, floor_basis_points=0)
    off = an_offer(1, FixedAmount(amount_minor=1_000), name="立减10")
    tight, roomy = costing(a_line(1, 1_000), 900), costing(a_line(2, 1_000), 0)
    bill = priced(a_basket(tight, roomy), off, terms=terms)
    assert [line.net_minor for line in bill.lines] == [900, 100]


def test_the_floor_may_leave_an_offer_out_instead() -> None:
    terms = replace(TERMS, floor_basis_points=2_000, on_floor=OnFloor.REFUSE)
    half = an_offer(1, Percent(basis_points=5_000, per=Per.UNIT), name="半价")
    bill = priced(a_basket(costing(a_line(1, 1_200), 600)), half, terms=terms)
    assert bill.totals.due_minor == 1_200


def test_goods_of_unknown_cost_have_no_floor() -> None:
    terms = replace(TERMS, floor_basis_points=2_000)
    half = an_offer(1, Percent(basis_points=5_000, per=Per.UNIT), goods=tagged("tea"))
    assert (
        priced(a_basket(a_line(1, 1_200, tags=["tea"])), half, terms=terms).totals.due_minor == 600
    )
