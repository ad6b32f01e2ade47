"""Orders of the points mall as rows. What waits is ended by one conditional change."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.mall import MALL_ORDER_EXISTS
from regulars.storage import constraints
from regulars.storage.columns import At, Id, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards_done import mall_order

LISTED_MAX = 200
constraints.means({"pk_mall_order": MALL_ORDER_EXISTS})


class MallOrderRow(NamedTuple):
    """Table `mall_order`. Units: points. `coupons`: the ids of those that it gave."""

    id: UUID
    programme_id: UUID
    version: int
    member_id: UUID
    store_id: UUID
    business_day: date
    at: Instant
    by: str
    points: int
    code: str
    state: str
    coupons: Sequence[str]
    ended_at: Instant | None = None
    ended_by: str | None = None


_row = mall_order.c
_ORDER = select(*_row).where(_row.id == bindparam("order_id", type_=Id()))
LOCKED = Statement(_ORDER.with_for_update(), MallOrderRow)
OF_MEMBER = Statement(
    select(*_row)
    .where(_row.member_id == bindparam("member_id", type_=Id()))
    .order_by(_row.id.desc())
    .limit(LISTED_MAX),
    MallOrderRow,
)
WAITING = Statement(
    select(*_row)
    .where(_row.store_id == bindparam("store_id", type_=Id()), _row.state == "waiting")
    .order_by(_row.id)
    .limit(LISTED_MAX),
    MallOrderRow,
)
END = Statement[object](
    update(mall_order)
    .where(
        _row.id == bindparam("order_id", type_=Id()),
        _row.state == bindparam("seen", type_=Words()),
    )
    .values(
        state=bindparam("becomes", type_=Words()),
        ended_at=bindparam("now", type_=At()),
        ended_by=bindparam("actor", type_=Words()),
    )
)


def add(tx: Write, row: MallOrderRow) -> None:
    """Write one order. Refuses: mall.order_exists (when the writes are sent)."""
    tx.add_rows(mall_order, [row])
