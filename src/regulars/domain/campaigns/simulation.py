"""Had this journey run: who would have come in, what she would have been told, what it would cost.

"老友归来" over the last twelve months: 王芳 would have come in twice, been written to three times, once
held back by the week's cap; the coupons would have cost between nothing and 10.00. It says nothing
of extra sales: only a control group can.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.advance import (
    Does,
    Ends,
    Moves,
    Rests,
    Sight,
    Standing,
    Why,
    step,
)
from regulars.domain.campaigns.fates import Fate, Sending
from regulars.domain.campaigns.happenings import met
from regulars.domain.campaigns.journey import Again, Journey
from regulars.domain.campaigns.nodes import Action, GiveGift, SendMessage, WaitFor
from regulars.domain.campaigns.past import MOMENT, Happened, Past
from regulars.domain.campaigns.triggers import OnDay, OnFact, OnSchedule, OnSegment
from regulars.domain.campaigns.waits import Clock, Yearly, at_wall, same_day
from regulars.domain.insights.assignment import bucket
from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant, local
from regulars.domain.messaging.channels import Channel, Purpose, consent_channel, consent_purpose
from regulars.domain.messaging.hours import Hours, next_open
from regulars.domain.messaging.message import Reason

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# An address is needed for these.
_ADDRESS = {Channel.SMS: "phone", Channel.EMAIL: "email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a message would cost and count as. Units: SMS parts, of its shortest and longest text."""

    marketing: bool
    parts_low: int
    parts_high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is tried: a journey over a stretch of time, under the shop's rules for messages.

    Units: millionths of the currency's main unit for a part.
    """

    journey_id: UUID
    journey: Journey
    segments: Mapping[UUID, Condition]
    texts: Mapping[str, Text]
    since: Instant
    until: Instant
    hours: Hours
    day_cap: int
    week_cap: int
    part_price_micro: int


@dataclass(slots=True)
class Trial:
    """One member's trial; `found` counts what happened, by name."""

    question: Question
    past: Past
    zone: str
    found: Counter[str] = field(default_factory=Counter)
    _sent: list[Instant] = field(default_factory=list, init=False)
    _clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        state = self.past.state
        joined_on = local(state.joined_at, self.zone).date()
        self._clock = Clock(zone=self.zone, joined_on=joined_on, birthdays=state.birthdays)

    def run(self) -> Counter[str]:
        """Lead her through every time that she would have come in."""
        question, reentry = self.question, self.question.journey.reentry
        last: Instant | None = None
        over: Instant | None = None
        occasions: set[str] = set()
        for at, occasion in sorted(self._occasions()):
            name = "once" if reentry.again is Again.NEVER else occasion
            open_run = over is not None and over > at
            if name in occasions or not reentry.lets_in(last, open_run=open_run, now=at):
                continue
            if not self.past.judged(question.journey.who, at).holds:
                continue
            occasions.add(name)
            last = at
            self.found["entries"] += 1
            self.found[f"month:{local(at, self.zone):%Y-%m}"] += 1
            if self._held_out:
                self.found["held_out"] += 1
                continue
            over = self._led(at)
        if last is not None:
            self.found["members"] += 1
        return self.found

    @property
    def _held_out(self) -> bool:
        question = self.question
        salt = f"journey:{question.journey_id}"
        return bucket(self.past.state.id, salt) < question.journey.control

    def _occasions(self) -> Iterator[tuple[Instant, str]]:
        question = self.question
        for number, trigger in enumerate(question.journey.triggers):
            match trigger:
                case OnFact(fact=fact, where=where):
                    for one in self._heard(fact, where):
                        yield Instant(one.at + MOMENT), f"{fact}:{one.name}"
                case OnSegment(segment_id=segment_id, enters=enters):
                    condition = question.segments[segment_id]
                    for crossing in self.past.crossings(condition, question.since, question.until):
                        if crossing.enters is enters:
                            yield crossing.at, f"segment:{crossing.at.isoformat()}"
                case OnSchedule():
                    yield from self._scheduled(trigger, number)
                case OnDay():
                    yield from self._yearly(trigger)
                case _:
                    continue

    def _heard(self, fact: str, where: Condition) -> list[Happened]:
        question = self.question
        return [
            one
            for one in self.past.happened()
            if one.kind == fact
            and question.since <= one.at < question.until
            and met(where, one.body, store=one.store)
        ]

    def _days(self) -> Iterator[date]:
        day = local(self.question.since, self.zone).date()
        while day <= local(self.question.until, self.zone).date():
            yield day
            day += DAY

    def _within(self, at: Instant) -> bool:
        begun = max(self.question.since, self.past.state.joined_at)
        return begun <= at < self.question.until

    def _scheduled(self, trigger: OnSchedule, number: int) -> Iterator[tuple[Instant, str]]:
        condition = self.question.segments[trigger.segment_id]
        for day in self._days():
            at = at_wall(day, trigger.minute, self.zone)
            come = trigger.due_on(day) and self._within(at)
            if come and self.past.judged(condition, at).holds:
                yield at, f"schedule:{day}:{number}"

    def _yearly(self, trigger: OnDay) -> Iterator[tuple[Instant, str]]:
        if trigger.of is Yearly.BIRTHDAY:
            days = self._clock.birthdays
        else:
            first = self._clock.joined_on
            years = range(first.year + 1, local(self.question.until, self.zone).year + 2)
            days = tuple(same_day(first, year) for year in years)
        for day in days:
            at = at_wall(day + timedelta(days=trigger.days), trigger.minute, self.zone)
            if self._within(at):
                yield at, f"{trigger.of.value}:{day.year}"

    def _led(self, entered_at: Instant) -> Instant:
        """Lead her through once; when she was through, or the end of the stretch."""
        journey, until = self.question.journey, self.question.until
        standing = Standing(
            journey_id=self.question.journey_id,
            member_id=self.past.state.id,
            node=journey.graph.start,
            entered_at=entered_at,
            valid_until=Instant(entered_at + timedelta(days=journey.valid_days)),
        )
        now = entered_at
        while now < until:
            transition = step(journey, standing, self._sight(now))
            match transition:
                case Moves(to=to):
                    standing = replace(
                        standing, node=to, rests=False, woken=False, until_at=None, done=None
                    )
                case Does(action=action):
                    fates = {**standing.fates, standing.node: self._do(action, standing, now)}
                    standing = replace(standing, done=True, fates=fates)
                case Rests(until_at=until_at):
                    goal = self._goal(entered_at, now, until_at)
                    woken = self._woken(standing, now, until_at)
                    first = min((one for one in (goal, woken) if one is not None), default=None)
                    if goal is not None and goal == first:
                        self.found[f"end:{Why.GOAL.value}"] += 1
                        return goal
                    standing = replace(
                        standing, rests=True, until_at=until_at, woken=woken is not None
                    )
                    now = first or min(until_at, standing.valid_until)
                case Ends(why=why):
                    self.found[f"end:{why.value}"] += 1
                    return now
                case _:
                    assert_never(transition)
        self.found["on_the_way"] += 1
        return until

    def _sight(self, now: Instant) -> Sight:
        exits = self.question.journey.exits
        inside = True
        if exits.left_segment is not None:
            inside = self.past.judged(self.question.segments[exits.left_segment], now).holds
        return Sight(
            now=now,
            clock=self._clock,
            holds=lambda condition: self.past.judged(condition, now).holds,
            in_segment=inside,
            allowed=any(one.endswith("/marketing") for one in self.past.state.consents),
        )

    def _goal(self, entered_at: Instant, now: Instant, until_at: Instant) -> Instant | None:
        found = [
            Instant(one.at + MOMENT)
            for goal in self.question.journey.exits.goals
            for one in self._heard(goal.fact, goal.where)
            if entered_at <= one.at and now < one.at + MOMENT <= until_at
        ]
        return min(found, default=None)

    def _woken(self, standing: Standing, now: Instant, until_at: Instant) -> Instant | None:
        node = self.question.journey.graph.nodes[standing.node]
        if not isinstance(node, WaitFor):
            return None
        heard = self._heard(node.fact, node.where)
        found = (Instant(one.at + MOMENT) for one in heard if now <= one.at < until_at)
        return min(found, default=None)

    def _do(self, action: Action, standing: Standing, now: Instant) -> Fate:
        match action:
            case SendMessage():
                return self._message(action, standing, now)
            case GiveGift(cost_minor=cost_minor):
                self.found["gifts"] += 1
                self.found["gifts_high_minor"] += cost_minor
            case _:
                self.found["other_acts"] += 1
        return Fate(Sending.SENT)

    def _message(self, action: SendMessage, standing: Standing, now: Instant) -> Fate:
        """Through the gates, as far as the past tells: consent and address, hours, caps, validity."""
        text = self.question.texts[action.template]
        self.found["planned"] += 1
        purpose = Purpose.MARKETING if text.marketing else Purpose.SERVICE
        channel = next((one for one in action.channels if self._reaches(one, purpose)), None)
        if channel is None:
            self.found["no_consent"] += 1
            return Fate(Sending.NOT_SENT, Reason.NO_CONSENT)
        ends = min(Instant(now + timedelta(minutes=action.valid_minutes)), standing.valid_until)
        at = self._slot(now) if text.marketing and channel is not Channel.TILL else now
        if at is None or at >= ends:
            self.found["too_late"] += 1
            return Fate(Sending.NOT_SENT, Reason.TOO_LATE)
        if text.marketing:
            self._sent.append(at)
            self._sent.sort()
        self.found["messages"] += 1
        if channel is Channel.SMS:
            price = self.question.part_price_micro
            self.found["messages_low_micro"] += price * text.parts_low
            self.found["messages_high_micro"] += price * text.parts_high
        return Fate(Sending.SENT)

    def _reaches(self, channel: Channel, purpose: Purpose) -> bool:
        state = self.past.state
        if channel in _ADDRESS and _ADDRESS[channel] not in state.contacts:
            return False
        if purpose is Purpose.SERVICE:
            return True
        allowed = f"{consent_channel(channel).value}/{consent_purpose(channel, purpose).value}"
        return allowed in state.consents

    def _slot(self, now: Instant) -> Instant | None:
        """When a marketing message could leave; None where the caps never let it."""
        question = self.question
        at = next_open(now, question.hours, zone=self.zone)
        if at != now:
            self.found["quiet_hours"] += 1
        held: set[str] = set()
        while True:
            free = self._free(at, held)
            if free is None or free == at:
                self.found.update(held)
                return free
            at = next_open(free, question.hours, zone=self.zone)

    def _free(self, at: Instant, held: set[str]) -> Instant | None:
        """The moment itself where every cap has a place, else when one that is full has."""
        question = self.question
        for name, cap, span in (
            ("capped_day", question.day_cap, DAY),
            ("capped_week", question.week_cap, WEEK),
        ):
            taken = [one for one in self._sent if at - span < one <= at]
            if len(taken) >= cap:
                held.add(name)
                return None if cap == 0 else Instant(taken[-cap] + span)
        return at
