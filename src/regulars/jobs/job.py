"""A job: something that is due again and again, done in small steps while the tills go on.

The expiry of points is asked every few minutes: a step ends five hundred lots and says that there
is more; the next step follows when no till waits. Whatever a step does has a business id of its
own, so a second scheduler, a retry or a crash in between does nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple, Protocol

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.port import Senders
from regulars.domain.stores.actor import SYSTEM
from regulars.storage.engine import Database, Lane
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases.runner import Runner

ENTROPY_BYTES = 10


class Log(Protocol):
    """Where a job tells what went wrong: event names and numbers, never a person."""

    def info(self, event: str, **values: object) -> object: ...
    def error(self, event: str, **values: object) -> object: ...


class Timed(NamedTuple):
    """What a command answered, and how long it kept others waiting. Units: seconds."""

    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a job works with. `public_url` is where members reach the shop from outside."""

    database: Database
    shops: Shops
    runner: Runner
    clock: Callable[[], Instant]
    entropy: Callable[[int], bytes]
    log: Log
    senders: Senders = field(default_factory=dict)
    public_url: str | None = None

    @property
    def vault(self) -> Vault:
        """What finds what names a member without opening it."""
        return self.runner.vault

    def run(self, command: object) -> bytes:
        """Run a command of the shop's own behind the tills, and answer with its answer."""
        return self.timed(command).body

    def timed(self, command: object) -> Timed:
        """The same, with how long the command kept others waiting."""
        command_id = uuid7(self.clock(), self.entropy(ENTROPY_BYTES))
        begun = monotonic()
        answer = self.runner.run_now(command, actor=SYSTEM, command_id=command_id, lane=Lane.JOB)
        if self.database.engine == "sqlite":
            # Of the one writer only its work counts: how long it waited for tills says nothing.
            return Timed(answer.body, answer.seconds)
        return Timed(answer.body, monotonic() - begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One kind of due work. Units: seconds between two looks when nothing was due.

    `step` does one small batch and answers whether more may be due right now. `shared`: any number
    of processes may do it at once, since each takes what no other holds.
    """

    name: str
    every_seconds: float
    step: Callable[[Workshop], bool]
    shared: bool = False
