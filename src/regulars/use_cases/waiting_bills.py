"""What an order that waits costs now: the same bill whether it is kept for its guest or paid.

Two teas were written down at 14:10; at 14:40 the table asks to pay: the lines at their promised
prices, the fees of today, the guest as she is, and what is left of the offers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.kernel.period import Instant
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices, HeldCoupon
from regulars.domain.pricing.quote import Quote
from regulars.storage import orders
from regulars.storage.engine import Write
from regulars.storage.orders import LineRow, OrderRow
from regulars.use_cases import guest as guests
from regulars.use_cases import limits
from regulars.use_cases.fees import charged
from regulars.use_cases.guest import Visit
from regulars.use_cases.keeping import Kept
from regulars.use_cases.kept_lines import kept_lines
from regulars.use_cases.limits import Room
from regulars.use_cases.manual_discounts import granted
from regulars.use_cases.member_facts import with_facts
from regulars.use_cases.moment import Moment
from regulars.use_cases.occasion import Occasion
from regulars.use_cases.presented import presented
from regulars.use_cases.settlement import priced


class Asked(Protocol):
    """What guest and cashier ask of a bill: the part of a command that prices it."""

    @property
    def choices(self) -> Choices: ...
    @property
    def codes(self) -> tuple[str, ...]: ...
    @property
    def party(self) -> int | None: ...
    @property
    def tender(self) -> TenderKind | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBill:
    """The bill of an order that waits, with everything that it was decided on."""

    quote: Quote
    choices: Choices
    lines: tuple[ChosenLine, ...]
    written: Sequence[LineRow]
    shown: tuple[HeldCoupon, ...]
    visit: Visit
    room: Room


def bill_of(
    tx: Write,
    order: OrderRow,
    asked: Asked,
    moment: Moment,
    *,
    kept: Kept | None,
    counted_at: Instant | None = None,
) -> WaitingBill:
    """What an open order, locked, costs now; `kept` is what it holds already.

    `counted_at`: its uses count on that moment's business day, where it is not today.
    Refuses: order.lines_missing, order.member_*, order.discount_*, coupon.*, points.*.
    """
    shop = moment.shops.in_force(tx, order.store_id, at=moment.now)
    written = tx.all(orders.LINES, order_id=order.id)
    goods = kept_lines([row for row in written if row.state == "open"], shop)
    lines = charged(goods, shop, source=order.source, order_id=order.id)
    choices = granted(asked.choices, lines, shop, moment.actor)
    visit = guests.visit_of(
        tx, order.member_id, shop, moment, points=choices.points, order_id=order.id
    )
    visit = replace(visit, guest=with_facts(tx, visit.guest, lines, shop, vault=moment.vault))
    room = limits.opened(
        tx,
        visit,
        order_id=order.id,
        own=kept.takes if kept is not None else (),
        day=None if counted_at is None else shop.store.business_day(counted_at),
    )
    shown = presented(tx, asked.codes, shop, moment.now, vault=moment.vault, order_id=order.id)
    occasion = Occasion(
        source=order.source,
        now=moment.now,
        left=room.left,
        presented=shown,
        party=asked.party,
        tender=asked.tender,
    )
    return WaitingBill(
        quote=priced(lines, shop, visit.guest, choices, occasion),
        choices=choices,
        lines=lines,
        written=written,
        shown=shown,
        visit=visit,
        room=room,
    )
