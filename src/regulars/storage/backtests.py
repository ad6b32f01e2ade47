"""Back-tests as rows, and the past orders that they read: a few hundred at a time.

Each page is a short question of its own, so that no snapshot grows old while a year is replayed
and the tills write on.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, select, union, update

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Day, Document, Id, Whole, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.offers import backtest, coupon, offer
from regulars.storage.tables.orders import order_adjustment, order_line, orders
from regulars.storage.tables.stores import setting

# What was given back whole was not sold.
SOLD_STATES = ("paid", "part_refunded")
PAGE_ORDERS = 300
LISTED_MAX = 100


class BacktestRow(NamedTuple):
    """Table `backtest`. While it runs, `result` holds when it was last heard of."""

    id: UUID
    name: str
    definition: dict[str, object]
    state: str
    done: int
    total: int
    result: dict[str, object] | None
    error: str | None
    asked_by: str
    asked_at: Instant
    finished_at: Instant | None


_BY_ID = backtest.c.id == bindparam("backtest_id", type_=Id())
_STATE = backtest.c.state
BACKTEST = Statement(select(backtest).where(_BY_ID), BacktestRow)
# Figures are large and a list shows none; of one that runs, `result` says when it was heard of.
_WITHOUT_FIGURES = [
    case((_STATE == "running", column), else_=None).label("result")
    if column.name == "result"
    else column
    for column in backtest.c
]
NEWEST = Statement(
    select(*_WITHOUT_FIGURES)
    .order_by(backtest.c.asked_at.desc(), backtest.c.id.desc())
    .limit(LISTED_MAX),
    BacktestRow,
)
UNFINISHED = Statement(
    select(backtest)
    .where(_STATE.in_(("queued", "running")))
    .order_by(backtest.c.asked_at, backtest.c.id),
    BacktestRow,
)
_RESULT = bindparam("found", type_=Document())
CLAIM: Statement[object] = Statement(
    update(backtest).where(_BY_ID, _STATE == "queued").values(state="running", result=_RESULT)
)
# Whoever stopped it meanwhile has the last word: the row count says so.
ADVANCE: Statement[object] = Statement(
    update(backtest)
    .where(_BY_ID, _STATE == "running")
    .values(
        done=bindparam("orders_done", type_=Whole()),
        total=bindparam("orders_total", type_=Whole()),
        result=_RESULT,
    )
)
FINISH: Statement[object] = Statement(
    update(backtest)
    .where(_BY_ID, _STATE == "running")
    .values(
        state=bindparam("to_state", type_=Words()),
        done=bindparam("orders_done", type_=Whole()),
        result=_RESULT,
        error=bindparam("why", type_=Words()),
        finished_at=bindparam("at", type_=At()),
    )
)
STOP: Statement[object] = Statement(
    update(backtest)
    .where(_BY_ID, _STATE.in_(("queued", "running")))
    .values(state="stopped", finished_at=bindparam("at", type_=At()))
)


class PastOrder(NamedTuple):
    """What a replay reads of an order. Units: minor units, points."""

    id: UUID
    business_day: date
    source: str
    member_id: UUID | None
    settled_at: Instant
    list_minor: int
    discount_minor: int
    rounding_minor: int
    due_minor: int
    points_spent: int
    tier: str | None
    priced_with: Mapping[str, object] | None


class PastLine(NamedTuple):
    """What a replay reads of a line. Units: minor units."""

    order_id: UUID
    position: int
    id: UUID
    product_id: UUID
    variant_id: UUID
    quantity: int
    options: object
    unit_list_minor: int
    net_minor: int
    tax_code: str
    tax_minor: int
    kind: str
    cost_minor: int | None


class PastSaving(NamedTuple):
    """What one source took off one line. Units: minor units."""

    order_id: UUID
    position: int
    source: str
    source_id: UUID | None
    coupon_id: UUID | None
    amount_minor: int


class PastCoupon(NamedTuple):
    """A coupon that an order used."""

    id: UUID
    type_id: UUID
    valid_from: Instant
    valid_until: Instant


_order, _line, _part = orders.c, order_line.c, order_adjustment.c
_STORE = _order.store_id == bindparam("store_id", type_=Id())
_SOLD = _order.state.in_(SOLD_STATES)
COUNT: Statement[int] = Statement(
    select(func.count()).where(
        _STORE,
        _order.business_day >= bindparam("since", type_=Day()),
        _order.business_day < bindparam("until", type_=Day()),
        _SOLD,
    )
)
PAGE = Statement(
    select(
        _order.id,
        _order.business_day,
        _order.source,
        _order.member_id,
        _order.settled_at,
        _order.list_minor,
        _order.discount_minor,
        _order.rounding_minor,
        _order.due_minor,
        _order.points_spent,
        _order.tier,
        _order.priced_with,
    )
    .where(
        _STORE,
        _order.business_day == bindparam("day", type_=Day()),
        _order.id > bindparam("after", type_=Id()),
        _SOLD,
    )
    .order_by(_order.id)
    .limit(PAGE_ORDERS),
    PastOrder,
)
LINES = Statement(
    select(
        _line.order_id,
        _line.position,
        _line.id,
        _line.product_id,
        _line.variant_id,
        _line.quantity,
        _line.options,
        _line.unit_list_minor,
        _line.net_minor,
        _line.tax_code,
        _line.tax_minor,
        _line.kind,
        _line.cost_minor,
    )
    .where(one_of(_line.order_id, "order_ids", Id()), _line.state == "sold")
    .order_by(_line.order_id, _line.position),
    PastLine,
)
SAVINGS = Statement(
    select(
        _part.order_id,
        _part.position,
        _part.source,
        _part.source_id,
        _part.coupon_id,
        _part.amount_minor,
    )
    .where(one_of(_part.order_id, "order_ids", Id()))
    .order_by(_part.order_id, _part.number),
    PastSaving,
)
COUPONS = Statement(
    select(coupon.c.id, coupon.c.type_id, coupon.c.valid_from, coupon.c.valid_until).where(
        one_of(coupon.c.id, "coupon_ids", Id())
    ),
    PastCoupon,
)
# The moments at which offers and Terms changed.
CHANGES: Statement[Instant | None] = Statement(
    union(select(offer.c.effective_at), select(offer.c.ends_at), select(setting.c.effective_at))
)
TAGS = Statement[tuple[UUID, str]](
    select(member_tag.c.member_id, member_tag.c.tag).where(
        one_of(member_tag.c.member_id, "member_ids", Id())
    ),
    lambda member_id, tag: (member_id, tag),
)
# How often members had come before a day.
VISITS_BEFORE = Statement[tuple[UUID, int]](
    select(_order.member_id, func.count())
    .where(
        one_of(_order.member_id, "member_ids", Id()),
        _order.business_day < bindparam("day", type_=Day()),
        _SOLD,
    )
    .group_by(_order.member_id),
    lambda member_id, count: (member_id, count),
)


class Page(NamedTuple):
    """Some orders of one store and day, with all that belongs to them."""

    orders: list[PastOrder]
    lines: dict[UUID, list[PastLine]]
    savings: dict[UUID, list[PastSaving]]


def page_of(read: Read, store_id: UUID, day: date, *, after: UUID) -> Page:
    """The next orders of a store's business day."""
    found = read.all(PAGE, store_id=store_id, day=day, after=after)
    lines: dict[UUID, list[PastLine]] = {order.id: [] for order in found}
    savings: dict[UUID, list[PastSaving]] = {order.id: [] for order in found}
    if found:
        ids = list(lines)
        all_lines, parts = read.group(LINES.ask(order_ids=ids), SAVINGS.ask(order_ids=ids))
        for line in all_lines:
            lines[line.order_id].append(line)
        for part in parts:
            savings[part.order_id].append(part)
    return Page(found, lines, savings)
