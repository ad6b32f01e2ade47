"""Top-up 充值: principal paid in, and what its step of the Terms adds, in one entry.

充300送30, 100 points and a coupon: one pair of lots for the money, one lot of points, one coupon;
the law is asked before any money is taken.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import (
    EntryDraft,
    EntryKind,
    LotOrigin,
    NewLot,
    top_up_of,
)
from regulars.domain.loyalty.expiry import points_expire_on
from regulars.domain.loyalty.law import PaidIn, check_paid_in, law_in_force, principal_expires_on
from regulars.domain.loyalty.top_up import (
    NO_OFFER,
    TopUpOffer,
    bonus_expires_on,
    checked_principal,
    offer_for,
)
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, ledger, top_ups
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.tables.orders import top_up as top_up_table
from regulars.storage.top_ups import TopUpRow
from regulars.use_cases import guest as guests
from regulars.use_cases.coupons import Issued, Recipient, handed_out
from regulars.use_cases.gift_refunds import check_gifts_open
from regulars.use_cases.growth_paid_in import PaidIn as GrowthPaidIn
from regulars.use_cases.growth_paid_in import count_paid_in
from regulars.use_cases.guest import Guest
from regulars.use_cases.moment import Moment
from regulars.use_cases.payment_references import use_reference
from regulars.use_cases.runner import use_case

TENDER_UNKNOWN = refusal_code("top_up.tender_unknown")
OUTSIDE = {"cash": AccountKind.OUTSIDE_CASH, "external": AccountKind.OUTSIDE_EXTERNAL}
CASH = "cash"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """A member pays money in. Units: minor units. `reference`: the payment's own number.

    `without_gifts`: she has what she pays in, and nothing on top.
    """

    id: UUID
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    principal_minor: int
    tender: str
    reference: str | None = None
    without_gifts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToppedUp:
    """What a top-up gave, and what the member holds after it. Units: minor units, points."""

    id: UUID
    member_id: UUID
    paid_minor: int
    bonus_minor: int
    principal_after_minor: int
    bonus_after_minor: int
    bonus_expires_on: date | None = None
    points: int = 0
    coupons: tuple[Issued, ...] = ()
    item_zh: str | None = None
    item_en: str | None = None


@use_case
def top_up(tx: Write, command: TopUp, moment: Moment) -> ToppedUp:
    """Take money for stored value and add what its step gives.

    Refuses: scope.outside, store.closed, terminal.unknown, top_up.amount_out_of_range,
    top_up.balance_over_limit, top_up.tender_unknown, order.member_unknown, law.forbids,
    payment.reference_used, top_up.gifts_used_up.
    """
    moment.actor.need(Permission.VALUE_TOP_UP)
    moment.actor.scope.check(command.store_id)
    if command.tender not in OUTSIDE:
        raise TENDER_UNKNOWN.because()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    shop.store.terminal(command.terminal_id)
    guest = guests.locked(tx, command.member_id, shop, moment.now)
    principal_ends_on = _checked(tx, command, guest, shop)
    offer = _offer(tx, command, guest, shop)
    book = Book([*guest.accounts, *moment.shops.house(tx, shop)])
    draft = EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=top_up_of(command.id),
        kind=EntryKind.TOP_UP,
        occurred_at=moment.now,
        business_day=guest.day,
        store_id=shop.store.id,
        subject_id=command.id,
    )
    _give(book.entry(draft), command, offer, shop=shop, moment=moment, ends_on=principal_ends_on)
    ledger.record(tx, moment, book.entries())
    paid_in = GrowthPaidIn(
        member_id=guest.id,
        top_up_id=command.id,
        business_id=draft.business_id,
        principal_minor=command.principal_minor,
    )
    coupons = _coupons(tx, command, offer, shop=shop, moment=moment)
    _remember(tx, _row(command, draft, offer, shop, moment), coupons, moment)
    # Last: a ladder that counts what was paid in reads the top-up's own row.
    count_paid_in(tx, moment, paid_in, shop=shop)
    if command.tender != CASH:
        use_reference(tx, moment, command.reference, taker=command.id)
    after = ledger.balances_of(tx, guest.id)
    return ToppedUp(
        id=command.id,
        member_id=command.member_id,
        paid_minor=command.principal_minor,
        bonus_minor=offer.bonus_minor,
        principal_after_minor=after.principal_minor,
        bonus_after_minor=after.bonus_minor,
        bonus_expires_on=bonus_expires_on(guest.day, shop.terms.top_up),
        points=offer.gift.points,
        coupons=tuple(issued for _, issued in coupons),
        item_zh=offer.gift.item.zh if offer.gift.item else None,
        item_en=offer.gift.item.en if offer.gift.item else None,
    )


def _offer(tx: Write, command: TopUp, guest: Guest, shop: Shop) -> TopUpOffer:
    """What is given on top. Refuses: top_up.gifts_used_up."""
    if command.without_gifts:
        return NO_OFFER
    terms = shop.terms.top_up
    offer = offer_for(command.principal_minor, terms)
    check_gifts_open(tx, terms, offer, member_id=guest.id, year=guest.day.year)
    return offer


def _checked(tx: Write, command: TopUp, guest: Guest, shop: Shop) -> date | None:
    """The day on which the principal ends, if the Terms and the law allow this top-up."""
    terms = shop.terms
    held_minor = guest.balance(AccountKind.PRINCIPAL) + guest.balance(AccountKind.PRINCIPAL_HELD)
    checked_principal(command.principal_minor, terms.top_up, held_minor=held_minor)
    named = top_ups.is_named(tx, guest.id)
    law = law_in_force(terms.law, currency=shop.store.currency, on=guest.day)
    paid_in = PaidIn(
        principal_minor=command.principal_minor,
        held_minor=held_minor,
        named=named,
        cash=command.tender == CASH,
    )
    check_paid_in(law, paid_in)
    return principal_expires_on(law, guest.day, terms.top_up.principal_expiry_months, named=named)


def _give(
    entry: OpenEntry,
    command: TopUp,
    offer: TopUpOffer,
    *,
    shop: Shop,
    moment: Moment,
    ends_on: date | None,
) -> None:
    day, terms = entry.draft.business_day, shop.terms
    for source, target, amount, expires_on in (
        (OUTSIDE[command.tender], AccountKind.PRINCIPAL, command.principal_minor, ends_on),
        (
            AccountKind.BONUS_ISSUED,
            AccountKind.BONUS,
            offer.bonus_minor,
            bonus_expires_on(day, terms.top_up),
        ),
        (
            AccountKind.POINTS_ISSUED,
            AccountKind.POINTS,
            offer.gift.points,
            points_expire_on(day, terms.earning.expiry),
        ),
    ):
        points = target is AccountKind.POINTS
        lot = NewLot(
            id=moment.new_id(),
            acquired_at=moment.now,
            expires_on=expires_on,
            origin=LotOrigin.TOP_UP,
            store_id=shop.store.id,
            pair_id=None if points else command.id,
            spend_order=None if points else terms.top_up.spend_order.value,
        )
        entry.grant(source, target, amount, lot)


def coupon_key(top_up_id: UUID, code: str, number: int) -> str:
    """The key under which the n-th coupon of a top-up is handed out once."""
    return f"{top_up_of(top_up_id)}:{code}:{number}"


def _coupons(
    tx: Write, command: TopUp, offer: TopUpOffer, *, shop: Shop, moment: Moment
) -> list[tuple[str, Issued]]:
    """The coupons of the step; a type whose limit is reached is left out, nobody is sent away."""
    issued: list[tuple[str, Issued]] = []
    for code in offer.gift.coupon_types:
        coupon_type = shop.coupon_type(code)
        if coupon_type is None:
            continue
        recipient = Recipient(
            coupon_id=moment.new_id(),
            member_id=command.member_id,
            shop=shop,
            issue_key=coupon_key(command.id, code, len(issued) + 1),
        )
        one = handed_out(tx, moment, coupon_type, recipient=recipient)
        if one is not None:
            issued.append((code, one))
    return issued


def _row(
    command: TopUp, draft: EntryDraft, offer: TopUpOffer, shop: Shop, moment: Moment
) -> TopUpRow:
    item = offer.gift.item
    return TopUpRow(
        id=command.id,
        member_id=command.member_id,
        store_id=command.store_id,
        terminal_id=command.terminal_id,
        business_day=draft.business_day,
        at=moment.now,
        by=moment.actor.name,
        tender=command.tender,
        principal_minor=command.principal_minor,
        bonus_minor=offer.bonus_minor,
        entry_id=draft.id,
        terms_version=shop.terms.version,
        points=offer.gift.points,
        coupon_types=None,
        item_zh=item.zh if item else None,
        item_en=item.en if item else None,
        reference=command.reference if command.tender != CASH else None,
    )


def _remember(tx: Write, row: TopUpRow, coupons: list[tuple[str, Issued]], moment: Moment) -> None:
    codes = [code for code, _ in coupons]
    tx.add_rows(top_up_table, [row._replace(coupon_types=codes or None)])
    body: dict[str, object] = {
        "principal_minor": row.principal_minor,
        "bonus_minor": row.bonus_minor,
        "tender": row.tender,
        "points": row.points,
        "coupons": [str(issued.id) for _, issued in coupons],
        "item": row.item_zh or row.item_en,
    }
    happened = Fact(
        kind="value.topped_up",
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body=body,
    )
    facts.append(tx, happened, id=moment.new_id())
