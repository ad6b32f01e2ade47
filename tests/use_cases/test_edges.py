"""Sales and refunds where a figure sits on an edge: rounding up, dearer toppings, moved ladders."""

from pathlib import Path

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices
from regulars.storage.columns import Whole
from regulars.storage.engine import Database, Write
from regulars.storage.shops import Shops, raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog, stores
from regulars.use_cases.open_orders import AttachMember, OpenOrder
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.settling import SettleOrder
from regulars.use_cases.terms import SetTerm
from tests.answers import part, rows
from tests.shops import OPENING, TIERS, ShopUnderTest, named, open_shop

CLOSE = Statement[object](
    update(stores.store).where(stores.store.c.id == named("store:S1")).values(state="closed")
)
PRICE_OF_PEARLS = Statement[object](
    update(catalog.modifier_option)
    .where(catalog.modifier_option.c.id == named("option:pearls"))
    .values(price_minor=bindparam("minor", type_=Whole()))
)
PRICE_OF_LEMON_TEA = Statement[object](
    update(catalog.price)
    .where(catalog.price.c.variant_id == named("variant:lemon_tea"))
    .values(amount_minor=bindparam("minor", type_=Whole()))
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def test_an_open_order_keeps_the_price_of_its_toppings_and_the_member_price(
    shop: ShopUnderTest,
) -> None:
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="counter",
        note=None,
    )
    tea = shop.line("milk_tea", pearls=2)
    shop.run(OpenOrder(head=head, lines=(tea,), member_id=None))
    shop.run(AttachMember(order_id=head.order_id, seen=1, member_id=wang))

    def dearer(tx: Write) -> None:
        tx.send(PRICE_OF_PEARLS, minor=500)
        raise_revision(tx, "catalog")

    shop.database.write(dearer).result()
    due = 2_200 - 110  # 16.00 for gold and two pearls at the 3.00 they cost then, 5 % off
    receipt = shop.run(
        SettleOrder(
            order_id=head.order_id,
            seen=2,
            choices=Choices(coupons=()),
            tenders=(shop.tender(TenderKind.CASH, due),),
        )
    )
    assert part(receipt, "totals")["due_minor"] == due
    options = rows(receipt, "lines")[0]["options"]
    assert isinstance(options, list)
    assert options[0]["price_minor"] == 300


def test_what_rounding_up_adds_earns_nothing(database: Database, tmp_path: Path) -> None:
    terms = {"rounding.step_minor": 1_000, "rounding.mode": "up"}
    shop = open_shop(database, tmp_path, terms=terms)
    wang = shop.join("13800138000")
    receipt = shop.run(shop.sale([shop.line("lemon_tea")], member=wang, cash=2_000))
    assert part(receipt, "totals")["rounding_minor"] == 500
    assert part(receipt, "member")["points_earned"] == 15


def test_a_refund_that_takes_no_growth_back_moves_no_tier(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("gift_box", quantity=2)], member=wang, cash=12_000))
    tart = shop.line("egg_tart")
    sale = shop.sale([tart], member=wang, choices=Choices(coupons=(shop.coupon(wang, "TEN"),)))
    shop.run(sale)
    higher = [TIERS[0], {**TIERS[1], "growth_from": 1_000}]
    shop.pass_time(minutes=1)
    shop.run(
        SetTerm(
            id=shop.new_id(),
            field="tiers.ladder",
            level=Level.ORGANISATION,
            place_id=None,
            value=higher,
            effective_at=None,
            locked=False,
            low=None,
            high=None,
            reason="涨了门槛",
        )
    )
    back = RefundOrder(
        id=shop.new_id(),
        order_id=sale.order_id,
        units=(UnitsBack(tart.id, 1),),
        reason="掉地上了",
    )
    shop.run(back)
    receipt = shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=760))
    assert part(part(receipt, "member"), "tier")["code"] == "gold"


def test_a_price_that_was_never_committed_is_never_asked_for(
    database: Database, shop: ShopUnderTest
) -> None:
    shops = Shops()

    def seen(tx: Write) -> int:
        found = shops.in_force(tx, shop.store_id, at=OPENING)
        return found.catalogue.line(shop.line("lemon_tea")).unit_list_minor

    def priced(tx: Write, minor: int) -> int:
        tx.send(PRICE_OF_LEMON_TEA, minor=minor)
        raise_revision(tx, "catalog")
        return seen(tx)

    def undone(tx: Write) -> None:
        assert priced(tx, 100) == 100
        raise InterruptedError

    with pytest.raises(InterruptedError):
        database.write(undone).result()
    assert database.write(lambda tx: priced(tx, 1_900)).result() == 1_900


def test_a_bill_of_nothing_is_settled_and_refunded(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    coupon = shop.coupon(wang, "TEN")
    tarts = shop.line("egg_tart")
    sale = shop.sale([tarts], member=wang, choices=Choices(coupons=(coupon,)))
    before = shop.balances(wang)
    shop.run(sale)
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="不要了"))
    assert shop.balances(wang) == before


def test_a_closed_store_takes_no_money_and_still_gives_it_back(shop: ShopUnderTest) -> None:
    wang = shop.join("13800138000")
    sold = shop.sale([shop.line("lemon_tea")], cash=1_500)
    shop.run(sold)

    def close(tx: Write) -> None:
        tx.send(CLOSE)
        raise_revision(tx, "stores")

    shop.database.write(close).result()
    with pytest.raises(Refusal, match=r"store\.closed"):
        shop.run(shop.sale([shop.line("lemon_tea")], cash=1_500))
    with pytest.raises(Refusal, match=r"store\.closed"):
        shop.top_up(wang, 10_000)
    back = RefundOrder(id=shop.new_id(), order_id=sold.order_id, units=None, reason="停业退款")
    assert part(shop.run(back), "order")["state"] == "refunded"
