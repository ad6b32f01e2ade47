"""The post: messages that are due leave, in a thread of their own beside the jobs.

A provider may take ten seconds for each answer; the expiry of points does not wait for that. On
PostgreSQL every process has a post and takes what no other has; on SQLite there is one process.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import TypeVar
from uuid import UUID

from regulars.domain.kernel.ids import uuid7
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Sender
from regulars.domain.stores.actor import SYSTEM
from regulars.jobs.job import ENTROPY_BYTES, Workshop
from regulars.jobs.pace import BATCH_SECONDS, Pace
from regulars.storage import messages
from regulars.storage.engine import Lane, Write
from regulars.use_cases.message_cases import Desk
from regulars.use_cases.message_dispatch import (
    Answered,
    keep_answers,
    lease,
    put_aside,
    recover,
    sent,
)
from regulars.use_cases.message_gates import Decided, Ready, pass_due, pass_gates
from regulars.use_cases.moment import Moment

# The smallest batch that is worth its commit, and the largest that is worth its memory.
HANDED_MIN, HANDED_MAX = 50, 250
# So long the calls of one batch may last: what is handed over waits for its provider meanwhile.
CALLS_SECONDS = 5.0
CALLS_AT_ONCE = 8
IDLE_SECONDS = 1.0
# So often it is looked up who can send, and what was lost.
ROUND_SECONDS = 10.0
FAULT_SECONDS = 15.0
ANSWER_TRIES = 10
ANSWER_SECONDS = 3.0

R = TypeVar("R")


def moment_of(workshop: Workshop) -> Moment:
    """The surroundings of what the shop does by itself now."""
    now = workshop.clock()

    def new_id() -> UUID:
        return uuid7(now, workshop.entropy(ENTROPY_BYTES))

    return Moment(
        now=now,
        actor=SYSTEM,
        command_id=new_id(),
        new_id=new_id,
        vault=workshop.vault,
        shops=workshop.shops,
    )


def desk_of(workshop: Workshop) -> Desk:
    """What is ready to send: a sender that lacks something is passed over."""
    ready = {
        channel: tuple(one.name for one in senders if not one.missing())
        for channel, senders in workshop.senders.items()
    }
    return Desk(
        ready={channel: names for channel, names in ready.items() if names},
        public_url=workshop.public_url,
    )


@dataclass(slots=True)
class Post:
    """The post of one process. `answer_seconds`: how long to wait for a database that is away."""

    workshop: Workshop
    answer_seconds: float = ANSWER_SECONDS
    _stop: Event = field(default_factory=Event, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _deciding: Pace = field(default_factory=lambda: Pace(HANDED_MIN, HANDED_MAX), init=False)
    _calling: Pace = field(default_factory=lambda: Pace(HANDED_MIN, HANDED_MAX), init=False)
    _calls: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="post"),
        init=False,
    )

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = Thread(target=self.serve, name="post", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: what was handed over is answered, nothing else is begun."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._calls.shutdown(wait=True)

    def serve(self) -> None:
        """Send what is due until somebody closes the post."""
        while not self._stop.is_set():
            try:
                busy = self.round()
            except Exception as error:  # the database is away: later
                self.workshop.log.error("post_failed", error=type(error).__name__)
                self._stop.wait(FAULT_SECONDS)
                continue
            if not busy:
                self._stop.wait(IDLE_SECONDS)

    def round(self) -> bool:
        """Send what is due, some seconds long; answers whether there was anything to do."""
        now = self.workshop.clock()
        with self.workshop.database.read() as read:
            lost = read.one(messages.ANY_LOST, now=now) is not None
            due = read.one(messages.ANY_DUE, now=now) is not None
        if lost:
            self._write(recover)
        if not due:
            return lost
        self._work_off(desk_of(self.workshop))
        return True

    def _work_off(self, desk: Desk) -> None:
        senders = _by_name(self.workshop.senders)

        def called(ready: Ready) -> Answered:
            sender = senders[(ready.outgoing.channel, ready.provider)]
            return sent(ready, sender, now=self.workshop.clock())

        answers: tuple[Answered, ...] = ()
        end = monotonic() + ROUND_SECONDS
        while not self._stop.is_set() and monotonic() < end:
            decided = self._decided(desk, answers)
            answers = ()
            if not decided.looked_at:
                return
            begun = monotonic()
            answers = self._all_called(called, decided.ready)
            self._calling.took(len(answers), monotonic() - begun)
        self._keep(desk, answers)

    def _all_called(
        self, called: Callable[[Ready], Answered], ready: Sequence[Ready]
    ) -> tuple[Answered, ...]:
        """Eight calls at once; who is done takes the next, so that a slow answer holds up none."""
        waiting = iter(ready)
        callers = [
            self._calls.submit(lambda: [called(one) for one in waiting])
            for _ in range(min(CALLS_AT_ONCE, len(ready)))
        ]
        return tuple(answer for caller in callers for answer in caller.result())

    def _decided(self, desk: Desk, answers: Sequence[Answered]) -> Decided:
        """Keep what was answered and decide the next messages that are due, in one commit; where
        that fails, each for itself: what was sent is kept whatever comes after it."""
        if not all(isinstance(one.answer, Accepted) for one in answers):
            # What goes back to a budget locks it before any new message: a commit of its own.
            self._keep(desk, answers)
            answers = ()
        most = self._most()
        try:
            return self._pass_due(desk, answers, most)
        except Exception as error:  # a message that nobody can decide holds up no other
            self.workshop.log.error("messages_failed", error=type(error).__name__)
        self._keep(desk, answers)
        return self._one_by_one(desk, most)

    def _most(self) -> int:
        """How many messages the next batch may have, for the writer's sake and the providers'."""
        of_writer = self._deciding.units_in(BATCH_SECONDS[self.workshop.database.engine])
        return min(of_writer, self._calling.units_in(CALLS_SECONDS))

    def _pass_due(self, desk: Desk, answers: Sequence[Answered], most: int) -> Decided:
        def keep_and_pass(tx: Write, moment: Moment) -> tuple[Decided, float]:
            begun = monotonic()
            keep_answers(tx, moment, desk=desk, answers=answers)
            decided = pass_due(tx, moment, desk, most=most)
            tx.flush()
            return decided, monotonic() - begun

        decided, seconds = self._write(keep_and_pass)
        self._deciding.took(decided.looked_at, seconds)
        return decided

    def _one_by_one(self, desk: Desk, most: int) -> Decided:
        """So many messages taken by a lease, and each decided for itself."""
        taken = self._write(lambda tx, moment: lease(tx, moment, most=most))
        looked_at, ready = 0, list[Ready]()
        for _ in range(most if taken is not None else 0):
            assert taken is not None
            decided = self._decided_alone(desk, taken)
            if not decided.looked_at:
                break
            looked_at += decided.looked_at
            ready += decided.ready
        return Decided(looked_at, ready)

    def _decided_alone(self, desk: Desk, taken: UUID) -> Decided:
        """The next of a lease by itself, or put aside; nothing while the database is away."""
        try:
            return self._write(partial(pass_gates, desk=desk, lease=taken, most=1))
        except Exception as error:
            self.workshop.log.error("message_failed", error=type(error).__name__)
        try:
            return Decided(int(self._write(partial(put_aside, lease=taken))), ())
        except Exception as error:  # those that were decided before it are still to be sent
            self.workshop.log.error("message_failed", error=type(error).__name__)
            return Decided(0, ())

    def _keep(self, desk: Desk, answers: Sequence[Answered]) -> None:
        """Write what was answered; while the database is away, again and again."""
        if not answers:
            return
        parts, failed = [answers], ""
        for _ in range(ANSWER_TRIES):
            left: list[Sequence[Answered]] = []
            for part in parts:
                try:
                    self._write(partial(keep_answers, desk=desk, answers=part))
                except Exception as error:  # sent they are: what is lost here is in doubt for good
                    failed = type(error).__name__
                    left += [(one,) for one in part]
            if not left:
                return
            parts = left
            self._stop.wait(self.answer_seconds)
        self.workshop.log.error("answers_lost", error=failed, messages=len(parts))

    def _write(self, work: Callable[[Write, Moment], R]) -> R:
        moment = moment_of(self.workshop)
        return self.workshop.database.write(lambda tx: work(tx, moment), lane=Lane.JOB).result()


def _by_name(
    senders: Mapping[Channel, Sequence[Sender]],
) -> dict[tuple[Channel, str], Sender]:
    return {(channel, one.name): one for channel, each in senders.items() for one in each}
