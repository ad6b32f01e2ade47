"""What one assigned member left and was given, from the shop's own rows, on both engines."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.insights.outcome import Basis
from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Database
from regulars.storage.outcomes import OutcomeRow, Windows, outcomes
from regulars.storage.tables.members import consent
from regulars.use_cases.measured_outcomes import Reader
from regulars.use_cases.refunds import RefundOrder
from tests.measuring import (
    PROGRAMME,
    assigned,
    bought,
    costed,
    declared,
    halves,
    past_members,
    sent,
)
from tests.shops import ShopUnderTest, named, open_shop

WINDOW = timedelta(days=28)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms={"points.unit_cost": 50})


def rows(shop: ShopUnderTest, *, everything: bool = False) -> Mapping[UUID, OutcomeRow]:
    windows = Windows(programme_id=PROGRAMME, length=WINDOW, now=shop.now, everything=everything)
    with shop.database.read() as read:
        return {row.member_id: row for row in outcomes(read, windows)}


def test_a_member_is_measured_by_what_she_left_and_what_she_was_given(
    shop: ShopUnderTest,
) -> None:
    costed(shop, 700)
    declared(shop, halves())
    wang = shop.join("13800138000")
    tea = shop.line
    shop.run(shop.sale([tea("milk_tea")], member=wang, cash=1_800))
    shop.pass_time(days=5)
    assigned(shop, [wang])
    sent(shop, wang)
    shop.pass_time(hours=1)
    shop.top_up(wang, 10_000)
    shop.run(shop.sale([tea("milk_tea", quantity=2)], member=wang, cash=3_600))
    undone = shop.sale([tea("milk_tea")], member=wang, cash=1_800)
    shop.run(undone)
    shop.run(RefundOrder(id=shop.new_id(), order_id=undone.order_id, units=None, reason="做错了"))
    assert rows(shop) == {}
    shop.pass_time(days=28)
    shop.run(shop.sale([tea("gift_box")], member=wang, cash=6_000))
    (row,) = rows(shop).values()
    # 36.00 with 6 % tax inside is 33.96; the drink that came back had been made.
    assert (row.revenue_minor, row.goods_minor, row.refunded_minor) == (3_396, 2_100, 1_800)
    assert (row.visits, row.points, row.bonus_minor, row.cost_micro) == (1, 36, 1_000, 45_000)
    assert (row.revenue_before_minor, row.goods_before_minor, row.visits_before) == (1_698, 700, 1)
    assert (row.lines, row.uncosted, row.withdrawn) == (2, 0, 0)
    with shop.database.read() as read:
        outcome = Reader.of(read, now=shop.now).outcome(row)
    # 100 points cost 0.50, so 36 cost 0.18; bonus money is owed like money; one SMS rounds to 0.05.
    assert outcome.earned(Basis.PROFIT) == 3_396 - 2_100 - 18 - 1_000 - 5
    assert outcome.earned(Basis.REVENUE) == 3_396 - 18 - 1_000 - 5
    assert outcome.earned_before(Basis.PROFIT) == 1_698 - 700


def test_value_spent_is_no_cost_a_second_time(shop: ShopUnderTest) -> None:
    declared(shop, halves())
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.pass_time(hours=1)
    assigned(shop, [wang])
    shop.run(shop.sale([shop.line("milk_tea")], member=wang, stored=1_800))
    shop.pass_time(days=28)
    (row,) = rows(shop).values()
    # Of 18.00 from stored value 1.64 were bonus, given and counted before the programme began; they
    # fall at the same moment as the bill is counted whole.
    assert (row.revenue_minor, row.bonus_minor) == (1_698, -164)


def test_a_message_counts_for_its_own_programme_or_for_all_marketing(shop: ShopUnderTest) -> None:
    (wang,) = past_members(shop, 1)
    declared(shop, halves())
    assigned(shop, [wang])
    sent(shop, wang)
    sent(shop, wang, campaign_id=None, journey_id=PROGRAMME, cost_micro=None)
    sent(shop, wang, campaign_id=named("another"))
    sent(shop, wang, campaign_id=None, purpose="service")
    sent(shop, wang, state="suppressed", handed_at=None)
    shop.pass_time(days=28)
    assert rows(shop)[wang].cost_micro == 45_000 + 50_000
    assert rows(shop, everything=True)[wang].cost_micro == 45_000 + 50_000 + 45_000


def test_consent_that_was_withdrawn_is_seen(shop: ShopUnderTest) -> None:
    wang, li = past_members(shop, 2)
    declared(shop, halves())
    assigned(shop, [wang, li])
    choice = {
        "channel": "sms",
        "purpose": "marketing",
        "wording_version": "1",
        "language": "zh-CN",
        "source": "web",
        "at": shop.now,
        "by": "member",
    }
    said = [
        {"id": shop.new_id(), "member_id": one, "granted": granted, **choice}
        for one, granted in ((wang, False), (li, True))
    ]
    shop.database.write(lambda tx: tx.add(consent, said)).result()
    shop.pass_time(days=28)
    found = rows(shop)
    assert (found[wang].withdrawn, found[li].withdrawn) == (1, 0)


def test_what_is_given_back_after_the_window_is_taken_off_with_all_that_came_with_it(
    shop: ShopUnderTest,
) -> None:
    declared(shop, halves())
    wang = shop.join("13800138000")
    shop.pass_time(days=1)
    assigned(shop, [wang])
    shop.pass_time(days=27, hours=20)
    sale = shop.sale([shop.line("milk_tea")], member=wang, cash=1_800)
    shop.run(sale)
    shop.pass_time(hours=5)
    (before,) = rows(shop).values()
    assert (before.revenue_minor, before.points) == (1_698, 18)
    shop.run(RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason="洒了"))
    (after,) = rows(shop).values()
    assert (after.revenue_minor, after.visits, after.points) == (0, 0, 0)


def test_the_window_begins_with_the_draw_and_ends_before_its_last_instant(
    shop: ShopUnderTest,
) -> None:
    declared(shop, halves())
    wang, li, zhao = past_members(shop, 3)
    drawn_at = shop.now
    assigned(shop, [wang, li, zhao])
    ends = Instant(drawn_at + WINDOW)
    instant = timedelta(microseconds=1)
    bought(
        shop,
        [
            (wang, drawn_at, 100),
            (wang, Instant(ends - instant), 200),
            (li, ends, 400),
            (zhao, Instant(drawn_at - instant), 800),
            (zhao, Instant(drawn_at - WINDOW - instant), 1_600),
        ],
    )
    shop.now = Instant(ends - instant)
    assert rows(shop) == {}
    shop.now = ends
    found = rows(shop)
    assert [found[one].revenue_minor for one in (wang, li, zhao)] == [300, 0, 0]
    assert [found[one].revenue_before_minor for one in (wang, li, zhao)] == [0, 0, 800]
