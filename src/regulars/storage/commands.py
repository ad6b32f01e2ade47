"""Commands taken: the row that makes a retry safe.

A till that heard no answer sends the same command id again and gets the stored answer.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Bytes, Id, Words
from regulars.storage.engine import Statement, Write
from regulars.storage.tables.system import command


class StoredCommand(NamedTuple):
    """A command that ran."""

    caller: str
    fingerprint: bytes
    answer: bytes | None


class Claim(NamedTuple):
    """A command id about to be used, by whom and for what."""

    id: UUID
    caller: str
    name: str
    fingerprint: bytes
    at: Instant


_CLAIM = Statement[object](
    postgresql.insert(command)
    .values(
        id=bindparam("id", type_=Id()),
        caller=bindparam("caller", type_=Words()),
        name=bindparam("name", type_=Words()),
        fingerprint=bindparam("fingerprint", type_=Bytes()),
        at=bindparam("at", type_=At()),
    )
    .on_conflict_do_nothing(index_elements=[command.c.id])
)

STORED = Statement(
    select(command.c.caller, command.c.fingerprint, command.c.answer).where(
        command.c.id == bindparam("id", type_=Id())
    ),
    StoredCommand,
)

_KEEP_ANSWER = Statement[object](
    update(command)
    .where(command.c.id == bindparam("command_id", type_=Id()))
    .values(answer=bindparam("answer", type_=Bytes()))
)


def claim(tx: Write, wanted: Claim, *, taken: Exception) -> None:
    """Make sure that nobody used this id, or raise `taken`.

    SQLite has one writer: a look is enough, and the row is written once, with its answer. On
    PostgreSQL the row itself keeps a second process waiting; it travels with the first question.
    """
    if tx.engine == "sqlite":
        if tx.one(STORED, id=wanted.id) is not None:
            raise taken
    else:
        tx.take(_CLAIM, refusal=taken, **wanted._asdict())


def keep(tx: Write, claimed: Claim, answer: bytes) -> None:
    """Keep the answer of a command that ran, for every retry to come."""
    if tx.engine == "sqlite":
        tx.add(command, [{**claimed._asdict(), "answer": answer}])
    else:
        tx.send(_KEEP_ANSWER, command_id=claimed.id, answer=answer)
