"""How an order of the points mall ends: handed over, cancelled with everything given back, or lapsed.

李敏 shows her code and gets the mug. Had she cancelled before, the points would have gone back to the
very lots they came from, and the mug to the stock. Had she never come, the rule of the mug would have
ended the order after its last day: the mug is the next one's, and her points come back or are gone.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, LotOrigin, NewLot, UseKind
from regulars.domain.loyalty.mall import (
    MALL_NOT_CANCELLABLE,
    MALL_NOT_WAITING,
    MALL_ORDER_UNKNOWN,
    MallItem,
    MallOrderState,
    Unfetched,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseMallOrder:
    """End an order that nobody fetched in time; nothing happens before."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MallLapsed:
    """Whether an order ended since nobody fetched it, and what came back. Units: points."""

    id: UUID
    done: bool
    points_back: int


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
    wallet.note_voided(tx, moment, [UUID(one) for one in row.coupons], reason=reason)
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


@use_case
def lapse_mall_order(tx: Write, command: LapseMallOrder, moment: Moment) -> MallLapsed:
    """End an order whose last day to fetch it is over: the thing to the stock, the points by rule.

    Refuses: mall.order_unknown, ledger.account_frozen, ledger.account_closed.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    row = _locked(tx, command.order_id, moment)
    item = item_of(programmes.version_of(tx, row.programme_id, row.version))
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    until = item.fetch_until(row.business_day)
    over = until is not None and shop.store.business_day(moment.now) > until
    if row.state != MallOrderState.WAITING or not over:
        return MallLapsed(id=row.id, done=False, points_back=0)
    row = _ended(tx, row, MallOrderState.CANCELLED, moment, by=mall.NOT_FETCHED)
    forfeited = item.unfetched is Unfetched.FORFEIT
    _points_back(tx, moment, row, shop, forfeited=forfeited)
    _return(tx, row, item)
    tell(tx, moment, row, "mall.forfeited" if forfeited else "mall.not_fetched")
    return MallLapsed(id=row.id, done=True, points_back=0 if forfeited else row.points)


def _locked(tx: Write, order_id: UUID, moment: Moment) -> MallOrderRow:
    row = tx.one(mall.LOCKED, order_id=order_id)
    if row is None:
        raise MALL_ORDER_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    return row


def _ended(
    tx: Write,
    row: MallOrderRow,
    state: MallOrderState,
    moment: Moment,
    *,
    by: str | None = None,
) -> MallOrderRow:
    ended_by = by or moment.actor.name
    tx.take(
        mall.END,
        refusal=MALL_NOT_WAITING.because(state=row.state),
        order_id=row.id,
        seen=row.state,
        becomes=state.value,
        now=moment.now,
        actor=ended_by,
    )
    return row._replace(state=state.value, ended_at=moment.now, ended_by=ended_by)


def _points_back(
    tx: Write, moment: Moment, row: MallOrderRow, shop: Shop, *, forfeited: bool = False
) -> None:
    """Put the points back into their lots; forfeited, they end there in the same transaction.

    Refuses: ledger.account_closed, and of forfeited points ledger.account_frozen.
    """
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
        # What ends at once needs no lot that lasts longer.
        on=BusinessDay(row.business_day) if forfeited else draft.business_day,
        expired_into=expired_into,
    )
    if forfeited:
        ended = replace(
            draft,
            id=EntryId(moment.new_id()),
            business_id=f"mall:{row.id}:lapsed",
            kind=EntryKind.EXPIRE,
            reverses=None,
        )
        book.entry(ended).spend(
            AccountKind.POINTS, AccountKind.POINTS_EXPIRED, shares, kind=UseKind.EXPIRE
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
