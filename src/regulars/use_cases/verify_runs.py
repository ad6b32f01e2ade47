"""Runs what was asked of `verify`, one after the other, in a thread beside the tills.

It reads one snapshot, rests for a moment wherever the tills sell, and notes every second how far
it is. Any difference is an alarm: a fact, an audit row and a line in the log, beside the report.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Protocol
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.storage import audit, verify_runs
from regulars.storage.engine import Database, Lane, Write
from regulars.storage.facts import Fact, append
from regulars.storage.verify import Check, Progress, Report, verify
from regulars.storage.verify_runs import QUEUED, VerifyRunRow
from regulars.use_cases.chaining import Stragglers, append_fresh
from regulars.use_cases.verifying import INTERRUPTED, is_silent

NOTE_SECONDS = 1.0
REST_SECONDS = 0.02
# A question under way is not broken off in the database: beyond this the process ends without it.
CLOSING_SECONDS = 15.0
LISTED_MAX = 100
FAULT = "verify.fault"


class Log(Protocol):
    """Where the alarm is told."""

    def error(self, event: str, **values: object) -> object: ...


class _StoppedError(Exception):
    """The server closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """What an audit row needs to know."""

    now: Instant
    new_id: Callable[[], UUID]
    actor: Actor = SYSTEM


class VerifyRuns:
    """The proofs that one process runs."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], Instant],
        new_id: Callable[[], UUID],
        log: Log,
        note_seconds: float = NOTE_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._log = log
        self._note_seconds = note_seconds
        self._lock = Lock()
        self._closing = Event()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Run what waits, in a thread of its own."""
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = Thread(target=self._serve, name="verify", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Break off what runs: it is told as interrupted."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(CLOSING_SECONDS)

    def run_next(self) -> bool:
        """Run the one that has waited longest to its end; whether there was one."""
        row = self._database.write(self._claimed, lane=Lane.JOB).result()
        if row is None:
            return False
        self._run(row)
        return True

    def _serve(self) -> None:
        try:
            while not self._closing.is_set() and self.run_next():
                pass
        except Exception as error:  # the next look starts afresh
            self._log.error("verify_failed", error=type(error).__name__)
        with self._lock:
            self._thread = None

    def _claimed(self, tx: Write) -> VerifyRunRow | None:
        now = self._clock()
        waiting: VerifyRunRow | None = None
        for row in tx.all(verify_runs.UNFINISHED):
            if row.state == QUEUED:
                waiting = waiting or row
            elif is_silent(row, now):
                tx.run(verify_runs.FAIL, run_id=row.id, now=now, why=INTERRUPTED)
            else:
                return None
        if waiting is None:
            return None
        return waiting if tx.run(verify_runs.CLAIM, run_id=waiting.id, now=now) else None

    def _run(self, row: VerifyRunRow) -> None:
        began = monotonic()
        try:
            report = self._proved(row)
        except _StoppedError:
            self._fail(row, INTERRUPTED)
        except Refusal as refusal:
            self._fail(row, refusal.code)
        except Exception:
            self._fail(row, FAULT)
            raise
        else:
            self._finish(row, report, int((monotonic() - began) * 1_000))

    def _proved(self, row: VerifyRunRow) -> Report:
        # What the chain's own rounds have not reached yet is no fault of the books.
        stragglers = Stragglers()
        while stragglers.step(self._database, self._clock()):
            pass
        while append_fresh(self._database, self._clock()):
            pass
        watcher = _Watcher(self, row)
        with self._database.read() as read:
            return verify(read, watcher, now=self._clock())

    def note(self, row: VerifyRunRow, progress: Progress) -> None:
        """Say how far it is; where the tills fill the queue, the next note will do."""

        def advance(tx: Write) -> None:
            tx.run(
                verify_runs.ADVANCE,
                run_id=row.id,
                now=self._clock(),
                name=progress.name,
                so_far=int(progress.done),
                of_all=progress.total,
            )

        with suppress(Refusal):
            self._database.write(advance, lane=Lane.JOB).result()

    @property
    def sold(self) -> int:
        """How many transactions this server has committed."""
        return self._database.totals.commits

    @property
    def note_seconds(self) -> float:
        """How often it is said how far a run is."""
        return self._note_seconds

    def check_open(self) -> None:
        """Raises where the server closes."""
        if self._closing.is_set():
            raise _StoppedError

    def _finish(self, row: VerifyRunRow, report: Report, milliseconds: int) -> None:
        now = self._clock()

        def finish(tx: Write) -> None:
            finished = tx.run(
                verify_runs.FINISH,
                run_id=row.id,
                now=now,
                took=milliseconds,
                entry_count=report.entries,
                order_count=report.orders,
                difference_count=report.differences,
                number=report.head.number,
                hash=report.head.hash,
                found=told(report),
            )
            if finished and report.differences:
                self._alarm(tx, row, report, now)

        self._database.write(finish, lane=Lane.JOB).result()
        if report.differences:
            checks = [check.name for check in report.checks if check.differences]
            self._log.error("verify_differed", differences=report.differences, checks=checks)

    def _alarm(self, tx: Write, row: VerifyRunRow, report: Report, now: Instant) -> None:
        found = {
            "differences": report.differences,
            "checks": {one.name: len(one.differences) for one in report.checks if one.differences},
        }
        happened = Fact(kind="verify.differed", at=now, subject_id=row.id, body=found)
        append(tx, happened, id=self._new_id())
        occasion = _Occasion(now=now, new_id=self._new_id)
        audit.record(
            tx, occasion, action="verify.differed", subject=f"verify:{row.id}", after=found
        )

    def _fail(self, row: VerifyRunRow, why: str) -> None:
        now = self._clock()

        def fail(tx: Write) -> None:
            tx.run(verify_runs.FAIL, run_id=row.id, now=now, why=why)

        self._database.write(fail, lane=Lane.JOB).result()


class _Watcher:
    """Hears how far a proof is: notes it now and then, and rests where the tills sell."""

    def __init__(self, runs: VerifyRuns, row: VerifyRunRow) -> None:
        self._runs = runs
        self._row = row
        self._noted = float("-inf")
        self._sold = runs.sold

    def __call__(self, progress: Progress) -> None:
        runs = self._runs
        runs.check_open()
        if monotonic() - self._noted >= runs.note_seconds:
            runs.note(self._row, progress)
            self._noted, self._sold = monotonic(), runs.sold
        elif runs.sold != self._sold:
            sleep(REST_SECONDS)
            self._sold = runs.sold


def told(report: Report) -> dict[str, object]:
    """A report as it is kept: every check, and the first hundred differences of all."""
    room = LISTED_MAX
    checks: list[dict[str, object]] = []
    for check in report.checks:
        checks.append(_told(check, room))
        room = max(0, room - len(check.differences))
    return {"checks": checks}


def _told(check: Check, room: int) -> dict[str, object]:
    return {
        "name": check.name,
        "rows_checked": check.rows_checked,
        "more": check.more or len(check.differences) > room,
        "differences": [
            {**one._asdict(), "subject": None if one.subject is None else str(one.subject)}
            for one in check.differences[:room]
        ],
    }
