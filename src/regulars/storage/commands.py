"""Commands taken: the row that makes a retry safe.

A till that heard no answer sends the same command id again and gets the stored answer.
"""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql

from regulars.storage.columns import At, Bytes, Id, Words
from regulars.storage.engine import Statement
from regulars.storage.tables.system import command


class StoredCommand(NamedTuple):
    """A command that ran."""

    caller: str
    fingerprint: bytes
    answer: bytes | None


CLAIM = Statement(
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

KEEP_ANSWER = Statement(
    update(command)
    .where(command.c.id == bindparam("command_id", type_=Id()))
    .values(answer=bindparam("answer", type_=Bytes()))
)
