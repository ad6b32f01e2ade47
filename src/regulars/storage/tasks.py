"""What members have reached of tasks, counted over their own orders, and what was paid for it.

Every count goes through an index that begins with the member: a task costs the same in a chain of
a hundred shops.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, assert_never
from uuid import UUID

from sqlalchemy import and_, bindparam, distinct, func, select

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.tasks import Goal, GoalKind
from regulars.storage.columns import At, Day, Id
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.catalog import product
from regulars.storage.tables.orders import order_line, orders, refund_unit, top_up
from regulars.storage.tables.referrals import referral
from regulars.storage.tables.rewards_done import check_in, task_claim
from regulars.storage.tables.stored_value import top_up_refund


class ClaimRow(NamedTuple):
    """Table `task_claim`: a task that was paid."""

    programme_id: UUID
    member_id: UUID
    period: str
    version: int
    progress: int
    store_id: UUID
    at: Instant
    by: str


class Counted(NamedTuple):
    """Whose deeds count, at which stores, on which business days, and between which instants."""

    member_id: UUID
    stores: Sequence[UUID]
    first: date
    end: date
    since: Instant
    until: Instant


_MEMBER = bindparam("member_id", type_=Id())
_FIRST, _END = bindparam("first", type_=Day()), bindparam("end", type_=Day())
_SINCE, _UNTIL = bindparam("since", type_=At()), bindparam("until", type_=At())
_TARGET = bindparam("target", type_=Id())

# What was refunded whole is no order any more.
_bought = and_(
    orders.c.member_id == _MEMBER,
    one_of(orders.c.store_id, "stores", Id()),
    orders.c.business_day >= _FIRST,
    orders.c.business_day < _END,
    orders.c.settled_at >= _SINCE,
    orders.c.state.in_(("paid", "part_refunded")),
)
_ORDERS: Statement[int] = Statement(select(func.count()).select_from(orders).where(_bought))
_SPEND: Statement[int] = Statement(
    select(total_of(orders.c.due_minor - orders.c.refunded_minor)).where(_bought)
)
_VISITS: Statement[int] = Statement(
    select(func.count(distinct(orders.c.business_day))).where(_bought)
)
_lines = orders.join(order_line, order_line.c.order_id == orders.c.id)
_returned = _lines.join(
    refund_unit,
    and_(
        refund_unit.c.order_id == order_line.c.order_id,
        refund_unit.c.position == order_line.c.position,
    ),
)
_goods = and_(_bought, order_line.c.kind == "goods", order_line.c.state == "sold")
_of_product = order_line.c.product_id == _TARGET
_of_category = order_line.c.product_id.in_(
    select(product.c.id).where(product.c.category_id == _TARGET)
)
_pieces = total_of(order_line.c.quantity)
_PIECES: Statement[int] = Statement(select(_pieces).select_from(_lines).where(_goods, _of_product))
_PIECES_BACK: Statement[int] = Statement(
    select(func.count()).select_from(_returned).where(_goods, _of_product)
)
_PIECES_OF_CATEGORY: Statement[int] = Statement(
    select(_pieces).select_from(_lines).where(_goods, _of_category)
)
_PIECES_OF_CATEGORY_BACK: Statement[int] = Statement(
    select(func.count()).select_from(_returned).where(_goods, _of_category)
)
_CHECK_INS: Statement[int] = Statement(
    select(func.count(distinct(check_in.c.day))).where(
        check_in.c.member_id == _MEMBER,
        one_of(check_in.c.store_id, "stores", Id()),
        check_in.c.day >= _FIRST,
        check_in.c.day < _END,
        check_in.c.at >= _SINCE,
    )
)
# A friend counts once her order is past its refund window: when the referral is rewarded.
_REFERRALS: Statement[int] = Statement(
    select(func.count())
    .select_from(referral)
    .where(
        referral.c.inviter_id == _MEMBER,
        one_of(referral.c.store_id, "stores", Id()),
        referral.c.state == "rewarded",
        referral.c.ended_at >= _SINCE,
        referral.c.ended_at < _UNTIL,
    )
)
_paid_in = and_(
    top_up.c.member_id == _MEMBER,
    one_of(top_up.c.store_id, "stores", Id()),
    top_up.c.business_day >= _FIRST,
    top_up.c.business_day < _END,
    top_up.c.at >= _SINCE,
)
_TOP_UPS: Statement[int] = Statement(select(total_of(top_up.c.principal_minor)).where(_paid_in))
_TOP_UPS_BACK: Statement[int] = Statement(
    select(total_of(top_up_refund.c.principal_minor))
    .select_from(top_up.join(top_up_refund, top_up_refund.c.top_up_id == top_up.c.id))
    .where(_paid_in)
)
OPENED = Statement[tuple[UUID, Instant]](
    select(orders.c.id, orders.c.opened_at).where(one_of(orders.c.id, "orders", Id())),
    lambda order_id, at: (order_id, at),
)
CLAIMED: Statement[str] = Statement(
    select(task_claim.c.period).where(
        task_claim.c.programme_id == bindparam("programme_id", type_=Id()),
        task_claim.c.member_id == _MEMBER,
    )
)


def reached(read: Read, goal: Goal, counted: Counted) -> int:
    """How much of a goal a member has reached. Units: those of the goal."""
    on_days: dict[str, object] = {
        "member_id": counted.member_id,
        "stores": counted.stores,
        "first": counted.first,
        "end": counted.end,
        "since": counted.since,
    }
    of_target = {**on_days, "target": goal.target}
    match goal.kind:
        case GoalKind.ORDERS:
            return read.all(_ORDERS, **on_days)[0]
        case GoalKind.SPEND:
            return read.all(_SPEND, **on_days)[0]
        case GoalKind.VISITS:
            return read.all(_VISITS, **on_days)[0]
        case GoalKind.PRODUCT:
            return read.all(_PIECES, **of_target)[0] - read.all(_PIECES_BACK, **of_target)[0]
        case GoalKind.CATEGORY:
            back = read.all(_PIECES_OF_CATEGORY_BACK, **of_target)[0]
            return read.all(_PIECES_OF_CATEGORY, **of_target)[0] - back
        case GoalKind.CHECK_INS:
            return read.all(_CHECK_INS, **on_days)[0]
        case GoalKind.REFERRALS:
            between = {"since": counted.since, "until": counted.until}
            whose = {"member_id": counted.member_id, "stores": counted.stores}
            return read.all(_REFERRALS, **whose, **between)[0]
        case GoalKind.TOP_UP:
            return read.all(_TOP_UPS, **on_days)[0] - read.all(_TOP_UPS_BACK, **on_days)[0]
        case _:
            assert_never(goal.kind)


def add(tx: Write, row: ClaimRow) -> None:
    """Write down that a task was paid."""
    tx.add_rows(task_claim, [row])
