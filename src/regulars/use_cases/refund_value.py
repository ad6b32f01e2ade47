"""The value that a refund moves: every posting of the sale's share, mirrored.

Stored value and points go back to the lots they came from; earned points are taken back, the
sale's own lot first; what has been spent already, or lies in a frozen account, becomes a debt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import Account, AccountKind, AccountState
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    UseKind,
    refund_of,
)
from regulars.domain.ledger.lots import ClawedBack, Lot, LotShare, UsedLot
from regulars.domain.orders.refund import RefundPlan
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger, members, visits
from regulars.storage.engine import Write
from regulars.storage.ledger import EntryName
from regulars.storage.orders import OrderRow
from regulars.use_cases.moment import Moment

# What comes back from a lot or a coupon that has run out is good for at least a week more.
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBack:
    """What the refund moves: the open book, and what could not be taken back."""

    book: Book
    points_taken_back: int = 0
    points_short: int = 0
    growth_taken_back: int = 0


def move_value(
    tx: Write,
    order: OrderRow,
    plan: RefundPlan,
    *,
    number: int,
    shop: Shop,
    moment: Moment,
) -> ValueBack:
    """Move money, points and growth value back, each to where it came from."""
    house = moment.shops.house(tx, shop)
    if order.member_id is None:
        book = Book(house)
        entry = book.entry(_draft(order, number, "", None, shop=shop, moment=moment))
        _money_back(entry, plan)
        ledger.record(tx, moment, book.entries())
        return ValueBack(book=book)
    # Locked in the order of a sale: the visits first, then the accounts, which cover their lots.
    _, accounts, open_lots, used, entries = tx.group(
        visits.VISITS_LOCKED.ask(member_id=order.member_id),
        ledger.ACCOUNTS_OF_MEMBER.ask(member=order.member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=order.member_id),
        ledger.USED_LOTS.ask(subject=order.id),
        ledger.ENTRIES_OF.ask(subject=order.id),
    )
    if any(one.state is AccountState.FROZEN for one in accounts):
        # A frozen member pays nothing out; what she owes and her growth value are no payment.
        tx.send(members.OPEN_RECKONING, owner=order.member_id)
        accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=order.member_id)
    day = shop.store.business_day(moment.now)
    returned = lot_rules.put_back(_used(used, AccountKind.POINTS), plan.back.points_spent)
    points = next(one for one in accounts if one.kind is AccountKind.POINTS)
    clawed = lot_rules.claw_back(
        _reachable(points, open_lots, returned, on=day),
        plan.back.points_earned,
        own={EntryId(one.id) for one in entries if one.kind == EntryKind.EARN},
    )
    if clawed.short and not any(one.kind is AccountKind.POINTS_DEBT for one in accounts):
        accounts.append(ledger.open_points_debt(tx, order.member_id, currency=shop.store.currency))
    book = Book([*accounts, *house])
    sale = _sale_entry(entries)
    entry = book.entry(_draft(order, number, "", sale, shop=shop, moment=moment))
    _money_back(entry, plan)
    for source, target, amount in (
        (AccountKind.SALES, AccountKind.PRINCIPAL, plan.back.principal_minor),
        (AccountKind.BONUS_USED, AccountKind.BONUS, plan.back.bonus_minor),
    ):
        shares = lot_rules.put_back(_used(used, target), amount)
        entry.put_back(source, target, shares, on=day, expired_into=_revived(moment, shop))
    entry.put_back(
        AccountKind.POINTS_SPENT,
        AccountKind.POINTS,
        returned,
        on=day,
        expired_into=_revived(moment, shop),
    )
    taken = book.entry(_draft(order, number, ":earned", None, shop=shop, moment=moment))
    growth = _take_back(taken, book, plan, clawed)
    ledger.record(tx, moment, book.entries())
    return ValueBack(
        book=book,
        points_taken_back=plan.back.points_earned - clawed.short,
        points_short=clawed.short,
        growth_taken_back=growth,
    )


def _money_back(entry: OpenEntry, plan: RefundPlan) -> None:
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_CASH, plan.back.cash_minor)
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_EXTERNAL, plan.back.external_minor)


def _take_back(entry: OpenEntry, book: Book, plan: RefundPlan, clawed: ClawedBack) -> int:
    entry.spend(
        AccountKind.POINTS, AccountKind.POINTS_ISSUED, clawed.shares, kind=UseKind.CLAW_BACK
    )
    if clawed.short:
        entry.move(AccountKind.POINTS_DEBT, AccountKind.POINTS_ISSUED, clawed.short)
    growth = min(plan.back.growth_earned, book.balance(AccountKind.GROWTH))
    entry.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, growth)
    return growth


def _used(used: Sequence[UsedLot], kind: AccountKind) -> list[UsedLot]:
    return [one for one in used if one.lot.kind is kind]


def _reachable(
    points: Account, open_lots: Sequence[Lot], returned: Sequence[LotShare], *, on: BusinessDay
) -> list[Lot]:
    """The lots that points may be taken back from: none of a frozen account, which owes them."""
    if points.state is AccountState.FROZEN:
        return []
    return _with_returned(lot_rules.of_kind(open_lots, AccountKind.POINTS), returned, on=on)


def _with_returned(
    open_lots: Sequence[Lot], returned: Sequence[LotShare], *, on: BusinessDay
) -> list[Lot]:
    """The lots as they stand once the spent points are back: those may be taken back too.

    What came from an expired lot is revived in a new one, which this refund leaves alone.
    """
    lots: dict[UUID, Lot] = {lot.id: lot for lot in open_lots}
    for share in returned:
        if share.lot.expired(on):
            continue
        known = lots.get(share.lot.id, share.lot)
        lots[known.id] = replace(known, remaining=known.remaining + share.amount)
    return list(lots.values())


def _sale_entry(entries: Sequence[EntryName]) -> EntryId | None:
    return next((EntryId(one.id) for one in entries if one.kind == EntryKind.SETTLE), None)


def _revived(moment: Moment, shop: Shop) -> NewLot:
    """Where value from a lot that has expired goes: usable for as long as a coupon's grace."""
    return NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=shop.store.business_day(moment.now) + GRACE,
        origin=LotOrigin.REFUND,
        store_id=shop.store.id,
    )


def _draft(
    order: OrderRow,
    number: int,
    suffix: str,
    reverses: EntryId | None,
    *,
    shop: Shop,
    moment: Moment,
) -> EntryDraft:
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=refund_of(order.id, number) + suffix,
        kind=EntryKind.REFUND,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=order.store_id,
        subject_id=order.id,
        reverses=reverses,
    )
