"""Who may draw, and with what: an order that stands, a free draw of the day, or points.

李敏 has two free draws today and then pays 20 points for each: the free ones go first.
"""

from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind
from regulars.domain.ledger.lots import of_kind, take
from regulars.domain.loyalty.draw import DRAW_NO_TICKET, DRAW_TOO_YOUNG, Draw, TicketKind
from regulars.domain.loyalty.programme import Programme
from regulars.domain.members.profile import (
    AGE_OF_OWN_CONSENT,
    GUARDIAN_NEEDED,
    Birthday,
    ProfileField,
)
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import LimitKey, Span
from regulars.storage import draws, ledger, members, programmes
from regulars.storage.engine import Read, Write
from regulars.storage.programmes import PROGRAMME_UNKNOWN
from regulars.storage.taken import taken
from regulars.storage.vault import Vault
from regulars.use_cases.guest import Guest
from regulars.use_cases.moment import Moment
from regulars.use_cases.taking import of_member

TICKET = "ticket"


class Ticket(NamedTuple):
    """What a draw is paid with. Units: points."""

    kind: TicketKind
    points: int = 0
    order_id: UUID | None = None


def promise_of(programme: Programme) -> Draw:
    """What a programme of this kind promises. Refuses: programme.unknown."""
    if not isinstance(programme.definition, Draw):
        raise PROGRAMME_UNKNOWN.because()
    return programme.definition


def check_age(read: Read, guest: Guest, vault: Vault) -> None:
    """Refuses: draw.too_young, of whom the birthday is known and says so."""
    profile = read.one(members.PROFILE, member_id=guest.id)
    if profile is None or profile.wrapped_key is None or profile.birthday is None:
        return
    key = vault.unlock(profile.wrapped_key, profile.id)
    told = members.opened(key, ProfileField.BIRTHDAY, profile.birthday)
    try:
        Birthday.read(told or "", today=guest.day)
    except Refusal as refusal:
        if refusal.code == GUARDIAN_NEEDED.code:
            raise DRAW_TOO_YOUNG.because(age=AGE_OF_OWN_CONSENT) from None


def ticket_of(read: Read, programme: Programme, guest: Guest) -> Ticket:
    """The ticket that a member would draw with now: a free one before one that costs points.

    Refuses: draw.no_ticket.
    """
    draw = promise_of(programme)
    match draw.tickets.kind:
        case TicketKind.ORDER:
            order_id = read.one(
                draws.TICKET,
                programme_id=programme.id,
                member_id=guest.id,
                stores=programmes.stores_of(read, programme),
                since=programmes.began(read, programme.id),
                min_due_minor=draw.tickets.min_due_minor,
            )
            if order_id is None:
                raise DRAW_NO_TICKET.because()
            return Ticket(TicketKind.ORDER, order_id=order_id)
        case TicketKind.DAILY:
            key = ticket_key(programme.id, guest.id, guest.day)
            if taken(read, [key])[key] < draw.tickets.free:
                return Ticket(TicketKind.DAILY)
            if not draw.price_points:
                raise DRAW_NO_TICKET.because()
        case TicketKind.POINTS:
            pass
    return Ticket(TicketKind.POINTS, points=draw.price_points)


def ticket_key(programme_id: UUID, member_id: UUID, day: BusinessDay) -> LimitKey:
    """Where the free draws of a member's day are counted."""
    return of_member(programme_id, member_id, Span.DAY, day, part=TICKET)


def pay(
    tx: Write, moment: Moment, ticket: Ticket, guest: Guest, shop: Shop, *, draw_id: UUID
) -> None:
    """Take the points that a ticket costs. Refuses: ledger.points_short, ledger.account_frozen."""
    if not ticket.points:
        return
    shares = take(of_kind(guest.lots, AccountKind.POINTS), ticket.points, on=guest.day)
    book = Book([*guest.accounts, *moment.shops.house(tx, shop)])
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"draw:{draw_id}",
            kind=EntryKind.DRAW,
            occurred_at=moment.now,
            business_day=guest.day,
            store_id=shop.store.id,
            subject_id=draw_id,
        )
    )
    entry.spend(AccountKind.POINTS, AccountKind.POINTS_SPENT, shares)
    ledger.record(tx, moment, book.entries())
