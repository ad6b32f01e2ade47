"""Passwords and PINs as argon2id hashes, a few at a time: each takes 19 MiB and a core.

A wrong log-in name costs the same as a wrong password: there is always something to compare with.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from regulars.storage.engine import OVERLOADED
from regulars.storage.vault import Vault

# OWASP's smallest argon2id: 19 MiB, two passes, one lane.
MEMORY_KIBIBYTES = 19 * 1024
PASSES = 2
AT_ONCE = 2
WAITING_MAX = 32


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether a secret was right, and its hash with today's parameters if the old one is dated."""

    right: bool
    rehashed: str | None = None


@dataclass(slots=True)
class Hashing:
    """Hashes and compares, two at a time."""

    _hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIBIBYTES, parallelism=1
        )
    )
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing")
    )
    _waiting: int = 0
    _lock: Lock = field(default_factory=Lock)
    _nobodys: str = ""

    def __post_init__(self) -> None:
        # Compared with when there is no such person, so that both take the same time.
        self._nobodys = self._hasher.hash("nobody's")

    async def hashed(self, secret: str) -> str:
        """The hash to store. Refuses: server.overloaded."""
        self._enter()
        try:
            running = asyncio.get_running_loop()
            return await running.run_in_executor(self._threads, self._hasher.hash, secret)
        finally:
            self._leave()

    async def compared(self, secret: str, stored: str | None) -> Compared:
        """Whether a secret is the one that was hashed. Refuses: server.overloaded."""
        self._enter()
        try:
            running = asyncio.get_running_loop()
            return await running.run_in_executor(self._threads, self._compare, secret, stored)
        finally:
            self._leave()

    def _compare(self, secret: str, stored: str | None) -> Compared:
        against = stored or self._nobodys
        try:
            right = self._hasher.verify(against, secret)
        except (VerificationError, InvalidHashError):
            return Compared(right=False)
        if stored is None or not right:
            return Compared(right=False)
        dated = self._hasher.check_needs_rehash(stored)
        return Compared(right=True, rehashed=self._hasher.hash(secret) if dated else None)

    def _enter(self) -> None:
        with self._lock:
            if self._waiting >= WAITING_MAX:
                raise OVERLOADED.because(retry_after_seconds=1)
            self._waiting += 1

    def _leave(self) -> None:
        with self._lock:
            self._waiting -= 1


def peppered(vault: Vault, staff_id: UUID, pin: str) -> str:
    """A PIN as it is hashed: without the organisation's key no list of all PINs helps a thief."""
    return vault.keyed_digest("staff-pin", staff_id.bytes + pin.encode()).hex()
