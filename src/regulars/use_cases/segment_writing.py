"""What judging members came to, written: who entered and left, who is due when, which words they wear.

It is written with the reader's place among the facts in one transaction. A crash before that repeats
it; after it there is nothing left to do.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, segment_stays, segments
from regulars.storage.engine import Write
from regulars.storage.fact_cursors import Cursor, locked_cursor_of, put
from regulars.storage.facts import Fact
from regulars.storage.segments import SizeRow
from regulars.storage.tables.segments import segment_member
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

CURSOR = "segments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A member who enters or leaves a segment, by which of its versions and why."""

    segment_id: UUID
    member_id: UUID
    version: int
    enters: bool
    why: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a member may change without a fact; None: never."""

    member_id: UUID
    due_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """A word that a segment puts on a member, or takes off."""

    segment_id: UUID
    member_id: UUID
    tag: str
    put: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What judging went by: how far the facts were read, and which definitions served."""

    position: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteJudgements:
    """What was found of some members by what was `seen`.

    `cursor` moves the reader of the facts in the same transaction; None leaves it. `evaluated`:
    the segments by which they were judged, where that is to be shown.
    """

    seen: Seen
    crossings: tuple[Crossing, ...] = ()
    dues: tuple[Due, ...] = ()
    worn: tuple[Worn, ...] = ()
    evaluated: tuple[UUID, ...] = ()
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many entered and left. `taken`: false where other facts or definitions came between."""

    entered: int
    left: int
    taken: bool


@use_case
def write_judgements(tx: Write, command: WriteJudgements, moment: Moment) -> Judged:
    """Write who entered and left, and when each is due.

    It is all taken or nothing: what was judged by facts or definitions that are overtaken is judged
    again. Refuses: permission.missing.
    """
    moment.actor.need(Permission.SEGMENT_WRITE)
    if not _still_so(tx, command.seen):
        return Judged(entered=0, left=0, taken=False)
    position = command.seen.position if command.cursor is None else command.cursor.position
    members = sorted({one.member_id for one in command.crossings})
    crossed = sorted({one.segment_id for one in command.crossings})
    inside = segment_stays.open_of(tx, members, crossed) if members else {}
    crossings = [
        one
        for one in command.crossings
        if one.enters is not ((one.segment_id, one.member_id) in inside)
    ]
    _write_stays(tx, crossings, inside, position, moment)
    for due in command.dues:
        segment_stays.put_due(tx, due.member_id, due.due_at)
    _write_tags(tx, command.worn, moment)
    _write_sizes(tx, crossings, moment)
    if command.evaluated:
        evaluated = list(command.evaluated)
        tx.send(segments.EVALUATED, segments=evaluated, at=moment.now, known=position)
    if command.cursor is not None:
        put(tx, CURSOR, command.cursor)
    entered = sum(one.enters for one in crossings)
    return Judged(entered=entered, left=len(crossings) - entered, taken=True)


def _still_so(tx: Write, seen: Seen) -> bool:
    """Whether nobody has read on, and the same definitions serve.

    A server that lost its lease may write late. What it saw before a sale must not undo what the
    other one, which took over, has found behind that sale.
    """
    reader = locked_cursor_of(tx, CURSOR)
    return Seen(position=reader.position, revision=segments.changes(tx)) == seen


def _write_stays(
    tx: Write,
    crossings: Sequence[Crossing],
    inside: Mapping[tuple[UUID, UUID], int],
    position: int,
    moment: Moment,
) -> None:
    rows: list[dict[str, object]] = []
    for one in crossings:
        if one.enters:
            row = {"segment_id": one.segment_id, "member_id": one.member_id, "why": dict(one.why)}
            rest = {"entered_at": moment.now, "left_at": None, "left_why": None}
            rows.append({**row, **rest, "version": one.version, "fact_sequence": position})
        else:
            this = inside[one.segment_id, one.member_id]
            tx.send(segment_stays.LEAVE, this=this, at=moment.now, because=dict(one.why))
    tx.add(segment_member, rows)
    told_of = [
        Fact(
            kind="segment.entered" if one.enters else "segment.left",
            at=moment.now,
            member_id=one.member_id,
            subject_id=one.segment_id,
            body={"version": one.version},
        )
        for one in crossings
    ]
    facts.append_all(tx, [(moment.new_id(), one) for one in told_of])


def _write_tags(tx: Write, worn: Sequence[Worn], moment: Moment) -> None:
    for one in worn:
        if one.put:
            segment_stays.put_tag(tx, one.member_id, one.segment_id, one.tag, at=moment.now)
        else:
            segment_stays.take_tag(tx, one.member_id, one.segment_id, one.tag)
    added = Counter(one.member_id for one in worn if one.put)
    removed = Counter(one.member_id for one in worn if not one.put)
    told_of = [
        Fact(
            kind="member.tags_changed",
            at=moment.now,
            member_id=one,
            body={"by": "segment", "added": added[one], "removed": removed[one]},
        )
        for one in sorted({one.member_id for one in worn})
    ]
    facts.append_all(tx, [(moment.new_id(), one) for one in told_of])


def _write_sizes(tx: Write, crossings: Sequence[Crossing], moment: Moment) -> None:
    if not crossings:
        return
    crossed = sorted({one.segment_id for one in crossings})
    health = tx.all(segments.HEALTH_OF, segments=crossed)
    sizes = {row.segment_id: row.size for row in health}
    day = segments.day_of(tx, moment.now)
    came = Counter(one.segment_id for one in crossings if one.enters)
    went = Counter(one.segment_id for one in crossings if not one.enters)
    for segment_id in crossed:
        entered, left = came[segment_id], went[segment_id]
        tx.send(segments.MOVED_SIZE, this=segment_id, change=entered - left)
        size = max(0, sizes.get(segment_id, 0) + entered - left)
        segments.put_size(tx, segment_id, SizeRow(day, size, entered, left))
