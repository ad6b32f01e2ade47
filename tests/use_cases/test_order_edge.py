"""What comes with an order from its edge: fees, costs, discounts by hand, the tender it was for."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.ids import LineId
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.orders.fees import fee_line_id
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import PERMISSIONS_OF, Permission, Role
from regulars.storage import orders
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Database, Write
from regulars.storage.orders import LineRow
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog
from regulars.storage.tables.system import audit
from regulars.use_cases.open_orders import AddLines, OpenOrder, VoidLine
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settling import SettleOrder
from tests.answers import part, rows
from tests.shops import ShopUnderTest, named, open_shop

# 蛋挞 stands in for the bag: 8.00 an order on takeaway.
FEES = {
    "fees.rules": [
        {
            "variant_id": str(named("variant:egg_tart")),
            "sources": ["takeaway", "delivery"],
            "per": "order",
        }
    ]
}


COST: Statement[object] = Statement(
    update(catalog.variant)
    .where(catalog.variant.c.id == bindparam("tea", type_=Id()))
    .values(cost_minor=bindparam("minor", type_=Whole()))
)
DISCOUNTED: Statement[tuple[str, str, object, object]] = Statement(
    select(audit.c.actor, audit.c.reason, audit.c.before, audit.c.after)
    .where(audit.c.action == "order.discounted")
    .order_by(audit.c.at, audit.c.id),
    lambda actor, reason, before, after: (actor, reason, before, after),
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=FEES)


def takeaway(shop: ShopUnderTest, *products: str, cash: int) -> SellAtCounter:
    sale = shop.sale([shop.line(product) for product in products], cash=cash)
    return replace(sale, source="takeaway")


def stored_lines(shop: ShopUnderTest, order_id: UUID) -> list[LineRow]:
    with shop.database.read() as read:
        return read.all(orders.LINES, order_id=order_id)


def a_cashier(shop: ShopUnderTest, role: Role = Role.CASHIER) -> Actor:
    return replace(SYSTEM, id=shop.new_id(), permissions=PERMISSIONS_OF[role])


def off(shop: ShopUnderTest, line: LineId | None = None, **amount: int) -> ManualDiscount:
    return ManualDiscount(id=shop.new_id(), reason="洒了一点", by="", line_id=line, **amount)


def test_a_takeaway_pays_for_its_bag_and_a_full_refund_gives_that_back(
    shop: ShopUnderTest,
) -> None:
    sale = takeaway(shop, "lemon_tea", cash=2_300)
    receipt = shop.run(sale)
    kinds = [(line["name_zh"], line["kind"], line["net_minor"]) for line in rows(receipt, "lines")]
    assert kinds == [("柠檬茶", "goods", 1_500), ("蛋挞", "fee", 800)]
    refund = RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="不要了")
    assert part(shop.run(refund), "totals")["refunded_minor"] == 2_300


def test_who_returns_only_the_tea_has_had_the_bag(shop: ShopUnderTest) -> None:
    sale = takeaway(shop, "lemon_tea", cash=2_300)
    shop.run(sale)
    tea = (UnitsBack(sale.lines[0].id, 1),)
    refund = RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=tea, reason="太甜")
    after = shop.run(refund)
    assert part(after, "totals")["refunded_minor"] == 1_500
    assert part(after, "order")["state"] == "part_refunded"


def test_an_open_order_pays_its_fee_when_it_is_settled(shop: ShopUnderTest) -> None:
    tea, ice = shop.line("lemon_tea"), shop.line("mango_ice")
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="takeaway",
        note=None,
    )
    waiting = shop.run(OpenOrder(head=head, lines=(tea,), member_id=None))
    assert [line["kind"] for line in rows(waiting, "lines")] == ["goods"]
    shop.run(AddLines(order_id=head.order_id, seen=1, lines=(ice,)))
    shop.run(VoidLine(order_id=head.order_id, seen=2, line_id=ice.id))
    tenders = (shop.tender(TenderKind.CASH, 2_300),)
    settle = SettleOrder(
        order_id=head.order_id, seen=3, choices=Choices(coupons=()), tenders=tenders
    )
    receipt = shop.run(settle)
    assert [line["net_minor"] for line in rows(receipt, "lines")] == [1_500, 800]
    written = stored_lines(shop, head.order_id)
    assert [(row.position, row.state, row.kind) for row in written] == [
        (1, "sold", "goods"),
        (2, "void", "goods"),
        (3, "sold", "fee"),
    ]
    assert written[2].id == fee_line_id(head.order_id, shop.line("egg_tart").variant_id)


def test_a_fee_cannot_be_ordered(shop: ShopUnderTest) -> None:
    with pytest.raises(Refusal) as refused:
        shop.run(shop.sale([shop.line("egg_tart")], cash=800))
    assert refused.value.code == "order.fee_not_ordered"


def test_what_goods_cost_is_frozen_with_the_sale(shop: ShopUnderTest) -> None:
    def cost(minor: int) -> None:
        def write(tx: Write) -> None:
            tx.run(COST, expect=1, tea=named("variant:lemon_tea"), minor=minor)
            raise_revision(tx, "catalog")

        shop.database.write(write).result()

    cost(420)
    sale = shop.sale([shop.line("lemon_tea"), shop.line("mango_ice")], cash=3_700)
    shop.run(sale)
    cost(510)
    assert [row.cost_minor for row in stored_lines(shop, sale.order_id)] == [420, None]


def test_a_cashier_gives_a_tenth_and_a_manager_more(shop: ShopUnderTest) -> None:
    line = shop.line("gift_box")
    tea = shop.line("lemon_tea")
    small = Choices(coupons=(), manual=(off(shop, tea.id, basis_points=1_000),))
    large = Choices(coupons=(), manual=(off(shop, tea.id, basis_points=5_000),))
    fixed = Choices(coupons=(), manual=(off(shop, line.id, amount_minor=1),))
    with pytest.raises(Refusal) as too_large:
        shop.run(shop.sale([tea], cash=750, choices=large), actor=a_cashier(shop))
    assert too_large.value.code == "order.discount_too_large"
    assert too_large.value.parameters == {"maximum_percent": "10"}
    with pytest.raises(Refusal) as malformed:
        shop.run(shop.sale([line], cash=5_999, choices=fixed), actor=a_cashier(shop))
    assert malformed.value.code == "order.discount_malformed"
    nobody = replace(
        a_cashier(shop), permissions=PERMISSIONS_OF[Role.CASHIER] - {Permission.ORDER_DISCOUNT}
    )
    with pytest.raises(Refusal) as missing:
        shop.run(shop.sale([tea], cash=1_350, choices=small), actor=nobody)
    assert missing.value.code == "permission.missing"
    cashier = a_cashier(shop)
    shop.run(shop.sale([tea], cash=1_350, choices=small), actor=cashier)
    manager = a_cashier(shop, Role.STORE_MANAGER)
    again = replace(tea, id=LineId(shop.new_id()))
    choices = Choices(coupons=(), manual=(off(shop, again.id, basis_points=5_000),))
    shop.run(shop.sale([again], cash=750, choices=choices), actor=manager)
    with shop.database.read() as read:
        audited = read.all(DISCOUNTED)
    assert [reason for _, reason, *_ in audited] == ["洒了一点", "洒了一点"]
    assert {actor for actor, *_ in audited} == {cashier.name, manager.name}
    assert [before for *_, before, _ in audited] == [{"bill_minor": 1_500}] * 2
    assert {actor: after for actor, *_, after in audited} == {
        cashier.name: {"bill_minor": 1_350, "basis_points": 1_000, "line_id": str(tea.id)},
        manager.name: {"bill_minor": 750, "basis_points": 5_000, "line_id": str(again.id)},
    }


def test_a_price_for_stored_value_is_paid_from_stored_value(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    meant = replace(
        shop.sale([shop.line("lemon_tea")], member=wang, stored=1_000, cash=500),
        tender=TenderKind.STORED_VALUE,
    )
    with pytest.raises(Refusal) as refused:
        shop.run(meant)
    assert refused.value.code == "order.tender_differs"
    paid = replace(meant, tenders=(shop.tender(TenderKind.STORED_VALUE, 1_500),))
    assert part(shop.run(paid), "totals")["due_minor"] == 1_500
