"""A member and a store with accounts, and entries written straight into the ledger."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId, uuid7
from regulars.domain.kernel.period import BusinessDay, Instant, instant_from_iso
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import Lot
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.storage import ledger
from regulars.storage.engine import Database, Write

TODAY = BusinessDay(date(2026, 5, 1))
STORE, MEMBER, COMMAND = UUID(int=7), UUID(int=50), UUID(int=99)


@dataclass
class Hand:
    """What surrounds each command of a test."""

    now: Instant = field(default_factory=lambda: instant_from_iso("2026-05-01T12:00:00+08:00"))
    actor: Actor = SYSTEM
    command_id: UUID = COMMAND
    entropy: random.Random = field(default_factory=lambda: random.Random(5))

    def new_id(self) -> UUID:
        """A fresh id, later than the one before."""
        self.now = Instant(self.now + timedelta(milliseconds=1))
        return uuid7(self.now, self.entropy.randbytes(10))

    def draft(
        self, kind: EntryKind, business_id: str, *, subject_id: UUID | None = None
    ) -> EntryDraft:
        """An entry to begin."""
        return EntryDraft(
            id=EntryId(self.new_id()),
            business_id=business_id,
            kind=kind,
            occurred_at=self.now,
            business_day=TODAY,
            store_id=STORE,
            subject_id=subject_id,
        )

    def lot(self, *, expires_on: date | None = None, pair_id: UUID | None = None) -> NewLot:
        """A lot to open."""
        return NewLot(
            id=self.new_id(),
            acquired_at=self.now,
            expires_on=expires_on,
            origin=LotOrigin.GIFT,
            store_id=STORE,
            pair_id=pair_id,
        )


@dataclass
class Wallet:
    """One member's accounts in one database."""

    database: Database
    member_id: UUID
    hand: Hand = field(default_factory=Hand)

    @classmethod
    def opened(cls, database: Database, member_id: UUID = MEMBER) -> "Wallet":
        """A member with four empty accounts."""

        def work(tx: Write) -> None:
            ledger.open_member_accounts(tx, member_id, currency="CNY")

        database.write(work).result()
        return cls(database, member_id)

    def write(self, work: "Work") -> None:
        """Lock, decide, record: one command."""

        def run(tx: Write) -> None:
            accounts, lots = tx.group(
                ledger.ACCOUNTS_OF_MEMBER.ask(member=self.member_id),
                ledger.OPEN_LOTS_OF_MEMBER.ask(member=self.member_id),
            )
            house: list[Account] = ledger.house_accounts(tx, STORE, currency="CNY")
            book = Book([*accounts, *house])
            work(book, lots, self.hand)
            ledger.record(tx, self.hand, book.entries())

        self.database.write(run).result()

    def gift(self, points: int, *, expires_on: date | None = None) -> UUID:
        """Points in a lot of their own."""
        business_id = f"grant:{self.hand.new_id()}"
        made: list[UUID] = []

        def work(book: Book, _lots: Sequence[Lot], hand: Hand) -> None:
            lot = hand.lot(expires_on=expires_on)
            made.append(lot.id)
            book.entry(hand.draft(EntryKind.GIFT, business_id)).grant(
                AccountKind.POINTS_ISSUED, AccountKind.POINTS, points, lot
            )

        self.write(work)
        return made[-1]

    @property
    def balances(self) -> ledger.Balances:
        """What the member owns."""
        with self.database.read() as read:
            return ledger.balances_of(read, self.member_id)


Work = Callable[[Book, Sequence[Lot], Hand], object]
