"""Saving and stopping segments: a definition is checked when it is saved, and then never changed.

小陈 of marketing saves "近30天未消费的高价值会员": the condition is read back to her as a sentence, a cycle
of segments is refused, and a minute later the first members are in.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.condition import Condition, as_data
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import check_revision
from regulars.domain.kernel.terms import Level
from regulars.domain.members.writing import checked_text
from regulars.domain.segments.conditions import (
    condition_hash,
    segment_condition_from,
    segments_asked,
)
from regulars.domain.segments.dependencies import Definition, in_order, parents_of
from regulars.domain.segments.filling import SegmentState
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, journeys, segments
from regulars.storage.engine import Write
from regulars.storage.facts import Fact, append
from regulars.storage.places import check_place
from regulars.storage.segments import SegmentRow, VersionRow
from regulars.use_cases.journey_sights import journey_of_text
from regulars.use_cases.member_tags import TAG_LETTERS_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.segment_filling import begin
from regulars.use_cases.segment_judging import condition_of

TAG_FIXED = refusal_code("segment.tag_fixed")
NOT_A_DRAFT = refusal_code("segment.not_a_draft")
CHILD_NOT_ACTIVE = refusal_code("segment.child_not_active")
IN_USE = refusal_code("segment.in_use")
STOPPED_FOR_GOOD = refusal_code("segment.stopped")
TOO_MANY = refusal_code("segment.too_many", "maximum")

SEGMENTS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSegment:
    """A segment, new (`seen` 0) or changed from the version that its author saw.

    `draft` waits; what is active serves as soon as it is filled. `tag` is a word that it puts on
    its members; it stays the same for ever.
    """

    id: UUID
    seen: int
    name: Label
    condition: object
    draft: bool = False
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSegment:
    """Nobody is in a segment any more; its history stays."""

    id: UUID
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSegment:
    """What was saved, and its version."""

    id: UUID
    version: int
    state: str


@use_case
def save_segment(tx: Write, command: SaveSegment, moment: Moment) -> SavedSegment:
    """Save a segment as a new version; while it is being filled the version before serves.

    Refuses: scope.outside, precondition.failed, condition.*, segment.* (measures, leaves, cycle,
    child_not_active, tag_fixed, not_a_draft, stopped, too_many), member.text_*.
    """
    moment.actor.need(Permission.SEGMENT_WRITE)
    check_place(tx, moment.actor.scope, level=Level.ORGANISATION, place_id=None)
    known = tx.one(segments.ONE_LOCKED, segment_id=command.id)
    check_revision(known.version if known else 0, expected=command.seen)
    tag = _tag(command.tag)
    if known is not None:
        _check_change(known, command, tag)
    condition = segment_condition_from(command.condition)
    _check_together(tx, command.id, Definition(condition, tag))
    state = SegmentState.DRAFT if command.draft else SegmentState.ACTIVE
    row = SegmentRow(
        id=command.id,
        name_zh=command.name.zh,
        name_en=command.name.en,
        state=state.value,
        version=command.seen + 1,
        serving=known.serving if known else None,
        tag=tag,
        made_at=known.made_at if known else moment.now,
    )
    return _recorded(tx, row, condition, known, moment)


@use_case
def stop_segment(tx: Write, command: StopSegment, moment: Moment) -> SavedSegment:
    """End a segment for good: who is in leaves with the reason `stopped`.

    Refuses: segment.unknown, segment.stopped, segment.in_use, scope.outside, precondition.failed.
    """
    moment.actor.need(Permission.SEGMENT_WRITE)
    check_place(tx, moment.actor.scope, level=Level.ORGANISATION, place_id=None)
    known = tx.one(segments.ONE_LOCKED, segment_id=command.id)
    if known is None:
        raise segments.SEGMENT_UNKNOWN.because()
    check_revision(known.version, expected=command.seen)
    if known.state == SegmentState.STOPPED.value:
        raise STOPPED_FOR_GOOD.because()
    definitions = _definitions(tx)
    if parents_of(command.id, definitions) or _leads_on(tx, command.id):
        raise IN_USE.because()
    row = known._replace(state=SegmentState.STOPPED.value, version=known.version + 1)
    return _recorded(tx, row, definitions[command.id].condition, known, moment)


def _leads_on(tx: Write, segment_id: UUID) -> bool:
    """Whether a journey or a campaign that lets members in asks about a segment."""
    live = (journey_of_text(row.definition) for row in tx.all(journeys.LIVE))
    return any(segment_id in one.segments for one in live)


def _tag(text: str | None) -> str | None:
    """Refuses: member.text_malformed, member.text_too_long, member.payment_card_refused."""
    return checked_text(text, field="tags", maximum=TAG_LETTERS_MAX) or None if text else None


def _check_change(known: SegmentRow, command: SaveSegment, tag: str | None) -> None:
    if known.state == SegmentState.STOPPED.value:
        raise STOPPED_FOR_GOOD.because()
    if command.draft and known.state != SegmentState.DRAFT.value:
        raise NOT_A_DRAFT.because()
    if tag != known.tag:
        raise TAG_FIXED.because()


def _definitions(tx: Write) -> dict[UUID, Definition]:
    rows = tx.all(segments.NEWEST)
    return {row.id: Definition(condition_of(row.condition), row.tag) for row in rows}


def _check_together(tx: Write, segment_id: UUID, definition: Definition) -> None:
    definitions = _definitions(tx)
    states = {row.id: row.state for row in tx.all(segments.ALL)}
    for asked in segments_asked(definition.condition) - {segment_id}:
        if states.get(asked) != SegmentState.ACTIVE.value:
            raise CHILD_NOT_ACTIVE.because()
    definitions[segment_id] = definition
    if len(definitions) > SEGMENTS_MAX:
        raise TOO_MANY.because(maximum=SEGMENTS_MAX)
    in_order(definitions)


def _recorded(
    tx: Write, row: SegmentRow, condition: Condition, known: SegmentRow | None, moment: Moment
) -> SavedSegment:
    version = VersionRow(
        segment_id=row.id,
        version=row.version,
        condition=as_data(condition),
        hash=condition_hash(condition),
        name_zh=row.name_zh,
        name_en=row.name_en,
        state=row.state,
        recorded_at=moment.now,
        recorded_by=moment.actor.name,
    )
    segments.save(tx, row, version)
    if row.state != SegmentState.DRAFT.value:
        _serve(tx, row, condition, known, moment.now)
    audit.record(
        tx,
        moment,
        action="segment.stopped" if row.state == SegmentState.STOPPED.value else "segment.saved",
        subject=f"segment:{row.id}",
        before={"version": known.version, "state": known.state} if known else None,
        after={"version": row.version, "state": row.state, "condition": version.condition},
    )
    body: dict[str, object] = {"version": row.version, "state": row.state}
    fact = Fact(kind="segment.saved", at=moment.now, subject_id=row.id, body=body)
    append(tx, fact, id=moment.new_id())
    return SavedSegment(id=row.id, version=row.version, state=row.state)


def _serve(
    tx: Write, row: SegmentRow, condition: Condition, known: SegmentRow | None, now: Instant
) -> None:
    """Fill it anew, unless only its name changed or nobody was ever in it."""
    filling = tx.one(segments.FILL_LOCKED, segment_id=row.id) is not None
    serving = known.serving if known is not None else None
    if row.state == SegmentState.STOPPED.value:
        if filling or serving is not None:
            begin(tx, row.id, row.version, now=now)
        return
    if serving is not None and not filling:
        served = tx.one(segments.VERSION, segment_id=row.id, version=serving)
        if served is not None and served.hash == condition_hash(condition):
            segments.serve(tx, row.id, row.version)
            return
    begin(tx, row.id, row.version, now=now)
