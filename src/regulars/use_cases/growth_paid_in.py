"""Growth value of money that is paid in for later, where the Terms count it then.

A shop whose top-ups count when paid gives 300 growth value for 300.00 at once, none when they are
spent, and takes 200 back when 200.00 go back to the guest: money counts once, and only while it is
the shop's.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import EntryDraft, EntryKind
from regulars.domain.orders.shop import Shop
from regulars.domain.tiers.terms import TopUpCounts
from regulars.storage import ledger, visits
from regulars.storage.engine import Write
from regulars.storage.visits import VisitsRow
from regulars.use_cases import gifts, tier_moves
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """A top-up, or a part of one that goes back: `business_id` names its own entry. Units: minor
    units; `before_minor` is what went back of it earlier."""

    member_id: UUID
    top_up_id: UUID
    business_id: str
    principal_minor: int
    before_minor: int = 0


def locked_for_growth(tx: Write, shop: Shop, member_id: UUID) -> VisitsRow | None:
    """The member's visits, locked before her accounts, where a refund of a top-up may move her tier."""
    if shop.terms.tiers.top_up_counts is not TopUpCounts.WHEN_PAID:
        return None
    return tx.one(visits.VISITS_LOCKED, member_id=member_id)


def count_paid_in(tx: Write, moment: Moment, paid: PaidIn, *, shop: Shop) -> None:
    """Give the growth value of a top-up, and the tier that it reaches, where it counts when paid.

    Her visits are locked already. Refuses: ledger.already_posted.
    """
    terms = shop.terms
    if terms.tiers.top_up_counts is not TopUpCounts.WHEN_PAID:
        return
    book = _book(tx, moment, paid.member_id, shop=shop)
    growth = tier_moves.growth_of_top_up(paid.principal_minor, terms.tiers, terms.earning)
    entry = _entry(book, moment, paid, shop=shop)
    entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, growth)
    ledger.record(tx, moment, book.entries())
    gifts.after_growth(
        tx,
        moment,
        member_id=paid.member_id,
        shop=shop,
        growth_value=book.balance(AccountKind.GROWTH),
    )


def count_paid_back(
    tx: Write, moment: Moment, paid: PaidIn, *, shop: Shop, known: VisitsRow | None
) -> None:
    """Take the growth value of what goes back; a tier that stood on it falls.

    `known`: as `locked_for_growth` answered. Refuses: ledger.already_posted.
    """
    if known is None:
        return
    earned = [
        tier_moves.growth_of_top_up(minor, shop.terms.tiers, shop.terms.earning)
        for minor in (paid.before_minor, paid.before_minor + paid.principal_minor)
    ]
    book = _book(tx, moment, paid.member_id, shop=shop)
    growth = min(earned[1] - earned[0], book.balance(AccountKind.GROWTH))
    entry = _entry(book, moment, paid, shop=shop)
    entry.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, growth)
    ledger.record(tx, moment, book.entries())
    taken = tier_moves.TakenBack(
        member_id=paid.member_id,
        subject_id=paid.top_up_id,
        sold_on=shop.store.business_day(moment.now),
        known=known,
        growth=tier_moves.Growth(
            growth_after=book.balance(AccountKind.GROWTH),
            growth=-growth,
            spent_minor=-paid.principal_minor,
        ),
    )
    tier_moves.after_refund(tx, moment, taken, shop=shop)


def _book(tx: Write, moment: Moment, member_id: UUID, *, shop: Shop) -> Book:
    accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member_id)
    return Book([*accounts, *moment.shops.house(tx, shop)])


def _entry(book: Book, moment: Moment, paid: PaidIn, *, shop: Shop) -> OpenEntry:
    return book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"{paid.business_id}:growth",
            kind=EntryKind.GROWTH,
            occurred_at=moment.now,
            business_day=shop.store.business_day(moment.now),
            store_id=shop.store.id,
            subject_id=paid.top_up_id,
        )
    )
