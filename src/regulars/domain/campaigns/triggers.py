"""What lets a member into a journey, and the name of the occasion under which she enters once.

Her birthday three days ahead is `birthday:2026`; an order is `order.settled:<its id>`; the member
day is `schedule:2026-11-18`. Whatever is told twice has the same name, and enters once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.happenings import filter_from
from regulars.domain.campaigns.waits import AROUND_DAYS_MAX, MINUTES_OF_DAY, Yearly
from regulars.domain.kernel.condition import ALWAYS, Condition, as_data
from regulars.domain.kernel.refusal import refusal_code

TRIGGER_MALFORMED = refusal_code("journey.trigger_malformed", "part")


class Every(StrEnum):
    """How often a schedule comes."""

    ONCE = "once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class OnFact:
    """Something happened to her."""

    fact: str
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class OnSegment:
    """She came into a segment, or left it."""

    segment_id: UUID
    enters: bool = True


@dataclass(frozen=True, slots=True)
class OnDay:
    """So many days from a day of hers that comes back every year; -3 is three days before it.

    Units: minutes after local midnight of the first store.
    """

    of: Yearly
    days: int
    minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSchedule:
    """At a time, for everybody in a segment. `on`: the day of a single one; `day`: the weekday
    (Monday is 1) or the day of the month. Units: minutes after local midnight."""

    every: Every
    minute: int
    segment_id: UUID
    day: int = 1
    on: date | None = None

    def due_on(self, day: date) -> bool:
        """Whether it comes on a day. A month without such a day has it on its last one."""
        match self.every:
            case Every.ONCE:
                return day == self.on
            case Every.DAY:
                return True
            case Every.WEEK:
                return day.isoweekday() == self.day
            case Every.MONTH:
                last = (day + timedelta(days=1)).month != day.month
                return day.day == self.day or (last and day.day < self.day)
            case _:
                assert_never(self.every)


@dataclass(frozen=True, slots=True)
class ByHand:
    """Somebody puts her in."""


Trigger = OnFact | OnSegment | OnDay | OnSchedule | ByHand


def trigger_from(data: object) -> Trigger:
    """The trigger that stored or sent data spell.

    Refuses: journey.trigger_malformed, journey.fact_unknown, condition.*.
    """
    if not isinstance(data, Mapping):
        raise TRIGGER_MALFORMED.because(part="trigger")
    match data.get("kind"):
        case "fact":
            fact = str(data.get("fact"))
            return OnFact(fact, filter_from(fact, data.get("where")))
        case "segment":
            moves = data.get("moves", "enters")
            if moves not in ("enters", "leaves"):
                raise TRIGGER_MALFORMED.because(part="moves")
            return OnSegment(_id(data.get("segment_id")), moves == "enters")
        case "day":
            return _on_day(data)
        case "schedule":
            return _schedule(data)
        case "manual":
            return ByHand()
        case _:
            raise TRIGGER_MALFORMED.because(part="kind")


def trigger_data(trigger: Trigger) -> dict[str, object]:
    """The stored form of a trigger."""
    match trigger:
        case OnFact(fact=fact, where=where):
            return {"kind": "fact", "fact": fact, "where": as_data(where)}
        case OnSegment(segment_id=segment_id, enters=enters):
            moves = "enters" if enters else "leaves"
            return {"kind": "segment", "segment_id": str(segment_id), "moves": moves}
        case OnDay(of=of, days=days, minute=minute):
            return {"kind": "day", "of": of.value, "days": days, "minute": minute}
        case OnSchedule():
            return {
                "kind": "schedule",
                "every": trigger.every.value,
                "minute": trigger.minute,
                "segment_id": str(trigger.segment_id),
                "day": trigger.day,
                "on": None if trigger.on is None else trigger.on.isoformat(),
            }
        case ByHand():
            return {"kind": "manual"}
        case _:
            assert_never(trigger)


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise TRIGGER_MALFORMED.because(part="segment_id") from None


def _minute(data: Mapping[object, object]) -> int:
    minute = data.get("minute", 600)
    if not isinstance(minute, int) or not 0 <= minute < MINUTES_OF_DAY:
        raise TRIGGER_MALFORMED.because(part="minute")
    return minute


def _on_day(data: Mapping[object, object]) -> OnDay:
    days = data.get("days", 0)
    if not isinstance(days, int) or abs(days) > AROUND_DAYS_MAX:
        raise TRIGGER_MALFORMED.because(part="days")
    try:
        return OnDay(Yearly(str(data.get("of"))), days, _minute(data))
    except ValueError:
        raise TRIGGER_MALFORMED.because(part="of") from None


def _schedule(data: Mapping[object, object]) -> OnSchedule:
    try:
        every = Every(str(data.get("every")))
        on = date.fromisoformat(str(data["on"])) if data.get("on") is not None else None
    except ValueError:
        raise TRIGGER_MALFORMED.because(part="every") from None
    day = data.get("day", 1)
    longest = {Every.WEEK: 7, Every.MONTH: 31}.get(every, 1)
    if not isinstance(day, int) or not 1 <= day <= longest:
        raise TRIGGER_MALFORMED.because(part="day")
    if (every is Every.ONCE) is (on is None):
        raise TRIGGER_MALFORMED.because(part="on")
    return OnSchedule(
        every=every,
        minute=_minute(data),
        segment_id=_id(data.get("segment_id")),
        day=day,
        on=on,
    )
