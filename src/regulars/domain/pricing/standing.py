"""Where an offer stands at a moment: which of its versions is in force, and what changes next.

"周三会员日" runs as version 2; its version 3, from 1 June on, was saved in May. In May the offer runs, as
version 2, and changes on 1 June. Until a later version begins, the one before it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from regulars.domain.kernel.period import Instant


class Stand(StrEnum):
    """Whether an offer is given now."""

    RUNNING = "running"
    PLANNED = "planned"
    ENDED = "ended"
    STOPPED = "stopped"


class Dated(Protocol):
    """A version of an offer, as far as its days go."""

    @property
    def version(self) -> int: ...
    @property
    def effective_at(self) -> Instant: ...
    @property
    def ends_at(self) -> Instant | None: ...
    @property
    def state(self) -> str: ...


V = TypeVar("V", bound=Dated)


@dataclass(frozen=True, slots=True)
class Standing(Generic[V]):
    """How an offer stands. `current`: by which version; `next`: the one that follows, if any."""

    stand: Stand
    current: V | None
    next: V | None


def standing(versions: Sequence[V], now: Instant) -> Standing[V]:
    """Where an offer stands by its versions; those that were followed by others may be left out."""
    begun = [one for one in versions if one.effective_at <= now]
    current = max(begun, key=lambda one: one.version, default=None)
    # An older version never comes back: what begins later and was saved earlier is passed over.
    later = [
        one
        for one in versions
        if one.effective_at > now and (current is None or one.version > current.version)
    ]
    following = min(later, key=lambda one: (one.effective_at, -one.version), default=None)
    return Standing(_stand(current, following, now), current, following)


def _stand(current: Dated | None, following: Dated | None, now: Instant) -> Stand:
    if (
        current is not None
        and _gives(current)
        and (current.ends_at is None or now < current.ends_at)
    ):
        return Stand.RUNNING
    if following is not None and _gives(following):
        return Stand.PLANNED
    return Stand.ENDED if current is not None and _gives(current) else Stand.STOPPED


def _gives(version: Dated) -> bool:
    return version.state == "active"
