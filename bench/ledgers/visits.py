"""Visits booked through the ledger's own door: the member locked, decided in a book, recorded.

One visit is what a usual bill books: principal, bonus and cash to sales, points and growth value
earned; five postings in two entries, one new lot, two uses.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Table

from bench.scratch.crowd import Crowd
from bench.scratch.shop import STORE
from bench.scratch.tills import new_id
from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import Entry, EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import Lot
from regulars.domain.ledger.pairs import take_pairs
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.main import clock
from regulars.storage import ledger
from regulars.storage.engine import Database, Write
from regulars.storage.statement import Engine, rows_insert
from regulars.storage.transaction import Call

POSTINGS_PER_VISIT = 5
IN_FLIGHT = 64
STORED_MINOR, CASH_MINOR, POINTS = 1_100, 3_000, 41

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What surrounds one visit."""

    now: Instant
    actor: Actor = SYSTEM
    command_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Booked:
    """The entries of one visit, as they were recorded."""

    hand: Hand
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Visits:
    """A queue of members who come one after the other."""

    database: Database
    crowd: Crowd
    house: Sequence[Account]
    come: int = 0

    @classmethod
    def to(cls, database: Database, crowd: Crowd) -> "Visits":
        """Visits to the scratch shop."""
        house = database.write(lambda tx: ledger.house_accounts(tx, STORE, currency="CNY")).result()
        return cls(database, crowd, house)

    def book(self, count: int) -> tuple[list[Booked], float]:
        """So many visits, some in flight at once; what they booked, in that order, and how long."""
        booked: list[Booked] = []
        waiting: deque[Future[None]] = deque()
        begun = time.perf_counter()
        for _ in range(count):
            if len(waiting) >= IN_FLIGHT:
                waiting.popleft().result()
            member = self.crowd.member(self.come % self.crowd.members)
            waiting.append(self.database.write(self._visit(member, booked)))
            self.come += 1
        for one in waiting:
            one.result()
        return booked, time.perf_counter() - begun

    def _visit(self, member: UUID, booked: list[Booked]) -> "Work":
        return Work(member, self.house, booked)


@dataclass(frozen=True, slots=True)
class Work:
    """One visit's transaction."""

    member: UUID
    house: Sequence[Account]
    booked: list[Booked]

    def __call__(self, tx: Write) -> None:
        accounts, lots = tx.group(
            ledger.ACCOUNTS_OF_MEMBER.ask(member=self.member),
            ledger.MONEY_LOTS_OF_MEMBER.ask(member=self.member),
        )
        hand = Hand(now=clock())
        entries = visit_entries([*accounts, *self.house], lots, hand)
        ledger.record(tx, hand, entries)
        self.booked.append(Booked(hand, entries))


def visit_entries(
    accounts: Sequence[Account], lots: Sequence[Lot], hand: Hand
) -> tuple[Entry, ...]:
    """What a visit books."""
    today = BusinessDay(hand.now.date())
    book = Book(accounts)
    visit_id = new_id()

    def draft(what: str) -> EntryDraft:
        # An import is an entry that needs no order beside it.
        return EntryDraft(
            id=EntryId(new_id()),
            business_id=f"visit:{visit_id}:{what}",
            kind=EntryKind.IMPORT,
            occurred_at=hand.now,
            business_day=today,
            store_id=STORE,
            subject_id=visit_id,
        )

    settle = book.entry(draft("settle"))
    taken = take_pairs(lots, STORED_MINOR, on=today)
    settle.spend(AccountKind.PRINCIPAL, AccountKind.SALES, taken.principal)
    settle.spend(AccountKind.BONUS, AccountKind.BONUS_USED, taken.bonus)
    settle.move(AccountKind.OUTSIDE_CASH, AccountKind.SALES, CASH_MINOR)
    earn = book.entry(draft("earn"))
    lot = NewLot(
        id=new_id(),
        acquired_at=hand.now,
        expires_on=date(today.year + 1, today.month, 1),
        origin=LotOrigin.ORDER,
        store_id=STORE,
    )
    earn.grant(AccountKind.POINTS_ISSUED, AccountKind.POINTS, POINTS, lot)
    earn.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, POINTS)
    return book.entries()


class Script(Write):
    """Keeps what would be written, as the driver takes it."""

    __slots__ = ("calls",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.calls: list[Call] = []

    def add(self, table: Table, rows: Rows) -> None:
        """Remember one INSERT."""
        if rows:
            compiled = rows_insert(table, frozenset(rows[0]), len(rows), self.engine)
            self.calls.append((compiled.sql, compiled.values(rows)))


def scripts_of(booked: Sequence[Booked], engine: Engine) -> list[list[Call]]:
    """The INSERTs of each visit, ready for the bare driver."""
    scripts = []
    for visit in booked:
        script = Script(engine)
        ledger.record(script, visit.hand, visit.entries)
        scripts.append(script.calls)
    return scripts
