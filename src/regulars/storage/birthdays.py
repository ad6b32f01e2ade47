"""Finding birthdays without opening any: month and day as a keyed hash.

On 3 March the shop asks for the hashes of 3 March and of the lunar day that it is. Whoever reads
the database without its key sees which members share a day, and not which day it is.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.members.profile import without_year
from regulars.storage.columns import At, Bytes, Id, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member, member_stats
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.tiers import birthday_index
from regulars.storage.vault import Vault

GIFTS_AT_ONCE = 50
INDEXED_AT_ONCE = 100
OCCASION = "birthday:"
_KIND = "birthday"


class BirthdayRow(NamedTuple):
    """A member whose gift is due, by the hash that found her."""

    member_id: UUID
    blind_index: bytes


class SealedBirthday(NamedTuple):
    """A birthday that no index finds yet."""

    member_id: UUID
    wrapped_key: bytes | None
    birthday: bytes


_KEEP: Statement[object] = Statement(
    insert(birthday_index)
    .values(
        member_id=bindparam("member_id", type_=Id()),
        blind_index=bindparam("blind_index", type_=Bytes()),
    )
    .on_conflict_do_nothing()
)
_FORGET: Statement[object] = Statement(
    delete(birthday_index).where(birthday_index.c.member_id == bindparam("of_member", type_=Id()))
)

_given = exists(
    select(gift.c.business_id).where(
        gift.c.member_id == birthday_index.c.member_id,
        or_(
            gift.c.occasion == bindparam("occasion", type_=Words()),
            and_(
                gift.c.occasion.like(f"{OCCASION}%"),
                gift.c.at > bindparam("since", type_=At()),
                gift.c.at <= bindparam("now", type_=At()),
            ),
        ),
    )
)
_due = (
    select(birthday_index.c.member_id, birthday_index.c.blind_index)
    .select_from(
        birthday_index.join(member, member.c.id == birthday_index.c.member_id).join(
            member_stats, member_stats.c.member_id == birthday_index.c.member_id
        )
    )
    .where(
        one_of(birthday_index.c.blind_index, "days", Bytes()),
        one_of(member.c.joined_store_id, "stores", Id()),
        member.c.state == "active",
        ~_given,
    )
    .order_by(birthday_index.c.member_id)
    .limit(GIFTS_AT_ONCE)
)
DUE = Statement(_due, BirthdayRow)
DUE_IN_TIERS = Statement(_due.where(one_of(member_stats.c.tier, "tiers", Words())), BirthdayRow)
GIVEN_LATELY: Statement[str] = Statement(
    select(gift.c.business_id)
    .where(
        gift.c.member_id == bindparam("member_id", type_=Id()),
        gift.c.occasion.like(f"{OCCASION}%"),
        gift.c.at > bindparam("since", type_=At()),
        gift.c.at <= bindparam("now", type_=At()),
    )
    .limit(1)
)
UNINDEXED = Statement(
    select(member.c.id, member.c.wrapped_key, member.c.birthday)
    .where(
        member.c.id > bindparam("after_id", type_=Id()),
        member.c.birthday.is_not(None),
        ~exists(
            select(birthday_index.c.member_id).where(birthday_index.c.member_id == member.c.id)
        ),
    )
    .order_by(member.c.id)
    .limit(INDEXED_AT_ONCE),
    SealedBirthday,
)


def blind_index(vault: Vault, birthday: str) -> bytes:
    """What a birthday is found by: its calendar, month and day, without the year."""
    return vault.blind_index(_KIND, without_year(birthday))


def keep(tx: Write, vault: Vault, member_id: UUID, birthday: str | None) -> None:
    """Let a birthday that was told be found; nothing where none was told."""
    if birthday is not None:
        tx.send(_KEEP, member_id=member_id, blind_index=blind_index(vault, birthday))


def change(tx: Write, vault: Vault, member_id: UUID, birthday: str | None) -> None:
    """Let the new birthday be found, and the old one no longer."""
    tx.send(_FORGET, of_member=member_id)
    keep(tx, vault, member_id, birthday)
