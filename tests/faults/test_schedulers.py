"""Two schedulers, one of which dies, and three days in which none runs: each due thing once."""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from regulars.jobs.job import Job, Workshop
from regulars.jobs.loop import LEASE_SECONDS, Loop
from regulars.jobs.plan import JOBS
from regulars.storage.chain_walk import unchained
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.ledger import lot_use
from regulars.storage.tables.proof import anchor
from regulars.storage.tables.rewards import gift
from regulars.storage.verify import verify
from tests.faults.evidence import note
from tests.faults.test_clock import born
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import workshop_of

DEATHS = 100 if os.environ.get("REGULARS_THOROUGH") == "1" else 12
TERMS = {
    "earning.expiry_months": 1,
    "joining.coupon_types": [],
    "birthday.gift": {"points": 88},
    "points.warn_days": 3,
}
GIFTS = Statement(select(gift.c.occasion, gift.c.member_id), lambda what, whose: (what, whose))
ANCHORS: Statement[int] = Statement(select(func.count()).select_from(anchor))
EXPIRED = Statement(
    select(lot_use.c.lot_id, func.count())
    .where(lot_use.c.kind == "expire")
    .group_by(lot_use.c.lot_id),
    lambda lot, times: (lot, times),
)


class DyingError(BaseException):
    """SIGKILL: no handler runs, nothing is let go."""


def dying(job: Job, chance: random.Random, percent: int) -> Job:
    """The same job, whose process sometimes dies: before its step, or right after it."""

    def step(workshop: Workshop) -> bool:
        dies = chance.randrange(100) < percent
        if dies and chance.random() < 0.5:
            raise DyingError
        more = job.step(workshop)
        if dies:
            raise DyingError
        return more

    return Job(name=job.name, every_seconds=job.every_seconds, step=step)


class Schedulers:
    """Two processes that would both work, and each dead one's successor."""

    def __init__(self, shop: ShopUnderTest, make: Callable[[str], Loop]) -> None:
        self.shop = shop
        self.make = make
        self.deaths = 0
        self.loops = [make("one"), make("two")]

    def turn(self) -> None:
        """Both look what is due; whoever dies is followed by a new process."""
        for place, loop in enumerate(self.loops):
            try:
                loop.round()
            except DyingError:
                self.deaths += 1
                self.loops[place] = self.make(f"successor {self.deaths}")


@pytest.mark.parametrize("still_days", [3])
def test_two_schedulers_that_die_and_a_standstill_do_each_thing_once(
    still_days: int, database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    chance = random.Random(12)
    jobs = [dying(job, chance, percent=4) for job in JOBS]
    both = Schedulers(shop, lambda holder: Loop(workshop_of(shop), jobs, holder))
    members = [shop.join(str(13_000_000_000 + number)) for number in range(6)]
    for number, member in enumerate(members):
        born(shop, member, f"1990-06-{number + 5:02d}")  # they fall into the weeks to come
    days = 0
    while both.deaths < DEATHS or days < 50:
        _trade(shop, members, chance)
        for _ in range(6):
            both.turn()
            shop.pass_time(seconds=LEASE_SECONDS / 2)
        shop.pass_time(hours=24)
        days += 1
        if days == 33:
            shop.pass_time(days=still_days)
    finish = Loop(workshop_of(shop), JOBS, "last")
    shop.pass_time(hours=2)
    for _ in range(60):
        finish.round()
        shop.pass_time(seconds=10)
    finish.close()
    _each_once(database, members, both.deaths, days)


def _trade(shop: ShopUnderTest, members: list[UUID], chance: random.Random) -> None:
    member = chance.choice(members)
    shop.run(shop.sale([shop.line("gift_box")], member=member, cash=6_000))


def _each_once(database: Database, members: list[UUID], deaths: int, days: int) -> None:
    with database.read() as read:
        given = Counter(read.all(GIFTS))
        birthdays = [whose for (what, whose) in given if what.startswith("birthday")]
        expired = dict(read.all(EXPIRED))
        assert list(unchained(read)) == []
        report = verify(read, lambda _: None)
        anchors = read.all(ANCHORS)[0]
    assert report.differences == 0
    assert max(given.values()) == 1
    assert sorted(birthdays) == sorted(members)
    assert expired
    assert set(expired.values()) == {1}
    assert anchors <= days + 5
    note(
        "R12",
        engine=database.engine,
        deaths=deaths,
        days=days,
        birthdays=len(birthdays),
        lots_ended=len(expired),
        twice=0,
        missed=0,
    )
