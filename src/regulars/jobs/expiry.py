"""The end of points and bonus, in batches that no till waits for; and the warning ahead of it.

On 1 January a million lots of last year end. A batch takes as many as fit into some hundredths of
a second on this machine, by the fastest of the last batches: what a batch waited for the tills
does not count. Between two batches the tills go first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from time import monotonic
from typing import NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from regulars.domain.kernel.period import BusinessDay, Instant, business_day_of
from regulars.jobs.job import Job, Workshop
from regulars.jobs.pace import BATCH_SECONDS, Pace
from regulars.storage import ending, point_lots
from regulars.storage.ending import Damaged
from regulars.storage.engine import Database, Read
from regulars.storage.point_lots import EndingLot, Place
from regulars.use_cases.expiring import ExpireLots, TellDamage, WarnOfExpiry, untold

MEMBERS_AT_ONCE = 200
# More of them than anybody would look at one by one: `verify` counts them all.
DAMAGED_MAX = 1_000
NO_ID = UUID(int=0)


class ExpiringLots:
    """Batch after batch, until no store has anything due."""

    def __init__(self, pace: Pace, *, clock: Callable[[], float] = monotonic) -> None:
        self._pace = pace
        self._clock = clock

    def step(self, workshop: Workshop) -> bool:
        """End one batch of one store; true while more may be due."""
        now = workshop.clock()
        with workshop.database.read() as read:
            store_id = store_with_due_lots(read, now)
            # What is still due when nothing else is: it keeps nobody's lots from ending.
            damaged = () if store_id else untold(read, _damaged(read, now))
        if store_id is None:
            _tell(workshop, damaged)
            return False
        seconds = BATCH_SECONDS[workshop.database.engine]
        command = ExpireLots(store_id=store_id, lots_max=self._pace.units_in(seconds))
        begun = self._clock()
        ended: int = orjson.loads(workshop.run(command))["lots"]
        self._pace.took(ended, self._clock() - begun)
        return ended > 0


def store_with_due_lots(read: Read, now: Instant) -> UUID | None:
    """A store whose business day has come for some lot that it gave."""
    for day, stores in _stores_by_day(read, now).items():
        found = read.one(ending.STORE_OF_DUE_LOT, day=day, stores=stores)
        if found is not None:
            return found
    return None


def _damaged(read: Read, now: Instant) -> list[Damaged]:
    """Accounts whose lots are due and do not end, since they hold more than the balance."""
    found: dict[int, Damaged] = {}
    for day, stores in _stores_by_day(read, now).items():
        for one in read.all(ending.DAMAGED, day=day, stores=stores, most=DAMAGED_MAX):
            found[one.account_id] = one
    return list(found.values())


def _tell(workshop: Workshop, damaged: Sequence[Damaged]) -> None:
    if not damaged:
        return
    told: list[int] = orjson.loads(workshop.run(TellDamage(accounts=tuple(damaged))))["accounts"]
    for account in told:
        workshop.log.error("account_damaged", account=account)


def _stores_by_day(read: Read, now: Instant) -> dict[BusinessDay, list[UUID]]:
    by_day: dict[BusinessDay, list[UUID]] = {}
    for store in read.all(ending.STORES):
        by_day.setdefault(day_at(store, now), []).append(store.id)
    return by_day


def day_at(store: ending.StoreClock, now: Instant) -> BusinessDay:
    """The business day of a store."""
    return business_day_of(now, zone=store.zone, cut_off_minutes=store.cut_off_minutes)


@dataclass(slots=True)
class Pass:
    """One walk over the lots that end soon: how far each store looks, and where it stands."""

    windows: Mapping[UUID, "Window"]
    after: Place


class Warnings:
    """One pass after another over the lots of points that end soon."""

    def __init__(self) -> None:
        # One for each database: two shops in one process know nothing of each other.
        self._passes: WeakKeyDictionary[Database, Pass] = WeakKeyDictionary()

    def step(self, workshop: Workshop) -> bool:
        """Warn the members of one store and day; true while the pass goes on."""
        with workshop.database.read() as read:
            walk = self._passes.get(workshop.database) or _begun(read, workshop)
            if walk is None:
                return False
            last_day = max(window.last for window in walk.windows.values())
            found = point_lots.ending_after(
                read, walk.after, last_day=last_day, most=MEMBERS_AT_ONCE
            )
        if not found:
            self._passes.pop(workshop.database, None)
            return False
        group = _same_store_and_day(found)
        walk.after = group[-1].place
        self._passes[workshop.database] = walk
        window = walk.windows.get(group[0].store_id)
        if window is not None and window.today < group[0].expires_on <= window.last:
            workshop.run(_warning(group))
        return True


def _begun(read: Read, workshop: Workshop) -> Pass | None:
    windows = windows_of(read, workshop, now=workshop.clock())
    if not windows:
        return None
    first = min(window.today for window in windows.values())
    return Pass(windows, Place(first, NO_ID, NO_ID))


class Window(NamedTuple):
    """Today at a store, and the last day of which it warns today."""

    today: date
    last: date


def windows_of(read: Read, workshop: Workshop, *, now: Instant) -> dict[UUID, Window]:
    """How far each store looks ahead today; a store that never warns looks nowhere."""
    windows: dict[UUID, Window] = {}
    for store in read.all(ending.STORES):
        expiry = workshop.shops.in_force(read, store.id, at=now).terms.earning.expiry
        today = day_at(store, now)
        windows[store.id] = Window(today, today + timedelta(days=expiry.warn_days))
    return windows


def _same_store_and_day(found: Sequence[EndingLot]) -> list[EndingLot]:
    first = found[0]
    wanted = (first.store_id, first.expires_on)
    return list(takewhile(lambda lot: (lot.store_id, lot.expires_on) == wanted, found))


def _warning(group: Sequence[EndingLot]) -> WarnOfExpiry:
    return WarnOfExpiry(
        store_id=group[0].store_id,
        expires_on=group[0].expires_on,
        member_ids=tuple(dict.fromkeys(lot.member_id for lot in group)),
    )


EXPIRY = Job(name="expiry", every_seconds=300.0, step=ExpiringLots(Pace()).step)
WARNINGS = Job(name="expiry_warnings", every_seconds=3_600.0, step=Warnings().step)
