"""What the lines of a member's record say: merges, freezing, her class, words that were taken off."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.merging import member_merge, member_merge_undo
from regulars.storage.tables.system import audit, fact

KEYS = "keys"


class MergeToldRow(NamedTuple):
    """A merge of two records, and why it was undone if it was."""

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    store_id: UUID
    reason: str
    undone_because: str | None


class ChangeRow(NamedTuple):
    """A fact of a change, as it was kept."""

    sequence: int
    kind: str
    body: dict[str, object]


class ReasonRow(NamedTuple):
    """Why somebody did something by hand."""

    at: Instant
    reason: str | None


_merge, _undo, _audit = member_merge.c, member_merge_undo.c, audit.c
MERGES = Statement(
    select(
        _merge.id,
        _merge.survivor_id,
        _merge.absorbed_id,
        _merge.store_id,
        _merge.reason,
        _undo.reason,
    )
    .select_from(member_merge.outerjoin(member_merge_undo, _undo.merge_id == _merge.id))
    .where(one_of(_merge.id, KEYS, Id())),
    MergeToldRow,
)
CHANGES = Statement(
    select(fact.c.sequence, fact.c.kind, fact.c.body).where(one_of(fact.c.sequence, KEYS, Whole())),
    ChangeRow,
)
# A fact has no reason: the audit of the same command has, and its moment leads there.
REASONS = Statement(
    select(_audit.at, _audit.reason).where(
        one_of(_audit.at, "instants", At()),
        _audit.subject == bindparam("subject", type_=Words()),
        one_of(_audit.action, "actions", Words()),
    ),
    ReasonRow,
)
