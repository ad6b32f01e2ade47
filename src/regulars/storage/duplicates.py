"""Records that may be one person's: by a number once given up, another spelling, name and birthday.

    others = read.all(SHARED_PAST, member=member_id)
    rows = read.all(NEXT_SHARED, after=b"", after_giver=nobody, rows=50)
    day = read.one(NEXT_DAY, after=b"")

Names and birthdays are sealed: whoever shares a birthday is found by its keyed hash, and only those
few are opened.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select, union

from regulars.storage.columns import Bytes, Id, Whole
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import identity, member
from regulars.storage.tables.referrals import identity_past
from regulars.storage.tables.tiers import birthday_index

DAY_MEMBERS_MAX = 5_000


class OwnerRow(NamedTuple):
    """An identity and who is known by it."""

    blind_index: bytes
    member_id: UUID


class SealedNameRow(NamedTuple):
    """Who shares a birthday's hash, name and birthday still sealed."""

    id: UUID
    wrapped_key: bytes | None
    name: bytes | None
    birthday: bytes | None


class SharedRow(NamedTuple):
    """A number that one record gave up, and the other is known by now."""

    blind_index: bytes
    one: UUID
    other: UUID


_MEMBER = bindparam("member", type_=Id())
_ACTIVE = member.c.state == "active"
OWNERS = Statement(
    select(identity.c.blind_index, identity.c.member_id)
    .join_from(identity, member, member.c.id == identity.c.member_id)
    .where(one_of(identity.c.blind_index, "indexes", Bytes()), _ACTIVE)
    .order_by(identity.c.blind_index),
    OwnerRow,
)
# Either was once known by what the other is known by now.
SHARED_PAST: Statement[UUID] = Statement(
    union(
        select(identity.c.member_id)
        .join_from(identity_past, identity, identity.c.blind_index == identity_past.c.blind_index)
        .join(member, member.c.id == identity.c.member_id)
        .where(identity_past.c.member_id == _MEMBER, identity.c.member_id != _MEMBER, _ACTIVE),
        select(identity_past.c.member_id)
        .join_from(identity_past, identity, identity.c.blind_index == identity_past.c.blind_index)
        .join(member, member.c.id == identity_past.c.member_id)
        .where(identity.c.member_id == _MEMBER, identity_past.c.member_id != _MEMBER, _ACTIVE),
    )
)
_one, _other = member.alias("one"), member.alias("other")
_SHARED = (
    select(identity_past.c.blind_index, identity_past.c.member_id, identity.c.member_id)
    .select_from(
        identity_past.join(identity, identity.c.blind_index == identity_past.c.blind_index)
        .join(_one, _one.c.id == identity_past.c.member_id)
        .join(_other, _other.c.id == identity.c.member_id)
    )
    .where(
        identity.c.member_id != identity_past.c.member_id,
        _one.c.state == "active",
        _other.c.state == "active",
    )
)
_AFTER = bindparam("after", type_=Bytes())
# Number by number; of one number giver by giver, behind one of them.
NEXT_SHARED = Statement(
    _SHARED.where(
        identity_past.c.blind_index >= _AFTER,
        or_(
            identity_past.c.blind_index > _AFTER,
            identity_past.c.member_id > bindparam("after_giver", type_=Id()),
        ),
    )
    .order_by(identity_past.c.blind_index, identity_past.c.member_id)
    .limit(bindparam("rows", type_=Whole())),
    SharedRow,
)
SHARED_AMONG = Statement(
    _SHARED.where(
        one_of(identity_past.c.member_id, "members", Id()),
        one_of(identity.c.member_id, "members", Id()),
    ),
    SharedRow,
)
DAY_OF: Statement[bytes] = Statement(
    select(birthday_index.c.blind_index).where(birthday_index.c.member_id == _MEMBER)
)
NEXT_DAY: Statement[bytes] = Statement(
    select(birthday_index.c.blind_index)
    .where(birthday_index.c.blind_index > _AFTER)
    .order_by(birthday_index.c.blind_index)
    .limit(1)
)
_NAMED = select(member.c.id, member.c.wrapped_key, member.c.name, member.c.birthday).where(
    member.c.name.is_not(None), _ACTIVE
)
NAMES_OF = Statement(_NAMED.where(one_of(member.c.id, "members", Id())), SealedNameRow)
OF_DAY = Statement(
    _NAMED.join_from(birthday_index, member, member.c.id == birthday_index.c.member_id)
    .where(birthday_index.c.blind_index == bindparam("day", type_=Bytes()))
    .order_by(birthday_index.c.member_id)
    .limit(DAY_MEMBERS_MAX),
    SealedNameRow,
)
