"""Dishes sold and refunded, counted by the database from the lines of bills.

goods_sold(read, question, Dimension.PRODUCT)   # 芋泥鲜奶: 1,204 units on 980 bills
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, distinct, func, select

from regulars.domain.reports.answer import Counted, merged
from regulars.domain.reports.metric import Metric
from regulars.domain.reports.question import Question
from regulars.domain.reports.registry import Dimension
from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.report_sales import AS_OF, COUNTED, OF_SOURCE, ORDER, values_of
from regulars.storage.statement import Statement, one_of, total_of
from regulars.storage.tables.catalog import product
from regulars.storage.tables.orders import order_line, orders, refund, refund_unit

_LINE, _UNIT = order_line.c, refund_unit.c
GOODS = and_(_LINE.state == "sold", _LINE.kind == "goods")


class _GoodsSold(NamedTuple):
    key: UUID
    units: int
    sales_minor: int
    bills: int


class _GoodsRefunded(NamedTuple):
    key: UUID
    units: int
    refunds_minor: int


class ProductName(NamedTuple):
    """What a product is called today."""

    id: UUID
    name_zh: str
    name_en: str


def _keyed() -> ColumnElement[UUID]:
    # Worked out rather than read: SQLite would walk every line ever sold along the products' index.
    return func.coalesce(_LINE.product_id, _LINE.order_id, type_=Id())


_GOODS_SOLD = Statement(
    select(
        _keyed(),
        total_of(_LINE.quantity),
        total_of(_LINE.net_minor),
        func.count(distinct(_LINE.order_id)),
    )
    .select_from(orders.join(order_line, _LINE.order_id == ORDER.id))
    .where(COUNTED, GOODS)
    .group_by(_keyed()),
    _GoodsSold,
)
_GOODS_REFUNDED = Statement(
    select(_keyed(), func.count(), total_of(_UNIT.amount_minor))
    .select_from(
        refund.join(
            refund_unit,
            and_(_UNIT.order_id == refund.c.order_id, _UNIT.refund_id == refund.c.id),
        )
        .join(orders, ORDER.id == _UNIT.order_id)
        .join(
            order_line,
            and_(_LINE.order_id == _UNIT.order_id, _LINE.position == _UNIT.position),
        )
    )
    .where(
        refund.c.at >= bindparam("from_at", type_=At()),
        refund.c.at < bindparam("until_at", type_=At()),
        refund.c.at <= AS_OF,
        one_of(ORDER.store_id, "stores", Id()),
        OF_SOURCE,
        GOODS,
    )
    .group_by(_keyed()),
    _GoodsRefunded,
)
PRODUCT_NAMES = Statement(
    select(product.c.id, product.c.name_zh, product.c.name_en).where(
        one_of(product.c.id, "products", Id())
    ),
    ProductName,
)


def goods_sold(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What each product sold."""
    del dimension
    rows = read.all(_GOODS_SOLD, **values_of(question))
    return {
        row.key: {
            Metric.UNITS_SOLD: row.units,
            Metric.GOODS_SALES: row.sales_minor,
            Metric.GOODS_ORDERS: row.bills,
        }
        for row in rows
    }


def goods_refunded(read: Read, question: Question, dimension: Dimension) -> Counted:
    """What was given back of each product, by the day of the refund on the clock of its store."""
    del dimension
    values = values_of(question)
    del values["from_on"], values["until_on"]
    asked = [
        _GOODS_REFUNDED.ask(
            **{
                **values,
                "stores": stores,
                "from_at": clock.starts(question.days.from_on),
                "until_at": clock.starts(question.days.until_on),
            }
        )
        for clock, stores in question.clocks().items()
    ]
    return merged(
        {row.key: {Metric.UNITS_REFUNDED: row.units, Metric.GOODS_REFUNDS: row.refunds_minor}}
        for rows in read.each(asked)
        for row in rows
    )
