"""The points mall 积分商城: points out, the thing or the coupon in, and all of it back if cancelled.

李敏 orders a mug for 500 points; the last of twenty is hers by one conditional change. She fetches
it with code 482913. Had she cancelled before, the points would have gone back to the very lots
they came from, and the mug to the stock.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind
from regulars.domain.loyalty.mall import (
    MALL_LIMIT_REACHED,
    MALL_SOLD_OUT,
    MallItem,
    MallOrderState,
)
from regulars.domain.loyalty.programme import (
    UNTOLD,
    Offered,
    Programme,
    ProgrammeKind,
    check_points,
)
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import LimitKey, Span
from regulars.domain.stores.permissions import Permission
from regulars.storage import ledger, mall, programmes
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.limits import NO_LIMIT
from regulars.storage.mall import MallOrderRow
from regulars.storage.programmes import PROGRAMME_UNKNOWN
from regulars.use_cases import gifts
from regulars.use_cases import guest as guests
from regulars.use_cases.coupons import COUPON_TYPE_EXHAUSTED
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import Guest
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import of_all, of_member, take_one

CODES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFromMall:
    """A member orders one thing for points; `offered` is what she was shown."""

    id: UUID
    programme_id: UUID
    member_id: UUID
    store_id: UUID
    offered: Offered = UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class MallOrdered:
    """An order as it stands. Units: points. `code`: what the guest shows to fetch it."""

    id: UUID
    programme_id: UUID
    member_id: UUID
    state: str
    points: int
    code: str
    given: Given | None


def item_of(programme: Programme) -> MallItem:
    """What a programme of this kind offers. Refuses: programme.unknown."""
    if not isinstance(programme.definition, MallItem):
        raise PROGRAMME_UNKNOWN.because()
    return programme.definition


@use_case
def order_from_mall(tx: Write, command: OrderFromMall, moment: Moment) -> MallOrdered:
    """Spend points for one thing: given at once, or kept ready to be fetched.

    Refuses: scope.outside, programme.unknown, programme.not_in_force, order.member_unknown,
    order.member_frozen, mall.tier_needed, mall.sold_out, mall.limit_reached, mall.order_exists,
    ledger.points_short, coupon.type_exhausted, programme.points_changed,
    programme.promise_changed.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    kind, programme_id = ProgrammeKind.MALL_ITEM, command.programme_id
    programme = programmes.running(tx, kind, programme_id, shop.store, at=moment.now)
    item = item_of(programme)
    check_points(command.offered, points=item.points, version=programme.version)
    guest = guests.locked(tx, command.member_id, shop, moment.now, points=item.points)
    item.check_tier(guest.tier.code)
    state = MallOrderState.WAITING if item.fetched else MallOrderState.GIVEN
    row = MallOrderRow(
        id=command.id,
        programme_id=programme.id,
        version=programme.version,
        member_id=guest.id,
        store_id=shop.store.id,
        business_day=guest.day,
        at=moment.now,
        by=moment.actor.name,
        points=item.points,
        code=f"{moment.new_id().int % CODES:06d}",
        state=state.value,
        coupons=[],
    )
    _spend(tx, moment, row, guest, shop)
    _take(tx, row, item)
    given = None if item.fetched else give(tx, moment, row, item, shop)
    if given is not None:
        row = row._replace(coupons=[str(one.id) for one in given.coupons])
    mall.add(tx, row)
    tell(tx, moment, row, "mall.ordered")
    return shown(row, given)


def draft_of(moment: Moment, row: MallOrderRow, shop: Shop, kind: EntryKind) -> EntryDraft:
    """The entry that takes an order's points, or the one that gives them back."""
    back = kind is EntryKind.MALL_BACK
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=f"mall:{row.id}:back" if back else f"mall:{row.id}",
        kind=kind,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=shop.store.id,
        subject_id=row.id,
    )


def _spend(tx: Write, moment: Moment, row: MallOrderRow, guest: Guest, shop: Shop) -> None:
    """Refuses: ledger.points_short, ledger.account_frozen."""
    own = lot_rules.of_kind(guest.lots, AccountKind.POINTS)
    shares = lot_rules.take(own, row.points, on=guest.day)
    book = Book([*guest.accounts, *moment.shops.house(tx, shop)])
    entry = book.entry(draft_of(moment, row, shop, EntryKind.MALL))
    entry.spend(AccountKind.POINTS, AccountKind.POINTS_SPENT, shares)
    ledger.record(tx, moment, book.entries())


def stock_key(programme_id: UUID) -> LimitKey:
    """Where all orders of an item are counted, with or without a stock that ends."""
    return of_all(programme_id)


def member_key(
    programme_id: UUID, member_id: UUID, item: MallItem, day: BusinessDay
) -> LimitKey | None:
    """Where a member's orders of an item are counted; None: she may have any number."""
    limit = item.per_member
    return limit and of_member(programme_id, member_id, Span(limit.span), day)


def keys_of(row: MallOrderRow, item: MallItem) -> list[LimitKey]:
    """What an order counts in, in the one order of limits."""
    day = BusinessDay(row.business_day)
    own = member_key(row.programme_id, row.member_id, item, day)
    return [stock_key(row.programme_id), *([own] if own else [])]


def _take(tx: Write, row: MallOrderRow, item: MallItem) -> None:
    """Refuses: mall.sold_out, mall.limit_reached (at the latest when the writes are sent)."""
    stock, *own = keys_of(row, item)
    sold_out = MALL_SOLD_OUT.because()
    take_one(tx, stock, item.stock or NO_LIMIT, taker=row.id, refusal=sold_out)
    if own and item.per_member is not None:
        reached = MALL_LIMIT_REACHED.because(uses=item.per_member.uses)
        take_one(tx, own[0], item.per_member.uses, taker=row.id, refusal=reached)


def give(tx: Write, moment: Moment, row: MallOrderRow, item: MallItem, shop: Shop) -> Given:
    """Give what an order is about; nobody pays points for a coupon that does not come.

    Refuses: coupon.type_exhausted.
    """
    given = gifts.give(
        tx, moment, member_id=row.member_id, gift=item.gives, shop=shop, occasion=f"mall:{row.id}"
    )
    if len(given.coupons) < len(item.gives.coupon_types):
        raise COUPON_TYPE_EXHAUSTED.because()
    return given


def tell(tx: Write, moment: Moment, row: MallOrderRow, kind: str) -> None:
    """Remember what became of an order."""
    happened = Fact(
        kind=kind,
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body={"programme": str(row.programme_id), "points": row.points, "state": row.state},
    )
    append(tx, happened, id=moment.new_id())


def shown(row: MallOrderRow, given: Given | None) -> MallOrdered:
    """An order as its command answers it."""
    return MallOrdered(
        id=row.id,
        programme_id=row.programme_id,
        member_id=row.member_id,
        state=row.state,
        points=row.points,
        code=row.code,
        given=given,
    )
