"""What a store has of its own and another may begin with: its rules, its prices, what it does not sell."""

from uuid import UUID

from sqlalchemy import bindparam, or_, select

from regulars.domain.kernel.terms import Level
from regulars.storage.columns import At, Id
from regulars.storage.price_lists import PriceListRow
from regulars.storage.statement import Statement
from regulars.storage.tables.catalog import price_list, sold_out
from regulars.storage.tables.stores import setting
from regulars.storage.terms import SettingRow

_STORE = bindparam("store_id", type_=Id())

SETTINGS_OF_STORE = Statement(
    select(setting)
    .where(setting.c.level == Level.STORE.value, setting.c.place_id == _STORE)
    .order_by(setting.c.field, setting.c.version),
    SettingRow,
)
# By their beginning: of two lists that say something of the same goods the one begun last counts.
PRICE_LISTS_OF_STORE = Statement(
    select(price_list)
    .where(
        price_list.c.level == Level.STORE.value,
        price_list.c.place_id == _STORE,
        price_list.c.state == "active",
        or_(
            price_list.c.ends_at.is_(None),
            price_list.c.ends_at > bindparam("now", type_=At()),
        ),
    )
    .order_by(price_list.c.effective_at, price_list.c.id),
    PriceListRow,
)
# What has run out until an hour of today is no choice of the store.
NOT_SOLD: Statement[UUID] = Statement(
    select(sold_out.c.subject_id)
    .where(sold_out.c.store_id == _STORE, sold_out.c.until.is_(None))
    .order_by(sold_out.c.subject_id)
)
