"""Who waits for the writer: guests at a till first, and the shop's own jobs never for ever.

At 11:30 a birthday campaign writes coupons while the queue stands at two tills. A sale passes
the campaign's chunks, yet every 50 ms one chunk gets its turn, so the campaign ends too. A chunk that
lasted 40 ms is followed by 40 ms for the tills: half of the writer's time is theirs whatever a chunk
takes on this machine at this hour.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from threading import Condition
from time import monotonic
from typing import Generic, TypeVar

from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.transaction import Write

OVERLOADED = refusal_code("server.overloaded", "retry_after_seconds")
DATABASE_UNSAFE = refusal_code("database.unsafe", "reasons")
DATABASE_READ_ONLY = refusal_code("database.read_only")

WAITING_MAX = 256
JOB_EVERY_SECONDS = 0.050
# A job joins a group only while the group is this young, and no till waits.
JOB_JOINS_SECONDS = 0.002

R = TypeVar("R")


class Lane(StrEnum):
    """Who is waiting for the answer."""

    TILL = "till"
    JOB = "job"


class ClosedError(Exception):
    """The database was closed: it takes no more commands."""


class Ticket(Generic[R]):
    """One command that waits for its turn, and then its answer."""

    __slots__ = ("_answer", "_error", "future", "lane", "seconds", "work")

    def __init__(self, work: Callable[[Write], R], lane: Lane) -> None:
        self.work = work
        self.lane = lane
        self.future: Future[R] = Future()
        self.seconds = 0.0
        self._answer: list[R] = []
        self._error: BaseException | None = None

    def run(self, tx: Write) -> None:
        """Do the work and keep its answer until the commit, and how long it took."""
        begun = monotonic()
        try:
            self._answer = [self.work(tx)]
        finally:
            self.seconds = monotonic() - begun
        self._error = None

    def fail(self, error: BaseException) -> None:
        """Keep why there is no answer."""
        self._answer = []
        self._error = error

    def deliver(self) -> None:
        """Give the answer to whoever waits, after the commit."""
        if self.future.done():
            return
        if self._error is None and self._answer:
            self.future.set_result(self._answer[0])
        else:
            self.future.set_exception(self._error or ClosedError())


class Lanes:
    """The tickets that wait, and whose turn it is. `tills`: how many came from there so far.

    `lengths`: from the begin of a job to that of the next so many times as long as it lasted, while a
    till waits: 2 where there is one writer, so that half of its time is the tills'.
    """

    def __init__(
        self,
        *,
        jobs_at_once: int = 1,
        lengths: int = 0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._tills: deque[Ticket[object]] = deque()
        self._jobs: deque[Ticket[object]] = deque()
        self._changed = Condition()
        self._clock = clock
        self._job_began = clock()
        self._job_lasted = 0.0
        self._jobs_running = 0
        self._jobs_at_once = jobs_at_once
        self._lengths = lengths
        self._closed = False
        self.tills = 0

    def put(self, ticket: Ticket[R]) -> None:
        """Accept a command, or refuse it before it has begun. Refuses: server.overloaded."""
        queue = self._jobs if ticket.lane is Lane.JOB else self._tills
        with self._changed:
            if self._closed:
                raise ClosedError
            if len(queue) >= WAITING_MAX:
                raise OVERLOADED.because(retry_after_seconds=1)
            self.tills += ticket.lane is Lane.TILL
            queue.append(ticket)  # type: ignore[arg-type]  # a lane does not look at answers
            self._changed.notify()

    def wait(self) -> bool:
        """Sleep until somebody waits; false when closed and nobody is left."""
        with self._changed:
            while not self._anybody() and not self._closed:
                self._changed.wait()
            return self._anybody()

    def choose(self, *, group_age_seconds: float = 0.0) -> Ticket[object] | None:
        """Whose turn it is, if anybody's. A ticket whose caller gave up is passed over."""
        with self._changed:
            while (ticket := self._pick(group_age_seconds)) is not None:
                if ticket.future.set_running_or_notify_cancel():
                    if ticket.lane is Lane.JOB:
                        self._jobs_running += 1
                    return ticket
        return None

    def finish(self, ticket: Ticket[object]) -> None:
        """A chosen ticket is done: another job may start."""
        if ticket.lane is Lane.JOB:
            with self._changed:
                self._job_lasted = ticket.seconds
                self._jobs_running -= 1
                self._changed.notify()

    def close(self) -> None:
        """Take no more; those who wait are still served."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _anybody(self) -> bool:
        return bool(self._tills) or (bool(self._jobs) and self._job_may_start())

    def _job_may_start(self) -> bool:
        return self._jobs_running < self._jobs_at_once

    def _pick(self, group_age_seconds: float) -> Ticket[object] | None:
        if self._jobs and self._job_may_start():
            wait = max(JOB_EVERY_SECONDS, self._lengths * self._job_lasted)
            overdue = self._clock() - self._job_began > wait
            if overdue or (not self._tills and group_age_seconds < JOB_JOINS_SECONDS):
                self._job_began = self._clock()
                return self._jobs.popleft()
        return self._tills.popleft() if self._tills else None
