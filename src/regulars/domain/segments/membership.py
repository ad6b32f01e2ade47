"""Whether a member is in a segment, why, and when that may change by the clock alone.

王芳 came last on 1 May at 12:00: until 31 May, 12:00 she is not in "近30天未消费", and exactly then she
is, although nothing happens. Her judgement says so on 1 May already, so that nobody has to look
every night.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple, assert_never

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Condition,
    Known,
    Leaf,
    Not,
    OneOf,
    Scalar,
    Within,
    verdict,
)
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import is_timed, thresholds_of
from regulars.domain.segments.kinds import Course, Result
from regulars.domain.segments.measures import kind_of, measure_from
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


NOT_ACTIVE = Judgement(False, Reason("everyone", "equal", True, False, holds=False), None)
_EMPTY_ALL = Reason("everyone", "equal", True, True, holds=True)
_EMPTY_ANY = Reason("", "any_of", None, None, holds=False)


class _Held(NamedTuple):
    """Whether a part holds, and the leaf that decided."""

    holds: bool
    reason: Reason


@dataclass(slots=True)
class Reading:
    """One member at one moment, held against any number of segments.

    Each leaf is worked out once, whichever segments share it, and its next turn only where it
    matters: a part that no clock can change decides for the whole.
    """

    state: MemberState
    ground: Ground
    now: Instant
    _courses: dict[str, Course] = field(default_factory=dict, init=False)
    _held: dict[Leaf, _Held] = field(default_factory=dict, init=False)
    _turns: dict[Leaf, Instant | None] = field(default_factory=dict, init=False)

    def judge(self, condition: Condition) -> Judgement:
        """Whether the member is in a segment of this condition. Nobody who left is in any."""
        if not self.state.active:
            return NOT_ACTIVE
        found = self._judged(condition)
        return Judgement(found.holds, found.reason, self._turn(condition, holds=found.holds))

    def told(self, leaf: Leaf) -> Judgement:
        """One leaf alone, for whoever asks why."""
        found = self._leaf(leaf)
        return Judgement(found.holds, found.reason, self._leaf_turn(leaf))

    def moved(self, *, segments: frozenset[str], tags: frozenset[str]) -> None:
        """Take up what judging a segment has just changed for those that ask about it."""
        self.state = replace(self.state, segments=segments, tags=tags)
        for name in _MOVED:
            self._courses.pop(name, None)
        self._held = {leaf: one for leaf, one in self._held.items() if leaf.field not in _MOVED}

    def _judged(self, condition: Condition) -> _Held:
        match condition:
            case Compare() | OneOf() | Within():
                return self._leaf(condition)
            case Not(part=part):
                found = self._judged(part)
                return _Held(not found.holds, found.reason)
            case All(parts=parts):
                return self._decided(parts, wanted=True)
            case AnyOf(parts=parts):
                return self._decided(parts, wanted=False)
            case _:
                assert_never(condition)

    def _decided(self, parts: tuple[Condition, ...], *, wanted: bool) -> _Held:
        """All parts (`wanted` true), or one of them: the first that stands against it decides."""
        first: _Held | None = None
        for part in parts:
            found = self._judged(part)
            if found.holds is not wanted:
                return found
            first = first or found
        return first or _Held(wanted, _EMPTY_ALL if wanted else _EMPTY_ANY)

    def _turn(self, condition: Condition, *, holds: bool) -> Instant | None:
        """The earliest instant at which a condition could turn by the clock alone."""
        if not is_timed(condition):
            return None
        match condition:
            case Compare() | OneOf() | Within():
                return self._leaf_turn(condition)
            case Not(part=part):
                return self._turn(part, holds=not holds)
            case All(parts=parts):
                return self._turn_of(parts, wanted=True, holds=holds)
            case AnyOf(parts=parts):
                return self._turn_of(parts, wanted=False, holds=holds)
            case _:
                assert_never(condition)

    def _turn_of(
        self, parts: tuple[Condition, ...], *, wanted: bool, holds: bool
    ) -> Instant | None:
        """While one part stands against the whole, the whole cannot turn: so the latest of those
        decides, and where one of them can never turn, nothing but a fact can."""
        if holds is wanted:
            turns = [self._turn(part, holds=wanted) for part in parts]
            return min((turn for turn in turns if turn is not None), default=None)
        latest: Instant | None = None
        for part in sorted(parts, key=is_timed):
            if self._judged(part).holds is not wanted:
                turn = self._turn(part, holds=not wanted)
                if turn is None:
                    return None
                latest = turn if latest is None else max(latest, turn)
        return latest

    def _course(self, text: str) -> Course:
        course = self._courses.get(text)
        if course is None:
            measure = measure_from(text)
            course = kind_of(measure).course(measure, self.state, self.ground)
            self._courses[text] = course
        return course

    def _leaf(self, leaf: Leaf) -> _Held:
        found = self._held.get(leaf)
        if found is None:
            actual = self._course(leaf.field).at(self.now)
            holds = _holds(leaf, actual)
            found = self._held[leaf] = _Held(holds, _reason(leaf, actual, holds=holds))
        return found

    def _leaf_turn(self, leaf: Leaf) -> Instant | None:
        if leaf not in self._turns:
            self._turns[leaf] = self._next_turn(leaf) if is_timed(leaf) else None
        return self._turns[leaf]

    def _next_turn(self, leaf: Leaf) -> Instant | None:
        kind, course = kind_of(measure_from(leaf.field)), self._course(leaf.field)
        holds = self._leaf(leaf).holds
        asked = thresholds_of(leaf) if kind.result is Result.NUMBER else ()
        turns = sorted({turn for turn in course.turns(asked) if turn > self.now})
        return next((turn for turn in turns if _holds(leaf, course.at(turn)) is not holds), None)


_MOVED = ("segments", "tags")


def judge(condition: Condition, state: MemberState, ground: Ground, now: Instant) -> Judgement:
    """Whether a member is in a segment, why, and until when at least that stands without a fact."""
    return Reading(state, ground, now).judge(condition)


def _holds(leaf: Leaf, actual: Known) -> bool:
    return verdict(leaf, {leaf.field: actual}).holds


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
