"""The stores and products of the shop as segments see them, the same for all members."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.domain.segments.member_state import Ground, ProductSeen, StoreSeen
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import product
from regulars.storage.tables.orders import orders
from regulars.storage.tables.stores import store


class _StoreRow(NamedTuple):
    id: UUID
    region_id: UUID
    zone: str
    cut_off_minutes: int


class _ProductRow(NamedTuple):
    id: UUID
    category_id: UUID
    tags: object


_STORES = Statement(
    select(store.c.id, store.c.region_id, store.c.zone, store.c.cut_off_minutes).order_by(
        store.c.id
    ),
    _StoreRow,
)
_PRODUCTS = Statement(select(product.c.id, product.c.category_id, product.c.tags), _ProductRow)

_SELLS_SINCE: Statement[Instant] = Statement(
    select(orders.c.settled_at)
    .where(orders.c.member_id.is_not(None), orders.c.settled_at.is_not(None))
    .order_by(orders.c.settled_at)
    .limit(1)
)


def ground_of(read: Read, *, orders: bool = True, goods: bool = True) -> Ground:
    """The stores and products of the shop. `orders`: with since when it sells, which questions to
    the whole shop need; `goods`: with its products."""
    return Ground(
        stores={
            row.id: StoreSeen(row.region_id, row.zone, row.cut_off_minutes)
            for row in read.all(_STORES)
        },
        products={row.id: _product(row) for row in read.all(_PRODUCTS)} if goods else {},
        sells_since=next(iter(read.all(_SELLS_SINCE)), None) if orders else None,
    )


def _product(row: _ProductRow) -> ProductSeen:
    tags = row.tags if isinstance(row.tags, list) else ()
    return ProductSeen(row.category_id, frozenset(str(tag) for tag in tags))
