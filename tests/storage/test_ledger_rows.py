"""Accounts, lots and entries as commands read and write them, on both engines."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import HOUSE_KINDS, MEMBER_KINDS, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, refund_of, settle_of
from regulars.domain.ledger.lots import Lot, of_kind, put_back, spendable, take
from regulars.storage import ledger, members
from regulars.storage.constraints import refusal_of
from regulars.storage.engine import Database, Write
from regulars.storage.verify import value
from tests.storage.ledger_builders import STORE, TODAY, Hand, Wallet, Work

POINTS, SPENT, ISSUED = AccountKind.POINTS, AccountKind.POINTS_SPENT, AccountKind.POINTS_ISSUED
ORDER = UUID(int=500)


def spend(amount: int) -> Work:
    def work(book: Book, lots: Sequence[Lot], hand: Hand) -> None:
        draft = hand.draft(EntryKind.SETTLE, settle_of(ORDER), subject_id=ORDER)
        book.entry(draft).spend(POINTS, SPENT, take(lots, amount, on=TODAY))

    return work


def refusal_from(error: BaseException) -> str:
    refusal = error if isinstance(error, Refusal) else refusal_of(error)
    assert refusal is not None
    return refusal.code


def test_a_member_begins_with_four_empty_accounts(database: Database) -> None:
    wallet = Wallet.opened(database)
    with database.read() as read:
        accounts = read.all(ledger.ACCOUNTS_OF_MEMBER_SEEN, member=wallet.member_id)

    assert {account.kind for account in accounts} == set(MEMBER_KINDS)
    assert {(account.balance, account.version, account.floor) for account in accounts} == {
        (0, 0, 0)
    }
    assert wallet.balances == ledger.Balances()


def test_a_store_gets_its_accounts_once(database: Database) -> None:
    def work(tx: Write) -> list[int]:
        return [account.id for account in ledger.house_accounts(tx, STORE, currency="CNY")]

    first = database.write(work).result()

    assert len(first) == len(HOUSE_KINDS)
    assert database.write(work).result() == first


def test_points_debt_is_opened_once_and_has_no_floor(database: Database) -> None:
    wallet = Wallet.opened(database)
    opened = [
        database.write(
            lambda tx: ledger.open_points_debt(tx, wallet.member_id, currency="CNY")
        ).result()
        for _ in range(2)
    ]
    wallet.write(
        lambda book, _lots, hand: book.entry(hand.draft(EntryKind.REFUND, "r")).move(
            AccountKind.POINTS_DEBT, ISSUED, 25
        )
    )

    assert opened[0] == opened[1]
    assert opened[0].floor is None
    assert wallet.balances.points_debt == 25


def test_entries_lots_and_uses_come_back_as_written(database: Database) -> None:
    wallet = Wallet.opened(database)
    late = wallet.gift(100)
    early = wallet.gift(40, expires_on=date(2026, 6, 1))
    wallet.write(spend(50))
    with database.read() as read:
        lots = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)
        used = read.all(ledger.USED_LOTS, subject=ORDER)
        entries = read.all(ledger.ENTRIES_OF, subject=ORDER)

    assert [(lot.id, lot.amount, lot.remaining) for lot in lots] == [(late, 100, 90)]
    assert {(one.lot.id, one.left) for one in used} == {(early, 40), (late, 10)}
    assert used[0].lot.expires_on in (None, date(2026, 6, 1))
    assert [entry.kind for entry in entries] == ["settle"]
    assert wallet.balances.points == 90


def test_points_and_money_are_read_apart(database: Database) -> None:
    wallet = Wallet.opened(database)
    wallet.gift(100)
    wallet.gift(40, expires_on=date(2026, 6, 1))
    wallet.gift(7, expires_on=date(2026, 5, 1))

    def bonus(book: Book, _lots: Sequence[Lot], hand: Hand) -> None:
        entry = book.entry(hand.draft(EntryKind.GIFT, "grant:bonus"))
        entry.grant(AccountKind.BONUS_ISSUED, AccountKind.BONUS, 500, hand.lot())

    wallet.write(bonus)
    with database.read() as read:
        held = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)
        money = read.all(ledger.MONEY_LOTS_OF_MEMBER, member=wallet.member_id)
        may_spend = read.all(ledger.SPENDABLE_POINTS, member=wallet.member_id, day=TODAY)
        nobody = read.all(ledger.SPENDABLE_POINTS, member=STORE, day=TODAY)

    points = of_kind(held, POINTS)
    assert sorted(lot.remaining for lot in points) == [7, 40, 100]
    assert [(lot.kind, lot.remaining) for lot in money] == [(AccountKind.BONUS, 500)]
    assert may_spend == [spendable(points, on=TODAY)] == [140]
    assert nobody == [0]


def test_a_business_event_is_posted_once(database: Database) -> None:
    wallet = Wallet.opened(database)
    wallet.gift(100)
    wallet.write(spend(30))
    with pytest.raises(Exception) as refused:
        wallet.write(spend(30))

    assert refusal_from(refused.value) == "ledger.already_posted"
    assert wallet.balances.points == 70


def test_points_that_are_gone_meanwhile_are_not_spent_again(database: Database) -> None:
    """A command that decided on an old balance is stopped by the posting's version."""
    wallet = Wallet.opened(database)
    wallet.gift(100)
    with database.read() as read:
        stale = read.all(ledger.ACCOUNTS_OF_MEMBER_SEEN, member=wallet.member_id)
        lots = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)
    wallet.write(spend(30))

    def again(tx: Write) -> None:
        book = Book([*stale, *ledger.house_accounts(tx, STORE, currency="CNY")])
        draft = wallet.hand.draft(EntryKind.SETTLE, "order:other:settle")
        book.entry(draft).spend(POINTS, SPENT, take(lots, 30, on=TODAY))
        ledger.record(tx, wallet.hand, book.entries())

    with pytest.raises(Exception) as refused:
        database.write(again).result()

    assert refusal_from(refused.value) == "ledger.balance_moved"
    assert wallet.balances.points == 70


@pytest.mark.parametrize("state", ["frozen", "closed"])
def test_an_account_that_was_stopped_meanwhile_is_refused_by_the_database(
    database: Database, state: str
) -> None:
    wallet = Wallet.opened(database)
    wallet.gift(100)
    with database.read() as read:
        seen = read.all(ledger.ACCOUNTS_OF_MEMBER_SEEN, member=wallet.member_id)
        lots = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)

    def stopped(tx: Write) -> None:
        tx.run(members.CHANGE_ACCOUNTS, owner=wallet.member_id, new_state=state)

    database.write(stopped).result()

    def late(tx: Write) -> None:
        book = Book([*seen, *ledger.house_accounts(tx, STORE, currency="CNY")])
        draft = wallet.hand.draft(EntryKind.SETTLE, "order:other:settle")
        book.entry(draft).spend(POINTS, SPENT, take(lots, 30, on=TODAY))
        ledger.record(tx, wallet.hand, book.entries())

    with pytest.raises(Exception) as refused:
        database.write(late).result()

    assert refusal_from(refused.value) == f"ledger.account_{state}"


def test_all_entries_of_a_command_take_four_statements(database: Database) -> None:
    wallet = Wallet.opened(database)
    wallet.gift(100)
    wallet.gift(100)
    counted: list[int] = []

    def work(tx: Write) -> None:
        lots = tx.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)
        accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=wallet.member_id)
        book = Book([*accounts, *ledger.house_accounts(tx, STORE, currency="CNY")])
        settle = book.entry(wallet.hand.draft(EntryKind.SETTLE, "s", subject_id=ORDER))
        settle.spend(POINTS, SPENT, take(lots, 150, on=TODAY))
        settle.move(AccountKind.OUTSIDE_CASH, AccountKind.SALES, 3_000)
        earn = book.entry(wallet.hand.draft(EntryKind.EARN, "e", subject_id=ORDER))
        earn.grant(ISSUED, POINTS, 30, wallet.hand.lot())
        earn.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, 30)
        before = tx.statements
        ledger.record(tx, wallet.hand, book.entries())
        tx.flush()
        counted.append(tx.statements - before)

    database.write(work).result()

    assert counted == [4]
    assert (wallet.balances.points, wallet.balances.growth_value) == (80, 30)


def test_a_refund_into_an_expired_lot_can_be_spent_again(database: Database) -> None:
    wallet = Wallet.opened(database)
    expired = wallet.gift(40, expires_on=date(2026, 5, 2))
    wallet.write(spend(30))
    with database.read() as read:
        used = read.all(ledger.USED_LOTS, subject=ORDER)
    tomorrow = BusinessDay(date(2026, 5, 2))
    revived: list[UUID] = []

    def refund(book: Book, _lots: Sequence[Lot], hand: Hand) -> None:
        lot = hand.lot(expires_on=date(2026, 5, 9))
        revived.append(lot.id)
        draft = hand.draft(EntryKind.REFUND, refund_of(ORDER, 1), subject_id=ORDER)
        book.entry(draft).put_back(SPENT, POINTS, put_back(used, 20), on=tomorrow, expired_into=lot)

    wallet.write(refund)
    with database.read() as read:
        lots = read.all(ledger.OPEN_LOTS_OF_MEMBER, member=wallet.member_id)
        left = read.all(ledger.USED_LOTS, subject=ORDER)
        checks = [question.asked(read) for question in value.QUESTIONS]

    assert {(lot.id, lot.remaining) for lot in lots} == {(expired, 10), (revived[-1], 20)}
    assert spendable(lots, on=tomorrow) == 20
    assert [(one.lot.id, one.left) for one in left] == [(expired, 10)]
    assert [difference for check in checks for difference in check.differences] == []


def test_a_statement_shows_every_movement_newest_first(database: Database) -> None:
    wallet = Wallet.opened(database)
    wallet.gift(100)
    wallet.write(spend(30))
    with database.read() as read:
        page = ledger.statement_of(read, wallet.member_id)

    assert [(row.kind, row.account, row.amount, row.after) for row in page.rows] == [
        ("settle", "points", -30, 70),
        ("gift", "points", 100, 100),
    ]
    assert page.rows[0].subject_id == ORDER
    assert page.next_cursor is None


def test_pages_of_a_statement_cut_no_entry_and_lose_none(database: Database) -> None:
    wallet = Wallet.opened(database)

    def three_postings(book: Book, _lots: Sequence[Lot], hand: Hand) -> None:
        for _ in range(75):
            entry = book.entry(hand.draft(EntryKind.GIFT, str(hand.new_id())))
            entry.grant(ISSUED, POINTS, 1, hand.lot())
            entry.grant(AccountKind.BONUS_ISSUED, AccountKind.BONUS, 1, hand.lot())
            entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, 1)

    wallet.write(three_postings)
    pages: list[ledger.StatementPage] = []
    cursor: UUID | None = None
    with database.read() as read:
        while not pages or cursor is not None:
            pages.append(ledger.statement_of(read, wallet.member_id, cursor))
            cursor = pages[-1].next_cursor

    rows = [row for page in pages for row in page.rows]
    assert [len(page.rows) for page in pages] == [99, 99, 27]
    assert len({(row.entry_id, row.number) for row in rows}) == 225
    assert [row.entry_id for row in rows] == sorted((row.entry_id for row in rows), reverse=True)
    assert ledger.Balances(bonus_minor=75, points=75, growth_value=75) == wallet.balances
