"""Sharing a coupon 转赠: an invitation that whoever opens it first may take.

王芳 sends a link to her group of friends; the first who opens it has the coupon, the others read
that the link is no longer good. The link's token is shown once and kept by nobody but its holder.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.storage import coupon_wallet as wallet
from regulars.storage.coupon_wallet import NewShare
from regulars.storage.engine import Write
from regulars.use_cases.coupons import COUPON_NOT_OPEN, COUPON_UNKNOWN
from regulars.use_cases.guest import MEMBER_FROZEN
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.wallet import (
    CouponNow,
    Happened,
    check_giver,
    coupon_now,
    known_coupon,
    passed_on,
    rules_of,
    told,
)

COUPON_NOT_SHAREABLE = refusal_code("coupon.not_shareable")
SHARE_UNKNOWN = refusal_code("coupon.share_unknown")

SHARE_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCoupon:
    """Invite somebody to take a coupon over; an earlier invitation ends with this one."""

    share_id: UUID
    coupon_id: UUID
    from_member_id: UUID
    token_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeShared:
    """Take a coupon over with the token of an invitation."""

    to_member_id: UUID
    token_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawShare:
    """Take an invitation back that nobody has used."""

    coupon_id: UUID
    from_member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An open invitation."""

    id: UUID
    coupon_id: UUID
    expires_at: Instant


@use_case
def share_coupon(tx: Write, command: ShareCoupon, moment: Moment) -> Shared:
    """Open an invitation, where the coupon's type allows it.

    Refuses: coupon.unknown, coupon.not_shareable, order.member_frozen, coupon.not_open.
    """
    moment.actor.need(Permission.ORDER_SELL)
    # Locked, so that of two invitations opened at once the second ends the first.
    known = tx.one(wallet.COUPON_LOCKED, coupon_id=command.coupon_id)
    if known is None or known.member_id != command.from_member_id:
        raise COUPON_UNKNOWN.because()
    if not rules_of(tx, known.type_id).shareable:
        raise COUPON_NOT_SHAREABLE.because()
    check_giver(tx, known)
    held = known.held_until is not None and known.held_until > moment.now
    if known.state != "issued" or held or known.valid_until <= moment.now:
        raise COUPON_NOT_OPEN.because()
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    expires_at = Instant(min(known.valid_until, moment.now + SHARE_LASTS))
    share = NewShare(
        id=command.share_id,
        coupon_id=known.id,
        from_member_id=known.member_id,
        token_hash=command.token_hash,
        made_at=moment.now,
        expires_at=expires_at,
    )
    wallet.add_share(tx, share)
    told(tx, moment, Happened(kind="shared", coupon_id=known.id, from_member_id=known.member_id))
    return Shared(id=share.id, coupon_id=known.id, expires_at=expires_at)


@use_case
def take_shared(tx: Write, command: TakeShared, moment: Moment) -> CouponNow:
    """Take a shared coupon over; of all who open the link, the first.

    Whatever is wrong with the token or its coupon, the answer is one.
    Refuses: coupon.share_unknown, coupon.to_oneself, member.unknown, member.closed.
    """
    moment.actor.need(Permission.ORDER_SELL)
    share = tx.one(wallet.SHARE_BY_TOKEN, token_hash=command.token_hash)
    if share is None or share.state != "open":
        raise SHARE_UNKNOWN.because()
    known = known_coupon(tx, share.coupon_id)
    if known.member_id != share.from_member_id:
        raise SHARE_UNKNOWN.because()
    try:
        passed = passed_on(tx, known, command.to_member_id, moment)
    except Refusal as refusal:
        if refusal.code in (COUPON_NOT_OPEN.code, MEMBER_FROZEN.code):
            raise SHARE_UNKNOWN.because() from refusal
        raise
    tx.run(
        wallet.TAKE_SHARE,
        expect=1,
        refusal=SHARE_UNKNOWN.because(),
        share_id=share.id,
        at=moment.now,
        taker=passed.member_id,
    )
    happened = Happened(
        kind="taken",
        coupon_id=known.id,
        from_member_id=share.from_member_id,
        to_member_id=passed.member_id,
    )
    told(tx, moment, happened)
    return passed


@use_case
def withdraw_share(tx: Write, command: WithdrawShare, moment: Moment) -> CouponNow:
    """Take an invitation back. Refuses: coupon.unknown, coupon.share_unknown (there is none)."""
    moment.actor.need(Permission.ORDER_SELL)
    known = known_coupon(tx, command.coupon_id)
    if known.member_id != command.from_member_id:
        raise COUPON_UNKNOWN.because()
    none = SHARE_UNKNOWN.because()
    tx.run(wallet.WITHDRAW_SHARES, expect=1, refusal=none, coupon_id=known.id)
    told(tx, moment, Happened(kind="withdrawn", coupon_id=known.id, from_member_id=known.member_id))
    return coupon_now(known, state=known.state)
