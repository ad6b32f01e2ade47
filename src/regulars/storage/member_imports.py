"""Old lists that were taken over, and their rows that were refused, as rows."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.imports import member_import, member_import_refusal


class ImportRow(NamedTuple):
    """Table `member_import`: one list that was taken over into one store."""

    id: UUID
    store_id: UUID
    file: str
    begun_at: Instant
    last_at: Instant
    last_by: str
    dealt_at: Instant | None
    dealt_by: str | None


class RefusalRow(NamedTuple):
    """Table `member_import_refusal`: one row of it that was not, and why."""

    import_id: UUID
    list_row: int
    list_column: str | None
    code: str
    reason_zh: str
    reason_en: str


class OpenImport(NamedTuple):
    """A list whose refused rows nobody has seen to yet."""

    id: UUID
    store_id: UUID
    file: str
    begun_at: Instant
    last_at: Instant
    last_by: str
    refused: int
    first_row: int
    last_row: int


_i, _r = member_import.c, member_import_refusal.c
_THIS = _i.id == bindparam("import_id", type_=Id())
ONE = Statement(select(member_import).where(_THIS), ImportRow)
ONE_LOCKED = Statement(select(member_import).where(_THIS).with_for_update(), ImportRow)
OPEN = Statement(
    select(
        _i.id,
        _i.store_id,
        _i.file,
        _i.begun_at,
        _i.last_at,
        _i.last_by,
        func.count(),
        func.min(_r.list_row),
        func.max(_r.list_row),
    )
    .join_from(member_import, member_import_refusal, _r.import_id == _i.id)
    .where(
        _i.dealt_at.is_(None),
        one_of(_i.store_id, "stores", Id()),
        _i.id > bindparam("after_id", type_=Id()),
    )
    .group_by(_i.id, _i.store_id, _i.file, _i.begun_at, _i.last_at, _i.last_by)
    .order_by(_i.id)
    .limit(bindparam("most", type_=Whole())),
    OpenImport,
)
REFUSALS = Statement(
    select(member_import_refusal)
    .where(
        _r.import_id == bindparam("import_id", type_=Id()),
        _r.list_row > bindparam("after_row", type_=Whole()),
    )
    .order_by(_r.list_row)
    .limit(bindparam("most", type_=Whole())),
    RefusalRow,
)
_save = insert(member_import).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _i}
)
_PUT = Statement[object](
    _save.on_conflict_do_update(
        index_elements=[_i.id],
        set_={
            name: _save.excluded[name] for name in ("last_at", "last_by", "dealt_at", "dealt_by")
        },
    )
)
_TAKEN_OVER = Statement[object](
    delete(member_import_refusal).where(
        _r.import_id == bindparam("of_import", type_=Id()),
        _r.list_row >= bindparam("first_row", type_=Whole()),
        _r.list_row <= bindparam("last_row", type_=Whole()),
    )
)
_DEAL = Statement[object](
    update(member_import)
    .where(_i.id == bindparam("this", type_=Id()), _i.dealt_at.is_(None))
    .values(dealt_at=bindparam("at", type_=At()), dealt_by=bindparam("by", type_=Words()))
)


def put(tx: Write, row: ImportRow) -> None:
    """Write down that a list was sent, the first time or again."""
    tx.send(_PUT, **row._asdict())


def replace_refusals(
    tx: Write, import_id: UUID, rows: list[RefusalRow], *, first_row: int, last_row: int
) -> None:
    """What is refused of a part of a list now, instead of what was before."""
    tx.send(_TAKEN_OVER, of_import=import_id, first_row=first_row, last_row=last_row)
    tx.add_rows(member_import_refusal, rows)


def deal(tx: Write, import_id: UUID, *, at: Instant, by: str, otherwise: Exception) -> None:
    """Say that somebody has seen to it, once."""
    tx.take(_DEAL, refusal=otherwise, this=import_id, at=at, by=by)


def refusals_of(read: Read, import_id: UUID, *, most: int) -> list[RefusalRow]:
    """The first refused rows of a list."""
    return read.all(REFUSALS, import_id=import_id, after_row=0, most=most)
