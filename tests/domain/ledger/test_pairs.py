"""Stored value is spent pro rata, top-up by top-up, and ends exactly at nothing."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.lots import Lot, LotShare, UsedLot
from regulars.domain.ledger.pairs import (
    PairsTaken,
    ReturnOrder,
    SpendOrder,
    give_back,
    take_pairs,
)
from tests.domain.ledger.builders import TODAY, a_lot


def a_top_up(
    number: int, principal: int, bonus: int, *, bonus_expires_on: date | None = None
) -> list[Lot]:
    lots = []
    if principal:
        lots.append(a_lot(number * 2, principal, kind=AccountKind.PRINCIPAL, pair=number))
    if bonus:
        lots.append(
            a_lot(
                number * 2 + 1,
                bonus,
                kind=AccountKind.BONUS,
                pair=number,
                expires_on=bonus_expires_on,
            )
        )
    return lots


def parts(taken: PairsTaken) -> tuple[int, int]:
    return (taken.principal_minor, taken.bonus_minor)


def after(lots: list[Lot], shares: tuple[LotShare, ...]) -> list[Lot]:
    gone = {share.lot.id: share.amount for share in shares}
    return [replace(lot, remaining=lot.remaining - gone.get(lot.id, 0)) for lot in lots]


def test_of_eleven_yuan_ten_are_principal_and_one_is_bonus() -> None:
    assert parts(take_pairs(a_top_up(1, 30_000, 3_000), 1_100, on=TODAY)) == (1_000, 100)


def test_the_oldest_top_up_is_used_up_first() -> None:
    lots = a_top_up(2, 10_000, 0) + a_top_up(1, 1_000, 100)

    taken = take_pairs(lots, 2_100, on=TODAY)

    assert [(share.lot.id.int, share.amount) for share in taken.principal] == [
        (2, 1_000),
        (4, 1_000),
    ]
    assert [(share.lot.id.int, share.amount) for share in taken.bonus] == [(3, 100)]


def test_an_expired_bonus_leaves_the_principal_to_pay() -> None:
    tomorrow = BusinessDay(date(2026, 5, 2))
    lots = a_top_up(1, 1_000, 100, bonus_expires_on=tomorrow)

    assert parts(take_pairs(lots, 550, on=TODAY)) == (500, 50)
    assert parts(take_pairs(lots, 1_000, on=tomorrow)) == (1_000, 0)
    with pytest.raises(Refusal) as refused:
        take_pairs(lots, 1_001, on=tomorrow)
    assert refused.value.code == "ledger.balance_short"
    assert refused.value.parameters == {"missing_minor": 1}


def test_a_gift_without_principal_pays_alone() -> None:
    assert parts(take_pairs(a_top_up(1, 0, 500), 300, on=TODAY)) == (0, 300)


def test_points_pay_no_bill_from_stored_value() -> None:
    with pytest.raises(Refusal):
        take_pairs([a_lot(1, 100)], 1, on=TODAY)


top_ups = st.lists(st.tuples(st.integers(1, 3_000), st.integers(0, 400)), min_size=1, max_size=3)


@given(top_ups, st.data())
def test_any_series_of_payments_ends_exact(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    lots = [
        lot
        for number, (money, gift) in enumerate(sizes, 1)
        for lot in a_top_up(number, money, gift)
    ]
    paid = [0, 0]
    while left := sum(lot.remaining for lot in lots):
        amount = data.draw(st.integers(1, left))
        taken = take_pairs(lots, amount, on=TODAY)
        assert sum(parts(taken)) == amount
        paid[0] += taken.principal_minor
        paid[1] += taken.bonus_minor
        lots = after(lots, taken.principal + taken.bonus)
        assert all(0 <= lot.remaining <= lot.amount for lot in lots)

    assert paid == [sum(money for money, _ in sizes), sum(gift for _, gift in sizes)]


@given(st.integers(1, 3_000), st.integers(1, 400), st.data())
def test_no_payment_strays_a_fen_from_its_share(money: int, gift: int, data: st.DataObject) -> None:
    """However a top-up is cut into bills, the bonus used so far is its exact share, rounded."""
    lots = a_top_up(1, money, gift)
    while left := sum(lot.remaining for lot in lots):
        taken = take_pairs(lots, data.draw(st.integers(1, left)), on=TODAY)
        lots = after(lots, taken.principal + taken.bonus)
        used = [lot.amount - lot.remaining for lot in lots]
        assert abs(used[1] * (money + gift) - sum(used) * gift) <= money + gift


@given(top_ups, st.sampled_from(ReturnOrder), st.data())
def test_payments_and_refunds_in_any_order_end_exact(
    sizes: list[tuple[int, int]], order: ReturnOrder, data: st.DataObject
) -> None:
    lots = [
        replace(lot, spend_order=rule.value)
        for number, (money, gift) in enumerate(sizes, 1)
        for rule in [data.draw(st.sampled_from(SpendOrder))]
        for lot in a_top_up(number, money, gift)
    ]
    sales: list[list[UsedLot]] = []
    for _ in range(data.draw(st.integers(1, 12))):
        left = sum(lot.remaining for lot in lots)
        refundable = [sale for sale in sales if sum(one.left for one in sale)]
        if left and (not refundable or data.draw(st.booleans())):
            taken = take_pairs(lots, data.draw(st.integers(1, left)), on=TODAY)
            shares = taken.principal + taken.bonus
            lots = after(lots, shares)
            sales.append([UsedLot(share.lot, share.amount) for share in shares])
        elif refundable:
            sale = data.draw(st.sampled_from(refundable))
            wanted = data.draw(st.integers(1, sum(one.left for one in sale)))
            back = give_back(sale, wanted, order)
            assert sum(share.amount for share in back) == wanted
            given_back = {share.lot.id: share.amount for share in back}
            sale[:] = [UsedLot(u.lot, u.left - given_back.get(u.lot.id, 0)) for u in sale]
            lots = [
                replace(lot, remaining=lot.remaining + given_back.get(lot.id, 0)) for lot in lots
            ]
        assert all(0 <= lot.remaining <= lot.amount for lot in lots)
    if rest := sum(lot.remaining for lot in lots):
        last = take_pairs(lots, rest, on=TODAY)
        lots = after(lots, last.principal + last.bonus)

    assert all(lot.remaining == 0 for lot in lots)


@pytest.mark.parametrize(
    ("order", "first", "then"),
    [
        (SpendOrder.PRO_RATA, (1_000, 100), (29_000, 2_900)),
        (SpendOrder.PRINCIPAL_FIRST, (1_100, 0), (28_900, 3_000)),
        (SpendOrder.BONUS_FIRST, (0, 1_100), (30_000, 1_900)),
    ],
)
def test_each_top_up_is_spent_in_the_order_that_was_promised(
    order: SpendOrder, first: tuple[int, int], then: tuple[int, int]
) -> None:
    lots = [replace(lot, spend_order=order.value) for lot in a_top_up(1, 30_000, 3_000)]

    taken = take_pairs(lots, 1_100, on=TODAY)
    rest = take_pairs(after(lots, taken.principal + taken.bonus), 31_900, on=TODAY)

    assert (parts(taken), parts(rest)) == (first, then)


def test_a_rule_of_one_top_up_says_nothing_of_the_next() -> None:
    gift_first = [replace(lot, spend_order="bonus_first") for lot in a_top_up(1, 1_000, 100)]

    taken = take_pairs(gift_first + a_top_up(2, 1_000, 100), 1_210, on=TODAY)

    assert parts(taken) == (1_100, 110)


def test_the_last_drawn_lot_is_filled_first_where_the_terms_say_so() -> None:
    used = [UsedLot(lot, lot.amount) for number in (1, 2) for lot in a_top_up(number, 500, 0)]

    back = give_back(used, 700, ReturnOrder.REVERSE)

    assert [(share.lot.id.int, share.amount) for share in back] == [(4, 500), (2, 200)]
    with pytest.raises(ValueError, match="at most"):
        give_back(used, 1_001, ReturnOrder.REVERSE)


def test_two_parts_of_one_top_up_are_two_pairs() -> None:
    """王丽 got 11.00 and then 5.50 of one top-up: each part pays its own share."""
    first = [replace(lot, entry_id=EntryId(UUID(int=51))) for lot in a_top_up(1, 1_000, 100)]
    second = [
        replace(lot, pair_id=UUID(int=1), entry_id=EntryId(UUID(int=52)))
        for lot in a_top_up(2, 500, 50)
    ]

    assert parts(take_pairs(first + second, 1_650, on=TODAY)) == (1_500, 150)
    assert parts(take_pairs(second + first, 550, on=TODAY)) == (500, 50)
