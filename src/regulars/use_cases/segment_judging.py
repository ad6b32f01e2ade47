"""Members held against all segments that serve: who enters, who leaves, and who is due when.

王芳 pays at 12:31: a second later her judgement is made on what is in the books, for all segments at
once, and written with the reader's place among the facts. A crash before that repeats it; after it
there is nothing left to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import orjson

from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import Needs, needs, segment_condition_from
from regulars.domain.segments.dependencies import Definition, asked_by, in_order
from regulars.domain.segments.kinds import Part
from regulars.domain.segments.member_state import MemberState
from regulars.domain.segments.membership import Judgement, Reading, Reason
from regulars.storage import segment_stays, segments
from regulars.storage.engine import Read
from regulars.storage.segments import DefinitionRow
from regulars.use_cases.segment_states import Look, states_of
from regulars.use_cases.segment_writing import Crossing, Due, Worn, WriteJudgements


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A segment with the definition by which members are in or out."""

    id: UUID
    version: int
    condition: Condition
    tag: str | None
    asked: bool  # whether another segment asks about it


def serving_of(read: Read) -> list[Serving]:
    """The segments that serve, each after all that it asks about."""
    return ordered(read.all(segments.SERVING))


def ordered(rows: Sequence[DefinitionRow]) -> list[Serving]:
    """Some segments, each after all that it asks about."""
    definitions = {row.id: Definition(condition_of(row.condition), row.tag) for row in rows}
    by_id = {row.id: row for row in rows}
    asked = {
        one for found in definitions.values() for one in asked_by(found.condition, definitions)
    }
    return [
        Serving(
            id=one,
            version=by_id[one].version,
            condition=definitions[one].condition,
            tag=by_id[one].tag,
            asked=one in asked,
        )
        for one in in_order(definitions)
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


def judged(
    read: Read, member_ids: Sequence[UUID], serving: Sequence[Serving], look: Look
) -> WriteJudgements:
    """What judging some members comes to: only what differs from what is written."""
    states = states_of(read, member_ids, needed_by(serving), look)
    dues = {
        (row.segment_id, row.member_id): row.due_at
        for row in read.all(segment_stays.DUES_OF, members=member_ids)
    }
    found = _Found(dict(dues))
    for state in states:
        found.judge(state, serving, look)
    serves = {one.id for one in serving}
    stale = [key for key in dues if key[0] not in serves]
    for segment_id, member_id in stale:
        found.dues.append(Due(segment_id=segment_id, member_id=member_id, due_at=None))
    return WriteJudgements(
        crossings=tuple(found.crossings),
        dues=tuple(found.dues),
        worn=tuple(found.worn),
        judged=tuple(serves),
        position=0,
    )


class _Found:
    """What differs, gathered member by member."""

    def __init__(self, known: dict[tuple[UUID, UUID], Instant]) -> None:
        self._known = known
        self.crossings: list[Crossing] = []
        self.dues: list[Due] = []
        self.worn: list[Worn] = []

    def judge(self, state: MemberState, serving: Sequence[Serving], look: Look) -> None:
        """Hold one member against all segments, in order."""
        reading = Reading(state, look.ground, look.now)
        for one in serving:
            judgement = reading.judge(one.condition)
            inside = str(one.id) in reading.state.segments
            if judgement.holds is not inside:
                self._cross(state.id, one, judgement)
            wears = one.tag is not None and one.tag in reading.state.tags
            if one.tag is not None and (judgement.holds, wears) in {(True, False), (False, True)}:
                self._wear(state.id, one, put=judgement.holds, crossed=inside)
            if one.asked and (judgement.holds or inside):
                _take_up(reading, one, holds=judgement.holds)
            self._plan(state.id, one, judgement)

    def _cross(self, member_id: UUID, one: Serving, judgement: Judgement) -> None:
        self.crossings.append(
            Crossing(
                segment_id=one.id,
                member_id=member_id,
                version=one.version,
                enters=judgement.holds,
                why=told(judgement.reason),
            )
        )

    def _wear(self, member_id: UUID, one: Serving, *, put: bool, crossed: bool) -> None:
        # Who is out bears the word only if this segment put it on, which it did while she was in.
        if one.tag is not None and (put or crossed):
            self.worn.append(Worn(segment_id=one.id, member_id=member_id, tag=one.tag, put=put))

    def _plan(self, member_id: UUID, one: Serving, judgement: Judgement) -> None:
        if self._known.get((one.id, member_id)) != judgement.flips_at:
            due = Due(segment_id=one.id, member_id=member_id, due_at=judgement.flips_at)
            self.dues.append(due)


def _take_up(reading: Reading, one: Serving, *, holds: bool) -> None:
    state = reading.state
    this, word = frozenset({str(one.id)}), frozenset(() if one.tag is None else (one.tag,))
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
