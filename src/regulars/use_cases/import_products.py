"""Products of an old list: each row is one variant with its price, and one command.

    编码 MT01 · 名称 珍珠奶茶 · 分类 奶茶 · 规格 大杯 · 价格 18.00
    编码 MT01 · 规格 中杯 · 价格 15.00

The first row puts 珍珠奶茶 on the menu, the second adds its 中杯.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import OUT_OF_SCOPE
from regulars.storage import audit, goods_import, stores
from regulars.storage.engine import Write
from regulars.storage.goods_import import KnownProduct, NewProduct, NewVariant
from regulars.storage.shops import raise_revision
from regulars.use_cases.import_cells import CELL_MALFORMED, CELL_MISSING, Cells
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

PRODUCT_DIFFERS = refusal_code("import.product_differs", "column")
VARIANT_EXISTS = refusal_code("import.variant_exists", "column")
BARCODE_TAKEN = refusal_code("import.barcode_taken", "column")

NAME_MAX = 80
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_BARCODE = re.compile(r"[0-9A-Za-z-]{4,40}")
_BETWEEN_TAGS = re.compile(r"[,，;；、|\s]+")


class ProductColumn(StrEnum):
    """What a list of products may say."""

    CODE = "code"
    NAME = "name"
    NAME_EN = "name_en"
    CATEGORY = "category"
    VARIANT = "variant"
    VARIANT_EN = "variant_en"
    PRICE = "price"
    COST = "cost"
    BARCODE = "barcode"
    TAX = "tax"
    TAGS = "tags"


HEADERS: Mapping[str, tuple[str, ...]] = {
    ProductColumn.CODE: ("编码", "商品编码", "货号", "product code", "sku"),
    ProductColumn.NAME: ("名称", "商品名称", "品名", "中文名", "product name"),
    ProductColumn.NAME_EN: ("英文名", "英文名称", "english name"),
    ProductColumn.CATEGORY: ("分类", "类别", "商品分类"),
    ProductColumn.VARIANT: ("规格", "杯型", "size"),
    ProductColumn.VARIANT_EN: ("英文规格", "规格英文名", "english variant"),
    ProductColumn.PRICE: ("价格", "售价", "单价", "零售价"),
    ProductColumn.COST: ("成本", "成本价", "进价", "unit cost"),
    ProductColumn.BARCODE: ("条码", "商品条码", "条形码", "ean"),
    ProductColumn.TAX: ("税类", "税率", "税目", "tax category"),
    ProductColumn.TAGS: ("标签",),
}
_DEFAULT_VARIANT = ("标准", "Regular")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProduct:
    """Take one variant over from an old list: the texts of its row by column."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImported:
    """The product and the variant that were taken over."""

    product_id: UUID
    variant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row, read. Units: minor units."""

    code: str
    name: str | None
    name_en: str | None
    category: str | None
    variant: tuple[str, str]
    price_minor: int
    cost_minor: int | None
    barcode: str | None
    tax: str | None
    tags: list[str]


@use_case
def import_product(tx: Write, command: ImportProduct, moment: Moment) -> ProductImported:
    """Put one variant on the menu, with its product and category when these are new.

    Refuses: permission.missing, scope.outside, import.*.
    """
    moment.actor.need(Permission.CATALOG_WRITE)
    if not moment.actor.scope.everywhere:
        raise OUT_OF_SCOPE.because()
    line = _read(tx, command)
    if line.cost_minor is not None:
        moment.actor.need(Permission.CATALOG_COST)
    known = tx.one(goods_import.PRODUCT, code=line.code)
    taken = line.barcode and tx.one(goods_import.VARIANT_OF_BARCODE, barcode=line.barcode)
    if taken:
        raise BARCODE_TAKEN.because(column=ProductColumn.BARCODE)
    if known is None:
        product_id, position = _product_added(tx, line, moment), 0
    else:
        product_id, position = known.id, _next_variant(tx, line, known)
    price_list_id = tx.one(goods_import.BASE_PRICE_LIST)
    if price_list_id is None:
        price_list_id = moment.new_id()
        goods_import.add_price_list(tx, price_list_id, at=moment.now)
    name_zh, name_en = line.variant
    variant_id = moment.new_id()
    goods_import.add_variant(
        tx,
        NewVariant(
            id=variant_id,
            product_id=product_id,
            name_zh=name_zh,
            name_en=name_en,
            barcode=line.barcode,
            position=position,
            price_list_id=price_list_id,
            price_minor=line.price_minor,
            cost_minor=line.cost_minor,
        ),
    )
    raise_revision(tx, "catalog")
    audit.record(
        tx,
        moment,
        action="product.imported",
        subject=f"variant:{variant_id}",
        after={"code": line.code, "variant": name_zh, "price_minor": line.price_minor},
    )
    return ProductImported(product_id=product_id, variant_id=variant_id)


def claims(texts: Mapping[str, str]) -> frozenset[str]:
    """What a row takes for itself: no other row of its list may take the same."""
    barcode = Cells(texts).plain(ProductColumn.BARCODE)
    return frozenset() if barcode is None else frozenset({barcode})


def _read(tx: Write, command: ImportProduct) -> _Line:
    cells = Cells(command.texts)
    organisation = tx.one(stores.ORGANISATION)
    scale = scale_of(organisation.currency if organisation else "CNY")
    if cells.plain(ProductColumn.PRICE) is None:
        raise CELL_MISSING.because(column=ProductColumn.PRICE)
    variant = _name(cells, ProductColumn.VARIANT)
    variant_en = _name(cells, ProductColumn.VARIANT_EN)
    cost = cells.plain(ProductColumn.COST)
    return _Line(
        code=_matched(cells, ProductColumn.CODE, _CODE) or cells.needed(ProductColumn.CODE),
        name=_name(cells, ProductColumn.NAME),
        name_en=_name(cells, ProductColumn.NAME_EN),
        category=_name(cells, ProductColumn.CATEGORY),
        variant=(variant, variant_en or variant) if variant else _DEFAULT_VARIANT,
        price_minor=cells.amount_minor(ProductColumn.PRICE, scale=scale),
        cost_minor=None if cost is None else cells.amount_minor(ProductColumn.COST, scale=scale),
        barcode=_matched(cells, ProductColumn.BARCODE, _BARCODE),
        tax=cells.text(ProductColumn.TAX),
        tags=sorted(set(filter(None, _BETWEEN_TAGS.split(_name(cells, ProductColumn.TAGS) or "")))),
    )


def _name(cells: Cells, column: ProductColumn) -> str | None:
    found = cells.text(column)
    return None if found is None else checked_text(found, field=column.value, maximum=NAME_MAX)


def _matched(cells: Cells, column: ProductColumn, shape: re.Pattern[str]) -> str | None:
    found = cells.text(column)
    if found is not None and not shape.fullmatch(found):
        raise CELL_MALFORMED.because(column=column)
    return found


def _product_added(tx: Write, line: _Line, moment: Moment) -> UUID:
    if line.name is None:
        raise CELL_MISSING.because(column=ProductColumn.NAME)
    if line.category is None:
        raise CELL_MISSING.because(column=ProductColumn.CATEGORY)
    tax_code = _tax_code(tx, line)
    category_id = tx.one(goods_import.CATEGORY, name=line.category)
    if category_id is None:
        category_id = moment.new_id()
        position = (tx.one(goods_import.LAST_CATEGORY) or 0) + 1
        goods_import.add_category(tx, category_id, name=line.category, position=position)
    product_id = moment.new_id()
    goods_import.add_product(
        tx,
        NewProduct(
            id=product_id,
            code=line.code,
            category_id=category_id,
            name_zh=line.name,
            name_en=line.name_en or line.name,
            tax_code=tax_code,
            tags=line.tags,
            position=(tx.one(goods_import.LAST_PRODUCT) or 0) + 1,
        ),
    )
    return product_id


def _tax_code(tx: Write, line: _Line) -> str:
    taxes = tx.all(goods_import.TAXES)
    if line.tax is None:
        # A shop with one tax need not write it in every row.
        if len(taxes) != 1:
            raise CELL_MISSING.because(column=ProductColumn.TAX)
        return taxes[0].code
    for tax in taxes:
        if line.tax.casefold() in {tax.code.casefold(), tax.name_zh, tax.name_en.casefold()}:
            return tax.code
    raise CELL_MALFORMED.because(column=ProductColumn.TAX)


def _next_variant(tx: Write, line: _Line, known: KnownProduct) -> int:
    if known.state != "on_sale" or line.name not in {None, known.name_zh, known.name_en}:
        raise PRODUCT_DIFFERS.because(column=ProductColumn.NAME)
    variants = tx.all(goods_import.VARIANTS, product_id=known.id)
    if any(line.variant[0] in {one.name_zh, one.name_en} for one in variants):
        raise VARIANT_EXISTS.because(column=ProductColumn.VARIANT)
    return len(variants)
