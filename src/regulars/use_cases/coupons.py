"""Handing out coupons and taking them back by hand.

The manager of 人民广场店 gives 李敏 a 10 元 coupon for a spoiled drink; issued by mistake, it is
voided with a reason. Both leave an audit row and a fact.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.offer import CouponType, validity
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import Store
from regulars.storage import audit, coupons, facts, members
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

COUPON_TYPE_EXHAUSTED = refusal_code("coupon.type_exhausted")
COUPON_TYPE_OVER = refusal_code("coupon.type_over")
COUPON_UNKNOWN = refusal_code("coupon.unknown")
COUPON_NOT_OPEN = refusal_code("coupon.not_open")

REASON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One coupon that a member got."""

    id: UUID
    type_id: UUID
    name_zh: str
    name_en: str
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCoupon:
    """Give a member one coupon."""

    coupon_id: UUID
    member_id: UUID
    coupon_type_id: UUID
    store_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCoupon:
    """Take an unused coupon back."""

    coupon_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided:
    """The coupon that is void now."""

    id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets a coupon, at which shop, and the key under which she gets it once."""

    coupon_id: UUID
    member_id: UUID
    shop: Shop
    issue_key: str


def handed_out(
    tx: Write, moment: Moment, coupon_type: CouponType, *, recipient: Recipient
) -> Issued | None:
    """A coupon of a type for a member, valid to the end of its last business day.

    None: the type's limit is reached, its time is over or it was stopped; whether that is a refusal
    is the caller's business, since nobody is sent away from joining for want of a gift.
    Refuses: coupon.issued_already (when the writes are sent).
    """
    lasts = lasting(coupon_type, recipient.shop.store, moment)
    if lasts is None or not coupons.taken_from_limit(tx, coupon_type.id):
        return None
    coupons.add(
        tx,
        coupons.NewCoupon(
            id=recipient.coupon_id,
            type_id=coupon_type.id,
            member_id=recipient.member_id,
            valid_from=lasts.begins,
            valid_until=lasts.ends,
            issued_at=moment.now,
            issue_key=recipient.issue_key,
        ),
    )
    facts.append(
        tx,
        Fact(
            kind="coupon.issued",
            at=moment.now,
            store_id=recipient.shop.store.id,
            member_id=recipient.member_id,
            subject_id=recipient.coupon_id,
            body={"type": coupon_type.code},
        ),
        id=moment.new_id(),
    )
    return Issued(
        id=recipient.coupon_id,
        type_id=coupon_type.id,
        name_zh=coupon_type.name.zh,
        name_en=coupon_type.name.en,
        valid_until=lasts.ends,
    )


class Lasting(NamedTuple):
    """From when until when a coupon lasts."""

    begins: Instant
    ends: Instant


def lasting(coupon_type: CouponType, store: Store, moment: Moment) -> Lasting | None:
    """How long a coupon handed out now lasts; None where the type's time is over."""
    period = validity(
        coupon_type,
        issued_at=moment.now,
        zone=store.zone,
        cut_off_minutes=store.cut_off_minutes,
    )
    if period is None or period.start is None or period.end is None:
        return None
    return Lasting(period.start, period.end)


def check_given(
    coupon_type: CouponType | None, store: Store, moment: Moment
) -> tuple[CouponType, Lasting]:
    """A coupon type of which copies are handed out now, and how long those last.

    Refuses: coupon.type_unknown, coupon.type_stopped, coupon.type_over.
    """
    if coupon_type is None:
        raise coupons.COUPON_TYPE_UNKNOWN.because()
    if not coupon_type.active:
        raise coupons.COUPON_TYPE_STOPPED.because()
    lasts = lasting(coupon_type, store, moment)
    if lasts is None:
        raise COUPON_TYPE_OVER.because()
    return coupon_type, lasts


@use_case
def issue_coupon(tx: Write, command: IssueCoupon, moment: Moment) -> Issued:
    """Give a member one coupon by hand.

    Refuses: scope.outside, member.unknown, member.closed, coupon.type_unknown,
    coupon.type_stopped, coupon.type_over, coupon.type_exhausted.
    """
    moment.actor.need(Permission.COUPON_ISSUE)
    moment.actor.scope.check(command.store_id)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    member = tx.one(members.MEMBER, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    member.changeable()
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    known = shop.coupon_types.get(command.coupon_type_id)
    coupon_type, _ = check_given(known, shop.store, moment)
    issued = handed_out(
        tx,
        moment,
        coupon_type,
        recipient=Recipient(
            coupon_id=command.coupon_id,
            member_id=member.id,
            shop=shop,
            issue_key=f"hand:{moment.command_id}",
        ),
    )
    if issued is None:
        raise COUPON_TYPE_EXHAUSTED.because()
    audit.record(
        tx,
        moment,
        action="coupon.issued",
        subject=f"coupon:{issued.id}",
        store_id=command.store_id,
        after={"type": coupon_type.code, "member": str(member.id)},
        reason=reason,
    )
    return issued


@use_case
def void_coupon(tx: Write, command: VoidCoupon, moment: Moment) -> Voided:
    """Take a coupon back that nobody has used, frozen or not.

    Refuses: coupon.unknown, coupon.not_open (used, void already, or held for a guest who pays).
    """
    moment.actor.need(Permission.COUPON_ISSUE)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    known = tx.one(wallet.COUPON, coupon_id=command.coupon_id)
    if known is None:
        raise COUPON_UNKNOWN.because()
    not_open = COUPON_NOT_OPEN.because()
    tx.take(wallet.VOID, refusal=not_open, coupon_id=known.id, at=moment.now)
    tx.send(wallet.WITHDRAW_SHARES, coupon_id=known.id)
    event = wallet.EventRow(
        id=moment.new_id(),
        coupon_id=known.id,
        kind="voided",
        at=moment.now,
        by=moment.actor.name,
        from_member_id=known.member_id,
        to_member_id=None,
        reason=reason,
    )
    wallet.add_event(tx, event)
    audit.record(
        tx,
        moment,
        action="coupon.voided",
        subject=f"coupon:{known.id}",
        before={"state": known.state, "member": str(known.member_id)},
        after={"state": "void"},
        reason=reason,
    )
    facts.append(
        tx,
        Fact(
            kind="coupon.voided",
            at=moment.now,
            member_id=known.member_id,
            subject_id=known.id,
        ),
        id=moment.new_id(),
    )
    return Voided(id=known.id, member_id=known.member_id)
