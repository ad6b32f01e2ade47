"""The wallet 券包: what is done to a coupon between being handed out and being used.

王芳 claims the code of a flyer, gives one coupon to her sister, has another frozen when her phone is
lost and reissued when it stays lost. Each change is one conditional update with an event, an audit
row and a fact; while an order holds a coupon for a guest who is paying, it stays where it is.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN, MemberState
from regulars.domain.members.writing import checked_text
from regulars.domain.pricing.coupon_codes import coupon_id_of
from regulars.domain.pricing.coupon_rules import CouponRules, coupon_rules_from
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, coupons, facts, members
from regulars.storage import coupon_batches as batches
from regulars.storage import coupon_wallet as wallet
from regulars.storage.coupon_wallet import EventRow, WalletCoupon
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.coupons import COUPON_NOT_OPEN, COUPON_UNKNOWN, REASON_MAX
from regulars.use_cases.guest import MEMBER_FROZEN
from regulars.use_cases.moment import Moment
from regulars.use_cases.presented import CODE_UNKNOWN, found_code, why_not
from regulars.use_cases.runner import use_case

COUPON_NOT_FROZEN = refusal_code("coupon.not_frozen")
COUPON_NOT_TRANSFERABLE = refusal_code("coupon.not_transferable")
COUPON_TO_ONESELF = refusal_code("coupon.to_oneself")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCode:
    """Put the coupon of an open code into a member's wallet."""

    coupon_id: UUID
    member_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeCoupon:
    """Keep a coupon from being used until further notice."""

    coupon_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezeCoupon:
    """Let a frozen coupon be used again."""

    coupon_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueCoupon:
    """Put a new coupon in the place of one that is lost or was misused."""

    coupon_id: UUID
    new_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCoupon:
    """Pass a coupon on to another member; `from_member_id` is whose it was seen to be."""

    coupon_id: UUID
    from_member_id: UUID
    to_member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNow:
    """One coupon after a change: whose it is and until when it lasts."""

    id: UUID
    type_id: UUID
    member_id: UUID
    state: str
    valid_from: Instant
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened to a coupon, as its event, its audit row and its fact tell it."""

    kind: str
    coupon_id: UUID
    from_member_id: UUID
    to_member_id: UUID | None = None
    reason: str | None = None


@use_case
def claim_code(tx: Write, command: ClaimCode, moment: Moment) -> CouponNow:
    """Put the coupon of an open code into a wallet; it lasts as long as the code did.

    Whatever is wrong with the code, the answer is one: nobody learns which codes exist.
    Refuses: member.unknown, member.closed, coupon.code_unknown.
    """
    moment.actor.need(Permission.ORDER_SELL)
    member = tx.one(members.MEMBER, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    member.changeable()
    found = found_code(tx, command.code, moment.vault)
    if found is None or why_not(found, None, at=moment.now) is not None:
        raise CODE_UNKNOWN.because()
    batch = found.batch
    tx.run(
        batches.CLAIM_CODE,
        expect=1,
        refusal=CODE_UNKNOWN.because(),
        batch_id=batch.id,
        serial=found.serial,
        id=coupon_id_of(batch.id, found.serial),
        at=moment.now,
        by=moment.actor.name,
        order=None,
    )
    new = coupons.NewCoupon(
        id=command.coupon_id,
        type_id=batch.type_id,
        member_id=member.id,
        valid_from=moment.now,
        valid_until=batch.valid_until,
        issued_at=moment.now,
        issue_key=f"code:{batch.id}:{found.serial}",
        batch_id=batch.id,
        serial=found.serial,
    )
    coupons.add(tx, new)
    told(tx, moment, Happened(kind="claimed", coupon_id=new.id, from_member_id=member.id))
    return _now(new, "issued")


@use_case
def freeze_coupon(tx: Write, command: FreezeCoupon, moment: Moment) -> CouponNow:
    """Keep a coupon from being used. Refuses: coupon.unknown, coupon.not_open."""
    moment.actor.need(Permission.COUPON_ISSUE)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    known = known_coupon(tx, command.coupon_id)
    not_open = COUPON_NOT_OPEN.because()
    tx.run(wallet.FREEZE, expect=1, refusal=not_open, coupon_id=known.id, at=moment.now)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    told(tx, moment, _by_hand("frozen", known, reason))
    return coupon_now(known, state="frozen")


@use_case
def unfreeze_coupon(tx: Write, command: UnfreezeCoupon, moment: Moment) -> CouponNow:
    """Let a frozen coupon be used again. Refuses: coupon.unknown, coupon.not_frozen."""
    moment.actor.need(Permission.COUPON_ISSUE)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    known = known_coupon(tx, command.coupon_id)
    not_frozen = COUPON_NOT_FROZEN.because()
    tx.run(wallet.UNFREEZE, expect=1, refusal=not_frozen, coupon_id=known.id)
    told(tx, moment, _by_hand("unfrozen", known, reason))
    return coupon_now(known, state="issued")


@use_case
def reissue_coupon(tx: Write, command: ReissueCoupon, moment: Moment) -> CouponNow:
    """Void a coupon and hand out a new one that lasts as long as the old one would have.

    Refuses: coupon.unknown, coupon.not_open, coupon.issued_already.
    """
    moment.actor.need(Permission.COUPON_ISSUE)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    known = known_coupon(tx, command.coupon_id)
    not_open = COUPON_NOT_OPEN.because()
    tx.run(wallet.VOID, expect=1, refusal=not_open, coupon_id=known.id, at=moment.now)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    new = coupons.NewCoupon(
        id=command.new_id,
        type_id=known.type_id,
        member_id=known.member_id,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
        issued_at=moment.now,
        issue_key=f"reissue:{known.id}",
        reissue_of=known.id,
    )
    coupons.add(tx, new)
    told(tx, moment, _by_hand("reissued", known, reason))
    return _now(new, "issued")


@use_case
def transfer_coupon(tx: Write, command: TransferCoupon, moment: Moment) -> CouponNow:
    """Pass a coupon on, where its type allows it.

    Refuses: coupon.unknown, coupon.not_transferable, coupon.to_oneself, order.member_frozen,
    member.unknown, member.closed, coupon.not_open.
    """
    moment.actor.need(Permission.ORDER_SELL)
    known = known_coupon(tx, command.coupon_id)
    if known.member_id != command.from_member_id:
        raise COUPON_UNKNOWN.because()
    if not rules_of(tx, known.type_id).transferable:
        raise COUPON_NOT_TRANSFERABLE.because()
    passed = passed_on(tx, known, command.to_member_id, moment)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    happened = Happened(
        kind="transferred",
        coupon_id=known.id,
        from_member_id=known.member_id,
        to_member_id=passed.member_id,
    )
    told(tx, moment, happened)
    return passed


def passed_on(tx: Write, known: WalletCoupon, taker_id: UUID, moment: Moment) -> CouponNow:
    """Make an open coupon another member's; of two who try, one does.

    Refuses: coupon.to_oneself, order.member_frozen, member.unknown, member.closed,
    coupon.not_open.
    """
    if taker_id == known.member_id:
        raise COUPON_TO_ONESELF.because()
    check_giver(tx, known)
    taker = tx.one(members.MEMBER, member_id=taker_id)
    if taker is None:
        raise MEMBER_UNKNOWN.because()
    taker.changeable()
    tx.run(
        wallet.PASS_ON,
        expect=1,
        refusal=COUPON_NOT_OPEN.because(),
        coupon_id=known.id,
        owner=known.member_id,
        taker=taker.id,
        at=moment.now,
    )
    return coupon_now(known._replace(member_id=taker.id), state="issued")


def check_giver(tx: Write, known: WalletCoupon) -> None:
    """Whoever reported her card lost gives nothing away. Refuses: order.member_frozen."""
    giver = tx.one(members.MEMBER, member_id=known.member_id)
    if giver is None or giver.state is not MemberState.ACTIVE:
        raise MEMBER_FROZEN.because()


def known_coupon(tx: Write, coupon_id: UUID) -> WalletCoupon:
    """A coupon in any state. Refuses: coupon.unknown."""
    known = tx.one(wallet.COUPON, coupon_id=coupon_id)
    if known is None:
        raise COUPON_UNKNOWN.because()
    return known


def rules_of(tx: Write, type_id: UUID) -> CouponRules:
    """What holds for the copies of a coupon type."""
    stored = tx.one(coupons.RULES, type_id=type_id)
    return coupon_rules_from(None if stored is None else stored.rules)


def told(tx: Write, moment: Moment, happened: Happened) -> None:
    """Write down what happened to a coupon, for its history, the auditor and whoever listens."""
    owner = happened.to_member_id or happened.from_member_id
    event = EventRow(
        id=moment.new_id(),
        coupon_id=happened.coupon_id,
        kind=happened.kind,
        at=moment.now,
        by=moment.actor.name,
        from_member_id=happened.from_member_id,
        to_member_id=happened.to_member_id,
        reason=happened.reason,
    )
    wallet.add_event(tx, event)
    audit.record(
        tx,
        moment,
        action=f"coupon.{happened.kind}",
        subject=f"coupon:{happened.coupon_id}",
        before={"member": str(happened.from_member_id)},
        after={"member": str(owner)},
        reason=happened.reason,
    )
    fact = Fact(
        kind=f"coupon.{happened.kind}",
        at=moment.now,
        member_id=owner,
        subject_id=happened.coupon_id,
    )
    facts.append(tx, fact, id=moment.new_id())


def _by_hand(kind: str, known: WalletCoupon, reason: str) -> Happened:
    return Happened(kind=kind, coupon_id=known.id, from_member_id=known.member_id, reason=reason)


def coupon_now(known: WalletCoupon, *, state: str) -> CouponNow:
    """The coupon as it stands in a state."""
    return CouponNow(
        id=known.id,
        type_id=known.type_id,
        member_id=known.member_id,
        state=state,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
    )


def _now(new: coupons.NewCoupon, state: str) -> CouponNow:
    return CouponNow(
        id=new.id,
        type_id=new.type_id,
        member_id=new.member_id,
        state=state,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )
