"""Many members at once, newest first or those of a segment, a page at a time; names stay sealed.

    page = read.all(EVERYBODY.all, before_id=LAST_ID, rows=50)
    known_by = read.all(IDENTITIES, members=[row.id for row in page])

Ids are made in the order in which members join, so their own index gives the newest first.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id, Whole
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import identity, member, member_stats
from regulars.storage.tables.segments import segment_member

LAST_ID = UUID(int=(1 << 128) - 1)


class ListedRow(NamedTuple):
    """A member as a list shows her, her name still sealed."""

    id: UUID
    state: str
    wrapped_key: bytes | None
    name: bytes | None
    joined_at: Instant
    joined_store_id: UUID
    tier: str
    visits: int
    spent_minor: int
    last_visit_at: Instant | None


class OwnedIdentityRow(NamedTuple):
    """An identity and whose it is, still sealed."""

    member_id: UUID
    blind_index: bytes
    kind: str
    value: bytes
    added_at: Instant


_BEFORE = bindparam("before_id", type_=Id())
_ROWS = bindparam("rows", type_=Whole())
_LOOKED_AT = bindparam("looked_at", type_=Whole())
_EVERYBODY = select(member.c.id).where(member.c.id < _BEFORE).order_by(member.c.id.desc())
_INSIDE = (
    select(segment_member.c.member_id)
    .where(
        segment_member.c.segment_id == bindparam("segment_id", type_=Id()),
        segment_member.c.left_at.is_(None),
        segment_member.c.member_id < _BEFORE,
    )
    .order_by(segment_member.c.member_id.desc())
)


class Listing(NamedTuple):
    """One way to list members.

    `of_stores` finds those who joined in some stores among the next so many, however rare they
    are, so that a page is never a search through everybody; `until` is the last of those.
    """

    all: Statement[ListedRow]
    of_stores: Statement[ListedRow]
    until: Statement[UUID]


def _listed(ids: Select[tuple[UUID]]) -> Select[tuple[object, ...]]:
    return (
        select(
            member.c.id,
            member.c.state,
            member.c.wrapped_key,
            member.c.name,
            member.c.joined_at,
            member.c.joined_store_id,
            member_stats.c.tier,
            member_stats.c.visits,
            member_stats.c.spent_minor,
            member_stats.c.last_visit_at,
        )
        .join_from(member, member_stats, member_stats.c.member_id == member.c.id)
        .where(member.c.id.in_(ids))
        .order_by(member.c.id.desc())
    )


def _listing(ids: Select[tuple[UUID]]) -> Listing:
    stores = one_of(member.c.joined_store_id, "stores", Id())
    return Listing(
        all=Statement(_listed(ids.limit(_ROWS)), ListedRow),
        of_stores=Statement(_listed(ids.limit(_LOOKED_AT)).where(stores).limit(_ROWS), ListedRow),
        until=Statement(ids.offset(_LOOKED_AT - 1).limit(1)),
    )


EVERYBODY = _listing(_EVERYBODY)
INSIDE = _listing(_INSIDE)
THESE = Statement(
    _listed(select(member.c.id).where(one_of(member.c.id, "members", Id()))), ListedRow
)
IDENTITIES: Statement[OwnedIdentityRow] = Statement(
    select(
        identity.c.member_id,
        identity.c.blind_index,
        identity.c.kind,
        identity.c.value,
        identity.c.added_at,
    )
    .where(one_of(identity.c.member_id, "members", Id()))
    .order_by(identity.c.added_at, identity.c.blind_index),
    OwnedIdentityRow,
)
