"""The value that a refund moves: every posting of the sale's share, mirrored.

Stored value and points go back to the lots they came from; earned points are taken back, the
sale's own lot first; what of them has been spent already, the Terms let her owe or keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import AccountKind, AccountState
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    UseKind,
    refund_of,
)
from regulars.domain.ledger.pairs import give_back
from regulars.domain.loyalty.claw_back import TakenBack
from regulars.domain.orders.refund import RefundPlan
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger, members, merge_moves, merges
from regulars.storage.engine import Write
from regulars.storage.ledger import EntryName
from regulars.storage.orders import OrderRow
from regulars.use_cases.claw_back import (
    Purse,
    locked_purse,
    points_returned,
    points_taken_back,
)
from regulars.use_cases.merge_value import Way, both_accounts, carry_over, everything
from regulars.use_cases.moment import Moment

# What comes back from a lot or a coupon that has run out is good for at least a week more.
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBack:
    """What the refund moves: the open book, and what could not be taken back."""

    book: Book
    points_taken_back: int = 0
    points_short: int = 0
    points_forgiven: int = 0
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
    purse = locked_purse(tx, order, order.member_id)
    merged = merges.paid_from(tx, order.id, order.member_id)
    returned = plan
    if merged is not None:
        refund = _Refund(order=order, plan=plan, number=number)
        purse = _back_through(tx, refund, merged, shop=shop, moment=moment)
        returned = replace(plan, back=replace(plan.back, points_spent=0))
    accounts = list(purse.accounts)
    if any(one.state is AccountState.FROZEN for one in accounts):
        # A frozen member pays nothing out; what she owes and her growth value are no payment.
        tx.send(members.OPEN_RECKONING, owner=order.member_id)
        accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=order.member_id)
    day = shop.store.business_day(moment.now)
    taken_back = points_taken_back(purse, returned, shop.terms.claw_back, on=day)
    if taken_back.owed and not any(one.kind is AccountKind.POINTS_DEBT for one in accounts):
        accounts.append(ledger.open_points_debt(tx, order.member_id, currency=shop.store.currency))
    book = Book([*accounts, *house])
    if merged is None:
        sale = _sale_entry(purse.entries)
        entry = book.entry(_draft(order, number, "", sale, shop=shop, moment=moment))
        _put_back(entry, purse, plan, shop=shop, moment=moment)
    taken = book.entry(_draft(order, number, ":earned", None, shop=shop, moment=moment))
    growth = _take_back(taken, book, plan, taken_back)
    ledger.record(tx, moment, book.entries())
    return ValueBack(
        book=book,
        points_taken_back=taken_back.taken,
        points_short=taken_back.owed,
        points_forgiven=taken_back.forgiven,
        growth_taken_back=growth,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refund:
    """The n-th refund of an order, by its plan."""

    order: OrderRow
    plan: RefundPlan
    number: int


def _back_through(tx: Write, refund: _Refund, merged: UUID, *, shop: Shop, moment: Moment) -> Purse:
    """Put the sale's value back into the lots of the record that paid, and on to the one it is
    part of by now. Answers the purse of that one, nothing of the sale still held."""
    order, plan, number = refund.order, refund.plan, refund.number
    assert order.member_id is not None
    known = tx.one(merges.MERGED, member=merged)
    assert known is not None
    way = Way(
        giver=merged,
        taker=order.member_id,
        name=f"merge:{known.merge_id}:{refund_of(order.id, number)}",
        subject_id=known.merge_id,
    )
    both_accounts(tx, way)
    tx.send(merge_moves.ACCOUNTS_STATE, member=merged, new_state=AccountState.OPEN.value)
    purse = locked_purse(tx, order, merged)
    book = Book([*purse.accounts, *moment.shops.house(tx, shop)])
    sale = _sale_entry(purse.entries)
    entry = book.entry(_draft(order, number, "", sale, shop=shop, moment=moment))
    _put_back(entry, purse, plan, shop=shop, moment=moment)
    ledger.record(tx, moment, book.entries())
    load = everything(tx, way, both_accounts(tx, way))
    carry_over(tx, way, load, shop=shop, moment=moment)
    tx.send(merge_moves.ACCOUNTS_STATE, member=merged, new_state=AccountState.CLOSED.value)
    return replace(locked_purse(tx, order, order.member_id), used=())


def _put_back(
    entry: OpenEntry, purse: Purse, plan: RefundPlan, *, shop: Shop, moment: Moment
) -> None:
    """Money, stored value and spent points, each to where it came from."""
    day = shop.store.business_day(moment.now)
    _money_back(entry, plan)
    for source, target, amount in (
        (AccountKind.SALES, AccountKind.PRINCIPAL, plan.back.principal_minor),
        (AccountKind.BONUS_USED, AccountKind.BONUS, plan.back.bonus_minor),
    ):
        shares = give_back(purse.used_of(target), amount, shop.terms.top_up.return_order)
        entry.put_back(source, target, shares, on=day, expired_into=_revived(moment, shop))
    entry.put_back(
        AccountKind.POINTS_SPENT,
        AccountKind.POINTS,
        points_returned(purse, plan),
        on=day,
        expired_into=_revived(moment, shop),
    )


def _money_back(entry: OpenEntry, plan: RefundPlan) -> None:
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_CASH, plan.back.cash_minor)
    entry.move(AccountKind.SALES, AccountKind.OUTSIDE_EXTERNAL, plan.back.external_minor)


def _take_back(entry: OpenEntry, book: Book, plan: RefundPlan, back: TakenBack) -> int:
    entry.spend(AccountKind.POINTS, AccountKind.POINTS_ISSUED, back.shares, kind=UseKind.CLAW_BACK)
    if back.owed:
        entry.move(AccountKind.POINTS_DEBT, AccountKind.POINTS_ISSUED, back.owed)
    growth = min(plan.back.growth_earned, book.balance(AccountKind.GROWTH))
    entry.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, growth)
    return growth


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
