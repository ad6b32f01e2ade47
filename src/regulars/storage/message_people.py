"""What the gates ask of many members at once: who they are, how they are reached, what they allow.

One query each for a whole batch, so that a campaign to a hundred thousand costs what its batches do.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.storage.columns import Bytes, Id, Whole
from regulars.storage.engine import Write
from regulars.storage.identities import Owner
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.ledger import account
from regulars.storage.tables.members import consent, identity, member, member_stats, wording
from regulars.storage.tables.messaging import address_stop, contact_point, message
from regulars.storage.vault import MemberKey, Vault


class PersonRow(NamedTuple):
    """A member as the gates see her, her name still sealed."""

    id: UUID
    state: str
    language: str
    wrapped_key: bytes | None
    name: bytes | None
    joined_at: Instant
    joined_store_id: UUID
    tier: str
    visits: int
    last_visit_at: Instant | None


class HomeRow(NamedTuple):
    """Where a member is at home."""

    id: UUID
    joined_store_id: UUID


class AddressRow(NamedTuple):
    """One way to reach a member, still sealed. `kind`: phone, email, or a channel's name."""

    member_id: UUID
    kind: str
    blind_index: bytes
    value: bytes


class ChoiceRow(NamedTuple):
    """One recorded choice."""

    id: UUID
    member_id: UUID
    channel: str
    purpose: str
    granted: bool
    at: Instant


class StopRow(NamedTuple):
    """An address that asked for no more."""

    blind_index: bytes
    channel: str
    purpose: str
    at: Instant


class BalanceRow(NamedTuple):
    """What a member holds of one kind."""

    member_id: UUID
    kind: str
    balance: int


_MEMBERS = "member_ids"
HOMES = Statement(
    select(member.c.id, member.c.joined_store_id).where(one_of(member.c.id, _MEMBERS, Id())),
    HomeRow,
)
PEOPLE = Statement(
    select(
        member.c.id,
        member.c.state,
        member.c.language,
        member.c.wrapped_key,
        member.c.name,
        member.c.joined_at,
        member.c.joined_store_id,
        member_stats.c.tier,
        member_stats.c.visits,
        member_stats.c.last_visit_at,
    )
    .join_from(member, member_stats, member_stats.c.member_id == member.c.id)
    .where(one_of(member.c.id, _MEMBERS, Id())),
    PersonRow,
)
IDENTITIES = Statement(
    select(identity.c.member_id, identity.c.kind, identity.c.blind_index, identity.c.value)
    .where(one_of(identity.c.member_id, _MEMBERS, Id()), identity.c.kind.in_(("phone", "email")))
    .order_by(identity.c.added_at, identity.c.blind_index),
    AddressRow,
)
POINTS = Statement(
    select(
        contact_point.c.member_id,
        contact_point.c.channel,
        contact_point.c.blind_index,
        contact_point.c.value,
    )
    .where(one_of(contact_point.c.member_id, _MEMBERS, Id()))
    .order_by(contact_point.c.added_at, contact_point.c.blind_index),
    AddressRow,
)
CHOICES = Statement(
    select(*[consent.c[name] for name in ChoiceRow._fields])
    .where(one_of(consent.c.member_id, _MEMBERS, Id()))
    .order_by(consent.c.at, consent.c.id),
    ChoiceRow,
)
STOPS = Statement(
    select(*[address_stop.c[name] for name in StopRow._fields])
    .where(one_of(address_stop.c.blind_index, "indexes", Bytes()))
    .order_by(address_stop.c.at),
    StopRow,
)
STOP_KNOWN: Statement[UUID] = Statement(
    select(address_stop.c.id).where(address_stop.c.id == bindparam("stop_id", type_=Id()))
)
BALANCES = Statement(
    select(account.c.owner_id, account.c.kind, account.c.balance).where(
        one_of(account.c.owner_id, _MEMBERS, Id()),
        account.c.kind.in_(
            [AccountKind.POINTS.value, AccountKind.PRINCIPAL.value, AccountKind.BONUS.value]
        ),
    ),
    BalanceRow,
)

_ADD_POINT = Statement[object](
    insert(contact_point)
    .values(
        {
            name: bindparam(name, type_=contact_point.c[name].type)
            for name in ("blind_index", "member_id", "channel", "value", "added_at")
        }
    )
    .on_conflict_do_update(
        index_elements=[contact_point.c.blind_index],
        set_={
            name: bindparam(name, type_=contact_point.c[name].type)
            for name in ("member_id", "value", "added_at")
        },
    )
)
REMOVE_POINT = Statement[object](
    delete(contact_point).where(
        contact_point.c.blind_index == bindparam("gone", type_=Bytes()),
        contact_point.c.member_id == bindparam("of_member", type_=Id()),
    )
)
OWNER_OF_POINT: Statement[UUID] = Statement(
    select(contact_point.c.member_id).where(
        contact_point.c.blind_index == bindparam("blind_index", type_=Bytes())
    )
)


class ProofRow(NamedTuple):
    """A message, the choice that allowed it, and the words under which that was made."""

    id: UUID
    member_id: UUID
    channel: str
    purpose: str
    state: str
    handed_at: Instant | None
    consent_channel: str | None
    consent_purpose: str | None
    granted: bool | None
    wording_version: str | None
    consent_language: str | None
    source: str | None
    consent_at: Instant | None
    by: str | None
    text_zh: str | None
    text_en: str | None


# Wordings that came with the program are in no table: whoever shows a proof knows them.
PROOF = Statement(
    select(
        message.c.id,
        message.c.member_id,
        message.c.channel,
        message.c.purpose,
        message.c.state,
        message.c.handed_at,
        consent.c.channel,
        consent.c.purpose,
        consent.c.granted,
        consent.c.wording_version,
        consent.c.language,
        consent.c.source,
        consent.c.at,
        consent.c.by,
        wording.c.text_zh,
        wording.c.text_en,
    )
    .select_from(
        message.outerjoin(consent, consent.c.id == message.c.consent_id).outerjoin(
            wording,
            and_(
                wording.c.version == consent.c.wording_version,
                wording.c.purpose == consent.c.purpose,
            ),
        )
    )
    .where(message.c.id == bindparam("message_id", type_=Id())),
    ProofRow,
)
# To try a template on: the newest members of a shop, first those who told no name.
SAMPLE: Statement[UUID] = Statement(
    select(member.c.id)
    .where(
        member.c.joined_store_id == bindparam("store_id", type_=Id()), member.c.state == "active"
    )
    .order_by(member.c.name.is_not(None), member.c.id.desc())
    .limit(bindparam("most", type_=Whole()))
)
SAMPLE_NAMED: Statement[UUID] = Statement(
    select(member.c.id)
    .where(
        member.c.joined_store_id == bindparam("store_id", type_=Id()),
        member.c.state == "active",
        member.c.name.is_not(None),
    )
    .order_by(member.c.id.desc())
    .limit(bindparam("most", type_=Whole()))
)


class Point(NamedTuple):
    """Where a member is reached beside her phone and e-mail."""

    channel: str
    address: str


def point_index(vault: Vault, channel: str, address: str) -> bytes:
    """What a contact point is found by."""
    return vault.blind_index(f"point.{channel}", address)


def add_point(tx: Write, vault: Vault, owner: Owner, point: Point, *, at: Instant) -> None:
    """Remember where a member is reached; an address that changes hands is the new one's."""
    index = point_index(vault, point.channel, point.address)
    tx.send(
        _ADD_POINT,
        blind_index=index,
        member_id=owner.id,
        channel=point.channel,
        value=owner.key.seal(point.address, table="contact_point", column="value", row=index),
        added_at=at,
    )


def opened_address(key: MemberKey, row: AddressRow) -> str:
    """An address as it is dialled. Refuses: vault.seal_broken."""
    table = "identity" if row.kind in {"phone", "email"} else "contact_point"
    return key.open(row.value, table=table, column="value", row=row.blind_index)


def stop(tx: Write, row: StopRow, *, id: UUID, source: str) -> None:  # noqa: A002
    """Remember that an address asked for no more."""
    tx.add(address_stop, [{"id": id, "source": source, **row._asdict()}])
