"""Coupons 券: one member's copies of a promise, taken by one conditional update each.

A coupon is redeemed by `USE`: of two tills that race for it, the update of one finds no row. It is
issued by taking it from its type's limit in the same way. While an order holds it for a guest who
pays, it is free for that order alone.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon, coupon_type

COUPON_ISSUED_ALREADY = refusal_code("coupon.issued_already")
COUPON_TYPE_UNKNOWN = refusal_code("coupon.type_unknown")
COUPON_TYPE_STOPPED = refusal_code("coupon.type_stopped")


class CouponRow(NamedTuple):
    """One coupon that its member may still use, today or later."""

    id: UUID
    type_id: UUID
    valid_from: Instant
    valid_until: Instant


_MEMBER = coupon.c.member_id == bindparam("member_id", type_=Id())
_AT = bindparam("at", type_=At())
_FREE = or_(coupon.c.held_by.is_(None), coupon.c.held_until <= _AT)
_FREE_FOR_ORDER = or_(_FREE, coupon.c.held_by == bindparam("order", type_=Id()))

_HELD = (
    select(coupon.c.id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until)
    .where(
        _MEMBER,
        coupon.c.state == "issued",
        coupon.c.valid_until > _AT,
        _FREE_FOR_ORDER,
    )
    .order_by(coupon.c.id)
)
# `order` None: what an order holds is not free.
HELD = Statement(_HELD, CouponRow)
HELD_LOCKED = Statement(_HELD.with_for_update(), CouponRow)

# Take, don't check: the row count says whether this order got the coupon.
USE = Statement(
    update(coupon)
    .where(
        coupon.c.id == bindparam("coupon_id", type_=Id()),
        coupon.c.member_id == bindparam("member", type_=Id()),
        coupon.c.state == "issued",
        coupon.c.valid_from <= _AT,
        coupon.c.valid_until > _AT,
        _FREE_FOR_ORDER,
    )
    .values(
        state="used",
        used_at=_AT,
        order_id=bindparam("order", type_=Id()),
        held_by=None,
        held_until=None,
    )
)
# By the order's member: a used coupon stays with her, and hers are found by an index.
USED_BY_ORDER = Statement(
    select(coupon.c.id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until)
    .where(
        _MEMBER,
        coupon.c.order_id == bindparam("order_id", type_=Id()),
        coupon.c.state == "used",
    )
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

# Issuing takes from the type's limit; of the last one, only one command finds its row.
_TYPE = coupon_type.c.id == bindparam("type_id", type_=Id())
_COUNT = bindparam("count", type_=Whole())
_TAKE_FROM_LIMIT = Statement[object](
    update(coupon_type)
    .where(
        _TYPE,
        coupon_type.c.state == "active",
        or_(
            coupon_type.c.issue_max.is_(None),
            coupon_type.c.issued + _COUNT <= coupon_type.c.issue_max,
        ),
    )
    .values(issued=coupon_type.c.issued + _COUNT)
)


class TypeRow(NamedTuple):
    """How many copies of a coupon type there may be, and whether more are handed out."""

    id: UUID
    code: str
    issue_max: int | None
    issued: int
    state: str

    @property
    def room(self) -> int | None:
        """How many more may be handed out; None is no limit."""
        return None if self.issue_max is None else self.issue_max - self.issued


_TYPE_ROW = select(
    coupon_type.c.id,
    coupon_type.c.code,
    coupon_type.c.issue_max,
    coupon_type.c.issued,
    coupon_type.c.state,
).where(_TYPE)
TYPE = Statement(_TYPE_ROW, TypeRow)
TYPE_LOCKED = Statement(_TYPE_ROW.with_for_update(), TypeRow)


class RulesRow(NamedTuple):
    """The rules of a coupon type as they are stored."""

    id: UUID
    rules: object


HANDED_OUT = Statement[str](
    select(coupon_type.c.code).where(
        one_of(coupon_type.c.code, "codes", Words()), coupon_type.c.state == "active"
    )
)
RULES = Statement(select(coupon_type.c.id, coupon_type.c.rules).where(_TYPE), RulesRow)
STOP_TYPE = Statement[object](
    update(coupon_type).where(_TYPE, coupon_type.c.state == "active").values(state="stopped")
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
                "batch_id",
                "serial",
                "reissue_of",
            )
        }
    )
    .on_conflict_do_nothing()
)
_ISSUE_KEYS = Statement[str](
    select(coupon.c.issue_key).where(one_of(coupon.c.issue_key, "keys", Words()))
)

ACTIVE_MEMBERS: Statement[UUID] = Statement(
    select(member.c.id).where(one_of(member.c.id, "member_ids", Id()), member.c.state == "active")
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
    """A coupon to be. Its issue key exists once for ever, so no retry issues it twice.

    `batch_id` and `serial`: the code it was claimed with. `reissue_of`: what it stands in for.
    """

    id: UUID
    type_id: UUID
    member_id: UUID
    valid_from: Instant
    valid_until: Instant
    issued_at: Instant
    issue_key: str
    batch_id: UUID | None = None
    serial: int | None = None
    reissue_of: UUID | None = None


def taken_from_limit(tx: Write, type_id: UUID, *, count: int = 1) -> bool:
    """Take coupons of a type from its limit; False: not so many are left, or it was stopped."""
    return tx.run(_TAKE_FROM_LIMIT, type_id=type_id, count=count) == 1


def add(tx: Write, new: NewCoupon) -> None:
    """Give a member one coupon that was taken from its type's limit.

    Refuses: coupon.issued_already (when the writes are sent).
    """
    tx.take(_ADD, refusal=COUPON_ISSUED_ALREADY.because(), **new._asdict(), state="issued")


def add_all(tx: Write, new: Sequence[NewCoupon]) -> None:
    """Give coupons to many: none of their issue keys is known."""
    tx.add(coupon, [{**one._asdict(), "state": "issued"} for one in new])


def known_issue_keys(read: Read, keys: Sequence[str]) -> frozenset[str]:
    """Those of the issue keys under which a coupon was handed out already."""
    return frozenset(read.all(_ISSUE_KEYS, keys=keys))
