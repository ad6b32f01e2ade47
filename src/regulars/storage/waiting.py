"""What waits for a person at some stores, row by row, exactly as the first page counts it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, select

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.message import MessageState
from regulars.storage.columns import Id, Whole
from regulars.storage.messages import COLUMNS, MessageRow
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.imports import member_import, member_import_refusal
from regulars.storage.tables.insights import recovery_task
from regulars.storage.tables.journeys import journey, journey_run
from regulars.storage.tables.messaging import OPEN, in_states, message


class StuckRun(NamedTuple):
    """A member whose step was tried in vain, with the journey's name."""

    id: UUID
    journey_id: UUID
    journey_zh: str
    journey_en: str
    member_id: UUID
    store_id: UUID
    node: str
    attempts: int
    error: str | None
    entered_at: Instant


def _at_stores(column: ColumnElement[UUID]) -> ColumnElement[bool]:
    return one_of(column, "stores", Id())


_run, _m = journey_run.c, message.c
# Letter by letter as the index has it: SQLite proves nothing about parameters.
_GIVEN_UP = and_(_run.state == literal_column("'dead'"), _at_stores(_run.store_id))
_IN_DOUBT = and_(in_states(MessageState.UNKNOWN.value), _at_stores(_m.store_id))
_AFTER = bindparam("after_id", type_=Id())
_MOST = bindparam("most", type_=Whole())

RUNS = Statement(
    select(
        _run.id,
        _run.journey_id,
        journey.c.name_zh,
        journey.c.name_en,
        _run.member_id,
        _run.store_id,
        _run.node,
        _run.attempts,
        _run.error,
        _run.entered_at,
    )
    .join_from(journey_run, journey, journey.c.id == _run.journey_id)
    .where(_GIVEN_UP, _run.id > _AFTER)
    .order_by(_run.id)
    .limit(_MOST),
    StuckRun,
)
MESSAGES = Statement(
    select(*COLUMNS).where(OPEN, _IN_DOUBT, _m.id > _AFTER).order_by(_m.id).limit(_MOST),
    MessageRow,
)

HOW_MANY_RUNS: Statement[int] = Statement(
    select(func.count()).select_from(journey_run).where(_GIVEN_UP)
)
HOW_MANY_MESSAGES: Statement[int] = Statement(
    select(func.count()).select_from(message).where(_IN_DOUBT)
)
HOW_MANY_LOW_MARKS: Statement[int] = Statement(
    select(func.count())
    .select_from(recovery_task)
    .where(recovery_task.c.state == "open", _at_stores(recovery_task.c.store_id))
)
HOW_MANY_IMPORTS: Statement[int] = Statement(
    select(func.count())
    .select_from(member_import)
    .where(
        member_import.c.dealt_at.is_(None),
        _at_stores(member_import.c.store_id),
        select(member_import_refusal.c.list_row)
        .where(member_import_refusal.c.import_id == member_import.c.id)
        .exists(),
    )
)
