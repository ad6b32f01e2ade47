"""Long reads beside the tills: two at a time, a few more wait, and all others come again later.

The accountant opens the liability of a year, the owner the settlement of May: both are added up in
two threads of their own. A third waits its turn without holding a connection; the ninth is told to
come again in a few seconds, and at the tills nobody notices.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from regulars.storage.engine import OVERLOADED

# A small shop's server has two cores and, on PostgreSQL, four connections to read with.
AT_ONCE = 2
ENTERED_MAX = 8
RETRY_AFTER_SECONDS = 5

R = TypeVar("R")


@dataclass(slots=True)
class Aside:
    """Where one process does its long reads."""

    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="aside")
    )
    _entered: int = 0
    _lock: Lock = field(default_factory=Lock)

    async def run(self, work: Callable[[], R]) -> R:
        """Do it in its turn. Refuses: server.overloaded, and what it refuses itself."""
        self._enter()
        running = self._threads.submit(work)
        # Not when its caller gives up: it is done when it is done.
        running.add_done_callback(self._leave)
        return await asyncio.wrap_future(running)

    def _enter(self) -> None:
        with self._lock:
            if self._entered >= ENTERED_MAX:
                raise OVERLOADED.because(retry_after_seconds=RETRY_AFTER_SECONDS)
            self._entered += 1

    def _leave(self, _: Future[R]) -> None:
        with self._lock:
            self._entered -= 1
