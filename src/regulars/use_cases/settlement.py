"""Taking the money for an order: decided with pure rules, recorded in one batch of writes.

王芳's bill of 41.00: 第二杯半价 and her coupon are on it, 600 points pay 6.00, stored value 15.00,
cash 20.00. One transaction writes the order with its shares per unit, the payments, the coupon's
use, the postings, the points and growth value she earned, perhaps a new tier, and the fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.ids import CouponId, EntryId, RegionId, StoreId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import (
    Entry,
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    earn_of,
    settle_of,
)
from regulars.domain.ledger.pairs import PairsTaken, take_pairs
from regulars.domain.loyalty.earning import Reward, reward_for
from regulars.domain.orders.day_flags import flags_on
from regulars.domain.orders.priced_with import PricedWith, priced_with_data
from regulars.domain.orders.shop import Shop
from regulars.domain.orders.told_apart import told_apart
from regulars.domain.payments.tender import (
    MEMBER_NEEDED,
    Paid,
    Tender,
    TenderKind,
    check_meant,
    paid_with,
)
from regulars.domain.pricing.basket import Basket, Choices
from regulars.domain.pricing.boosts import Boosts
from regulars.domain.pricing.quote import Quote
from regulars.domain.pricing.quoting import quote
from regulars.domain.tiers.exclusive import check_exclusive
from regulars.domain.tiers.moves import Move
from regulars.storage import coupons, ledger, visits
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases import gifts, tier_moves
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import Guest, Visit
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.presented import use_code

QUOTE_STALE = refusal_code("quote.stale")
COUPON_GONE = refusal_code("coupon.gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How a guest wants to pay: choices on the bill, tenders, and the quote she saw."""

    choices: Choices
    tenders: tuple[Tender, ...]
    fingerprint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Everything that paying this order decides."""

    order_id: UUID
    quote: Quote
    paid: Paid
    taken: PairsTaken
    reward: Reward | None
    move: Move | None
    entries: tuple[Entry, ...]
    book: Book
    priced_with: dict[str, object]


def priced(
    lines: Sequence[ChosenLine],
    shop: Shop,
    guest: Guest | None,
    choices: Choices,
    occasion: Occasion,
) -> Quote:
    """The quote of these lines at this store for this guest, on this occasion.

    Refuses: catalog.exclusive, coupon.not_usable, coupon.expired, points.short, points.not_allowed.
    """
    check_exclusive(
        chain.from_iterable(line.products for line in lines),
        shop.terms.tiers.exclusive,
        tier=guest.tier.code if guest else None,
        ladder=shop.terms.ladder,
    )
    basket = Basket(
        lines=tuple(lines),
        store_id=StoreId(shop.store.id),
        region_id=RegionId(shop.store.region_id),
        source=occasion.source,
        zone=shop.store.zone,
        cut_off_minutes=shop.store.cut_off_minutes,
        left=occasion.left,
        presented=occasion.presented,
        flags=_flags(shop, occasion),
        party=occasion.party,
        tender=occasion.tender,
    )
    return quote(
        basket,
        guest.view if guest else None,
        shop.offers,
        terms=shop.pricing,
        choices=choices,
        now=occasion.now,
    )


def _flags(shop: Shop, occasion: Occasion) -> frozenset[str]:
    if not shop.terms.day_flags:
        return frozenset()
    day = shop.store.business_day(occasion.now)
    return flags_on(shop.terms.day_flags, day=day, now=occasion.now)


def earned(base_minor: int, guest: Guest, shop: Shop, boosts: Boosts) -> Reward:
    """What money paid earns this guest."""
    return reward_for(
        base_minor,
        shop.terms.earning,
        multiplier_basis_points=guest.tier.multiplier_basis_points,
        on=guest.day,
        boost=(boosts.counted, boosts.paid),
    )


def _grown(reward: Reward, shop: Shop, *, principal_minor: int) -> Reward:
    """The reward without the growth value of money that counted when it was paid in."""
    base_minor = tier_moves.counted_minor(
        reward.base_minor, shop.terms.tiers, principal_minor=principal_minor
    )
    if base_minor == reward.base_minor:
        return reward
    growth = base_minor * shop.terms.earning.growth_per_hundred_minor // 100
    return replace(reward, growth_value=growth)


def decided(order_id: UUID, bill: Quote, payment: Payment, visit: Visit) -> Settled:
    """What paying decides: tenders, lots, postings, reward and tier.

    Refuses: quote.stale, order.tender_differs, payment.*, ledger.balance_short, ledger.points_short,
    ledger.account_frozen.
    """
    shop, guest = visit.shop, visit.guest
    if payment.fingerprint is not None and payment.fingerprint != bill.fingerprint:
        raise QUOTE_STALE.because()
    check_meant(bill.bill.seen.units.basket.tender, payment.tenders)
    paid = paid_with(bill.totals.due_minor, payment.tenders, shop.terms.rounding)
    stored_minor = paid.total_of(TenderKind.STORED_VALUE)
    if guest is None and stored_minor:
        raise MEMBER_NEEDED.because()
    day = visit.day
    book = Book([*(guest.accounts if guest else ()), *visit.house])
    settle = book.entry(_draft(settle_of(order_id), EntryKind.SETTLE, order_id, visit))
    taken = take_pairs(guest.lots, stored_minor, on=day) if guest else PairsTaken()
    settle.spend(AccountKind.PRINCIPAL, AccountKind.SALES, taken.principal)
    settle.spend(AccountKind.BONUS, AccountKind.BONUS_USED, taken.bonus)
    settle.move(AccountKind.OUTSIDE_CASH, AccountKind.SALES, paid.total_of(TenderKind.CASH))
    settle.move(AccountKind.OUTSIDE_EXTERNAL, AccountKind.SALES, paid.total_of(TenderKind.EXTERNAL))
    reward: Reward | None = None
    move: Move | None = None
    if guest is not None:
        held = lot_rules.of_kind(guest.lots, AccountKind.POINTS)
        shares = lot_rules.take(held, bill.points.spent, on=day)
        settle.spend(AccountKind.POINTS, AccountKind.POINTS_SPENT, shares)
        # What rounding adds to the bill is paid, but earns nothing.
        base_minor = bill.totals.due_minor + min(paid.rounding_minor, 0) - taken.bonus_minor
        reward = _grown(
            earned(base_minor, guest, shop, bill.boosts),
            shop,
            principal_minor=taken.principal_minor,
        )
        _earn(book, order_id, reward, visit)
        spent_minor = tier_moves.counted_minor(
            bill.totals.due_minor + paid.rounding_minor,
            shop.terms.tiers,
            principal_minor=taken.principal_minor,
        )
        grown = tier_moves.Growth(
            growth_after=book.balance(AccountKind.GROWTH),
            growth=reward.growth_value,
            spent_minor=spent_minor,
            visits=1,
        )
        move = tier_moves.rise_in_sale(guest, shop, grown)
    return Settled(
        order_id=order_id,
        quote=bill,
        paid=paid,
        taken=taken,
        reward=reward,
        move=move,
        entries=book.entries(),
        book=book,
        priced_with=_frozen(bill, payment.choices, visit),
    )


def _frozen(bill: Quote, choices: Choices, visit: Visit) -> dict[str, object]:
    """What the bill was decided on, kept for a refund that prices the rest anew."""
    shop, member = visit.shop, None
    if visit.guest is not None:
        kinds = (one.offer for one in shop.coupon_types.values())
        member = told_apart(visit.guest.view, chain(shop.offers.offers, kinds))
    priced_with = PricedWith(basket=bill.bill.seen.units.basket, member=member, choices=choices)
    lines = [line.line for line in bill.lines]
    return priced_with_data(priced_with, lines, bill.coupons_used)


def _draft(business_id: str, kind: EntryKind, order_id: UUID, visit: Visit) -> EntryDraft:
    shop, moment = visit.shop, visit.moment
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=business_id,
        kind=kind,
        occurred_at=moment.now,
        business_day=visit.day,
        store_id=shop.store.id,
        subject_id=order_id,
    )


def _earn(book: Book, order_id: UUID, reward: Reward, visit: Visit) -> None:
    moment = visit.moment
    entry = book.entry(_draft(earn_of(order_id), EntryKind.EARN, order_id, visit))
    # Points that an earlier refund could not take back are repaid first.
    debt = -book.balance(AccountKind.POINTS_DEBT) if book.holds(AccountKind.POINTS_DEBT) else 0
    repaid = min(debt, reward.points)
    if repaid:
        entry.move(AccountKind.POINTS_ISSUED, AccountKind.POINTS_DEBT, repaid)
    entry.grant(
        AccountKind.POINTS_ISSUED,
        AccountKind.POINTS,
        reward.points - repaid,
        NewLot(
            id=moment.new_id(),
            acquired_at=moment.now,
            expires_on=reward.expires_on,
            usable_on=reward.usable_on,
            origin=LotOrigin.ORDER,
            store_id=visit.shop.store.id,
        ),
    )
    entry.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, reward.growth_value)


def record_value(tx: Write, settled: Settled, visit: Visit) -> Given | None:
    """Write what paying moved for the member: coupons, postings, visit, tier; answers with the gift
    of a tier that she reached by it.

    Refuses: coupon.gone (another till was faster).
    """
    guest, moment = visit.guest, visit.moment
    _use_coupons(tx, settled, visit)
    ledger.record(tx, moment, settled.entries)
    if guest is None:
        return None
    visited = visits.VISITED if guest.visits.visits else visits.FIRST_VISITED
    tx.send(
        visited,
        member=guest.id,
        more_visits=1,
        more_spent=settled.quote.totals.due_minor + settled.paid.rounding_minor,
        at=moment.now,
    )
    if settled.move is None:
        return None
    record_move(tx, settled.move, settled.order_id, settled.book, visit)
    tier = settled.move.tier.code
    return gifts.welcome(tx, moment, member_id=guest.id, tier=tier, shop=visit.shop)


def _use_coupons(tx: Write, settled: Settled, visit: Visit) -> None:
    """Use the coupons of the bill, from the wallet or by open codes. Refuses: coupon.gone."""
    gone, guest, moment = COUPON_GONE.because(), visit.guest, visit.moment
    shown = {one.id: one.code for one in settled.quote.bill.seen.units.basket.presented}
    for coupon_id in settled.quote.coupons_used:
        code = shown.get(CouponId(coupon_id))
        if code is not None:
            use_code(tx, code, settled.order_id, moment, gone=gone)
        elif guest is not None:
            tx.take(
                coupons.USE,
                refusal=gone,
                coupon_id=coupon_id,
                member=guest.id,
                order=settled.order_id,
                at=moment.now,
            )


def record_move(tx: Write, move: Move, order_id: UUID, book: Book, visit: Visit) -> None:
    """Write a change of tier with the order that caused it."""
    guest, shop = visit.guest, visit.shop
    assert guest is not None
    stand = guest.stand if shop.terms.tiers.lasts else None
    moved = tier_moves.Moved(
        member_id=guest.id,
        growth_value=book.balance(AccountKind.GROWTH),
        subject_id=order_id,
        standing=None if stand is None else stand.standing,
    )
    tier_moves.record(tx, visit.moment, move, moved, shop=shop)


def facts_of(settled: Settled, visit: Visit) -> list[tuple[UUID, Fact]]:
    """What this payment lets others know."""
    reward, moment = settled.reward, visit.moment
    body: dict[str, object] = {
        "due_minor": settled.quote.totals.due_minor,
        "discount_minor": settled.quote.totals.discount_minor,
        "points_spent": settled.quote.points.spent,
        "points_earned": reward.points if reward else 0,
        "growth_earned": reward.growth_value if reward else 0,
        "coupons": [str(one) for one in settled.quote.coupons_used],
    }
    member = visit.guest.id if visit.guest else None
    store_id = visit.shop.store.id
    happened = [
        Fact(
            kind="order.settled",
            at=moment.now,
            store_id=store_id,
            member_id=member,
            subject_id=settled.order_id,
            body=body,
        )
    ]
    if settled.move is not None:
        happened.append(
            Fact(
                kind="member.tier_changed",
                at=moment.now,
                store_id=store_id,
                member_id=member,
                subject_id=settled.order_id,
                body={"tier": settled.move.tier.code, "cause": settled.move.cause.value},
            )
        )
    return [(moment.new_id(), fact) for fact in happened]
