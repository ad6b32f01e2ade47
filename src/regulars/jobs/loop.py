"""The loop: one thread in which some jobs take small turns while the tills go on.

Points end at midnight: the loop asks "is anything due?", ends five hundred lots, lets the chain
and the others have their turn, and comes back for the next five hundred. Of several servers one
works, by the lease of these jobs; when it dies, another takes over within half a minute. What each
can take a part of, members due in journeys, is done by all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.courtesy import Courtesy
from regulars.jobs.job import Job, Workshop
from regulars.storage.engine import Lane, Write
from regulars.storage.jobs import JOBS_LEASE, Term, renew_lease, take_lease

LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0
# So often somebody who does not hold the lease asks for it.
ASK_SECONDS = 10.0
# A step begins only while the lease has so much left: an ordinary step ends within it.
MARGIN_SECONDS = 5.0
BACKED_OFF_SECONDS_MAX = 600.0
DOUBLINGS_MAX = 10
NAP_SECONDS_MAX = 5.0


@dataclass(slots=True)
class Turn:
    """How one job is: when it ran, when it is next due, how often it failed since it last ran."""

    job: Job
    next_at: Instant
    last_at: Instant | None = None
    steps: int = 0
    failures: int = 0
    error: str | None = None

    @property
    def told(self) -> dict[str, object]:
        """What others may read of it."""
        return {
            "name": self.job.name,
            "last_at": self.last_at.isoformat() if self.last_at else None,
            "next_at": self.next_at.isoformat(),
            "steps": self.steps,
            "failures": self.failures,
            "error": self.error,
        }


@dataclass(slots=True)
class _Held:
    """The lease as this loop holds it."""

    token: int
    until_at: Instant
    renewed_at: Instant


@dataclass(slots=True)
class Loop:
    """Some jobs of one process. `holder` names it among all that could hold their lease."""

    workshop: Workshop
    jobs: Sequence[Job]
    holder: str
    lease: str = JOBS_LEASE
    _turns: list[Turn] = field(default_factory=list, init=False)
    _held: _Held | None = field(default=None, init=False)
    _stop: Event = field(default_factory=Event, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _courtesy: Courtesy = field(init=False)

    def __post_init__(self) -> None:
        self._courtesy = Courtesy(lambda: self.workshop.database.totals.tills)

    def start(self) -> None:
        """Begin to work, in a thread of its own."""
        self._thread = Thread(target=self.serve, name=self.lease, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: the step that runs is finished, no other is begun, and the lease is let go."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def serve(self) -> None:
        """Work until somebody closes the loop."""
        while not self._stop.is_set():
            self._stop.wait(self.round())
        self._let_go()

    def round(self) -> float:
        """Give each job that is due one step. Answers how long to sleep. Units: seconds."""
        now = self.workshop.clock()
        holds = self._holds(now)
        turns = [turn for turn in self._known(now) if holds or self._shares(turn)]
        for turn in turns:
            if self._stop.is_set():
                return 0.0
            now = self.workshop.clock()
            if _is_due(turn, now) and (self._shares(turn) or self._holds(now)):
                self._courtesy.begin()
                self._step(turn, now)
                self._stop.wait(self._courtesy.rest())
        now = self.workshop.clock()
        waits = [(turn.next_at - now).total_seconds() for turn in turns]
        longest = NAP_SECONDS_MAX if holds else ASK_SECONDS
        return min(max(0.0, min(waits, default=longest)), longest)

    def _shares(self, turn: Turn) -> bool:
        """Whether it is done without the lease as well: on SQLite there is one process anyway."""
        return turn.job.shared and self.workshop.database.engine == "postgresql"

    def _known(self, now: Instant) -> list[Turn]:
        if not self._turns:
            self._turns = [Turn(job, next_at=now) for job in self.jobs]
        return self._turns

    def _step(self, turn: Turn, now: Instant) -> None:
        try:
            more = turn.job.step(self.workshop)
        except Exception as error:  # one job that fails stops no other
            self._failed(turn, now, error)
            return
        turn.last_at, turn.steps = now, turn.steps + 1
        turn.failures, turn.error = 0, None
        wait = 0.0 if more else turn.job.every_seconds
        turn.next_at = Instant(self.workshop.clock() + timedelta(seconds=wait))

    def _failed(self, turn: Turn, now: Instant, error: Exception) -> None:
        turn.failures += 1
        turn.error = error.code if isinstance(error, Refusal) else type(error).__name__
        doubled = max(turn.job.every_seconds, 1.0) * 2 ** min(turn.failures, DOUBLINGS_MAX)
        # Between half of it and all of it, so that many who failed together come back apart.
        share = 0.5 + self.workshop.entropy(1)[0] / 512
        wait = min(doubled, BACKED_OFF_SECONDS_MAX) * share
        turn.next_at = Instant(now + timedelta(seconds=wait))
        self.workshop.log.error(
            "job_failed", job=turn.job.name, error=turn.error, failures=turn.failures
        )

    def _holds(self, now: Instant) -> bool:
        """Whether this process works now: takes the lease, or holds it longer, where it can."""
        held = self._held
        if held is not None:
            fresh = now < held.renewed_at + timedelta(seconds=RENEW_SECONDS)
            if fresh and now >= held.renewed_at:
                return True
        try:
            self._held = self._taken(now) if held is None else self._renewed(held, now)
        except Exception as error:  # the database is away: work goes on while the term lasts
            self.workshop.log.error("lease_failed", error=type(error).__name__)
            margin = timedelta(seconds=MARGIN_SECONDS)
            if held is not None and not held.renewed_at <= now < held.until_at - margin:
                self._held = None
        if (self._held is None) is not (held is None):
            self.workshop.log.info("lease", name=self.lease, held=self._held is not None)
        return self._held is not None

    def _term(self, now: Instant, seconds: float = LEASE_SECONDS) -> Term:
        until_at = Instant(now + timedelta(seconds=seconds))
        return Term(holder=self.holder, now=now, until_at=until_at)

    def _taken(self, now: Instant) -> _Held | None:
        term = self._term(now)

        def take(tx: Write) -> int | None:
            return take_lease(tx, term, name=self.lease)

        token = self.workshop.database.write(take, lane=Lane.JOB).result()
        return None if token is None else _Held(token, term.until_at, now)

    def _renewed(self, held: _Held, now: Instant) -> _Held | None:
        return self._kept(held, self._term(now), now)

    def _kept(self, held: _Held, term: Term, now: Instant) -> _Held | None:
        told = {"jobs": [turn.told for turn in self._turns], "at": now.isoformat()}

        def renew(tx: Write) -> bool:
            return renew_lease(tx, term, token=held.token, told=told, name=self.lease)

        kept = self.workshop.database.write(renew, lane=Lane.JOB).result()
        return _Held(held.token, term.until_at, now) if kept else None

    def _let_go(self) -> None:
        """End the term now, so that another need not wait for its end."""
        if self._held is None:
            return
        now = self.workshop.clock()
        try:
            self._kept(self._held, self._term(now, seconds=0.0), now)
        except Exception as error:  # it ends by itself
            self.workshop.log.error("lease_failed", error=type(error).__name__)
        self._held = None


def _is_due(turn: Turn, now: Instant) -> bool:
    if turn.next_at <= now:
        return True
    # Further away than it was ever put: the clock was set back.
    longest = max(turn.job.every_seconds, BACKED_OFF_SECONDS_MAX)
    return turn.next_at > now + timedelta(seconds=longest)
