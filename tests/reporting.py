"""A shop with some weeks of chance trade, and its raw rows, to count reports from by hand.

shop = traded(open_shop(database, tmp_path))
raw = raw_rows(shop)      # every bill, payment, line and member as the tables have them
"""

import random
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.basket import Choices
from regulars.domain.reports.question import Comparison
from regulars.domain.reports.registry import ReportName
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.storage.orders import LineRow, OrderRow, PaymentRow
from regulars.storage.statement import Statement
from regulars.storage.tables import ledger, members, offers, orders
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.reports import Asked, ReportTold, report
from tests.shops import PRODUCTS, ShopUnderTest

FROM, UNTIL = date(2026, 5, 8), date(2026, 5, 22)
SOLD = ("paid", "part_refunded", "refunded")
DAYS, BILLS_A_DAY, GUESTS = 24, 3, 9


@dataclass(frozen=True)
class Raw:
    """The tables, row by row."""

    orders: list[OrderRow]
    payments: list[PaymentRow]
    lines: list[LineRow]
    members: list[tuple[object, ...]]
    coupons: list[tuple[object, ...]]
    lots: list[tuple[object, ...]]

    def sold(
        self, stores: set[UUID], from_on: date = FROM, until_on: date = UNTIL
    ) -> list[OrderRow]:
        """The bills that count in some stores and days."""
        return [
            one
            for one in self.orders
            if one.state in SOLD
            and one.store_id in stores
            and from_on <= one.business_day < until_on
        ]


def traded(shop: ShopUnderTest, *, seed: int = 11) -> ShopUnderTest:
    """Guests come and go in two stores; some bills are refunded days later, some wait or fall through."""
    dice = random.Random(seed)
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    guests: list[UUID] = []
    paid: list[UUID] = []
    for day in range(DAYS):
        for place in (shop, other):
            place.now = shop.now
            if len(guests) < GUESTS and dice.random() < 0.3:
                guests.append(place.join(f"138001380{len(guests):02d}"))
            paid.extend(
                [_bill(place, dice, guests) for _ in range(dice.randrange(BILLS_A_DAY + 1))]
            )
        if paid and dice.random() < 0.4:
            _refund(shop, paid.pop(dice.randrange(len(paid))))
        if guests and day % 5 == 2:
            shop.top_up(dice.choice(guests), 10_000)
        shop.pass_time(hours=21 + dice.randrange(6), minutes=dice.randrange(60))
    return shop


def _bill(shop: ShopUnderTest, dice: random.Random, guests: list[UUID]) -> UUID:
    dishes = dice.sample(sorted(PRODUCTS), k=1 + dice.randrange(2))
    lines = [shop.line(dish, quantity=1 + dice.randrange(2)) for dish in dishes]
    guest = dice.choice(guests) if guests and dice.random() < 0.7 else None
    choices = Choices(coupons=())
    if guest is not None and dice.random() < 0.2:
        choices = Choices(coupons=(shop.coupon(guest, "NEW5"),))
    source = dice.choice(("counter", "takeaway"))
    due = 1
    try:
        shop.run(replace(shop.sale(lines, member=guest, cash=due, choices=choices), source=source))
    except Refusal as refused:
        due = int(str(refused.parameters["due_minor"]))
    sale = shop.sale(lines, member=guest, cash=due, choices=choices)
    shop.run(replace(sale, source=source))
    return sale.order_id


def _refund(shop: ShopUnderTest, order_id: UUID) -> None:
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="做错了"))


def raw_rows(shop: ShopUnderTest) -> Raw:
    """The tables as they are."""
    with shop.database.read() as read:
        return Raw(
            orders=read.all(Statement(select(orders.orders), OrderRow)),
            payments=read.all(Statement(select(orders.payment), PaymentRow)),
            lines=read.all(Statement(select(orders.order_line), LineRow)),
            members=read.all(
                Statement(
                    select(
                        members.member.c.id,
                        members.member.c.joined_at,
                        members.member.c.joined_store_id,
                    ),
                    lambda *row: row,
                )
            ),
            coupons=read.all(
                Statement(
                    select(
                        offers.coupon.c.id,
                        offers.coupon.c.state,
                        offers.coupon.c.order_id,
                        offers.coupon.c.issued_at,
                    ),
                    lambda *row: row,
                )
            ),
            lots=read.all(
                Statement(
                    select(
                        ledger.lot.c.amount,
                        ledger.lot.c.origin,
                        ledger.account.c.kind,
                        ledger.entry.c.business_day,
                        ledger.entry.c.store_id,
                    )
                    .join_from(ledger.lot, ledger.entry, ledger.entry.c.id == ledger.lot.c.entry_id)
                    .join(ledger.account, ledger.account.c.id == ledger.lot.c.account_id),
                    lambda *row: row,
                )
            ),
        )


def told(
    shop: ShopUnderTest,
    name: ReportName,
    *,
    stores: tuple[UUID, ...] = (),
    comparison: Comparison | None = None,
    actor: Actor = SYSTEM,
) -> ReportTold:
    """One report of the usual two weeks."""
    asked = Asked(
        report=name,
        from_on=FROM,
        until_on=UNTIL,
        store_ids=stores,
        comparison=comparison,
    )
    with shop.database.read() as read:
        return report(read, asked, actor, shops=shop.shops, now=shop.now)
