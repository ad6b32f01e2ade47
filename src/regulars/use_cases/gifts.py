"""Gifts 赠礼: points, growth value, bonus money, coupons or a thing, once for an occasion.

李敏 joins: 50 points and one NEW10 coupon. The occasion's name is part of the business id, so a
retry, a second import or a second round of a job gives nothing twice; the row that remembers the
gift is its proof, also where no points move.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import months_after
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot, gift_of
from regulars.domain.loyalty.gift import Gift
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.tables.rewards import gift as gift_table
from regulars.use_cases.coupons import Issued, Recipient, handed_out
from regulars.use_cases.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a gift gave. Units: points, growth value, minor units."""

    points: int
    coupons: tuple[Issued, ...]
    growth_value: int = 0
    bonus_minor: int = 0


def give(
    tx: Write, moment: Moment, *, member_id: UUID, gift: Gift, shop: Shop, occasion: str
) -> Given:
    """Give a member a gift for an occasion, once.

    A coupon type that the shop no longer knows, or whose limit is reached, is left out.
    Refuses: ledger.already_posted.
    """
    _move_value(tx, moment, member_id=member_id, gift=gift, shop=shop, occasion=occasion)
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
    given = Given(
        points=gift.points,
        coupons=tuple(one for one in issued if one is not None),
        growth_value=gift.growth_value,
        bonus_minor=gift.bonus_minor,
    )
    if not gift.empty:
        _remember(tx, moment, member_id=member_id, gift=gift, shop=shop, occasion=occasion)
    return given


def _move_value(
    tx: Write, moment: Moment, *, member_id: UUID, gift: Gift, shop: Shop, occasion: str
) -> None:
    if not (gift.points or gift.growth_value or gift.bonus_minor):
        return
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
    for source, target, amount, expires_on in (
        (
            AccountKind.POINTS_ISSUED,
            AccountKind.POINTS,
            gift.points,
            months_after(day, months) if months else None,
        ),
        (AccountKind.BONUS_ISSUED, AccountKind.BONUS, gift.bonus_minor, None),
    ):
        lot = NewLot(
            id=moment.new_id(),
            acquired_at=moment.now,
            expires_on=expires_on,
            origin=LotOrigin.GIFT,
            store_id=shop.store.id,
        )
        entry.grant(source, target, amount, lot)
    entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, gift.growth_value)
    ledger.record(tx, moment, book.entries())


def _remember(
    tx: Write, moment: Moment, *, member_id: UUID, gift: Gift, shop: Shop, occasion: str
) -> None:
    row = {
        "business_id": gift_of(occasion, member_id),
        "member_id": member_id,
        "store_id": shop.store.id,
        "occasion": occasion,
        "at": moment.now,
        "by": moment.actor.name,
        "points": gift.points,
        "growth_value": gift.growth_value,
        "bonus_minor": gift.bonus_minor,
        "coupon_types": list(gift.coupon_types),
        "item_zh": gift.item.zh if gift.item else None,
        "item_en": gift.item.en if gift.item else None,
    }
    tx.add(gift_table, [row])
    happened = Fact(
        kind="member.gifted",
        at=moment.now,
        store_id=shop.store.id,
        member_id=member_id,
        body={"occasion": occasion, "points": gift.points, "coupons": len(gift.coupon_types)},
    )
    append(tx, happened, id=moment.new_id())
