"""Goods and prices as head office sees them, withdrawn ones too."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.storage import catalog
from regulars.storage.engine import Read
from regulars.use_cases.catalog import GOODS_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDetail:
    """A shelf of the menu."""

    id: UUID
    name_zh: str
    name_en: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDetail:
    """A tax. Units: basis points."""

    code: str
    name_zh: str
    name_en: str
    rate_basis_points: int
    inclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionDetail:
    """A choice of a modifier group. Units: minor units each."""

    id: UUID
    name_zh: str
    name_en: str
    price_minor: int
    count_max: int
    is_default: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDetail:
    """A question about goods, with withdrawn options."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    minimum: int
    maximum: int
    options: list[OptionDetail]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSummary:
    """A product in a list."""

    id: UUID
    code: str
    category_id: UUID
    name_zh: str
    name_en: str
    kind: str
    tax_code: str
    tags: list[str]
    discountable: bool
    position: int
    state: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDetail:
    """A size or form of a product, also when withdrawn.

    Units: minor units; `cost_minor` is null for whoever may not know it, or where nobody does.
    """

    id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    position: int
    is_default: bool
    state: str
    cost_minor: int | None


@dataclass(frozen=True, slots=True)
class ChoiceDetail:
    """What may fill a slot. Units: minor units."""

    variant_id: UUID
    extra_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDetail:
    """A place of a combo."""

    id: UUID
    name_zh: str
    name_en: str
    quantity: int
    choices: list[ChoiceDetail]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDetail:
    """A product whole; `revision` goes back in If-Match."""

    product: ProductSummary
    variants: list[VariantDetail]
    group_ids: list[UUID]
    slots: list[SlotDetail]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsView:
    """All goods of the chain."""

    categories: list[CategoryDetail]
    taxes: list[TaxDetail]
    groups: list[GroupDetail]
    products: list[ProductSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListView:
    """A price list."""

    id: UUID
    name_zh: str
    name_en: str
    level: str
    place_id: UUID | None
    effective_at: datetime
    ends_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """A price in a list. Units: minor units. The empty tier is everybody."""

    variant_id: UUID
    tier: str
    amount_minor: int


def _summary(row: catalog.ProductRow) -> ProductSummary:
    values = row._asdict()
    values["tags"] = row.tags if isinstance(row.tags, list) else []
    return ProductSummary(**values)


def _option(row: catalog.OptionRow) -> OptionDetail:
    return OptionDetail(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        price_minor=row.price_minor,
        count_max=row.count_max,
        is_default=row.is_default,
        state=row.state,
    )


def _variant(row: catalog.VariantRow, *, with_cost: bool) -> VariantDetail:
    return VariantDetail(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        barcode=row.barcode,
        position=row.position,
        is_default=row.is_default,
        state=row.state,
        cost_minor=row.cost_minor if with_cost else None,
    )


def goods_view(read: Read) -> GoodsView:
    """All goods of the chain, withdrawn ones too."""
    categories, taxes, groups, options, products = read.group(
        catalog.CATEGORIES.ask(),
        catalog.TAXES.ask(),
        catalog.GROUPS.ask(),
        catalog.OPTIONS.ask(),
        catalog.PRODUCTS.ask(),
    )
    return GoodsView(
        categories=[CategoryDetail(**row._asdict()) for row in categories],
        taxes=[TaxDetail(**row._asdict()) for row in taxes],
        groups=[
            GroupDetail(
                **row._asdict(),
                options=[_option(one) for one in options if one.group_id == row.id],
            )
            for row in groups
        ],
        products=[_summary(row) for row in products],
    )


def product_detail(read: Read, product_id: UUID, *, with_costs: bool) -> ProductDetail:
    """A product whole, with what it costs the shop if that may be shown.

    Refuses: catalog.goods_unknown.
    """
    row = read.one(catalog.PRODUCT, id=product_id)
    if row is None:
        raise GOODS_UNKNOWN.because()
    variants, group_ids, slot_rows = read.group(
        catalog.VARIANTS_OF.ask(product_id=product_id),
        catalog.GROUPS_OF.ask(product_id=product_id),
        catalog.SLOTS_OF.ask(product_id=product_id),
    )
    slots: dict[UUID, SlotDetail] = {}
    for one in slot_rows:
        slot = slots.setdefault(
            one.id,
            SlotDetail(
                id=one.id,
                name_zh=one.name_zh,
                name_en=one.name_en,
                quantity=one.quantity,
                choices=[],
            ),
        )
        slot.choices.append(ChoiceDetail(one.variant_id, one.extra_minor))
    return ProductDetail(
        product=_summary(row),
        variants=[_variant(one, with_cost=with_costs) for one in variants],
        group_ids=group_ids,
        slots=list(slots.values()),
        revision=row.revision,
    )
