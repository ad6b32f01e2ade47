"""Lots are used by expiry and age, and every refund finds its way back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.lots import (
    UsedLot,
    claw_back,
    of_kind,
    put_back,
    spendable,
    take,
    total_of,
)
from tests.domain.ledger.builders import TODAY, a_lot

JUNE, DECEMBER, TOMORROW = date(2026, 6, 1), date(2026, 12, 1), BusinessDay(date(2026, 5, 2))


def drawn(shares: object) -> list[tuple[int, int]]:
    assert isinstance(shares, tuple)
    return [(share.lot.id.int, share.amount) for share in shares]


def test_points_that_expire_first_are_spent_first() -> None:
    lots = [
        a_lot(1, 60, expires_on=DECEMBER),
        a_lot(2, 40, expires_on=JUNE),
        a_lot(3, 50),
    ]

    assert drawn(take(lots, 110, on=TODAY)) == [(2, 40), (1, 60), (3, 10)]


def test_of_two_lots_with_one_expiry_the_older_is_spent_first() -> None:
    lots = [a_lot(2, 10, expires_on=JUNE), a_lot(1, 10, expires_on=JUNE)]

    assert drawn(take(lots, 15, on=TODAY)) == [(1, 10), (2, 5)]


def test_a_lot_is_gone_on_the_day_it_expires() -> None:
    lots = [a_lot(1, 40, expires_on=TOMORROW), a_lot(2, 10)]

    assert spendable(lots, on=TODAY) == 50
    assert spendable(lots, on=TOMORROW) == 10
    with pytest.raises(Refusal) as refused:
        take(lots, 11, on=TOMORROW)
    assert (refused.value.code, refused.value.parameters) == ("ledger.points_short", {"missing": 1})


def test_spending_nothing_takes_nothing() -> None:
    assert take([], 0, on=TODAY) == ()
    with pytest.raises(Refusal) as refused:
        take([], 5, on=TODAY)
    assert refused.value.parameters == {"missing": 5}


def test_lots_are_told_apart_by_account() -> None:
    lots = [a_lot(1, 5), a_lot(2, 7, kind=AccountKind.BONUS)]

    assert of_kind(lots, AccountKind.BONUS) == (lots[1],)


def test_a_refund_gives_more_than_was_drawn_to_nobody() -> None:
    with pytest.raises(ValueError):
        put_back([UsedLot(a_lot(1, 10), 4)], 5)
    assert put_back([], 0) == ()


amounts = st.lists(st.integers(1, 300), min_size=1, max_size=5)


@given(amounts, st.data())
def test_any_series_of_refunds_restores_every_lot(uses: list[int], data: st.DataObject) -> None:
    used = [UsedLot(a_lot(number, use), use) for number, use in enumerate(uses)]
    while left := sum(one.left for one in used):
        amount = data.draw(st.integers(1, left))
        shares = put_back(used, amount)
        assert total_of(shares) == amount
        back = {share.lot.id: share.amount for share in shares}
        used = [UsedLot(one.lot, one.left - back.get(one.lot.id, 0)) for one in used]
        assert all(one.left >= 0 for one in used)

    assert [one.left for one in used] == [0] * len(used)


@given(amounts, st.data())
def test_any_series_of_payments_uses_up_every_lot(sizes: list[int], data: st.DataObject) -> None:
    lots = [a_lot(number, size) for number, size in enumerate(sizes)]
    while left := sum(lot.remaining for lot in lots):
        amount = data.draw(st.integers(1, left))
        shares = take(lots, amount, on=TODAY)
        assert total_of(shares) == amount
        gone = {share.lot.id: share.amount for share in shares}
        lots = [replace(lot, remaining=lot.remaining - gone.get(lot.id, 0)) for lot in lots]
        assert all(lot.remaining >= 0 for lot in lots)

    with pytest.raises(Refusal):
        take(lots, 1, on=TODAY)


def test_a_claw_back_takes_the_sales_own_points_then_the_newest() -> None:
    own, old, new = a_lot(1, 30), a_lot(2, 40), a_lot(3, 20)

    taken = claw_back([old, own, new], 60, own={own.entry_id})

    assert drawn(taken.shares) == [(1, 30), (3, 20), (2, 10)]
    assert taken.short == 0


def test_points_already_spent_are_told_as_short() -> None:
    taken = claw_back([a_lot(1, 30, remaining=0), a_lot(2, 5)], 30, own=())

    assert drawn(taken.shares) == [(2, 5)]
    assert taken.short == 25
