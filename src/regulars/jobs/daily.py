"""What must happen once for each business day, also when the server stood still in between.

The server was off from Friday to Monday noon. What is due daily is done on Monday for Monday, and
for as many of the missed days as its kind allows: the books are proved once, not four times.
"""

from collections.abc import Callable
from datetime import date, timedelta

from regulars.domain.kernel.period import Instant, business_day_of, local
from regulars.jobs.job import Job, Workshop
from regulars.storage.engine import Lane, Read, Write
from regulars.storage.jobs import LAST_RUN, begin_run, finish_run
from regulars.storage.stores import STORES, StoreRow

LOOK_SECONDS = 60.0
TRIES_MAX = 3
# A run of which nothing was heard for so long has died with its server.
SILENT = timedelta(hours=1)

Step = Callable[[Workshop, date], str | None]


def daily(name: str, *, hour: int, catch_up_days: int, step: Step) -> Job:
    """A job that runs once for each business day of the first store, after an hour of its morning.

    `step` answers a note or None; `catch_up_days` is how many days it runs for after a standstill,
    today included. Units: the hour on the store's clock.
    """

    def look(workshop: Workshop) -> bool:
        return _look(workshop, name, hour=hour, catch_up_days=catch_up_days, step=step)

    return Job(name=name, every_seconds=LOOK_SECONDS, step=look)


def day_of(read: Read, now: Instant, *, hour: int) -> date | None:
    """The business day whose hour has come at the organisation's first store; None without one.

    Before the hour it is still the day before.
    """
    stores = read.all(STORES)
    if not stores:
        return None
    day = _business_day(stores[0], now)
    return day if _wall_hours(stores[0], now, day) >= hour else day - timedelta(days=1)


def _business_day(store: StoreRow, now: Instant) -> date:
    return business_day_of(now, zone=store.zone, cut_off_minutes=store.cut_off_minutes)


def _wall_hours(store: StoreRow, now: Instant, day: date) -> float:
    """Hours on the store's clock since the midnight at which its business day's date began."""
    wall = local(now, store.zone)
    return (wall.date() - day).days * 24 + wall.hour + wall.minute / 60


def _look(  # the parts of one kind of daily job
    workshop: Workshop, name: str, *, hour: int, catch_up_days: int, step: Step
) -> bool:
    now = workshop.clock()
    with workshop.database.read() as read:
        today = day_of(read, now, hour=hour)
        last = read.one(LAST_RUN, name=name)
    if today is None:
        return False
    first = today - timedelta(days=catch_up_days - 1)
    if last is None:
        first = today
    elif first < (done_on := date.fromisoformat(last.period)) <= today:
        # A later day than today was done before the clock was set back: it says nothing of today.
        first = done_on
    for days in range((today - first).days + 1):
        day = first + timedelta(days=days)
        if _begun(workshop, name, day, now):
            _do(workshop, name, day, step)
            return day < today
    return False


def _begun(workshop: Workshop, name: str, day: date, now: Instant) -> bool:
    def begin(tx: Write) -> bool:
        return begin_run(tx, name, day.isoformat(), now=now, tries_max=TRIES_MAX, silent=SILENT)

    return workshop.database.write(begin, lane=Lane.JOB).result()


def _do(workshop: Workshop, name: str, day: date, step: Step) -> None:
    try:
        note = step(workshop, day)
    except Exception as error:
        _finish(workshop, name, day, failed=type(error).__name__)
        raise
    _finish(workshop, name, day, note=note)


def _finish(
    workshop: Workshop, name: str, day: date, *, note: str | None = None, failed: str | None = None
) -> None:
    now = workshop.clock()

    def finish(tx: Write) -> None:
        finish_run(tx, name, day.isoformat(), now=now, note=note, failed=failed)

    workshop.database.write(finish, lane=Lane.JOB).result()
