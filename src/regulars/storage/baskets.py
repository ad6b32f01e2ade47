"""Baskets as counts: what is added by an order, taken back by a refund, and asked by a suggestion."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.insights.affinity import MONTH_WEIGHTS, Sold, Together
from regulars.domain.insights.baskets import Counts
from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.fact_cursors import START, Cursor
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.insights import dish_pair, dish_sales
from regulars.storage.tables.orders import order_line, orders, refund, refund_unit
from regulars.storage.tables.rewards_done import job_cursor
from regulars.storage.tables.stores import store

VISITS_READ = 60


class OrderedAt(NamedTuple):
    """Where and when an order was opened, by its store's clock."""

    id: UUID
    store_id: UUID
    business_day: date
    opened_at: Instant
    zone: str
    cut_off_minutes: int


class DishLine(NamedTuple):
    """One line of goods."""

    order_id: UUID
    position: int
    product_id: UUID
    quantity: int


class UnitBack(NamedTuple):
    """One unit that was given back, and when."""

    order_id: UUID
    position: int
    at: Instant


class Had(NamedTuple):
    """A dish that a member kept on a business day."""

    business_day: date
    product_id: UUID


ORDERS = Statement(
    select(
        orders.c.id,
        orders.c.store_id,
        orders.c.business_day,
        orders.c.opened_at,
        store.c.zone,
        store.c.cut_off_minutes,
    )
    .join_from(orders, store, store.c.id == orders.c.store_id)
    .where(one_of(orders.c.id, "orders", Id())),
    OrderedAt,
)
_sold = and_(order_line.c.state == "sold", order_line.c.kind == "goods")
LINES = Statement(
    select(
        order_line.c.order_id,
        order_line.c.position,
        order_line.c.product_id,
        order_line.c.quantity,
    )
    .where(one_of(order_line.c.order_id, "orders", Id()), _sold)
    .order_by(order_line.c.order_id, order_line.c.position),
    DishLine,
)
UNITS_BACK = Statement(
    select(refund_unit.c.order_id, refund_unit.c.position, refund.c.at)
    .join_from(refund_unit, refund, refund.c.id == refund_unit.c.refund_id)
    .where(one_of(refund_unit.c.order_id, "orders", Id())),
    UnitBack,
)
_mine = (
    select(orders.c.id, orders.c.business_day)
    .where(
        orders.c.member_id == bindparam("member_id", type_=Id()),
        orders.c.state.in_(("paid", "part_refunded")),
    )
    .order_by(orders.c.id.desc())
    .limit(VISITS_READ)
    .subquery()
)
_back = (
    select(func.count())
    .where(
        refund_unit.c.order_id == order_line.c.order_id,
        refund_unit.c.position == order_line.c.position,
    )
    .correlate(order_line)
    .scalar_subquery()
)
HAD = Statement(
    select(_mine.c.business_day, order_line.c.product_id)
    .join_from(_mine, order_line, order_line.c.order_id == _mine.c.id)
    .where(_sold, order_line.c.quantity > _back)
    .distinct()
    .order_by(_mine.c.business_day.desc(), order_line.c.product_id),
    Had,
)

_MONTH = bindparam("month", type_=Whole())
_AGES = len(MONTH_WEIGHTS)


_pair, _sale = dish_pair.c, dish_sales.c
_BY_AGE = dict(enumerate(MONTH_WEIGHTS))
_pair_weight = case(_BY_AGE, value=_MONTH - _pair.month, else_=0)
_sale_weight = case(_BY_AGE, value=_MONTH - _sale.month, else_=0)
_together = (
    select(
        _pair.product_id,
        _pair.with_id,
        total_of(_pair_weight * _pair.baskets),
        total_of(_pair.baskets),
    )
    .where(_pair.month > _MONTH - _AGES)
    .group_by(_pair.product_id, _pair.with_id)
)
WITH_DISHES = Statement(_together.where(one_of(_pair.product_id, "dishes", Id())), Together)
DISHES = Statement(
    _together.where(one_of(_pair.product_id, "dishes", Id()), _pair.with_id == _pair.product_id),
    Together,
)
SOLD = Statement(
    select(
        _sale.daypart,
        _sale.product_id,
        total_of(_sale_weight * _sale.baskets),
        total_of(_sale.baskets),
    )
    .where(
        _sale.store_id == bindparam("store_id", type_=Id()),
        _sale.month > _MONTH - _AGES,
    )
    .group_by(_sale.daypart, _sale.product_id),
    Sold,
)

_put_pair = upsert(dish_pair).values(
    {one.name: bindparam(one.name, type_=one.type) for one in _pair}
)
_ADD_PAIR = Statement[object](
    _put_pair.on_conflict_do_update(
        index_elements=[_pair.product_id, _pair.with_id, _pair.month],
        set_={"baskets": _pair.baskets + _put_pair.excluded.baskets},
    )
)
_put_sale = upsert(dish_sales).values(
    {one.name: bindparam(one.name, type_=one.type) for one in _sale}
)
_ADD_SALE = Statement[object](
    _put_sale.on_conflict_do_update(
        index_elements=[_sale.store_id, _sale.month, _sale.daypart, _sale.product_id],
        set_={"baskets": _sale.baskets + _put_sale.excluded.baskets},
    )
)
_ADVANCE = Statement[object](
    update(job_cursor)
    .where(
        job_cursor.c.name == bindparam("reader", type_=Words()),
        job_cursor.c.position == bindparam("seen_position", type_=Whole()),
        job_cursor.c.horizon == bindparam("seen_horizon", type_=Whole()),
    )
    .values(
        position=bindparam("new_position", type_=Whole()),
        horizon=bindparam("new_horizon", type_=Whole()),
        horizon_tx=bindparam("new_horizon_tx", type_=Whole()),
    )
)


def advance(tx: Write, name: str, before: Cursor, after: Cursor) -> bool:
    """Move a reader on, if it still stands where it was seen: what it counts is counted once."""
    moved = tx.run(
        _ADVANCE,
        reader=name,
        seen_position=before.position,
        seen_horizon=before.horizon,
        new_position=after.position,
        new_horizon=after.horizon,
        new_horizon_tx=after.horizon_tx,
    )
    if moved == 0 and before == START:
        # Of two readers that begin at once the key of this row lets one.
        row = {"position": after.position, "horizon": after.horizon}
        tx.add(job_cursor, [{"name": name, **row, "horizon_tx": after.horizon_tx}])
        return True
    return moved == 1


def add(tx: Write, counts: Counts) -> None:
    """Add counts, always in the same order."""
    for pair in sorted(key for key, count in counts.pairs.items() if count):
        tx.send(_ADD_PAIR, **pair._asdict(), baskets=counts.pairs[pair])
    for sale in sorted(key for key, count in counts.sales.items() if count):
        tx.send(_ADD_SALE, **sale._asdict(), baskets=counts.sales[sale])


def visits_of(read: Read, member_id: UUID) -> list[frozenset[UUID]]:
    """What a member had on each of her last days with the shop, newest first."""
    by_day: dict[date, set[UUID]] = {}
    for row in read.all(HAD, member_id=member_id):
        by_day.setdefault(row.business_day, set()).add(row.product_id)
    return [frozenset(dishes) for dishes in by_day.values()]


def together_with(
    read: Read, basket: Sequence[UUID], candidates: Sequence[UUID], *, month: int
) -> list[Together]:
    """How often each dish of a basket was bought with others, and each candidate at all."""
    if not basket:
        return []
    beside = read.all(WITH_DISHES, dishes=list(basket), month=month)
    known = {row.with_id for row in beside} & set(candidates)
    return [*beside, *read.all(DISHES, dishes=sorted(known - set(basket)), month=month)]
