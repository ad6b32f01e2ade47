"""What somebody forges among rewards is named: each kind of difference, planted once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.storage.engine import Database
from regulars.storage.verify.rewards import QUESTIONS
from regulars.use_cases.mall_ends import CancelMallOrder
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, FLASK, MUG
from tests.rewards import claim, draw, order, sign_in, started
from tests.shops import open_shop
from tests.storage.forger import Forger, forger

PLANTED = {
    "check_in_streak": "UPDATE check_in SET streak = 9",
    "draw_number": "UPDATE draw SET number = number + 10",
    "draw_counter": "UPDATE draw_counter SET last = last + 1",
    "draw_points": "UPDATE draw SET points = points - 1",
    "entry_without_draw": "DELETE FROM draw",
    "draw_stock": "UPDATE limit_use SET used = used - 1 WHERE scope = 'all:prize:flask'",
    "draw_without_seed": "DELETE FROM draw_seed",
    "draw_gift": "DELETE FROM gift WHERE occasion LIKE 'draw:%'",
    "task_gift": "DELETE FROM gift WHERE occasion LIKE 'task:%'",
    "gift_without_draw": "DELETE FROM draw",
    "gift_without_claim": "DELETE FROM task_claim",
    "mall_points": "UPDATE mall_order SET points = points + 1",
    "mall_points_back": "UPDATE mall_order SET state = 'waiting' WHERE state = 'cancelled'",
    "entry_without_mall_order": "DELETE FROM mall_order",
    "mall_stock": "UPDATE limit_use SET used = used + 1 WHERE scope = 'all:stock'",
}


@pytest.fixture
def hand(database_url: str, database: Database, tmp_path: Path) -> Iterator[Forger]:
    """Somebody past every rule, in a shop with a check-in, draws, and orders of the mall."""
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    signing_in = {"goal": {"kind": "check_ins", "count": 1}, "window": {"kind": "week"}}
    task = started(shop, ProgrammeKind.TASK, {**signing_in, "gift": {"points": 3}})
    sign_in(shop, started(shop, ProgrammeKind.CHECK_IN, CHECK_IN), wang)
    claim(shop, task, wang)
    only_flasks = {**DRAW, "price_points": 2, "prizes": [{**FLASK, "otherwise": "blank"}]}
    lucky = started(shop, ProgrammeKind.DRAW, {**only_flasks, "blank_weight": 0})
    for _ in range(2):
        draw(shop, lucky, wang)
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "points": 5, "per_member": None})
    first = UUID(str(order(shop, mug, wang)["id"]))
    order(shop, mug, wang)
    shop.run(CancelMallOrder(order_id=first, reason="点错了"))
    with forger(database_url) as found:
        yield found


def test_honest_rewards_have_no_difference(hand: Forger) -> None:
    with hand.planted("UPDATE check_in SET streak = 1") as read:
        checks = [question.asked(read) for question in QUESTIONS]
    assert [(check.rows_checked, check.differences) for check in checks] == [
        (1, ()),
        (2, ()),
        (2, ()),
        (1, ()),
    ]


@pytest.mark.parametrize("what", PLANTED)
def test_what_was_planted_is_named(hand: Forger, what: str) -> None:
    with hand.planted(PLANTED[what]) as read:
        found = {one.what for question in QUESTIONS for one in question.asked(read).differences}
    assert what in found
