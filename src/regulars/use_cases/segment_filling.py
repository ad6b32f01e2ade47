"""The steps by which a new definition comes to serve; each is one short transaction.

"近30天未消费" is narrowed to the gold tier: while the shop is asked, the old definition goes on
serving. Every step names the version it is for, so a step of an overtaken version does nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.segments.conditions import is_timed
from regulars.domain.segments.dependencies import Definition, parents_of
from regulars.domain.segments.filling import DEFINITION_CHANGED, STOPPED, Phase, SegmentState
from regulars.domain.stores.permissions import Permission
from regulars.storage import segment_filling, segments
from regulars.storage.engine import Write
from regulars.storage.fact_cursors import cursor_of
from regulars.storage.segment_filling import Changed, Switch, Word
from regulars.storage.segments import NOBODY, FillRow, HealthRow, SegmentRow, SizeRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.segment_judging import condition_of
from regulars.use_cases.segment_writing import CURSOR

# A segment of so many, before and after, is switched in one transaction.
SWITCHED_AT_ONCE = 10_000
CLEARED_AT_ONCE = 5_000
TAGGED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMembers:
    """Note the next of those who meet a definition; `finished`: there are no more.

    `ground` tells what its categories, tags and regions stood for.
    """

    segment_id: UUID
    version: int
    after_id: UUID
    member_ids: tuple[UUID, ...]
    finished: bool
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceFill:
    """Take the next step of a phase that needs nothing but the rows themselves.

    `switched`: of so many members, before and after, a switch is one step.
    """

    segment_id: UUID
    version: int
    phase: Phase
    switched: int = SWITCHED_AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class FillAnew:
    """Fill a segment again by what it asks already: its goods or stores have changed."""

    segment_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFill:
    """Members up to this one, or facts up to this one, have been judged by the new definition."""

    segment_id: UUID
    version: int
    phase: Phase
    after_id: UUID
    position: int
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Where it stands after the step; None: the definition serves and all is done."""

    segment_id: UUID
    phase: Phase | None


@use_case
def stage_members(tx: Write, command: StageMembers, moment: Moment) -> Filled:
    """Note some who meet a new definition. Refuses: permission.missing."""
    moment.actor.need(Permission.SEGMENT_WRITE)
    fill = _fill(tx, command.segment_id, command.version, Phase.STAGING)
    if fill is None or fill.after_id != command.after_id:
        return Filled(segment_id=command.segment_id, phase=None)
    if fill.after_id == NOBODY:
        tx.send(segments.GROUNDED, this=command.segment_id, mark=command.ground)
    segment_filling.stage(tx, command.segment_id, command.member_ids)
    if command.finished:
        return _moved(tx, fill._replace(after_id=NOBODY), Phase.SWITCHING)
    return _moved(tx, fill._replace(after_id=command.member_ids[-1]), Phase.STAGING)


@use_case
def advance_fill(tx: Write, command: AdvanceFill, moment: Moment) -> Filled:
    """Clear, switch or tag some members. Refuses: permission.missing, segment.unknown."""
    moment.actor.need(Permission.SEGMENT_WRITE)
    fill = _fill(tx, command.segment_id, command.version, command.phase)
    if fill is None:
        return Filled(segment_id=command.segment_id, phase=None)
    known = segments.known(tx, fill.segment_id)
    match command.phase:
        case Phase.RESTARTING:
            done = _cleared(tx, fill)
            # Nobody is in a segment that was stopped: there is nobody to stage.
            stopped = known.state == SegmentState.STOPPED.value
            following = Phase.SWITCHING if stopped else Phase.STAGING
            return _moved(tx, fill, following if done else Phase.RESTARTING)
        case Phase.SWITCHING:
            return _switched(tx, fill, known, moment.now, most=command.switched)
        case Phase.CLEARING:
            done = _cleared(tx, fill)
            return _moved(tx, fill, Phase.TAGGING if done else Phase.CLEARING)
        case Phase.TAGGING:
            return _tagged(tx, fill, known, moment.now)
        case _:
            return _moved(tx, fill, command.phase)


@use_case
def move_fill(tx: Write, command: MoveFill, moment: Moment) -> Filled:
    """Remember how far planning or catching up has come. Refuses: permission.missing."""
    moment.actor.need(Permission.SEGMENT_WRITE)
    fill = _fill(tx, command.segment_id, command.version, command.phase)
    if fill is None:
        return Filled(segment_id=command.segment_id, phase=None)
    if command.finished:
        return _finished(tx, fill)
    moved = fill._replace(after_id=command.after_id, position=command.position)
    return _moved(tx, moved, command.phase)


@use_case
def fill_anew(tx: Write, command: FillAnew, moment: Moment) -> Filled:
    """Begin to fill a segment again. Refuses: permission.missing, segment.unknown."""
    moment.actor.need(Permission.SEGMENT_WRITE)
    known = segments.known(tx, command.segment_id)
    if known.serving != command.version or known.version != command.version:
        return Filled(segment_id=command.segment_id, phase=None)
    begin(tx, command.segment_id, command.version, now=moment.now)
    return Filled(segment_id=command.segment_id, phase=Phase.RESTARTING)


def begin(tx: Write, segment_id: UUID, version: int, *, now: Instant) -> None:
    """Let a definition begin to come into service; one that was on its way gives up its place."""
    position = cursor_of(tx, CURSOR).position
    fill = FillRow(segment_id, version, Phase.RESTARTING.value, NOBODY, position, now)
    segments.begin_fill(tx, fill)


def _fill(tx: Write, segment_id: UUID, version: int, phase: Phase) -> FillRow | None:
    fill = tx.one(segments.FILL_LOCKED, segment_id=segment_id)
    same = fill is not None and (fill.version, fill.phase) == (version, phase.value)
    return fill if same else None


def _moved(tx: Write, fill: FillRow, phase: Phase) -> Filled:
    segments.put_fill(tx, fill._replace(phase=phase.value))
    return Filled(segment_id=fill.segment_id, phase=phase)


def _finished(tx: Write, fill: FillRow) -> Filled:
    segments.end_fill(tx, fill.segment_id)
    return Filled(segment_id=fill.segment_id, phase=None)


def _cleared(tx: Write, fill: FillRow) -> bool:
    """Whether nobody is staged any more."""
    return segment_filling.clear(tx, fill.segment_id, most=CLEARED_AT_ONCE) < CLEARED_AT_ONCE


def _switched(tx: Write, fill: FillRow, known: SegmentRow, now: Instant, *, most: int) -> Filled:
    stopped = known.state == SegmentState.STOPPED.value
    why: dict[str, object] = {"reason": STOPPED if stopped else DEFINITION_CHANGED}
    change = Switch(fill.segment_id, fill.version, fill.position, now, why)
    stretch = segment_filling.stretch_to_switch(
        tx, fill.segment_id, after_id=fill.after_id, most=most
    )
    changed = segment_filling.switch(tx, change, stretch)
    _count(tx, fill, changed, now, exact=stretch.last)
    if changed.left + changed.entered:
        _ask_parents_again(tx, fill.segment_id, now)
    if not stretch.last:
        # Half way neither definition tells who is in: until the end nobody crosses by any.
        segments.serve(tx, fill.segment_id, None)
        return _moved(tx, fill._replace(after_id=stretch.upto_id), Phase.SWITCHING)
    segments.serve(tx, fill.segment_id, None if stopped else fill.version)
    return _moved(tx, fill._replace(after_id=NOBODY), Phase.CLEARING)


def _count(tx: Write, fill: FillRow, changed: Changed, now: Instant, *, exact: bool) -> None:
    """Keep the size; everybody in it is counted once, at the end."""
    if exact:
        size = tx.one(segments.OPEN_NUMBER, segment_id=fill.segment_id) or 0
    else:
        before = tx.one(segments.HEALTH_OF, segments=[fill.segment_id])
        size = max(0, (before.size if before else 0) + changed.entered - changed.left)
    segments.put_health(tx, HealthRow(fill.segment_id, size, now, fill.position, None))
    row = SizeRow(segments.day_of(tx, now), size, changed.entered, changed.left)
    segments.put_size(tx, fill.segment_id, row)


def _ask_parents_again(tx: Write, segment_id: UUID, now: Instant) -> None:
    """Who asks about this segment is filled anew: those who crossed cross there as well."""
    rows = {row.id: row for row in tx.all(segments.NEWEST)}
    definitions: Mapping[UUID, Definition] = {
        row.id: Definition(condition_of(row.condition), row.tag) for row in rows.values()
    }
    states = {row.id: row for row in tx.all(segments.ALL)}
    for parent in parents_of(segment_id, definitions):
        if states[parent].state == SegmentState.ACTIVE.value:
            begin(tx, parent, rows[parent].version, now=now)


def _tagged(tx: Write, fill: FillRow, known: SegmentRow, now: Instant) -> Filled:
    if known.tag is not None:
        word = Word(fill.segment_id, known.tag)
        stretch = segment_filling.stretch_to_tag(
            tx, word, after_id=fill.after_id, most=TAGGED_AT_ONCE
        )
        if segment_filling.retag(tx, word, stretch, at=now):
            _ask_parents_again(tx, fill.segment_id, now)
        if not stretch.last:
            return _moved(tx, fill._replace(after_id=stretch.upto_id), Phase.TAGGING)
    if known.state == SegmentState.STOPPED.value:
        return _finished(tx, fill)
    version = tx.one(segments.VERSION, segment_id=fill.segment_id, version=fill.version)
    timed = version is not None and is_timed(condition_of(version.condition))
    following = Phase.PLANNING if timed else Phase.CATCHING_UP
    return _moved(tx, fill._replace(after_id=NOBODY), following)
