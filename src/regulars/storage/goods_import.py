"""What an import of products asks of the menu, and how it adds to it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables import catalog


class KnownProduct(NamedTuple):
    """A product that is on the menu already."""

    id: UUID
    name_zh: str
    name_en: str
    state: str


class KnownVariant(NamedTuple):
    """A variant that a product has already."""

    id: UUID
    name_zh: str
    name_en: str


class KnownTax(NamedTuple):
    """A tax category, by everything that a list may call it."""

    code: str
    name_zh: str
    name_en: str


PRODUCT: Statement[KnownProduct] = Statement(
    select(
        catalog.product.c.id,
        catalog.product.c.name_zh,
        catalog.product.c.name_en,
        catalog.product.c.state,
    ).where(catalog.product.c.code == bindparam("code", type_=Words())),
    KnownProduct,
)
VARIANTS: Statement[KnownVariant] = Statement(
    select(catalog.variant.c.id, catalog.variant.c.name_zh, catalog.variant.c.name_en).where(
        catalog.variant.c.product_id == bindparam("product_id", type_=Id())
    ),
    KnownVariant,
)
VARIANT_OF_BARCODE: Statement[UUID] = Statement(
    select(catalog.variant.c.id).where(
        catalog.variant.c.barcode == bindparam("barcode", type_=Words())
    )
)
CATEGORY: Statement[UUID] = Statement(
    select(catalog.category.c.id)
    .where(
        or_(
            catalog.category.c.name_zh == bindparam("name", type_=Words()),
            catalog.category.c.name_en == bindparam("name", type_=Words()),
        )
    )
    .order_by(catalog.category.c.position, catalog.category.c.id)
    .limit(1)
)
TAXES: Statement[KnownTax] = Statement(
    select(
        catalog.tax_category.c.code,
        catalog.tax_category.c.name_zh,
        catalog.tax_category.c.name_en,
    ).order_by(catalog.tax_category.c.code),
    KnownTax,
)
# The organisation's first price list is where a price stands that nobody overrides.
BASE_PRICE_LIST: Statement[UUID] = Statement(
    select(catalog.price_list.c.id)
    .where(
        catalog.price_list.c.level == "organisation",
        catalog.price_list.c.state == "active",
        catalog.price_list.c.ends_at.is_(None),
    )
    .order_by(catalog.price_list.c.effective_at, catalog.price_list.c.id)
    .limit(1)
)
LAST_PRODUCT: Statement[int] = Statement(
    select(func.coalesce(func.max(catalog.product.c.position), 0))
)
LAST_CATEGORY: Statement[int] = Statement(
    select(func.coalesce(func.max(catalog.category.c.position), 0))
)


class NewProduct(NamedTuple):
    """A product to be, in the order of the menu's columns."""

    id: UUID
    code: str
    category_id: UUID
    name_zh: str
    name_en: str
    tax_code: str
    tags: list[str]
    position: int


class NewVariant(NamedTuple):
    """A variant to be, with its price and its cost. Units: minor units."""

    id: UUID
    product_id: UUID
    name_zh: str
    name_en: str
    barcode: str | None
    position: int
    price_list_id: UUID
    price_minor: int
    cost_minor: int | None


def add_category(tx: Write, category_id: UUID, *, name: str, position: int) -> None:
    """A new shelf of the menu; its one name serves both languages until it gets another."""
    tx.add(
        catalog.category,
        [{"id": category_id, "name_zh": name, "name_en": name, "position": position}],
    )


def add_price_list(tx: Write, price_list_id: UUID, *, at: Instant) -> None:
    """The organisation's first price list."""
    tx.add(
        catalog.price_list,
        [
            {
                "id": price_list_id,
                "name_zh": "标准价",
                "name_en": "Standard prices",
                "level": "organisation",
                "place_id": None,
                "effective_at": at,
                "ends_at": None,
                "state": "active",
            }
        ],
    )


def add_product(tx: Write, new: NewProduct) -> None:
    """A single product that every offer may touch."""
    tx.add(
        catalog.product,
        [
            {
                **new._asdict(),
                "kind": "single",
                "discountable": True,
                "state": "on_sale",
                "revision": 1,
            }
        ],
    )


def add_variant(tx: Write, new: NewVariant) -> None:
    """A variant with its price for everybody; a product's first one is its default."""
    tx.add(
        catalog.variant,
        [
            {
                "id": new.id,
                "product_id": new.product_id,
                "name_zh": new.name_zh,
                "name_en": new.name_en,
                "barcode": new.barcode,
                "position": new.position,
                "is_default": new.position == 0,
                "state": "on_sale",
                "cost_minor": new.cost_minor,
            }
        ],
    )
    tx.add(
        catalog.price,
        [
            {
                "price_list_id": new.price_list_id,
                "variant_id": new.id,
                "tier": "",
                "amount_minor": new.price_minor,
            }
        ],
    )
