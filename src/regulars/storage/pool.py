"""Connections that questions borrow: opened when needed, kept, at most so many at once.

The day's report takes one for two seconds; the till's screens share the others.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Generic, TypeVar

from regulars.storage.lanes import OVERLOADED

T = TypeVar("T")

PATIENCE_SECONDS = 10.0


class Pool(Generic[T]):
    """At most `size` open things, the one used last lent first."""

    def __init__(self, size: int, *, make: Callable[[], T], end: Callable[[T], None]) -> None:
        self._free: deque[T] = deque()
        self._room = BoundedSemaphore(size)
        self._make = make
        self._end = end

    @contextmanager
    def lend(self, *, sound: Callable[[T], bool]) -> Iterator[T]:
        """Lend one; it comes back while it is sound. Refuses: server.overloaded."""
        if not self._room.acquire(timeout=PATIENCE_SECONDS):
            raise OVERLOADED.because(retry_after_seconds=1)
        try:
            lent = self._take()
            try:
                yield lent
            finally:
                if sound(lent):
                    self._free.append(lent)
                else:
                    # Its neighbours were opened to the same server, which is gone.
                    self._end(lent)
                    self.close()
        finally:
            self._room.release()

    def close(self) -> None:
        """End those that nobody uses."""
        while True:
            try:
                free = self._free.pop()
            except IndexError:
                return
            self._end(free)

    def _take(self) -> T:
        try:
            return self._free.pop()
        except IndexError:
            return self._make()
