"""Where the demonstration's chances come from: one number, one independent stream per question.

Seed(7).dice("people") rolls the same people today and next year; asking it more often never
changes what Seed(7).dice("calendar") rolls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import Instant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seed:
    """One demonstration shop among all possible ones."""

    number: int

    def dice(self, name: str) -> Random:
        """The stream of chances for one question. It guards no secret."""
        return Random(f"{self.number}|{name}")  # noqa: S311

    def id(self, name: str, *, at: Instant) -> UUID:
        """The id of a thing that has a name of its own."""
        return uuid7(at, sha256(f"{self.number}|{name}".encode()).digest())


def new_id(dice: Random, at: Instant) -> UUID:
    """An id for the next thing that happens."""
    return uuid7(at, dice.randbytes(10))


class Weighted(Generic[T]):
    """Things of which some are drawn more often than others."""

    __slots__ = ("_sums", "_things")

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self._things = tuple(things)
        self._sums = tuple(accumulate(weights))

    def draw(self, dice: Random) -> T:
        """One of them."""
        return dice.choices(self._things, cum_weights=self._sums)[0]
