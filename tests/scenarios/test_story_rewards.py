"""签到、任务、抽奖、积分商城 (V2, C4): a week of 王芳, from her first check-in to a mug in her hand."""

from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from regulars.domain.ledger.entries import EntryKind
from regulars.domain.loyalty.draw_rolls import audited, odds_of
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.storage import draws, ledger
from regulars.storage.engine import Database
from regulars.use_cases.draws import seed_of
from regulars.use_cases.mall_ends import CancelMallOrder, HandOver
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, MUG, THREE_ORDERS
from tests.rewards import (
    differences,
    draw,
    handed_out,
    order,
    pay_done_tasks,
    refused,
    sign_in,
    started,
    stopped,
)
from tests.shops import ShopUnderTest, open_shop

# Only what the story tells moves points: none for joining, none for the money that she spends.
TERMS = {
    "joining.points": 0,
    "joining.coupon_types": [],
    "earning.points_per_hundred_minor": 0,
}
DAYS, DRAWS = 6, 3


def movements(shop: ShopUnderTest, member: UUID) -> list[tuple[str, int, int]]:
    """What her statement says of her points, oldest first: why, how many, and what was then left."""
    with shop.database.read() as read:
        rows = read.all(ledger.ACCOUNTS_OF_MEMBER_SEEN, member=member)
        assert rows
        page = ledger.statement_of(read, member)
    told = [(row.kind, row.amount, row.after) for row in page.rows if row.account == "points"]
    return told[::-1]


def test_a_week_of_rewards_ends_in_a_statement_that_adds_up(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    check_in = started(shop, ProgrammeKind.CHECK_IN, CHECK_IN)
    started(shop, ProgrammeKind.TASK, THREE_ORDERS)
    lucky = started(shop, ProgrammeKind.DRAW, {**DRAW, "price_points": 4})
    mug = started(shop, ProgrammeKind.MALL_ITEM, {**MUG, "points": 35})
    wang = shop.join("13800138000")

    # Every day 2 points, 10 more on each third day in a row; a second time she is told so.
    for _ in range(DAYS):
        sign_in(shop, check_in, wang)
        assert refused(lambda: sign_in(shop, check_in, wang)) == "check_in.done_today"
        shop.pass_time(days=1)
    assert shop.balances(wang).points == DAYS * 2 + 2 * 10

    # Three orders within the week: nobody claims, so the shop pays by itself.
    for _ in range(3):
        shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    pay_done_tasks(shop)
    assert shop.balances(wang).points == 32 + 30

    # The odds were published before she draws; the last flask of two is worth what was said.
    with shop.database.read() as read:
        promised = draws.promised(read, lucky)
        commitment = draws.seed_known(read, lucky).commitment
    odds = {one.code: one.promised for one in odds_of(promised[1], frozenset())}
    assert odds == {"flask": Fraction(1, 4), "ten": Fraction(1, 4), "blank": Fraction(1, 2)}
    prizes = [draw(shop, lucky, wang)["prize"] for _ in range(DRAWS)]
    won = 10 * prizes.count("ten")
    flasks = prizes.count("flask")
    assert shop.balances(wang).points == 62 - DRAWS * 4 + won
    assert handed_out(shop) == ["保温杯"] * flasks

    # A mug is ordered by mistake, cancelled, ordered again and fetched.
    shop.pass_time(minutes=1)
    first = UUID(str(order(shop, mug, wang)["id"]))
    shop.pass_time(minutes=1)
    shop.run(CancelMallOrder(order_id=first, reason="点错了"))
    shop.pass_time(minutes=1)
    again = UUID(str(order(shop, mug, wang)["id"]))
    shop.run(HandOver(order_id=again))
    assert handed_out(shop).count("马克杯") == 1

    # The draw ends: its seed is shown, and anybody recomputes every roll.
    stopped(shop, lucky)
    seed = seed_of(shop.vault, lucky)
    assert sha256(seed).digest() == commitment
    with shop.database.read() as read:
        found = audited(seed, lucky, promised, draws.all_drawn(read, lucky))
    assert (found.draws, found.differences) == (DRAWS, 0)

    # What she reads: every point has a reason, and what is left follows from it.
    told = movements(shop, wang)
    assert [kind for kind, _, _ in told if kind == EntryKind.MALL_BACK] == ["mall_back"]
    assert [amount for kind, amount, _ in told if kind == EntryKind.DRAW] == [-4] * DRAWS
    assert [amount for kind, amount, _ in told if kind == EntryKind.MALL] == [-35, -35]
    left = shop.balances(wang).points
    assert sum(amount for _, amount, _ in told) == told[-1][2] == left
    assert left == 62 - DRAWS * 4 + won - 35
    assert differences(shop) == []
