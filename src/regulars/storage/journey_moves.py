"""Where many members on their way are put at once: a version changes, or a journey is over.

Version 2 has no step "week": everybody who rests there is put to "gift" by one statement, however many
they are. What ends is ended a few hundred at a time, since the tills share the writer.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, exists, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.journeys import journey, journey_log, journey_run, journey_wait


class AtNode(NamedTuple):
    """How many stand at a step of older versions."""

    node: str
    runs: int


_r, _w = journey_run.c, journey_wait.c
_JOURNEY = _r.journey_id == bindparam("journey_id", type_=Id())
_AT = bindparam("at", type_=At())
_BECAUSE = bindparam("because", type_=Words())
_TO = bindparam("to_node", type_=Words())
_UPTO = bindparam("upto", type_=Whole())
_LOGGED = ["run_id", "from_node", "to_node", "at", "why", "detail"]
# By name, since that is how the index of a journey's members has them.
_ON_THE_WAY = _r.state.in_(("open", "dead"))
_OLDER = and_(_JOURNEY, _ON_THE_WAY, _r.version < _UPTO)
_FROM = and_(_OLDER, _r.node == bindparam("from_node", type_=Words()))
ON_OLDER = Statement(
    select(_r.node, func.count()).where(_OLDER).group_by(_r.node).order_by(_r.node), AtNode
)
LOG_MOVED: Statement[object] = Statement(
    insert(journey_log).from_select(
        _LOGGED,
        select(_r.id, _r.node, _TO, _AT, _BECAUSE, bindparam("told", type_=Words())).where(_FROM),
    )
)
DROP_WAITS_FROM: Statement[object] = Statement(
    delete(journey_wait).where(_w.run_id.in_(select(_r.id).where(_FROM)))
)
# Who rests on at a step that waits for something hears of it, though her old step waited for
# nothing, or for something else; who waited for the same keeps the time since when.
_WAIT = insert(journey_wait).from_select(
    ["run_id", "fact", "member_id", "since"],
    select(_r.id, bindparam("fact", type_=Words()), _r.member_id, _AT).where(
        _FROM,
        _r.rests == True,  # noqa: E712
    ),
)
WAIT_FROM: Statement[object] = Statement(
    _WAIT.on_conflict_do_update(index_elements=[_w.run_id], set_={"fact": _WAIT.excluded.fact})
)
# To the same kind of step with its time kept, or to a step that is entered anew.
REPLACE_KEEPING: Statement[object] = Statement(
    update(journey_run).where(_FROM).values(version=_UPTO, node=_TO)
)
REPLACE_ANEW: Statement[object] = Statement(
    update(journey_run)
    .where(_FROM)
    .values(
        version=_UPTO,
        node=_TO,
        rests=False,
        woken=False,
        until_at=None,
        due_at=_AT,
        state="open",
        attempts=0,
        error=None,
    )
)
_OVER = {
    "state": "ended",
    "rests": False,
    "woken": False,
    "due_at": None,
    "until_at": None,
    "ended_at": _AT,
    "why": _BECAUSE,
}
END_FROM: Statement[object] = Statement(update(journey_run).where(_FROM).values(_OVER))

# Some of those on their way in a journey, and their end: whom a worker holds is taken the next time.
SOME_OPEN: Statement[UUID] = Statement(
    select(_r.id)
    .where(_JOURNEY, _ON_THE_WAY)
    .limit(bindparam("most", type_=Whole()))
    .with_for_update(skip_locked=True)
)
_THESE = one_of(_r.id, "runs", Id())
LOG_END: Statement[object] = Statement(
    insert(journey_log).from_select(
        _LOGGED, select(_r.id, _r.node, null(), _AT, _BECAUSE, null()).where(_THESE)
    )
)
END: Statement[object] = Statement(update(journey_run).where(_THESE).values(_OVER))
# The journeys that are over and still have members on their way.
UNSWEPT: Statement[UUID] = Statement(
    select(journey.c.id)
    .where(
        journey.c.state == "ended",
        exists().where(_r.journey_id == journey.c.id, _ON_THE_WAY),
    )
    .order_by(journey.c.id)
)
