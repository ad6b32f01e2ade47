"""What happens to a coupon between being handed out and being used.

王芳 freezes the coupon of a lost phone, passes one on to her sister, shares one with whoever opens
her link first. Each is one conditional update: of two that race, one finds no row. A coupon that an
order holds for a guest who is paying stays where it is.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.audit import Occasion
from regulars.storage.columns import At, Bytes, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.offers import coupon, coupon_event, coupon_share


class WalletCoupon(NamedTuple):
    """One coupon in any state. `held_until`: an order keeps it until then."""

    id: UUID
    type_id: UUID
    member_id: UUID
    state: str
    valid_from: Instant
    valid_until: Instant
    held_until: Instant | None
    reissue_of: UUID | None


class ShareRow(NamedTuple):
    """Table `coupon_share`: an invitation to take a coupon over."""

    id: UUID
    coupon_id: UUID
    from_member_id: UUID
    expires_at: Instant
    state: str


class EventRow(NamedTuple):
    """Table `coupon_event`: one thing that happened to a coupon."""

    id: UUID
    coupon_id: UUID
    kind: str
    at: Instant
    by: str
    from_member_id: UUID | None
    to_member_id: UUID | None
    reason: str | None


class OwnerRow(NamedTuple):
    """Whose a coupon is."""

    id: UUID
    member_id: UUID


_AT = bindparam("at", type_=At())
_OWNERS = Statement(
    select(coupon.c.id, coupon.c.member_id)
    .where(one_of(coupon.c.id, "ids", Id()))
    .order_by(coupon.c.id),
    OwnerRow,
)
_THIS = coupon.c.id == bindparam("coupon_id", type_=Id())
_NOT_HELD = or_(coupon.c.held_by.is_(None), coupon.c.held_until <= _AT)

_COUPON = select(
    coupon.c.id,
    coupon.c.type_id,
    coupon.c.member_id,
    coupon.c.state,
    coupon.c.valid_from,
    coupon.c.valid_until,
    coupon.c.held_until,
    coupon.c.reissue_of,
).where(_THIS)
COUPON = Statement(_COUPON, WalletCoupon)
COUPON_LOCKED = Statement(_COUPON.with_for_update(), WalletCoupon)
FREEZE = Statement[object](
    update(coupon).where(_THIS, coupon.c.state == "issued", _NOT_HELD).values(state="frozen")
)
UNFREEZE = Statement[object](
    update(coupon).where(_THIS, coupon.c.state == "frozen").values(state="issued")
)
VOID = Statement[object](
    update(coupon)
    .where(_THIS, coupon.c.state.in_(("issued", "frozen")), _NOT_HELD)
    .values(state="void")
)
PASS_ON = Statement[object](
    update(coupon)
    .where(
        _THIS,
        coupon.c.member_id == bindparam("owner", type_=Id()),
        coupon.c.state == "issued",
        coupon.c.valid_until > _AT,
        _NOT_HELD,
    )
    .values(member_id=bindparam("taker", type_=Id()))
)

SHARE_BY_TOKEN = Statement(
    select(
        coupon_share.c.id,
        coupon_share.c.coupon_id,
        coupon_share.c.from_member_id,
        coupon_share.c.expires_at,
        coupon_share.c.state,
    ).where(coupon_share.c.token_hash == bindparam("token_hash", type_=Bytes())),
    ShareRow,
)
TAKE_SHARE = Statement[object](
    update(coupon_share)
    .where(
        coupon_share.c.id == bindparam("share_id", type_=Id()),
        coupon_share.c.state == "open",
        coupon_share.c.expires_at > _AT,
    )
    .values(state="taken", taken_by=bindparam("taker", type_=Id()))
)
# A coupon has one open invitation at most: a new one, or the coupon's end, withdraws it.
WITHDRAW_SHARES = Statement[object](
    update(coupon_share)
    .where(
        coupon_share.c.coupon_id == bindparam("coupon_id", type_=Id()),
        coupon_share.c.state == "open",
    )
    .values(state="withdrawn")
)
EVENTS = Statement(
    select(coupon_event)
    .where(coupon_event.c.coupon_id == bindparam("coupon_id", type_=Id()))
    .order_by(coupon_event.c.at, coupon_event.c.id),
    EventRow,
)


class NewShare(NamedTuple):
    """An invitation to be; only the hash of its token is kept."""

    id: UUID
    coupon_id: UUID
    from_member_id: UUID
    token_hash: bytes
    made_at: Instant
    expires_at: Instant


def add_share(tx: Write, new: NewShare) -> None:
    """Open an invitation."""
    tx.add(coupon_share, [{**new._asdict(), "state": "open"}])


def add_event(tx: Write, event: EventRow) -> None:
    """Remember what happened to a coupon."""
    tx.add(coupon_event, [event._asdict()])


def note_voided(
    tx: Write, moment: Occasion, coupons: Collection[UUID], *, reason: str | None
) -> None:
    """Remember that coupons were made void with something else: a refund, a cancelled gift."""
    owners = tx.all(_OWNERS, ids=list(coupons)) if coupons else []
    events = [
        EventRow(
            id=moment.new_id(),
            coupon_id=row.id,
            kind="voided",
            at=moment.now,
            by=moment.actor.name,
            from_member_id=row.member_id,
            to_member_id=None,
            reason=reason,
        )
        for row in owners
    ]
    tx.add(coupon_event, [event._asdict() for event in events])
