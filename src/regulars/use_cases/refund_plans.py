"""What a refund would undo, read from the order's rows before anybody confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.refund import RefundPlan, Sold, SoldLine, SoldUnit, Sums, plan_refund
from regulars.domain.payments.tender import TenderKind
from regulars.storage import orders
from regulars.storage.engine import Read
from regulars.storage.orders import OrderRow, PaymentRow
from regulars.use_cases.receipts import CHANGE, OrderRows

ORDER_NOT_PAID = refusal_code("order.not_paid")


@dataclass(frozen=True, slots=True)
class UnitsBack:
    """So many units of one line."""

    line_id: UUID
    count: int


def rows_of(read: Read, order: OrderRow) -> OrderRows:
    """Everything that the database holds of an order."""
    lines, adjustments, payments, refunds, units = read.group(
        orders.LINES.ask(order_id=order.id),
        orders.ADJUSTMENTS.ask(order_id=order.id),
        orders.PAYMENTS.ask(order_id=order.id),
        orders.REFUNDS.ask(order_id=order.id),
        orders.REFUND_UNITS.ask(order_id=order.id),
    )
    return OrderRows(
        order=order,
        lines=lines,
        adjustments=adjustments,
        payments=payments,
        refunds=refunds,
        refund_units=units,
    )


def planned(rows: OrderRows, units: Sequence[UnitsBack] | None) -> RefundPlan:
    """What giving these units back undoes.

    Refuses: order.not_paid, refund.unit_unknown, refund.already_refunded, refund.nothing.
    """
    if rows.order.state not in ("paid", "part_refunded", "refunded"):
        raise ORDER_NOT_PAID.because()
    wanted: dict[UUID, int] | None = None
    if units is not None:
        wanted = {}
        for one in units:
            wanted[one.line_id] = wanted.get(one.line_id, 0) + one.count
    return plan_refund(sold_of(rows), wanted)


def sold_of(rows: OrderRows) -> Sold:
    """The order as the refund rules see it."""
    order = rows.order
    before = rows.refunds
    return Sold(
        lines=tuple(
            SoldLine(
                id=line.id,
                position=line.position,
                name=Label(line.name_zh, line.name_en),
                units=tuple(SoldUnit(unit[3], unit[4]) for unit in line.units),
            )
            for line in rows.lines
            if line.state == "sold"
        ),
        sums=_sums(
            [row for row in rows.payments if row.refund_id is None],
            spent=order.points_spent,
            earned=order.points_earned,
            growth=order.growth_earned,
        ),
        refunded=_sums(
            [
                row._replace(
                    amount_minor=-row.amount_minor,
                    principal_minor=-row.principal_minor,
                    bonus_minor=-row.bonus_minor,
                )
                for row in rows.payments
                if row.refund_id is not None
            ],
            spent=sum(row.points_returned for row in before),
            earned=sum(row.points_taken_back + row.points_short for row in before),
            growth=sum(row.growth_taken_back for row in before),
        ),
        refunded_units=frozenset((row.position, row.unit) for row in rows.refund_units),
    )


def _sums(payments: Sequence[PaymentRow], *, spent: int, earned: int, growth: int) -> Sums:
    def of(*kinds: str) -> int:
        return sum(row.amount_minor for row in payments if row.kind in kinds)

    return Sums(
        cash_minor=of(TenderKind.CASH.value, CHANGE),
        external_minor=of(TenderKind.EXTERNAL.value),
        principal_minor=sum(row.principal_minor for row in payments),
        bonus_minor=sum(row.bonus_minor for row in payments),
        points_spent=spent,
        points_earned=earned,
        growth_earned=growth,
    )
