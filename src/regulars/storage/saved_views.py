"""Kept views as rows: those that somebody sees, and one to be changed by its owner."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Document, Flag, Id, Whole, Words
from regulars.storage.statement import Statement
from regulars.storage.tables.views import saved_view


class ViewRow(NamedTuple):
    """Table `saved_view`."""

    id: UUID
    list_name: str
    name: str
    filter: object
    owner: str
    shared: bool
    revision: int
    saved_at: Instant


_row = saved_view.c
_THIS = _row.id == bindparam("view", type_=Id())
VIEW_LOCKED = Statement(select(saved_view).where(_THIS).with_for_update(), ViewRow)
SEEN_BY = Statement(
    select(saved_view)
    .where(
        _row.list_name == bindparam("list_name", type_=Words()),
        or_(_row.owner == bindparam("owner", type_=Words()), _row.shared),
    )
    .order_by(_row.name, _row.id),
    ViewRow,
)
ADD = Statement[object](
    insert(saved_view)
    .values({column.name: bindparam(column.name, type_=column.type) for column in _row})
    .on_conflict_do_nothing()
)
CHANGE = Statement[object](
    update(saved_view)
    .where(_THIS, _row.revision == bindparam("seen", type_=Whole()))
    .values(
        name=bindparam("new_name", type_=Words()),
        filter=bindparam("new_filter", type_=Document()),
        shared=bindparam("now_shared", type_=Flag()),
        revision=_row.revision + 1,
        saved_at=bindparam("at", type_=At()),
    )
)
DROP = Statement[object](delete(saved_view).where(_THIS))
