"""What the kept units of an order pay once a refund priced them anew: appended, never edited."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select

from regulars.storage.columns import Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.orders import order_share

# The shares of the sale itself are the first version: they stand on its lines.
FIRST_VERSION = 1


class ShareRow(NamedTuple):
    """Table `order_share`. Units: minor units."""

    order_id: UUID
    version: int
    position: int
    unit: int
    net_minor: int
    tax_minor: int
    due_minor: int
    points_minor: int


_share = order_share.c
_ORDER = bindparam("order_id", type_=Id())
_newest = select(func.max(_share.version)).where(_share.order_id == _ORDER).scalar_subquery()
NEWEST_SHARES = Statement(
    select(*_share)
    .where(_share.order_id == _ORDER, _share.version == _newest)
    .order_by(_share.position, _share.unit),
    ShareRow,
)


def add(tx: Write, shares: Sequence[ShareRow]) -> None:
    """Write the shares of one version."""
    tx.add_rows(order_share, shares)
