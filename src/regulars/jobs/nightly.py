"""Once a day: the chain's end is anchored, and the books are proved.

At four in the morning of the first store's clock the books of the whole organisation are proved on
a snapshot; at the first look of a business day the day before gets its anchor.
"""

from datetime import date, timedelta

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import SYSTEM
from regulars.jobs.daily import daily
from regulars.jobs.job import ENTROPY_BYTES, Job, Workshop
from regulars.storage.verify_runs import NEWEST, UNFINISHED, VerifyRunRow
from regulars.use_cases.chaining import anchor_day
from regulars.use_cases.verify_runs import VerifyRuns
from regulars.use_cases.verifying import INTERRUPTED, VERIFY_UNDER_WAY, StartVerify

LOOK_SECONDS = 2.0
TRIES_MAX = 3


def _anchor(workshop: Workshop, day: date) -> str | None:
    ended = BusinessDay(day - timedelta(days=1))
    kept = anchor_day(workshop.database, ended, workshop.clock())
    return f"anchor of {ended.isoformat()}" if kept else None


ANCHOR = daily("anchor", hour=0, catch_up_days=1, step=_anchor)


def _ask(workshop: Workshop) -> str:
    run_id = uuid7(workshop.clock(), workshop.entropy(ENTROPY_BYTES))
    try:
        workshop.run(StartVerify(id=run_id))
    except Refusal as refusal:
        if refusal.code != VERIFY_UNDER_WAY.code:
            raise
        return "somebody proves the books just now"
    return f"verify {run_id}"


def nightly(*, hour: int) -> Job:
    """The books are proved once for each business day. Units: the hour on the store's clock."""
    return daily(
        "verify_nightly",
        hour=hour,
        catch_up_days=1,
        step=lambda workshop, _: _ask(workshop),
    )


def _broken_off(run: VerifyRunRow) -> bool:
    """Whether a nightly proof ended with its server: the next one takes it up."""
    return run.error == INTERRUPTED and run.asked_by == SYSTEM.name


def proving(runs: VerifyRuns) -> Job:
    """Whoever asked for a proof is heard within seconds; it runs in a thread of its own."""

    def look(workshop: Workshop) -> bool:
        with workshop.database.read() as read:
            waits = bool(read.all(UNFINISHED))
            newest = read.all(NEWEST, most=TRIES_MAX)
        if waits:
            runs.wake()
        elif newest and _broken_off(newest[0]) and sum(map(_broken_off, newest)) < TRIES_MAX:
            _ask(workshop)
        return False

    return Job(name="verify", every_seconds=LOOK_SECONDS, step=look)


def runs_of(workshop: Workshop) -> VerifyRuns:
    """The proofs that a process with this workshop runs."""
    return VerifyRuns(
        workshop.database,
        clock=workshop.clock,
        new_id=lambda: uuid7(workshop.clock(), workshop.entropy(ENTROPY_BYTES)),
        log=workshop.log,
    )
