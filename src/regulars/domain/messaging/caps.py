"""How often is too often: so many messages in a rolling window, by member, address and category.

One in 24 hours: after 23:00 the next may go at 23:00 of the next day, not at midnight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from regulars.domain.kernel.period import Instant

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
LONGEST = WEEK


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many in a window that rolls with the clock."""

    key: bytes
    window: timedelta
    most: int


def free_at(cap: Cap, taken: Sequence[Instant], *, now: Instant) -> Instant | None:
    """When there is room for one more: now, later, or (None) never, where none is allowed."""
    if cap.most <= 0:
        return None
    held = sorted(at for at in taken if at > now - cap.window)
    if len(held) < cap.most:
        return now
    return Instant(held[len(held) - cap.most] + cap.window)
