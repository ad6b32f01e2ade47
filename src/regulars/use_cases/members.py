"""What may be changed about a member after she joined: identities, profile, state.

李敏 changes her number: the new one is added, the old one removed, and from then on a search by
the old number finds nobody. What changed is audited by its kind, never by its value.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.revision import check_revision
from regulars.domain.ledger.accounts import AccountState
from regulars.domain.members.card import card_code
from regulars.domain.members.identity import (
    IDENTITIES_MAX,
    IDENTITIES_TOO_MANY,
    Identity,
    IdentityKind,
    identity_of,
)
from regulars.domain.members.member import (
    IDENTITY_UNKNOWN,
    LAST_IDENTITY,
    MEMBER_CLOSED,
    MEMBER_UNKNOWN,
    Member,
    MemberState,
)
from regulars.domain.members.profile import ProfileField, ProfileText, kept
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, birthdays, facts, identities, members, referrals
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.identities import Owner
from regulars.storage.members import SealedProfile
from regulars.storage.vault import MemberKey
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

REASON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIdentity:
    """Know a member by one more phone number, e-mail or card."""

    member_id: UUID
    identity: IdentityText


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    """Give a member a card with a new code of ours."""

    member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIdentity:
    """Know a member no longer by one of her identities."""

    member_id: UUID
    identity: IdentityText


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfile:
    """Correct what a member told about herself; an empty text takes it back."""

    member_id: UUID
    revision: int
    told: tuple[ProfileText, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeMember:
    """Stop a member's value from moving: a lost card, a suspicion."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezeMember:
    """Let a member's value move again."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealMember:
    """See a member's data unmasked, for a reason that is kept."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Which member changed, and her revision. It names nobody: this answer is kept."""

    member_id: UUID
    revision: int


@use_case
def add_identity(tx: Write, command: AddIdentity, moment: Moment) -> Changed:
    """Know a member by one more identity.

    Refuses: member.unknown, member.closed, member.identity_malformed, member.identity_taken,
    member.identities_too_many.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    member = _locked(tx, command.member_id).changeable()
    country = members.country_of(tx)
    added = identity_of(command.identity.kind, command.identity.text, country=country)
    return _added(tx, member, added, moment)


@use_case
def issue_card(tx: Write, command: IssueCard, moment: Moment) -> Changed:
    """Know a member by a new card code of ours, to be printed or shown on her phone.

    Refuses: member.unknown, member.closed, member.identities_too_many.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    member = _locked(tx, command.member_id).changeable()
    # The last eight bytes of an id of ours are random but for two bits.
    code = card_code(moment.new_id().bytes[8:])
    return _added(tx, member, Identity(IdentityKind.CARD, code), moment)


@use_case
def remove_identity(tx: Write, command: RemoveIdentity, moment: Moment) -> Changed:
    """Know a member no longer by an identity.

    Refuses: member.unknown, member.closed, member.identity_unknown, member.last_identity.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    member = _locked(tx, command.member_id).changeable()
    country = members.country_of(tx)
    gone = identity_of(command.identity.kind, command.identity.text, country=country)
    known = tx.all(identities.IDENTITIES, member_id=member.id)
    blind_index = moment.vault.blind_index(gone.kind.value, gone.normal)
    if blind_index not in {row.blind_index for row in known}:
        raise IDENTITY_UNKNOWN.because(kind=gone.kind.value)
    if len(known) == 1:
        raise LAST_IDENTITY.because()
    tx.take(
        identities.REMOVE,
        refusal=IDENTITY_UNKNOWN.because(kind=gone.kind.value),
        of_member=member.id,
        gone=blind_index,
    )
    referrals.keep_identity(tx, member.id, blind_index, moment.now)
    return _changed(tx, member, moment, change="identity_removed", what=[gone.kind.value])


@use_case
def change_profile(tx: Write, command: ChangeProfile, moment: Moment) -> Changed:
    """Correct a member's profile.

    Refuses: member.unknown, member.closed, precondition.failed, the refusals of profile.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    member = _locked(tx, command.member_id).changeable()
    check_revision(member.revision, expected=command.revision)
    row = tx.one(members.PROFILE, member_id=member.id)
    if row is None:
        raise MEMBER_UNKNOWN.because()
    columns = _resealed(row, _key_of(row, moment), command.told, moment=moment)
    tx.send(
        members.CHANGE_PROFILE,
        changed=member.id,
        new_language=command.language or row.language,
        new_name=columns[ProfileField.NAME],
        new_gender=columns[ProfileField.GENDER],
        new_birthday=columns[ProfileField.BIRTHDAY],
        new_address=columns[ProfileField.ADDRESS],
        new_likes=columns[ProfileField.LIKES],
        new_taboos=columns[ProfileField.TABOOS],
    )
    for one in command.told:
        if one.field is ProfileField.BIRTHDAY:
            told = kept(one, today=moment.now.date())
            birthdays.change(tx, moment.vault, member.id, told)
    what = [one.field.value for one in command.told] + (["language"] if command.language else [])
    return _changed(tx, member, moment, change="profile_changed", what=what)


@use_case
def freeze_member(tx: Write, command: FreezeMember, moment: Moment) -> Changed:
    """Stop a member's value from moving. Refuses: member.unknown, member.closed."""
    return _stated(tx, command.member_id, command.reason, MemberState.FROZEN, moment)


@use_case
def unfreeze_member(tx: Write, command: UnfreezeMember, moment: Moment) -> Changed:
    """Let a member's value move again. Refuses: member.unknown, member.closed."""
    return _stated(tx, command.member_id, command.reason, MemberState.ACTIVE, moment)


@use_case
def reveal_member(tx: Write, command: RevealMember, moment: Moment) -> Changed:
    """Note who looked at a member's data unmasked, and why; the caller reads them afterwards.

    Refuses: member.unknown, permission.missing.
    """
    moment.actor.need(Permission.MEMBER_REVEAL)
    member = tx.one(members.MEMBER, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    audit.record(
        tx,
        moment,
        action="member.revealed",
        subject=f"member:{member.id}",
        reason=checked_text(command.reason, field="reason", maximum=REASON_MAX),
    )
    return Changed(member_id=member.id, revision=member.revision)


def _locked(tx: Write, member_id: UUID) -> Member:
    member = tx.one(members.MEMBER_LOCKED, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    return member


def _key_of(row: SealedProfile, moment: Moment) -> MemberKey:
    if row.wrapped_key is None:
        raise MEMBER_CLOSED.because()
    return moment.vault.unlock(row.wrapped_key, row.id)


def _added(tx: Write, member: Member, added: Identity, moment: Moment) -> Changed:
    if len(tx.all(identities.IDENTITIES, member_id=member.id)) >= IDENTITIES_MAX:
        raise IDENTITIES_TOO_MANY.because(maximum=IDENTITIES_MAX)
    row = tx.one(members.PROFILE, member_id=member.id)
    if row is None:
        raise MEMBER_UNKNOWN.because()
    owner = Owner(member.id, _key_of(row, moment))
    identities.add(tx, moment.vault, owner, [added], at=moment.now)
    return _changed(tx, member, moment, change="identity_added", what=[added.kind.value])


def _resealed(
    row: SealedProfile, key: MemberKey, told: tuple[ProfileText, ...], *, moment: Moment
) -> dict[ProfileField, bytes | None]:
    columns = {field: members.ciphertext_of(row, field) for field in ProfileField}
    for one in told:
        text = kept(one, today=moment.now.date())
        columns[one.field] = members.sealed(key, one.field, text)
    return columns


def _stated(tx: Write, member_id: UUID, reason: str, state: MemberState, moment: Moment) -> Changed:
    moment.actor.need(Permission.MEMBER_WRITE)
    member = _locked(tx, member_id).changeable()
    kept_reason = checked_text(reason, field="reason", maximum=REASON_MAX)
    frozen = state is MemberState.FROZEN
    tx.send(
        members.CHANGE_ACCOUNTS,
        owner=member.id,
        new_state=AccountState.FROZEN.value if frozen else AccountState.OPEN.value,
    )
    audit.record(
        tx,
        moment,
        action="member.state_changed",
        subject=f"member:{member.id}",
        before={"state": member.state.value},
        after={"state": state.value},
        reason=kept_reason,
    )
    return _raised(tx, replace(member, state=state), moment, change="state_changed", what=[state])


def _changed(tx: Write, member: Member, moment: Moment, *, change: str, what: list[str]) -> Changed:
    audit.record(
        tx,
        moment,
        action=f"member.{change}",
        subject=f"member:{member.id}",
        after={"what": what},
    )
    return _raised(tx, member, moment, change=change, what=what)


def _raised(tx: Write, member: Member, moment: Moment, *, change: str, what: list[str]) -> Changed:
    tx.send(members.CHANGE_STATE, changed=member.id, new_state=member.state.value)
    facts.append(
        tx,
        Fact(
            kind=f"member.{change}",
            at=moment.now,
            member_id=member.id,
            body={"what": [str(one) for one in what]},
        ),
        id=moment.new_id(),
    )
    return Changed(member_id=member.id, revision=member.revision + 1)
