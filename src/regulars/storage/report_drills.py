"""The bills and members behind a figure of a report, newest first, a page at a time.

    page = read.all(BILLS[Metric.ORDERS], **values, before_id=LAST_ID, rows=50)

A page asks under the very conditions by which the figure was counted.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from regulars.domain.insights.lifecycle import Stage
from regulars.domain.kernel.period import Instant
from regulars.domain.reports.metric import Metric
from regulars.storage.columns import Flag, Id, Whole, Words
from regulars.storage.member_lists import ListedRow
from regulars.storage.report_goods import GOODS
from regulars.storage.report_members import (
    FREQUENCY,
    IS_MEMBER,
    JOINED_BEFORE,
    JOINED_IN,
    OF_STORES,
    RECENCY,
    STAGE,
    STOOD,
    TIER_OF,
)
from regulars.storage.report_sales import (
    COUNTED,
    GIVEN_BACK,
    ONE,
    ORDER,
    bought_before,
    placed_by_hour,
    who_bought,
)
from regulars.storage.report_staff import reduced_by_hand
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.insights import member_insight
from regulars.storage.tables.members import member, member_stats, tier_period
from regulars.storage.tables.orders import order_line, orders, payment, refund

LAST_ID = UUID(int=(1 << 128) - 1)
_BEFORE, _ROWS = bindparam("before_id", type_=Id()), bindparam("rows", type_=Whole())
_ANYBODY, _STAFF = bindparam("anybody", type_=Flag()), bindparam("staff", type_=Words())


class BillRow(NamedTuple):
    """A bill as a list shows it. Units: minor units."""

    id: UUID
    store_id: UUID
    business_day: date
    number: str
    source: str
    state: str
    settled_at: Instant
    member_id: UUID | None
    due_minor: int
    discount_minor: int
    refunded_minor: int


def bills(*conditions: ColumnElement[bool]) -> Statement[BillRow]:
    """The bills that fulfil some conditions, newest first, a page of them."""
    return Statement(
        select(*(ORDER[name] for name in BillRow._fields))
        .where(*conditions, ORDER.id < _BEFORE)
        .order_by(ORDER.id.desc())
        .limit(_ROWS),
        BillRow,
    )


_BY_STAFF = or_(_ANYBODY, ORDER.settled_by == _STAFF)
_given_back = (
    select(payment.c.order_id)
    .select_from(
        payment.join(orders, ORDER.id == payment.c.order_id).join(
            refund, refund.c.id == payment.c.refund_id
        )
    )
    .where(GIVEN_BACK, or_(_ANYBODY, refund.c.by == _STAFF))
    .subquery("given_back")
)
_REFUNDED = bills(ORDER.id.in_(select(_given_back.c.order_id)))
_SOLD = bills(COUNTED, _BY_STAFF)
_BY_HAND = bills(COUNTED, _BY_STAFF, reduced_by_hand())
BILLS: Mapping[Metric, Statement[BillRow]] = {
    Metric.SALES: _SOLD,
    Metric.ORDERS: _SOLD,
    Metric.DISCOUNTS: bills(COUNTED, _BY_STAFF, ORDER.discount_minor != 0),
    Metric.MEMBER_ORDERS: bills(COUNTED, _BY_STAFF, ORDER.member_id.is_not(None)),
    Metric.HAND_DISCOUNTS: _BY_HAND,
    Metric.HAND_DISCOUNT_ORDERS: _BY_HAND,
    Metric.REFUNDS: _REFUNDED,
    Metric.REFUNDED_ORDERS: _REFUNDED,
}
_with_product = (
    select(order_line.c.order_id)
    .where(
        order_line.c.order_id == ORDER.id,
        order_line.c.product_id == bindparam("product_id", type_=Id()),
        GOODS,
    )
    .correlate(orders)
    .exists()
)
BILLS_WITH = bills(COUNTED, _with_product)
_placed = placed_by_hour(ORDER.id).c
_at_hours = ORDER.id.in_(select(_placed.id).where(one_of(_placed.hour, "hours", Whole())))
BILLS_AT: Mapping[Metric, Statement[BillRow]] = {
    Metric.SALES: bills(_at_hours),
    Metric.ORDERS: bills(_at_hours),
    Metric.DISCOUNTS: bills(_at_hours, ORDER.discount_minor != 0),
    Metric.MEMBER_ORDERS: bills(_at_hours, ORDER.member_id.is_not(None)),
}


def _page(ids: Select[UUID], member_id: ColumnElement[UUID]) -> Statement[UUID]:
    return Statement(ids.where(member_id < _BEFORE).order_by(member_id.desc()).limit(_ROWS))


_buyers = who_bought().subquery("buyers")
_ids = select(member.c.id).join_from(_buyers, member, member.c.id == _buyers.c.member_id)


def _with_stage(stage: Stage) -> Statement[UUID]:
    ids = select(member.c.id).select_from(STOOD)
    return _page(ids.where(OF_STORES, IS_MEMBER, STAGE.in_((stage.value,))), member.c.id)


# By the bills of the period, by the stores' clocks, by the last day: each takes what it names.
BUYERS: Mapping[Metric, Statement[UUID]] = {
    Metric.MEMBERS_ACTIVE: _page(_ids, member.c.id),
    Metric.MEMBERS_RETURNING: _page(
        _ids.where(bought_before(member.c.id, _buyers.c.first_at)), member.c.id
    ),
    Metric.MEMBERS_REPURCHASING: _page(_ids.where(_buyers.c.days > ONE), member.c.id),
}
JOINED = _page(select(member.c.id).where(JOINED_IN), member.c.id)
MEMBERS = _page(select(member.c.id).where(JOINED_BEFORE), member.c.id)
STAGED: Mapping[Metric, Statement[UUID]] = {
    Metric.MEMBERS_SLEEPING: _with_stage(Stage.AT_RISK),
    Metric.MEMBERS_LOST: _with_stage(Stage.LOST),
}
_judged = (
    select(member.c.id)
    .join_from(member_insight, member, member.c.id == member_insight.c.member_id)
    .where(OF_STORES, IS_MEMBER)
)
OF_CLASS = _page(
    _judged.where(
        RECENCY.op("=")(bindparam("recency", type_=Whole())),
        FREQUENCY.op("=")(bindparam("frequency", type_=Whole())),
    ),
    member.c.id,
)
NOT_JUDGED = _page(_judged.where(RECENCY.is_(None)), member.c.id)
OF_TIER = _page(
    select(member.c.id)
    .select_from(TIER_OF)
    .where(OF_STORES, IS_MEMBER, tier_period.c.tier == bindparam("tier", type_=Words())),
    member.c.id,
)
LISTED = Statement(
    select(
        member.c.id,
        member.c.state,
        member.c.wrapped_key,
        member.c.name,
        member.c.joined_at,
        member.c.joined_store_id,
        member_stats.c.tier,
        member_stats.c.visits,
        member_stats.c.spent_minor,
        member_stats.c.last_visit_at,
    )
    .join_from(member, member_stats, member_stats.c.member_id == member.c.id)
    .where(one_of(member.c.id, "members", Id()))
    .order_by(member.c.id.desc()),
    ListedRow,
)
