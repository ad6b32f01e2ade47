"""The stores and products of the shop as segments see them, the same for all members."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from regulars.domain.segments.member_state import Ground, ProductSeen, StoreSeen
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import product
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


def ground_of(read: Read) -> Ground:
    """The stores and products of the shop."""
    return Ground(
        stores={
            row.id: StoreSeen(row.region_id, row.zone, row.cut_off_minutes)
            for row in read.all(_STORES)
        },
        products={row.id: _product(row) for row in read.all(_PRODUCTS)},
    )


def _product(row: _ProductRow) -> ProductSeen:
    tags = row.tags if isinstance(row.tags, list) else ()
    return ProductSeen(row.category_id, frozenset(str(tag) for tag in tags))
