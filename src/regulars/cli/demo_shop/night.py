"""What the shop of the demonstration does by itself once a business day is over.

At 04:05 groups whose time is over end, passes end, friends are followed to their reward, points whose
quarter is over expire, tiers are reviewed, birthdays bring their gift, and done tasks are paid. The
server's own jobs do the same; here each runs once a night, in batches of one size, so that the same
seed makes the same shop.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from regulars.cli.demo_shop.chain import PLACES
from regulars.cli.demo_shop.opening import day_start, end_of
from regulars.cli.demo_shop.programmes import TASK_DAYS
from regulars.cli.demo_shop.promises import BIRTHDAY_DAYS_BEFORE
from regulars.cli.demo_shop.pump import Pump
from regulars.cli.demo_shop.stage import Seen, Stage, sent
from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import SYSTEM
from regulars.storage import birthdays, ending, fact_cursors, groups, passes, referrals, tiers
from regulars.storage.engine import Database, Read
from regulars.storage.stores import STORES
from regulars.use_cases.birthday_gifts import (
    YEAR_APART,
    BirthdayDue,
    GiveBirthdayGifts,
    IndexBirthdays,
    days_kept,
    occasion_of,
)
from regulars.use_cases.expiring import ExpireLots
from regulars.use_cases.group_ends import EndGroup
from regulars.use_cases.pass_turns import EndPass, RemindOfPass, ThawPass
from regulars.use_cases.referral_rewards import FollowReferral
from regulars.use_cases.tasks import ClaimDoneTasks, MoveCursor, has_done_tasks
from regulars.use_cases.tier_reviews import BeginPeriods, ReviewTiers, periods_version

AFTER = timedelta(minutes=5)
BATCH = 100
LOTS = 1_000
TASKS = "tasks"


class Night:
    """The shop's own work between two days."""

    def __init__(self, stage: Stage, database: Database) -> None:
        self._stage = stage
        self._database = database
        self._dice = stage.chain.seed.dice("night")
        self._stores = [stage.chain.store_id(one.code) for one in PLACES]

    def first(self, pump: Pump) -> None:
        """What is begun once, before anybody joins: later nobody has to be looked for."""
        at = self._stage.chain.opened_at
        with self._database.read() as read:
            version = periods_version(read, read.all(STORES), at)
        begun: list[object] = [IndexBirthdays()]
        if version is not None:
            begun.append(BeginPeriods(version=version))
        self._send(pump, at, begun)

    def after(self, day: date, seen: list[Seen], pump: Pump) -> None:
        """Everything that is due when a day is over."""
        today = day + timedelta(days=1)
        at = Instant(day_start(today) + AFTER)
        if day >= self._stage.size.ahead(TASK_DAYS):
            # Before the day is over: a week ends with its Sunday.
            late = Instant(day_start(today) - AFTER)
            self._each(pump, late, lambda read: self._done_tasks(read, seen, late))
        self._each(pump, at, lambda read: self._turns(read, at, today))
        self._until_done(pump, at, lambda read: self._expired(read, today))
        self._until_done(pump, at, lambda read: self._reviews(read, today))
        self._each(pump, at, lambda read: self._birthdays(read, today, at))

    def last(self, pump: Pump) -> None:
        """What has happened so far is known to whoever reads along."""
        at = end_of(self._stage.size)
        self._each(
            pump,
            at,
            lambda read: [MoveCursor(name=TASKS, cursor=fact_cursors.at_the_end(read, TASKS))],
        )

    def _each(self, pump: Pump, at: Instant, due: Callable[[Read], Iterable[object]]) -> int:
        with self._database.read() as read:
            commands = list(due(read))
        self._send(pump, at, commands)
        return len(commands)

    def _until_done(self, pump: Pump, at: Instant, due: Callable[[Read], Iterable[object]]) -> None:
        while self._each(pump, at, due):
            pass

    def _send(self, pump: Pump, at: Instant, commands: Iterable[object]) -> None:
        pump.send(sent(self._dice, at, SYSTEM, one) for one in commands)

    def _turns(self, read: Read, at: Instant, today: date) -> Iterator[object]:
        for group_id in read.all(groups.OVER, at=at, batch=BATCH):
            yield EndGroup(group_id=group_id)
        for due in read.all(passes.THAWING, day=today, batch=BATCH):
            yield ThawPass(pass_id=due.id)
        for due in read.all(passes.ENDING, day=today, batch=BATCH):
            yield EndPass(pass_id=due.id)
        for due in read.all(passes.TO_REMIND, day=today, batch=BATCH):
            yield RemindOfPass(pass_id=due.id)
        waiting = [
            *read.all(referrals.WITH_ORDER, batch=BATCH),
            *read.all(referrals.DUE, at=at, batch=BATCH),
        ]
        for referral_id in dict.fromkeys(waiting):
            yield FollowReferral(referral_id=referral_id)

    def _expired(self, read: Read, today: date) -> Iterator[object]:
        store_id = read.one(ending.STORE_OF_DUE_LOT, day=today, stores=self._stores)
        if store_id is not None:
            yield ExpireLots(store_id=store_id, lots_max=LOTS)

    def _reviews(self, read: Read, today: date) -> Iterator[object]:
        for store_id in self._stores:
            due = read.all(tiers.DUE, store_id=store_id, day=today)
            if due:
                yield ReviewTiers(store_id=store_id, member_ids=tuple(due))

    def _birthdays(self, read: Read, today: date, at: Instant) -> Iterator[object]:
        days: dict[int, list[bytes]] = {}
        for birthday, year in days_kept(today, BIRTHDAY_DAYS_BEFORE):
            index = birthdays.blind_index(self._stage.vault, birthday)
            days.setdefault(year, []).append(index)
        for year, kept in days.items():
            rows = read.all(
                birthdays.DUE,
                days=kept,
                stores=self._stores,
                occasion=occasion_of(year),
                since=Instant(at - YEAR_APART),
                now=at,
            )
            if rows:
                found = tuple(BirthdayDue(member_id=row.member_id, year=year) for row in rows)
                yield GiveBirthdayGifts(due=found)

    def _done_tasks(self, read: Read, seen: list[Seen], at: Instant) -> Iterator[object]:
        for one in seen:
            shop = self._stage.shops.in_force(read, one.till.store_id, at=at)
            if has_done_tasks(read, one.patron.id, shop, at=at):
                yield ClaimDoneTasks(member_id=one.patron.id, store_id=one.till.store_id, at=at)
