"""Old menus: each row a variant, each product once."""

from pathlib import Path

import pytest

from regulars.domain.kernel.period import Instant
from regulars.storage.engine import Database
from tests.cli.lists import csv_list, imported
from tests.shops import ShopUnderTest, open_shop

HEADER = "编码,名称,英文名,分类,规格,价格,条码,税类,标签"
LARGE = "MT01,乌龙奶茶,Oolong milk tea,奶茶,大杯,18.00,6901234567892,餐饮,茶 奶"
SMALL = "MT01,,,,中杯,15,,,"


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path)


def a_menu(tmp_path: Path, *rows: str) -> Path:
    return csv_list(tmp_path / "menu.csv", "\n".join([HEADER, *rows]) + "\n")


def prices(shop: ShopUnderTest, code: str, now: Instant) -> dict[str, int]:
    with shop.database.read() as read:
        catalogue = shop.shops.in_force(read, shop.store_id, at=now).catalogue
    product = next(one for one in catalogue.products.values() if one.code == code)
    return {
        variant.name.zh: catalogue.prices[variant.id].amount_minor for variant in product.variants
    }


def test_a_menu_is_sold_from_as_soon_as_it_is_imported(shop: ShopUnderTest, tmp_path: Path) -> None:
    outcome = imported(shop, a_menu(tmp_path, LARGE, SMALL), kind="products")
    assert (outcome.code, outcome.report) == (0, [])
    assert prices(shop, "MT01", shop.now) == {"大杯": 1_800, "中杯": 1_500}


def test_a_menu_may_say_what_its_goods_cost(shop: ShopUnderTest, tmp_path: Path) -> None:
    rows = [f"{HEADER},成本", f"{LARGE},5.20", f"{SMALL},"]
    file = csv_list(tmp_path / "menu.csv", "\n".join(rows) + "\n")
    assert imported(shop, file, kind="products").report == []
    with shop.database.read() as read:
        catalogue = shop.shops.in_force(read, shop.store_id, at=shop.now).catalogue
    product = next(one for one in catalogue.products.values() if one.code == "MT01")
    costs = {variant.name.zh: variant.cost_minor for variant in product.variants}
    assert costs == {"大杯": 520, "中杯": None}


def test_the_same_menu_twice_adds_nothing(shop: ShopUnderTest, tmp_path: Path) -> None:
    file = a_menu(tmp_path, LARGE, SMALL)
    imported(shop, file, kind="products")
    again = imported(shop, file, kind="products")
    assert "之前已导入 2 行" in again.screen
    assert len(prices(shop, "MT01", shop.now)) == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_bad_row_of_a_menu_is_refused_with_its_reason(
    shop: ShopUnderTest, tmp_path: Path, dry_run: bool
) -> None:
    rows = {
        "A1,=cmd,,奶茶,,1,,,": ("名称", "import.formula"),
        ",茶,,奶茶,,1,,,": ("编码", "import.cell_missing"),
        "A 1,茶,,奶茶,,1,,,": ("编码", "import.cell_malformed"),
        "A2,茶,,奶茶,,,,,": ("价格", "import.cell_missing"),
        "A3,茶,,奶茶,,1.234,,,": ("价格", "import.cell_malformed"),
        "A4,,,奶茶,,1,,,": ("名称", "import.cell_missing"),
        "A5,茶,,,,1,,,": ("分类", "import.cell_missing"),
        "A6,茶,,奶茶,,1,,没有,": ("税类", "import.cell_malformed"),
        "A7,茶,,奶茶,,1,x y,,": ("条码", "import.cell_malformed"),
        "milk_tea,别的,,奶茶,大,1,,,": ("名称", "import.product_differs"),
    }
    good = "A8,茶,,奶茶,大,1,12345678,,"
    again = {
        "A8,茶,,奶茶,大,2,,,": ("规格", "import.variant_exists"),
        "A8,,,,小,2,12345678,,": ("条码", "import.barcode_taken"),
    }
    outcome = imported(
        shop, a_menu(tmp_path, *rows, good, *again), kind="products", dry_run=dry_run
    )
    numbers = [*range(2, 2 + len(rows)), *range(3 + len(rows), 5 + len(rows))]
    expected = {
        (str(number), *refused)
        for number, refused in zip(numbers, {**rows, **again}.values(), strict=True)
    }
    assert {tuple(row[:3]) for row in outcome.report} == expected
    assert outcome.code == 1


def test_a_barcode_that_two_products_claim_is_found_in_a_dry_run(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    rows = ["B1,甲,,奶茶,,1,12345678,,", "B2,乙,,奶茶,,1,12345678,,"]
    outcome = imported(shop, a_menu(tmp_path, *rows), kind="products", dry_run=True)
    assert [row[2] for row in outcome.report] == ["import.row_repeated"]
