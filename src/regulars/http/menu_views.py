"""The menu of a store as its tills keep it: made once for each snapshot of the shop."""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.catalogue import Catalogue
from regulars.domain.catalog.products import (
    ComboSlot,
    GoodsState,
    ModifierGroup,
    Product,
    Variant,
)
from regulars.domain.kernel.ids import VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.orders.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxView:
    """A tax. Units: basis points."""

    code: str
    name_zh: str
    name_en: str
    rate_basis_points: int
    inclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """A tier and its discount. Units: basis points."""

    code: str
    name_zh: str
    name_en: str
    discount_basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """A shelf of the menu."""

    id: UUID
    name_zh: str
    name_en: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """A size or form with its prices here. Units: minor units; member prices by tier code."""

    id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    is_default: bool
    price_minor: int
    member_prices: dict[str, int]
    sold_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceView:
    """What may fill a slot. Units: minor units beyond the combo's price."""

    variant_id: UUID
    extra_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    """A place in a combo."""

    id: UUID
    name_zh: str
    name_en: str
    quantity: int
    choices: list[ChoiceView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """A product that is sold here; `exclusive_tiers`: whose members alone may buy it, if any."""

    id: UUID
    code: str
    category_id: UUID
    kind: str
    name_zh: str
    name_en: str
    tags: list[str]
    discountable: bool
    sold_out: bool
    variants: list[VariantView]
    group_ids: list[UUID]
    slots: list[SlotView]
    exclusive_tiers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A choice of a modifier group. Units: minor units each."""

    id: UUID
    name_zh: str
    name_en: str
    price_minor: int
    count_max: int
    is_default: bool
    sold_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A question about a product."""

    id: UUID
    name_zh: str
    name_en: str
    minimum: int
    maximum: int
    options: list[OptionView]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuView:
    """Everything a till needs to sell."""

    revision: str
    currency: str
    tax: list[TaxView]
    tiers: list[TierView]
    categories: list[CategoryView]
    products: list[ProductView]
    groups: list[GroupView]


def _names(label: Label) -> dict[str, str]:
    return {"name_zh": label.in_language("zh-CN"), "name_en": label.in_language("en")}


def _variant(catalogue: Catalogue, product: Product, variant: Variant) -> VariantView:
    price = catalogue.prices[variant.id]
    return VariantView(
        id=variant.id,
        **_names(variant.name),
        barcode=variant.barcode,
        is_default=variant.is_default,
        price_minor=price.amount_minor,
        member_prices=dict(price.members),
        sold_out=catalogue.is_sold_out(product, variant),
    )


def _slot(slot: ComboSlot) -> SlotView:
    choices = [
        ChoiceView(variant_id=one.variant_id, extra_minor=one.extra_minor) for one in slot.choices
    ]
    return SlotView(id=slot.id, **_names(slot.name), quantity=slot.quantity, choices=choices)


def _product(shop: Shop, product: Product, fees: frozenset[VariantId]) -> ProductView | None:
    catalogue = shop.catalogue
    variants = [
        _variant(catalogue, product, variant)
        for variant in product.variants
        if variant.state is GoodsState.ON_SALE
        and variant.id in catalogue.prices
        and variant.id not in fees
    ]
    if product.state is not GoodsState.ON_SALE or not variants:
        return None
    return ProductView(
        id=product.id,
        code=product.code,
        category_id=product.category_id,
        kind=product.kind.value,
        **_names(product.name),
        tags=sorted(product.tags),
        discountable=product.discountable,
        sold_out=all(variant.sold_out for variant in variants),
        variants=variants,
        group_ids=list(product.group_ids),
        slots=[_slot(slot) for slot in product.slots],
        exclusive_tiers=list(shop.terms.tiers.exclusive.get(product.id, ())),
    )


def _group(catalogue: Catalogue, group: ModifierGroup) -> GroupView:
    return GroupView(
        id=group.id,
        **_names(group.name),
        minimum=group.minimum,
        maximum=group.maximum,
        options=[
            OptionView(
                id=option.id,
                **_names(option.name),
                price_minor=option.price_minor,
                count_max=option.count_max,
                is_default=option.is_default,
                sold_out=option.id in catalogue.sold_out,
            )
            for option in group.options
            if option.state is GoodsState.ON_SALE
        ],
    )


def menu_of(shop: Shop) -> MenuView:
    """What a store sells now, at which prices; goods without a price here are left out."""
    catalogue = shop.catalogue
    # A fee comes by itself: nobody finds it on the menu.
    fees = frozenset(rule.variant_id for rule in shop.terms.fees)
    products = [_product(shop, product, fees) for product in catalogue.products.values()]
    shown = [product for product in products if product is not None]
    asked_groups = {group_id for product in shown for group_id in product.group_ids}
    return MenuView(
        revision="-".join(str(number) for _, number in shop.revision),
        currency=shop.store.currency,
        tax=[
            TaxView(
                code=tax.code,
                **_names(tax.name),
                rate_basis_points=tax.rate_basis_points,
                inclusive=tax.inclusive,
            )
            for tax in catalogue.taxes.values()
        ],
        tiers=[
            TierView(
                code=tier.code,
                **_names(tier.label),
                discount_basis_points=tier.discount_basis_points,
            )
            for tier in shop.terms.ladder.tiers
        ],
        categories=[
            CategoryView(id=one.id, **_names(one.name), position=one.position)
            for one in catalogue.categories
        ],
        products=shown,
        groups=[
            _group(catalogue, group)
            for group in catalogue.groups.values()
            if group.id in asked_groups
        ],
    )
