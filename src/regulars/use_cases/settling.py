"""Paying an order that waited: priced as promised, frozen, its member rewarded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.orders.receipt import Receipt
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage import facts, orders
from regulars.storage.engine import Write
from regulars.storage.limits import POSTED
from regulars.storage.orders import LineRow
from regulars.use_cases import limits
from regulars.use_cases.keeping import close_paid, kept_by
from regulars.use_cases.manual_discounts import remember
from regulars.use_cases.moment import Moment
from regulars.use_cases.open_orders import ORDER_CHANGED, locked_order
from regulars.use_cases.receipts import OrderRows, receipt
from regulars.use_cases.runner import use_case
from regulars.use_cases.sales import receipt_member, settled_rows
from regulars.use_cases.settlement import Payment, decided, facts_of, record_value
from regulars.use_cases.survey_links import on_receipt
from regulars.use_cases.waiting_bills import bill_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOrder:
    """Take payment for an open order."""

    order_id: UUID
    seen: int
    choices: Choices
    tenders: tuple[Tender, ...]
    fingerprint: str | None = None
    codes: tuple[str, ...] = ()
    party: int | None = None
    tender: TenderKind | None = None


@use_case
def settle_order(tx: Write, command: SettleOrder, moment: Moment) -> Receipt:
    """Take payment for an open order and give the member what the visit earned.

    Refuses: order.not_open, order.changed, order.lines_missing, coupon.*, points.*, payment.*,
    ledger.balance_short, quote.stale, order.discount_*, offer.limit_reached.
    """
    order = locked_order(tx, command.order_id, command.seen, moment)
    kept = kept_by(tx, order.id)
    # What the order keeps counts on the day on which it was kept.
    counted_at = None if kept is None else kept.hold.made_at
    bill = bill_of(tx, order, command, moment, kept=kept, counted_at=counted_at)
    visit, choices, written = bill.visit, bill.choices, bill.written
    payment = Payment(choices=choices, tenders=command.tenders, fingerprint=command.fingerprint)
    settled = decided(order.id, bill.quote, payment, visit)
    rows = settled_rows(order, settled, _positions(written, bill.lines), visit)
    _freeze(tx, rows, {row.id for row in written})
    orders.add_settlement(tx, rows.adjustments, rows.payments)
    gift = record_value(tx, settled, visit)
    remember(tx, moment, choices, rows)
    limits.take(tx, bill.room, bill.quote, visit, order_id=order.id, state=POSTED)
    if kept is not None:
        close_paid(tx, kept)
    facts.append_all(tx, facts_of(settled, visit))
    return receipt(
        replace(rows, order=rows.order._replace(revision=order.revision + 1)),
        visit.shop.store,
        member=receipt_member(settled, visit, gift),
        staff_name=None,
        survey_path=on_receipt(visit.shop, moment.vault, order.id),
    )


def _positions(written: Sequence[LineRow], lines: Sequence[ChosenLine]) -> dict[UUID, int]:
    """Where each line stands: goods where they were written, fees after everything."""
    positions = {row.id: row.position for row in written}
    last = max(positions.values(), default=0)
    fees = [line for line in lines if line.kind is LineKind.FEE]
    return positions | {line.id: last + at for at, line in enumerate(fees, start=1)}


def _freeze(tx: Write, rows: OrderRows, written: Collection[UUID]) -> None:
    order = rows.order
    tx.take(
        orders.SETTLE,
        refusal=ORDER_CHANGED.because(),
        order_id=order.id,
        seen=order.revision,
        by=order.settled_by,
        at=order.settled_at,
        list=order.list_minor,
        discount=order.discount_minor,
        tax=order.tax_minor,
        rounding=order.rounding_minor,
        due=order.due_minor,
        earned=order.points_earned,
        spent=order.points_spent,
        growth=order.growth_earned,
        in_tier=order.tier,
        with_these=order.priced_with,
    )
    orders.add_lines(tx, [line for line in rows.lines if line.id not in written])
    for line in rows.lines:
        if line.id not in written:
            continue
        tx.send(
            orders.SELL_LINE,
            order_id=order.id,
            line_id=line.id,
            net=line.net_minor,
            tax=line.tax_minor,
            shares=line.units,
        )
