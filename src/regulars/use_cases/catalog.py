"""Editing the menu of the chain: categories, taxes, modifier groups, products. Head office only.

珍珠奶茶 gets a third size. The product is sent whole with the revision that was seen: sizes that
are named stay or are added, one that is not named is withdrawn and stays on old receipts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.products import GoodsState, ProductKind
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.revision import PRECONDITION_FAILED, check_revision
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, catalog
from regulars.storage.constraints import means
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import catalog as tables
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import Changed

GOODS_UNKNOWN = refusal_code("catalog.goods_unknown")
CODE_TAKEN = refusal_code("catalog.code_taken")
BARCODE_TAKEN = refusal_code("catalog.barcode_taken")
PRODUCT_MALFORMED = refusal_code("catalog.product_malformed", "part")
GROUP_MALFORMED = refusal_code("catalog.group_malformed", "part")

means(
    {
        "uq_product_code": CODE_TAKEN,
        "uq_modifier_group_code": CODE_TAKEN,
        "pk_tax_category": CODE_TAKEN,
        "uq_variant_barcode": BARCODE_TAKEN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCategory:
    """A shelf of the menu: new, or as it should read now."""

    id: UUID
    name_zh: str
    name_en: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTaxCategory:
    """What tax applies to some goods. Units: basis points."""

    code: str
    name_zh: str
    name_en: str
    rate_basis_points: int
    inclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionForm:
    """One choice of a modifier group. Units: minor units each."""

    id: UUID
    name_zh: str
    name_en: str
    price_minor: int
    count_max: int
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PutGroup:
    """A question asked about goods, whole: new, or as it should read now."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    minimum: int
    maximum: int
    options: tuple[OptionForm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantForm:
    """One size or form of a product."""

    id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    is_default: bool


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


def head_office(moment: Moment) -> None:
    """Refuses: permission.missing, scope.outside."""
    moment.actor.need(Permission.CATALOG_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()


@use_case
def put_category(tx: Write, command: PutCategory, moment: Moment) -> Changed:
    """Add or rename a shelf. Refuses: permission.missing, scope.outside."""
    head_office(moment)
    changed = tx.run(
        catalog.CHANGE_CATEGORY,
        changed=command.id,
        new_name_zh=command.name_zh,
        new_name_en=command.name_en,
        new_position=command.position,
    )
    if not changed:
        tx.add(
            tables.category,
            [
                {
                    "id": command.id,
                    "name_zh": command.name_zh,
                    "name_en": command.name_en,
                    "position": command.position,
                }
            ],
        )
    _told(tx, moment, "category.put", f"category:{command.id}")
    return Changed(command.id)


@use_case
def add_tax_category(tx: Write, command: AddTaxCategory, moment: Moment) -> AddTaxCategory:
    """Add a tax; its rate never changes, since sold lines name it. Refuses: catalog.code_taken."""
    head_office(moment)
    tx.add(
        tables.tax_category,
        [
            {
                "code": command.code,
                "name_zh": command.name_zh,
                "name_en": command.name_en,
                "rate_basis_points": command.rate_basis_points,
                "inclusive": command.inclusive,
            }
        ],
    )
    _told(tx, moment, "tax_category.added", f"tax:{command.code}")
    return command


def _check_group(command: PutGroup) -> None:
    """Refuses: catalog.group_malformed."""
    if not command.options or len({one.id for one in command.options}) < len(command.options):
        raise GROUP_MALFORMED.because(part="options")
    if not 0 <= command.minimum <= command.maximum or command.maximum < 1:
        raise GROUP_MALFORMED.because(part="minimum")
    if sum(one.count_max for one in command.options) < command.minimum:
        raise GROUP_MALFORMED.because(part="minimum")
    if sum(one.is_default for one in command.options) > command.maximum:
        raise GROUP_MALFORMED.because(part="is_default")


@use_case
def put_group(tx: Write, command: PutGroup, moment: Moment) -> Changed:
    """Add or change a question about goods; an option that is not named is withdrawn.

    Refuses: catalog.group_malformed, catalog.goods_unknown, catalog.code_taken.
    """
    head_office(moment)
    _check_group(command)
    known = tx.one(catalog.GROUP, id=command.id)
    if known is None:
        tx.add(
            tables.modifier_group,
            [
                {
                    "id": command.id,
                    "code": command.code,
                    "name_zh": command.name_zh,
                    "name_en": command.name_en,
                    "minimum": command.minimum,
                    "maximum": command.maximum,
                }
            ],
        )
    elif known.code != command.code:
        raise GROUP_MALFORMED.because(part="code")
    else:
        tx.run(
            catalog.CHANGE_GROUP,
            changed=command.id,
            new_name_zh=command.name_zh,
            new_name_en=command.name_en,
            new_minimum=command.minimum,
            new_maximum=command.maximum,
        )
    _put_options(tx, command)
    _told(tx, moment, "modifier_group.put", f"group:{command.id}")
    return Changed(command.id)


def _put_options(tx: Write, command: PutGroup) -> None:
    named = {one.id for one in command.options}
    for row in tx.all(catalog.OPTIONS_OF, group_id=command.id):
        if row.id not in named:
            gone = row._replace(state=GoodsState.WITHDRAWN.value, is_default=False)
            tx.run(catalog.PUT_OPTION, **gone._asdict())
    for position, one in enumerate(command.options):
        tx.run(
            catalog.PUT_OPTION,
            expect=1,
            refusal=GOODS_UNKNOWN.because(),
            id=one.id,
            group_id=command.id,
            name_zh=one.name_zh,
            name_en=one.name_en,
            price_minor=one.price_minor,
            count_max=one.count_max,
            is_default=one.is_default,
            position=position,
            state=GoodsState.ON_SALE.value,
        )


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

    Refuses: catalog.product_malformed, catalog.goods_unknown, catalog.code_taken,
    catalog.barcode_taken.
    """
    head_office(moment)
    form = command.form
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
    _parts(tx, command.id, form)
    _told(tx, moment, "product.added", f"product:{command.id}")
    return Changed(command.id)


@use_case
def change_product(tx: Write, command: ChangeProduct, moment: Moment) -> Changed:
    """Make a product what the form says. Refuses: precondition.failed, and as `add_product`."""
    head_office(moment)
    form = command.form
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
    for known in tx.all(catalog.VARIANTS_OF, product_id=command.id):
        if known.id not in named:
            gone = known._replace(state=GoodsState.WITHDRAWN.value, is_default=False)
            tx.run(catalog.PUT_VARIANT, **gone._asdict())
    tx.run(catalog.TAKE_CHOICES, product=command.id)
    tx.run(catalog.TAKE_SLOTS, product=command.id)
    tx.run(catalog.TAKE_GROUPS, product=command.id)
    _parts(tx, command.id, form)
    _told(tx, moment, "product.changed", f"product:{command.id}")
    return Changed(command.id)


def _parts(tx: Write, product_id: UUID, form: ProductForm) -> None:
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


def _told(tx: Write, moment: Moment, action: str, subject: str) -> None:
    raise_revision(tx, "catalog")
    audit.record(tx, moment, action=action, subject=subject)
