"""What a script by hand is asked to do, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bench.limits.script import Script


@dataclass(frozen=True, slots=True)
class Guest:
    """Who buys, and with which coupon."""

    member: UUID
    coupon: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Guests to serve for so long, each by the next script in turn; `group`: sales per commit."""

    guests: Sequence[Guest]
    scripts: Sequence[Script]
    seconds: float
    group: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How many were served. Units: seconds."""

    sales: int
    seconds: float
    cpu_seconds: float
