"""The coupons behind a figure of the coupon report, newest first, and the bills that they were on.

page = read.all(COUPONS_USED, **values, any_type=False, type_id=id, before_id=LAST_ID, rows=50)
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from regulars.domain.kernel.period import Instant
from regulars.domain.reports.metric import Metric
from regulars.storage.columns import Flag, Id, Whole
from regulars.storage.report_coupons import UNUSED, USED, USED_SINCE, in_period
from regulars.storage.report_drills import BillRow, bills
from regulars.storage.report_sales import ORDER
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon, coupon_type
from regulars.storage.tables.orders import orders

_BEFORE, _ROWS = bindparam("before_id", type_=Id()), bindparam("rows", type_=Whole())

# Worked out rather than read: a page would be sought among all coupons ever, along their ids.
_COUPON_ID = func.coalesce(coupon.c.id, coupon.c.member_id, type_=Id())


class CouponRow(NamedTuple):
    """A coupon as a list shows it; a code was handed to nobody. Its bill is one of these stores."""

    id: UUID
    name_zh: str
    name_en: str
    member_id: UUID | None
    issued_at: Instant | None
    valid_until: Instant | None
    used_at: Instant | None
    order_id: UUID | None
    order_number: str | None


def _of_type(type_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    return or_(
        bindparam("any_type", type_=Flag()),
        type_id == bindparam("type_id", type_=Id()),
    )


def _of_members(*conditions: ColumnElement[bool]) -> Statement[CouponRow]:
    # She may have used it where the reader sees no bill.
    seen = and_(ORDER.id == coupon.c.order_id, one_of(ORDER.store_id, "stores", Id()))
    return Statement(
        select(
            coupon.c.id,
            coupon_type.c.name_zh,
            coupon_type.c.name_en,
            coupon.c.member_id,
            coupon.c.issued_at,
            coupon.c.valid_until,
            coupon.c.used_at,
            ORDER.id,
            ORDER.number,
        )
        .select_from(
            coupon.join(member, member.c.id == coupon.c.member_id)
            .join(coupon_type, coupon_type.c.id == coupon.c.type_id)
            .outerjoin(orders, seen)
        )
        .where(*conditions, _of_type(coupon.c.type_id), _COUPON_ID < _BEFORE)
        .order_by(_COUPON_ID.desc())
        .limit(_ROWS),
        CouponRow,
    )


OF_MEMBERS: Mapping[Metric, Statement[CouponRow]] = {
    Metric.COUPONS_ISSUED: _of_members(in_period(coupon.c.issued_at)),
    Metric.COUPONS_ISSUED_USED: _of_members(in_period(coupon.c.issued_at), USED_SINCE),
    Metric.COUPONS_EXPIRED: _of_members(in_period(coupon.c.valid_until), UNUSED),
}
COUPONS_USED: Statement[CouponRow] = Statement(
    select(
        USED.c.id,
        coupon_type.c.name_zh,
        coupon_type.c.name_en,
        coupon.c.member_id,
        coupon.c.issued_at,
        coupon.c.valid_until,
        USED.c.settled_at,
        USED.c.order_id,
        USED.c.number,
    )
    .select_from(
        USED.join(coupon_type, coupon_type.c.id == USED.c.type_id).outerjoin(
            coupon, coupon.c.id == USED.c.id
        )
    )
    .where(_of_type(USED.c.type_id), USED.c.id < _BEFORE)
    .order_by(USED.c.id.desc())
    .limit(_ROWS),
    CouponRow,
)
_with_coupon = bills(ORDER.id.in_(select(USED.c.order_id).where(_of_type(USED.c.type_id))))
BILLS_WITH_COUPON: Mapping[Metric, Statement[BillRow]] = {
    Metric.COUPON_DISCOUNT: _with_coupon,
    Metric.COUPON_SALES: _with_coupon,
}
