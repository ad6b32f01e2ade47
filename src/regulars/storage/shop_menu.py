"""The menu of one store, read whole: products, prices in force there, what has sold out.

A price list of the store goes before one of its region, and that before the organisation's; of two
on the same level the later one counts.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.catalog.catalogue import Catalogue, Menu
from regulars.domain.catalog.catalogue import catalogue_of as indexed
from regulars.domain.catalog.prices import PriceList, next_change_at, prices_in_force
from regulars.domain.catalog.products import (
    Category,
    ComboChoice,
    ComboSlot,
    GoodsState,
    ModifierGroup,
    Option,
    Product,
    ProductKind,
    TaxCategory,
    Variant,
)
from regulars.domain.kernel.ids import OptionId, ProductId, StoreId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period
from regulars.domain.kernel.terms import Level, Place
from regulars.storage.catalog import (
    CATEGORIES,
    GROUPS,
    OPTIONS,
    PRODUCTS,
    GroupRow,
    OptionRow,
    ProductRow,
    VariantRow,
)
from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog as tables


class _SlotRow(NamedTuple):
    product_id: UUID
    id: UUID
    name_zh: str
    name_en: str
    quantity: int
    position: int


class _ChoiceRow(NamedTuple):
    slot_id: UUID
    variant_id: UUID
    extra_minor: int
    position: int


class _AskedRow(NamedTuple):
    product_id: UUID
    group_id: UUID


class _ListRow(NamedTuple):
    id: UUID
    name_zh: str
    name_en: str
    level: str
    place_id: UUID | None
    effective_at: Instant
    ends_at: Instant | None


class _PriceRow(NamedTuple):
    price_list_id: UUID
    variant_id: UUID
    tier: str
    amount_minor: int


class _SoldOutRow(NamedTuple):
    subject_id: UUID
    until: Instant | None


_TAXES = Statement(
    select(*tables.tax_category.c),
    lambda code, zh, en, rate, inclusive: TaxCategory(
        code=code, name=Label(zh, en), rate_basis_points=rate, inclusive=inclusive
    ),
)
_VARIANTS = Statement(
    select(tables.variant).order_by(tables.variant.c.position, tables.variant.c.id), VariantRow
)
_ASKED = Statement(
    select(tables.product_modifier.c.product_id, tables.product_modifier.c.group_id).order_by(
        tables.product_modifier.c.position, tables.product_modifier.c.group_id
    ),
    _AskedRow,
)
_slot = tables.combo_slot.c
_SLOTS = Statement(
    select(
        _slot.product_id, _slot.id, _slot.name_zh, _slot.name_en, _slot.quantity, _slot.position
    ).order_by(_slot.position, _slot.id),
    _SlotRow,
)
_CHOICES = Statement(
    select(*tables.combo_choice.c).order_by(
        tables.combo_choice.c.position, tables.combo_choice.c.variant_id
    ),
    _ChoiceRow,
)
_list, _price, _out = tables.price_list.c, tables.price.c, tables.sold_out.c
_LISTS = Statement(
    select(
        _list.id,
        _list.name_zh,
        _list.name_en,
        _list.level,
        _list.place_id,
        _list.effective_at,
        _list.ends_at,
    )
    .where(_list.state == "active")
    .order_by(_list.effective_at, _list.id),
    _ListRow,
)
_PRICES = Statement(
    select(_price.price_list_id, _price.variant_id, _price.tier, _price.amount_minor)
    .join_from(tables.price, tables.price_list, _list.id == _price.price_list_id)
    .where(_list.state == "active"),
    _PriceRow,
)
_SOLD_OUT = Statement(
    select(_out.subject_id, _out.until).where(
        _out.store_id == bindparam("store_id", type_=Id()),
        _out.until.is_(None) | (_out.until > bindparam("at", type_=At())),
    ),
    _SoldOutRow,
)


def catalogue_of(read: Read, place: Place, *, at: Instant) -> Catalogue:
    """What a store sells at a moment, at which prices."""
    lists, prices, sold_out = read.group(
        _LISTS.ask(), _PRICES.ask(), _SOLD_OUT.ask(store_id=place.store, at=at)
    )
    price_lists = _price_lists(lists, prices)
    changes = [*(row.until for row in sold_out), next_change_at(price_lists, place=place, at=at)]
    return indexed(
        _menu(read),
        prices_in_force(price_lists, place=place, at=at),
        store_id=StoreId(place.store),
        sold_out=[row.subject_id for row in sold_out],
        holds_until=min([one for one in changes if one is not None], default=None),
    )


def _menu(read: Read) -> Menu:
    taxes, categories, products, variants, groups, options, asked, slots = read.group(
        _TAXES.ask(),
        CATEGORIES.ask(),
        PRODUCTS.ask(),
        _VARIANTS.ask(),
        GROUPS.ask(),
        OPTIONS.ask(),
        _ASKED.ask(),
        _SLOTS.ask(),
    )
    filled = _slots(slots, read.all(_CHOICES))
    return Menu(
        taxes=tuple(taxes),
        categories=tuple(
            Category(id=row.id, name=Label(row.name_zh, row.name_en), position=row.position)
            for row in categories
        ),
        products=_products(products, variants, asked, filled),
        groups=_groups(groups, options),
    )


def _price_lists(lists: Iterable[_ListRow], rows: Iterable[_PriceRow]) -> tuple[PriceList, ...]:
    prices: dict[UUID, dict[tuple[VariantId, str], int]] = defaultdict(dict)
    for row in rows:
        prices[row.price_list_id][VariantId(row.variant_id), row.tier] = row.amount_minor
    return tuple(
        PriceList(
            id=one.id,
            name=Label(one.name_zh, one.name_en),
            level=Level(one.level),
            place=one.place_id,
            period=Period(one.effective_at, one.ends_at),
            prices=prices[one.id],
        )
        for one in lists
    )


def _groups(groups: Iterable[GroupRow], options: Iterable[OptionRow]) -> tuple[ModifierGroup, ...]:
    by_group: dict[UUID, list[Option]] = defaultdict(list)
    for row in options:
        by_group[row.group_id].append(
            Option(
                id=OptionId(row.id),
                name=Label(row.name_zh, row.name_en),
                price_minor=row.price_minor,
                count_max=row.count_max,
                is_default=row.is_default,
                position=row.position,
                state=GoodsState(row.state),
            )
        )
    return tuple(
        ModifierGroup(
            id=row.id,
            code=row.code,
            name=Label(row.name_zh, row.name_en),
            minimum=row.minimum,
            maximum=row.maximum,
            options=tuple(by_group[row.id]),
        )
        for row in groups
    )


def _slots(slots: Iterable[_SlotRow], choices: Iterable[_ChoiceRow]) -> dict[UUID, list[ComboSlot]]:
    by_slot: dict[UUID, list[ComboChoice]] = defaultdict(list)
    for choice in choices:
        by_slot[choice.slot_id].append(
            ComboChoice(
                variant_id=VariantId(choice.variant_id),
                extra_minor=choice.extra_minor,
                position=choice.position,
            )
        )
    by_product: dict[UUID, list[ComboSlot]] = defaultdict(list)
    for row in slots:
        by_product[row.product_id].append(
            ComboSlot(
                id=row.id,
                name=Label(row.name_zh, row.name_en),
                quantity=row.quantity,
                choices=tuple(by_slot[row.id]),
                position=row.position,
            )
        )
    return by_product


def _products(
    products: Iterable[ProductRow],
    variants: Iterable[VariantRow],
    asked: Iterable[_AskedRow],
    slots: dict[UUID, list[ComboSlot]],
) -> tuple[Product, ...]:
    of_product: dict[UUID, list[Variant]] = defaultdict(list)
    for row in variants:
        of_product[row.product_id].append(
            Variant(
                id=VariantId(row.id),
                name=Label(row.name_zh, row.name_en),
                barcode=row.barcode,
                position=row.position,
                is_default=row.is_default,
                state=GoodsState(row.state),
                cost_minor=row.cost_minor,
            )
        )
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for one in asked:
        groups[one.product_id].append(one.group_id)
    return tuple(
        Product(
            id=ProductId(row.id),
            code=row.code,
            category_id=row.category_id,
            name=Label(row.name_zh, row.name_en),
            kind=ProductKind(row.kind),
            tax_code=row.tax_code,
            tags=_tags(row.tags),
            discountable=row.discountable,
            variants=tuple(of_product[row.id]),
            group_ids=tuple(groups[row.id]),
            slots=tuple(slots.get(row.id, ())),
            position=row.position,
            state=GoodsState(row.state),
        )
        for row in products
    )


def _tags(stored: object) -> frozenset[str]:
    return frozenset(map(str, stored)) if isinstance(stored, list) else frozenset()
