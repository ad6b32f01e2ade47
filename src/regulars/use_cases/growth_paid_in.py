"""Growth value of money that is paid in for later, where the Terms count it then.

A shop whose top-ups count when paid gives 300 growth value for 300.00 at once, none when they are
spent, and takes 200 back when 200.00 go back to the guest: money counts once, and only while it is
the shop's. What a top-up gave is read from the books: the Terms may say something else by then.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import EntryDraft, EntryKind
from regulars.domain.members.member import MemberState
from regulars.domain.orders.shop import Shop
from regulars.domain.tiers.terms import TopUpCounts
from regulars.storage import ledger, members, top_ups, visits
from regulars.storage.engine import Write
from regulars.storage.top_ups import TopUpRow
from regulars.storage.visits import VisitsRow
from regulars.use_cases import gifts, tier_moves
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """A top-up: `business_id` names its own entry. Units: minor units."""

    member_id: UUID
    top_up_id: UUID
    business_id: str
    principal_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """A part of a top-up that goes back, after `before_minor` of it. Units: minor units."""

    top_up: TopUpRow
    business_id: str
    principal_minor: int
    before_minor: int

    def share_of(self, growth: int) -> int:
        """What goes with it of a top-up's growth value; cumulative, so many parts keep none."""
        whole = self.top_up.principal_minor
        after = growth * (self.before_minor + self.principal_minor) // whole
        return after - growth * self.before_minor // whole


class Counted(NamedTuple):
    """What a top-up counted: its payer's visits, locked, and the growth value that it gave."""

    known: VisitsRow
    growth: int


def locked_for_growth(tx: Write, shop: Shop, *, member_id: UUID, top_up_id: UUID) -> Counted | None:
    """What a top-up counted, its payer's visits locked before any account; None for nothing."""
    growth = sum(tx.all(top_ups.GROWTH_GIVEN, top_up_id=top_up_id))
    if not growth and shop.terms.tiers.top_up_counts is not TopUpCounts.WHEN_PAID:
        return None
    known = tx.one(visits.VISITS_LOCKED, member_id=member_id)
    return None if known is None else Counted(known, growth)


def count_paid_in(tx: Write, moment: Moment, paid: PaidIn, *, shop: Shop) -> None:
    """Give the growth value of a top-up, and the tier that it reaches, where it counts when paid.

    Her visits are locked already. Refuses: ledger.already_posted.
    """
    terms = shop.terms
    if terms.tiers.top_up_counts is not TopUpCounts.WHEN_PAID:
        return
    book = _book(tx, moment, paid.member_id, shop=shop)
    growth = tier_moves.growth_of_top_up(paid.principal_minor, terms.tiers, terms.earning)
    entry = _entry(book, moment, paid.business_id, top_up_id=paid.top_up_id, shop=shop)
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
    tx: Write, moment: Moment, paid: PaidBack, *, shop: Shop, counted: Counted
) -> None:
    """Take the growth value of what goes back from who paid it; a tier that stood on it falls.

    `counted`: as `locked_for_growth` answered. Refuses: ledger.already_posted.
    """
    payer = paid.top_up.member_id
    if counted.known.state == MemberState.FROZEN.value:
        # Who is frozen pays nothing out; what she did not pay after all is no payment.
        tx.send(members.OPEN_RECKONING, owner=payer)
    book = _book(tx, moment, payer, shop=shop)
    growth = min(paid.share_of(counted.growth), book.balance(AccountKind.GROWTH))
    entry = _entry(book, moment, paid.business_id, top_up_id=paid.top_up.id, shop=shop)
    entry.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, growth)
    ledger.record(tx, moment, book.entries())
    counts = shop.terms.tiers.top_up_counts is TopUpCounts.WHEN_PAID
    taken = tier_moves.TakenBack(
        member_id=payer,
        subject_id=paid.top_up.id,
        sold_on=BusinessDay(paid.top_up.business_day),
        known=counted.known,
        growth=tier_moves.Growth(
            growth_after=book.balance(AccountKind.GROWTH),
            growth=-growth,
            spent_minor=-paid.principal_minor if counts else 0,
        ),
    )
    tier_moves.after_refund(tx, moment, taken, shop=shop)


def _book(tx: Write, moment: Moment, member_id: UUID, *, shop: Shop) -> Book:
    accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member_id)
    return Book([*accounts, *moment.shops.house(tx, shop)])


def _entry(
    book: Book, moment: Moment, business_id: str, *, top_up_id: UUID, shop: Shop
) -> OpenEntry:
    return book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=f"{business_id}:growth",
            kind=EntryKind.GROWTH,
            occurred_at=moment.now,
            business_day=shop.store.business_day(moment.now),
            store_id=shop.store.id,
            subject_id=top_up_id,
        )
    )
