"""Whether a member is in a segment, why, and when that may change by the clock alone.

王芳 came last on 1 May at 12:00: until 31 May, 12:00 she is not in "近30天未消费", and exactly then she
is, although nothing happens. Her judgement says so on 1 May already, so that nobody has to look
every night.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple, assert_never

from regulars.domain.kernel.condition import (
    Compare,
    Condition,
    Known,
    Leaf,
    OneOf,
    Scalar,
    Within,
)
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.asked import Asked, LeafAsked, NotAsked, PartsAsked, asked_of
from regulars.domain.segments.kinds import Ahead, Course
from regulars.domain.segments.member_state import Ground, MemberState


class Reason(NamedTuple):
    """The leaf that decided: what was asked, and what was there. `holds`: it was met."""

    field: str
    comparison: str
    wanted: Scalar | tuple[Scalar, ...] | None
    actual: Known
    holds: bool


class Judgement(NamedTuple):
    """Whether a member is in, the leaf that decided, and until when that stands without a fact."""

    holds: bool
    reason: Reason
    flips_at: Instant | None


_NOT_ACTIVE = Reason("everyone", "equal", True, False, holds=False)
_EMPTY_ALL = Reason("everyone", "equal", True, True, holds=True)
_EMPTY_ANY = Reason("", "any_of", None, None, holds=False)


class Met(NamedTuple):
    """Whether a part holds, and what decided: a leaf, whether it was met, and what was there."""

    holds: bool
    decided: LeafAsked | Reason
    leaf_holds: bool
    actual: Known

    @property
    def reason(self) -> Reason:
        """What decided, to be kept and shown."""
        if isinstance(self.decided, Reason):
            return self.decided
        return _reason(self.decided.leaf, self.actual, holds=self.leaf_holds)


@dataclass(slots=True)
class Reading:
    """One member at one moment, held against any number of segments.

    Each leaf is worked out once, whichever segments share it, and its next turn only where it
    matters: a part that no clock can change decides for the whole. A turn that is not `before` an
    instant need not be found; who sets it, sets it earlier and earlier.
    """

    state: MemberState
    ground: Ground
    now: Instant
    before: Instant | None = None
    _courses: dict[str, Course] = field(default_factory=dict, init=False)
    _held: dict[Asked, Met] = field(default_factory=dict, init=False)
    _turns: dict[LeafAsked, Instant | None] = field(default_factory=dict, init=False)
    # Whether no order lies at this very moment, or after it by another server's clock.
    _all_past: bool = field(init=False)

    def __post_init__(self) -> None:
        orders = self.state.orders
        self._all_past = not orders or orders[-1].at < self.now

    def judge(self, condition: Condition) -> Judgement:
        """Whether the member is in a segment of this condition. Nobody who left is in any."""
        asked = asked_of(condition)
        found = self.met(asked)
        return Judgement(found.holds, found.reason, self.turn(asked, holds=found.holds))

    def met(self, asked: Asked) -> Met:
        """Whether the member is in a segment whose condition was made ready before."""
        if not self.state.active:
            return Met(False, _NOT_ACTIVE, False, None)
        return self._judged(asked)

    def turn(self, asked: Asked, *, holds: bool) -> Instant | None:
        """The earliest instant at which that could turn by the clock alone."""
        return self._turn(asked, holds=holds) if self.state.active else None

    def told(self, leaf: Leaf) -> Judgement:
        """One leaf alone, for whoever asks why."""
        asked = asked_of(leaf)
        found = self._judged(asked)
        return Judgement(found.holds, found.reason, self._turn(asked, holds=found.holds))

    def moved(self, *, segments: frozenset[str], tags: frozenset[str]) -> None:
        """Take up what judging a segment has just changed for those that ask about it."""
        self.state = replace(self.state, segments=segments, tags=tags)
        for name in _MOVED:
            self._courses.pop(name, None)
        self._held = {
            one: held
            for one, held in self._held.items()
            if isinstance(one, LeafAsked) and one.leaf.field not in _MOVED
        }

    def _judged(self, asked: Asked) -> Met:
        match asked:
            case LeafAsked():
                return self._leaf(asked)
            case NotAsked(part=part):
                found = self._judged(part)
                return found._replace(holds=not found.holds)
            case PartsAsked(parts=parts, wanted=wanted):
                return self._decided(parts, wanted=wanted)
            case _:
                assert_never(asked)

    def _decided(self, parts: tuple[Asked, ...], *, wanted: bool) -> Met:
        """All parts (`wanted` true), or one of them: the first that stands against it decides."""
        first: Met | None = None
        held = self._held
        for part in parts:
            found = held.get(part) or self._judged(part)
            if found.holds is not wanted:
                return found
            first = first or found
        return first or Met(wanted, _EMPTY_ALL if wanted else _EMPTY_ANY, wanted, None)

    def _turn(self, asked: Asked, *, holds: bool) -> Instant | None:
        """The earliest instant at which a condition could turn by the clock alone."""
        if not asked.timed:
            return None
        match asked:
            case LeafAsked():
                return self._leaf_turn(asked)
            case NotAsked(part=part):
                return self._turn(part, holds=not holds)
            case PartsAsked():
                return self._turn_of(asked, holds=holds)
            case _:
                assert_never(asked)

    def _turn_of(self, asked: PartsAsked, *, holds: bool) -> Instant | None:
        """While one part stands against the whole, the whole cannot turn: so the latest of those
        decides, and where one of them can never turn, nothing but a fact can."""
        wanted = asked.wanted
        if holds is wanted:
            turns = [self._turn(part, holds=wanted) for part in asked.parts]
            return min((turn for turn in turns if turn is not None), default=None)
        latest: Instant | None = None
        held = self._held
        for part in asked.steady_first:
            if (held.get(part) or self._judged(part)).holds is not wanted:
                turn = self._turn(part, holds=not wanted)
                if turn is None:
                    return None
                latest = turn if latest is None else max(latest, turn)
        return latest

    def _course(self, asked: LeafAsked) -> Course:
        text = asked.leaf.field
        course = self._courses.get(text)
        if course is None:
            course = asked.kind.course(asked.measure, self.state, self.ground)
            self._courses[text] = course
        return course

    def _leaf(self, asked: LeafAsked) -> Met:
        found = self._held.get(asked)
        if found is None:
            actual = self._course(asked).at(self.now)
            holds = asked.met_by(actual)
            found = self._held[asked] = Met(holds, asked, holds, actual)
        return found

    def _leaf_turn(self, asked: LeafAsked) -> Instant | None:
        if asked not in self._turns:
            self._turns[asked] = self._next_turn(asked)
        return self._turns[asked]

    def _next_turn(self, asked: LeafAsked) -> Instant | None:
        holds = self._leaf(asked).holds
        if asked.lapses and not holds and self._all_past:
            return None
        course, now, before = self._course(asked), self.now, self.before
        turns = [
            turn
            for turn in course.turns(asked.thresholds, Ahead(now, before))
            if turn > now and (before is None or turn < before)
        ]
        for turn in sorted(turns):
            if asked.met_by(course.at(turn)) is not holds:
                return turn
        return None


_MOVED = ("segments", "tags")


def judge(condition: Condition, state: MemberState, ground: Ground, now: Instant) -> Judgement:
    """Whether a member is in a segment, why, and until when at least that stands without a fact."""
    return Reading(state, ground, now).judge(condition)


def _reason(leaf: Leaf, actual: Known, *, holds: bool) -> Reason:
    match leaf:
        case Compare(field=name, comparison=comparison, value=value):
            return Reason(name, comparison.value, value, actual, holds)
        case OneOf(field=name, values=values):
            return Reason(name, "one_of", values, actual, holds)
        case Within(field=name, low=low, high=high):
            bounds = tuple(one for one in (low, high) if one is not None)
            return Reason(name, "within", bounds, actual, holds)
        case _:
            assert_never(leaf)
