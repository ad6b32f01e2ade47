"""Price lists as they are edited, and what a store has run out of."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Words
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog as tables

price_list = tables.price_list
product, variant, option = tables.product, tables.variant, tables.modifier_option


class PriceListRow(NamedTuple):
    """Table `price_list`."""

    id: UUID
    name_zh: str
    name_en: str
    level: str
    place_id: UUID | None
    effective_at: Instant
    ends_at: Instant | None
    state: str


class PriceRow(NamedTuple):
    """A price in a list. Units: minor units. The empty tier is everybody."""

    variant_id: UUID
    tier: str
    amount_minor: int


PRICE_LISTS = Statement(select(price_list).order_by(price_list.c.effective_at), PriceListRow)


PRICE_LIST = Statement(
    select(price_list).where(price_list.c.id == bindparam("id", type_=Id())), PriceListRow
)


_price = tables.price.c


PRICES_OF = Statement(
    select(_price.variant_id, _price.tier, _price.amount_minor)
    .where(_price.price_list_id == bindparam("price_list_id", type_=Id()))
    .order_by(_price.variant_id, _price.tier),
    PriceRow,
)


_price_form = insert(tables.price).values(
    price_list_id=bindparam("price_list_id"),
    variant_id=bindparam("variant_id"),
    tier=bindparam("tier"),
    amount_minor=bindparam("amount_minor"),
)


PUT_PRICE: Statement[object] = Statement(
    _price_form.on_conflict_do_update(
        index_elements=[_price.price_list_id, _price.variant_id, _price.tier],
        set_={"amount_minor": _price_form.excluded.amount_minor},
    )
)


TAKE_PRICE: Statement[object] = Statement(
    delete(tables.price).where(
        _price.price_list_id == bindparam("list", type_=Id()),
        _price.variant_id == bindparam("variant", type_=Id()),
        _price.tier == bindparam("of_tier", type_=Words()),
    )
)


END_PRICE_LIST: Statement[object] = Statement(
    update(price_list)
    .where(price_list.c.id == bindparam("ended", type_=Id()))
    .values(ends_at=bindparam("until", type_=At()))
)


_sold_out = tables.sold_out.c


_sold_out_form = insert(tables.sold_out).values(
    store_id=bindparam("store_id"),
    subject_id=bindparam("subject_id"),
    since=bindparam("since"),
    until=bindparam("until"),
    by=bindparam("by"),
)


PUT_SOLD_OUT: Statement[object] = Statement(
    _sold_out_form.on_conflict_do_update(
        index_elements=[_sold_out.store_id, _sold_out.subject_id],
        set_={"until": _sold_out_form.excluded.until, "by": _sold_out_form.excluded.by},
    )
)


TAKE_SOLD_OUT: Statement[object] = Statement(
    delete(tables.sold_out).where(
        _sold_out.store_id == bindparam("store", type_=Id()),
        _sold_out.subject_id == bindparam("subject", type_=Id()),
    )
)


IS_SUBJECT: Statement[UUID] = Statement(
    select(product.c.id)
    .where(product.c.id == bindparam("subject", type_=Id()))
    .union_all(
        select(variant.c.id).where(variant.c.id == bindparam("subject", type_=Id())),
        select(option.c.id).where(option.c.id == bindparam("subject", type_=Id())),
    )
)
