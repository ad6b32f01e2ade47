"""Merges of two records as rows: what moved by each, its undo, and who answers for whom.

answers = surviving(read, an_old_id)      # the record that she is known by today
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, literal, or_, select

from regulars.domain.kernel.period import Instant
from regulars.domain.members.merge import Part
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.merging import (
    member_merge,
    member_merge_field,
    member_merge_part,
    member_merge_undo,
    member_merged,
)

# A record that was merged may be merged again with a third; nobody has so many.
CHAIN_MAX = 20


class MergeRow(NamedTuple):
    """Table `member_merge`. Units: minor units, points, growth value, visits."""

    id: UUID
    survivor_id: UUID
    absorbed_id: UUID
    store_id: UUID
    at: Instant
    by: str
    reason: str
    undo_until: Instant
    principal_minor: int
    bonus_minor: int
    points: int
    points_debt: int
    growth_value: int
    visits: int
    spent_minor: int


class UndoRow(NamedTuple):
    """Table `member_merge_undo`. Units: minor units, points, growth value."""

    merge_id: UUID
    at: Instant
    by: str
    reason: str
    principal_minor: int
    bonus_minor: int
    points: int
    growth_value: int


class PartRow(NamedTuple):
    """One thing that moved."""

    kind: str
    key: str


class FieldRow(NamedTuple):
    """A field of the surviving profile before the merge, sealed."""

    field: str
    before: bytes | None


class MergedRow(NamedTuple):
    """Table `member_merged`."""

    absorbed_id: UUID
    survivor_id: UUID
    merge_id: UUID


_MEMBER = bindparam("member", type_=Id())
_MERGE = select(member_merge)
_THIS = member_merge.c.id == bindparam("merge", type_=Id())
MERGE = Statement(_MERGE.where(_THIS), MergeRow)
MERGES_OF = Statement(
    _MERGE.where(
        or_(member_merge.c.survivor_id == _MEMBER, member_merge.c.absorbed_id == _MEMBER)
    ).order_by(member_merge.c.at.desc(), member_merge.c.id.desc()),
    MergeRow,
)
UNDONE = Statement(
    select(member_merge_undo).where(one_of(member_merge_undo.c.merge_id, "ids", Id())), UndoRow
)
PARTS = Statement(
    select(member_merge_part.c.kind, member_merge_part.c.key).where(
        member_merge_part.c.merge_id == bindparam("merge", type_=Id())
    ),
    PartRow,
)
FIELDS = Statement(
    select(member_merge_field.c.field, member_merge_field.c.before).where(
        member_merge_field.c.merge_id == bindparam("merge", type_=Id())
    ),
    FieldRow,
)
MERGED = Statement(select(member_merged).where(member_merged.c.absorbed_id == _MEMBER), MergedRow)
ABSORBED: Statement[UUID] = Statement(
    select(member_merged.c.absorbed_id)
    .where(member_merged.c.survivor_id == _MEMBER)
    .order_by(member_merged.c.absorbed_id)
)
# From which records to which a bill moved by merges, in no order: a server's clock may be set back.
_MOVED_BY: Statement[tuple[UUID, UUID]] = Statement(
    select(member_merge.c.absorbed_id, member_merge.c.survivor_id)
    .join_from(member_merge_part, member_merge, member_merge.c.id == member_merge_part.c.merge_id)
    .where(
        member_merge_part.c.kind == literal(Part.ORDER.value, Words()),
        member_merge_part.c.key == bindparam("key", type_=Words()),
    ),
    lambda absorbed_id, survivor_id: (absorbed_id, survivor_id),
)
_LEAVE_MERGED = Statement[object](
    delete(member_merged).where(member_merged.c.merge_id == bindparam("merge", type_=Id()))
)


def surviving(read: Read, member_id: UUID) -> UUID:
    """The record that answers for this one today; itself, if it was not merged."""
    for _ in range(CHAIN_MAX):
        found = read.one(MERGED, member=member_id)
        if found is None:
            return member_id
        member_id = found.survivor_id
    return member_id


def whole_person(read: Read, member_id: UUID) -> list[UUID]:
    """A record and all that were made part of it."""
    known, waiting = [member_id], [member_id]
    while waiting and len(known) <= CHAIN_MAX:
        found = read.all(ABSORBED, member=waiting.pop())
        known.extend(found)
        waiting.extend(found)
    return known


def paid_from(read: Read, order_id: UUID, member_id: UUID) -> UUID | None:
    """The merged record whose accounts this member's bill moved; None: her own."""
    ways = read.all(_MOVED_BY, key=str(order_id))
    # It never came to the first of them from another.
    first = {giver for giver, _ in ways}.difference(taker for _, taker in ways)
    return next(iter(first - {member_id}), None)


def add(
    tx: Write,
    row: MergeRow,
    parts: Iterable[tuple[Part, str]],
    fields: Mapping[str, bytes | None],
) -> None:
    """Remember a merge, what moved by it, and who answers from now on."""
    tx.add_rows(member_merge, [row])
    tx.add(
        member_merge_part,
        [{"merge_id": row.id, "kind": kind.value, "key": key} for kind, key in parts],
    )
    tx.add(
        member_merge_field,
        [
            {"merge_id": row.id, "field": field, "before": before}
            for field, before in fields.items()
        ],
    )
    tx.add_rows(member_merged, [MergedRow(row.absorbed_id, row.survivor_id, row.id)])


def undo(tx: Write, row: UndoRow) -> None:
    """Remember that a merge was undone: the record answers for itself again."""
    tx.send(_LEAVE_MERGED, merge=row.merge_id)
    tx.add_rows(member_merge_undo, [row])


def ids_of(parts: Sequence[PartRow], kind: Part) -> list[UUID]:
    """The ids of one kind of what moved."""
    return [UUID(part.key) for part in parts if part.kind == kind]
