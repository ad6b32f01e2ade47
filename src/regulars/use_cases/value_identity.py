"""Who holds a prepaid card 实名登记: recorded once, sealed, never shown again.

王芳 shows her identity card; from then on hers is a named card, which may hold more and never ends.
The record lies under a key of its own, for the law may ask for it when all else of her is erased;
when it need not be kept any longer, that key is destroyed.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, months_after
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.law import Law, law_in_force
from regulars.domain.loyalty.law_rules import LawMatter
from regulars.domain.members.holder import DocumentKind, document_number
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, facts, members, top_ups
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.tables.stored_value import value_identity
from regulars.storage.vault import MemberKey
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

HOLDER_INCOMPLETE = refusal_code("value_identity.incomplete", "field")

NAME_MAX = 60
CONTACT_MAX = 60
TABLE = "value_identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHolder:
    """Who holds a member's card, as her document says."""

    id: UUID
    member_id: UUID
    store_id: UUID
    document: DocumentKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRecorded:
    """That the holder is recorded, and until when the record is kept at least."""

    member_id: UUID
    document: DocumentKind
    keep_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetHolders:
    """Destroy the records of holders who are gone and whose time to be kept is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldersForgotten:
    """How many records can be read no more."""

    forgotten: int


@use_case
def record_holder(tx: Write, command: RecordHolder, moment: Moment) -> HolderRecorded:
    """Record who holds a member's card; a later record takes the place of an earlier one.

    Refuses: scope.outside, member.unknown, member.closed, value_identity.incomplete,
    value_identity.number_malformed, member.text_malformed, member.text_too_long.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    moment.actor.scope.check(command.store_id)
    member = tx.one(members.MEMBER, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    member.changeable()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    day = shop.store.business_day(moment.now)
    law = law_in_force(shop.terms.law, currency=shop.store.currency, on=day)
    wrapped, key = moment.vault.new_key(command.id)
    row = {
        "id": command.id,
        "member_id": member.id,
        "wrapped_key": wrapped,
        "name": _sealed(key, "name", command.name, NAME_MAX),
        "document_kind": command.document.value,
        "document_number": key.seal(
            document_number(command.document, command.number),
            table=TABLE,
            column="document_number",
        ),
        "contact": _sealed(key, "contact", command.contact, CONTACT_MAX),
        "recorded_at": moment.now,
        "recorded_by": moment.actor.name,
        "keep_until": _keep_until(law, day),
    }
    tx.add(value_identity, [row])
    told: dict[str, object] = {"document": command.document.value}
    audit.record(
        tx,
        moment,
        action="value.holder_recorded",
        subject=f"member:{member.id}",
        store_id=command.store_id,
        after=told,
    )
    happened = Fact(
        kind="value.holder_recorded",
        at=moment.now,
        store_id=command.store_id,
        member_id=member.id,
        body=told,
    )
    facts.append(tx, happened, id=moment.new_id())
    return HolderRecorded(
        member_id=member.id, document=command.document, keep_until=_keep_until(law, day)
    )


@use_case
def forget_holders(tx: Write, command: ForgetHolders, moment: Moment) -> HoldersForgotten:
    """Destroy the keys of records that need not be kept any longer."""
    forgotten = top_ups.forget_holders(tx, moment.now.date())
    return HoldersForgotten(forgotten=forgotten)


def _keep_until(law: Law, day: BusinessDay) -> date:
    rule = law.of(LawMatter.IDENTITY_KEPT)
    return months_after(day, 12 * rule.value) if rule else day


def _sealed(key: MemberKey, column: str, text: str, maximum: int) -> bytes:
    kept = checked_text(text, field=column, maximum=maximum)
    if not kept:
        raise HOLDER_INCOMPLETE.because(field=column)
    return key.seal(kept, table=TABLE, column=column)
