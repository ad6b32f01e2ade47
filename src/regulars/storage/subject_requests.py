"""Members' requests as rows: those that are due, one under lock, and what ends it."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal_column, or_, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.privacy import subject_request


class RequestRow(NamedTuple):
    """Table `subject_request`."""

    id: UUID
    member_id: UUID
    store_id: UUID
    kind: str
    state: str
    asked_at: Instant
    due_on: date
    taken_by: str
    ended_at: Instant | None
    ended_by: str | None
    reason: str | None


_row = subject_request.c
_ALL = select(subject_request)
_THIS = _row.id == bindparam("request", type_=Id())
REQUEST = Statement(_ALL.where(_THIS), RequestRow)
REQUEST_LOCKED = Statement(_ALL.where(_THIS).with_for_update(), RequestRow)
_DUE = bindparam("due_on", type_=Day())
# Those of some stores behind one, by their day: what ends meanwhile moves no page.
OPEN = Statement(
    _ALL.where(
        _row.state == literal_column("'open'"),
        _row.due_on >= _DUE,
        or_(_row.due_on > _DUE, _row.id > bindparam("after_id", type_=Id())),
        one_of(_row.store_id, "stores", Id()),
    )
    .order_by(_row.due_on, _row.id)
    .limit(bindparam("rows", type_=Whole())),
    RequestRow,
)
OF_MEMBER = Statement(
    _ALL.where(_row.member_id == bindparam("member", type_=Id())).order_by(
        _row.asked_at.desc(), _row.id
    ),
    RequestRow,
)
END = Statement[object](
    update(subject_request)
    .where(_THIS, _row.state == "open")
    .values(
        state=bindparam("new_state", type_=Words()),
        ended_at=bindparam("at", type_=At()),
        ended_by=bindparam("by", type_=Words()),
        reason=bindparam("why", type_=Words()),
    )
)
