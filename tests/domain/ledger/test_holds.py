"""Value that is held leaves the available balance, and every bit of it comes to one end."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import HELD_KINDS, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.holds import (
    PAID_TO,
    Held,
    HoldPurpose,
    end,
    held_from,
    held_of,
    hold,
    posted_part,
)
from regulars.domain.ledger.lots import LotShare
from tests.domain.ledger.builders import TODAY, a_draft, a_lot, a_new_lot, accounts, an_account

LOTS = [
    a_lot(2, 10_000, kind=AccountKind.PRINCIPAL, pair=1),
    a_lot(3, 1_000, kind=AccountKind.BONUS, pair=1, expires_on=TODAY + timedelta(days=1)),
    a_lot(4, 300),
]
BALANCES = {AccountKind.PRINCIPAL: 10_000, AccountKind.BONUS: 1_000, AccountKind.POINTS: 300}


def a_book() -> Book:
    return Book([*accounts(BALANCES), *(an_account(kind) for kind in HELD_KINDS.values())])


def ended(book: Book, held: Held, posted: Held, *, on: BusinessDay) -> None:
    end(
        book.entry(a_draft(2, EntryKind.HOLD_END)),
        held,
        posted,
        purpose=HoldPurpose.GROUP,
        on=on,
        revived={kind: a_new_lot(90 + number) for number, kind in enumerate(HELD_KINDS)},
    )


def test_what_is_held_cannot_be_spent_and_is_nobody_elses() -> None:
    book = a_book()

    hold(
        book.entry(a_draft(1, EntryKind.HOLD)),
        held_from(LOTS, amount_minor=1_100, points=200, on=TODAY),
    )

    assert [book.balance(kind) for kind in BALANCES] == [9_000, 900, 100]
    assert [book.balance(HELD_KINDS[kind]) for kind in BALANCES] == [1_000, 100, 200]
    assert {use.kind for entry in book.entries() for use in entry.uses} == {UseKind.HOLD}


@pytest.mark.parametrize(("money", "points"), [(0, 0), (-1, 0), (0, -1), (100, -100)])
def test_a_hold_of_nothing_is_refused(money: int, points: int) -> None:
    with pytest.raises(Refusal, match=r"value_hold\.empty"):
        held_from(LOTS, amount_minor=money, points=points, on=TODAY)


def test_a_lot_that_ended_meanwhile_still_pays_and_otherwise_revives() -> None:
    tomorrow = BusinessDay(TODAY + timedelta(days=1))
    book = a_book()
    held = held_from(LOTS, amount_minor=2_200, on=TODAY)
    hold(book.entry(a_draft(1, EntryKind.HOLD)), held)

    ended(book, held, posted_part(held, amount_minor=1_100, points=0, on=tomorrow), on=tomorrow)

    last = book.entries()[-1]
    assert (book.balance(AccountKind.PRINCIPAL), book.balance(AccountKind.BONUS)) == (9_000, 900)
    assert [(one.lot.id.int, one.amount) for one in last.granted] == [(91, 100)]


@pytest.mark.parametrize(("money", "points"), [(1_101, 0), (0, 201), (-1, 0), (0, -1)])
def test_no_more_is_posted_than_was_held(money: int, points: int) -> None:
    held = held_from(LOTS, amount_minor=1_100, points=200, on=TODAY)
    with pytest.raises(Refusal) as refused:
        posted_part(held, amount_minor=money, points=points, on=TODAY)
    assert refused.value.parameters == {"held_minor": 1_100, "held_points": 200}


@given(st.integers(0, 11_000), st.integers(0, 300), st.data())
def test_everything_held_is_either_paid_or_back(
    money: int, points: int, data: st.DataObject
) -> None:
    if not money + points:
        return
    book = a_book()
    held = held_from(LOTS, amount_minor=money, points=points, on=TODAY)
    hold(book.entry(a_draft(1, EntryKind.HOLD)), held)
    kept = held_of(
        LotShare(share.lot, share.amount) for _, group in held.by_kind() for share in group
    )
    posted = posted_part(
        kept,
        amount_minor=data.draw(st.integers(0, money)),
        points=data.draw(st.integers(0, points)),
        on=TODAY,
    )
    ended(book, kept, posted, on=TODAY)

    out: dict[UUID, int] = {}
    for entry in book.entries():
        for use in entry.uses:
            out[use.lot_id] = out.get(use.lot_id, 0) + use.amount
    paid = dict(posted.by_kind())
    for kind, owned in BALANCES.items():
        spent = sum(share.amount for share in paid[kind])
        assert book.balance(HELD_KINDS[kind]) == 0
        assert book.balance(kind) == owned - spent
        assert sum(out.get(lot.id, 0) for lot in LOTS if lot.kind is kind) == spent
        to_house = [
            posting.amount
            for posting in book.entries()[-1].postings
            if posting.to_account == an_account(PAID_TO[HoldPurpose.GROUP][kind]).id
        ]
        assert sum(to_house) == spent
