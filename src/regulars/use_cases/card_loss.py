"""A lost card 挂失补卡: it stops at once, the value stays, a new card takes its place.

王芳's card is in some taxi. From the moment she says so, the number finds nobody; her 200.00 are
hers as before, found by her phone. The new card has another code.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.members.card import card_code
from regulars.domain.members.identity import (
    IDENTITIES_MAX,
    IDENTITIES_TOO_MANY,
    Identity,
    IdentityKind,
)
from regulars.domain.members.member import MEMBER_CLOSED, MEMBER_UNKNOWN, Member
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, facts, identities, members, referrals
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.identities import IdentityRow, Owner
from regulars.storage.tables.stored_value import card_event
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCardLost:
    """Stop a member's cards from being taken for her."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueCard:
    """Stop a member's cards and give her a new one in their place."""

    member_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsChanged:
    """How many cards stopped. The new code is shown by reading the member: it is not kept here."""

    member_id: UUID
    revision: int
    stopped: int
    reissued: bool


@use_case
def report_card_lost(tx: Write, command: ReportCardLost, moment: Moment) -> CardsChanged:
    """Stop a member's cards from being taken for her; a second report stops nothing more.

    Refuses: member.unknown, member.closed, value.reason_missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    member = _locked(tx, command.member_id)
    stopped = _stop(tx, member, tx.all(identities.IDENTITIES, member_id=member.id), reason, moment)
    if not stopped:
        # She may have a card of paper that nobody typed in: the report is kept all the same.
        tx.add(card_event, [_event(member, "lost", None, reason, moment)])
    return _changed(tx, member, moment, reason=reason, stopped=stopped, reissued=False)


@use_case
def reissue_card(tx: Write, command: ReissueCard, moment: Moment) -> CardsChanged:
    """Stop a member's cards and make a new card of ours known for her.

    Refuses: member.unknown, member.closed, member.identities_too_many, value.reason_missing.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    reason = reason_of(command.reason)
    member = _locked(tx, command.member_id)
    known = tx.all(identities.IDENTITIES, member_id=member.id)
    stopped = _stop(tx, member, known, reason, moment)
    if len(known) - stopped >= IDENTITIES_MAX:
        raise IDENTITIES_TOO_MANY.because(maximum=IDENTITIES_MAX)
    profile = tx.one(members.PROFILE, member_id=member.id)
    if profile is None or profile.wrapped_key is None:
        raise MEMBER_CLOSED.because()
    owner = Owner(member.id, moment.vault.unlock(profile.wrapped_key, member.id))
    # The last eight bytes of an id of ours are random but for two bits.
    card = Identity(IdentityKind.CARD, card_code(moment.new_id().bytes[8:]))
    identities.add(tx, moment.vault, owner, [card], at=moment.now)
    index = moment.vault.blind_index(card.kind.value, card.normal)
    tx.add(card_event, [_event(member, "reissued", index, reason, moment)])
    return _changed(tx, member, moment, reason=reason, stopped=stopped, reissued=True)


def _locked(tx: Write, member_id: UUID) -> Member:
    member = tx.one(members.MEMBER_LOCKED, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    return member.changeable()


def _stop(tx: Write, member: Member, known: list[IdentityRow], reason: str, moment: Moment) -> int:
    cards = [one for one in known if one.kind == IdentityKind.CARD.value]
    for card in cards:
        tx.send(identities.REMOVE, of_member=member.id, gone=card.blind_index)
        referrals.keep_identity(tx, member.id, card.blind_index, moment.now)
    events = [_event(member, "lost", card.blind_index, reason, moment) for card in cards]
    tx.add(card_event, events)
    return len(cards)


def _event(
    member: Member, kind: str, index: bytes | None, reason: str, moment: Moment
) -> dict[str, object]:
    return {
        "id": moment.new_id(),
        "member_id": member.id,
        "kind": kind,
        "blind_index": index,
        "at": moment.now,
        "by": moment.actor.name,
        "reason": reason,
    }


def _changed(
    tx: Write, member: Member, moment: Moment, *, reason: str, stopped: int, reissued: bool
) -> CardsChanged:
    kind = "card_reissued" if reissued else "card_lost"
    tx.send(members.CHANGE_STATE, changed=member.id, new_state=member.state.value)
    told: dict[str, object] = {"stopped": stopped}
    audit.record(
        tx,
        moment,
        action=f"member.{kind}",
        subject=f"member:{member.id}",
        after=told,
        reason=reason,
    )
    happened = Fact(kind=f"member.{kind}", at=moment.now, member_id=member.id, body=told)
    facts.append(tx, happened, id=moment.new_id())
    return CardsChanged(
        member_id=member.id, revision=member.revision + 1, stopped=stopped, reissued=reissued
    )
