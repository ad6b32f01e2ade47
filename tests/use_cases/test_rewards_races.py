"""Twenty at once want the last prize, the last mug, a second check-in, a second gift: none get it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.draw_rolls import audited
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.storage import draws
from regulars.storage.engine import Database, open_database
from regulars.use_cases.draws import seed_of
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, FLASK, MUG, TEN_POINTS, THREE_ORDERS
from tests.rewards import (
    claim,
    differences,
    draw,
    handed_out,
    order,
    sign_in,
    started,
    with_points,
)
from tests.shops import ShopUnderTest, open_shop

AT_ONCE = 20
DONE = "done"


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[ShopUnderTest]:
    """A shop with as many writers at once as a chain's server has."""
    database: Database = open_database(database_url, threads=16)
    yield open_shop(database, tmp_path)
    database.close()


def heard(acts: Sequence[Callable[[], object]]) -> dict[str, int]:
    """What so many hear who act at the same moment."""
    start = Barrier(len(acts))

    def act(one: Callable[[], object]) -> str:
        start.wait()
        try:
            one()
        except Refusal as refusal:
            return refusal.code
        return DONE

    with ThreadPoolExecutor(len(acts)) as tills:
        return Counter(tills.map(act, acts))


def members(shop: ShopUnderTest) -> list[UUID]:
    return [with_points(shop, f"138001380{number:02d}", 100) for number in range(AT_ONCE)]


def test_the_last_prize_is_won_once_and_numbers_have_no_gap(shop: ShopUnderTest) -> None:
    last = {**FLASK, "stock": 1, "weight": 9}
    programme = started(
        shop, ProgrammeKind.DRAW, {**DRAW, "prizes": [last, TEN_POINTS], "blank_weight": 0}
    )
    acts = [lambda one=one: draw(shop, programme, one) for one in members(shop)]
    assert heard(acts) == {DONE: AT_ONCE}
    assert handed_out(shop) == ["保温杯"]
    with shop.database.read() as read:
        rows = list(draws.all_drawn(read, programme))
        promised = draws.promised(read, programme)
    assert [row.number for row in rows] == list(range(1, AT_ONCE + 1))
    assert audited(seed_of(shop.vault, programme), programme, promised, rows).differences == 0
    assert differences(shop) == []


def test_one_member_draws_no_oftener_than_she_has_tickets(shop: ShopUnderTest) -> None:
    daily = {**DRAW, "price_points": 0, "tickets": {"kind": "daily", "free": 3}}
    programme = started(shop, ProgrammeKind.DRAW, daily)
    wang = shop.join("13800138000")
    acts = [lambda: draw(shop, programme, wang)] * AT_ONCE
    assert heard(acts) == {DONE: 3, "draw.no_ticket": AT_ONCE - 3}
    by_points = started(
        shop, ProgrammeKind.DRAW, {**DRAW, "prizes": [{**FLASK, "otherwise": "blank"}]}
    )
    li = shop.join("13800138001")
    acts = [lambda: draw(shop, by_points, li)] * AT_ONCE
    assert heard(acts) == {DONE: 2, "ledger.points_short": AT_ONCE - 2}
    assert differences(shop) == []


def test_the_last_mugs_go_to_as_many_as_there_are(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "stock": 3})
    acts = [lambda one=one: order(shop, mug, one) for one in members(shop)]
    assert heard(acts) == {DONE: 3, "mall.sold_out": AT_ONCE - 3}
    assert differences(shop) == []


def test_one_member_gets_one_mug_a_month(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "stock": None})
    wang = with_points(shop, "13800138000", 10_000)
    acts = [lambda: order(shop, mug, wang)] * AT_ONCE
    assert heard(acts) == {DONE: 1, "mall.limit_reached": AT_ONCE - 1}
    assert differences(shop) == []


def test_a_mug_is_either_handed_over_or_cancelled(shop: ShopUnderTest) -> None:
    mug = started(shop, ProgrammeKind.MALL_ITEM, MUG)
    wang = shop.join("13800138000")
    order_id = UUID(str(order(shop, mug, wang)["id"]))
    fetch, cancel = HandOver(order_id=order_id), CancelMallOrder(order_id=order_id, reason="退")
    acts = [lambda: shop.run(fetch), lambda: shop.run(cancel)] * (AT_ONCE // 2)
    told = heard(acts)
    assert told[DONE] == 1
    assert told["mall.not_waiting"] + told["mall.not_cancellable"] == AT_ONCE - 1
    assert shop.balances(wang).points == (10 if handed_out(shop) else 50)
    assert differences(shop) == []


def test_one_day_is_signed_in_for_once(shop: ShopUnderTest) -> None:
    programme = started(shop, ProgrammeKind.CHECK_IN, CHECK_IN)
    wang = shop.join("13800138000")
    acts = [lambda: sign_in(shop, programme, wang)] * AT_ONCE
    assert heard(acts) == {DONE: 1, "check_in.done_today": AT_ONCE - 1}
    assert shop.balances(wang).points == 52
    assert differences(shop) == []


def test_a_task_is_paid_once(shop: ShopUnderTest) -> None:
    task = started(
        shop,
        ProgrammeKind.TASK,
        {**THREE_ORDERS, "goal": {"kind": "top_up_minor", "amount_minor": 1}},
    )
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    acts = [lambda: claim(shop, task, wang)] * AT_ONCE
    assert heard(acts) == {DONE: 1, "task.claimed_already": AT_ONCE - 1}
    assert shop.balances(wang).points == 80
    assert differences(shop) == []
