"""Runs of `verify` as rows: queued, running beside the tills, done, and what they found."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Bytes, Document, Id, Whole, Words
from regulars.storage.statement import Statement
from regulars.storage.tables.proof import verify_run

LISTED_MAX = 100
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


class VerifyRunRow(NamedTuple):
    """Table `verify_run`."""

    id: UUID
    asked_at: Instant
    asked_by: str
    state: str
    started_at: Instant | None
    heard_at: Instant | None
    step: str | None
    done: int
    total: int
    finished_at: Instant | None
    milliseconds: int | None
    entries: int | None
    orders: int | None
    differences: int | None
    head_number: int | None
    head_hash: bytes | None
    report: dict[str, object] | None
    error: str | None


_run = verify_run.c
_BY_ID = _run.id == bindparam("run_id", type_=Id())
_NOW = bindparam("now", type_=At())
_WITHOUT_REPORT = [
    literal_column("NULL", Document()).label("report") if column.name == "report" else column
    for column in verify_run.c
]
_BY_TIME = (_run.asked_at.desc(), _run.id.desc())
RUN = Statement(select(*_run).where(_BY_ID), VerifyRunRow)
NEWEST = Statement(
    select(*_WITHOUT_REPORT).order_by(*_BY_TIME).limit(bindparam("most", type_=Whole())),
    VerifyRunRow,
)
LAST_DONE = Statement(
    select(*_WITHOUT_REPORT).where(_run.state == DONE).order_by(*_BY_TIME).limit(1), VerifyRunRow
)
UNFINISHED = Statement(
    select(*_WITHOUT_REPORT)
    .where(_run.state.in_((QUEUED, RUNNING)))
    .order_by(_run.asked_at, _run.id),
    VerifyRunRow,
)
CLAIM = Statement[object](
    update(verify_run)
    .where(_BY_ID, _run.state == QUEUED)
    .values(state=RUNNING, started_at=_NOW, heard_at=_NOW)
)
ADVANCE = Statement[object](
    update(verify_run)
    .where(_BY_ID, _run.state == RUNNING)
    .values(
        heard_at=_NOW,
        step=bindparam("name", type_=Words()),
        done=bindparam("so_far", type_=Whole()),
        total=bindparam("of_all", type_=Whole()),
    )
)
FINISH = Statement[object](
    update(verify_run)
    .where(_BY_ID, _run.state == RUNNING)
    .values(
        state=DONE,
        step=None,
        done=_run.total,
        finished_at=_NOW,
        milliseconds=bindparam("took", type_=Whole()),
        entries=bindparam("entry_count", type_=Whole()),
        orders=bindparam("order_count", type_=Whole()),
        differences=bindparam("difference_count", type_=Whole()),
        head_number=bindparam("number", type_=Whole()),
        head_hash=bindparam("hash", type_=Bytes()),
        report=bindparam("found", type_=Document()),
    )
)
FAIL = Statement[object](
    update(verify_run)
    .where(_BY_ID, _run.state == RUNNING)
    .values(state=FAILED, step=None, finished_at=_NOW, error=bindparam("why", type_=Words()))
)
