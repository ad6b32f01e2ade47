"""Coupons 券: one member's copies of a promise, taken by one conditional update each.

A coupon is redeemed by `USE`: of two tills that race for it, the update of one finds no row. It is
issued by taking it from its type's limit in the same way.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import At, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon, coupon_type

COUPON_ISSUED_ALREADY = refusal_code("coupon.issued_already")


class CouponRow(NamedTuple):
    """One coupon that its member may still use, today or later."""

    id: UUID
    type_id: UUID
    valid_from: Instant
    valid_until: Instant


_MEMBER = coupon.c.member_id == bindparam("member_id", type_=Id())

_HELD = (
    select(coupon.c.id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until)
    .where(
        _MEMBER,
        coupon.c.state == "issued",
        coupon.c.valid_until > bindparam("at", type_=At()),
    )
    .order_by(coupon.c.id)
)
HELD = Statement(_HELD, CouponRow)
HELD_LOCKED = Statement(_HELD.with_for_update(), CouponRow)

# Take, don't check: the row count says whether this order got the coupon.
USE = Statement(
    update(coupon)
    .where(
        coupon.c.id == bindparam("coupon_id", type_=Id()),
        coupon.c.member_id == bindparam("member", type_=Id()),
        coupon.c.state == "issued",
        coupon.c.valid_from <= bindparam("at", type_=At()),
        coupon.c.valid_until > bindparam("at", type_=At()),
    )
    .values(
        state="used",
        used_at=bindparam("at", type_=At()),
        order_id=bindparam("order", type_=Id()),
    )
)
USED_BY_ORDER = Statement(
    select(coupon.c.id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until)
    .where(coupon.c.order_id == bindparam("order_id", type_=Id()), coupon.c.state == "used")
    .order_by(coupon.c.id),
    CouponRow,
)
GIVE_BACK = Statement(
    update(coupon)
    .where(
        coupon.c.id == bindparam("coupon_id", type_=Id()),
        coupon.c.order_id == bindparam("order", type_=Id()),
        coupon.c.state == "used",
    )
    .values(
        state="issued",
        used_at=None,
        order_id=None,
        valid_until=bindparam("until", type_=At()),
    )
)

# Issuing takes one from the type's limit; of the last one, only one command finds its row.
_TAKE_FROM_LIMIT = Statement[object](
    update(coupon_type)
    .where(
        coupon_type.c.id == bindparam("type_id", type_=Id()),
        or_(coupon_type.c.issue_max.is_(None), coupon_type.c.issued < coupon_type.c.issue_max),
    )
    .values(issued=coupon_type.c.issued + 1)
)
_ADD = Statement[object](
    insert(coupon)
    .values(
        {
            name: bindparam(name, type_=coupon.c[name].type)
            for name in (
                "id",
                "type_id",
                "member_id",
                "state",
                "valid_from",
                "valid_until",
                "issued_at",
                "issue_key",
            )
        }
    )
    .on_conflict_do_nothing()
)
VOID = Statement[object](
    update(coupon)
    .where(coupon.c.id == bindparam("coupon_id", type_=Id()), coupon.c.state == "issued")
    .values(state="void")
)


class OwnedCoupon(NamedTuple):
    """Whose coupon it is and what became of it."""

    id: UUID
    member_id: UUID
    state: str


COUPON = Statement(
    select(coupon.c.id, coupon.c.member_id, coupon.c.state).where(
        coupon.c.id == bindparam("coupon_id", type_=Id())
    ),
    OwnedCoupon,
)


class CardCouponRow(NamedTuple):
    """One coupon as a member card shows it."""

    id: UUID
    name_zh: str
    name_en: str
    valid_from: Instant
    valid_until: Instant


COUPONS_OF_MEMBER = Statement(
    select(
        coupon.c.id,
        coupon_type.c.name_zh,
        coupon_type.c.name_en,
        coupon.c.valid_from,
        coupon.c.valid_until,
    )
    .join_from(coupon, coupon_type, coupon_type.c.id == coupon.c.type_id)
    .where(
        _MEMBER,
        coupon.c.state == "issued",
        coupon.c.valid_until > bindparam("at", type_=At()),
    )
    .order_by(coupon.c.valid_until, coupon.c.id),
    CardCouponRow,
)


class NewCoupon(NamedTuple):
    """A coupon to be. Its issue key exists once for ever, so no retry issues it twice."""

    id: UUID
    type_id: UUID
    member_id: UUID
    valid_from: Instant
    valid_until: Instant
    issue_key: str


def taken_from_limit(tx: Write, type_id: UUID) -> bool:
    """Take one coupon of a type from its limit; False: none is left."""
    return tx.run(_TAKE_FROM_LIMIT, type_id=type_id) == 1


def add(tx: Write, new: NewCoupon) -> None:
    """Give a member one coupon that was taken from its type's limit.

    Refuses: coupon.issued_already (when the writes are sent).
    """
    tx.take(
        _ADD,
        refusal=COUPON_ISSUED_ALREADY.because(),
        **new._asdict(),
        state="issued",
        issued_at=new.valid_from,
    )
