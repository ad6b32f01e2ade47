"""When a shop may write: never before eight, never after nine, by the member's own clock.

An offer that is ready at 22:40 waits until 09:00 of the next morning.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from regulars.domain.kernel.period import Instant, instant, local, zone_of

# No setting passes these. Source: 47 CFR 64.1200(c)(1).
EARLIEST_MINUTES = 8 * 60
LATEST_MINUTES = 21 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """When marketing may leave. Units: minutes after local midnight, the end not included."""

    opens_minutes: int = 9 * 60
    closes_minutes: int = 20 * 60 + 30

    def within_limit(self) -> "Hours":
        """The same hours inside the hard limit; hours that never open are the default ones."""
        opens = max(self.opens_minutes, EARLIEST_MINUTES)
        closes = min(self.closes_minutes, LATEST_MINUTES)
        return Hours(opens, closes) if opens < closes else Hours()


def next_open(at: Instant, hours: Hours, *, zone: str) -> Instant:
    """The moment itself if it is open then, else the next minute that is."""
    kept = hours.within_limit()
    wall = local(at, zone)
    minutes = wall.hour * 60 + wall.minute
    if kept.opens_minutes <= minutes < kept.closes_minutes:
        return at
    day = wall.date() if minutes < kept.opens_minutes else wall.date() + timedelta(days=1)
    opens = time(kept.opens_minutes // 60, kept.opens_minutes % 60)
    return instant(datetime.combine(day, opens, tzinfo=zone_of(zone)))


def closes_at(at: Instant, hours: Hours, *, zone: str) -> Instant:
    """When a moment that is open is over."""
    kept = hours.within_limit()
    closes = time(kept.closes_minutes // 60, kept.closes_minutes % 60)
    return instant(datetime.combine(local(at, zone).date(), closes, tzinfo=zone_of(zone)))
