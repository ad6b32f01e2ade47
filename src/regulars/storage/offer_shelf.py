"""What offers are about: everything that is sold, as they are checked and told when they are saved.

Of "第二杯半价 on 0190…" the merchant reads "茶饮第 2 件半价"; an offer on a product that was never on
the menu is refused.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, union_all

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.catalog.products import GoodsState, TaxCategory
from regulars.domain.kernel.ids import LineId, ProductId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import SCALES
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.terms import Level
from regulars.domain.orders.shop_terms import FIELDS
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.sentence import Names
from regulars.domain.pricing.set_rules import Placed, Shelf
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.domain.tiers.ladder import Ladder
from regulars.storage.engine import Read
from regulars.storage.offers import ALL_NEWEST, COUPON_TYPES, OfferRow
from regulars.storage.statement import Statement
from regulars.storage.stores import ORGANISATION, STORES, StoreRow
from regulars.storage.tables import catalog, stores
from regulars.storage.terms import settings_of

_LADDER = "tiers.ladder"
_ZONE = "Asia/Shanghai"


class _NamedRow(NamedTuple):
    id: UUID
    name_zh: str
    name_en: str


class _SoldRow(NamedTuple):
    variant_id: UUID
    product_id: UUID
    category_id: UUID
    product_zh: str
    product_en: str
    variant_zh: str
    variant_en: str
    tags: object
    product_state: str
    variant_state: str
    discountable: bool
    tax_code: str
    tax_zh: str
    tax_en: str
    rate_basis_points: int
    inclusive: bool


class _PriceRow(NamedTuple):
    variant_id: UUID
    amount_minor: int
    effective_at: Instant
    ends_at: Instant | None


_NAMED = Statement(
    union_all(
        *[
            select(one.c.id, one.c.name_zh, one.c.name_en)
            for one in (catalog.product, catalog.category, stores.store, stores.region)
        ]
    ),
    _NamedRow,
)
_product, _variant, _tax = catalog.product.c, catalog.variant.c, catalog.tax_category.c
_SOLD = Statement(
    select(
        _variant.id,
        _product.id,
        _product.category_id,
        _product.name_zh,
        _product.name_en,
        _variant.name_zh,
        _variant.name_en,
        _product.tags,
        _product.state,
        _variant.state,
        _product.discountable,
        _tax.code,
        _tax.name_zh,
        _tax.name_en,
        _tax.rate_basis_points,
        _tax.inclusive,
    )
    .join_from(catalog.variant, catalog.product, _variant.product_id == _product.id)
    .join(catalog.tax_category, _tax.code == _product.tax_code)
    .order_by(_product.position, _product.code, _variant.position, _variant.id),
    _SoldRow,
)
_CATEGORY_IDS: Statement[UUID] = Statement(select(catalog.category.c.id))
_list, _price = catalog.price_list.c, catalog.price.c
# The organisation's own prices for everybody: what a region or store changes is its own affair.
_PRICES = Statement(
    select(_price.variant_id, _price.amount_minor, _list.effective_at, _list.ends_at)
    .join_from(catalog.price, catalog.price_list, _list.id == _price.price_list_id)
    .where(_list.state == "active", _list.level == Level.ORGANISATION.value, _price.tier == "")
    .order_by(_list.effective_at, _list.id),
    _PriceRow,
)


def names_of(read: Read, at: Instant) -> Names:
    """What sentences call things, as of a moment."""
    named, sold, shops = read.group(_NAMED.ask(), _SOLD.ask(), STORES.ask())
    things = {row.id: Label(row.name_zh, row.name_en) for row in named}
    for row in sold:
        things[row.variant_id] = _line_name(row)
    organisation = read.one(ORGANISATION)
    return Names(
        things=things,
        tiers=_tiers(read, at),
        scale=2 if organisation is None else SCALES.get(organisation.currency, 2),
        zone=shops[0].zone if shops else _ZONE,
    )


def _line_name(row: _SoldRow) -> Label:
    """A product with its variant, where that has a name: 奶茶 大杯."""
    return Label(
        f"{row.product_zh} {row.variant_zh}".strip(), f"{row.product_en} {row.variant_en}".strip()
    )


def _tiers(read: Read, at: Instant) -> dict[str, Label]:
    rows = [
        row
        for row in settings_of(read, _LADDER)
        if row.effective_at <= at and row.level == Level.ORGANISATION.value
    ]
    field = FIELDS[_LADDER]
    newest = max(rows, key=lambda row: (row.effective_at, row.version), default=None)
    ladder = field.check(_LADDER, field.default if newest is None else newest.value)
    return {tier.code: tier.label for tier in ladder.tiers} if isinstance(ladder, Ladder) else {}


def shelf_of(read: Read, at: Instant) -> Shelf:
    """Everything that is sold, at the organisation's prices of a moment."""
    sold, categories, rows = read.group(_SOLD.ask(), _CATEGORY_IDS.ask(), _PRICES.ask())
    prices = {
        row.variant_id: row.amount_minor
        for row in rows
        if Period(row.effective_at, row.ends_at).holds(at)
    }
    lines = tuple(
        _line(row, prices.get(row.variant_id, 0))
        for row in sold
        if row.product_state == row.variant_state == GoodsState.ON_SALE.value
    )
    return Shelf(
        lines=lines,
        unpriced=frozenset(one.variant_id for one in lines if one.variant_id not in prices),
        ids=frozenset(
            chain(categories, [row.product_id for row in sold], [row.variant_id for row in sold])
        ),
        tags=frozenset().union(*[_tags(row.tags) for row in sold]),
    )


def _line(row: _SoldRow, price_minor: int) -> ChosenLine:
    return ChosenLine(
        id=LineId(row.variant_id),
        product_id=ProductId(row.product_id),
        variant_id=VariantId(row.variant_id),
        category_id=row.category_id,
        name=Label(row.product_zh, row.product_en),
        quantity=1,
        unit_list_minor=price_minor,
        tax=TaxCategory(
            code=row.tax_code,
            name=Label(row.tax_zh, row.tax_en),
            rate_basis_points=row.rate_basis_points,
            inclusive=row.inclusive,
        ),
        tags=_tags(row.tags),
        discountable=row.discountable,
    )


def _tags(stored: object) -> frozenset[str]:
    return frozenset(map(str, stored)) if isinstance(stored, list) else frozenset()


def stores_at(
    shops: Sequence[StoreRow], level: str, place_id: UUID | None
) -> frozenset[UUID] | None:
    """The stores of a place; None is every store there is or will be."""
    match Level(level):
        case Level.ORGANISATION:
            return None
        case Level.REGION:
            return frozenset(row.id for row in shops if row.region_id == place_id)
        case Level.STORE:
            return frozenset(row.id for row in shops if row.id == place_id)


def promised(read: Read, at: Instant, *, but: UUID) -> list[Placed]:
    """Every offer and kind of coupon that holds now or later, but one."""
    rows, types, shops = read.group(ALL_NEWEST.ask(), COUPON_TYPES.ask(), STORES.ask())
    offers = [
        Placed(offer_of(row), stores_at(shops, row.level, row.place_id))
        for row in rows
        if row.id != but and row.state == "active" and (row.ends_at is None or at < row.ends_at)
    ]
    kinds = [
        Placed(
            offer_from(OfferHead(row.id, 1, Label(row.name_zh, row.name_en)), row.definition), None
        )
        for row in types
        if row.id != but and row.state == "active"
    ]
    return offers + kinds


def offer_of(row: OfferRow) -> Offer:
    """The offer of a row."""
    head = OfferHead(
        row.id, row.version, Label(row.name_zh, row.name_en), Period(row.effective_at, row.ends_at)
    )
    return offer_from(head, row.definition)
