"""Clocks jump, summers begin, years end: no gift twice, no expiry early or late, books that fit."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.loyalty.gift import Gift
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.plan import JOBS
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables.members import member
from regulars.storage.tables.orders import orders
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.stores import store
from regulars.storage.verify import verify
from regulars.use_cases.members import ChangeProfile
from tests.faults.evidence import note
from tests.faults.giving import give
from tests.shops import ShopUnderTest, open_shop
from tests.tier_shop import buy, refund
from tests.workshops import run_out

BIRTHDAY_POINTS = 88
# How a server's clock is moved, hour after hour. Units: hours.
JUMPS: Mapping[str, Sequence[float]] = {
    "back an hour": [1, 1, 1, -1],
    "a day back and forth": [5, 5, 24, -24, 5],
    "days at once": [1, 1, 80],
}
YEARS = {
    "new year": ("2026-12-28T10:00:00+08:00", "1990-01-01", 240),
    "29 February": ("2028-02-25T10:00:00+08:00", "1996-02-29", 200),
    "28 February of another year": ("2027-02-24T10:00:00+08:00", "1996-02-29", 200),
}
# The last hour of a business day, which ends at four in the morning.
LAST_HOUR = instant_from_iso("2028-01-31T03:59:00+08:00")
EARNED = 110
WITH_GIFT: Mapping[str, object] = {"birthday.gift": {"points": BIRTHDAY_POINTS}}
Work = Callable[[ShopUnderTest], None]
MEMBERS = Statement[UUID](select(member.c.id))
GIFTS = Statement[str](select(gift.c.occasion).order_by(gift.c.occasion))
DAYS: Statement[date] = Statement(select(orders.c.business_day).order_by(orders.c.id))
NUMBERS = Statement(
    select(orders.c.business_day, orders.c.terminal_id, orders.c.number),
    lambda day, terminal, number: (day, terminal, number),
)


def work(shop: ShopUnderTest) -> None:
    """Every job of the shop, until nothing is due."""
    for job in JOBS:
        run_out(job.step, shop)


def differences(shop: ShopUnderTest) -> int:
    """How many differences the books have."""
    with shop.database.read() as read:
        return verify(read, lambda _: None).differences


def born(shop: ShopUnderTest, member: UUID, day: str) -> None:
    """She told her birthday."""
    told = (ProfileText(field=ProfileField.BIRTHDAY, text=day),)
    shop.run(ChangeProfile(member_id=member, revision=1, told=told))


def birthday_gifts(
    shop: ShopUnderTest, year: str, jumps: str, *, at_work: Work = work
) -> Counter[str]:
    """What a member got for her birthday while the clock jumped around it."""
    begin, birthday, hours = YEARS[year]
    shop.now = instant_from_iso(begin)
    wang = shop.join("13800138000")
    born(shop, wang, birthday)
    end = Instant(shop.now)
    shop.pass_time(hours=hours)
    shop.now, end = end, shop.now
    steps = 0
    while shop.now < end:
        shop.pass_time(hours=JUMPS[jumps][steps % len(JUMPS[jumps])])
        steps += 1
        if steps % 5 == 0:
            at_work(shop)
    at_work(shop)
    with shop.database.read() as read:
        return Counter(one for one in read.all(GIFTS) if one.startswith("birthday"))


@pytest.mark.parametrize("jumps", JUMPS)
@pytest.mark.parametrize("year", YEARS)
def test_a_birthday_is_one_gift_however_the_clock_jumps(
    year: str, jumps: str, database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=WITH_GIFT)
    given = birthday_gifts(shop, year, jumps)
    assert list(given.values()) == [1], given
    assert differences(shop) == 0
    note("R11", engine=database.engine, case=f"birthday: {year}, {jumps}", twice=0)


def forgetful(shop: ShopUnderTest) -> None:
    """A job that remembers its gifts by the day on which it gave them."""
    today = f"birthday:{shop.now:%Y-%m-%d}"
    with shop.database.read() as read:
        (wang,), kept = read.all(MEMBERS), read.all(GIFTS)
    if today not in kept:
        give(shop, wang, Gift(points=BIRTHDAY_POINTS), today)


def test_a_gift_that_is_remembered_by_its_day_is_found_out(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=WITH_GIFT)
    given = birthday_gifts(shop, "new year", "a day back and forth", at_work=forgetful)
    assert given.total() > 1


def in_new_york(shop: ShopUnderTest) -> None:
    """The first store stands in New York, and its business day begins at four."""

    def move(tx: Write) -> None:
        tx.run(MOVE, expect=2)
        raise_revision(tx, "stores")

    shop.database.write(move).result()


MOVE = Statement(store.update().values(zone="America/New_York"))


@pytest.mark.parametrize("night", ["2027-03-13T20:00:00-05:00", "2026-10-31T20:00:00-04:00"])
def test_a_night_with_a_changed_clock_has_two_business_days_and_each_number_once(
    night: str, database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    in_new_york(shop)
    shop.now = instant_from_iso(night)
    for _ in range(26):
        shop.run(shop.sale([shop.line("egg_tart")], cash=800))
        shop.pass_time(minutes=30)
    with database.read() as read:
        days, numbers = read.all(DAYS), read.all(NUMBERS)
    assert days == sorted(days)
    assert len(set(days)) == 2
    assert len(set(numbers)) == len(numbers)
    assert differences(shop) == 0
    note("R11", engine=database.engine, case=f"DST: {night}", twice=0)


def with_points_of_new_years_eve(database: Database, tmp_path: Path) -> tuple[ShopUnderTest, UUID]:
    """A member whose points last a month."""
    terms = {"earning.expiry_months": 1, "joining.points": 0, "joining.coupon_types": []}
    shop = open_shop(database, tmp_path, terms=terms)
    shop.now = instant_from_iso("2027-12-31T23:30:00+08:00")  # in January it ends on the 31st
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("mango_ice", quantity=5)], member=wang, cash=11_000))
    assert shop.balances(wang).points == EARNED
    return shop, wang


def test_points_end_on_their_day_and_not_an_hour_before(database: Database, tmp_path: Path) -> None:
    shop, wang = with_points_of_new_years_eve(database, tmp_path)
    shop.now = LAST_HOUR
    work(shop)
    assert shop.balances(wang).points == EARNED
    shop.now = instant_from_iso("2028-01-31T04:00:00+08:00")
    work(shop)
    work(shop)
    assert shop.balances(wang).points == 0
    assert differences(shop) == 0
    note("R11", engine=database.engine, case="expiry at the year's end", early=0, late=0)


def test_a_server_ahead_of_its_stores_ends_points_early_and_is_found_out(
    database: Database, tmp_path: Path
) -> None:
    shop, wang = with_points_of_new_years_eve(database, tmp_path)
    # It ends them at midnight of its own calendar, whatever the store's cut-off.
    shop.now = Instant(LAST_HOUR + timedelta(hours=4))
    work(shop)
    shop.now = LAST_HOUR
    assert shop.balances(wang).points != EARNED


def test_sales_after_the_clock_was_set_back_fit_the_books(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    for hours in (2, -1, 3, -24, 0.01, 30):
        shop.top_up(wang, 10_000)
        shop.run(shop.sale([shop.line("gift_box", quantity=3)], member=wang, cash=18_000))
        shop.pass_time(hours=hours)
    work(shop)
    assert differences(shop) == 0
    note("R11", engine=database.engine, case="sales after a clock set back", differences=0)


def test_a_visit_taken_back_is_still_the_last_where_the_clock_was_set_back_since(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    wang = shop.join("13800138000")
    taken_back = buy(shop, wang, 1)
    refund(shop, taken_back)
    shop.pass_time(hours=-1)
    buy(shop, wang, 1)
    assert differences(shop) == 0
