"""Nobody pays a price that she was not shown: a programme changed between screen and click."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.programme import Offered, ProgrammeKind
from regulars.storage.engine import Database
from regulars.use_cases.groups import JoinGroup, OpenGroup
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.passes import SellPass
from tests.domain.loyalty.definitions import MUG
from tests.inviting import TEN_CUPS, THREE_TOGETHER, start
from tests.rewards import saved, started, with_points
from tests.shops import ShopUnderTest, open_shop


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """The small tea shop."""
    return open_shop(database, tmp_path)


def told(shop: ShopUnderTest, command: object) -> tuple[str, dict[str, object]]:
    """Why a command is refused, and what it tells."""
    with pytest.raises(Refusal) as refusal:
        shop.run(command)
    return refusal.value.code, dict(refusal.value.parameters)


def changed(shop: ShopUnderTest, programme: UUID, kind: str, **definition: object) -> None:
    """The second version of a programme, in force at once."""
    shop.pass_time(minutes=1)
    saved(shop, programme, kind, definition, seen=1)


def test_a_pass_is_sold_at_the_price_that_was_shown(shop: ShopUnderTest) -> None:
    wang, programme = shop.join("13800138000"), start(shop, "pass", TEN_CUPS)
    sale = SellPass(
        id=shop.new_id(),
        member_id=wang,
        programme_id=programme,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
        offered=Offered(15_000, 1),
    )
    changed(shop, programme, "pass", **{**TEN_CUPS, "price_minor": 16_000})
    new_price = ("programme.price_changed", {"price_minor": 16_000, "version": 2})
    assert told(shop, sale) == new_price
    fewer = replace(sale, offered=Offered(16_000, 1))
    assert told(shop, fewer) == ("programme.promise_changed", {"version": 2})
    assert shop.run(replace(sale, offered=Offered(16_000, 2)))["deferred_minor"] == 16_000


def test_a_seat_is_paid_at_the_price_of_its_group(shop: ShopUnderTest) -> None:
    wang, li = shop.join("13800138000"), shop.join("13900139000")
    programme = start(shop, "group_buy", THREE_TOGETHER)
    group = OpenGroup(
        id=shop.new_id(),
        seat_id=shop.new_id(),
        programme_id=programme,
        member_id=wang,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
        offered=Offered(890),
    )
    old_price = ("programme.price_changed", {"price_minor": 990, "version": 1})
    assert told(shop, group) == old_price
    shop.run(replace(group, offered=Offered(990, 1)))
    changed(shop, programme, "group_buy", **{**THREE_TOGETHER, "price_minor": 1_090})
    seat = JoinGroup(
        seat_id=shop.new_id(),
        group_id=group.id,
        member_id=li,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
        offered=Offered(1_090, 2),
    )
    # The group keeps what was promised when it was opened.
    assert told(shop, seat) == old_price
    assert shop.run(replace(seat, offered=Offered(990, 1)))["seats_taken"] == 2


def test_a_thing_of_the_mall_costs_the_points_that_were_shown(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, MUG)
    wang = with_points(shop, "13800138000", 100)
    ordered = OrderFromMall(
        id=shop.new_id(),
        programme_id=mug,
        member_id=wang,
        store_id=shop.store_id,
        offered=Offered(40),
    )
    changed(shop, mug, "mall_item", **{**MUG, "points": 60})
    more = ("programme.points_changed", {"points": 60, "version": 2})
    assert told(shop, ordered) == more
    assert shop.balances(wang).points == 150
    assert shop.run(replace(ordered, offered=Offered(60)))["points"] == 60
