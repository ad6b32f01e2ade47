"""What a merge of two records locks and moves: bills, visits, coupons, journeys, what is left of lots.

    both = tx.all(BOTH_LOCKED, members=[survivor, absorbed])

Locks are taken as every sale takes them: bills, then members, then visits, then accounts.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_, select, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.ledger_rows import ACCOUNT, LOT, LOT_COLUMNS, NOTHING, lot_row
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import ledger
from regulars.storage.tables.journeys import journey_run, journey_wait
from regulars.storage.tables.members import member, member_stats, member_tag
from regulars.storage.tables.offers import coupon, coupon_share
from regulars.storage.tables.orders import orders
from regulars.storage.tables.rewards_done import mall_order
from regulars.storage.tables.stored_value import value_hold_open


class StatsRow(NamedTuple):
    """What a record counts of its visits. Units: minor units."""

    member_id: UUID
    tier: str
    visits: int
    spent_minor: int
    first_visit_at: Instant | None
    last_visit_at: Instant | None


class BilledRow(NamedTuple):
    """A bill of a member. Units: minor units."""

    id: UUID
    state: str
    settled_at: Instant | None
    due_minor: int
    refunded_minor: int


class UnfinishedRow(NamedTuple):
    """What must end before two records are made one."""

    holds: int
    mall_orders: int


class RunRow(NamedTuple):
    """A journey that a member is on."""

    id: UUID
    journey_id: UUID
    occurrence: str
    alone: int


class BothRow(NamedTuple):
    """A member under lock."""

    id: UUID
    state: str


_MEMBER = bindparam("member", type_=Id())
_FROM = bindparam("from_member", type_=Id())
_TO = bindparam("to_member", type_=Id())
_BOTH = one_of(member.c.id, "members", Id())
# Rows that others only refer to stay free for that: a sale of either member is not held up here.
BOTH_LOCKED = Statement(
    select(member.c.id, member.c.state)
    .where(_BOTH)
    .order_by(member.c.id)
    .with_for_update(key_share=True),
    BothRow,
)
_STATS = (
    select(*[member_stats.c[name] for name in StatsRow._fields])
    .where(one_of(member_stats.c.member_id, "members", Id()))
    .order_by(member_stats.c.member_id)
)
STATS = Statement(_STATS, StatsRow)
STATS_LOCKED = Statement(_STATS.with_for_update(), StatsRow)
_BILLED = (
    select(*[orders.c[name] for name in BilledRow._fields])
    .where(orders.c.member_id == _MEMBER)
    .order_by(orders.c.id)
)
ORDERS = Statement(_BILLED, BilledRow)
ORDERS_LOCKED = Statement(_BILLED.with_for_update(key_share=True), BilledRow)
MOVE_ORDERS = Statement[object](
    update(orders)
    .where(orders.c.member_id == _FROM, one_of(orders.c.id, "ids", Id()))
    .values(member_id=_TO)
)
_COUPONS = select(coupon.c.id).where(coupon.c.member_id == _MEMBER).order_by(coupon.c.id)
COUPONS: Statement[UUID] = Statement(_COUPONS)
COUPONS_LOCKED: Statement[UUID] = Statement(_COUPONS.with_for_update(key_share=True))
# Each coupon of a member that a bill used, with that bill.
COUPONS_USED: Statement[tuple[UUID, UUID]] = Statement(
    select(coupon.c.id, coupon.c.order_id).where(
        coupon.c.member_id == _MEMBER, coupon.c.order_id.is_not(None)
    ),
    lambda coupon_id, order_id: (coupon_id, order_id),
)
MOVE_COUPONS = Statement[object](
    update(coupon)
    .where(coupon.c.member_id == _FROM, one_of(coupon.c.id, "ids", Id()))
    .values(member_id=_TO)
)
WITHDRAW_SHARES = Statement[object](
    update(coupon_share)
    .where(coupon_share.c.from_member_id == _MEMBER, coupon_share.c.state == "open")
    .values(state="withdrawn")
)
UNFINISHED = Statement(
    select(
        select(func.count())
        .select_from(value_hold_open)
        .where(one_of(value_hold_open.c.member_id, "members", Id()))
        .scalar_subquery(),
        select(func.count())
        .select_from(mall_order)
        .where(mall_order.c.member_id == _MEMBER, mall_order.c.state == "waiting")
        .scalar_subquery(),
    ),
    UnfinishedRow,
)
ADD_VISITS = Statement[object](
    update(member_stats)
    .where(member_stats.c.member_id == _MEMBER)
    .values(
        visits=member_stats.c.visits + bindparam("more_visits", type_=Whole()),
        spent_minor=member_stats.c.spent_minor + bindparam("more_spent", type_=Whole()),
        first_visit_at=bindparam("first_at", type_=At()),
        last_visit_at=bindparam("last_at", type_=At()),
    )
)
TAGS: Statement[str] = Statement(
    select(member_tag.c.tag).where(member_tag.c.member_id == _MEMBER).order_by(member_tag.c.tag)
)
SET_STATE = Statement[object](
    update(member)
    .where(member.c.id == _MEMBER)
    .values(state=bindparam("new_state", type_=Words()), revision=member.c.revision + 1)
)
# A merged record takes nothing in: whoever still has it before him reads the other one instead.
ACCOUNTS_STATE = Statement[object](
    update(ledger.account)
    .where(ACCOUNT.owner_id == _MEMBER)
    .values(state=bindparam("new_state", type_=Words()))
)
_RUN = journey_run.c
_RUNS = (
    select(_RUN.id, _RUN.journey_id, _RUN.occurrence, _RUN.alone)
    .where(_RUN.member_id == _MEMBER, _RUN.ended_at.is_(None))
    .order_by(_RUN.id)
)
RUNS_SEEN = Statement(_RUNS, RunRow)
RUNS = Statement(_RUNS.with_for_update(), RunRow)
_other = journey_run.alias("other")
# She is in a journey once for one occasion, and in some only once at a time.
MOVE_RUNS = Statement[object](
    update(journey_run)
    .where(
        _RUN.member_id == _FROM,
        one_of(_RUN.id, "ids", Id()),
        ~exists().where(
            _other.c.member_id == _TO,
            _other.c.journey_id == _RUN.journey_id,
            or_(
                _other.c.occurrence == _RUN.occurrence,
                and_(_other.c.alone == 1, _RUN.alone == 1, _other.c.ended_at.is_(None)),
            ),
        ),
    )
    .values(member_id=_TO)
)
MOVED_RUNS: Statement[UUID] = Statement(
    select(_RUN.id).where(_RUN.member_id == _TO, one_of(_RUN.id, "ids", Id())).order_by(_RUN.id)
)
MOVE_WAITS = Statement[object](
    update(journey_wait)
    .where(journey_wait.c.member_id == _FROM, one_of(journey_wait.c.run_id, "ids", Id()))
    .values(member_id=_TO)
)
# What arrived with a merge and is still there.
LOTS_LEFT = Statement(
    select(*LOT_COLUMNS)
    .select_from(
        ledger.entry.join(ledger.lot, LOT.entry_id == ledger.entry.c.id).join(
            ledger.account, ACCOUNT.id == LOT.account_id
        )
    )
    .where(
        ledger.entry.c.subject_id == bindparam("merge", type_=Id()),
        ACCOUNT.owner_id == _MEMBER,
        LOT.remaining > NOTHING,
    ),
    lot_row,
)
