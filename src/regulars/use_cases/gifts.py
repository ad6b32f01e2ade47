"""Gifts 赠礼: points, growth value, bonus money, coupons or a thing, once for an occasion.

李敏 joins: 50 points and one NEW10 coupon. The occasion's name is part of the business id, so a
retry, a second import or a second round of a job gives nothing twice; the row that remembers the
gift is its proof, also where no points move.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot, gift_of
from regulars.domain.loyalty.expiry import points_expire_on
from regulars.domain.loyalty.gift import Gift
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger, tiers, visits
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.tables.rewards import gift as gift_table
from regulars.use_cases import tier_moves
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
    if gift.growth_value:
        # Her tier may move: as in a sale, her visits are locked before her accounts.
        tx.one(visits.VISITS_LOCKED, member_id=member_id)
    growth_after = _move_value(
        tx, moment, member_id=member_id, gift=gift, shop=shop, occasion=occasion
    )
    known = [shop.coupon_type(code) for code in gift.coupon_types]
    tried = [
        (
            coupon_type.code,
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
            ),
        )
        for number, coupon_type in enumerate(known, start=1)
        if coupon_type is not None
    ]
    issued = [(code, one) for code, one in tried if one is not None]
    given = Given(
        points=gift.points,
        coupons=tuple(one for _, one in issued),
        growth_value=gift.growth_value,
        bonus_minor=gift.bonus_minor,
    )
    if not gift.empty:
        handed = replace(gift, coupon_types=tuple(code for code, _ in issued))
        _remember(tx, moment, member_id=member_id, gift=handed, shop=shop, occasion=occasion)
    if growth_after is not None:
        after_growth(tx, moment, member_id=member_id, shop=shop, growth_value=growth_after)
    return given


def lock(tx: Write, member_ids: Iterable[UUID]) -> None:
    """Lock all members whom one command may give to, before any limit of a coupon type is taken.

    Else it would hold the limit for the first and wait for the second, whose sale waits for it.
    """
    members = sorted(set(member_ids))
    for member_id in members:
        tx.one(visits.VISITS_LOCKED, member_id=member_id)
    tx.all(ledger.ACCOUNTS_OF_MEMBERS, members=members)


def after_growth(
    tx: Write, moment: Moment, *, member_id: UUID, shop: Shop, growth_value: int
) -> None:
    """Move the tier that growth value reaches outside a sale, and give what the tier gives.

    `growth_value`: the balance, recorded; her visits are locked. Refuses: ledger.already_posted.
    """
    move = tier_moves.grown(tx, moment, member_id=member_id, shop=shop, growth_value=growth_value)
    if move is not None:
        welcome(tx, moment, member_id=member_id, tier=move.tier.code, shop=shop)


def welcome(tx: Write, moment: Moment, *, member_id: UUID, tier: str, shop: Shop) -> Given | None:
    """Give what a tier gives to whoever reaches it: once for ever, however often she falls.

    Refuses: ledger.already_posted.
    """
    gifts = shop.terms.tier_gifts.get(tier)
    if gifts is None or gifts.upgrade.empty:
        return None
    occasion = f"tier:{tier}"
    if tx.one(tiers.GIVEN, business_id=gift_of(occasion, member_id)) is not None:
        return None
    return give(tx, moment, member_id=member_id, gift=gifts.upgrade, shop=shop, occasion=occasion)


def _move_value(
    tx: Write, moment: Moment, *, member_id: UUID, gift: Gift, shop: Shop, occasion: str
) -> int | None:
    """The growth value after the gift, if it gave any."""
    if not (gift.points or gift.growth_value or gift.bonus_minor):
        return None
    day = shop.store.business_day(moment.now)
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
            points_expire_on(day, shop.terms.earning.expiry),
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
    return book.balance(AccountKind.GROWTH) if gift.growth_value else None


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
