"""What becomes of a referral: followed to its reward by a job, or judged by a manager.

On Friday the friend's first order is found, two weeks later it is still there. Then the traces of
both members are looked at: with none against it both get their gifts, each once; with any, the
referral is held with the evidence until a manager releases or rejects it.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.referral import (
    EndedBecause,
    Evidence,
    ReferralPromise,
    ReferralState,
    Traces,
    counts,
    evidence_of,
)
from regulars.domain.members.identity import offered
from regulars.domain.members.member import MemberState
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.limits import Span
from regulars.domain.stores.actor import ActorKind
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, ledger, members, programmes, referrals, staff, visits
from regulars.storage.engine import Read, Write
from regulars.storage.limits import NO_LIMIT, POSTED, TAKE, TakeRow, put_takes
from regulars.storage.referrals import REFERRAL_UNKNOWN, EvidenceRow, PaidOrder, ReferralRow
from regulars.storage.stores import ORGANISATION
from regulars.use_cases import gifts
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.referrals import Referred, referred, tell
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import of_member

REFERRAL_CHANGED = refusal_code("referral.changed")
REFERRAL_NOT_HELD = refusal_code("referral.not_held", "state")
OWN_BENEFIT = refusal_code("referral.own_benefit")
RING_LENGTH_MAX = 10
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowReferral:
    """Do for one referral what is due; nothing where nothing is."""

    referral_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReferral:
    """Reward both sides of a referral that was held back."""

    referral_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReferral:
    """Reward nobody of a referral that was held back."""

    referral_id: UUID
    reason: str


@use_case
def follow_referral(tx: Write, command: FollowReferral, moment: Moment) -> Referred:
    """Take a referral one step further: to its window, its reward, the manager's desk or its end.

    Refuses: referral.unknown.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    row = _locked(tx, command.referral_id)
    match ReferralState(row.state):
        case ReferralState.WAITING:
            return referred(_waited(tx, row, moment))
        case ReferralState.DUE if row.due_at <= moment.now:
            return referred(_decided(tx, row, moment, check=True))
        case _:
            return referred(row)


@use_case
def release_referral(tx: Write, command: ReleaseReferral, moment: Moment) -> Referred:
    """Reward both sides after all, if the order is still there.

    Refuses: scope.outside, referral.unknown, referral.not_held, referral.own_benefit,
    member.text_malformed.
    """
    row, reason = _judged(tx, command.referral_id, command.reason, moment)
    _check_second_person(tx, row, moment)
    after = _decided(tx, row, moment, check=False)
    _audit(tx, row, after, reason, moment)
    return referred(after)


@use_case
def reject_referral(tx: Write, command: RejectReferral, moment: Moment) -> Referred:
    """Reward nobody.

    Refuses: scope.outside, referral.unknown, referral.not_held, member.text_malformed.
    """
    row, reason = _judged(tx, command.referral_id, command.reason, moment)
    after = row._replace(state=ReferralState.REJECTED.value, ended_at=moment.now)
    after = _saved(tx, row, after, "referral.rejected", moment)
    _audit(tx, row, after, reason, moment)
    return referred(after)


def _locked(tx: Write, referral_id: UUID) -> ReferralRow:
    row = tx.one(referrals.REFERRAL_LOCKED, referral_id=referral_id)
    if row is None:
        raise REFERRAL_UNKNOWN.because()
    return row


def _judged(tx: Write, referral_id: UUID, reason: str, moment: Moment) -> tuple[ReferralRow, str]:
    moment.actor.need(Permission.MEMBER_WRITE)
    text = checked_text(reason, field="reason", maximum=REASON_MAX)
    row = _locked(tx, referral_id)
    moment.actor.scope.check(row.store_id)
    if row.state != ReferralState.HELD:
        raise REFERRAL_NOT_HELD.because(state=row.state)
    return row, text


def _check_second_person(read: Read, row: ReferralRow, moment: Moment) -> None:
    """Four eyes: not who wrote the referral down, nor who is one side of it by her log-in name.

    Refuses: referral.own_benefit.
    """
    actor = moment.actor
    if actor.kind is ActorKind.SYSTEM:
        return
    if row.by == actor.name:
        raise OWN_BENEFIT.because()
    who = read.one(staff.BY_ID, id=actor.id)
    organisation = read.one(ORGANISATION)
    if who is None or organisation is None:
        return
    try:
        hers = offered(who.login, country=organisation.country)
    except Refusal:
        return  # she signs in with neither a phone number nor an address
    for one in hers:
        index = moment.vault.blind_index(one.kind.value, one.normal)
        sides = {"one": row.inviter_id, "other": row.invited_id}
        if any(read.all(referrals.A_SIDE_KNOWN_AS, blind_index=index, **sides)):
            raise OWN_BENEFIT.because()


def _audit(tx: Write, before: ReferralRow, after: ReferralRow, reason: str, moment: Moment) -> None:
    audit.record(
        tx,
        moment,
        action=f"referral.{after.state}",
        subject=f"referral:{after.id}",
        store_id=after.store_id,
        before={"state": before.state},
        after={"state": after.state},
        reason=reason,
    )


def _saved(
    tx: Write, row: ReferralRow, after: ReferralRow, kind: str, moment: Moment
) -> ReferralRow:
    referrals.save(tx, row, after, refusal=REFERRAL_CHANGED.because())
    tell(tx, after, kind, moment)
    return after


def _ended(tx: Write, row: ReferralRow, because: EndedBecause, moment: Moment) -> ReferralRow:
    after = row._replace(
        state=ReferralState.ENDED.value, ended_because=because.value, ended_at=moment.now
    )
    return _saved(tx, row, after, "referral.ended", moment)


def _waited(tx: Write, row: ReferralRow, moment: Moment) -> ReferralRow:
    """The first order that counts begins the window; without one the referral ends in time."""
    order = tx.one(referrals.FIRST_ORDER, referral_id=row.id)
    if order is not None:
        window = timedelta(days=_promise(tx, row).window_days)
        after = row._replace(
            state=ReferralState.DUE.value,
            order_id=order.id,
            due_at=Instant(order.settled_at + window),
        )
        return _saved(tx, row, after, "referral.ordered", moment)
    if row.due_at <= moment.now:
        return _ended(tx, row, EndedBecause.NO_ORDER, moment)
    return row


def _promise(tx: Write, row: ReferralRow) -> ReferralPromise:
    promise = programmes.version_of(tx, row.programme_id, row.programme_version).definition
    assert isinstance(promise, ReferralPromise)
    return promise


def _decided(tx: Write, row: ReferralRow, moment: Moment, *, check: bool) -> ReferralRow:
    """Reward both sides, hold the referral back, or end it."""
    promise = _promise(tx, row)
    order: PaidOrder | None = tx.one(referrals.ORDER_LOCKED, order_id=row.order_id)
    if order is None or not counts(
        order.due_minor, order.refunded_minor, min_due_minor=row.min_due_minor
    ):
        return _ended(tx, row, EndedBecause.REFUNDED, moment)
    if not _there(tx, row.invited_id):
        return _ended(tx, row, EndedBecause.MEMBER_GONE, moment)
    evidence = evidence_of(_traces(tx, row), promise) if check else ()
    if evidence:
        return _held(tx, row, evidence, moment)
    return _rewarded(tx, row, promise, moment)


def _there(tx: Write, member_id: UUID) -> bool:
    member = tx.one(members.MEMBER, member_id=member_id)
    return member is not None and member.state not in {MemberState.CLOSED, MemberState.ERASED}


def _traces(tx: Write, row: ReferralRow) -> Traces:
    return Traces(
        shared_identities=tx.all(
            referrals.SHARED_IDENTITIES, one=row.inviter_id, other=row.invited_id
        )[0],
        shared_payments=tx.all(referrals.SHARED_PAYMENTS, one=row.inviter_id, other=row.invited_id)[
            0
        ],
        ring_through=_ring(tx, row),
        joined_together=tx.all(
            referrals.JOINED_TOGETHER,
            referral_id=row.id,
            store=row.store_id,
            since=row.at - AN_HOUR,
            until=row.at + AN_HOUR,
            terminal=row.terminal_id,
            joined_by=row.by,
        )[0],
    )


def _ring(tx: Write, row: ReferralRow) -> UUID | None:
    """The referral by which the inviter was brought, in the end, by her own friend."""
    brought = row.inviter_id
    for _ in range(RING_LENGTH_MAX):
        earlier = tx.one(referrals.OF_INVITED, invited=brought)
        if earlier is None:
            return None
        if earlier.inviter_id == row.invited_id:
            return earlier.id
        brought = earlier.inviter_id
    return None


def _held(
    tx: Write, row: ReferralRow, evidence: tuple[Evidence, ...], moment: Moment
) -> ReferralRow:
    told = [
        EvidenceRow(row.id, one.kind.value, moment.now, one.subject_id, one.found)
        for one in evidence
    ]
    referrals.add_evidence(tx, told)
    return _saved(tx, row, row._replace(state=ReferralState.HELD.value), "referral.held", moment)


def _rewarded(tx: Write, row: ReferralRow, promise: ReferralPromise, moment: Moment) -> ReferralRow:
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    if promise.inviter.growth_value or promise.invited.growth_value:
        # A tier may move: as in a sale, visits are locked before accounts.
        for member_id in sorted((row.inviter_id, row.invited_id)):
            tx.one(visits.VISITS_LOCKED, member_id=member_id)
    # Both at once and in one order, so that two referrals of one member never wait for each other.
    tx.all(ledger.ACCOUNTS_OF_MEMBERS, members=[row.inviter_id, row.invited_id])
    _give(tx, row, "invited", promise.invited, shop=shop, moment=moment)
    inviter_too = _there(tx, row.inviter_id) and _under_cap(tx, row, promise, shop, moment)
    if inviter_too:
        _give(tx, row, "inviter", promise.inviter, shop=shop, moment=moment)
    after = row._replace(
        state=ReferralState.REWARDED.value,
        ended_at=moment.now,
        invited_rewarded=not promise.invited.empty,
        inviter_rewarded=inviter_too and not promise.inviter.empty,
    )
    return _saved(tx, row, after, "referral.rewarded", moment)


def _give(
    tx: Write, row: ReferralRow, side: str, gift: Gift, *, shop: Shop, moment: Moment
) -> None:
    member_id = row.invited_id if side == "invited" else row.inviter_id
    occasion = f"referral.{side}.{row.id}"
    gifts.give(tx, moment, member_id=member_id, gift=gift, shop=shop, occasion=occasion)


def _under_cap(
    tx: Write, row: ReferralRow, promise: ReferralPromise, shop: Shop, moment: Moment
) -> bool:
    """Whether the inviter may have one more reward; it is taken by one conditional change."""
    if promise.cap is None:
        return True
    if not promise.cap.uses:
        return False
    day = shop.store.business_day(moment.now)
    key = of_member(row.programme_id, row.inviter_id, Span(promise.cap.span), day)
    taken = tx.run(
        TAKE,
        **key._asdict(),
        more_uses=1,
        more_minor=0,
        room_minor=0,
        uses_max=promise.cap.uses,
        minor_max=NO_LIMIT,
    )
    if taken:
        put_takes(tx, [TakeRow(row.id, key.offer_id, key.scope, key.period, 1, 0, POSTED)])
    return taken == 1
