"""Buying: at the counter, with a bill that waits, and bringing things back."""

from dataclasses import replace
from uuid import UUID

from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.refund import PlanKind
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.use_cases.holds import HoldOrder, ReleaseHold
from regulars.use_cases.open_orders import CancelOrder, OpenOrder
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.settling import SettleOrder
from tests.shops import PRODUCTS
from tests.simulation.operation import Operation
from tests.simulation.world import Answer, Bill, Guest, Waiting, World


def basket(world: World) -> list[LineRequest]:
    """One to three products."""
    products = world.chance.sample(sorted(PRODUCTS), world.chance.randint(1, 3))
    return [world.shop.line(product, quantity=world.chance.randint(1, 3)) for product in products]


def somebody(world: World) -> Guest | None:
    """A member, or a guest whom nobody knows."""
    return world.chance.choice([*world.guests, None])


def chosen(world: World, guest: Guest | None) -> Choices:
    """Which coupons and points a guest wants to use."""
    if guest is None:
        return Choices(coupons=())
    points = world.shop.balances(guest.id).points // 100
    return Choices(
        coupons=world.chance.choice([None, ()]),
        points=world.chance.choice([None, 100 * world.chance.randint(0, max(points, 0))]),
    )


def tenders(world: World, guest: Guest | None, due_minor: int) -> tuple[Tender, ...]:
    """Stored value and cash for a bill, as chance will have it."""
    owned = world.shop.balances(guest.id) if guest else None
    stored = 0
    if owned is not None and world.chance.random() < 0.6:
        stored = min(owned.principal_minor + owned.bonus_minor, due_minor)
    parts = ((TenderKind.STORED_VALUE, stored), (TenderKind.CASH, due_minor - stored))
    return tuple(world.shop.tender(kind, minor) for kind, minor in parts if minor)


def cash_of(receipt: Answer) -> int:
    """The cash that stayed in the drawer, by the receipt. Units: minor units."""
    payments = receipt["payments"]
    assert isinstance(payments, list)
    return sum(row["amount_minor"] for row in payments if row["kind"] in ("cash", "change"))


def due_of(refused: Refusal) -> int:
    """What the till must ask for. Units: minor units."""
    if refused.code != "payment.sum_wrong":
        raise refused
    due = refused.parameters["due_minor"]
    assert isinstance(due, int)
    return due


def sell(world: World) -> None:
    """A sale at the counter: the till asks what is due, then takes it."""
    guest, lines = somebody(world), basket(world)
    till = world.at_random_store()
    choices = chosen(world, guest)
    member = guest.id if guest else None
    sale = till.sale(lines, member=member, cash=1, choices=choices)
    try:
        world.run(sale)
    except Refusal as refused:
        due = due_of(refused)
    else:
        raise AssertionError("a sale went through for a cent")
    paying = replace(sale, tenders=tenders(world, guest, due))
    world.tell(f"   {guest.name if guest else 'nobody'} owes {due}, points {choices.points}")
    receipt = world.run(paying)
    units: dict[UUID, int] = {line.id: line.quantity for line in lines}
    world.bills.append(Bill(sale.order_id, guest, units, cash_of(receipt)))


def park(world: World) -> None:
    """An order is opened and waits."""
    guest, lines = somebody(world), basket(world)
    till = world.at_random_store()
    head = OrderHead(
        order_id=world.shop.new_id(),
        store_id=till.store_id,
        terminal_id=till.terminal_id,
        source="counter",
        note=None,
    )
    world.run(OpenOrder(head=head, lines=tuple(lines), member_id=guest.id if guest else None))
    units: dict[UUID, int] = {line.id: line.quantity for line in lines}
    world.waiting.append(Waiting(head.order_id, guest, units))


def one_waiting(world: World) -> Waiting | None:
    """One of the orders that wait, if any does."""
    return world.chance.choice(world.waiting) if world.waiting else None


def hold(world: World) -> None:
    """Its bill is kept, or let go."""
    order = one_waiting(world)
    if order is None:
        return
    choices = chosen(world, order.guest)
    if world.chance.random() < 0.7:
        world.run(HoldOrder(order_id=order.order_id, seen=order.revision, choices=choices))
    else:
        world.run(ReleaseHold(order_id=order.order_id, seen=order.revision))


def settle(world: World) -> None:
    """An order that waited is paid."""
    order = one_waiting(world)
    if order is None:
        return
    pay = SettleOrder(
        order_id=order.order_id,
        seen=order.revision,
        choices=chosen(world, order.guest),
        tenders=(world.shop.tender(TenderKind.CASH, 1),),
    )
    try:
        world.run(pay)
    except Refusal as refused:
        due = due_of(refused)
    else:
        raise AssertionError("an order was paid with a cent")
    receipt = world.run(replace(pay, tenders=tenders(world, order.guest, due)))
    world.waiting.remove(order)
    world.bills.append(Bill(order.order_id, order.guest, order.units, cash_of(receipt)))


def cancel(world: World) -> None:
    """An order that waited is given up."""
    order = one_waiting(world)
    if order is not None:
        world.run(CancelOrder(order_id=order.order_id, seen=order.revision))
        world.waiting.remove(order)


def refund(world: World) -> None:
    """One unit of a paid order comes back, or all that is left."""
    open_bills = [bill for bill in world.bills if any(bill.left.values())]
    if not open_bills:
        return
    bill = world.chance.choice(open_bills)
    units: dict[UUID, int] | None = None
    if world.chance.random() < 0.7:
        units = {world.chance.choice([line for line, left in bill.left.items() if left]): 1}
    receipt = world.run(
        RefundOrder(
            id=world.shop.new_id(),
            order_id=bill.order_id,
            units=None if units is None else tuple(UnitsBack(*one) for one in units.items()),
            reason="不合口味",
            plan=world.chance.choice([None, PlanKind.RETURN_SHARE]),
        )
    )
    bill.cash_minor = cash_of(receipt)
    for line, count in (units or dict(bill.left)).items():
        bill.left[line] -= count


OPERATIONS = (
    Operation("sell", 10, sell),
    Operation("park", 3, park),
    Operation("hold", 3, hold),
    Operation("settle", 3, settle),
    Operation("cancel", 1, cancel),
    Operation("refund", 4, refund),
)
