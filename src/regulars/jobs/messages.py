"""The post: messages that are due leave, in a thread of their own beside the jobs.

A provider may take ten seconds for each answer; the expiry of points does not wait for that. On
PostgreSQL every process has a post and takes what no other has; on SQLite there is one process.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import TypeVar
from uuid import UUID

from regulars.domain.kernel.ids import uuid7
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Sender
from regulars.domain.stores.actor import SYSTEM
from regulars.jobs.job import ENTROPY_BYTES, Workshop
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
from regulars.use_cases.message_gates import Decided, Ready, pass_gates
from regulars.use_cases.moment import Moment

LEASED_AT_ONCE = 200
# SQLite has one writer, which a batch keeps from the tills for some ten milliseconds.
HANDED_AT_ONCE = 50
CALLS_AT_ONCE = 8
IDLE_SECONDS = 1.0
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
        """Send what is due, up to two hundred; answers whether there was anything to do."""
        now = self.workshop.clock()
        with self.workshop.database.read() as read:
            lost = read.one(messages.ANY_LOST, now=now) is not None
            due = read.one(messages.ANY_DUE, now=now) is not None
        if lost:
            self._write(recover)
        if not due:
            return lost
        desk = desk_of(self.workshop)
        taken = self._write(lambda tx, moment: lease(tx, moment, most=LEASED_AT_ONCE))
        if taken is not None:
            self._work_off(desk, taken)
        return True

    def _work_off(self, desk: Desk, taken: UUID) -> None:
        senders = _by_name(self.workshop.senders)

        def called(ready: Ready) -> Answered:
            sender = senders[(ready.outgoing.channel, ready.provider)]
            return sent(ready, sender, now=self.workshop.clock())

        while not self._stop.is_set():
            decided = self._decided(desk, taken)
            if not decided.looked_at:
                return
            # A commit of its own: what comes next may fail, and these were sent.
            self._keep(desk, tuple(self._calls.map(called, decided.ready)))

    def _decided(self, desk: Desk, taken: UUID) -> Decided:
        """The next of a lease, decided together; where that fails, each for itself."""
        try:
            return self._pass_gates(desk, taken, HANDED_AT_ONCE)
        except Exception as error:  # a message that nobody can decide holds up no other
            self.workshop.log.error("messages_failed", error=type(error).__name__)
        looked_at, ready = 0, list[Ready]()
        for _ in range(HANDED_AT_ONCE):
            decided = self._decided_alone(desk, taken)
            if not decided.looked_at:
                break
            looked_at += decided.looked_at
            ready += decided.ready
        return Decided(looked_at, ready)

    def _decided_alone(self, desk: Desk, taken: UUID) -> Decided:
        """The next of a lease by itself, or put aside; nothing while the database is away."""
        try:
            return self._pass_gates(desk, taken, 1)
        except Exception as error:
            self.workshop.log.error("message_failed", error=type(error).__name__)
        try:
            return Decided(int(self._write(partial(put_aside, lease=taken))), ())
        except Exception as error:  # those that were decided before it are still to be sent
            self.workshop.log.error("message_failed", error=type(error).__name__)
            return Decided(0, ())

    def _pass_gates(self, desk: Desk, taken: UUID, most: int) -> Decided:
        return self._write(lambda tx, moment: pass_gates(tx, moment, desk, lease=taken, most=most))

    def _keep(self, desk: Desk, answers: Sequence[Answered]) -> None:
        """Write what was answered; while the database is away, again and again."""
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
