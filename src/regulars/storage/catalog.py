"""The goods as head office edits them: categories, modifier groups, products, price lists.

What a store sells by is read elsewhere, as a snapshot (`storage/shops.py`); these rows change it.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.storage.columns import Flag, Id, Whole, Words
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog as tables

category, product, variant = tables.category, tables.product, tables.variant
group, option, price_list = tables.modifier_group, tables.modifier_option, tables.price_list


class CategoryRow(NamedTuple):
    """Table `category`."""

    id: UUID
    name_zh: str
    name_en: str
    position: int


CATEGORIES = Statement(select(category).order_by(category.c.position), CategoryRow)
CATEGORY = Statement(
    select(category).where(category.c.id == bindparam("id", type_=Id())), CategoryRow
)
CHANGE_CATEGORY: Statement[object] = Statement(
    update(category)
    .where(category.c.id == bindparam("changed", type_=Id()))
    .values(
        name_zh=bindparam("new_name_zh", type_=Words()),
        name_en=bindparam("new_name_en", type_=Words()),
        position=bindparam("new_position", type_=Whole()),
    )
)


class ProductRow(NamedTuple):
    """Table `product`."""

    id: UUID
    code: str
    category_id: UUID
    name_zh: str
    name_en: str
    kind: str
    tax_code: str
    tags: object
    discountable: bool
    position: int
    state: str
    revision: int


PRODUCTS = Statement(select(product).order_by(product.c.position, product.c.code), ProductRow)
PRODUCT = Statement(select(product).where(product.c.id == bindparam("id", type_=Id())), ProductRow)
CHANGE_PRODUCT: Statement[object] = Statement(
    update(product)
    .where(
        product.c.id == bindparam("changed", type_=Id()),
        product.c.revision == bindparam("expected", type_=Whole()),
    )
    .values(
        category_id=bindparam("new_category_id", type_=Id()),
        name_zh=bindparam("new_name_zh", type_=Words()),
        name_en=bindparam("new_name_en", type_=Words()),
        tax_code=bindparam("new_tax_code", type_=Words()),
        tags=bindparam("new_tags"),
        discountable=bindparam("new_discountable", type_=Flag()),
        position=bindparam("new_position", type_=Whole()),
        state=bindparam("new_state", type_=Words()),
        revision=product.c.revision + 1,
    )
)


class VariantRow(NamedTuple):
    """Table `variant`."""

    id: UUID
    product_id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    position: int
    is_default: bool
    state: str
    cost_minor: int | None = None


VARIANTS_OF = Statement(
    select(variant)
    .where(variant.c.product_id == bindparam("product_id", type_=Id()))
    .order_by(variant.c.position, variant.c.id),
    VariantRow,
)
VARIANT = Statement(select(variant).where(variant.c.id == bindparam("id", type_=Id())), VariantRow)
_variant_form = insert(variant).values(
    id=bindparam("id"),
    product_id=bindparam("product_id"),
    name_zh=bindparam("name_zh"),
    name_en=bindparam("name_en"),
    barcode=bindparam("barcode"),
    position=bindparam("position"),
    is_default=bindparam("is_default"),
    state=bindparam("state"),
    cost_minor=bindparam("cost_minor"),
)
# A variant of another product keeps its product, so the row count tells.
PUT_VARIANT: Statement[object] = Statement(
    _variant_form.on_conflict_do_update(
        index_elements=[variant.c.id],
        set_={
            "name_zh": _variant_form.excluded.name_zh,
            "name_en": _variant_form.excluded.name_en,
            "barcode": _variant_form.excluded.barcode,
            "position": _variant_form.excluded.position,
            "is_default": _variant_form.excluded.is_default,
            "state": _variant_form.excluded.state,
            "cost_minor": _variant_form.excluded.cost_minor,
        },
        where=variant.c.product_id == _variant_form.excluded.product_id,
    )
)


class SlotRow(NamedTuple):
    """Table `combo_slot` with one of its choices."""

    id: UUID
    name_zh: str
    name_en: str
    quantity: int
    position: int
    variant_id: UUID
    extra_minor: int


_slot, _choice = tables.combo_slot.c, tables.combo_choice.c
SLOTS_OF = Statement(
    select(
        _slot.id,
        _slot.name_zh,
        _slot.name_en,
        _slot.quantity,
        _slot.position,
        _choice.variant_id,
        _choice.extra_minor,
    )
    .join_from(tables.combo_slot, tables.combo_choice, _choice.slot_id == _slot.id)
    .where(_slot.product_id == bindparam("product_id", type_=Id()))
    .order_by(_slot.position, _slot.id, _choice.position),
    SlotRow,
)
TAKE_CHOICES: Statement[object] = Statement(
    delete(tables.combo_choice).where(
        _choice.slot_id.in_(
            select(_slot.id).where(_slot.product_id == bindparam("product", type_=Id()))
        )
    )
)
TAKE_SLOTS: Statement[object] = Statement(
    delete(tables.combo_slot).where(_slot.product_id == bindparam("product", type_=Id()))
)
GROUPS_OF: Statement[UUID] = Statement(
    select(tables.product_modifier.c.group_id)
    .where(tables.product_modifier.c.product_id == bindparam("product_id", type_=Id()))
    .order_by(tables.product_modifier.c.position)
)
TAKE_GROUPS: Statement[object] = Statement(
    delete(tables.product_modifier).where(
        tables.product_modifier.c.product_id == bindparam("product", type_=Id())
    )
)


class GroupRow(NamedTuple):
    """Table `modifier_group`."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    minimum: int
    maximum: int


class OptionRow(NamedTuple):
    """Table `modifier_option`."""

    id: UUID
    group_id: UUID
    name_zh: str
    name_en: str
    price_minor: int
    count_max: int
    is_default: bool
    position: int
    state: str


GROUPS = Statement(select(group).order_by(group.c.code), GroupRow)
GROUP = Statement(select(group).where(group.c.id == bindparam("id", type_=Id())), GroupRow)
OPTIONS = Statement(select(option).order_by(option.c.position, option.c.id), OptionRow)
OPTIONS_OF = Statement(
    select(option)
    .where(option.c.group_id == bindparam("group_id", type_=Id()))
    .order_by(option.c.position, option.c.id),
    OptionRow,
)
CHANGE_GROUP: Statement[object] = Statement(
    update(group)
    .where(group.c.id == bindparam("changed", type_=Id()))
    .values(
        name_zh=bindparam("new_name_zh", type_=Words()),
        name_en=bindparam("new_name_en", type_=Words()),
        minimum=bindparam("new_minimum", type_=Whole()),
        maximum=bindparam("new_maximum", type_=Whole()),
    )
)
_option_form = insert(option).values(
    id=bindparam("id"),
    group_id=bindparam("group_id"),
    name_zh=bindparam("name_zh"),
    name_en=bindparam("name_en"),
    price_minor=bindparam("price_minor"),
    count_max=bindparam("count_max"),
    is_default=bindparam("is_default"),
    position=bindparam("position"),
    state=bindparam("state"),
)
PUT_OPTION: Statement[object] = Statement(
    _option_form.on_conflict_do_update(
        index_elements=[option.c.id],
        set_={
            "name_zh": _option_form.excluded.name_zh,
            "name_en": _option_form.excluded.name_en,
            "price_minor": _option_form.excluded.price_minor,
            "count_max": _option_form.excluded.count_max,
            "is_default": _option_form.excluded.is_default,
            "position": _option_form.excluded.position,
            "state": _option_form.excluded.state,
        },
        where=option.c.group_id == _option_form.excluded.group_id,
    )
)


class TaxRow(NamedTuple):
    """Table `tax_category`. Units: basis points."""

    code: str
    name_zh: str
    name_en: str
    rate_basis_points: int
    inclusive: bool


TAXES = Statement(select(tables.tax_category).order_by(tables.tax_category.c.code), TaxRow)
