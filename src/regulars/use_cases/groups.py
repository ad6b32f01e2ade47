"""Group buying 拼团: opened and joined at the till, filled in the transaction of the last seat.

王芳 opens a group of three and pays 9.90 in cash: the 9.90 lie in the store's deposits. 李敏 joins
with her stored value: it is held. When 张伟 takes the third seat, all three seats become sales, and
each of them gets the coupon to fetch the tea with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.holds import HoldPurpose
from regulars.domain.loyalty.group_buy import GroupDeal, GroupState, SeatState, SeatTender
from regulars.domain.loyalty.programme import UNTOLD, Offered, ProgrammeKind, check_price
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import Span
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import Store
from regulars.storage import groups, ledger, programmes, value_holds
from regulars.storage.engine import Read, Write
from regulars.storage.groups import ALREADY_IN, GROUP_UNKNOWN, GroupRow, SeatRow
from regulars.use_cases.group_seats import GOODS_GONE, OUTSIDE, Place, filled, move, tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.passes import check_holder
from regulars.use_cases.payment_references import use_reference
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import of_member, take_one
from regulars.use_cases.value_holds import hold_value

LIMIT_REACHED = refusal_code("group.limit_reached", "times")
REFERENCE_MISSING = refusal_code("group.reference_missing")

# A group is filled or given back long before; what is left open by a fault comes back by itself.
HOLD_LASTS_ON = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGroup:
    """Open a group and take its first seat.

    `reference` names an external payment; `offered` is what the guest was shown.
    """

    id: UUID
    seat_id: UUID
    programme_id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    tender: str
    reference: str | None = None
    offered: Offered = UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGroup:
    """Take one more seat of a group."""

    seat_id: UUID
    group_id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    tender: str
    reference: str | None = None
    offered: Offered = UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeen:
    """A group after somebody took a seat, and the coupon that a full group gave her."""

    id: UUID
    seat_id: UUID
    state: str
    seats: int
    seats_taken: int
    ends_at: Instant
    coupon_id: UUID | None


class Taking(Protocol):
    """What opening and joining have in common."""

    @property
    def seat_id(self) -> UUID: ...
    @property
    def member_id(self) -> UUID: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def terminal_id(self) -> UUID: ...
    @property
    def tender(self) -> str: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def offered(self) -> Offered: ...


def deal_of(read: Read, group: GroupRow) -> GroupDeal:
    """What was promised when a group was opened."""
    deal = programmes.version_of(read, group.programme_id, group.programme_version).definition
    assert isinstance(deal, GroupDeal)
    return deal


@use_case
def open_group(tx: Write, command: OpenGroup, moment: Moment) -> GroupSeen:
    """Open a group of a deal that runs here, and take its first seat.

    Refuses: scope.outside, store.closed, terminal.unknown, programme.unknown,
    programme.not_in_force, group.exists, and what `_seated` refuses.
    """
    shop = _shop(tx, command, moment)
    programme = programmes.running(
        tx, ProgrammeKind.GROUP_BUY, command.programme_id, shop.store, at=moment.now
    )
    deal = programme.definition
    assert isinstance(deal, GroupDeal)
    group = GroupRow(
        id=command.id,
        programme_id=programme.id,
        programme_version=programme.version,
        store_id=shop.store.id,
        opened_at=moment.now,
        ends_at=deal.ends_at(moment.now),
        price_minor=deal.price_minor,
        seats=deal.seats,
        seats_taken=0,
        state=GroupState.OPEN.value,
        closed_at=None,
    )
    groups.add(tx, group)
    return _seated(tx, command, Place(group, deal, shop), (), moment)


@use_case
def join_group(tx: Write, command: JoinGroup, moment: Moment) -> GroupSeen:
    """Take one more seat; the last one fills the group.

    Refuses: scope.outside, store.closed, terminal.unknown, group.unknown, group.full, group.over,
    group.already_in, and what `_seated` refuses.
    """
    shop = _shop(tx, command, moment)
    group = tx.one(groups.GROUP_LOCKED, group_id=command.group_id)
    if group is None or not _is_here(tx, group, shop.store):
        raise GROUP_UNKNOWN.because()
    seats = tx.all(groups.SEATS, group_id=group.id)
    if command.member_id in {seat.member_id for seat in seats}:
        raise ALREADY_IN.because()
    group.now.check_join(moment.now)
    return _seated(tx, command, Place(group, deal_of(tx, group), shop), seats, moment)


def _is_here(read: Read, group: GroupRow, store: Store) -> bool:
    """Whether a store sells seats of a group: one of another store's deal is unknown here."""
    opened_here = group.store_id == store.id
    return opened_here or programmes.covers(
        read, group.programme_id, group.programme_version, store
    )


def _shop(tx: Write, command: Taking, moment: Moment) -> Shop:
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    shop.store.terminal(command.terminal_id)
    return shop


def _seated(
    tx: Write, command: Taking, place: Place, others: Sequence[SeatRow], moment: Moment
) -> GroupSeen:
    """Take and pay a seat, and fill the group with the last one.

    Refuses: programme.price_changed, programme.promise_changed, group.tender_refused,
    group.reference_missing, payment.reference_used, group.goods_gone, group.limit_reached,
    member.unknown, member.closed, order.member_frozen, ledger.balance_short,
    ledger.account_frozen.
    """
    group, deal, shop = place
    check_price(command.offered, price_minor=group.price_minor, version=group.programme_version)
    tender = deal.check_tender(command.tender)
    if tender is SeatTender.EXTERNAL and not command.reference:
        raise REFERENCE_MISSING.because()
    if shop.coupon_type(deal.coupon_type) is None:
        raise GOODS_GONE.because()
    check_holder(tx, command.member_id)
    fills = group.now.fills_next
    if fills:
        _lock(tx, others, command.member_id)
    refusal = groups.GROUP_CHANGED.because()
    tx.take(groups.TAKE_SEAT, refusal=refusal, group_id=group.id, at=moment.now)
    seat = _seat(command, place, tender, moment)
    _pay(tx, seat, place, moment)
    groups.add_seat(tx, seat)
    tell(tx, seat, "group.joined", moment)
    if fills:
        seat = filled(tx, place, [*others, seat], moment)
    use_reference(tx, moment, seat.reference, taker=seat.id)
    if deal.per_member_max is not None:
        day = shop.store.business_day(moment.now)
        key = of_member(group.programme_id, seat.member_id, Span.EVER, day)
        reached = LIMIT_REACHED.because(times=deal.per_member_max)
        take_one(tx, key, deal.per_member_max, taker=seat.id, refusal=reached)
    return GroupSeen(
        id=group.id,
        seat_id=seat.id,
        state=(GroupState.FILLED if fills else GroupState.OPEN).value,
        seats=group.seats,
        seats_taken=group.seats_taken + 1,
        ends_at=group.ends_at,
        coupon_id=seat.coupon_id,
    )


def _lock(tx: Write, seats: Sequence[SeatRow], member_id: UUID) -> None:
    """Lock every hold and account that filling touches, each in the order of its ids."""
    holds = [seat.hold_id for seat in seats if seat.hold_id is not None]
    tx.all(value_holds.OPEN_LOCKED, holds=holds)
    tx.all(ledger.ACCOUNTS_OF_MEMBERS, members=[*(seat.member_id for seat in seats), member_id])


def _seat(command: Taking, place: Place, tender: SeatTender, moment: Moment) -> SeatRow:
    return SeatRow(
        id=command.seat_id,
        group_id=place.group.id,
        number=place.group.seats_taken + 1,
        member_id=command.member_id,
        store_id=place.shop.store.id,
        terminal_id=command.terminal_id,
        taken_at=moment.now,
        by=moment.actor.name,
        tender=tender.value,
        reference=command.reference if tender is SeatTender.EXTERNAL else None,
        amount_minor=place.group.price_minor,
        hold_id=command.seat_id if tender is SeatTender.STORED_VALUE else None,
        state=SeatState.TAKEN.value,
        coupon_id=None,
        closed_at=None,
    )


def _pay(tx: Write, seat: SeatRow, place: Place, moment: Moment) -> None:
    if seat.hold_id is None:
        outside = OUTSIDE[SeatTender(seat.tender)]
        move(tx, seat, (outside, AccountKind.DEPOSITS), "paid", moment)
        return
    hold_value(
        tx,
        moment,
        hold_id=seat.hold_id,
        member_id=seat.member_id,
        shop=place.shop,
        amount_minor=seat.amount_minor,
        purpose=HoldPurpose.GROUP,
        subject_id=seat.id,
        expires_at=Instant(place.group.ends_at + HOLD_LASTS_ON),
    )
