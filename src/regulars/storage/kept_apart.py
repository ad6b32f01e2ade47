"""Pairs of records that somebody said are two people: those that hold, and one of them.

rows = read.all(STANDING, before_id=NEWEST, rows=50)
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read
from regulars.storage.merges import CHAIN_MAX, MergedRow
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member
from regulars.storage.tables.merging import member_apart, member_merged

Pair = tuple[UUID, UUID]


class ApartRow(NamedTuple):
    """Table `member_apart`; the record with the lower id is the one."""

    id: UUID
    one_member_id: UUID
    other_member_id: UUID
    store_id: UUID
    at: Instant
    by: str
    reason: str
    undoes: UUID | None


class StateRow(NamedTuple):
    """What a record is."""

    id: UUID
    state: str


_row = member_apart.c
_later = member_apart.alias("later")
_HOLDS = (_row.undoes.is_(None), ~exists().where(_later.c.undoes == _row.id))
APART = Statement(select(member_apart).where(_row.id == bindparam("apart", type_=Id())), ApartRow)
UNDONE: Statement[UUID] = Statement(
    select(_row.id).where(_row.undoes == bindparam("apart", type_=Id()))
)
# Newest first: an id of ours begins with its moment.
STANDING = Statement(
    select(member_apart)
    .where(*_HOLDS, _row.id < bindparam("before_id", type_=Id()))
    .order_by(_row.id.desc())
    .limit(bindparam("rows", type_=Whole())),
    ApartRow,
)
_AMONG = Statement(
    select(member_apart).where(
        *_HOLDS,
        one_of(_row.one_member_id, "members", Id()),
        one_of(_row.other_member_id, "members", Id()),
    ),
    ApartRow,
)
_MADE_PART_OF = Statement(
    select(member_merged).where(one_of(member_merged.c.survivor_id, "members", Id())), MergedRow
)
_PART_OF = Statement(
    select(member_merged).where(one_of(member_merged.c.absorbed_id, "members", Id())), MergedRow
)
STATES = Statement(
    select(member.c.id, member.c.state).where(one_of(member.c.id, "members", Id())), StateRow
)


def ordered(one: UUID, other: UUID) -> Pair:
    """Two records in the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)


def apart_among(read: Read, members: Iterable[UUID]) -> frozenset[Pair]:
    """The pairs of these records that are two people.

    What was said of a record holds for the one that it became part of: if 王芳 is not her mother,
    the third record that 王芳's was merged into is not her mother's either.
    """
    belongs = {one: one for one in members}
    waiting = list(belongs)
    for _ in range(CHAIN_MAX):
        rows = read.all(_MADE_PART_OF, members=waiting)
        fresh = [row for row in rows if row.absorbed_id not in belongs]
        belongs |= {row.absorbed_id: belongs[row.survivor_id] for row in fresh}
        waiting = [row.absorbed_id for row in fresh]
        if not waiting:
            break
    found = read.all(_AMONG, members=list(belongs))
    pairs = [(belongs[row.one_member_id], belongs[row.other_member_id]) for row in found]
    return frozenset(ordered(one, other) for one, other in pairs if one != other)


def surviving_of(read: Read, members: Collection[UUID]) -> dict[UUID, UUID]:
    """Under which record each of these answers today."""
    answers = {one: one for one in members}
    waiting = list(answers)
    for _ in range(CHAIN_MAX):
        rows = read.all(_PART_OF, members=waiting)
        into = {row.absorbed_id: row.survivor_id for row in rows}
        if not into:
            break
        answers = {one: into.get(now, now) for one, now in answers.items()}
        waiting = list(into.values())
    return answers
