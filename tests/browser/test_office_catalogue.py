"""Goods and prices: put on the menu, priced for a place and a time, sold out, and changed by two."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET, Office
from tests.shops import named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
REASON = ("原因（会留下记录）", "Reason (kept on record)")
SAVE = ("保存", "Save")
TABS = (
    ("价目表", "Price lists"),
    ("售罄", "Sold out"),
    ("分类", "Categories"),
    ("加料做法", "Modifiers"),
    ("税率", "Taxes"),
    ("商品", "Goods"),
)


@BOTH
def test_every_tab_shows_what_the_shop_has_and_a_store_runs_out_of_it(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in(at="/office/catalogue")
    page = office.page
    expect(page.get_by_role("row")).to_have_count(6)
    page.screenshot(path=tmp_path / f"goods-{language}.png")
    for chinese, english in TABS:
        tab = page.get_by_role("main").get_by_role("navigation").get_by_role("link")
        tab.filter(has_text=office.say(chinese, english)).first.click()
        title = office.say(chinese, english)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        office.is_accessible()

    page.goto("/office/catalogue/sold-out")
    rows = office.part("sold-out").get_by_role("listitem")
    expect(rows).to_have_count(6)
    tart = office.say("蛋挞", "Egg tart")
    office.button(f"标记“{tart}”卖完了", f"Mark {tart} sold out").click()
    expect(rows.first).to_contain_text(tart)
    expect(rows.first).to_contain_text(office.say("售罄", "Sold out"))
    office.is_accessible()
    office.button(f"恢复供应“{tart}”", f"Sell {tart} again").click()
    expect(office.button(f"标记“{tart}”卖完了", f"Mark {tart} sold out")).to_be_visible()
    office.undisturbed()


def test_a_new_product_is_made_priced_and_found_on_the_menu(
    shop_server: OpenShop, office_at: OpenOffice, tmp_path: Path
) -> None:
    office = office_at(shop_server(), "zh-CN")
    office.first_sign_in(at="/office/catalogue")
    page = office.page
    office.link("新建商品", "New product").click()
    form = page.get_by_role("main")
    form.get_by_label(office.say("中文名", "Name in Chinese"), exact=True).first.fill("杨枝甘露")
    form.get_by_label(office.say("英文名", "Name in English"), exact=True).first.fill(
        "Mango pomelo"
    )
    office.field("编码", "Code").fill("mango_pomelo")
    office.button(*SAVE).click()
    faults = page.locator(".el-form-item.is-error")
    expect(faults).to_contain_text(office.say("请选择一项", "Please choose one"))
    office.choose(office.say("分类", "Category"), office.say("全部", "All"))
    office.choose(office.say("税率", "Tax"), office.say("餐饮", "Food"))
    office.is_accessible()
    page.screenshot(path=tmp_path / "product.png", full_page=True)
    office.button(*SAVE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(office.say("价目表", "Price lists"))

    office.link("价目", "Prices").click()
    size = office.say("杨枝甘露 · 标准", "Mango pomelo · Regular")
    everybody = office.say("所有人", "Everybody")
    page.get_by_label(f"{size} · {everybody}", exact=True).fill("22.50")
    page.get_by_label(f"{size} · {office.say('金叶', 'Gold leaf')}", exact=True).fill("20")
    office.field(*REASON).fill("上新")
    office.is_accessible()
    office.button(*SAVE).click()
    saved = office.say("新价格已生效", "The prices are saved")
    expect(page.get_by_role("status").filter(has_text=saved)).to_be_visible()
    menu = page.evaluate(
        "(store) => fetch(`/api/v1/stores/${store}/menu`).then((answer) => answer.json())",
        str(named("store:S1")),
    )
    made = next(one for one in menu["products"] if one["code"] == "mango_pomelo")
    assert made["variants"][0]["price_minor"] == 2_250
    assert made["variants"][0]["member_prices"] == {"gold": 2_000}
    office.undisturbed()


def open_product(office: Office, name: str) -> None:
    """Open the form of a product."""
    office.page.goto("/office/catalogue")
    office.page.get_by_role("link", name=name, exact=True).click()


def test_the_second_of_two_editors_decides_and_what_is_withdrawn_comes_back(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at="/office/catalogue")
    name = office.say("柠檬茶", "Lemon tea")
    chinese = ("中文名", "Name in Chinese")
    open_product(office, name)
    office.field(*chinese).first.fill("手打柠檬茶")
    colleague = Office(office.page.context.new_page(), "en")
    open_product(colleague, name)
    colleague.field(*chinese).first.fill("鲜柠檬茶")
    colleague.button(*SAVE).click()
    expect(colleague.page.get_by_role("row")).to_have_count(6)

    office.button(*SAVE).click()
    clash = office.part("clash")
    expect(clash).to_contain_text("鲜柠檬茶")
    expect(clash).to_contain_text("手打柠檬茶")
    office.is_accessible()
    clash.get_by_role("button", name=office.say("用我的保存", "Save mine")).click()
    expect(office.page.get_by_role("row")).to_have_count(6)

    page = office.page
    open_product(office, "Egg tart")
    page.get_by_text("Sold on the menu").click()
    office.button("", "Save").click()
    expect(page.get_by_role("row")).to_have_count(5)
    office.choose("State", "Withdrawn")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Egg tart").click()
    page.get_by_text("Sold on the menu").click()
    office.button("", "Save").click()
    expect(page.get_by_role("row")).to_have_count(6)
    office.undisturbed()
    colleague.undisturbed()


def test_categories_taxes_and_modifiers_are_kept(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "zh-CN", TABLET)
    office.first_sign_in(at="/office/catalogue/categories/new")
    page = office.page
    office.field("中文名", "Name in Chinese").fill("小食")
    office.field("英文名", "Name in English").fill("Snacks")
    office.is_accessible()
    office.button(*SAVE).click()
    expect(page.get_by_role("row")).to_have_count(3)

    page.goto("/office/catalogue/taxes/new")
    office.field("中文名", "Name in Chinese").fill("零售")
    office.field("英文名", "Name in English").fill("Retail")
    office.field("编码", "Code").fill("food")
    office.field("税率（%）", "Rate (%)").fill("13")
    office.button(*SAVE).click()
    taken = office.say("编码已被使用", "This code is already taken")
    expect(page.locator(".el-form-item.is-error")).to_contain_text(taken)
    office.is_accessible()
    office.field("编码", "Code").fill("retail")
    office.button(*SAVE).click()
    expect(page.get_by_role("row")).to_have_count(3)

    page.goto("/office/catalogue/groups/new")
    office.field("中文名", "Name in Chinese").first.fill("甜度")
    office.field("英文名", "Name in English").first.fill("Sugar")
    office.field("编码", "Code").fill("sugar")
    office.button("加一个选项", "Add an option").click()
    option = page.locator("main form section")
    option.get_by_label(office.say("中文名", "Name in Chinese")).fill("半糖")
    option.get_by_label(office.say("英文名", "Name in English")).fill("Half")
    office.is_accessible()
    office.button(*SAVE).click()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("main")).to_contain_text(office.say("半糖", "Half"))
    office.undisturbed()


def test_a_price_list_begins_for_a_store_and_is_ended(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at="/office/catalogue/prices/new")
    page = office.page
    office.field("", "Name in Chinese").fill("静安价")
    office.field("", "Name in English").fill("Jing'an prices")
    office.choose("Where it holds", "Jing'an")
    office.is_accessible()
    office.button("", "Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jing'an prices")
    page.goto("/office/catalogue/prices")
    office.button("", "End the price list Jing'an prices").click()
    dialog = page.get_by_role("dialog")
    office.is_accessible()
    dialog.get_by_role("button", name="End", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Jing'an prices")
    expect(row).to_contain_text("over")
    office.undisturbed()
