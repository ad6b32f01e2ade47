"""Where members stand in journeys, as rows: taken when they are due, moved on in one commit.

`due` takes a batch for one worker; on PostgreSQL what another worker holds is passed over, on SQLite
there is one writer. Nothing is leased: the batch is decided and written in the same transaction.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

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
    """When a member last came into a journey, and how many of her runs are still open."""

    journey_id: UUID
    member_id: UUID
    last_at: Instant
    open: int


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
_due = (
    _ALL.where(_r.due_at <= _NOW, _r.due_at.is_not(None))
    .join(journey, journey.c.id == _r.journey_id)
    .where(journey.c.state == "live")
    .order_by(_r.due_at, _r.id)
    .limit(_MOST)
)
DUE = Statement(_due.with_for_update(skip_locked=True, of=journey_run), RunRow)
DUE_IDS: Statement[UUID] = Statement(
    select(_r.id)
    .join(journey, journey.c.id == _r.journey_id)
    .where(_r.due_at <= _NOW, _r.due_at.is_not(None), journey.c.state == "live")
    .order_by(_r.due_at, _r.id)
    .limit(_MOST)
)
ANY_OPEN: Statement[UUID] = Statement(select(_r.id).where(_r.due_at.is_not(None)).limit(1))
ANY_DUE: Statement[UUID] = Statement(
    select(_r.id)
    .join(journey, journey.c.id == _r.journey_id)
    .where(_r.due_at <= _NOW, _r.due_at.is_not(None), journey.c.state == "live")
    .limit(1)
)
ONE = Statement(_ALL.where(_THIS), RunRow)
ONE_LOCKED = Statement(_ALL.where(_THIS).with_for_update(), RunRow)
THESE_DUE_LOCKED = Statement(
    _ALL.where(one_of(_r.id, "runs", Id()), _r.due_at <= _NOW, _r.due_at.is_not(None))
    .order_by(_r.id)
    .with_for_update(),
    RunRow,
)
OPEN_OF_MEMBERS = Statement(
    _ALL.where(one_of(_r.member_id, "members", Id()), _r.state != "ended")
    .order_by(_r.id)
    .with_for_update(),
    RunRow,
)
OF_MEMBER = Statement(
    _ALL.where(_r.member_id == bindparam("member_id", type_=Id()))
    .order_by(_r.entered_at.desc(), _r.id)
    .limit(_MOST),
    RunRow,
)
DEAD = Statement(
    _ALL.where(_r.state == "dead", _JOURNEY).order_by(_r.entered_at, _r.id).limit(_MOST), RunRow
)
PAST = Statement(
    select(
        _r.journey_id,
        _r.member_id,
        func.max(_r.entered_at),
        func.count().filter(_r.state != "ended"),
    )
    .where(one_of(_r.journey_id, "journeys", Id()), one_of(_r.member_id, "members", Id()))
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
# Whoever entered for this occasion already, or is in it and may be so only once, stays as she is.
_ENTER: Statement[object] = Statement(
    insert(journey_run)
    .values({name: bindparam(name, type_=journey_run.c[name].type) for name in RunRow._fields})
    .on_conflict_do_nothing()
)
_MOVE: Statement[object] = Statement(
    update(journey_run)
    .where(_r.id == bindparam("this", type_=Id()))
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

_FROM = and_(
    _JOURNEY,
    _r.state != "ended",
    _r.version < bindparam("upto", type_=Whole()),
    _r.node == bindparam("from_node", type_=Words()),
)
ON_OLDER = Statement(
    select(_r.node, func.count())
    .where(_JOURNEY, _r.state != "ended", _r.version < bindparam("upto", type_=Whole()))
    .group_by(_r.node)
    .order_by(_r.node),
    lambda node, runs: (node, runs),
)
_moved = select(
    _r.id,
    _r.node,
    bindparam("to_node", type_=Words()),
    bindparam("at", type_=At()),
    bindparam("because", type_=Words()),
    bindparam("told", type_=Words()),
).where(_FROM)
LOG_MOVED: Statement[object] = Statement(
    insert(journey_log).from_select(
        ["run_id", "from_node", "to_node", "at", "why", "detail"], _moved
    )
)
DROP_WAITS_FROM: Statement[object] = Statement(
    delete(journey_wait).where(_w.run_id.in_(select(_r.id).where(_FROM)))
)
# To the same kind of step with its time kept, or to a step that is entered anew.
REPLACE_KEEPING: Statement[object] = Statement(
    update(journey_run)
    .where(_FROM)
    .values(version=bindparam("upto", type_=Whole()), node=bindparam("to_node", type_=Words()))
)
REPLACE_ANEW: Statement[object] = Statement(
    update(journey_run)
    .where(_FROM)
    .values(
        version=bindparam("upto", type_=Whole()),
        node=bindparam("to_node", type_=Words()),
        rests=False,
        woken=False,
        until_at=None,
        due_at=bindparam("at", type_=At()),
        state="open",
    )
)
END_FROM: Statement[object] = Statement(
    update(journey_run)
    .where(_FROM)
    .values(
        state="ended",
        due_at=None,
        until_at=None,
        ended_at=bindparam("at", type_=At()),
        why=bindparam("because", type_=Words()),
    )
)
_END_ALL = and_(_JOURNEY, _r.state != "ended")
LOG_END_ALL: Statement[object] = Statement(
    insert(journey_log).from_select(
        ["run_id", "from_node", "to_node", "at", "why", "detail"],
        select(
            _r.id,
            _r.node,
            null(),
            bindparam("at", type_=At()),
            bindparam("because", type_=Words()),
            null(),
        ).where(_END_ALL),
    )
)
DROP_WAITS_ALL: Statement[object] = Statement(
    delete(journey_wait).where(_w.run_id.in_(select(_r.id).where(_END_ALL)))
)
END_ALL: Statement[object] = Statement(
    update(journey_run)
    .where(_END_ALL)
    .values(
        state="ended",
        due_at=None,
        until_at=None,
        ended_at=bindparam("at", type_=At()),
        why=bindparam("because", type_=Words()),
    )
)


def enter(tx: Write, row: RunRow) -> None:
    """Let a member in, unless she is or was in for this occasion already."""
    tx.send(_ENTER, **row._asdict())


def move(tx: Write, row: RunRow) -> None:
    """Write where a run stands now."""
    tx.send(
        _MOVE,
        this=row.id,
        now_state=row.state,
        at_node=row.node,
        now_rests=row.rests,
        until=row.until_at,
        due=row.due_at,
        over_at=row.ended_at,
        because=row.why,
    )


def log(tx: Write, rows: Sequence[LogRow]) -> None:
    """Remember steps that were taken, in this order."""
    tx.add(journey_log, [row._asdict() for row in rows])


def keep_effects(tx: Write, rows: Sequence[EffectRow]) -> None:
    """Remember what was done; the same key a second time is refused by the table."""
    tx.add_rows(effect, rows)


def wait_for(tx: Write, rows: Sequence[WaitRow]) -> None:
    """Begin to wait for something to happen."""
    tx.add_rows(journey_wait, rows)


def told(read: Read, sequences: Sequence[int]) -> list[FactTold]:
    """Facts with what they tell."""
    return read.all(TOLD, sequences=list(sequences)) if sequences else []
