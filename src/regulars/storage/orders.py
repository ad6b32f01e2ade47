"""Orders as rows: what a sale writes and what a receipt reads.

The rows are NamedTuples in the order of their columns, so the sale's own rows and the rows read
back for a receipt are the same nouns.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables import orders as tables
from regulars.storage.tables.stores import terminal_counter

R = TypeVar("R")


class OrderRow(NamedTuple):
    """Table `orders`. Units: minor units, points, growth value."""

    id: UUID
    store_id: UUID
    terminal_id: UUID
    business_day: date
    number: str
    source: str
    member_id: UUID | None
    opened_by: str
    settled_by: str | None
    state: str
    revision: int
    opened_at: Instant
    settled_at: Instant | None
    list_minor: int
    discount_minor: int
    tax_minor: int
    rounding_minor: int
    due_minor: int
    refunded_minor: int
    points_earned: int
    points_spent: int
    growth_earned: int
    tier: str | None
    note: str | None
    priced_with: dict[str, object] | None = None


class LineRow(NamedTuple):
    """Table `order_line`. `units` holds [list, net, tax, due, points money] per unit."""

    order_id: UUID
    position: int
    id: UUID
    product_id: UUID
    variant_id: UUID
    name_zh: str
    name_en: str
    quantity: int
    options: Sequence[dict[str, object]]
    unit_list_minor: int
    net_minor: int
    tax_code: str
    tax_minor: int
    units: Sequence[Sequence[int]]
    state: str
    note: str | None
    kind: str = "goods"
    cost_minor: int | None = None


class AdjustmentRow(NamedTuple):
    """Table `order_adjustment`: one saving on one line, with its shares per unit."""

    order_id: UUID
    number: int
    position: int
    step: str
    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    name_zh: str
    name_en: str
    amount_minor: int
    units: Sequence[int]
    reason: dict[str, object]


class PaymentRow(NamedTuple):
    """Table `payment`. Units: minor units."""

    id: UUID
    order_id: UUID
    refund_id: UUID | None
    kind: str
    amount_minor: int
    principal_minor: int
    bonus_minor: int
    at: Instant
    store_id: UUID
    business_day: date


class RefundRow(NamedTuple):
    """Table `refund`. Units: minor units, points, growth value."""

    id: UUID
    order_id: UUID
    number: int
    at: Instant
    by: str
    reason: str
    amount_minor: int
    rounding_minor: int
    points_returned: int
    points_taken_back: int
    points_short: int
    growth_taken_back: int
    coupons_returned: int
    plan: str = "return_share"
    approved_by: str | None = None
    points_forgiven: int = 0


class RefundUnitRow(NamedTuple):
    """Table `refund_unit`. Units: minor units."""

    order_id: UUID
    position: int
    unit: int
    refund_id: UUID
    amount_minor: int


_BY_ORDER = bindparam("order_id", type_=Id())

ORDER = Statement(select(*tables.orders.c).where(tables.orders.c.id == _BY_ORDER), OrderRow)
ORDER_LOCKED = Statement(
    select(*tables.orders.c).where(tables.orders.c.id == _BY_ORDER).with_for_update(), OrderRow
)


def _parts(table: Table, row: Callable[..., R], *order: ColumnElement[object]) -> Statement[R]:
    return Statement(select(*table.c).where(table.c.order_id == _BY_ORDER).order_by(*order), row)


_units = tables.refund_unit.c
LINES = _parts(tables.order_line, LineRow, tables.order_line.c.position)
ADJUSTMENTS = _parts(tables.order_adjustment, AdjustmentRow, tables.order_adjustment.c.number)
PAYMENTS = _parts(tables.payment, PaymentRow, tables.payment.c.at, tables.payment.c.id)
REFUNDS = _parts(tables.refund, RefundRow, tables.refund.c.number)
REFUND_UNITS = _parts(tables.refund_unit, RefundUnitRow, _units.position, _units.unit)

# The next short number of one terminal and business day; only that terminal's sales touch it.
NEXT_NUMBER = Statement[int](
    upsert(terminal_counter)
    .values(
        terminal_id=bindparam("terminal_id", type_=Id()),
        business_day=bindparam("day_number", type_=Whole()),
        number=1,
    )
    .on_conflict_do_update(
        index_elements=[terminal_counter.c.terminal_id, terminal_counter.c.business_day],
        set_={"number": terminal_counter.c.number + 1},
    )
    .returning(terminal_counter.c.number)
)

# An order changes only from the revision that its reader saw.
SETTLE = Statement(
    update(tables.orders)
    .where(
        tables.orders.c.id == _BY_ORDER,
        tables.orders.c.revision == bindparam("seen", type_=Whole()),
        tables.orders.c.state == "open",
    )
    .values(
        state="paid",
        revision=tables.orders.c.revision + 1,
        settled_by=bindparam("by", type_=Words()),
        settled_at=bindparam("at", type_=At()),
        list_minor=bindparam("list", type_=Whole()),
        discount_minor=bindparam("discount", type_=Whole()),
        tax_minor=bindparam("tax", type_=Whole()),
        rounding_minor=bindparam("rounding", type_=Whole()),
        due_minor=bindparam("due", type_=Whole()),
        points_earned=bindparam("earned", type_=Whole()),
        points_spent=bindparam("spent", type_=Whole()),
        growth_earned=bindparam("growth", type_=Whole()),
        tier=bindparam("in_tier", type_=Words()),
        priced_with=bindparam("with_these", type_=tables.orders.c.priced_with.type),
    )
)
CHANGE_OPEN = Statement(
    update(tables.orders)
    .where(
        tables.orders.c.id == _BY_ORDER,
        tables.orders.c.revision == bindparam("seen", type_=Whole()),
        tables.orders.c.state == "open",
    )
    .values(
        state=bindparam("to_state", type_=Words()),
        member_id=bindparam("member", type_=Id()),
        revision=tables.orders.c.revision + 1,
    )
)
ADD_REFUND = Statement(
    update(tables.orders)
    .where(
        tables.orders.c.id == _BY_ORDER,
        tables.orders.c.revision == bindparam("seen", type_=Whole()),
    )
    .values(
        state=bindparam("to_state", type_=Words()),
        refunded_minor=tables.orders.c.refunded_minor + bindparam("amount", type_=Whole()),
        revision=tables.orders.c.revision + 1,
    )
)
VOID_LINE = Statement(
    update(tables.order_line)
    .where(
        tables.order_line.c.order_id == _BY_ORDER,
        tables.order_line.c.id == bindparam("line_id", type_=Id()),
        tables.order_line.c.state == "open",
    )
    .values(state="void")
)
CHANGE_LINE = Statement(
    update(tables.order_line)
    .where(
        tables.order_line.c.order_id == _BY_ORDER,
        tables.order_line.c.id == bindparam("line_id", type_=Id()),
        tables.order_line.c.state == "open",
    )
    .values(
        quantity=bindparam("new_quantity", type_=Whole()),
        note=bindparam("new_note", type_=Words()),
    )
)
SELL_LINE = Statement(
    update(tables.order_line)
    .where(
        tables.order_line.c.order_id == _BY_ORDER,
        tables.order_line.c.id == bindparam("line_id", type_=Id()),
    )
    .values(
        state="sold",
        net_minor=bindparam("net", type_=Whole()),
        tax_minor=bindparam("tax", type_=Whole()),
        units=bindparam("shares", type_=tables.order_line.c.units.type),
    )
)


def add_order(tx: Write, order: OrderRow, lines: Sequence[LineRow]) -> None:
    """Write an order with its lines."""
    tx.add_rows(tables.orders, [order])
    tx.add_rows(tables.order_line, lines)


def add_lines(tx: Write, lines: Sequence[LineRow]) -> None:
    """Write lines of an order that stands already."""
    tx.add_rows(tables.order_line, lines)


def add_settlement(
    tx: Write, adjustments: Sequence[AdjustmentRow], payments: Sequence[PaymentRow]
) -> None:
    """Write what the payment froze: the shares of every saving, and the money."""
    tx.add_rows(tables.order_adjustment, adjustments)
    tx.add_rows(tables.payment, payments)


def add_refund(
    tx: Write, refund: RefundRow, units: Sequence[RefundUnitRow], payments: Sequence[PaymentRow]
) -> None:
    """Write one refund: its head, the units that came back and the money given back."""
    tx.add_rows(tables.refund, [refund])
    tx.add_rows(tables.refund_unit, units)
    tx.add_rows(tables.payment, payments)
