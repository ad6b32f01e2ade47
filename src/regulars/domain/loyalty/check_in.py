"""Check-in 签到: a gift for each day, more for days in a row, starting again after a cycle.

{"daily": {"points": 2}, "streak": [{"days": 7, "gift": {"points": 20}}], "cycle": 7}: 王芳 signs in
on Monday and gets 2 points; on the seventh day in a row she gets 20 more, and the next day counts
as the first of a new round. A day that was missed makes the streak begin again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import check_parts, number, rows, whole_or_none
from regulars.domain.loyalty.gift import NOTHING, Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import PROGRAMME_MALFORMED, Definition

FIELD = "definition"
STREAKS_MAX = 20
DAYS_MAX = 366
_ONE_DAY = timedelta(days=1)
_cycle = whole_or_none(2, DAYS_MAX)

CHECK_IN_DONE = refusal_code("check_in.done_today", "day", "streak", "points")


@dataclass(frozen=True, slots=True)
class StreakGift:
    """What so many days in a row bring on top. Units: days."""

    days: int
    gift: Gift


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """What signing in promises. Units: days; `cycle=None` counts on for ever."""

    daily: Gift
    streak: tuple[StreakGift, ...] = ()
    cycle: int | None = None

    def place(self, streak: int) -> int:
        """Which day of its round the n-th day in a row is, from 1."""
        return streak if self.cycle is None else (streak - 1) % self.cycle + 1

    def gift_at(self, streak: int) -> Gift:
        """What the n-th day in a row brings on top of the day's own gift."""
        place = self.place(streak)
        return next((one.gift for one in self.streak if one.days == place), NOTHING)

    def next_gift(self, streak: int) -> "NextGift | None":
        """The next gift for days in a row after the n-th; None where none is to come."""
        horizon = self.cycle or max((one.days for one in self.streak), default=0)
        for days in range(1, horizon + 1):
            gift = self.gift_at(streak + days)
            if not gift.empty:
                return NextGift(days, gift)
        return None


class NextGift(NamedTuple):
    """What is to come after so many more days in a row. Units: days."""

    in_days: int
    gift: Gift


class LastCheckIn(NamedTuple):
    """When a member signed in last, and the how manieth day in a row it was."""

    day: BusinessDay
    streak: int


def streak_on(day: BusinessDay, last: LastCheckIn | None) -> int:
    """The how manieth day in a row a business day is, for a member who has not signed in on it."""
    return last.streak + 1 if last is not None and last.day == day - _ONE_DAY else 1


def standing_on(day: BusinessDay, last: LastCheckIn | None) -> int:
    """How many days in a row a member has on a day: 0 once a day was missed."""
    return last.streak if last is not None and last.day >= day - _ONE_DAY else 0


def check_in_from(data: Mapping[str, object]) -> CheckIn:
    """The promise that a definition spells. Refuses: terms.malformed, programme.malformed."""
    check_parts(FIELD, data, "daily", "streak", "cycle")
    check_in = CheckIn(
        daily=gift_from(FIELD, data.get("daily", {})),
        streak=tuple(_streak(row) for row in rows(FIELD, data.get("streak", []), STREAKS_MAX)),
        cycle=_cycle(f"{FIELD}.cycle", data.get("cycle")),
    )
    days = [one.days for one in check_in.streak]
    beyond = check_in.cycle is not None and any(one > check_in.cycle for one in days)
    if len(set(days)) != len(days) or beyond:
        raise PROGRAMME_MALFORMED.because(part="streak")
    if check_in.daily.empty and not check_in.streak:
        raise PROGRAMME_MALFORMED.because(part="daily")
    return check_in


def _streak(row: Mapping[str, object]) -> StreakGift:
    check_parts(FIELD, row, "days", "gift")
    one = StreakGift(number(FIELD, row, "days"), gift_from(FIELD, row.get("gift")))
    if not 1 <= one.days <= DAYS_MAX or one.gift.empty:
        raise PROGRAMME_MALFORMED.because(part="streak")
    return one


def check_in_data(definition: Definition) -> dict[str, object]:
    """The stored form; `check_in_from` reads it back."""
    assert isinstance(definition, CheckIn)
    return {
        "daily": gift_data(definition.daily),
        "streak": [{"days": one.days, "gift": gift_data(one.gift)} for one in definition.streak],
        "cycle": definition.cycle,
    }
