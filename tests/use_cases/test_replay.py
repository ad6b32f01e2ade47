"""Replays on both engines: what was sold is priced again to the cent, and drafts cost what they do."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from regulars.domain.catalog.lines import LineRequest
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import offer
from regulars.storage.tables.orders import orders
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.replay import OffersOf
from tests.answers import part
from tests.backtesting import TENTH, draft, off_each, plan_of, replayed, run_through
from tests.limited_offers import bought, limited
from tests.shops import ShopUnderTest, named, open_shop

FORGET: Statement[object] = Statement(update(orders).values(priced_with=None))
STOP_SECOND: Statement[object] = Statement(
    update(offer).where(offer.c.id == named("offer:second")).values(state="stopped")
)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def sold(
    shop: ShopUnderTest,
    lines: Sequence[LineRequest],
    *,
    member: UUID | None = None,
    choices: Choices | None = None,
) -> UUID:
    """A sale in cash at whatever it costs: far too much is given, and the change comes back."""
    shop.pass_time(minutes=1)
    asked = shop.sale(lines, member=member, cash=1, choices=choices)
    try:
        shop.run(asked)
    except Refusal as refusal:
        needed = refusal.parameters
        assert refusal.code in ("payment.sum_wrong", "payment.cash_short"), needed
    raise AssertionError("a cent was enough")


def trade(shop: ShopUnderTest, *, by_hand: bool = False) -> None:
    """Sales of many kinds: prices by tier, coupons, points, toppings, discounts by hand."""
    wang, liu = shop.join("13800138000"), shop.join("13900139000")
    shop.coupon(wang, "TEN")
    pay(shop, [shop.line("gift_box"), shop.line("lemon_tea", quantity=3)], 8_250 + 1_500)
    pay(shop, [shop.line("gift_box", quantity=2)], 12_000, member=wang)
    pay(shop, [shop.line("milk_tea", quantity=2, pearls=1)], 3_610, member=wang)
    pay(shop, [shop.line("lemon_tea", quantity=2)], 1_138, member=wang, choices=Choices())
    spend = Choices(coupons=(), points=100)
    pay(shop, [shop.line("mango_ice"), shop.line("egg_tart")], 2_750, member=wang, choices=spend)
    pay(shop, [shop.line("egg_tart", quantity=2)], 1_100, member=liu, choices=Choices())
    if by_hand:
        gift = ManualDiscount(id=shop.new_id(), reason="上菜慢", by="", amount_minor=300)
        pay(shop, [shop.line("mango_ice")], 1_900, choices=Choices(coupons=(), manual=(gift,)))
    pay(shop.at(named("store:S2"), "terminal:S2:A"), [shop.line("mango_ice")], 2_200)


def pay(
    shop: ShopUnderTest,
    lines: Sequence[LineRequest],
    due: int,
    *,
    member: UUID | None = None,
    choices: Choices | None = None,
) -> None:
    """A sale at exactly this price."""
    shop.pass_time(minutes=1)
    shop.run(shop.sale(lines, member=member, cash=due, choices=choices))
