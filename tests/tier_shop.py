"""A shop with three tiers, and what its tests ask of a member: a box of tea is 60 growth value.

shop = tea_shop(database, tmp_path, window="calendar_year")
buy(shop, wang, 2)
assert story(shop, wang) == [("gold", "up")]
"""

from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.period import BusinessDay, instant_from_iso
from regulars.storage import tiers
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores as store_tables
from regulars.storage.tables.tiers import tier_review
from regulars.storage.verify import verify
from regulars.storage.visits import TierPeriodRow
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.standing import row_of
from regulars.use_cases.tier_questions import TierOnDay, tier_on
from tests.shops import ShopUnderTest, open_shop

LEAF = {"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}
GOLD = {"code": "gold", "name_zh": "茶客", "name_en": "Gold", "growth_from": 100}
KING = {"code": "king", "name_zh": "茶王", "name_en": "King", "growth_from": 300, "keep_from": 200}
LADDER = [LEAF, GOLD, KING]
BOX_MINOR = 6_000
VERSIONS = count(2)
REVIEW_DAYS = Statement(select(tier_review.c.due_on), lambda day: day)


def tea_shop(database: Database, home: Path, **terms: object) -> ShopUnderTest:
    """The small shop with three tiers; a box of tea is 60 growth value."""
    named_terms = {f"tiers.{name}": value for name, value in terms.items()}
    settings: Mapping[str, object] = {
        "tiers.ladder": LADDER,
        "joining.points": 0,
        "joining.coupon_types": [],
        "earning.expiry_months": 0,
    }
    return open_shop(database, home, terms={**settings, **named_terms})


def buy(shop: ShopUnderTest, member: UUID, boxes: int, *, stored: int = 0) -> UUID:
    """So many boxes of tea."""
    cash = boxes * BOX_MINOR - stored
    lines = [shop.line("gift_box", quantity=boxes)]
    sale = shop.sale(lines, member=member, cash=cash, stored=stored)
    shop.run(sale)
    return sale.order_id


def refund(shop: ShopUnderTest, order_id: UUID) -> None:
    """The whole bill back."""
    shop.run(RefundOrder(id=shop.new_id(), order_id=order_id, units=None, reason="退货"))


def periods(shop: ShopUnderTest, member: UUID) -> list[TierPeriodRow]:
    """Every tier period of a member, oldest first."""
    with shop.database.read() as read:
        return read.all(tiers.PERIODS, member_id=member)


def story(shop: ShopUnderTest, member: UUID) -> list[tuple[str, str]]:
    """Her tiers and why, after the one she joined with."""
    return [(one.tier, one.cause) for one in periods(shop, member)[1:]]


def go_to(shop: ShopUnderTest, day: str) -> None:
    """Ten in the morning of a day."""
    shop.now = instant_from_iso(f"{day}T10:00:00+08:00")


def told_on(shop: ShopUnderTest, member: UUID, day: date) -> TierOnDay:
    """Which tier on that day, and why."""
    with shop.database.read() as read:
        there = shop.shops.in_force(read, shop.store_id, at=shop.now)
        return tier_on(read, row_of(read, member), there, BusinessDay(day), shop.now)


def differences(shop: ShopUnderTest) -> list[object]:
    """What the proof of the books finds."""
    with shop.database.read() as read:
        report = verify(read, lambda progress: None)
    return [one for check in report.checks for one in check.differences]


def set_term(shop: ShopUnderTest, field: str, value: object) -> None:
    """A setting of head office from now on."""
    version = next(VERSIONS)
    row = {"field": field, "value": value, "level": "organisation", "version": version}
    when = {"effective_at": shop.now, "recorded_at": shop.now, "recorded_by": "test"}

    def write(tx: Write) -> None:
        tx.add(store_tables.setting, [{"id": shop.new_id(), "locked": False, **row, **when}])
        raise_revision(tx, "terms")

    shop.database.write(write).result()
