"""Orders of the points mall as rows. What waits is ended by one conditional change."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, tuple_, update

from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.mall import MALL_ORDER_EXISTS
from regulars.storage import constraints
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards_done import mall_order

LISTED_MAX = 200
# Who ended an order that nobody fetched: the item's own rule, in the place of a person.
NOT_FETCHED = "rule:not_fetched"
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

    @property
    def lapsed(self) -> bool:
        """Whether it ended because nobody fetched it in time."""
        return self.ended_by == NOT_FETCHED


class WaitingVersion(NamedTuple):
    """One version of an item of which something waits to be fetched."""

    programme_id: UUID
    version: int


class Waiting(NamedTuple):
    """An order that waits in a store."""

    store_id: UUID
    order_id: UUID


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
_WAITS = _row.state == literal_column("'waiting'", Words())
WAITING_VERSIONS = Statement(
    select(_row.programme_id, _row.version)
    .where(_WAITS)
    .group_by(_row.programme_id, _row.version)
    .order_by(_row.programme_id, _row.version),
    WaitingVersion,
)
# In the order of the index of what waits, so that what ended long ago is not read.
ORDERED_BEFORE = Statement(
    select(_row.store_id, _row.id)
    .where(
        _WAITS,
        _row.programme_id == bindparam("programme_id", type_=Id()),
        _row.version == bindparam("version", type_=Whole()),
        _row.business_day < bindparam("day", type_=Day()),
        tuple_(_row.store_id, _row.id)
        > tuple_(bindparam("after_store", type_=Id()), bindparam("after_order", type_=Id())),
    )
    .order_by(_row.store_id, _row.id)
    .limit(bindparam("batch", type_=Whole())),
    Waiting,
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
