"""Lists of orders: a store's business day, one state of it, and all that wait."""

from uuid import UUID

from sqlalchemy import bindparam, literal_column, select

from regulars.storage.columns import Day, Id, Whole, Words
from regulars.storage.orders import OrderRow
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables import orders as tables

_PAGE = (
    select(*tables.orders.c)
    .where(
        tables.orders.c.store_id == bindparam("store_id", type_=Id()),
        tables.orders.c.business_day == bindparam("business_day", type_=Day()),
        tables.orders.c.id < bindparam("before", type_=Id()),
    )
    .order_by(tables.orders.c.id.desc())
    .limit(bindparam("limit", type_=Whole()))
)
ORDERS_OF_STORE = Statement(_PAGE, OrderRow)
# Orders that wait, of any day: the state stands in the text, so that the small index serves it.
ORDERS_WAITING = Statement(
    select(*tables.orders.c)
    .where(
        tables.orders.c.store_id == bindparam("store_id", type_=Id()),
        tables.orders.c.state == literal_column("'open'"),
        tables.orders.c.id < bindparam("before", type_=Id()),
    )
    .order_by(tables.orders.c.id.desc())
    .limit(bindparam("limit", type_=Whole())),
    OrderRow,
)
# What waiting orders come to at the prices they were promised, before any saving.
_line = tables.order_line.c
WAITING_SUMS = Statement[tuple[UUID, int]](
    select(_line.order_id, total_of(_line.unit_list_minor * _line.quantity))
    .where(one_of(_line.order_id, "order_ids", Id()), _line.state == literal_column("'open'"))
    .group_by(_line.order_id),
    lambda order_id, minor: (order_id, minor),
)
ORDERS_IN_STATE = Statement(
    _PAGE.where(tables.orders.c.state == bindparam("state", type_=Words())), OrderRow
)
