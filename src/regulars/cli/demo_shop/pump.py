"""Sends commands through the runner in waves, so that many share one commit.

A wave is made first and sent then: while the writer works nobody else wants the processor. The
clock of the demonstration stands at each command's own moment when it is accepted.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.actor import Actor
from regulars.use_cases.runner import Answer, Runner

# Fewer than may wait at once.
WAVE_MAX = 200


@dataclass(slots=True)
class Clock:
    """The time in the demonstration while it is being made."""

    now: Instant

    def __call__(self) -> Instant:
        """What the runner reads."""
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One command, by whom and when."""

    at: Instant
    actor: Actor
    command_id: UUID
    command: object


class Pump:
    """One runner under a clock of its own."""

    def __init__(self, runner: Runner, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock

    def send(self, wave: Iterable[Sent]) -> None:
        """Run a wave in the order of its moments. Refuses: whatever a command refuses."""
        waiting: list[Future[Answer]] = []
        for one in sorted(wave, key=lambda sent: sent.at):
            self._clock.now = one.at
            waiting.append(
                self._runner.submit(one.command, actor=one.actor, command_id=one.command_id)
            )
            if len(waiting) >= WAVE_MAX:
                _finished(waiting)
        _finished(waiting)


def _finished(waiting: list[Future[Answer]]) -> None:
    for answer in waiting:
        answer.result()
    waiting.clear()
