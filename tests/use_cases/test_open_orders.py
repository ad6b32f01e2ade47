"""Orders that wait: changed by revision, priced as promised, settled or cancelled."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import catalog
from regulars.use_cases.open_orders import (
    AddLines,
    AttachMember,
    CancelOrder,
    ChangeLine,
    OpenOrder,
    VoidLine,
)
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.settling import SettleOrder
from tests.answers import part, rows
from tests.shops import OPENING, ShopUnderTest, named, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def parked(shop: ShopUnderTest, product: str = "lemon_tea") -> tuple[UUID, UUID]:
    line = shop.line(product)
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="counter",
        note=None,
    )
    shop.run(OpenOrder(head=head, lines=(line,), member_id=None))
    return head.order_id, line.id


def settle(shop: ShopUnderTest, order_id: UUID, seen: int, cash: int) -> dict[str, object]:
    tenders: tuple[Tender, ...] = (shop.tender(TenderKind.CASH, cash),)
    return shop.run(
        SettleOrder(order_id=order_id, seen=seen, choices=Choices(coupons=()), tenders=tenders)
    )


def test_an_order_is_parked_changed_and_paid(shop: ShopUnderTest) -> None:
    order_id, line_id = parked(shop)
    wang = shop.join("13800138000")
    shop.run(AddLines(order_id=order_id, seen=1, lines=(shop.line("egg_tart", quantity=2),)))
    shop.run(ChangeLine(order_id=order_id, seen=2, line_id=line_id, quantity=2, note="少冰"))
    shop.run(AttachMember(order_id=order_id, seen=3, member_id=wang))
    receipt = settle(shop, order_id, 4, 2_250 + 1_600)
    assert part(receipt, "order")["state"] == "paid"
    assert [line["quantity"] for line in rows(receipt, "lines")] == [2, 2]
    assert shop.balances(wang).points == 50 + 38


def test_a_void_line_is_not_paid_for(shop: ShopUnderTest) -> None:
    order_id, line_id = parked(shop)
    shop.run(AddLines(order_id=order_id, seen=1, lines=(shop.line("egg_tart"),)))
    shop.run(VoidLine(order_id=order_id, seen=2, line_id=line_id))
    receipt = settle(shop, order_id, 3, 800)
    assert [line["name_zh"] for line in rows(receipt, "lines")] == ["蛋挞"]


def test_an_open_order_keeps_its_price_and_what_sold_out_meanwhile(shop: ShopUnderTest) -> None:
    order_id, _ = parked(shop)

    def dearer_and_sold_out(tx: Write) -> None:
        tx.add(
            catalog.price_list,
            [
                {
                    "id": named("dearer"),
                    "name_zh": "新价",
                    "name_en": "New prices",
                    "level": "store",
                    "place_id": shop.store_id,
                    "effective_at": OPENING,
                    "ends_at": None,
                    "state": "active",
                }
            ],
        )
        price = {"price_list_id": named("dearer"), "variant_id": named("variant:lemon_tea")}
        tx.add(catalog.price, [{**price, "tier": "", "amount_minor": 1_900}])
        out = {"store_id": shop.store_id, "subject_id": named("product:lemon_tea")}
        tx.add(catalog.sold_out, [{**out, "since": OPENING, "until": None, "by": "test"}])
        raise_revision(tx, "catalog")

    shop.database.write(dearer_and_sold_out).result()
    with pytest.raises(Refusal, match="sold_out"):
        shop.run(shop.sale([shop.line("lemon_tea")], cash=1_900))
    assert part(settle(shop, order_id, 1, 1_500), "totals")["due_minor"] == 1_500


def test_two_tills_never_overwrite_each_other(shop: ShopUnderTest) -> None:
    order_id, line_id = parked(shop)
    shop.run(ChangeLine(order_id=order_id, seen=1, line_id=line_id, quantity=3, note=None))
    with pytest.raises(Refusal, match=r"order\.changed"):
        shop.run(ChangeLine(order_id=order_id, seen=1, line_id=line_id, quantity=2, note=None))
    with pytest.raises(Refusal, match=r"order\.changed"):
        settle(shop, order_id, 1, 1_500)


def test_a_paid_or_cancelled_order_is_never_changed(shop: ShopUnderTest) -> None:
    order_id, line_id = parked(shop)
    settle(shop, order_id, 1, 1_500)
    with pytest.raises(Refusal, match=r"order\.not_open"):
        shop.run(VoidLine(order_id=order_id, seen=2, line_id=line_id))
    order_id, _ = parked(shop)
    shop.run(CancelOrder(order_id=order_id, seen=1))
    with pytest.raises(Refusal, match=r"order\.not_open"):
        settle(shop, order_id, 2, 1_500)


def test_a_line_that_is_not_there_and_a_wild_quantity_are_refused(shop: ShopUnderTest) -> None:
    order_id, line_id = parked(shop)
    with pytest.raises(Refusal, match="line_unknown"):
        shop.run(VoidLine(order_id=order_id, seen=1, line_id=shop.new_id()))
    with pytest.raises(Refusal, match="quantity_out_of_range"):
        shop.run(ChangeLine(order_id=order_id, seen=1, line_id=line_id, quantity=-1, note=None))
    assert part(settle(shop, order_id, 1, 1_500), "totals")["due_minor"] == 1_500


def test_another_store_cannot_touch_the_order(shop: ShopUnderTest) -> None:
    from regulars.domain.stores.scope import Scope

    order_id, _ = parked(shop)
    stranger = replace(shop.actor, scope=Scope(frozenset({shop.other_store_id})))
    with pytest.raises(Refusal, match=r"scope\.outside"):
        shop.run(CancelOrder(order_id=order_id, seen=1), actor=stranger)
