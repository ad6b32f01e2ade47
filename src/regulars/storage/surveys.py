"""Answers to surveys and the tasks that low marks open, as rows."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.stores.store import Store
from regulars.storage import programmes
from regulars.storage.columns import At, Day, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.insights import recovery_task, survey_answer
from regulars.storage.tables.members import member

TASKS_SHOWN = 200
TABLE, WORDS = "survey_answer", "words"


class AnswerRow(NamedTuple):
    """Table `survey_answer`: what one guest said of one visit; her own words are sealed."""

    id: UUID
    programme_id: UUID
    version: int
    order_id: UUID
    store_id: UUID
    business_day: date
    member_id: UUID | None
    score: int | None
    choices: dict[str, list[str]]
    words: bytes | None
    language: str
    at: Instant


class RecoveryRow(NamedTuple):
    """Table `recovery_task`: a low mark, and what was done about it."""

    answer_id: UUID
    store_id: UUID
    member_id: UUID | None
    order_id: UUID
    score: int
    opened_at: Instant
    state: str
    done_at: Instant | None
    done_by: str | None
    act: str | None
    note: str | None


class OpenTask(NamedTuple):
    """A task with what the guest said, still sealed."""

    answer_id: UUID
    store_id: UUID
    member_id: UUID | None
    order_id: UUID
    score: int
    opened_at: Instant
    state: str
    done_at: Instant | None
    done_by: str | None
    act: str | None
    note: str | None
    programme_id: UUID
    version: int
    choices: dict[str, list[str]]
    words: bytes | None
    wrapped_key: bytes | None


class ScoreCount(NamedTuple):
    """How many guests of a store gave a mark."""

    store_id: UUID
    score: int
    answers: int


class LastScore(NamedTuple):
    """The mark that a member gave last."""

    score: int
    at: Instant


_answer, _task = survey_answer.c, recovery_task.c
_add = upsert(survey_answer).values(
    {one.name: bindparam(one.name, type_=one.type) for one in _answer}
)
_ADD = Statement[object](
    _add.on_conflict_do_nothing(index_elements=[_answer.programme_id, _answer.order_id])
)
ANSWERED: Statement[UUID] = Statement(
    select(_answer.id).where(
        _answer.programme_id == bindparam("programme_id", type_=Id()),
        _answer.order_id == bindparam("order_id", type_=Id()),
    )
)
OF_MEMBER = Statement(
    select(survey_answer)
    .where(_answer.member_id == bindparam("member_id", type_=Id()))
    .order_by(_answer.at.desc(), _answer.id)
    .limit(TASKS_SHOWN),
    AnswerRow,
)
LAST_SCORE = Statement(
    select(_answer.score, _answer.at)
    .where(_answer.member_id == bindparam("member_id", type_=Id()), _answer.score.is_not(None))
    .order_by(_answer.at.desc(), _answer.id.desc())
    .limit(1),
    LastScore,
)
_period = and_(
    one_of(_answer.store_id, "stores", Id()),
    _answer.business_day >= bindparam("from_on", type_=Day()),
    _answer.business_day < bindparam("until_on", type_=Day()),
)
SCORES = Statement(
    select(_answer.store_id, _answer.score, func.count())
    .where(_period, _answer.score.is_not(None))
    .group_by(_answer.store_id, _answer.score)
    .order_by(_answer.store_id, _answer.score),
    ScoreCount,
)
TASKS = Statement(
    select(
        *recovery_task.c,
        _answer.programme_id,
        _answer.version,
        _answer.choices,
        _answer.words,
        member.c.wrapped_key,
    )
    .join_from(recovery_task, survey_answer, _answer.id == _task.answer_id)
    .outerjoin(member, member.c.id == _task.member_id)
    .where(
        one_of(_task.store_id, "stores", Id()),
        _task.state == bindparam("in_state", type_=Words()),
        _task.answer_id < bindparam("before", type_=Id()),
    )
    .order_by(_task.answer_id.desc())
    .limit(TASKS_SHOWN),
    OpenTask,
)
TASK = Statement(
    select(recovery_task)
    .where(_task.answer_id == bindparam("answer_id", type_=Id()))
    .with_for_update(),
    RecoveryRow,
)
_FINISH = Statement[object](
    update(recovery_task)
    .where(_task.answer_id == bindparam("finished", type_=Id()), _task.state == "open")
    .values(
        state="done",
        done_at=bindparam("at", type_=At()),
        done_by=bindparam("by", type_=Words()),
        act=bindparam("what", type_=Words()),
        note=bindparam("told", type_=Words()),
    )
)


def asks_on_receipt(read: Read, store: Store, *, at: Instant) -> tuple[bool, Instant | None]:
    """Whether receipts of a store carry the link of its survey at a moment, and until when at most.

    It is asked while the tills wait, so the definition is not read any further.
    """
    rows = programmes.rows_in_force(read, ProgrammeKind.SURVEY, store, at=at)
    turns = programmes.turns_after(read, ProgrammeKind.SURVEY, at=at)
    asks = bool(rows) and _on_receipt(rows[0].definition)
    return asks, min(turns, default=None)


def _on_receipt(definition: object) -> bool:
    return isinstance(definition, dict) and definition.get("on_receipt") is True


def add(tx: Write, row: AnswerRow, *, otherwise: Exception) -> None:
    """Keep an answer; of two for the same visit the first stays."""
    tx.take(_ADD, refusal=otherwise, **row._asdict())


def open_task(tx: Write, row: RecoveryRow) -> None:
    """A low mark becomes somebody's work."""
    tx.add(recovery_task, [row._asdict()])


def finish(tx: Write, row: RecoveryRow, *, otherwise: Exception) -> None:
    """Say what was done, once."""
    tx.take(
        _FINISH,
        refusal=otherwise,
        finished=row.answer_id,
        at=row.done_at,
        by=row.done_by,
        what=row.act,
        told=row.note,
    )
