"""A journey 旅程: who comes in, which steps she is led along, and when it ends for her.

"老友归来": whoever stays away for 45 days is written to at ten, gets a coupon if she has not come in a
week, and is left alone once she comes. A version never changes; an edit is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from regulars.domain.campaigns.happenings import filter_from
from regulars.domain.campaigns.journey_data import MALFORMED, graph_data, graph_from
from regulars.domain.campaigns.nodes import (
    Act,
    Exit,
    Goal,
    Graph,
    Node,
    SendMessage,
    Split,
    WaitSent,
    actions_of,
    asked_by,
    ways_of,
)
from regulars.domain.campaigns.triggers import (
    OnSchedule,
    OnSegment,
    Trigger,
    trigger_data,
    trigger_from,
)
from regulars.domain.campaigns.waits import at_wall
from regulars.domain.kernel.condition import ALWAYS, All, Condition, as_data
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Purpose
from regulars.domain.segments.conditions import segment_condition_from, segments_asked

JOURNEY_MALFORMED = refusal_code("journey.definition_malformed", "part")
NO_TRIGGER = refusal_code("journey.no_trigger")
NO_EXIT = refusal_code("journey.no_exit")
UNREACHABLE = refusal_code("journey.unreachable", "nodes")
LOOP = refusal_code("journey.loop", "nodes")
STEP_UNKNOWN = refusal_code("journey.step_unknown", "node", "target")

TRIGGERS_MAX = 8
VALID_DAYS_MAX = 800
PRIORITY_MAX = 9
CONTROL_MAX = 9_000
YEAR_MAX = 2_999
_DAY = timedelta(days=1)


class JourneyState(StrEnum):
    """What becomes of a journey. `waiting`: its first version needs a second person's word."""

    DRAFT = "draft"
    WAITING = "waiting"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class Again(StrEnum):
    """Whether she may come in once more."""

    NEVER = "never"
    AFTER_EXIT = "after_exit"
    AFTER_DAYS = "after_days"
    EVERY_OCCASION = "every_occasion"


@dataclass(frozen=True, slots=True)
class Reentry:
    """The rule for coming in once more. Units: days since she last came in, for `after_days`."""

    again: Again = Again.AFTER_EXIT
    days: int = 0

    def lets_in(self, last_entered: Instant | None, *, open_run: bool, now: Instant) -> bool:
        """Whether she may come in now."""
        match self.again:
            case Again.NEVER:
                return last_entered is None
            case Again.AFTER_EXIT:
                return not open_run
            case Again.AFTER_DAYS:
                late = last_entered is None or now >= last_entered + timedelta(days=self.days)
                return late and not open_run
            case Again.EVERY_OCCASION:
                return True

    @property
    def alone(self) -> bool:
        """Whether she can be in it once at a time only."""
        return self.again is not Again.EVERY_OCCASION


@dataclass(frozen=True, slots=True)
class Reached:
    """A fact by which she has reached the journey's goal."""

    fact: str
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """When it ends for her before its last step. `left_segment`: once she is no longer in it;
    `without_consent`: once she allows offers on no channel."""

    goals: tuple[Reached, ...] = ()
    left_segment: UUID | None = None
    without_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One version of a journey. `who`: asked of her when she would come in. `control`: the share
    that is held back to measure by. `last_on`: the day after which nothing of it happens any more.
    Units: of 10,000; days from entry until it is over anyway."""

    graph: Graph
    triggers: tuple[Trigger, ...]
    who: Condition = ALWAYS
    reentry: Reentry = Reentry()
    exits: Exits = Exits()
    valid_days: int = 90
    purpose: Purpose = Purpose.MARKETING
    priority: int = 5
    control: int = 0
    last_on: date | None = None

    def closes_at(self, zone: str) -> Instant | None:
        """When its last day is over by the clock of a zone."""
        return None if self.last_on is None else at_wall(self.last_on + _DAY, 0, zone)

    @property
    def segments(self) -> frozenset[UUID]:
        """Every segment that it asks about."""
        found: set[UUID] = set()
        for trigger in self.triggers:
            if isinstance(trigger, OnSegment | OnSchedule):
                found.add(trigger.segment_id)
        if self.exits.left_segment is not None:
            found.add(self.exits.left_segment)
        for condition in (self.who, *asked_by(self.graph)):
            found |= segments_asked(condition)
        return frozenset(found)

    @property
    def learning(self) -> Split | None:
        """The split whose chances are learned, if there is one."""
        splits = (node for node in self.graph.nodes.values() if isinstance(node, Split))
        return next((one for one in splits if one.learns is not None), None)

    @property
    def templates(self) -> frozenset[str]:
        """The codes of the templates that it writes with."""
        actions = (action for _, action in actions_of(self.graph))
        return frozenset(one.template for one in actions if isinstance(one, SendMessage))


def journey_from(data: object) -> Journey:
    """The journey that stored or sent data spell, checked as far as it can be by itself.

    Refuses: journey.*, condition.*, segment.*.
    """
    if not isinstance(data, Mapping):
        raise JOURNEY_MALFORMED.because(part="journey")
    triggers = data.get("triggers")
    if not isinstance(triggers, list) or len(triggers) > TRIGGERS_MAX:
        raise JOURNEY_MALFORMED.because(part="triggers")
    if not triggers:
        raise NO_TRIGGER.because()
    graph = checked(graph_from(data.get("start"), data.get("nodes")))
    learning = [one for one in graph.nodes.values() if isinstance(one, Split) and one.learns]
    if len(learning) > 1:
        # A member has one arm in a journey.
        raise JOURNEY_MALFORMED.because(part="learns")
    who = data.get("who")
    try:
        purpose = Purpose(str(data.get("purpose", Purpose.MARKETING.value)))
    except ValueError:
        raise JOURNEY_MALFORMED.because(part="purpose") from None
    return Journey(
        graph=graph,
        triggers=tuple(trigger_from(one) for one in triggers),
        who=ALWAYS if who is None else segment_condition_from(who),
        reentry=_reentry(data.get("reentry")),
        exits=_exits(data.get("exits")),
        valid_days=_whole(data, "valid_days", (1, VALID_DAYS_MAX), 90),
        purpose=purpose,
        priority=_whole(data, "priority", (0, PRIORITY_MAX), 5),
        control=_whole(data, "control", (0, CONTROL_MAX), 0),
        last_on=_day(data, "last_on"),
    )


def journey_data(journey: Journey) -> dict[str, object]:
    """The stored form; `journey_from` reads it back to an equal one."""
    exits = journey.exits
    return {
        "start": journey.graph.start,
        "nodes": graph_data(journey.graph),
        "triggers": [trigger_data(one) for one in journey.triggers],
        "who": None if journey.who == All() else as_data(journey.who),
        "reentry": {"again": journey.reentry.again.value, "days": journey.reentry.days},
        "exits": {
            "goals": [{"fact": one.fact, "where": as_data(one.where)} for one in exits.goals],
            "left_segment": None if exits.left_segment is None else str(exits.left_segment),
            "without_consent": exits.without_consent,
        },
        "valid_days": journey.valid_days,
        "purpose": journey.purpose.value,
        "priority": journey.priority,
        "control": journey.control,
        "last_on": None if journey.last_on is None else journey.last_on.isoformat(),
    }


def checked(graph: Graph) -> Graph:
    """The same steps, if every way leads on and comes to an end.

    Refuses: journey.step_unknown, journey.no_exit, journey.unreachable, journey.loop,
    journey.malformed.
    """
    for name, target in [("", graph.start), *_all_ways(graph)]:
        if target not in graph.nodes:
            raise STEP_UNKNOWN.because(node=name, target=target[:40])
    if not any(isinstance(node, Exit | Goal) for node in graph.nodes.values()):
        raise NO_EXIT.because()
    reached = _reached(graph)
    if lost := graph.nodes.keys() - reached:
        raise UNREACHABLE.because(nodes=sorted(lost))
    if loop := _loop(graph):
        raise LOOP.because(nodes=loop)
    for name, node in graph.nodes.items():
        if isinstance(node, WaitSent) and not _writes(graph.nodes.get(node.step)):
            raise MALFORMED.because(node=name, part="step")
    return graph


def _writes(node: Node | None) -> bool:
    return isinstance(node, Act) and isinstance(node.action, SendMessage)


def _all_ways(graph: Graph) -> list[tuple[str, str]]:
    return [(name, target) for name, node in graph.nodes.items() for target in ways_of(node)]


def _reached(graph: Graph) -> set[str]:
    reached, waiting = {graph.start}, [graph.start]
    while waiting:
        for target in ways_of(graph.nodes[waiting.pop()]):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _loop(graph: Graph) -> list[str]:
    """The steps that lie on a loop: those left when steps with no way back into them are taken."""
    left = {name: set(ways_of(node)) for name, node in graph.nodes.items()}
    while True:
        ends = {name for name, ways in left.items() if not ways}
        if not ends:
            return sorted(left)
        left = {name: ways - ends for name, ways in left.items() if name not in ends}


def _whole(data: Mapping[object, object], part: str, fits: tuple[int, int], usual: int) -> int:
    value = data.get(part, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not fits[0] <= value <= fits[1]:
        raise JOURNEY_MALFORMED.because(part=part)
    return value


def _day(data: Mapping[object, object], part: str) -> date | None:
    value = data.get(part)
    if value is None:
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise JOURNEY_MALFORMED.because(part=part) from None
    if day.year > YEAR_MAX:
        raise JOURNEY_MALFORMED.because(part=part)
    return day


def _reentry(data: object) -> Reentry:
    if data is None:
        return Reentry()
    if not isinstance(data, Mapping):
        raise JOURNEY_MALFORMED.because(part="reentry")
    try:
        again = Again(str(data.get("again")))
    except ValueError:
        raise JOURNEY_MALFORMED.because(part="reentry") from None
    least = 1 if again is Again.AFTER_DAYS else 0
    return Reentry(again, _whole(data, "days", (least, VALID_DAYS_MAX), 0))


def _exits(data: object) -> Exits:
    if data is None:
        return Exits()
    if not isinstance(data, Mapping):
        raise JOURNEY_MALFORMED.because(part="exits")
    goals, left = data.get("goals", []), data.get("left_segment")
    if not isinstance(goals, list) or len(goals) > TRIGGERS_MAX:
        raise JOURNEY_MALFORMED.because(part="goals")
    found = []
    for one in goals:
        if not isinstance(one, Mapping):
            raise JOURNEY_MALFORMED.because(part="goals")
        fact = str(one.get("fact"))
        found.append(Reached(fact, filter_from(fact, one.get("where"))))
    consent = data.get("without_consent", False) is True
    try:
        segment = None if left is None else UUID(str(left))
    except ValueError:
        raise JOURNEY_MALFORMED.because(part="left_segment") from None
    return Exits(goals=tuple(found), left_segment=segment, without_consent=consent)
