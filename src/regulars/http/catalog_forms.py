"""What head office sends and sees when it edits goods and prices."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from regulars.domain.catalog.products import ProductKind
from regulars.domain.kernel.terms import Level
from regulars.http.schemas import (
    BasisPoints,
    Body,
    Code,
    Count,
    Minor,
    Name,
    NameOrNone,
    Reason,
    When,
)
from regulars.use_cases.catalog import OptionForm, PutGroup
from regulars.use_cases.products import ChoiceForm, ProductForm, SlotForm, VariantForm

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
    """One size or form of a product.

    Units: minor units. Without `cost_minor` a variant keeps the cost it has; null takes it away.
    """

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    barcode: Barcode | None = None
    is_default: bool = False
    cost_minor: Minor | None = None

    def form(self) -> VariantForm:
        """The variant that this becomes."""
        told = "cost_minor" in self.model_fields_set
        return VariantForm(**self.model_dump(), cost_told=told)


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
            variants=tuple(one.form() for one in self.variants),
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
    effective_at: When | None = None
    ends_at: When | None = None


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

    ends_at: When | None = None
