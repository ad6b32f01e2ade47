"""The counter sale 点单收银: an order opened and paid in one command.

The till keeps the cart; when the guest pays, one command with the order's id opens the order,
prices it, takes the money and gives the member what the visit earned. A retry with the same id
finds it done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineRequest
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.orders.fees import SOURCES, check_no_fee
from regulars.domain.orders.receipt import Receipt, ReceiptMember, TierName
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.permissions import Permission
from regulars.domain.tiers.ladder import Tier
from regulars.storage import facts, orders
from regulars.storage.engine import Write
from regulars.storage.limits import POSTED
from regulars.use_cases import guest as guests
from regulars.use_cases import limits, order_rows
from regulars.use_cases.fees import charged
from regulars.use_cases.gifts import Given
from regulars.use_cases.guest import Visit
from regulars.use_cases.manual_discounts import granted, remember
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.moment import Moment
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.presented import presented
from regulars.use_cases.receipts import OrderRows, receipt
from regulars.use_cases.runner import use_case
from regulars.use_cases.settlement import (
    Payment,
    Settled,
    decided,
    facts_of,
    priced,
    record_value,
)
from regulars.use_cases.survey_links import on_receipt

LINES_MISSING = refusal_code("order.lines_missing")
SOURCE_UNKNOWN = refusal_code("order.source_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class SellAtCounter:
    """Open an order and take its payment at once."""

    order_id: UUID
    store_id: UUID
    terminal_id: UUID
    source: str
    lines: tuple[LineRequest, ...]
    member_id: UUID | None
    choices: Choices
    tenders: tuple[Tender, ...]
    fingerprint: str | None = None
    note: str | None = None
    codes: tuple[str, ...] = ()
    party: int | None = None
    tender: TenderKind | None = None

    @property
    def head(self) -> OrderHead:
        """Where, how and by whom the order is opened."""
        return OrderHead(
            order_id=self.order_id,
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            source=self.source,
            note=self.note,
        )


@use_case
def sell_at_counter(tx: Write, command: SellAtCounter, moment: Moment) -> Receipt:
    """Take an order and its payment, and give the member what the visit earned.

    Refuses: scope.outside, store.closed, terminal.unknown, catalog.*, coupon.*, points.*,
    payment.*, ledger.balance_short, quote.stale, order.discount_*, order.member_unknown, offer.limit_reached.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    goods = chosen_lines(command.lines, shop, source=command.source)
    lines = charged(goods, shop, source=command.source, order_id=command.order_id)
    choices = granted(command.choices, lines, shop, moment.actor)
    asked = order_rows.next_number(command.head, shop, moment)
    visit, number = guests.visit_with(
        tx,
        command.member_id,
        shop,
        moment,
        asked,
        points=command.choices.points,
    )
    guest = with_facts(tx, visit.guest, lines, shop, vault=moment.vault)
    visit = replace(visit, guest=guest)
    payment = Payment(choices=choices, tenders=command.tenders, fingerprint=command.fingerprint)
    room = limits.opened(tx, visit, order_id=command.order_id)
    occasion = Occasion(
        source=command.source,
        now=moment.now,
        left=room.left,
        presented=presented(
            tx, command.codes, shop, moment.now, vault=moment.vault, order_id=command.order_id
        ),
        party=command.party,
        tender=command.tender,
    )
    bill = priced(lines, shop, guest, choices, occasion)
    settled = decided(command.order_id, bill, payment, visit)
    opened = order_rows.open_row(
        command.head, number, shop=shop, member_id=command.member_id, moment=moment
    )
    rows = settled_rows(opened, settled, numbered(lines), visit)
    orders.add_order(tx, rows.order, rows.lines)
    orders.add_settlement(tx, rows.adjustments, rows.payments)
    gift = record_value(tx, settled, visit)
    remember(tx, moment, choices, rows)
    limits.take(tx, room, bill, visit, order_id=command.order_id, state=POSTED)
    facts.append_all(tx, facts_of(settled, visit))
    return receipt(
        rows,
        shop.store,
        member=receipt_member(settled, visit, gift),
        staff_name=None,
        survey_path=on_receipt(shop, moment.vault, command.order_id),
    )


def chosen_lines(
    requests: tuple[LineRequest, ...], shop: Shop, *, source: str
) -> tuple[ChosenLine, ...]:
    """The goods as the menu of this store makes them; fees come by themselves.

    Refuses: catalog.*, order.*.
    """
    if source not in SOURCES:
        raise SOURCE_UNKNOWN.because()
    if not requests:
        raise LINES_MISSING.because()
    check_no_fee(requests, shop.terms.fees)
    return shop.catalogue.lines(requests)


def numbered(lines: tuple[ChosenLine, ...]) -> dict[UUID, int]:
    """The position of each line on the order, from 1."""
    return {line.id: position for position, line in enumerate(lines, start=1)}


def settled_rows(
    opened: orders.OrderRow, settled: Settled, positions: Mapping[UUID, int], visit: Visit
) -> OrderRows:
    """The rows of a paid order."""
    return OrderRows(
        order=order_rows.paid_row(opened, settled, visit),
        lines=order_rows.sold_lines(opened.id, settled.quote, positions),
        adjustments=order_rows.adjustment_rows(opened.id, settled.quote, positions),
        payments=order_rows.payment_rows(opened, settled, visit),
    )


def receipt_member(settled: Settled, visit: Visit, gift: Given | None) -> ReceiptMember | None:
    """What the visit did to the member, with her balances after it; `gift` came with a new tier."""
    guest, reward, book = visit.guest, settled.reward, settled.book
    if guest is None:
        return None
    spent = settled.quote.points.spent
    usable_on = reward.usable_on if reward else None
    # What was earned and has not repaid a debt.
    granted = book.balance(AccountKind.POINTS) - guest.balance(AccountKind.POINTS) + spent
    pending = granted if usable_on is not None else 0
    return ReceiptMember(
        id=guest.id,
        tier=tier_name(guest.tier),
        points_spent=spent,
        points_earned=reward.points if reward else 0,
        growth_earned=reward.growth_value if reward else 0,
        points=guest.view.points_available
        - spent
        + granted
        - pending
        + (gift.points if gift else 0),
        points_pending=pending,
        points_usable_on=usable_on,
        principal_minor=book.balance(AccountKind.PRINCIPAL),
        bonus_minor=book.balance(AccountKind.BONUS) + (gift.bonus_minor if gift else 0),
        upgraded_to=tier_name(settled.move.tier) if settled.move else None,
    )


def tier_name(tier: Tier) -> TierName:
    """A tier as people read it."""
    return TierName(
        code=tier.code,
        name_zh=tier.label.zh,
        name_en=tier.label.en,
        queue_skip=tier.queue_skip,
    )
