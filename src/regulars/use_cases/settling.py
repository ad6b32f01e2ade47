"""Paying an order that waited: priced as promised, frozen, its member rewarded."""

from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.orders.receipt import Receipt
from regulars.domain.payments.tender import Tender
from regulars.domain.pricing.basket import Choices
from regulars.storage import facts, orders
from regulars.storage.engine import Write
from regulars.use_cases import guest as guests
from regulars.use_cases.kept_lines import kept_lines
from regulars.use_cases.moment import Moment
from regulars.use_cases.open_orders import ORDER_CHANGED, locked_order
from regulars.use_cases.receipts import OrderRows, receipt
from regulars.use_cases.runner import use_case
from regulars.use_cases.sales import receipt_member, settled_rows
from regulars.use_cases.settlement import Payment, decided, facts_of, priced, record_value


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOrder:
    """Take payment for an open order."""

    order_id: UUID
    seen: int
    choices: Choices
    tenders: tuple[Tender, ...]
    fingerprint: str | None = None


@use_case
def settle_order(tx: Write, command: SettleOrder, moment: Moment) -> Receipt:
    """Take payment for an open order and give the member what the visit earned.

    Refuses: order.not_open, order.changed, order.lines_missing, coupon.*, points.*, payment.*,
    ledger.balance_short, quote.stale.
    """
    order = locked_order(tx, command.order_id, command.seen, moment)
    shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
    stored = [row for row in tx.all(orders.LINES, order_id=order.id) if row.state == "open"]
    lines = kept_lines(stored, shop)
    visit = guests.visit_of(tx, order.member_id, shop, moment, points=command.choices.points)
    payment = Payment(
        choices=command.choices, tenders=command.tenders, fingerprint=command.fingerprint
    )
    bill = priced(lines, shop, visit.guest, command.choices, source=order.source, now=moment.now)
    settled = decided(order.id, bill, payment, visit)
    positions = {row.id: row.position for row in stored}
    rows = settled_rows(order, settled, positions, visit)
    _freeze(tx, rows)
    orders.add_settlement(tx, rows.adjustments, rows.payments)
    record_value(tx, settled, visit)
    facts.append_all(tx, facts_of(settled, visit))
    return receipt(
        replace(rows, order=rows.order._replace(revision=order.revision + 1)),
        shop.store,
        member=receipt_member(settled, visit),
        staff_name=None,
    )


def _freeze(tx: Write, rows: OrderRows) -> None:
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
    )
    for line in rows.lines:
        tx.send(
            orders.SELL_LINE,
            order_id=order.id,
            line_id=line.id,
            net=line.net_minor,
            tax=line.tax_minor,
            shares=line.units,
        )
