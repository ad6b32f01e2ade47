"""Members as rows: sealed columns stay sealed here; whoever shows them opens them.

found = tx.one(MEMBER_OF, blind_index=vault.blind_index("phone", "+8613812345678"))
card = tx.one(CARD, member_id=found)
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, assert_never
from uuid import UUID

from sqlalchemy import and_, bindparam, case, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.ids import MemberId, StoreId
from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import HELD_KINDS, MONEY_KINDS, AccountKind
from regulars.domain.members.member import (
    MEMBER_EXISTS,
    JoinedVia,
    Member,
    MemberState,
)
from regulars.domain.members.profile import ProfileField
from regulars.storage import birthdays
from regulars.storage.columns import Bytes, Id, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.ledger import account
from regulars.storage.tables.members import member, member_stats
from regulars.storage.tables.stored_value import value_freeze
from regulars.storage.tables.stores import organisation
from regulars.storage.vault import MemberKey, Vault


class CardRow(NamedTuple):
    """What a till shows of a member, her name still sealed."""

    id: UUID
    state: str
    wrapped_key: bytes | None
    name: bytes | None
    joined_at: Instant
    joined_store_id: UUID
    tier: str
    visits: int
    last_visit_at: Instant | None


class ProfileColumns(Protocol):
    """A row with what a member told about herself, each field sealed by her own key."""

    @property
    def name(self) -> bytes | None: ...
    @property
    def gender(self) -> bytes | None: ...
    @property
    def birthday(self) -> bytes | None: ...
    @property
    def address(self) -> bytes | None: ...
    @property
    def likes(self) -> bytes | None: ...
    @property
    def taboos(self) -> bytes | None: ...


def ciphertext_of(row: ProfileColumns, field: ProfileField) -> bytes | None:
    """The ciphertext of one field; None where she told nothing."""
    match field:
        case ProfileField.NAME:
            return row.name
        case ProfileField.GENDER:
            return row.gender
        case ProfileField.BIRTHDAY:
            return row.birthday
        case ProfileField.ADDRESS:
            return row.address
        case ProfileField.LIKES:
            return row.likes
        case ProfileField.TABOOS:
            return row.taboos
        case _:
            assert_never(field)


class SealedProfile(NamedTuple):
    """A member's own data, still sealed."""

    id: UUID
    state: str
    language: str
    revision: int
    wrapped_key: bytes | None
    name: bytes | None
    gender: bytes | None
    birthday: bytes | None
    address: bytes | None
    likes: bytes | None
    taboos: bytes | None


def _member(  # noqa: PLR0913, PLR0917 - one argument per column
    name: UUID,
    joined_at: Instant,
    joined_store_id: UUID,
    joined_via: str,
    state: str,
    language: str,
    revision: int,
) -> Member:
    return Member(
        id=MemberId(name),
        joined_at=joined_at,
        joined_store_id=StoreId(joined_store_id),
        joined_via=JoinedVia(joined_via),
        state=MemberState(state),
        language=language,
        revision=revision,
    )


_THIS = member.c.id == bindparam("member_id", type_=Id())
_MEMBER = select(
    member.c.id,
    member.c.joined_at,
    member.c.joined_store_id,
    member.c.joined_via,
    member.c.state,
    member.c.language,
    member.c.revision,
).where(_THIS)
MEMBER = Statement(_MEMBER, _member)
MEMBER_LOCKED = Statement(_MEMBER.with_for_update(), _member)

CARD: Statement[CardRow] = Statement(
    select(
        member.c.id,
        member.c.state,
        member.c.wrapped_key,
        member.c.name,
        member.c.joined_at,
        member.c.joined_store_id,
        member_stats.c.tier,
        member_stats.c.visits,
        member_stats.c.last_visit_at,
    )
    .join_from(member, member_stats, member_stats.c.member_id == member.c.id)
    .where(_THIS),
    CardRow,
)


PROFILE: Statement[SealedProfile] = Statement(
    select(
        member.c.id,
        member.c.state,
        member.c.language,
        member.c.revision,
        member.c.wrapped_key,
        member.c.name,
        member.c.gender,
        member.c.birthday,
        member.c.address,
        member.c.likes,
        member.c.taboos,
    ).where(_THIS),
    SealedProfile,
)
COUNTRY: Statement[str] = Statement(select(organisation.c.country))

_SEALED_COLUMNS = tuple(field.value for field in ProfileField)
_ADD_MEMBER = Statement[object](
    insert(member)
    .values(
        {
            name: bindparam(name, type_=member.c[name].type)
            for name in (
                "id",
                "joined_at",
                "joined_store_id",
                "joined_via",
                "state",
                "language",
                "revision",
                "wrapped_key",
                *_SEALED_COLUMNS,
            )
        }
    )
    .on_conflict_do_nothing()
)
CHANGE_PROFILE = Statement[object](
    update(member)
    .where(member.c.id == bindparam("changed", type_=Id()))
    .values(
        {
            **{name: bindparam(f"new_{name}", type_=Bytes()) for name in _SEALED_COLUMNS},
            "language": bindparam("new_language", type_=Words()),
        }
    )
)
CHANGE_STATE = Statement[object](
    update(member)
    .where(member.c.id == bindparam("changed", type_=Id()))
    .values(state=bindparam("new_state", type_=Words()), revision=member.c.revision + 1)
)
# Value does not move while its owner is frozen: the ledger's triggers see to it. What is held was
# promised before, so it may still be posted or come back. Value that is frozen by itself stays so.
_new_state = bindparam("new_state", type_=Words())
CHANGE_ACCOUNTS = Statement[object](
    update(account)
    .where(
        account.c.owner_id == bindparam("owner", type_=Id()),
        account.c.state != "closed",
        account.c.kind.not_in([kind.value for kind in HELD_KINDS.values()]),
    )
    .values(
        state=case(
            (
                and_(
                    account.c.kind.in_([kind.value for kind in MONEY_KINDS]),
                    exists().where(value_freeze.c.member_id == account.c.owner_id),
                ),
                "frozen",
            ),
            else_=_new_state,
        )
    )
)
# A refund takes growth value back and books what a frozen member owes: neither is a payment.
OPEN_RECKONING = Statement[object](
    update(account)
    .where(
        account.c.owner_id == bindparam("owner", type_=Id()),
        account.c.kind.in_((AccountKind.GROWTH.value, AccountKind.POINTS_DEBT.value)),
        account.c.state == "frozen",
    )
    .values(state="open")
)


def add(tx: Write, vault: Vault, joining: Member, profile: Mapping[ProfileField, str]) -> MemberKey:
    """Write a member with a fresh key. Refuses: member.exists (when the writes are sent)."""
    wrapped, key = vault.new_key(joining.id)

    def told(field: ProfileField) -> bytes | None:
        return sealed(key, field, profile.get(field))

    tx.take(
        _ADD_MEMBER,
        refusal=MEMBER_EXISTS.because(),
        id=joining.id,
        joined_at=joining.joined_at,
        joined_store_id=joining.joined_store_id,
        joined_via=joining.joined_via.value,
        state=joining.state.value,
        language=joining.language,
        revision=joining.revision,
        wrapped_key=wrapped,
        name=told(ProfileField.NAME),
        gender=told(ProfileField.GENDER),
        birthday=told(ProfileField.BIRTHDAY),
        address=told(ProfileField.ADDRESS),
        likes=told(ProfileField.LIKES),
        taboos=told(ProfileField.TABOOS),
    )
    birthdays.keep(tx, vault, joining.id, profile.get(ProfileField.BIRTHDAY))
    return key


def sealed(key: MemberKey, field: ProfileField, text: str | None) -> bytes | None:
    """One field of a profile as its column holds it."""
    return None if text is None else key.seal(text, table="member", column=field.value)


def opened(key: MemberKey, field: ProfileField, value: bytes | None) -> str | None:
    """One field of a profile as it was told."""
    return None if value is None else key.open(value, table="member", column=field.value)


def country_of(read: Read) -> str:
    """The organisation's country, for phone numbers written without one. Units: ISO 3166."""
    return read.one(COUNTRY) or "CN"
