"""The goods of a shop as its people speak of them.

珍珠奶茶 (product) comes as 中杯 and 大杯 (variants); 甜度 (modifier group) must be chosen once,
加料 may be chosen up to three times, pearls twice; 双人套餐 (combo) has two slots for drinks.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.ids import OptionId, ProductId, VariantId
from regulars.domain.kernel.label import Label


class ProductKind(StrEnum):
    """One thing, or several sold together."""

    SINGLE = "single"
    COMBO = "combo"


class GoodsState(StrEnum):
    """Whether a product, variant or option is still sold."""

    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCategory:
    """What tax applies. Units: basis points. Inclusive: the price already holds the tax."""

    code: str
    name: Label
    rate_basis_points: int
    inclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A shelf of the menu."""

    id: UUID
    name: Label
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One size or form of a product: what a price is for.

    Units: minor units; `cost_minor` is what one costs the shop, None where nobody knows.
    """

    id: VariantId
    name: Label
    barcode: str | None = None
    position: int = 0
    is_default: bool = False
    state: GoodsState = GoodsState.ON_SALE
    cost_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice within a modifier group. Units: minor units each."""

    id: OptionId
    name: Label
    price_minor: int = 0
    count_max: int = 1
    is_default: bool = False
    position: int = 0
    state: GoodsState = GoodsState.ON_SALE


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierGroup:
    """A question asked about a product, with how many answers it takes."""

    id: UUID
    code: str
    name: Label
    minimum: int
    maximum: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComboChoice:
    """A variant that may fill a slot, and what it costs beyond the combo's price."""

    variant_id: VariantId
    extra_minor: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ComboSlot:
    """A place in a combo that takes `quantity` picks among its choices."""

    id: UUID
    name: Label
    quantity: int
    choices: tuple[ComboChoice, ...]
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A thing on the menu. `discountable=False` keeps it out of every offer and threshold."""

    id: ProductId
    code: str
    category_id: UUID
    name: Label
    tax_code: str
    variants: tuple[Variant, ...]
    kind: ProductKind = ProductKind.SINGLE
    tags: frozenset[str] = frozenset()
    discountable: bool = True
    group_ids: tuple[UUID, ...] = ()
    slots: tuple[ComboSlot, ...] = ()
    position: int = 0
    state: GoodsState = GoodsState.ON_SALE
