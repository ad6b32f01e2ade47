"""The bills and refunds behind a figure of the tills, newest first, a page at a time.

page = read.all(TENDERED_BILLS[Metric.TAKEN], **values, paid_by="cash", anyhow=False, …)
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from regulars.domain.kernel.period import Instant
from regulars.domain.reports.metric import Metric
from regulars.storage.columns import Flag, Id, Whole, Words
from regulars.storage.report_drills import BillRow, bills
from regulars.storage.report_sales import COUNTED, GIVEN_BACK, ORDER
from regulars.storage.report_tenders import paid_by_points, paid_with
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.orders import orders, payment, refund

_PAID_BY, _ANYHOW = bindparam("paid_by", type_=Words()), bindparam("anyhow", type_=Flag())
_ANYBODY, _STAFF = bindparam("anybody", type_=Flag()), bindparam("staff", type_=Words())


class RefundMade(NamedTuple):
    """One refund with what its bill came to before and after it. Units: minor units."""

    id: UUID
    order_id: UUID
    store_id: UUID
    order_number: str
    at: Instant
    by: str
    reason: str
    plan: str
    approved_by: str | None
    amount_minor: int
    points_returned: int
    points_taken_back: int
    due_minor: int
    given_back_minor: int

    @property
    def before_minor(self) -> int:
        """What the bill came to until this refund."""
        return self.due_minor - self.given_back_minor + self.amount_minor

    @property
    def after_minor(self) -> int:
        """What was left of the bill after it."""
        return self.due_minor - self.given_back_minor


_with_tender = (
    select(payment.c.order_id)
    .where(
        payment.c.order_id == ORDER.id,
        payment.c.refund_id.is_(None),
        paid_with(_PAID_BY, _ANYHOW),
    )
    .correlate(orders)
    .exists()
)
_back_with_tender = (
    select(payment.c.order_id)
    .select_from(payment.join(orders, ORDER.id == payment.c.order_id))
    .where(GIVEN_BACK, paid_with(_PAID_BY, _ANYHOW))
    .subquery("back_with_tender")
)
_TENDERED = bills(COUNTED, or_(_with_tender, paid_by_points(_PAID_BY)))
TENDERED_BILLS: Mapping[Metric, Statement[BillRow]] = {
    Metric.TAKEN: _TENDERED,
    Metric.TENDER_ORDERS: _TENDERED,
    Metric.GIVEN_BACK: bills(ORDER.id.in_(select(_back_with_tender.c.order_id))),
}

_until = refund.alias("until")
_given_back = (
    select(total_of(_until.c.amount_minor))
    .where(_until.c.order_id == refund.c.order_id, _until.c.number <= refund.c.number)
    .correlate(refund)
    .scalar_subquery()
)
_given = (
    select(payment.c.refund_id)
    .select_from(
        payment.join(orders, ORDER.id == payment.c.order_id).join(
            refund, refund.c.id == payment.c.refund_id
        )
    )
    .where(GIVEN_BACK, or_(_ANYBODY, refund.c.by == _STAFF))
    .subquery("given")
)
REFUNDS_MADE: Statement[RefundMade] = Statement(
    select(
        refund.c.id,
        refund.c.order_id,
        ORDER.store_id,
        ORDER.number,
        refund.c.at,
        refund.c.by,
        refund.c.reason,
        refund.c.plan,
        refund.c.approved_by,
        refund.c.amount_minor,
        refund.c.points_returned,
        refund.c.points_taken_back,
        ORDER.due_minor,
        _given_back,
    )
    .select_from(refund.join(orders, ORDER.id == refund.c.order_id))
    .where(
        refund.c.id.in_(select(_given.c.refund_id)),
        refund.c.id < bindparam("before_id", type_=Id()),
    )
    .order_by(refund.c.id.desc())
    .limit(bindparam("rows", type_=Whole())),
    RefundMade,
)
