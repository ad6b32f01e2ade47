"""Editing products: sent whole, with the revision that was seen. Head office only.

珍珠奶茶 gets a third size: sizes that are named stay or are added, one that is not named is
withdrawn and stays on old receipts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.products import GoodsState, ProductKind
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_FAILED, check_revision
from regulars.domain.stores.permissions import Permission
from regulars.storage import catalog
from regulars.storage.constraints import means
from regulars.storage.engine import Write
from regulars.storage.tables import catalog as tables
from regulars.use_cases.catalog import GOODS_UNKNOWN, head_office, told
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed

BARCODE_TAKEN = refusal_code("catalog.barcode_taken")

means({"uq_variant_barcode": BARCODE_TAKEN})


PRODUCT_MALFORMED = refusal_code("catalog.product_malformed", "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantForm:
    """One size or form of a product.

    Units: minor units. A variant whose cost is not told keeps the one it has.
    """

    id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    is_default: bool
    cost_minor: int | None = None
    cost_told: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What may fill a slot of a combo. Units: minor units."""

    variant_id: UUID
    extra_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotForm:
    """One place of a combo."""

    id: UUID
    name_zh: str
    name_en: str
    quantity: int
    choices: tuple[ChoiceForm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductForm:
    """A product, whole."""

    code: str
    category_id: UUID
    name_zh: str
    name_en: str
    kind: ProductKind
    tax_code: str
    tags: tuple[str, ...]
    discountable: bool
    position: int
    variants: tuple[VariantForm, ...]
    group_ids: tuple[UUID, ...]
    slots: tuple[SlotForm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProduct:
    """Put something new on the menu."""

    id: UUID
    form: ProductForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProduct:
    """A product as it should be now, or withdrawn; its code and kind stay."""

    id: UUID
    revision: int
    form: ProductForm
    on_sale: bool


def _check_product(tx: Write, form: ProductForm) -> None:
    """Refuses: catalog.product_malformed, catalog.goods_unknown."""
    if not form.variants or len({one.id for one in form.variants}) < len(form.variants):
        raise PRODUCT_MALFORMED.because(part="variants")
    if sum(one.is_default for one in form.variants) != 1:
        raise PRODUCT_MALFORMED.because(part="is_default")
    if (form.kind is ProductKind.COMBO) != bool(form.slots):
        raise PRODUCT_MALFORMED.because(part="slots")
    if any(not slot.choices or slot.quantity < 1 for slot in form.slots):
        raise PRODUCT_MALFORMED.because(part="choices")
    if len(set(form.group_ids)) < len(form.group_ids):
        raise PRODUCT_MALFORMED.because(part="group_ids")
    taxes = {row.code for row in tx.all(catalog.TAXES)}
    groups = {row.id for row in tx.all(catalog.GROUPS)}
    categories = {row.id for row in tx.all(catalog.CATEGORIES)}
    known = form.tax_code in taxes and form.category_id in categories
    if not known or not groups.issuperset(form.group_ids):
        raise GOODS_UNKNOWN.because()
    for slot in form.slots:
        for choice in slot.choices:
            if tx.one(catalog.VARIANT, id=choice.variant_id) is None:
                raise GOODS_UNKNOWN.because()


@use_case
def add_product(tx: Write, command: AddProduct, moment: Moment) -> Changed:
    """Put something new on the menu; without a price in a list it is not sold yet.

    Refuses: permission.missing, scope.outside, catalog.product_malformed, catalog.goods_unknown,
    catalog.code_taken, catalog.barcode_taken.
    """
    head_office(moment)
    form = command.form
    _check_costs(form, moment)
    _check_product(tx, form)
    tx.add(
        tables.product,
        [
            {
                "id": command.id,
                "code": form.code,
                "category_id": form.category_id,
                "name_zh": form.name_zh,
                "name_en": form.name_en,
                "kind": form.kind.value,
                "tax_code": form.tax_code,
                "tags": sorted(set(form.tags)),
                "discountable": form.discountable,
                "position": form.position,
                "state": GoodsState.ON_SALE.value,
                "revision": 1,
            }
        ],
    )
    _parts(tx, command.id, form, costs={})
    told(tx, moment, "product.added", f"product:{command.id}")
    return Changed(command.id)


@use_case
def change_product(tx: Write, command: ChangeProduct, moment: Moment) -> Changed:
    """Make a product what the form says. Refuses: precondition.failed, and as `add_product`."""
    head_office(moment)
    form = command.form
    _check_costs(form, moment)
    row = tx.one(catalog.PRODUCT, id=command.id)
    if row is None:
        raise GOODS_UNKNOWN.because()
    check_revision(row.revision, expected=command.revision)
    if (row.code, row.kind) != (form.code, form.kind.value):
        raise PRODUCT_MALFORMED.because(part="code")
    _check_product(tx, form)
    state = GoodsState.ON_SALE if command.on_sale else GoodsState.WITHDRAWN
    tx.run(
        catalog.CHANGE_PRODUCT,
        expect=1,
        refusal=PRECONDITION_FAILED.because(),
        changed=command.id,
        expected=command.revision,
        new_category_id=form.category_id,
        new_name_zh=form.name_zh,
        new_name_en=form.name_en,
        new_tax_code=form.tax_code,
        new_tags=sorted(set(form.tags)),
        new_discountable=form.discountable,
        new_position=form.position,
        new_state=state.value,
    )
    named = {one.id for one in form.variants}
    before = tx.all(catalog.VARIANTS_OF, product_id=command.id)
    for known in before:
        if known.id not in named:
            gone = known._replace(state=GoodsState.WITHDRAWN.value, is_default=False)
            tx.run(catalog.PUT_VARIANT, **gone._asdict())
    tx.run(catalog.TAKE_CHOICES, product=command.id)
    tx.run(catalog.TAKE_SLOTS, product=command.id)
    tx.run(catalog.TAKE_GROUPS, product=command.id)
    costs = {known.id: known.cost_minor for known in before}
    _parts(tx, command.id, form, costs=costs)
    told(tx, moment, "product.changed", f"product:{command.id}")
    return Changed(command.id)


def _check_costs(form: ProductForm, moment: Moment) -> None:
    """Who may not see what goods cost may not say it. Refuses: permission.missing."""
    if any(one.cost_told for one in form.variants):
        moment.actor.need(Permission.CATALOG_COST)


def _parts(
    tx: Write, product_id: UUID, form: ProductForm, *, costs: Mapping[UUID, int | None]
) -> None:
    for position, one in enumerate(form.variants):
        tx.run(
            catalog.PUT_VARIANT,
            expect=1,
            refusal=GOODS_UNKNOWN.because(),
            id=one.id,
            product_id=product_id,
            name_zh=one.name_zh,
            name_en=one.name_en,
            barcode=one.barcode,
            position=position,
            is_default=one.is_default,
            state=GoodsState.ON_SALE.value,
            cost_minor=one.cost_minor if one.cost_told else costs.get(one.id),
        )
    tx.add(
        tables.product_modifier,
        [
            {"product_id": product_id, "group_id": group_id, "position": position}
            for position, group_id in enumerate(form.group_ids)
        ],
    )
    _slots(tx, product_id, form.slots)


def _slots(tx: Write, product_id: UUID, slots: Sequence[SlotForm]) -> None:
    tx.add(
        tables.combo_slot,
        [
            {
                "id": slot.id,
                "product_id": product_id,
                "name_zh": slot.name_zh,
                "name_en": slot.name_en,
                "quantity": slot.quantity,
                "position": position,
            }
            for position, slot in enumerate(slots)
        ],
    )
    tx.add(
        tables.combo_choice,
        [
            {
                "slot_id": slot.id,
                "variant_id": choice.variant_id,
                "extra_minor": choice.extra_minor,
                "position": position,
            }
            for slot in slots
            for position, choice in enumerate(slot.choices)
        ],
    )
