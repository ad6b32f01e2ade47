"""Runs back-tests one after the other, in a thread beside the tills.

Three marketers ask for one each: the first runs, two wait. It reads a page, prices a few hundred
orders, steps aside after each one, and every second it notes how far it is, which is also where it
learns that somebody stopped it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.pricing.backtest import Backtest
from regulars.domain.pricing.backtest_figures import figures_of
from regulars.storage import backtests
from regulars.storage.backtests import BacktestRow
from regulars.storage.engine import Database, Lane, Write
from regulars.storage.shops import Shops
from regulars.storage.stores import STORES, StoreRow
from regulars.use_cases.backtests import HEARD_AT, STALE, budget_of, is_silent, plan_from
from regulars.use_cases.replay import SELDOM_KNOWN, Plan, Replay

NOTE_SECONDS = 1.0
# After so many orders the tills are looked after: where they sell, it rests for a moment.
LOOK_ORDERS = 50
REST_SECONDS = 0.02
INTERRUPTED = "backtest.interrupted"
FAULT = "backtest.fault"


class _StoppedError(Exception):
    """Somebody stopped it, or its server closes."""


class BacktestRuns:
    """The back-tests of one server process.

    `failed` hears the name of a fault; `note_seconds` is how often progress is written.
    """

    def __init__(
        self,
        database: Database,
        shops: Shops,
        *,
        clock: Callable[[], Instant],
        failed: Callable[[str], object],
        note_seconds: float = NOTE_SECONDS,
    ) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock
        self._failed = failed
        self._note_seconds = note_seconds
        self._lock = Lock()
        self._closing = Event()
        self._thread: Thread | None = None
        self._asked = False

    def wake(self) -> None:
        """Run what waits, in a thread of its own."""
        with self._lock:
            self._asked = True
            if self._thread is None and not self._closing.is_set():
                self._thread = Thread(target=self._serve, name="backtest", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Break off what runs, and wait until it has ended."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def run_next(self) -> bool:
        """Run the one that has waited longest to its end; whether there was one."""
        row = self._database.write(self._claimed, lane=Lane.JOB).result()
        if row is None:
            return False
        self._run(row)
        return True

    def _serve(self) -> None:
        while True:
            try:
                while not self._closing.is_set() and self.run_next():
                    pass
            except Exception as error:  # the next one that is asked for gets a fresh start
                self._failed(type(error).__name__)
            with self._lock:
                if self._closing.is_set() or not self._asked:
                    self._thread = None
                    return
                self._asked = False

    def _claimed(self, tx: Write) -> BacktestRow | None:
        now = self._clock()
        waiting: BacktestRow | None = None
        for row in tx.all(backtests.UNFINISHED):
            if row.state == "queued":
                waiting = waiting or row
            elif is_silent(row, now):
                _finish(tx, row, ("failed", STALE), done=row.done, found=None, at=now)
            else:
                return None
        if waiting is None:
            return None
        claimed = tx.run(backtests.CLAIM, backtest_id=waiting.id, found=self._heard())
        return waiting if claimed else None

    def _run(self, row: BacktestRow) -> None:
        try:
            with self._database.read() as read:
                plan = plan_from(read, row.definition, self._clock())
                shops = read.all(STORES)
            replay = Replay(self._database, self._shops, plan)
            done = self._replayed(row, replay)
        except _StoppedError:
            self._end(row, "failed", row.done, None, INTERRUPTED)
        except Refusal as refusal:
            self._end(row, "failed", row.done, None, refusal.code)
        except Exception:
            self._end(row, "failed", row.done, None, FAULT)
            raise
        else:
            found = told(replay.found, plan, shops, budget_minor=budget_of(row.definition))
            self._end(row, "done", done, found, None)

    def _replayed(self, row: BacktestRow, replay: Replay) -> int:
        """Replay everything, kindly; how many orders there were."""
        total = replay.total()
        self._note(row, 0, total)
        noted, sold = monotonic(), self._database.totals.commits
        done = 0
        for done, _ in enumerate(replay.orders(), start=1):
            if self._closing.is_set():
                raise _StoppedError
            sleep(0)
            if done % LOOK_ORDERS == 0:
                commits = self._database.totals.commits
                if commits != sold:
                    sleep(REST_SECONDS)
                sold = commits
            if monotonic() - noted >= self._note_seconds:
                self._note(row, done, total)
                noted = monotonic()
        return done

    def _heard(self) -> dict[str, object]:
        return {HEARD_AT: self._clock().isoformat()}

    def _note(self, row: BacktestRow, done: int, total: int) -> None:
        """Say how far it is. Raises _StoppedError where somebody stopped it."""

        def note(tx: Write) -> int:
            return tx.run(
                backtests.ADVANCE,
                backtest_id=row.id,
                orders_done=done,
                orders_total=total,
                found=self._heard(),
            )

        # Where the tills fill the queue, the next note will do.
        with suppress(Refusal):
            if not self._database.write(note, lane=Lane.JOB).result():
                raise _StoppedError

    def _end(
        self,
        row: BacktestRow,
        state: str,
        done: int,
        found: dict[str, object] | None,
        error: str | None,
    ) -> None:
        def end(tx: Write) -> None:
            _finish(tx, row, (state, error), done=done, found=found, at=self._clock())

        self._database.write(end, lane=Lane.JOB).result()


def _finish(
    tx: Write,
    row: BacktestRow,
    state: tuple[str, str | None],
    *,
    done: int,
    found: dict[str, object] | None,
    at: Instant,
) -> None:
    tx.run(
        backtests.FINISH,
        backtest_id=row.id,
        to_state=state[0],
        why=state[1],
        orders_done=done,
        found=found,
        at=at,
    )


def told(
    found: Backtest, plan: Plan, shops: Sequence[StoreRow], *, budget_minor: int | None
) -> dict[str, object]:
    """The figures with what they are about: which days, stores and offers."""
    return {
        "since": plan.since.isoformat(),
        "until": plan.until.isoformat(),
        "offers_of": plan.offers.value,
        "stores": [
            {"id": str(row.id), "code": row.code, "name_zh": row.name_zh, "name_en": row.name_en}
            for row in shops
            if row.id in plan.store_ids
        ],
        "drafts": [
            {"id": str(one.offer.id), "name_zh": one.offer.name.zh, "name_en": one.offer.name.en}
            for one in plan.drafts
        ],
        "not_replayed": sorted(plan.asked & SELDOM_KNOWN),
        **figures_of(found, budget_minor=budget_minor),
    }
