"""Identities as rows: found by a blind index, kept as ciphertext.

member_id = found(read, vault, offered("138 1234 5678", country="CN"))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import Identity, IdentityKind
from regulars.domain.members.member import IDENTITY_TAKEN
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement
from regulars.storage.tables.members import identity
from regulars.storage.vault import MemberKey, Vault


class IdentityRow(NamedTuple):
    """One identity, its value still sealed."""

    blind_index: bytes
    kind: str
    value: bytes
    added_at: Instant


MEMBER_OF: Statement[UUID] = Statement(
    select(identity.c.member_id).where(
        identity.c.blind_index == bindparam("blind_index", type_=Bytes())
    )
)
IDENTITIES = Statement(
    select(identity.c.blind_index, identity.c.kind, identity.c.value, identity.c.added_at)
    .where(identity.c.member_id == bindparam("member_id", type_=Id()))
    .order_by(identity.c.added_at, identity.c.blind_index),
    IdentityRow,
)
# Of two tills that add one phone number, the second finds no room; nobody learns whose it is.
_ADD = Statement[object](
    insert(identity)
    .values(
        {
            name: bindparam(name, type_=identity.c[name].type)
            for name in ("blind_index", "member_id", "kind", "value", "added_at")
        }
    )
    .on_conflict_do_nothing()
)
REMOVE = Statement[object](
    delete(identity).where(
        identity.c.member_id == bindparam("of_member", type_=Id()),
        identity.c.blind_index == bindparam("gone", type_=Bytes()),
    )
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A member with her opened key, to whom identities are added."""

    id: UUID
    key: MemberKey


def add(
    tx: Write, vault: Vault, owner: Owner, identities: Iterable[Identity], *, at: Instant
) -> None:
    """Write identities of one member.

    Refuses: member.identity_taken (when the writes are sent), whoever has it.
    """
    for one in identities:
        blind_index = vault.blind_index(one.kind.value, one.normal)
        value = owner.key.seal(one.normal, table="identity", column="value", row=blind_index)
        tx.take(
            _ADD,
            refusal=IDENTITY_TAKEN.because(kind=one.kind.value),
            blind_index=blind_index,
            member_id=owner.id,
            kind=one.kind.value,
            value=value,
            added_at=at,
        )


def opened(key: MemberKey, row: IdentityRow) -> Identity:
    """An identity as it was added. Refuses: vault.seal_broken."""
    normal = key.open(row.value, table="identity", column="value", row=row.blind_index)
    return Identity(IdentityKind(row.kind), normal)


def found(read: Read, vault: Vault, candidates: Iterable[Identity]) -> UUID | None:
    """The member whom the first known candidate identifies."""
    for one in candidates:
        member_id = read.one(MEMBER_OF, blind_index=vault.blind_index(one.kind.value, one.normal))
        if member_id is not None:
            return member_id
    return None
