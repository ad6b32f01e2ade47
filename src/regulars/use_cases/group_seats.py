"""The money of a seat, and what the last seat of a group makes of all of them.

王芳's 9.90 in cash lie in the deposits of the store where she paid. With the third seat they become
sales of that store, what others held of their stored value is posted, and everybody gets a coupon.
"""

from collections.abc import Sequence
from typing import NamedTuple

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind
from regulars.domain.loyalty.group_buy import GroupDeal, GroupState, SeatState, SeatTender
from regulars.domain.orders.shop import Shop
from regulars.storage import facts, groups, ledger
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.groups import GroupRow, SeatRow
from regulars.use_cases.coupons import Recipient, handed_out
from regulars.use_cases.moment import Moment
from regulars.use_cases.value_holds import post_hold

GOODS_GONE = refusal_code("group.goods_gone")

OUTSIDE = {
    SeatTender.CASH: AccountKind.OUTSIDE_CASH,
    SeatTender.EXTERNAL: AccountKind.OUTSIDE_EXTERNAL,
}


class Place(NamedTuple):
    """A group under lock with its deal, and the shop at which a seat is paid."""

    group: GroupRow
    deal: GroupDeal
    shop: Shop


def business_id_of(seat: SeatRow, what: str) -> str:
    """The name of what happens once to the money of a seat: paid, sold, back, refunded."""
    return f"group:{seat.group_id}:seat:{seat.id}:{what}"


def move(
    tx: Write, seat: SeatRow, sides: tuple[AccountKind, AccountKind], what: str, moment: Moment
) -> None:
    """Move the money of one seat in the books of the store where it was paid, once."""
    shop = moment.shops.in_force(tx, seat.store_id, at=moment.now)
    book = Book(moment.shops.house(tx, shop))
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=business_id_of(seat, what),
            kind=EntryKind.GROUP,
            occurred_at=moment.now,
            business_day=shop.store.business_day(moment.now),
            store_id=shop.store.id,
            subject_id=seat.id,
        )
    )
    entry.move(*sides, seat.amount_minor)
    ledger.record(tx, moment, book.entries())


def filled(tx: Write, place: Place, seats: Sequence[SeatRow], moment: Moment) -> SeatRow:
    """Make every seat a sale and give each member her coupon; answers the last seat.

    Refuses: group.goods_gone.
    """
    sold = [_sold(tx, place, seat, moment) for seat in seats]
    groups.close(tx, place.group.id, GroupState.FILLED, moment.now)
    fact = Fact(
        kind="group.filled",
        at=moment.now,
        store_id=place.group.store_id,
        subject_id=place.group.id,
        body={"seats": len(sold), "price_minor": place.group.price_minor},
    )
    facts.append(tx, fact, id=moment.new_id())
    return sold[-1]


def _sold(tx: Write, place: Place, seat: SeatRow, moment: Moment) -> SeatRow:
    if seat.hold_id is not None:
        post_hold(tx, moment, seat.hold_id)
    else:
        move(tx, seat, (AccountKind.DEPOSITS, AccountKind.SALES), "sold", moment)
    shop = moment.shops.in_force(tx, seat.store_id, at=moment.now)
    coupon_type = shop.coupon_type(place.deal.coupon_type)
    recipient = Recipient(
        coupon_id=moment.new_id(),
        member_id=seat.member_id,
        shop=shop,
        issue_key=f"group:{seat.id}",
    )
    issued = (
        None if coupon_type is None else handed_out(tx, moment, coupon_type, recipient=recipient)
    )
    if issued is None:
        raise GOODS_GONE.because()
    after = seat._replace(state=SeatState.FILLED.value, coupon_id=issued.id, closed_at=moment.now)
    groups.save_seat(tx, seat, after)
    return after


def tell(tx: Write, seat: SeatRow, kind: str, moment: Moment) -> None:
    """Let others know what became of a seat."""
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=seat.store_id,
        member_id=seat.member_id,
        subject_id=seat.id,
        body={
            "group": str(seat.group_id),
            "amount_minor": seat.amount_minor,
            "tender": seat.tender,
        },
    )
    facts.append(tx, fact, id=moment.new_id())
