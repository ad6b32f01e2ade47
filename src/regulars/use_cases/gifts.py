"""Gifts 赠礼: points and coupons that a member gets once for an occasion.

李敏 joins: 50 points and one NEW10 coupon. The occasion's name is part of the business id, so a
retry or a second import gives nothing twice.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import months_after
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot, gift_of
from regulars.domain.loyalty.joining import JoinGift
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger
from regulars.storage.engine import Write
from regulars.use_cases.coupons import Issued, Recipient, handed_out
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a gift gave."""

    points: int
    coupons: tuple[Issued, ...]


def give(
    tx: Write, moment: Moment, *, member_id: UUID, gift: JoinGift, shop: Shop, occasion: str
) -> Given:
    """Give a member points and coupons for an occasion, once.

    A coupon type that the shop no longer knows, or whose limit is reached, is left out.
    Refuses: ledger.already_posted.
    """
    if gift.points:
        _give_points(
            tx, moment, member_id=member_id, points=gift.points, shop=shop, occasion=occasion
        )
    known = [shop.coupon_type(code) for code in gift.coupon_types]
    issued = [
        handed_out(
            tx,
            moment,
            coupon_type,
            recipient=Recipient(
                coupon_id=moment.new_id(),
                member_id=member_id,
                shop=shop,
                issue_key=f"{gift_of(occasion, member_id)}:{coupon_type.code}:{number}",
            ),
        )
        for number, coupon_type in enumerate(known, start=1)
        if coupon_type is not None
    ]
    given = tuple(one for one in issued if one is not None)
    return Given(points=gift.points, coupons=given)


def _give_points(
    tx: Write, moment: Moment, *, member_id: UUID, points: int, shop: Shop, occasion: str
) -> None:
    day = shop.store.business_day(moment.now)
    months = shop.terms.earning.expiry_months
    accounts = tx.all(ledger.ACCOUNTS_OF_MEMBER, member=member_id)
    book = Book([*accounts, *moment.shops.house(tx, shop)])
    entry = book.entry(
        EntryDraft(
            id=EntryId(moment.new_id()),
            business_id=gift_of(occasion, member_id),
            kind=EntryKind.GIFT,
            occurred_at=moment.now,
            business_day=day,
            store_id=shop.store.id,
            subject_id=member_id,
        )
    )
    lot = NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=months_after(day, months) if months else None,
        origin=LotOrigin.GIFT,
        store_id=shop.store.id,
    )
    entry.grant(AccountKind.POINTS_ISSUED, AccountKind.POINTS, points, lot)
    ledger.record(tx, moment, book.entries())
