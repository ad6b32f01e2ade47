"""How large a demonstration is, and on which days it plays.

60,000 orders of 5,000 members on the 365 days before today, and who has come today.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from regulars.domain.kernel.period import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a demonstration is.

    `until`: the business day before which its year ends. `now`: up to when guests come on that day
    too, beyond the year's orders; None is a shop that nobody has come to yet.
    """

    orders: int
    members: int
    days: int
    until: date
    now: Instant | None = None

    @property
    def first(self) -> date:
        """The first day of trade."""
        return self.until - timedelta(days=self.days)

    def all_days(self) -> list[date]:
        """Every day of trade."""
        return [self.first + timedelta(days=number) for number in range(self.days)]

    def ahead(self, days: int) -> date:
        """The day so many days before today, or the first one of a shorter demonstration."""
        return max(self.first, self.until - timedelta(days=days))
