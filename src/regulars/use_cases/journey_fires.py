"""What comes by the calendar: the member day, three days before a birthday, a year of membership.

The server stood still from the 17th to the 19th: the member day of the 18th comes on the 19th, once;
whose birthdays were three days off on each of those days are found for each day. A crash in the
middle goes on where it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.triggers import Every, OnDay, OnSchedule
from regulars.domain.campaigns.waits import Yearly, at_wall, same_day
from regulars.domain.kernel.period import Instant, local
from regulars.domain.stores.permissions import Permission
from regulars.storage import birthdays, journey_fires, journeys
from regulars.storage.engine import Read, Write
from regulars.storage.journey_fires import YEARS, Found
from regulars.use_cases.birthdays import kept_on
from regulars.use_cases.journey_entries import Candidate, Door, arrive, let_in, open_door
from regulars.use_cases.journey_sights import needed_by
from regulars.use_cases.journey_steps import lead_in
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

ROWS_MAX = 200
# Days of standstill for which yearly days are still kept, today included.
CATCH_UP_DAYS = 7
LOOK_BACK_DAYS = 31


class Period(NamedTuple):
    """One time that a trigger comes: which trigger of the journey, and for which day."""

    trigger: int
    on: date

    @property
    def name(self) -> str:
        """What it is remembered by."""
        return f"{self.on.isoformat()}:{self.trigger}"


def period_from(name: str) -> Period:
    """The period that a name spells."""
    day, _, trigger = name.partition(":")
    return Period(int(trigger), date.fromisoformat(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginFires:
    """Remember that some periods have come."""

    fires: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FireSome:
    """Let the next members of a period in, at most so many, and lead them on at once: one look at
    them, one commit. `waits`: they are let in, and take their first step with all who are due.
    `passes_over`: let nobody in, and go on behind them, since they could not be let in."""

    journey_id: UUID
    period: str
    most: int = ROWS_MAX
    waits: bool = False
    passes_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """How many came in, and whether that was all."""

    entered: int
    finished: bool


def due_periods(journey: Journey, *, now: Instant, since: Instant, zone: str) -> list[Period]:
    """The periods of a journey that have come: of a schedule the newest alone, of yearly days the
    last seven. What came before the journey began is not made up for, but for a single time."""
    found: list[Period] = []
    closes_at = journey.closes_at(zone)
    if closes_at is not None and closes_at <= now:
        return found
    today = local(now, zone).date()
    for number, trigger in enumerate(journey.triggers):
        match trigger:
            case OnSchedule():
                back = (today - timedelta(days=days) for days in range(LOOK_BACK_DAYS + 1))
                days = [day for day in back if trigger.due_on(day)]
                once = trigger.every is Every.ONCE
                come = [
                    day
                    for day in days
                    if at_wall(day, trigger.minute, zone) <= now
                    and (once or at_wall(day, trigger.minute, zone) >= since)
                ]
                found += [Period(number, day) for day in come[:1]]
            case OnDay(minute=minute):
                for days_ago in reversed(range(CATCH_UP_DAYS)):
                    day = today - timedelta(days=days_ago)
                    if since <= at_wall(day, minute, zone) <= now:
                        found.append(Period(number, day))
            case _:
                continue
    return found


def unfired(read: Read, door: Door, periods: Sequence[Period]) -> list[Period]:
    """Those of some periods that have not come yet."""
    if not periods:
        return []
    names = [one.name for one in periods]
    fired = set(read.all(journeys.FIRED, journey_id=door.id, periods=names))
    return [one for one in periods if one.name not in fired]


@use_case
def begin_fires(tx: Write, command: BeginFires, moment: Moment) -> Fired:
    """Remember that periods have come; one that has is not begun again.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    for journey_id, period in command.fires:
        tx.send(journeys.BEGIN_FIRE, journey_id=journey_id, period=period, at=moment.now)
    return Fired(entered=0, finished=False)


@use_case
def fire_some(tx: Write, command: FireSome, moment: Moment) -> Fired:
    """Let the next members of a period in, and remember how far it has come.

    Refuses: permission.missing.
    """
    moment.actor.need(Permission.OFFER_WRITE)
    door = open_door(tx, command.journey_id)
    row = tx.one(journeys.FIRE, journey_id=command.journey_id, period=command.period)
    if row is None or row.finished_at is not None:
        return Fired(entered=0, finished=True)
    if door is None:
        # Paused a moment ago: the others of this period come when it is resumed.
        return Fired(entered=0, finished=False)
    place = Place(row.after_id, min(command.most, ROWS_MAX))
    candidates = list(_candidates(tx, moment, door, period_from(row.period), place))
    finished = len(candidates) < place.rows
    last = candidates[-1].member_id if candidates else row.after_id
    entered = 0 if command.passes_over else _come_in(tx, moment, door, command, candidates)
    tx.send(
        journeys.MOVE_FIRE,
        of_journey=row.journey_id,
        of_period=row.period,
        seen=row.after_id,
        upto=last,
        more=entered,
        done_at=moment.now if finished else None,
    )
    return Fired(entered=entered, finished=finished)


def _come_in(
    tx: Write, moment: Moment, door: Door, command: FireSome, candidates: Sequence[Candidate]
) -> int:
    if command.waits:
        return let_in(tx, moment, door, candidates)
    wanted = needed_by([door.journey])
    arrived = arrive(tx, moment, door, candidates, wanted=wanted)
    if arrived.members is not None:
        lead_in(tx, moment, arrived.runs, arrived.members)
    return len(arrived.runs)


class Place(NamedTuple):
    """How far a period has come, and how many come next."""

    after_id: UUID
    rows: int


def _candidates(
    tx: Write, moment: Moment, door: Door, period: Period, place: Place
) -> Iterator[Candidate]:
    triggers = door.journey.triggers
    trigger = triggers[period.trigger] if period.trigger < len(triggers) else None
    match trigger:
        case OnSchedule(segment_id=segment_id):
            for member_id in tx.all(
                journey_fires.INSIDE_AFTER, segment_id=segment_id, **place._asdict()
            ):
                yield Candidate(member_id, f"schedule:{period.name}")
        case OnDay(of=Yearly.BIRTHDAY, days=days):
            yield from _born(tx, moment, period.on - timedelta(days=days), place)
        case OnDay(of=Yearly.JOINED, days=days):
            yield from _joined(tx, period.on - timedelta(days=days), place)
        case _:
            return


def _born(tx: Write, moment: Moment, day: date, place: Place) -> Iterator[Candidate]:
    """Whose birthday is kept on a day, by its keyed hash."""
    years = {birthdays.blind_index(moment.vault, text): year for text, year in kept_on(day)}
    rows: list[Found] = tx.all(journey_fires.BORN, days=sorted(years), **place._asdict())
    for row in rows:
        yield Candidate(row.member_id, f"birthday:{years[row.blind_index]}")


def _joined(tx: Write, day: date, place: Place) -> Iterator[Candidate]:
    """Who joined on this day of an earlier year, by the clock of the first store."""
    zone = journey_fires.zone_of_shop(tx)
    bounds: dict[str, Instant] = {}
    for back in range(1, YEARS + 1):
        begun = same_day(day, day.year - back)
        if begun.day < day.day:
            # On 29 February: for those who joined on the 28th it was yesterday.
            bounds[f"from{back}"] = bounds[f"upto{back}"] = at_wall(begun, 0, zone)
            continue
        bounds[f"from{back}"] = at_wall(begun, 0, zone)
        bounds[f"upto{back}"] = at_wall(begun + timedelta(days=1), 0, zone)
        if (begun.month, begun.day) == (2, 28) and _leap(begun.year) and not _leap(day.year):
            # Of those who joined on 29 February this is the day, too.
            bounds[f"upto{back}"] = at_wall(begun + timedelta(days=2), 0, zone)
    for member_id in tx.all(journey_fires.JOINED, **place._asdict(), **bounds):
        yield Candidate(member_id, f"joined:{day.year}")


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
