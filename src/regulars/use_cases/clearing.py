"""Settling between stores: what a period comes to, and booking it once.

    due = settlement_due(read, from_on, until_on)       # to look at; changes nothing
    BookClearing(from_on=…, until_on=…)                 # 人民广场店 owes 静安寺店 120.00: one entry

The rule of what counts is in `domain/ledger/clearing.py`. What was used is added up on a snapshot,
beside the tills; the booking itself writes a few lines, and only while no other was booked since.
What is used in between is all in the next booking: each takes everything so far, less what is
booked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.clearing import (
    Between,
    ClearingLine,
    PairDue,
    checked_period,
    lines_due,
    net_of_stores,
    pairs_of,
    postings_of,
    settlement_of,
)
from regulars.domain.ledger.entries import Entry, EntryDraft, EntryKind
from regulars.domain.ledger.units import Unit
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, clearing, facts, ledger
from regulars.storage.clearing import BOOKED_MEANWHILE, ClearingRow, LineRow
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.use_cases.liability_statements import today_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import looks_first, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class BookClearing:
    """Book what stores owe each other for some days; `until_on` is not one of them."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingBooked:
    """A booking: its number, how many lines and entries it has. Units: minor units."""

    number: int
    from_on: date
    until_on: date
    lines: int
    entries: int
    owed_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingDue:
    """What a period comes to between stores, booked already or still to be booked."""

    from_on: date
    until_on: date
    booked: ClearingRow | None
    lines: tuple[ClearingLine, ...]
    pairs: tuple[PairDue, ...]
    net_minor: Mapping[UUID, int]
    entries: Mapping[Between, UUID | None]


def settlement_due(read: Read, from_on: date, until_on: date, *, at: Instant) -> ClearingDue:
    """What some days come to: as it was booked, or as it would be by what is known now."""
    bookings = read.all(clearing.BOOKINGS)
    booked = next(
        (one for one in bookings if (one.from_on, one.until_on) == (from_on, until_on)), None
    )
    entries: dict[Between, UUID | None] = {}
    if booked is not None:
        rows = clearing.lines_of(read, booked.number)
        lines = tuple(_line_of(row) for row in rows)
        entries = {_line_of(row).between: row.entry_id for row in rows}
    elif bookings and bookings[0].until_on == from_on:
        lines = _next_lines(read, bookings, from_on, until_on, at=at)
    else:
        # Not the next to be booked: the days' own uses, whatever was booked of them.
        within = clearing.used_between(read, from_on, until_on)
        lines = lines_due(within, within, {}, clearing.unit_costs(read, at=at))
    pairs = pairs_of(lines)
    return ClearingDue(
        from_on=from_on,
        until_on=until_on,
        booked=booked,
        lines=lines,
        pairs=pairs,
        net_minor=net_of_stores(pairs),
        entries=entries,
    )


def _line_of(row: LineRow) -> ClearingLine:
    return ClearingLine(
        between=Between(row.issuer_id, row.redeemer_id, Unit(row.unit)),
        amount=row.amount,
        cost_minor=row.cost_minor,
        late=row.late,
    )


def _next_lines(
    read: Read, bookings: list[ClearingRow], from_on: date, until_on: date, *, at: Instant
) -> tuple[ClearingLine, ...]:
    begun_on = bookings[-1].from_on if bookings else from_on
    return lines_due(
        clearing.used_between(read, begun_on, until_on),
        clearing.used_between(read, from_on, until_on),
        clearing.booked_so_far(read),
        clearing.unit_costs(read, at=at),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is to be booked, as long as `after` is the number of the last booking; 0 is none."""

    after: int
    lines: tuple[ClearingLine, ...]


@looks_first
def figures_of(read: Read, command: BookClearing, moment: Moment) -> Figures:
    """What a booking comes to, added up on a snapshot that no sale waits for.

    Refuses: permission.missing, scope.outside, clearing.reversed, clearing.period_open,
    clearing.not_next.
    """
    moment.actor.need(Permission.VALUE_REPORT)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    bookings = read.all(clearing.BOOKINGS)
    checked_period(
        command.from_on,
        command.until_on,
        last_until_on=bookings[0].until_on if bookings else None,
        today=today_of(read, moment.now),
    )
    return Figures(
        after=bookings[0].number if bookings else 0,
        lines=_next_lines(read, bookings, command.from_on, command.until_on, at=moment.now),
    )


@use_case
def book_clearing(tx: Write, command: BookClearing, moment: Moment) -> ClearingBooked:
    """Book what stores owe each other up to a day: one entry for each pair, once.

    Refuses: what `figures_of` refuses, clearing.booked_meanwhile (another booking was faster).
    """
    newest = tx.one(clearing.NEWEST)
    figures = moment.seen
    assert isinstance(figures, Figures)
    if figures.after != (newest.number if newest else 0):
        raise BOOKED_MEANWHILE.because()
    lines = figures.lines
    entries = _entries(tx, command, moment, pairs_of(lines))
    ledger.record(tx, moment, list(entries.values()))
    booking = ClearingRow(
        number=figures.after + 1,
        from_on=command.from_on,
        until_on=command.until_on,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    ids = {pair: entry.draft.id for pair, entry in entries.items()}
    clearing.add_booking(tx, booking, lines, ids)
    done = ClearingBooked(
        number=booking.number,
        from_on=booking.from_on,
        until_on=booking.until_on,
        lines=len(lines),
        entries=len(entries),
        owed_minor=sum(posting.amount for entry in entries.values() for posting in entry.postings),
    )
    _tell(tx, done, moment)
    return done


def _entries(
    tx: Write, command: BookClearing, moment: Moment, pairs: tuple[PairDue, ...]
) -> dict[tuple[UUID, UUID], Entry]:
    """One entry for each pair between which money moves."""
    shops: dict[UUID, Shop] = {}
    accounts = {}
    for store_id in sorted({one for pair in pairs for one in (pair.first_id, pair.second_id)}):
        shop = moment.shops.in_force(tx, store_id, at=moment.now)
        shops[store_id] = shop
        house = moment.shops.house(tx, shop)
        accounts[store_id] = next(one.id for one in house if one.kind is AccountKind.BETWEEN_STORES)
    entries = {}
    for pair in pairs:
        store = shops[pair.first_id].store
        postings = postings_of(pair, accounts, currency=store.currency)
        if postings:
            draft = EntryDraft(
                id=EntryId(moment.new_id()),
                business_id=settlement_of(command.from_on, command.until_on, pair),
                kind=EntryKind.SETTLEMENT,
                occurred_at=moment.now,
                business_day=store.business_day(moment.now),
                store_id=store.id,
            )
            entries[pair.first_id, pair.second_id] = Entry(
                draft=draft, postings=postings, granted=(), uses=()
            )
    return entries


def _tell(tx: Write, done: ClearingBooked, moment: Moment) -> None:
    body: dict[str, object] = {
        "number": done.number,
        "from": done.from_on.isoformat(),
        "to": done.until_on.isoformat(),
        "owed_minor": done.owed_minor,
    }
    facts.append(tx, Fact(kind="value.cleared", at=moment.now, body=body), id=moment.new_id())
    audit.record(tx, moment, action="clearing.booked", after=body)
