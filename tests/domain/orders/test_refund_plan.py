"""What a refund undoes: exact in any split and order, never more than was paid."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.refund import Sold, SoldLine, SoldUnit, Sums, plan_refund


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
        refunded=Sums(),
        refunded_units=frozenset(),
    )


def after(sold: Sold, units: dict[UUID, int] | None) -> tuple[Sold, Sums]:
    """The sale once this refund is made, and what it gave back."""
    plan = plan_refund(sold, units)
    left = sold.sums.minus(sold.refunded).minus(plan.back)
    gone = {(unit.position, unit.unit) for unit in plan.units}
    refunded = sold.sums.minus(left)
    return (
        Sold(
            lines=sold.lines,
            sums=sold.sums,
            refunded=refunded,
            refunded_units=sold.refunded_units | gone,
        ),
        plan.back,
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


@given(
    dues=st.lists(st.lists(st.integers(0, 5_000), min_size=1, max_size=4), min_size=1, max_size=4),
    cuts=st.tuples(st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 10**4)),
    value=st.tuples(st.integers(0, 999), st.integers(0, 999)),
    seed=st.integers(0, 10**6),
)
def test_any_split_of_refunds_gives_back_exactly_what_was_paid(
    dues: list[list[int]], cuts: tuple[int, int, int], value: tuple[int, int], seed: int
) -> None:
    total = sum(map(sum, dues))
    cash = min(cuts[0], total)
    external = min(cuts[1], total - cash)
    bonus = min(cuts[2], total - cash - external)
    sums = Sums(
        cash_minor=cash,
        external_minor=external,
        principal_minor=total - cash - external - bonus,
        bonus_minor=bonus,
        points_spent=value[0],
        points_earned=value[1],
        growth_earned=value[1] // 2,
    )
    sold = a_sale(dues, sums, points_minor=7)
    units = [line.id for line in sold.lines for _ in line.units]
    random.Random(seed).shuffle(units)
    for unit in units:
        sold, back = after(sold, {unit: 1})
        assert min(parts(back)) >= 0
        left = sold.sums.minus(sold.refunded)
        assert min(parts(left)) >= 0
    assert sold.refunded == sums


def test_cash_goes_back_first_and_stored_value_last() -> None:
    sold = a_sale([[1_000], [1_000]], Sums(cash_minor=600, external_minor=500, principal_minor=900))
    sold, back = after(sold, {UUID(int=1): 1})
    assert (back.cash_minor, back.external_minor, back.principal_minor) == (600, 400, 0)
    _, back = after(sold, None)
    assert (back.cash_minor, back.external_minor, back.principal_minor) == (0, 100, 900)


def test_earned_points_are_taken_back_in_proportion_rounded_down() -> None:
    sold = a_sale([[1_961], [2_139]], Sums(cash_minor=4_100, points_earned=40))
    _, back = after(sold, {UUID(int=1): 1})
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
            plan_refund(sold, units)
        assert refused.value.code == code
