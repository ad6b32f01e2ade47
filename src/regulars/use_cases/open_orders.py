"""Orders that wait 挂单: opened, changed line by line, given a member, settled later or cancelled.

Every change names the revision that its author saw, so two tills never overwrite each other; a
line keeps the price at which it was added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.catalogue import (
    LINES_MAX,
    QUANTITY_MAX,
    QUANTITY_OUT_OF_RANGE,
    TOO_MANY_LINES,
)
from regulars.domain.catalog.lines import (
    LineRequest,
)
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.orders.receipt import Receipt
from regulars.domain.orders.voids import LINE_VOIDED, LIST_MINOR, ORDER_CANCELLED
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, facts, orders
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.orders import LineRow, OrderRow
from regulars.use_cases import guest as guests
from regulars.use_cases import order_rows
from regulars.use_cases.keeping import kept_by, let_go
from regulars.use_cases.moment import Moment
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.receipts import OrderRows, receipt
from regulars.use_cases.runner import use_case
from regulars.use_cases.sales import chosen_lines

ORDER_NOT_OPEN = refusal_code("order.not_open")
ORDER_CHANGED = refusal_code("order.changed")
LINE_UNKNOWN = refusal_code("order.line_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """Open an order and let it wait."""

    head: OrderHead
    lines: tuple[LineRequest, ...]
    member_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLines:
    """Add lines to an open order."""

    order_id: UUID
    seen: int
    lines: tuple[LineRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """Change quantity and note of a line of an open order."""

    order_id: UUID
    seen: int
    line_id: UUID
    quantity: int
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidLine:
    """Take a line off an open order; the row stays, marked void."""

    order_id: UUID
    seen: int
    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachMember:
    """Say whose order it is, or that it is nobody's."""

    order_id: UUID
    seen: int
    member_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Close an open order without payment."""

    order_id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An open order after a change."""

    order_id: UUID
    revision: int
    state: str


@use_case
def open_order(tx: Write, command: OpenOrder, moment: Moment) -> Receipt:
    """Open an order and let it wait.

    Refuses: scope.outside, store.closed, terminal.unknown, catalog.*, order.member_unknown.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.head.store_id)
    shop = moment.shops.in_force(tx, command.head.store_id, at=moment.now)
    lines = chosen_lines(command.lines, shop, source=command.head.source)
    shop.store.terminal(command.head.terminal_id)
    if command.member_id is not None:
        guests.seen(tx, command.member_id, shop, moment.now)
    asked = order_rows.next_number(command.head, shop, moment)
    number = tx.all(asked.statement, **asked.parameters)[0]
    order = order_rows.open_row(
        command.head, number, shop=shop, member_id=command.member_id, moment=moment
    )
    rows = [order_rows.line_row(order.id, at, line) for at, line in enumerate(lines, start=1)]
    orders.add_order(tx, order, rows)
    _remember(tx, "order.opened", order, moment)
    return receipt(OrderRows(order=order, lines=rows), shop.store, member=None, staff_name=None)


@use_case
def add_lines(tx: Write, command: AddLines, moment: Moment) -> Changed:
    """Add lines to an open order. Refuses: order.not_open, order.changed, catalog.*."""
    order = locked_order(tx, command.order_id, command.seen, moment)
    shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
    lines = chosen_lines(command.lines, shop, source=order.source)
    after = max([row.position for row in tx.all(orders.LINES, order_id=order.id)], default=0)
    rows = [order_rows.line_row(order.id, after + at, line) for at, line in enumerate(lines, 1)]
    if after + len(rows) > LINES_MAX:
        raise TOO_MANY_LINES.because(maximum=LINES_MAX)
    orders.add_lines(tx, rows)
    return _changed(tx, order, moment)


@use_case
def change_line(tx: Write, command: ChangeLine, moment: Moment) -> Changed:
    """Change a line of an open order.

    Refuses: order.not_open, order.changed, order.line_unknown, order.quantity_out_of_range.
    """
    order = locked_order(tx, command.order_id, command.seen, moment)
    if not 1 <= command.quantity <= QUANTITY_MAX:
        raise QUANTITY_OUT_OF_RANGE.because(maximum=QUANTITY_MAX)
    tx.run(
        orders.CHANGE_LINE,
        expect=1,
        refusal=LINE_UNKNOWN.because(),
        order_id=order.id,
        line_id=command.line_id,
        new_quantity=command.quantity,
        new_note=command.note,
    )
    return _changed(tx, order, moment)


@use_case
def void_line(tx: Write, command: VoidLine, moment: Moment) -> Changed:
    """Take a line off. Refuses: order.not_open, order.changed, order.line_unknown."""
    order = locked_order(tx, command.order_id, command.seen, moment)
    voided = next((one for one in _open_lines(tx, order) if one.id == command.line_id), None)
    if voided is None:
        raise LINE_UNKNOWN.because()
    tx.run(
        orders.VOID_LINE,
        expect=1,
        refusal=LINE_UNKNOWN.because(),
        order_id=order.id,
        line_id=command.line_id,
    )
    _remember(tx, LINE_VOIDED, order, moment)
    before = {
        "order": order.number,
        "name_zh": voided.name_zh,
        "name_en": voided.name_en,
        "quantity": voided.quantity,
        LIST_MINOR: _list_minor(voided),
    }
    _audit(tx, LINE_VOIDED, order, before, moment)
    return _changed(tx, order, moment)


@use_case
def attach_member(tx: Write, command: AttachMember, moment: Moment) -> Changed:
    """Say whose order it is. Refuses: order.not_open, order.changed, order.member_unknown."""
    order = locked_order(tx, command.order_id, command.seen, moment)
    if command.member_id is not None:
        shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
        guests.seen(tx, command.member_id, shop, moment.now)
    return _changed(tx, order._replace(member_id=command.member_id), moment)


@use_case
def cancel_order(tx: Write, command: CancelOrder, moment: Moment) -> Changed:
    """Close an open order without payment. Refuses: order.not_open, order.changed."""
    order = locked_order(tx, command.order_id, command.seen, moment)
    let_go(tx, kept_by(tx, order.id))
    _remember(tx, ORDER_CANCELLED, order, moment)
    worth = sum(_list_minor(line) for line in _open_lines(tx, order))
    before = {"order": order.number, LIST_MINOR: worth}
    _audit(tx, ORDER_CANCELLED, order, before, moment)
    return _changed(tx, order._replace(state="cancelled"), moment)


def locked_order(tx: Write, order_id: UUID, seen: int, moment: Moment) -> OrderRow:
    """An open order, locked, as its author saw it.

    Refuses: permission.missing, scope.outside, order.not_open, order.changed.
    """
    moment.actor.need(Permission.ORDER_SELL)
    order = tx.one(orders.ORDER_LOCKED, order_id=order_id)
    if order is None:
        raise OUT_OF_SCOPE.because()
    moment.actor.scope.check(order.store_id)
    if order.state != "open":
        raise ORDER_NOT_OPEN.because()
    if order.revision != seen:
        raise ORDER_CHANGED.because()
    return order


def _changed(tx: Write, order: OrderRow, moment: Moment) -> Changed:
    tx.take(
        orders.CHANGE_OPEN,
        refusal=ORDER_CHANGED.because(),
        order_id=order.id,
        seen=order.revision,
        to_state=order.state,
        member=order.member_id,
    )
    return Changed(order_id=order.id, revision=order.revision + 1, state=order.state)


def _open_lines(tx: Write, order: OrderRow) -> list[LineRow]:
    return [line for line in tx.all(orders.LINES, order_id=order.id) if line.state == "open"]


def _list_minor(line: LineRow) -> int:
    return line.unit_list_minor * line.quantity


def _audit(
    tx: Write, action: str, order: OrderRow, before: Mapping[str, object], moment: Moment
) -> None:
    """Who took it off: a report by staff counts these."""
    audit.record(
        tx,
        moment,
        action=action,
        subject=f"order:{order.id}",
        store_id=order.store_id,
        before=before,
    )


def _remember(tx: Write, kind: str, order: OrderRow, moment: Moment) -> None:
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=order.store_id,
        member_id=order.member_id,
        subject_id=order.id,
    )
    facts.append(tx, fact, id=moment.new_id())
