"""Coupons handed out, used and ended, counted by the database; and what waits for somebody.

coupons_used(read, question, Dimension.COUPON_TYPE)   # 立减5元: 92 used, 460.00 taken off
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage.bulk_actions import HOW_MANY_WAITING as HOW_MANY_BULK_ACTIONS
from regulars.storage.columns import At
from regulars.storage.engine import Read
from regulars.storage.report_members import OF_STORES, by_clock
from regulars.storage.report_sales import AS_OF, COUNTED, NOBODY, ORDER, ones, values_of
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.journeys import campaign, journey
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon, coupon_batch, coupon_code, coupon_type
from regulars.storage.tables.orders import order_adjustment, orders
from regulars.storage.waiting import (
    HOW_MANY_IMPORTS,
    HOW_MANY_LOW_MARKS,
    HOW_MANY_MESSAGES,
    HOW_MANY_RUNS,
)

_TYPE_OF_CODE = coupon_batch.c.type_id


class _Issued(NamedTuple):
    key: UUID | str
    coupons: int
    used: int


class _Expired(NamedTuple):
    key: UUID | str
    coupons: int


class _Used(NamedTuple):
    key: UUID | str
    coupons: int
    discount_minor: int
    sales_minor: int


class CouponName(NamedTuple):
    """What a coupon type is called."""

    id: UUID
    name_zh: str
    name_en: str


_DIMENSIONS = (Dimension.ALL, Dimension.COUPON_TYPE)
COUPON_NAMES = Statement(
    select(coupon_type.c.id, coupon_type.c.name_zh, coupon_type.c.name_en), CouponName
)


def in_period(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a moment of a coupon lies in the period, by the clock of its member's store."""
    return and_(
        OF_STORES,
        at >= bindparam("starts_at", type_=At()),
        at < bindparam("ends_at", type_=At()),
    )


def _of_members(
    dimension: Dimension, at: ColumnElement[datetime], *figures: ColumnElement[int]
) -> Select[tuple[object, ...]]:
    """Some figures of the coupons of these stores' members of which `at` lies in the period."""
    key = NOBODY if dimension is Dimension.ALL else coupon.c.type_id
    return (
        select(key, func.count(), *figures)
        .select_from(coupon.join(member, member.c.id == coupon.c.member_id))
        .where(in_period(at))
        .group_by(*([] if dimension is Dimension.ALL else [key]))
    )


# The very coupons that were handed out: what share of them was used can never pass the whole.
# One that was used has its bill: asked so, nobody begins at the index of all that ever were.
USED_SINCE = and_(coupon.c.order_id.is_not(None), coupon.c.used_at <= AS_OF)
_ISSUED = {
    dimension: Statement(_of_members(dimension, coupon.c.issued_at, ones(USED_SINCE)), _Issued)
    for dimension in _DIMENSIONS
}
# Those alone are in the index of what ends.
UNUSED = coupon.c.state == literal_column("'issued'")
_EXPIRED = {
    dimension: Statement(_of_members(dimension, coupon.c.valid_until).where(UNUSED), _Expired)
    for dimension in _DIMENSIONS
}
# What was presented on the bills in sales: members' coupons, and codes that came without a member.
# Each is sought from its bill, by an index of those that were used.
_BILL = (ORDER.due_minor, ORDER.settled_at, ORDER.number)
_IS_USED = coupon.c.state == literal_column("'used'")
USED = union_all(
    select(coupon.c.order_id, coupon.c.id, coupon.c.type_id, *_BILL)
    .select_from(orders.join(coupon, coupon.c.order_id == ORDER.id))
    .where(COUNTED, _IS_USED),
    select(coupon_code.c.order_id, coupon_code.c.id, _TYPE_OF_CODE, *_BILL)
    .select_from(
        orders.join(coupon_code, coupon_code.c.order_id == ORDER.id).join(
            coupon_batch, coupon_batch.c.id == coupon_code.c.batch_id
        )
    )
    .where(COUNTED, coupon_code.c.state == "used"),
).subquery("used")
_taken_off = (
    select(total_of(order_adjustment.c.amount_minor))
    .where(
        order_adjustment.c.order_id == USED.c.order_id,
        order_adjustment.c.coupon_id == USED.c.id,
    )
    .correlate(USED)
    .scalar_subquery()
)


def _used(dimension: Dimension) -> Statement[_Used]:
    key = NOBODY if dimension is Dimension.ALL else USED.c.type_id
    coupons = select(
        key.label("key"), USED.c.due_minor, USED.c.order_id, _taken_off.label("discount_minor")
    ).subquery("coupons")
    # A bill with two coupons of a kind is one bill.
    bills = (
        select(
            coupons.c.key,
            func.count().label("coupons"),
            total_of(coupons.c.discount_minor).label("discount_minor"),
            func.max(coupons.c.due_minor).label("due_minor"),
        )
        .group_by(coupons.c.key, coupons.c.order_id)
        .subquery("bills")
    )
    return Statement(
        select(
            bills.c.key,
            total_of(bills.c.coupons),
            total_of(bills.c.discount_minor),
            total_of(bills.c.due_minor),
        ).group_by(bills.c.key),
        _Used,
    )


_USED = {dimension: _used(dimension) for dimension in _DIMENSIONS}


def coupons_issued(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The coupons that members of these stores got, and how many of them were used by now."""
    statement = _ISSUED[dimension]
    asked = [statement.ask(**values, as_of=question.as_of) for values in by_clock(question)]
    return merged(
        {row.key: {Metric.COUPONS_ISSUED: row.coupons, Metric.COUPONS_ISSUED_USED: row.used}}
        for rows in read.each(asked)
        for row in rows
    )


def coupons_expired(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The coupons of members of these stores that ended unused."""
    asked = [_EXPIRED[dimension].ask(**values) for values in by_clock(question)]
    return merged(
        {row.key: {Metric.COUPONS_EXPIRED: row.coupons}}
        for rows in read.each(asked)
        for row in rows
    )


def coupons_used(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The coupons and codes on bills, what they took off, and what these bills came to."""
    rows = read.all(_USED[dimension], **values_of(question))
    return {
        row.key: {
            Metric.COUPONS_USED: row.coupons,
            Metric.COUPON_DISCOUNT: row.discount_minor,
            Metric.COUPON_SALES: row.sales_minor,
        }
        for row in rows
    }


_RUNNING: Statement[int] = Statement(
    select(func.count()).select_from(journey).where(journey.c.state == "live")
)
_CAMPAIGNS_WAITING: Statement[int] = Statement(
    select(func.count()).select_from(campaign).where(campaign.c.state == "waiting")
)
# A campaign's own journey waits with it.
_JOURNEYS_WAITING: Statement[int] = Statement(
    select(func.count())
    .select_from(journey)
    .where(journey.c.proposed.is_not(None), journey.c.campaign_id.is_(None))
)


def running(read: Read, question: Question, dimension: Dimension) -> Counted:
    """The journeys that take members in now, campaigns' own among them."""
    del question, dimension
    return {"": {Metric.CAMPAIGNS_RUNNING: read.one(_RUNNING) or 0}}


def waiting(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What waits for somebody now."""
    del dimension
    stores = question.stores
    counts = read.each(
        [
            _CAMPAIGNS_WAITING.ask(),
            _JOURNEYS_WAITING.ask(),
            HOW_MANY_BULK_ACTIONS.ask(),
            HOW_MANY_RUNS.ask(stores=stores),
            HOW_MANY_MESSAGES.ask(stores=stores),
            HOW_MANY_LOW_MARKS.ask(stores=stores),
            HOW_MANY_IMPORTS.ask(stores=stores),
        ]
    )
    campaigns, journeys, bulk, dead, doubted, marks, imports = (each[0] for each in counts)
    return {
        "": {
            Metric.APPROVALS_WAITING: campaigns + journeys + bulk,
            Metric.DEAD_LETTERS: dead + doubted,
            Metric.LOW_MARKS_OPEN: marks,
            Metric.IMPORTS_REFUSED: imports,
        }
    }
