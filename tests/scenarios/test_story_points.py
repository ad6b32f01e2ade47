"""积分 (V1): earned by spend, more for a dish and at a quiet hour, pending, warned of, ended once."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.expiry import DuePoints, PointsStanding, points_standing
from regulars.domain.pricing.basket import Choices
from regulars.jobs.expiry import ExpiringLots, Warnings
from regulars.jobs.pace import Pace
from regulars.storage import ledger, point_lots
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables.offers import offer
from regulars.storage.verify import verify
from regulars.use_cases.refunds import RefundOrder
from tests.answers import part, rows
from tests.shops import OPENING, ShopUnderTest, named, open_shop
from tests.workshops import run_out

TERMS = {
    "earning.pending_days": 7,
    "earning.expiry_months": 3,
    "earning.expiry_end": "month",
    "points.warn_days": 30,
    "refund.claw_back": "pending",
    "spending.step": 10,
    "joining.coupon_types": [],
    "tiers.ladder": [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}],
}
QUIET_HOURS = {
    "kind": "within",
    "field": "minute_of_day",
    "low": 14 * 60,
    "high": 17 * 60,
}


def more_points(shop: ShopUnderTest, name: tuple[str, str], definition: dict[str, object]) -> None:
    """An offer that multiplies points."""
    row = {"id": shop.new_id(), "version": 1, "name_zh": name[0], "name_en": name[1]}
    when = {"effective_at": OPENING, "recorded_at": OPENING, "recorded_by": "test"}
    what = {"level": "organisation", "definition": definition, "state": "active"}

    def save(tx: Write) -> None:
        tx.add(offer, [{**row, **what, **when}])
        raise_revision(tx, "offers")

    shop.database.write(save).result()


def points_of(shop: ShopUnderTest, member: UUID) -> PointsStanding:
    """What she reads on her card."""
    with shop.database.read() as read:
        inside = shop.shops.in_force(read, shop.store_id, at=shop.now)
        held = read.all(point_lots.HELD_POINTS, member=member)
    day = inside.store.business_day(shop.now)
    return points_standing(held, inside.terms.earning.expiry, on=day)


def test_points_from_the_first_cup_to_the_day_they_end(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    double = {"multiplier_basis_points": 20_000}
    tart = {"products": [str(named("product:egg_tart"))]}
    more_points(
        shop,
        ("蛋挞双倍积分", "Double points on tarts"),
        {"kind": "points_multiplier", "effect": double, "goods": tart},
    )
    more_points(
        shop,
        ("下午茶三倍积分", "Triple points in the afternoon"),
        {
            "kind": "points_multiplier",
            "effect": {"multiplier_basis_points": 30_000},
            "goods": {"products": [str(named("product:milk_tea"))]},
            "condition": QUIET_HOURS,
        },
    )
    wang = shop.join("13800138000")

    # 4 May, 10:01: mango ice 22.00 earns 22; a tart of 8.00 counts twice, 16.
    shop.pass_time(minutes=1)
    bill = shop.sale([shop.line("mango_ice"), shop.line("egg_tart")], member=wang, cash=3_000)
    told = part(shop.run(bill), "member")
    assert (told["points_earned"], told["points_pending"], told["points"]) == (38, 38, 50)
    shop.pass_time(minutes=1)
    # The till's answer was lost: the same command again books nothing twice.
    again, command_id = shop.sale([shop.line("mango_ice")], member=wang, cash=2_200), shop.new_id()
    assert shop.run(again, command_id=command_id) == shop.run(again, command_id=command_id)

    # 14:30: milk tea 18.00 counts three times.
    shop.pass_time(hours=4, minutes=30)
    afternoon = shop.sale([shop.line("milk_tea")], member=wang, cash=1_800)
    assert part(shop.run(afternoon), "member")["points_earned"] == 54
    assert points_of(shop, wang).pending == (DuePoints(38 + 22 + 54, date(2026, 5, 11)),)

    # The afternoon's tea was spilt: its points are still pending and go back.
    back = shop.run(
        RefundOrder(id=shop.new_id(), order_id=afternoon.order_id, units=None, reason="洒了")
    )
    assert rows(back, "refunds")[0]["points_taken_back"] == 54

    # Pending points pay nothing; a week later they do.
    spend = replace(
        shop.sale([shop.line("mango_ice")], member=wang, cash=2_100),
        choices=Choices(coupons=(), points=100),
    )
    with pytest.raises(Refusal) as refused:
        shop.run(spend)
    assert refused.value.code == "points.short"
    shop.pass_time(days=7)
    assert points_of(shop, wang).available == 110
    spent = part(shop.run(spend), "member")
    assert (spent["points"], spent["points_spent"], spent["points_pending"]) == (10, 100, 21)

    # August: three months are over, and the month runs to its end. She hears of it once.
    shop.pass_time(days=85)
    for _ in range(2):
        run_out(Warnings().step, shop)
    assert points_of(shop, wang).expiring == (DuePoints(31, date(2026, 9, 1)),)
    shop.pass_time(days=30)
    for _ in range(2):
        run_out(ExpiringLots(Pace()).step, shop)
    assert shop.balances(wang).points == 0

    with shop.database.read() as read:
        statement = ledger.statement_of(read, wang).rows
        assert verify(read, lambda progress: None).differences == 0
    movements = [(row.kind, row.amount, row.after) for row in statement if row.account == "points"]
    assert movements == [
        ("expire", -31, 0),
        ("earn", 21, 31),
        ("settle", -100, 10),
        ("refund", -54, 110),
        ("earn", 54, 164),
        ("earn", 22, 110),
        ("earn", 38, 88),
        ("gift", 50, 50),
    ]
