"""What head office sends and sees when it edits goods and prices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from regulars.domain.catalog.products import ProductKind
from regulars.domain.kernel.terms import Level
from regulars.http.schemas import BasisPoints, Body, Code, Count, Minor, Name, NameOrNone, Reason
from regulars.storage import catalog
from regulars.storage.engine import Read
from regulars.use_cases.catalog import (
    GOODS_UNKNOWN,
    ChoiceForm,
    OptionForm,
    ProductForm,
    PutGroup,
    SlotForm,
    VariantForm,
)

Barcode = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
Tag = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
TierCode = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")]
Quantity = Annotated[int, Field(strict=True, ge=1, le=20)]


class CategoryBody(Body):
    """A shelf of the menu."""

    name_zh: Name
    name_en: NameOrNone = ""
    position: Count = 0


class TaxBody(Body):
    """A tax. Units: basis points."""

    code: Code
    name_zh: Name
    name_en: NameOrNone = ""
    rate_basis_points: BasisPoints
    inclusive: bool


class OptionBody(Body):
    """One choice of a modifier group. Units: minor units each."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    price_minor: Minor = 0
    count_max: Quantity = 1
    is_default: bool = False


class GroupBody(Body):
    """A question about goods, whole."""

    code: Code
    name_zh: Name
    name_en: NameOrNone = ""
    minimum: Count
    maximum: Count
    options: Annotated[list[OptionBody], Field(min_length=1, max_length=60)]

    def command(self, group_id: UUID) -> PutGroup:
        """The command that this becomes."""
        return PutGroup(
            id=group_id,
            code=self.code,
            name_zh=self.name_zh,
            name_en=self.name_en,
            minimum=self.minimum,
            maximum=self.maximum,
            options=tuple(OptionForm(**one.model_dump()) for one in self.options),
        )


class VariantBody(Body):
    """One size or form of a product."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    barcode: Barcode | None = None
    is_default: bool = False


class ChoiceBody(Body):
    """What may fill a slot of a combo. Units: minor units."""

    variant_id: UUID
    extra_minor: Minor = 0


class SlotBody(Body):
    """One place of a combo."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    quantity: Quantity = 1
    choices: Annotated[list[ChoiceBody], Field(min_length=1, max_length=60)]

    def form(self) -> SlotForm:
        """The slot that this becomes."""
        return SlotForm(
            id=self.id,
            name_zh=self.name_zh,
            name_en=self.name_en,
            quantity=self.quantity,
            choices=tuple(ChoiceForm(one.variant_id, one.extra_minor) for one in self.choices),
        )


class ProductBody(Body):
    """A product, whole."""

    code: Code
    category_id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    kind: ProductKind = ProductKind.SINGLE
    tax_code: Code
    tags: Annotated[tuple[Tag, ...], Field(max_length=30)] = ()
    discountable: bool = True
    position: Count = 0
    variants: Annotated[list[VariantBody], Field(min_length=1, max_length=30)]
    group_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    slots: Annotated[tuple[SlotBody, ...], Field(max_length=12)] = ()
    on_sale: bool = True

    def form(self) -> ProductForm:
        """The product that this becomes."""
        return ProductForm(
            code=self.code,
            category_id=self.category_id,
            name_zh=self.name_zh,
            name_en=self.name_en,
            kind=self.kind,
            tax_code=self.tax_code,
            tags=self.tags,
            discountable=self.discountable,
            position=self.position,
            variants=tuple(VariantForm(**one.model_dump()) for one in self.variants),
            group_ids=self.group_ids,
            slots=tuple(slot.form() for slot in self.slots),
        )


class NewProduct(Body):
    """A product to put on the menu."""

    id: UUID
    product: ProductBody


class NewPriceList(Body):
    """A price list to begin."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    level: Level
    place_id: UUID | None = None
    effective_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class PriceBody(Body):
    """One price; null takes it out of the list. The empty tier is everybody."""

    variant_id: UUID
    tier: TierCode = ""
    amount_minor: Minor | None


class PricesBody(Body):
    """Prices to set, and why."""

    prices: Annotated[list[PriceBody], Field(min_length=1, max_length=100)]
    reason: Reason = ""


class EndBody(Body):
    """When a list ends; null is now."""

    ends_at: AwareDatetime | None = None


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
    """A size or form of a product, also when withdrawn."""

    id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    position: int
    is_default: bool
    state: str


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


def _variant(row: catalog.VariantRow) -> VariantDetail:
    return VariantDetail(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        barcode=row.barcode,
        position=row.position,
        is_default=row.is_default,
        state=row.state,
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


def product_detail(read: Read, product_id: UUID) -> ProductDetail:
    """A product whole. Refuses: catalog.goods_unknown."""
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
        variants=[_variant(one) for one in variants],
        group_ids=group_ids,
        slots=list(slots.values()),
        revision=row.revision,
    )
