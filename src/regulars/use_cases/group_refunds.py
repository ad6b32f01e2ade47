"""Giving a seat of a full group back, like the sale it became: once, while its coupon is unused.

王芳's group is full, her 9.90 are sold and the coupon for the tea is hers. She moves away before she
fetched it: the coupon is void, and the 9.90 go back the way they came, stored value to the very lots
that paid. A coupon that she used goes back with the bill that used it.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import LotShare, UsedLot, total_of
from regulars.domain.loyalty.group_buy import SeatState, SeatTender
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, groups, ledger
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Write
from regulars.storage.groups import SEAT_UNKNOWN, SeatRow
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.group_seats import OUTSIDE, business_id_of, tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.refund_value import GRACE
from regulars.use_cases.runner import use_case

NOT_REFUNDABLE = refusal_code("group.not_refundable", "state")
COUPON_GONE = refusal_code("group.coupon_gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSeat:
    """Give a seat of a full group back."""

    seat_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRefunded:
    """A seat that was given back, and to where. Units: minor units.

    `principal_minor` and `bonus_minor` went back to stored value, the rest to the tender.
    """

    id: UUID
    member_id: UUID
    tender: str
    reference: str | None
    amount_minor: int
    principal_minor: int
    bonus_minor: int


class _Back(NamedTuple):
    """Stored value on its way back; nothing of it where a seat was paid otherwise."""

    principal: tuple[LotShare, ...] = ()
    bonus: tuple[LotShare, ...] = ()


@use_case
def refund_seat(tx: Write, command: RefundSeat, moment: Moment) -> SeatRefunded:
    """Give a seat of a full group back: its coupon goes, its money returns the way it was paid.

    Refuses: group.seat_unknown, scope.outside, group.not_refundable, group.coupon_gone,
    group.changed, member.text_malformed, ledger.account_closed, ledger.already_posted.
    """
    moment.actor.need(Permission.ORDER_REFUND)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    seat = tx.one(groups.SEAT_LOCKED, seat_id=command.seat_id)
    if seat is None:
        raise SEAT_UNKNOWN.because()
    moment.actor.scope.check(seat.store_id)
    if seat.state != SeatState.FILLED:
        raise NOT_REFUNDABLE.because(state=seat.state)
    _void_coupon(tx, seat, moment, reason=reason)
    after = seat._replace(state=SeatState.REFUNDED.value, closed_at=moment.now)
    groups.save_seat(tx, seat, after)
    back = _money_back(tx, seat, moment)
    audit.record(
        tx,
        moment,
        action="group.refunded",
        subject=f"seat:{seat.id}",
        store_id=seat.store_id,
        after={"amount_minor": seat.amount_minor, "tender": seat.tender},
        reason=reason,
    )
    tell(tx, after, "group.seat_refunded", moment)
    return SeatRefunded(
        id=seat.id,
        member_id=seat.member_id,
        tender=seat.tender,
        reference=seat.reference,
        amount_minor=seat.amount_minor,
        principal_minor=total_of(back.principal),
        bonus_minor=total_of(back.bonus),
    )


def _void_coupon(tx: Write, seat: SeatRow, moment: Moment, *, reason: str) -> None:
    """Take back the coupon that the seat gave, if it is still hers and unused."""
    gone: Refusal = COUPON_GONE.because()
    known = seat.coupon_id and tx.one(wallet.COUPON_LOCKED, coupon_id=seat.coupon_id)
    if not known or known.member_id != seat.member_id:
        raise gone
    tx.take(wallet.VOID, refusal=gone, coupon_id=known.id, at=moment.now)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    wallet.note_voided(tx, moment, [known.id], reason=reason)


def _money_back(tx: Write, seat: SeatRow, moment: Moment) -> _Back:
    """Mirror the sale of a seat in the books of the store where it was paid."""
    shop = moment.shops.in_force(tx, seat.store_id, at=moment.now)
    held = seat.hold_id is not None
    accounts: list[Account] = []
    if held:
        accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=seat.member_id)
    used, ended, sold = tx.group(
        ledger.USED_LOTS.ask(subject=seat.id),
        ledger.ENTRIES_OF.ask(subject=seat.id),
        ledger.ENTRY_NAMED.ask(business_id=business_id_of(seat, "sold")),
    )
    # What was held became a sale when its hold ended; other money has an entry of its own for it.
    sale = next(one.id for one in ended if one.kind == EntryKind.HOLD_END) if held else sold[0]
    day = shop.store.business_day(moment.now)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=business_id_of(seat, "refunded"),
            kind=EntryKind.GROUP,
            occurred_at=moment.now,
            business_day=day,
            store_id=shop.store.id,
            subject_id=seat.id,
            reverses=EntryId(sale),
        )
    )
    back = _Back()
    if held:
        back = _Back(_of(used, AccountKind.PRINCIPAL), _of(used, AccountKind.BONUS))
        for source, target, shares in (
            (AccountKind.SALES, AccountKind.PRINCIPAL, back.principal),
            (AccountKind.BONUS_USED, AccountKind.BONUS, back.bonus),
        ):
            revived = _revived(moment, shop)
            entry.put_back(source, target, shares, on=day, expired_into=revived)
    else:
        entry.move(AccountKind.SALES, OUTSIDE[SeatTender(seat.tender)], seat.amount_minor)
    ledger.record(tx, moment, book.entries())
    return back


def _of(used: list[UsedLot], kind: AccountKind) -> tuple[LotShare, ...]:
    return tuple(LotShare(one.lot, one.left) for one in used if one.lot.kind is kind)


def _revived(moment: Moment, shop: Shop) -> NewLot:
    """Where value from a lot that has expired meanwhile goes, for a week more."""
    return NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=shop.store.business_day(moment.now) + GRACE,
        origin=LotOrigin.REFUND,
        store_id=shop.store.id,
    )
