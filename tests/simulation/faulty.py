"""A database whose next command can be made to fail after its work and before its commit."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TypeVar

from regulars.storage.engine import Database, Engine, Lane, Read, Totals, Write

R = TypeVar("R")


class AbortedError(Exception):
    """The process that ran this command is gone: nothing of it may be left."""


class FaultyDatabase:
    """The real database, behind a switch."""

    engine: Engine

    def __init__(self, real: Database) -> None:
        self._real = real
        self.engine = real.engine
        self.url = real.url
        self.abort_next = False

    @property
    def totals(self) -> Totals:
        """What its writers did."""
        return self._real.totals

    def read(self) -> AbstractContextManager[Read]:
        """One snapshot."""
        return self._real.read()

    def write(self, work: Callable[[Write], R], *, lane: Lane = Lane.TILL) -> Future[R]:
        """Queue a command's transaction, perhaps one that dies before its commit."""
        if not self.abort_next:
            return self._real.write(work, lane=lane)
        self.abort_next = False

        def dying(tx: Write) -> R:
            work(tx)
            tx.flush()
            raise AbortedError

        return self._real.write(dying, lane=lane)

    def close(self) -> None:
        """Let go of the file."""
        self._real.close()
