"""Members held against all segments that serve: who enters, who leaves, and who is due when.

王芳 pays at 12:31: a second later her judgement is made on what is in the books, for all segments at
once, and written with the reader's place among the facts. A crash before that repeats it; after it
there is nothing left to do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import orjson

from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.asked import Asked, asked_of
from regulars.domain.segments.conditions import (
    Needs,
    needs,
    segment_condition_from,
    segments_asked,
)
from regulars.domain.segments.dependencies import (
    Definition,
    Definitions,
    asked_by_each,
    in_serving_order,
    with_parents,
)
from regulars.domain.segments.kinds import Part
from regulars.domain.segments.member_state import MemberState
from regulars.domain.segments.membership import Met, Reading, Reason
from regulars.storage import segment_stays, segments
from regulars.storage.engine import Read
from regulars.storage.segments import DefinitionRow
from regulars.use_cases.segment_states import Look, load
from regulars.use_cases.segment_writing import Crossing, Due, Worn

# A member who could not be judged is looked at again after so long.
AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A segment with the definition by which members are in or out. `name`: its id in words."""

    id: UUID
    name: str
    version: int
    condition: Condition
    asks: Asked
    tag: str | None
    asked: bool  # whether another segment asks about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All segments that serve, made ready once: until `revision` is another number, it holds.

    `among`: the segments in which members have to be known to be; None: all, as none was left out.
    """

    revision: int
    serving: tuple[Serving, ...]
    needs: Needs
    among: frozenset[UUID] | None = None
    _about: dict[Part, "Plan"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def tags(self) -> frozenset[str]:
        """The words that segments put on."""
        return frozenset(one.tag for one in self.serving if one.tag is not None)

    def alone(self, segment_id: UUID) -> "Plan":
        """The same for one segment."""
        return self._of({segment_id})

    def about(self, part: Part) -> "Plan":
        """The same for those that ask for one part of a member, or about a segment that does."""
        known = self._about.get(part)
        if known is None:
            asking = {one.id for one in self.serving if part in needs(one.condition).parts}
            known = self._about[part] = self._of(with_parents(asking, self._definitions()))
        return known

    def _definitions(self) -> Definitions:
        return {one.id: Definition(one.condition, one.tag) for one in self.serving}

    def _of(self, segments: Collection[UUID]) -> "Plan":
        serving = tuple(one for one in self.serving if one.id in segments)
        among = frozenset(segments).union(*(segments_asked(one.condition) for one in serving))
        return replace(self, serving=serving, needs=needed_by(serving), among=among)


def plan_of(read: Read, known: Plan | None = None) -> Plan:
    """The segments that serve now; `known` itself while nothing has changed since."""
    revision = segments.changes(read)
    if known is not None and known.revision == revision:
        return known
    serving = tuple(serving_of(read))
    return Plan(revision=revision, serving=serving, needs=needed_by(serving))


def serving_of(read: Read) -> list[Serving]:
    """The segments that serve, each after all that it asks about."""
    return ordered(read.all(segments.SERVING))


def ordered(rows: Sequence[DefinitionRow]) -> list[Serving]:
    """Some segments, each after all that it asks about, as far as they do not go in a circle."""
    definitions = {row.id: Definition(condition_of(row.condition), row.tag) for row in rows}
    by_id = {row.id: row for row in rows}
    asked = {one for found in asked_by_each(definitions).values() for one in found}
    return [
        Serving(
            id=one,
            name=str(one),
            version=by_id[one].version,
            condition=definitions[one].condition,
            asks=asked_of(definitions[one].condition),
            tag=by_id[one].tag,
            asked=one in asked,
        )
        for one in in_serving_order(definitions)
    ]


def condition_of(stored: object) -> Condition:
    """A stored condition as the domain knows it."""
    return _parsed(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=1_024)
def _parsed(text: bytes) -> Condition:
    return segment_condition_from(orjson.loads(text))


def needed_by(serving: Sequence[Serving]) -> Needs:
    """What has to be loaded of a member for some segments."""
    total = Needs(frozenset({Part.SEGMENTS}))
    for one in serving:
        total = total.and_of(needs(one.condition))
        if one.tag is not None:
            total = total.and_of(Needs(frozenset({Part.TAGS})))
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What judging some members comes to: only what differs from what is written.

    `unjudged`: how many could not be judged, and why the first of them could not.
    """

    crossings: tuple[Crossing, ...] = ()
    dues: tuple[Due, ...] = ()
    worn: tuple[Worn, ...] = ()
    unjudged: int = 0
    trouble: str | None = None

    @property
    def empty(self) -> bool:
        """Whether everything is as it is written."""
        return not (self.crossings or self.dues or self.worn)

    def but_of(self, other: "Found", members: Sequence[UUID]) -> "Found":
        """The same, but of some members as the other has it."""
        gone = frozenset(members)
        return Found(
            crossings=other.crossings,
            dues=(*(one for one in self.dues if one.member_id not in gone), *other.dues),
            worn=(*(one for one in self.worn if one.member_id not in gone), *other.worn),
            unjudged=self.unjudged + other.unjudged,
            trouble=self.trouble or other.trouble,
        )


def judged(read: Read, member_ids: Sequence[UUID], plan: Plan, look: Look) -> Found:
    """What judging some members comes to.

    One who cannot be judged (her key is damaged) is left as she is and tried again later: nobody
    else waits for her.
    """
    loaded = load(read, member_ids, plan.needs, look, among=plan.among)
    rows = read.all(segment_stays.DUES_OF, members=member_ids)
    dues = {row.member_id: row.due_at for row in rows}
    wearing = segment_stays.wearing(read, member_ids, plan.tags)
    found: list[_OfMember] = []
    unjudged, trouble = 0, None
    for member_id in loaded.ids:
        one = _OfMember(member_id, dues.get(member_id), wearing.get(member_id, {}))
        try:
            one.judge(loaded.state(member_id), plan, look)
        except Exception as error:
            one = _OfMember(member_id, dues.get(member_id), {})
            one.wait(look.now)
            unjudged, trouble = unjudged + 1, trouble or type(error).__name__
        found.append(one)
    return Found(
        crossings=tuple(crossing for one in found for crossing in one.crossings),
        dues=tuple(due for one in found for due in one.dues),
        worn=tuple(worn for one in found for worn in one.worn),
        unjudged=unjudged,
        trouble=trouble,
    )


class _OfMember:
    """What differs for one member, gathered segment by segment."""

    def __init__(
        self, member_id: UUID, due_at: Instant | None, wearing: Mapping[str, UUID | None]
    ) -> None:
        self.crossings: list[Crossing] = []
        self.dues: list[Due] = []
        self.worn: list[Worn] = []
        self._id, self._due_at = member_id, due_at
        self._wearing = dict(wearing)

    def judge(self, state: MemberState, plan: Plan, look: Look) -> None:
        """Hold her against all segments, in order."""
        due_at = self._due_at
        anew = plan.among is None and due_at is not None and due_at <= look.now
        reading = Reading(state, look.ground, look.now, before=None if anew else due_at)
        flips_at: Instant | None = None
        for one in plan.serving:
            met = reading.met(one.asks)
            holds, inside = met.holds, one.name in reading.state.segments
            if holds is not inside:
                self._cross(one, met)
            moved = one.tag is not None and self._wear(one, one.tag, holds=holds)
            if one.asked and (moved or holds is not inside):
                _take_up(reading, one, holds=holds, moved=moved)
            turn = reading.turn(one.asks, holds=holds)
            if turn is not None and (reading.before is None or turn < reading.before):
                flips_at = reading.before = turn
        # An instant that comes too early does no harm: she is judged then, and the next is written.
        # So a sale that moves a hundred instants into the future writes none of them.
        if anew or flips_at is not None:
            self.dues.append(Due(member_id=self._id, due_at=flips_at))

    def wait(self, now: Instant) -> None:
        """Look at her again in a while."""
        if self._due_at is None or self._due_at <= now:
            self.dues.append(Due(member_id=self._id, due_at=Instant(now + AGAIN_AFTER)))

    def _cross(self, one: Serving, met: Met) -> None:
        self.crossings.append(
            Crossing(
                segment_id=one.id,
                member_id=self._id,
                version=one.version,
                enters=met.holds,
                why=told(met.reason),
            )
        )

    def _wear(self, one: Serving, tag: str, *, holds: bool) -> bool:
        """Put a word on who bears none, take it off who bears this segment's; whether it moved."""
        if holds is (tag in self._wearing):
            return False
        if not holds and self._wearing[tag] != one.id:
            return False
        if holds:
            self._wearing[tag] = one.id
        else:
            del self._wearing[tag]
        self.worn.append(Worn(segment_id=one.id, member_id=self._id, tag=tag, put=holds))
        return True


def _take_up(reading: Reading, one: Serving, *, holds: bool, moved: bool) -> None:
    state = reading.state
    this = frozenset({one.name})
    word = frozenset({one.tag}) if moved and one.tag is not None else frozenset[str]()
    if holds:
        reading.moved(segments=state.segments | this, tags=state.tags | word)
    else:
        reading.moved(segments=state.segments - this, tags=state.tags - word)


def told(reason: Reason) -> dict[str, object]:
    """A reason as it is kept and shown."""
    return {
        "field": reason.field,
        "is": reason.comparison,
        "wanted": _plain(reason.wanted),
        "actual": _plain(reason.actual),
        "holds": reason.holds,
    }


def _plain(value: object) -> object:
    return sorted(value, key=str) if isinstance(value, frozenset | tuple) else value
