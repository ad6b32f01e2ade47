"""等级 (V4): up on the bill, kept, in grace, saved, down one rung, up again, and every day explained."""

from datetime import date
from pathlib import Path
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, instant_from_iso
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.jobs.tiers import TIER_REVIEWS
from regulars.storage import ledger, tiers
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.standing import row_of
from regulars.use_cases.tier_questions import TierOnDay, tier_forecast, tier_on
from tests.answers import inside
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out

LADDER = [
    {"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0},
    {
        "code": "gold",
        "name_zh": "茶客",
        "name_en": "Gold",
        "growth_from": 100,
        "keep_from": 80,
        "multiplier_basis_points": 15_000,
    },
    {
        "code": "king",
        "name_zh": "茶王",
        "name_en": "King",
        "growth_from": 300,
        "multiplier_basis_points": 20_000,
        "queue_skip": True,
    },
]
TERMS = {
    "tiers.ladder": LADDER,
    "tiers.window": "calendar_year",
    "tiers.grace_days": 30,
    "tiers.gifts": [
        {"tier": "gold", "upgrade_gift": {"points": 20, "coupon_types": ["TEN"]}},
        {"tier": "king", "upgrade_gift": {"item_zh": "茶具", "item_en": "A tea set"}},
    ],
    "joining.points": 0,
    "joining.coupon_types": [],
    "earning.expiry_months": 0,
}
BOX_MINOR = 6_000


class Year:
    """王芳's years with the shop, told a day at a time."""

    def __init__(self, shop: ShopUnderTest) -> None:
        self.shop = shop
        self.wang = shop.join("13800138000")

    def on(self, day: str) -> None:
        """Another day; the shop's jobs have run."""
        self.shop.now = instant_from_iso(f"{day}T10:00:00+08:00")
        run_out(TIER_REVIEWS.step, self.shop)
        run_out(BIRTHDAYS.step, self.shop)

    def buys(self, boxes: int) -> dict[str, object]:
        """Boxes of tea at 60.00: her receipt."""
        lines = [self.shop.line("gift_box", quantity=boxes)]
        return self.shop.run(self.shop.sale(lines, member=self.wang, cash=boxes * BOX_MINOR))

    def tiers(self) -> list[tuple[str, str]]:
        """Her tiers, and why."""
        with self.shop.database.read() as read:
            rows = read.all(tiers.PERIODS, member_id=self.wang)
        return [(row.tier, row.cause) for row in rows]

    def asks(self, day: date) -> TierOnDay:
        """Which tier was it on that day, and why?"""
        with self.shop.database.read() as read:
            inside = self.shop.shops.in_force(read, self.shop.store_id, at=self.shop.now)
            row = row_of(read, self.wang)
            return tier_on(read, row, inside, BusinessDay(day), self.shop.now)


def test_the_years_of_a_regular(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    year = Year(shop)

    # May 2026: two boxes, and she is 茶客 on that very bill, with a coupon and 20 points.
    receipt = year.buys(2)
    assert inside(receipt, "member", "upgraded_to", "code") == "gold"
    assert shop.balances(year.wang).points == 120 + 20
    assert inside(receipt, "member", "points") == 140

    # The next visit earns one and a half times; six boxes in a year would make 茶王.
    year.on("2026-08-20")
    year.buys(1)
    assert shop.balances(year.wang).points == 140 + 90
    with database.read() as read:
        there = shop.shops.in_force(read, shop.store_id, at=shop.now)
        told = tier_forecast(read, row_of(read, year.wang), there, shop.now)
    assert told.up is not None
    assert told.stay is not None
    assert (told.up.tier.code, told.up.missing) == ("king", 120)
    assert (told.stay.needed, told.stay.missing, told.stay.by_on) == (80, 0, date(2027, 1, 1))

    # 2026 came to 180 of 80: kept. 2027 comes to 60: grace, and the 20 that lack are made up.
    year.on("2027-01-01")
    assert year.tiers()[-1] == ("gold", "kept")
    year.on("2027-06-01")
    year.buys(1)
    year.on("2028-01-01")
    assert year.tiers()[-1] == ("gold", "grace")
    year.on("2028-01-20")
    year.buys(1)
    year.on("2028-01-31")
    assert year.tiers()[-1] == ("gold", "kept")

    # 2028 comes to 60 as well; nobody comes in the grace, and the server stood still for days.
    year.on("2029-03-05")
    assert year.tiers()[-2:] == [("gold", "grace"), ("leaf", "down")]

    # "Which tier on 3 March, and why?" The answer is that of the day, whatever came to light later.
    shop.pass_time(days=2)
    on_3_march = year.asks(date(2029, 3, 3))
    assert on_3_march.period is not None
    assert on_3_march.tier is not None
    # On that day the review had not been made: she was 茶客 still, in what she could know.
    assert (on_3_march.tier.code, on_3_march.period.cause) == ("gold", "kept")
    late = on_3_march.changed_since.periods
    assert [(one.tier, one.cause, one.measured, one.needed) for one in late] == [
        ("gold", "grace", 60, 80),
        ("leaf", "down", 60, 80),
    ]
    on_6_march = year.asks(date(2029, 3, 6))
    assert on_6_march.tier is not None
    assert on_6_march.tier.code == "leaf"
    assert on_6_march.changed_since.periods == ()

    # She comes back: up again on the bill, without a second gift. One bill goes back, and so does it.
    points = shop.balances(year.wang).points
    year.on("2029-04-10")
    receipt = year.buys(2)
    assert inside(receipt, "member", "upgraded_to", "code") == "gold"
    assert shop.balances(year.wang).points == points + 120
    order_id = UUID(str(inside(receipt, "order", "id")))
    year.on("2029-04-12")
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="送错了"))
    assert year.tiers()[-2:] == [("gold", "up"), ("leaf", "refund")]
    on_11_april = year.asks(date(2029, 4, 11))
    assert on_11_april.tier is not None
    assert (on_11_april.tier.code, on_11_april.measured) == ("gold", 120)
    assert on_11_april.changed_since.measured == 0

    # Her statement ends with what she has, and the books are right.
    with database.read() as read:
        statement = ledger.statement_of(read, year.wang)
        newest = {row.account: row.after for row in reversed(statement.rows)}
        report = verify(read, lambda progress: None)
    balances = shop.balances(year.wang)
    assert newest == {"points": balances.points, "growth": balances.growth_value}
    assert balances.growth_value == 5 * 60
    assert report.differences == 0
