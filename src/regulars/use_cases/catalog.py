"""Editing the menu of the chain: categories, taxes, modifier groups, products. Head office only.

珍珠奶茶 gets a third size. The product is sent whole with the revision that was seen: sizes that
are named stay or are added, one that is not named is withdrawn and stays on old receipts.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.catalog.products import GoodsState
from regulars.domain.kernel.refusal import refusal_code
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
GROUP_MALFORMED = refusal_code("catalog.group_malformed", "part")

means(
    {
        "uq_product_code": CODE_TAKEN,
        "uq_modifier_group_code": CODE_TAKEN,
        "pk_tax_category": CODE_TAKEN,
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
    told(tx, moment, "category.put", f"category:{command.id}")
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
    told(tx, moment, "tax_category.added", f"tax:{command.code}")
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
    told(tx, moment, "modifier_group.put", f"group:{command.id}")
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


def told(tx: Write, moment: Moment, action: str, subject: str) -> None:
    """Remember a change of the goods, and tell every process of it."""
    raise_revision(tx, "catalog")
    audit.record(tx, moment, action=action, subject=subject)
