"""Referral 老带新: a code told at joining, a first order that stays, and both sides rewarded once.

李敏 joins with 王芳's code. Her first order is on Friday; two weeks later it has not come back, so a
job gives both what was promised. Had the order been sent back, or did both share a phone number,
nobody would get anything before a manager has looked.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.loyalty.referral import (
    REFERRAL_SELF,
    ReferralCipher,
    ReferralPromise,
    ReferralState,
)
from regulars.domain.members.member import MEMBER_UNKNOWN, Member, MemberState
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import facts, members, programmes, referrals
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact
from regulars.storage.programmes import PROGRAMME_NOT_IN_FORCE
from regulars.storage.referrals import REFERRAL_ALREADY, ReferralRow
from regulars.storage.vault import Vault
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

CODE_UNKNOWN = refusal_code("referral.code_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachReferral:
    """Say, some days after joining, who brought a member."""

    member_id: UUID
    store_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """A referral as it stands; it names nobody."""

    id: UUID
    inviter_id: UUID
    invited_id: UUID
    state: str
    due_at: Instant


def cipher_of(vault: Vault) -> ReferralCipher:
    """The organisation's key of referral codes."""
    return ReferralCipher(vault.keyed_digest("referral codes", b""))


def code_of(read: Read, vault: Vault, member_id: UUID) -> str:
    """A member's own code, to tell her friends. Refuses: member.unknown."""
    number = read.one(referrals.NUMBER_OF_MEMBER, member=member_id)
    if number is None:
        raise MEMBER_UNKNOWN.because()
    return cipher_of(vault).code_of(number)


@use_case
def attach_referral(tx: Write, command: AttachReferral, moment: Moment) -> Referred:
    """Say who brought a member, within the days after joining that the programme allows.

    Refuses: scope.outside, store.unknown, member.unknown, member.closed, and what `refer` refuses.
    """
    moment.actor.need(Permission.MEMBER_JOIN)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    invited = tx.one(members.MEMBER, member_id=command.member_id)
    if invited is None:
        raise MEMBER_UNKNOWN.because()
    return refer(tx, invited.changeable(), command.code, shop=shop, moment=moment)


def refer(tx: Write, invited: Member, code: str, *, shop: Shop, moment: Moment) -> Referred:
    """Write down who brought a member, by the code that she told.

    Refuses: programme.not_in_force, referral.code_unknown, referral.self, referral.too_late,
    referral.already.
    """
    running = programmes.in_force(tx, ProgrammeKind.REFERRAL, shop.store, at=moment.now)
    if not running:
        raise PROGRAMME_NOT_IN_FORCE.because()
    programme = running[-1]
    promise = programme.definition
    assert isinstance(promise, ReferralPromise)
    inviter_id = _inviter(tx, code, moment)
    if inviter_id == invited.id:
        raise REFERRAL_SELF.because()
    if tx.one(referrals.OF_INVITED, invited=invited.id) is not None:
        raise REFERRAL_ALREADY.because()
    promise.check_joined((moment.now - invited.joined_at).days)
    row = ReferralRow(
        id=moment.new_id(),
        programme_id=programme.id,
        programme_version=programme.version,
        inviter_id=inviter_id,
        invited_id=invited.id,
        store_id=shop.store.id,
        terminal_id=moment.actor.terminal,
        at=moment.now,
        by=moment.actor.name,
        state=ReferralState.WAITING.value,
        due_at=Instant(moment.now + timedelta(days=promise.order_days)),
        order_id=None,
        min_due_minor=promise.min_due_minor,
        ended_because=None,
        ended_at=None,
        inviter_rewarded=False,
        invited_rewarded=False,
    )
    referrals.add(tx, row)
    tell(tx, row, "member.referred", moment)
    return referred(row)


def referred(row: ReferralRow) -> Referred:
    """A referral as a command answers it."""
    return Referred(
        id=row.id,
        inviter_id=row.inviter_id,
        invited_id=row.invited_id,
        state=row.state,
        due_at=row.due_at,
    )


def tell(tx: Write, row: ReferralRow, kind: str, moment: Moment) -> None:
    """Let others know what became of a referral."""
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=row.store_id,
        member_id=row.invited_id,
        subject_id=row.id,
        body={"inviter": str(row.inviter_id)},
    )
    facts.append(tx, fact, id=moment.new_id())


def _inviter(tx: Write, code: str, moment: Moment) -> UUID:
    """Whose code it is. A code of nobody and one of a member who left are told alike."""
    number = cipher_of(moment.vault).account_of(code)
    member_id = None if number is None else tx.one(referrals.MEMBER_OF_NUMBER, number=number)
    inviter = None if member_id is None else tx.one(members.MEMBER, member_id=member_id)
    if inviter is None or inviter.state is not MemberState.ACTIVE:
        raise CODE_UNKNOWN.because()
    return inviter.id
