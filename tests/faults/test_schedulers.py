"""Two schedulers, one of which dies, and three days in which none runs: each due thing once."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from regulars.domain.loyalty.gift import Gift
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.jobs.expiry import EXPIRY
from regulars.jobs.job import Job, Workshop
from regulars.jobs.loop import LEASE_SECONDS, Loop
from regulars.jobs.plan import JOBS
from regulars.storage.chain_walk import unchained
from regulars.storage.engine import Database, Statement, open_database
from regulars.storage.tables.ledger import lot_use
from regulars.storage.tables.proof import anchor
from regulars.storage.tables.rewards import gift
from regulars.storage.verify import verify
from tests.faults.evidence import note
from tests.faults.giving import give
from tests.faults.test_clock import born
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import workshop_of

DEATHS = 100 if os.environ.get("REGULARS_THOROUGH") == "1" else 12
STILL_DAYS = 3
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """What two schedulers left behind: whose birthday was kept how often, which lot ended how."""

    members: list[UUID]
    days: int
    deaths: int
    birthdays: Counter[UUID]
    expired: Mapping[UUID, int]
    anchors: int

    @property
    def twice(self) -> list[UUID]:
        """What was done more than once."""
        done = [*self.birthdays.items(), *self.expired.items()]
        return [what for what, times in done if times > 1]

    @property
    def missed(self) -> list[UUID]:
        """Whom nothing came."""
        return [member for member in self.members if not self.birthdays[member]]


def worked(shop: ShopUnderTest, planned: Sequence[Job], *, deaths: int) -> Months:
    """Weeks of work by two schedulers that die so often, with days in which none runs."""
    chance = random.Random(12)
    jobs = [dying(job, chance, percent=4) for job in planned]
    both = Schedulers(shop, lambda holder: Loop(workshop_of(shop), jobs, holder))
    members = [shop.join(str(13_000_000_000 + number)) for number in range(6)]
    for number, member in enumerate(members):
        born(shop, member, f"1990-06-{number + 5:02d}")  # they fall into the weeks to come
    days = 0
    while both.deaths < deaths or days < 45:
        _trade(shop, members, chance)
        for _ in range(6):
            both.turn()
            shop.pass_time(seconds=LEASE_SECONDS / 2)
        shop.pass_time(hours=24)
        days += 1
        if days == 33:
            shop.pass_time(days=STILL_DAYS)
    finish = Loop(workshop_of(shop), planned, "last")
    shop.pass_time(hours=2)
    for _ in range(60):
        finish.round()
        shop.pass_time(seconds=10)
    finish.close()
    with shop.database.read() as read:
        given = read.all(GIFTS)
        return Months(
            members=members,
            days=days,
            deaths=both.deaths,
            birthdays=Counter(whose for (what, whose) in given if what.startswith("birthday")),
            expired=dict(read.all(EXPIRED)),
            anchors=read.all(ANCHORS)[0],
        )


def _trade(shop: ShopUnderTest, members: list[UUID], chance: random.Random) -> None:
    member = chance.choice(members)
    shop.run(shop.sale([shop.line("gift_box")], member=member, cash=6_000))


def test_two_schedulers_that_die_and_a_standstill_do_each_thing_once(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path, terms=TERMS)
    months = worked(shop, JOBS, deaths=DEATHS)
    assert months.twice == []
    assert months.missed == []
    assert months.expired
    assert months.anchors <= months.days + 5
    with database.read() as read:
        assert list(unchained(read)) == []
        assert verify(read, lambda _: None).differences == 0
    note(
        "R12",
        engine=database.engine,
        deaths=months.deaths,
        days=months.days,
        birthdays=months.birthdays.total(),
        lots_ended=len(months.expired),
        twice=0,
        missed=0,
    )


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Database]:
    """A shop in a file: what is planted is planted in the jobs, whatever the engine."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def test_a_job_that_remembers_nothing_is_found_out(embedded: Database, tmp_path: Path) -> None:
    shop = open_shop(embedded, tmp_path, terms=TERMS)
    turns = iter(range(1_000_000))

    def step(workshop: Workshop) -> bool:
        with workshop.database.read() as read:
            kept = [whose for (what, whose) in read.all(GIFTS) if what.startswith("birthday")]
        if kept and next(turns) == 0:
            give(shop, kept[0], Gift(points=88), "birthday:once more")
        return BIRTHDAYS.step(workshop)

    forgetful = Job(name="birthdays", every_seconds=BIRTHDAYS.every_seconds, step=step)
    months = worked(shop, [forgetful], deaths=0)
    assert len(months.twice) == 1


def test_a_scheduler_that_leaves_a_job_out_is_found_out(embedded: Database, tmp_path: Path) -> None:
    shop = open_shop(embedded, tmp_path, terms=TERMS)
    months = worked(shop, [job for job in JOBS if job is EXPIRY], deaths=0)
    assert months.missed == months.members
