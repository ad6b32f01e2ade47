"""Settlement between stores: nothing is counted twice, nothing is lost, whatever comes late."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import AccountId
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.clearing import (
    Between,
    Booked,
    ClearingLine,
    Used,
    checked_period,
    lines_due,
    net_of_stores,
    pairs_of,
    postings_of,
)
from regulars.domain.ledger.units import POINTS, Unit, bonus_unit, money_unit, pass_unit

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
CNY, BONUS = money_unit("CNY"), bonus_unit("CNY")
TEN = pass_unit("TEN")


def used(issuer: UUID, redeemer: UUID, amount: int, *, money: int = 0, unit: Unit = CNY) -> Used:
    """What one store's value paid in another."""
    return Used(between=Between(issuer, redeemer, unit), amount=amount, money_minor=money)


def test_principal_is_owed_as_money_and_bonus_is_counted() -> None:
    both = [used(A, B, 6_000), used(A, B, 600, unit=BONUS)]
    lines = lines_due(both, both, {}, {})
    assert [(line.between.unit, line.amount, line.cost_minor) for line in lines] == [
        (CNY, 6_000, 6_000),
        (BONUS, 600, 0),
    ]


def test_points_are_owed_at_what_they_cost_their_issuer() -> None:
    points = [used(A, B, 250, unit=POINTS), used(B, A, 250, unit=POINTS)]
    lines = lines_due(points, points, {}, {A: 80})
    assert [line.cost_minor for line in lines] == [200, 0]


def test_a_pass_is_owed_at_what_its_uses_earned() -> None:
    uses = [used(A, B, 3, money=4_500, unit=TEN)]
    line = lines_due(uses, uses, {uses[0].between: Booked(amount=1, cost_minor=1_500)}, {})[0]
    assert (line.amount, line.cost_minor) == (2, 3_000)


def test_what_came_late_is_told_apart() -> None:
    between = Between(A, B, CNY)
    so_far = [Used(between=between, amount=900)]
    within = [Used(between=between, amount=300)]
    line = lines_due(so_far, within, {between: Booked(amount=500, cost_minor=500)}, {})[0]
    assert (line.amount, line.late) == (400, 100)


def test_a_pair_is_settled_gross_and_the_stores_come_out_even() -> None:
    both = [used(A, B, 500), used(B, A, 200), used(C, A, 50)]
    pairs = pairs_of(lines_due(both, both, {}, {}))
    assert [(pair.first_owes_minor, pair.second_owes_minor) for pair in pairs] == [
        (500, 200),
        (0, 50),
    ]
    net = net_of_stores(pairs)
    assert net == {A: -250, B: 300, C: -50}


def test_refunds_that_outweigh_turn_the_debt_round() -> None:
    pair = pairs_of([ClearingLine(between=Between(A, B, CNY), amount=-70, cost_minor=-70)])[0]
    moved = postings_of(pair, {A: AccountId(1), B: AccountId(2)}, currency="CNY")
    assert [(one.from_account, one.to_account, one.amount) for one in moved] == [(2, 1, 70)]


def test_a_period_is_over_and_follows_the_last_one() -> None:
    first, second, third = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
    checked_period(first, second, last_until_on=None, today=second)
    checked_period(second, third, last_until_on=second, today=third)
    for wanted, code in (
        ((second, first), "clearing.reversed"),
        ((first, third), "clearing.period_open"),
    ):
        with pytest.raises(Refusal) as refused:
            checked_period(*wanted, last_until_on=None, today=second)
        assert refused.value.code == code
    with pytest.raises(Refusal, match="not_next"):
        checked_period(first, second, last_until_on=second, today=third)


days = st.integers(0, 11)
uses = st.tuples(days, days, st.sampled_from([(A, B), (B, A), (A, C)]), st.integers(-50, 100))


@given(st.lists(uses, max_size=40))
def test_every_use_is_booked_once_however_late_it_is_recorded(
    happened: list[tuple[int, int, tuple[UUID, UUID], int]],
) -> None:
    """Twelve days, a booking after every third; a use of a day may be recorded much later."""
    recorded = [(day, max(day, seen), pair, amount) for day, seen, pair, amount in happened]
    booked: dict[Between, Booked] = {}
    for until in (3, 6, 9, 12):
        known = [each for each in recorded if each[1] < until and each[0] < until]
        within = [each for each in known if each[0] >= until - 3]
        for line in lines_due(_summed(known), _summed(within), booked, {}):
            before = booked.get(line.between, Booked())
            booked[line.between] = Booked(
                amount=before.amount + line.amount, cost_minor=before.cost_minor + line.cost_minor
            )
    wanted = {each.between: each.amount for each in _summed(recorded) if each.amount}
    assert {key: one.amount for key, one in booked.items() if one.amount} == wanted


def _summed(happened: list[tuple[int, int, tuple[UUID, UUID], int]]) -> list[Used]:
    totals: dict[Between, int] = {}
    for _, _, (issuer, redeemer), amount in happened:
        between = Between(issuer, redeemer, CNY)
        totals[between] = totals.get(between, 0) + amount
    return [Used(between=between, amount=amount) for between, amount in totals.items()]
