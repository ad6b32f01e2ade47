"""Handing out coupons to many 批量发券: a list of members, a campaign, each of them once.

The 10,000 members of 沉睡客户 get a 5 元 coupon each. The connection breaks, the list is sent again:
who has hers gets no second one. 300 coupons are left for 500 members: 300 get one, and the answer
names the 200 who did not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, coupons, facts
from regulars.storage.coupons import NewCoupon
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.coupons import check_given
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

MAILING_TOO_LARGE = refusal_code("coupon.mailing_too_large", "maximum")

MAILING_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCoupons:
    """One coupon for each member of a list, once per campaign."""

    coupon_type_id: UUID
    campaign: str
    store_id: UUID
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """How many got a coupon now, how many had theirs, and who got none and why not."""

    issued: int
    already: int
    unknown: tuple[UUID, ...]
    without: tuple[UUID, ...]


@use_case
def mail_coupons(tx: Write, command: MailCoupons, moment: Moment) -> Mailed:
    """Give every member of a list one coupon, to as many as the type's limit allows.

    Refuses: scope.outside, coupon.mailing_too_large, coupon.type_unknown, coupon.type_stopped,
    coupon.type_over.
    """
    moment.actor.need(Permission.COUPON_ISSUE)
    moment.actor.scope.check(command.store_id)
    if len(command.member_ids) > MAILING_MAX:
        raise MAILING_TOO_LARGE.because(maximum=MAILING_MAX)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    known = shop.coupon_types.get(command.coupon_type_id)
    coupon_type, lasts = check_given(known, shop.store, moment)
    asked = tuple(dict.fromkeys(command.member_ids))
    # The type's row is locked first: two mailings of one campaign go one after the other.
    kind = tx.one(coupons.TYPE_LOCKED, type_id=coupon_type.id)
    active = frozenset(tx.all(coupons.ACTIVE_MEMBERS, member_ids=list(asked)))
    keys = {one: _key(command, one) for one in asked if one in active}
    done = coupons.known_issue_keys(tx, list(keys.values()))
    due = [one for one in keys if keys[one] not in done]
    room = None if kind is None else kind.room
    chosen = due if room is None else due[: max(room, 0)]
    if chosen and not coupons.taken_from_limit(tx, coupon_type.id, count=len(chosen)):
        raise coupons.COUPON_TYPE_STOPPED.because()
    new = [
        NewCoupon(
            id=moment.new_id(),
            type_id=coupon_type.id,
            member_id=member_id,
            valid_from=lasts.begins,
            valid_until=lasts.ends,
            issued_at=moment.now,
            issue_key=keys[member_id],
        )
        for member_id in chosen
    ]
    _hand_out(tx, new, {"type": coupon_type.code, "campaign": command.campaign}, moment)
    audit.record(
        tx,
        moment,
        action="coupon.mailed",
        subject=f"coupon_type:{coupon_type.id}",
        store_id=command.store_id,
        after={"campaign": command.campaign, "asked": len(asked), "issued": len(chosen)},
    )
    return Mailed(
        issued=len(chosen),
        already=len(keys) - len(due),
        unknown=tuple(one for one in asked if one not in active),
        without=tuple(due[len(chosen) :]),
    )


def _key(command: MailCoupons, member_id: UUID) -> str:
    return f"mail:{command.coupon_type_id}:{command.campaign}:{member_id}"


def _hand_out(tx: Write, new: Sequence[NewCoupon], body: dict[str, object], moment: Moment) -> None:
    coupons.add_all(tx, new)
    happened = [
        Fact(
            kind="coupon.issued",
            at=moment.now,
            member_id=one.member_id,
            subject_id=one.id,
            body=body,
        )
        for one in new
    ]
    facts.append_all(tx, [(moment.new_id(), fact) for fact in happened])
