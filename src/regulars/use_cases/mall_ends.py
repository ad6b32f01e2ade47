"""How an order of the points mall ends: handed over, or cancelled with everything given back.

李敏 shows her code and gets the mug. Had she cancelled before, the points would have gone back to the
very lots they came from, and the mug to the stock.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, LotOrigin, NewLot
from regulars.domain.loyalty.mall import (
    MALL_NOT_CANCELLABLE,
    MALL_NOT_WAITING,
    MALL_ORDER_UNKNOWN,
    MallItem,
    MallOrderState,
    cancellable,
)
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, ledger, mall, programmes, visits
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Write
from regulars.storage.mall import MallOrderRow
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.mall import MallOrdered, draft_of, give, item_of, keys_of, shown, tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import give_one_back

# Points from a lot that has run out meanwhile are good for a week more, as in a refund.
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """The thing that was ordered is handed over."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMallOrder:
    """An order is cancelled, the points go back."""

    order_id: UUID
    reason: str


@use_case
def hand_over(tx: Write, command: HandOver, moment: Moment) -> MallOrdered:
    """Hand over what was ordered, and give what comes with it.

    Refuses: mall.order_unknown, scope.outside, mall.not_waiting, coupon.type_exhausted.
    """
    moment.actor.need(Permission.ORDER_SELL)
    row = _locked(tx, command.order_id, moment)
    if row.state != MallOrderState.WAITING:
        raise MALL_NOT_WAITING.because(state=row.state)
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    item = item_of(programmes.version_of(tx, row.programme_id, row.version))
    row = _ended(tx, row, MallOrderState.HANDED_OVER, moment)
    given = give(tx, moment, row, item, shop)
    tell(tx, moment, row, "mall.handed_over")
    return shown(row, given)


@use_case
def cancel_mall_order(tx: Write, command: CancelMallOrder, moment: Moment) -> MallOrdered:
    """Cancel what nobody has fetched or used: points to their lots, the thing to the stock.

    Refuses: mall.order_unknown, scope.outside, mall.not_cancellable, ledger.account_closed.
    """
    moment.actor.need(Permission.ORDER_REFUND)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    row = _locked(tx, command.order_id, moment)
    item = item_of(programmes.version_of(tx, row.programme_id, row.version))
    if not cancellable(item, MallOrderState(row.state)):
        raise MALL_NOT_CANCELLABLE.because(state=row.state)
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    for coupon_id in sorted(UUID(one) for one in row.coupons):
        _void(tx, coupon_id, row, moment)
    before = row.state
    row = _ended(tx, row, MallOrderState.CANCELLED, moment)
    _points_back(tx, moment, row, shop)
    _return(tx, row, item)
    audit.record(
        tx,
        moment,
        action="mall.cancelled",
        subject=f"mall_order:{row.id}",
        store_id=row.store_id,
        before={"state": before},
        after={"state": row.state, "points": row.points},
        reason=reason,
    )
    tell(tx, moment, row, "mall.cancelled")
    return shown(row, None)


def _locked(tx: Write, order_id: UUID, moment: Moment) -> MallOrderRow:
    row = tx.one(mall.LOCKED, order_id=order_id)
    if row is None:
        raise MALL_ORDER_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    return row


def _ended(tx: Write, row: MallOrderRow, state: MallOrderState, moment: Moment) -> MallOrderRow:
    tx.take(
        mall.END,
        refusal=MALL_NOT_WAITING.because(state=row.state),
        order_id=row.id,
        seen=row.state,
        becomes=state.value,
        now=moment.now,
        actor=moment.actor.name,
    )
    return row._replace(state=state.value, ended_at=moment.now, ended_by=moment.actor.name)


def _points_back(tx: Write, moment: Moment, row: MallOrderRow, shop: Shop) -> None:
    """Refuses: ledger.account_closed."""
    _, accounts, used, entries = tx.group(
        visits.VISITS_LOCKED.ask(member_id=row.member_id),
        ledger.ACCOUNTS_OF_MEMBER.ask(member=row.member_id),
        ledger.USED_LOTS.ask(subject=row.id),
        ledger.ENTRIES_OF.ask(subject=row.id),
    )
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    reversed_id = next(EntryId(one.id) for one in entries if one.kind == EntryKind.MALL)
    draft = replace(draft_of(moment, row, shop, EntryKind.MALL_BACK), reverses=reversed_id)
    expired_into = NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=draft.business_day + GRACE,
        origin=LotOrigin.REFUND,
        store_id=shop.store.id,
    )
    shares = lot_rules.put_back(used, row.points)
    book.entry(draft).put_back(
        AccountKind.POINTS_SPENT,
        AccountKind.POINTS,
        shares,
        on=draft.business_day,
        expired_into=expired_into,
    )
    ledger.record(tx, moment, book.entries())


def _return(tx: Write, row: MallOrderRow, item: MallItem) -> None:
    for key in keys_of(row, item):
        give_one_back(tx, key, taker=row.id, refusal=MALL_NOT_CANCELLABLE.because(state=row.state))


def _void(tx: Write, coupon_id: UUID, row: MallOrderRow, moment: Moment) -> None:
    """Take back a coupon that she still has. Refuses: mall.not_cancellable."""
    known = tx.one(wallet.COUPON_LOCKED, coupon_id=coupon_id)
    kept = MALL_NOT_CANCELLABLE.because(state=row.state)
    if known is None or known.member_id != row.member_id:
        raise kept
    tx.take(wallet.VOID, refusal=kept, coupon_id=coupon_id, at=moment.now)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=coupon_id)
