"""The book numbers and balances what a command writes, and refuses what the database would."""

from datetime import date

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind, AccountState
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.lots import LotShare, take
from tests.domain.ledger.builders import (
    TODAY,
    a_draft,
    a_lot,
    a_new_lot,
    account_id,
    accounts,
    an_account,
)

POINTS, SPENT, ISSUED = AccountKind.POINTS, AccountKind.POINTS_SPENT, AccountKind.POINTS_ISSUED


def test_a_sale_is_one_entry_with_numbered_postings() -> None:
    book = Book(accounts({POINTS: 100}))
    entry = book.entry(a_draft())
    entry.spend(POINTS, SPENT, take([a_lot(1, 100)], 60, on=TODAY))
    entry.move(AccountKind.OUTSIDE_CASH, AccountKind.SALES, 3_000)

    (finished,) = book.entries()

    assert [
        (p.number, p.unit, p.from_account, p.to_account, p.amount) for p in finished.postings
    ] == [
        (1, "PT", account_id(POINTS), account_id(SPENT), 60),
        (2, "CNY", account_id(AccountKind.OUTSIDE_CASH), account_id(AccountKind.SALES), 3_000),
    ]
    assert [(p.from_version, p.from_after, p.to_version) for p in finished.postings] == [
        (4, 40, None),
        (None, None, None),
    ]
    assert [(use.lot_id.int, use.amount, use.kind) for use in finished.uses] == [
        (1, 60, UseKind.SPEND)
    ]


def test_versions_run_on_over_the_entries_of_one_command() -> None:
    book = Book(accounts({POINTS: 100}))
    book.entry(a_draft(1)).spend(POINTS, SPENT, [LotShare(a_lot(1, 100), 100)])
    book.entry(a_draft(2, EntryKind.EARN)).grant(ISSUED, POINTS, 7, a_new_lot(9))

    first, second = book.entries()

    assert first.postings[0].from_version == 4
    assert (second.postings[0].to_version, second.postings[0].to_after) == (5, 7)
    assert (second.granted[0].amount, second.granted[0].account_id) == (7, account_id(POINTS))
    assert book.balance(POINTS) == 7


def test_an_entry_without_postings_is_none() -> None:
    book = Book(accounts())
    entry = book.entry(a_draft())
    entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, 0)
    entry.grant(ISSUED, POINTS, 0, a_new_lot(9))

    assert book.entries() == ()


def test_nothing_goes_below_its_floor() -> None:
    book = Book(accounts({AccountKind.GROWTH: 5}))
    with pytest.raises(Refusal) as refused:
        book.entry(a_draft()).move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, 8)

    assert (refused.value.code, refused.value.parameters) == ("ledger.growth_short", {"missing": 3})


def test_debt_has_no_floor() -> None:
    book = Book([*accounts(), an_account(AccountKind.POINTS_DEBT)])
    book.entry(a_draft()).move(AccountKind.POINTS_DEBT, ISSUED, 25)

    assert book.balance(AccountKind.POINTS_DEBT) == -25
    assert book.holds(AccountKind.POINTS_DEBT)


def test_a_frozen_account_takes_in_but_pays_nothing_out() -> None:
    book = Book(
        [an_account(POINTS, 10, state=AccountState.FROZEN), an_account(ISSUED), an_account(SPENT)]
    )
    book.entry(a_draft(1)).grant(ISSUED, POINTS, 5, a_new_lot(9))
    with pytest.raises(Refusal) as refused:
        book.entry(a_draft(2)).spend(POINTS, SPENT, [LotShare(a_lot(1, 10), 1)])

    assert refused.value.code == "ledger.account_frozen"


def test_a_closed_account_takes_nothing_in() -> None:
    book = Book([an_account(POINTS, state=AccountState.CLOSED), an_account(ISSUED)])
    with pytest.raises(Refusal) as refused:
        book.entry(a_draft()).grant(ISSUED, POINTS, 5, a_new_lot(9))

    assert refused.value.code == "ledger.account_closed"


def test_what_goes_back_to_an_expired_lot_revives_as_a_new_one() -> None:
    expired, fresh = a_lot(1, 30, expires_on=date(2026, 5, 1)), a_lot(2, 50)
    book = Book(accounts())
    entry = book.entry(a_draft(1, EntryKind.REFUND))
    entry.put_back(
        SPENT,
        POINTS,
        [LotShare(expired, 20), LotShare(fresh, 10)],
        on=TODAY,
        expired_into=a_new_lot(9, expires_on=date(2026, 6, 1)),
    )

    (finished,) = book.entries()

    assert [(use.lot_id.int, use.amount, use.kind) for use in finished.uses] == [
        (1, -20, UseKind.REFUND),
        (1, 20, UseKind.REVIVE),
        (2, -10, UseKind.REFUND),
    ]
    assert [(granted.lot.id.int, granted.amount) for granted in finished.granted] == [(9, 20)]
    assert finished.postings[0].amount == 30


@pytest.mark.parametrize(
    ("source", "target", "amount"),
    [
        (POINTS, SPENT, 1),
        (AccountKind.OUTSIDE_CASH, AccountKind.PRINCIPAL, 1),
        (AccountKind.OUTSIDE_CASH, AccountKind.GROWTH, 1),
        (AccountKind.BONUS_ISSUED, AccountKind.SALES, 1),
        (AccountKind.OUTSIDE_CASH, AccountKind.SALES, -1),
    ],
)
def test_units_are_walls_and_lots_are_never_left_out(
    source: AccountKind, target: AccountKind, amount: int
) -> None:
    entry = Book(accounts({POINTS: 10})).entry(a_draft())
    with pytest.raises(ValueError):
        entry.move(source, target, amount)


def test_a_lot_is_spent_from_its_own_account_only() -> None:
    entry = Book(accounts({AccountKind.PRINCIPAL: 10})).entry(a_draft())
    with pytest.raises(ValueError):
        entry.spend(AccountKind.PRINCIPAL, AccountKind.SALES, [LotShare(a_lot(1, 10), 1)])


def test_a_book_holds_one_account_of_a_kind() -> None:
    with pytest.raises(ValueError):
        Book([an_account(POINTS), an_account(POINTS)])
