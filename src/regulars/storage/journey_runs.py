"""Where members stand in journeys, as rows: taken when they are due, moved on in one commit.

`due` takes a batch for one worker, of the journey first whose members have waited longest; on
PostgreSQL what another worker holds is passed over, on SQLite there is one writer. Nothing is
leased: the batch is decided and written in the same transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Flag, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.journeys import (
    effect,
    journey,
    journey_log,
    journey_run,
    journey_wait,
)
from regulars.storage.tables.system import fact


class RunRow(NamedTuple):
    """Table `journey_run`."""

    id: UUID
    journey_id: UUID
    version: int
    member_id: UUID
    store_id: UUID
    occurrence: str
    alone: int
    state: str
    node: str
    rests: bool
    woken: bool
    until_at: Instant | None
    due_at: Instant | None
    entered_at: Instant
    valid_until: Instant
    ended_at: Instant | None
    why: str
    attempts: int
    error: str | None


class LogRow(NamedTuple):
    """One step that a member took."""

    run_id: UUID
    from_node: str | None
    to_node: str | None
    at: Instant
    why: str
    detail: str | None


class EffectRow(NamedTuple):
    """Table `effect`."""

    key: str
    run_id: UUID
    kind: str
    done: bool
    result: str | None
    cost_minor: int
    at: Instant


class WaitRow(NamedTuple):
    """Table `journey_wait`."""

    run_id: UUID
    fact: str
    member_id: UUID
    since: Instant


class FactTold(NamedTuple):
    """A fact with what it tells."""

    sequence: int
    kind: str
    at: Instant
    member_id: UUID | None
    store_id: UUID | None
    subject_id: UUID | None
    body: dict[str, object]


class PastRow(NamedTuple):
    """When a member last came into a journey, how many of her runs are open, and how many of them
    began lately."""

    journey_id: UUID
    member_id: UUID
    last_at: Instant
    open: int
    lately: int


class Waiting(NamedTuple):
    """A journey, and since when the first of its members is due."""

    journey_id: UUID
    first_at: Instant | None


class CountRow(NamedTuple):
    """How many runs are where."""

    version: int
    node: str
    state: str
    why: str
    runs: int


_r, _w, _e = journey_run.c, journey_wait.c, effect.c
_ALL = select(journey_run)
_THIS = _r.id == bindparam("run_id", type_=Id())
_NOW = bindparam("now", type_=At())
_MOST = bindparam("most", type_=Whole())
_JOURNEY = _r.journey_id == bindparam("journey_id", type_=Id())
_LATER = _r.due_at.is_not(None)
_first_at = (
    select(_r.due_at)
    .where(_r.journey_id == journey.c.id, _LATER)
    .order_by(_r.due_at)
    .limit(1)
    .scalar_subquery()
)
_live = select(journey.c.id, _first_at).where(journey.c.state == "live")
LIVE = Statement(_live, Waiting)
# A journey that is being changed at this moment is left out; while its members are moved on, no
# other version comes in force.
LIVE_HELD = Statement(
    _live.with_for_update(key_share=True, read=True, skip_locked=True, of=journey), Waiting
)
_due_of = _ALL.where(_JOURNEY, _LATER, _r.due_at <= _NOW).order_by(_r.due_at, _r.id).limit(_MOST)
DUE_OF = Statement(_due_of.with_for_update(skip_locked=True), RunRow)
DUE_IDS_OF: Statement[UUID] = Statement(_due_of.with_only_columns(_r.id))
ANY_OPEN: Statement[UUID] = Statement(select(_r.id).where(_LATER).limit(1))
ONE = Statement(_ALL.where(_THIS), RunRow)
ONE_LOCKED = Statement(_ALL.where(_THIS).with_for_update(), RunRow)
THESE_DUE_LOCKED = Statement(
    _ALL.join(journey, journey.c.id == _r.journey_id)
    .where(one_of(_r.id, "runs", Id()), _LATER, _r.due_at <= _NOW, journey.c.state == "live")
    .order_by(_r.id)
    .with_for_update(of=journey_run),
    RunRow,
)
THERE: Statement[UUID] = Statement(select(_r.id).where(one_of(_r.id, "runs", Id())))
_of_members = one_of(_r.member_id, "members", Id())
_NOT_OVER = _r.ended_at.is_(None)
OPEN_OF_MEMBERS = Statement(
    _ALL.where(_of_members, _NOT_OVER).order_by(_r.id).with_for_update(), RunRow
)
ON_THE_WAY: Statement[UUID] = Statement(select(_r.member_id).where(_of_members, _NOT_OVER))
OF_MEMBER = Statement(
    _ALL.where(_r.member_id == bindparam("member_id", type_=Id()))
    .order_by(_r.entered_at.desc(), _r.id)
    .limit(_MOST),
    RunRow,
)
DEAD = Statement(
    _ALL.where(_r.state == "dead", _JOURNEY).order_by(_r.entered_at, _r.id).limit(_MOST), RunRow
)
_ON = _ALL.where(_JOURNEY, _r.state == "open", _r.id > bindparam("after_id", type_=Id())).order_by(
    _r.id
)
ON_THEIR_WAY = Statement(_ON.limit(_MOST), RunRow)
AT_STEP = Statement(_ON.where(_r.node == bindparam("node", type_=Words())).limit(_MOST), RunRow)
PAST = Statement(
    select(
        _r.journey_id,
        _r.member_id,
        func.max(_r.entered_at),
        func.count().filter(_NOT_OVER),
        func.count().filter(_r.entered_at > bindparam("since", type_=At())),
    )
    .where(_JOURNEY, _of_members)
    .group_by(_r.journey_id, _r.member_id),
    PastRow,
)
COUNTS = Statement(
    select(_r.version, _r.node, _r.state, _r.why, func.count())
    .where(_JOURNEY)
    .group_by(_r.version, _r.node, _r.state, _r.why)
    .order_by(_r.version, _r.node, _r.state, _r.why),
    CountRow,
)
LOG = Statement(
    select(*[journey_log.c[name] for name in LogRow._fields])
    .where(journey_log.c.run_id == bindparam("run_id", type_=Id()))
    .order_by(journey_log.c.number),
    LogRow,
)
EFFECTS_OF = Statement(
    select(effect).where(_e.run_id == bindparam("run_id", type_=Id())).order_by(_e.at, _e.key),
    EffectRow,
)
KNOWN_EFFECTS = Statement(select(effect).where(one_of(_e.key, "keys", Words())), EffectRow)
_MOVE: Statement[object] = Statement(
    update(journey_run)
    .where(one_of(_r.id, "runs", Id()))
    .values(
        state=bindparam("now_state", type_=Words()),
        node=bindparam("at_node", type_=Words()),
        rests=bindparam("now_rests", type_=Flag()),
        woken=False,
        until_at=bindparam("until", type_=At()),
        due_at=bindparam("due", type_=At()),
        ended_at=bindparam("over_at", type_=At()),
        why=bindparam("because", type_=Words()),
        attempts=0,
        error=None,
    )
)
FAIL: Statement[object] = Statement(
    update(journey_run)
    .where(_r.id == bindparam("this", type_=Id()), _r.state == "open")
    .values(
        state=bindparam("now_state", type_=Words()),
        due_at=bindparam("due", type_=At()),
        attempts=bindparam("tries", type_=Whole()),
        error=bindparam("what", type_=Words()),
    )
)
RETRY: Statement[object] = Statement(
    update(journey_run)
    .where(_r.id == bindparam("this", type_=Id()), _r.state == "dead")
    .values(state="open", due_at=bindparam("due", type_=At()), attempts=0)
)
WAKE: Statement[object] = Statement(
    update(journey_run)
    .where(one_of(_r.id, "runs", Id()), _r.state == "open")
    .values(woken=True, due_at=bindparam("due", type_=At()))
)
# Whether she still has business in it; a step that rests goes on resting if she has.
LOOK: Statement[object] = Statement(
    update(journey_run)
    .where(one_of(_r.id, "runs", Id()), _r.state == "open")
    .values(due_at=bindparam("due", type_=At()))
)
DROP_WAITS: Statement[object] = Statement(
    delete(journey_wait).where(one_of(_w.run_id, "runs", Id()))
)
WAITING = Statement(
    select(journey_wait).where(
        one_of(_w.member_id, "members", Id()), one_of(_w.fact, "facts", Words())
    ),
    WaitRow,
)
TOLD = Statement(
    select(*[fact.c[name] for name in FactTold._fields])
    .where(one_of(fact.c.sequence, "sequences", Whole()))
    .order_by(fact.c.sequence),
    FactTold,
)
# What happened to some members since a moment, among the newest facts.
LATELY = Statement(
    select(*[fact.c[name] for name in FactTold._fields])
    .where(
        fact.c.sequence > bindparam("after", type_=Whole()),
        fact.c.at >= bindparam("since", type_=At()),
        one_of(fact.c.member_id, "members", Id()),
        one_of(fact.c.kind, "kinds", Words()),
    )
    .order_by(fact.c.sequence),
    FactTold,
)
NEWEST_FACT: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))


def due(tx: Write, *, now: Instant, most: int) -> list[RunRow]:
    """Some of those that are due in journeys that are live, for this worker alone."""
    found: list[RunRow] = []
    for one in _in_turn(tx.all(LIVE_HELD), now):
        found += tx.all(DUE_OF, journey_id=one, now=now, most=most - len(found))
        if len(found) == most:
            break
    return found


def due_ids(read: Read, *, now: Instant, most: int) -> list[UUID]:
    """Some of those that are due in journeys that are live."""
    found: list[UUID] = []
    for one in _in_turn(read.all(LIVE), now):
        found += read.all(DUE_IDS_OF, journey_id=one, now=now, most=most - len(found))
        if len(found) == most:
            break
    return found


def any_due(read: Read, *, now: Instant) -> bool:
    """Whether anybody is due in a journey that is live."""
    return bool(_in_turn(read.all(LIVE), now))


def _in_turn(journeys: Sequence[Waiting], now: Instant) -> list[UUID]:
    waiting = [(one.first_at, one.journey_id) for one in journeys if one.first_at is not None]
    return [name for first_at, name in sorted(waiting) if first_at <= now]


def enter(tx: Write, rows: Sequence[RunRow]) -> None:
    """Let members in, save who is or was in for the same occasion already, or is in still and may
    be so only once."""
    # In one order, so that two who let the same members in never lock each other out.
    ordered: list[RunRow] = sorted(rows, key=lambda row: (row.member_id, row.occurrence))
    tx.add_new(journey_run, [row._asdict() for row in ordered])


def move(tx: Write, rows: Sequence[RunRow]) -> None:
    """Write where runs stand now: one statement for all that stand alike."""
    alike: dict[_Stand, list[UUID]] = defaultdict(list)
    for row in rows:
        alike[_stand(row)].append(row.id)
    for stand, runs in alike.items():
        tx.send(_MOVE, runs=runs, **stand._asdict())


class _Stand(NamedTuple):
    now_state: str
    at_node: str
    now_rests: bool
    until: Instant | None
    due: Instant | None
    over_at: Instant | None
    because: str


def _stand(row: RunRow) -> _Stand:
    return _Stand(row.state, row.node, row.rests, row.until_at, row.due_at, row.ended_at, row.why)


def log(tx: Write, rows: Sequence[LogRow]) -> None:
    """Remember steps that were taken, in this order."""
    tx.add_rows(journey_log, rows)


def keep_effects(tx: Write, rows: Sequence[EffectRow]) -> None:
    """Remember what was done; the same key a second time is refused by the table."""
    tx.add_rows(effect, rows)


def wait_for(tx: Write, rows: Sequence[WaitRow]) -> None:
    """Begin to wait for something to happen."""
    tx.add_rows(journey_wait, rows)


def told(read: Read, sequences: Sequence[int]) -> list[FactTold]:
    """Facts with what they tell."""
    return read.all(TOLD, sequences=list(sequences)) if sequences else []
