"""A receipt put together from an order's rows: the same for the sale just made and for last year's.

The sale passes the rows it wrote; a reprint passes the rows it read. Both give the same receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.money import scale_of
from regulars.domain.orders.receipt import (
    CouponUsed,
    Deduction,
    Receipt,
    ReceiptAdjustment,
    ReceiptLine,
    ReceiptMember,
    ReceiptOption,
    ReceiptOrder,
    ReceiptPayment,
    ReceiptRefund,
    ReceiptStore,
    ReceiptTotals,
    RefundedLine,
)
from regulars.domain.pricing.quote_parts import Source
from regulars.domain.pricing.reason_texts import reason_from, texts_of
from regulars.domain.stores.store import Store
from regulars.storage.orders import (
    AdjustmentRow,
    LineRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    RefundUnitRow,
)

CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRows:
    """Everything that the database holds of one order."""

    order: OrderRow
    lines: Sequence[LineRow]
    adjustments: Sequence[AdjustmentRow] = ()
    payments: Sequence[PaymentRow] = ()
    refunds: Sequence[RefundRow] = ()
    refund_units: Sequence[RefundUnitRow] = ()


def receipt(
    rows: OrderRows,
    store: Store,
    *,
    member: ReceiptMember | None,
    staff_name: str | None,
    survey_path: str | None = None,
) -> Receipt:
    """The receipt of an order, paid or still open."""
    order = rows.order
    return Receipt(
        order=ReceiptOrder(
            id=order.id,
            number=order.number,
            state=order.state,
            source=order.source,
            business_day=order.business_day,
            opened_at=order.opened_at,
            settled_at=order.settled_at,
            store=ReceiptStore(
                id=store.id, code=store.code, name_zh=store.label.zh, name_en=store.label.en
            ),
            terminal_letter=order.number[0],
            staff_name=staff_name,
            revision=order.revision,
        ),
        lines=tuple(_line(row, rows.refund_units) for row in rows.lines if row.state != "void"),
        adjustments=tuple([_adjustment(row) for row in rows.adjustments]),
        deductions=_deductions(rows.adjustments, scale=scale_of(store.currency)),
        totals=_totals(rows),
        payments=tuple(_payment(row) for row in rows.payments),
        member=member,
        refunds=tuple(_refund(row, rows) for row in rows.refunds),
        coupons_used=tuple(
            {
                row.coupon_id: CouponUsed(
                    id=row.coupon_id, name_zh=row.name_zh, name_en=row.name_en
                )
                for row in rows.adjustments
                if row.coupon_id is not None
            }.values()
        ),
        survey_path=survey_path,
    )


def _line(row: LineRow, refunded: Sequence[RefundUnitRow]) -> ReceiptLine:
    return ReceiptLine(
        id=row.id,
        position=row.position,
        name_zh=row.name_zh,
        name_en=row.name_en,
        quantity=row.quantity,
        unit_list_minor=row.unit_list_minor,
        list_minor=row.unit_list_minor * row.quantity,
        net_minor=row.net_minor,
        options=tuple(_option(option) for option in row.options),
        note=row.note,
        refunded_count=sum(1 for unit in refunded if unit.position == row.position),
        kind=row.kind,
    )


def _option(stored: dict[str, object]) -> ReceiptOption:
    count, price_minor = stored["count"], stored["price_minor"]
    return ReceiptOption(
        name_zh=str(stored["name_zh"]),
        name_en=str(stored["name_en"]),
        count=count if isinstance(count, int) else 1,
        price_minor=price_minor if isinstance(price_minor, int) else 0,
    )


def _adjustment(row: AdjustmentRow) -> ReceiptAdjustment:
    return ReceiptAdjustment(
        position=row.position,
        step=row.step,
        source=row.source,
        source_id=row.source_id,
        coupon_id=row.coupon_id,
        amount_minor=row.amount_minor,
    )


def _deductions(rows: Sequence[AdjustmentRow], *, scale: int) -> tuple[Deduction, ...]:
    """The savings of the bill, one per source, in the order in which they first applied."""
    sums: dict[tuple[str, UUID | None, UUID | None], int] = {}
    first: dict[tuple[str, UUID | None, UUID | None], AdjustmentRow] = {}
    for row in rows:
        key = (row.source, row.source_id, row.coupon_id)
        first.setdefault(key, row)
        sums[key] = sums.get(key, 0) + row.amount_minor
    return tuple([_deduction(row, sums[key], scale=scale) for key, row in first.items()])


def _deduction(row: AdjustmentRow, amount_minor: int, *, scale: int) -> Deduction:
    zh, en = texts_of(reason_from(row.reason), scale=scale)
    return Deduction(
        source=row.source,
        source_id=row.source_id,
        coupon_id=row.coupon_id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        amount_minor=amount_minor,
        reason_zh=zh,
        reason_en=en,
        step=row.step,
    )


def _totals(rows: OrderRows) -> ReceiptTotals:
    order = rows.order
    points_minor = sum(r.amount_minor for r in rows.adjustments if r.source == Source.POINTS)
    sale = [row for row in rows.payments if row.refund_id is None]
    return ReceiptTotals(
        list_minor=order.list_minor,
        discount_minor=order.discount_minor,
        points_minor=points_minor,
        tax_minor=order.tax_minor,
        rounding_minor=order.rounding_minor,
        due_minor=order.due_minor,
        paid_minor=sum(row.amount_minor for row in sale if row.kind != CHANGE),
        change_minor=-sum(row.amount_minor for row in sale if row.kind == CHANGE),
        refunded_minor=order.refunded_minor,
    )


def _payment(row: PaymentRow) -> ReceiptPayment:
    return ReceiptPayment(
        kind=row.kind,
        amount_minor=row.amount_minor,
        principal_minor=row.principal_minor,
        bonus_minor=row.bonus_minor,
        refund_id=row.refund_id,
        at=row.at,
    )


def _refund(row: RefundRow, rows: OrderRows) -> ReceiptRefund:
    back = [unit for unit in rows.refund_units if unit.refund_id == row.id]
    lines = []
    for line in rows.lines:
        units = [unit for unit in back if unit.position == line.position]
        if units:
            lines.append(
                RefundedLine(
                    line_id=line.id,
                    name_zh=line.name_zh,
                    name_en=line.name_en,
                    count=len(units),
                    amount_minor=sum(unit.amount_minor for unit in units),
                )
            )
    return ReceiptRefund(
        id=row.id,
        number=row.number,
        plan=row.plan,
        amount_minor=row.amount_minor,
        at=row.at,
        reason=row.reason,
        points_returned=row.points_returned,
        points_taken_back=row.points_taken_back,
        points_short=row.points_short,
        points_forgiven=row.points_forgiven,
        growth_taken_back=row.growth_taken_back,
        coupons_returned=row.coupons_returned,
        lines=tuple(lines),
    )
