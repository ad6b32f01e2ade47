"""The days of the chain, one after the other: guests do what the diary says, and the server's own loop,
its post and its questions to providers run as they do in a shop, by the run's clock.

The jobs are those of the product, led by its own loop. Between two looks of theirs a real shop has
an idle server; here the clock goes on to the next look at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush
from pathlib import Path
from time import sleep
from typing import NamedTuple

from sqlalchemy import func, select

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel
from regulars.integrations.till.sender import Till
from regulars.jobs.job import Workshop
from regulars.jobs.loop import Loop
from regulars.jobs.messages import Post
from regulars.jobs.plan import JOBS
from regulars.jobs.receipts import Asking
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_fire, journey_log
from regulars.storage.tables.messaging import message_event
from regulars.storage.tables.rewards_done import job_cursor
from regulars.storage.tables.system import fact
from tests.scenarios.long_run import campaign
from tests.scenarios.long_run.diary import Diary, on
from tests.scenarios.long_run.opened import BERLIN, LongShop, open_chain_for
from tests.scenarios.long_run.provider import SmsProvider
from tests.scenarios.long_run.stories import write_down
from tests.workshops import Lines

# When the jobs look each day, by the clock of Shanghai: for the night's work, at ten, after the time in
# which messages wait for their rivals, and when it is ten abroad.
LOOKS = ((4, 10, 0), (10, 0, 20), (10, 12, 0), (22, 15, 0))
# The server stands still after the look at 22:15 of one of these days, until the look of another.
STANDSTILLS = ((99, 102), (197, 199))
MOVES_ON = 230
BETWEEN = timedelta(seconds=6)
ROUNDS_MAX = 400
WAIT_SECONDS = 0.02
READERS = frozenset({"journeys", "segments", "insights"})

_FACTS: Statement[int] = Statement(select(func.max(fact.c.sequence)))
_STEPS: Statement[int] = Statement(select(func.max(journey_log.c.number)))
_EVENTS: Statement[int] = Statement(select(func.max(message_event.c.number)))
_OPEN_FIRES: Statement[int] = Statement(
    select(func.count()).where(journey_fire.c.finished_at.is_(None))
)


class Read(NamedTuple):
    """How far a reader of the facts has come."""

    name: str
    position: int


_READ = Statement(select(job_cursor.c.name, job_cursor.c.position), Read)


class Looked(NamedTuple):
    """One look of the jobs, from its first round to its last."""

    begun: Instant
    ended: Instant


class Still(NamedTuple):
    """What does not change any more once all is done that is due."""

    facts: int
    steps: int
    events: int
    positions: tuple[int, ...]
    open_fires: int

    @property
    def read_out(self) -> bool:
        """Whether everybody has read all facts."""
        return not self.open_fires and all(one >= self.facts for one in self.positions)


@dataclass(slots=True)
class Run:
    """One run, from the first morning to the last night."""

    shop: LongShop
    days: int
    diary: Diary
    providers: tuple[SmsProvider, ...]
    looked: list[Looked] = field(default_factory=list)
    log: Lines = field(default_factory=Lines)

    def through(self) -> None:
        """Let all days pass."""
        looks = list(_looks_of(self.days))
        heapify(looks)
        end = on(self.days, 3, 0)
        with self._working() as look:
            look()
            while True:
                following = heappop(looks) if looks else end
                while (sooner := self.diary.look_before(following)) is not None:
                    heappush(looks, following)
                    following = sooner
                if following >= end:
                    self._happens(end)
                    return
                self._happens(following)
                self._until(following)
                if not _stands_still(following):
                    look()

    def _happens(self, before: Instant) -> None:
        while (entry := self.diary.next_before(before)) is not None:
            self._until(entry.at)
            entry.does()

    def _until(self, at: Instant) -> None:
        self.shop.clock.now = max(self.shop.clock.now, at)

    @contextmanager
    def _working(self) -> Iterator["_Look"]:
        workshop = self.workshop()
        look = _Look(self, workshop, Loop(workshop, JOBS, "long run"), Post(workshop), Asking())
        try:
            yield look
        finally:
            look.post.close()
            look.asking.close()

    def workshop(self) -> Workshop:
        """What the jobs work with."""
        shop = self.shop
        return Workshop(
            database=shop.database,
            shops=shop.shops,
            runner=shop.runner,
            clock=shop.clock,
            entropy=shop.chain.seed.dice("jobs").randbytes,
            log=self.log,
            senders={Channel.SMS: self.providers, Channel.TILL: (Till(),)},
            public_url="https://shop.example",
        )


@dataclass(slots=True)
class _Look:
    """The server works until nothing is due."""

    run: Run
    workshop: Workshop
    loop: Loop
    post: Post
    asking: Asking

    def __call__(self) -> None:
        run = self.run
        begun = run.shop.now
        self.asking.round(self.workshop)
        before = None
        for _ in range(ROUNDS_MAX):
            self.loop.round()
            sent = self.post.round()
            still = self._still()
            if still == before and still.read_out and not sent:
                run.looked.append(Looked(begun, run.shop.now))
                return
            if still == before and not still.read_out:
                # On PostgreSQL a reader waits for whoever else writes just now.
                sleep(WAIT_SECONDS)
            before = still
            run.shop.clock.now = Instant(run.shop.now + BETWEEN)
        raise AssertionError("the server never comes to rest")

    def _still(self) -> Still:
        with self.workshop.database.read() as read:
            return Still(
                facts=read.one(_FACTS) or 0,
                steps=read.one(_STEPS) or 0,
                events=read.one(_EVENTS) or 0,
                positions=tuple(
                    one.position for one in sorted(read.all(_READ)) if one.name in READERS
                ),
                open_fires=read.one(_OPEN_FIRES) or 0,
            )


def _looks_of(days: int) -> Iterator[Instant]:
    for day in range(days):
        for hour, minute, second in LOOKS:
            yield Instant(on(day, hour, minute) + timedelta(seconds=second))


def _stands_still(at: Instant) -> bool:
    return any(on(first, 22, 30) <= at < on(until, 4, 0) for first, until in STANDSTILLS)


def run_through(database: Database, home: Path, *, days: int, members: int, orders: int) -> Run:
    """The chain, its crowd and its stories, run through so many days."""
    shop = open_chain_for(database, home, days=days)

    def waits(duration: timedelta) -> None:
        shop.clock.now = Instant(shop.clock.now + duration)

    providers = tuple(
        SmsProvider(name=name, clock=shop.clock, waits=waits) for name in ("alpha", "beta")
    )
    diary = Diary(shop=shop, days=days, hears=providers[0].hear)
    write_down(diary)
    diary.crowd(members=members, orders=orders)
    diary.put(on(MOVES_ON, 13, 0), lambda: shop.move_abroad(BERLIN))
    diary.put(on(campaign.ON_DAY, 9, 30), lambda: campaign.goes_out(shop))
    run = Run(shop=shop, days=days, diary=diary, providers=providers)
    run.through()
    return run
