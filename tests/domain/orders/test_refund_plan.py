"""What a refund undoes: exact in any split and order, never more than was paid."""

import os
import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.refund import (
    RefundPlan,
    chosen_units,
    house_fault,
    reprice_rest,
    return_share,
)
from regulars.domain.orders.rest import Rest, RestUnit
from regulars.domain.orders.sold import Repriced, Sold, SoldLine, SoldUnit, Sums, UnitKey

CASES = 10_000 if os.environ.get("REGULARS_THOROUGH") == "1" else 500


def a_sale(dues: list[list[int]], sums: Sums, points_minor: int = 0) -> Sold:
    return Sold(
        lines=tuple(
            SoldLine(
                id=UUID(int=position),
                position=position,
                name=Label("茶"),
                units=tuple(SoldUnit(due, points_minor) for due in units),
            )
            for position, units in enumerate(dues, start=1)
        ),
        sums=sums,
    )


def plan_for(sold: Sold, units: dict[UUID, int] | None) -> RefundPlan:
    return return_share(sold, chosen_units(sold, units))


def after(sold: Sold, plan: RefundPlan) -> Sold:
    """The sale once this refund is made."""
    left = sold.sums.minus(sold.refunded).minus(plan.back)
    repriced = sold.repriced
    if plan.rest:
        repriced = Repriced(
            version=2,
            units={
                UnitKey(one.position, one.unit): SoldUnit(one.due_minor, one.points_minor)
                for one in plan.rest
            },
            points_spent=left.points_spent,
        )
    return Sold(
        lines=sold.lines,
        sums=sold.sums,
        refunded=sold.sums.minus(left),
        refunded_units=sold.refunded_units
        | {UnitKey(unit.position, unit.unit) for unit in plan.units},
        repriced=repriced,
    )


def parts(sums: Sums) -> tuple[int, ...]:
    return (
        sums.cash_minor,
        sums.external_minor,
        sums.principal_minor,
        sums.bonus_minor,
        sums.points_spent,
        sums.points_earned,
        sums.growth_earned,
    )


DUES = st.lists(st.lists(st.integers(0, 5_000), min_size=1, max_size=4), min_size=1, max_size=4)
CUTS = st.tuples(st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 10**4))
VALUE = st.tuples(st.integers(0, 999), st.integers(0, 999))


def paid(dues: list[list[int]], cuts: tuple[int, int, int], value: tuple[int, int]) -> Sums:
    """What was paid, in cash, by card and from stored value, cut where chance says."""
    total = sum(map(sum, dues))
    cash = min(cuts[0], total)
    external = min(cuts[1], total - cash)
    bonus = min(cuts[2], total - cash - external)
    return Sums(
        cash_minor=cash,
        external_minor=external,
        principal_minor=total - cash - external - bonus,
        bonus_minor=bonus,
        points_spent=value[0],
        points_earned=value[1],
        growth_earned=value[1] // 2,
    )


@settings(max_examples=CASES)
@given(
    dues=DUES,
    cuts=CUTS,
    value=VALUE,
    seed=st.integers(0, 10**6),
)
def test_any_split_of_refunds_gives_back_exactly_what_was_paid(
    dues: list[list[int]], cuts: tuple[int, int, int], value: tuple[int, int], seed: int
) -> None:
    sums = paid(dues, cuts, value)
    sold = a_sale(dues, sums, points_minor=7)
    chance = random.Random(seed)
    units = [line.id for line in sold.lines for _ in line.units]
    chance.shuffle(units)
    while units:
        batch = [units.pop() for _ in range(min(len(units), chance.randint(1, 3)))]
        plan = plan_for(sold, dict(Counter(batch)))
        assert min(parts(plan.back)) >= 0
        assert sum(unit.amount_minor for unit in plan.units) == plan.amount_minor
        sold = after(sold, plan)
        assert min(parts(sold.sums.minus(sold.refunded))) >= 0
    assert sold.refunded == sums


@settings(max_examples=CASES)
@given(
    dues=DUES,
    cuts=CUTS,
    value=VALUE,
    seed=st.integers(0, 10**6),
)
def test_pricing_the_rest_anew_never_gives_back_more_than_is_left_and_ends_at_what_was_paid(
    dues: list[list[int]], cuts: tuple[int, int, int], value: tuple[int, int], seed: int
) -> None:
    sums = paid(dues, cuts, value)
    sold = a_sale(dues, sums, points_minor=7)
    chance = random.Random(seed)
    units = [line.id for line in sold.lines for _ in line.units]
    chance.shuffle(units)
    for unit in units:
        chosen = chosen_units(sold, {unit: 1})
        share = return_share(sold, chosen)
        reprice = reprice_rest(sold, chosen, any_rest(sold, chosen, chance))
        fault = house_fault(share, reprice)
        assert fault.amount_minor == max(share.amount_minor, reprice.amount_minor)
        plan = chance.choice([share, reprice, fault])
        assert min(parts(plan.back)) >= 0
        assert sum(unit.amount_minor for unit in plan.units) == plan.amount_minor
        sold = after(sold, plan)
        assert min(parts(sold.sums.minus(sold.refunded))) >= 0
        kept = [key for key in sold.keys if key not in sold.refunded_units]
        assert sum(sold.shares()[key] for key in kept) == sold.left_minor
    assert sold.refunded == sums


def any_rest(sold: Sold, chosen: frozenset[UnitKey], chance: random.Random) -> Rest:
    """What is kept at any price, cheaper or dearer than it was."""
    gone = sold.refunded_units | chosen
    units = []
    for key in sold.keys:
        if key not in gone:
            due_minor = chance.randint(0, 6_000)
            tax_minor = chance.randint(0, due_minor // 10)
            net_minor = due_minor - chance.choice([0, tax_minor])
            points_minor = chance.randint(0, 20)
            units.append(RestUnit(*key, net_minor, tax_minor, due_minor, points_minor))
    return Rest(units=tuple(units), points_spent=chance.randint(0, 999) if units else 0)


def test_cash_goes_back_first_and_stored_value_last() -> None:
    sold = a_sale([[1_000], [1_000]], Sums(cash_minor=600, external_minor=500, principal_minor=900))
    plan = plan_for(sold, {UUID(int=1): 1})
    back = plan.back
    assert (back.cash_minor, back.external_minor, back.principal_minor) == (600, 400, 0)
    back = plan_for(after(sold, plan), None).back
    assert (back.cash_minor, back.external_minor, back.principal_minor) == (0, 100, 900)


def test_earned_points_are_taken_back_in_proportion_rounded_down() -> None:
    sold = a_sale([[1_961], [2_139]], Sums(cash_minor=4_100, points_earned=40))
    back = plan_for(sold, {UUID(int=1): 1}).back
    assert back.points_earned == 19


def test_units_that_are_not_there_or_gone_are_refused() -> None:
    sold = a_sale([[500, 500]], Sums(cash_minor=1_000))
    for code, units in (
        ("refund.unit_unknown", {UUID(int=9): 1}),
        ("refund.unit_unknown", {UUID(int=1): 0}),
        ("refund.already_refunded", {UUID(int=1): 3}),
        ("refund.nothing", {}),
    ):
        with pytest.raises(Refusal) as refused:
            plan_for(sold, units)
        assert refused.value.code == code
