"""The stores area: a store is opened with its till, a browser is bound, two people rename at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.shops import named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
STORES = "/office/stores"


def fill_badly_then_well(office: Office) -> None:
    """A day that ends too late and a code that is taken are told at their fields."""
    page = office.page
    office.field("门店编码", "Store code").fill("S1")
    office.field("中文名", "Name in Chinese").fill("徐汇店")
    office.field("英文名", "Name in English").fill("Xuhui")
    office.field("营业日截止", "Business day ends at").fill("13:00")
    office.button("保存", "Save").click()
    late = page.locator(".el-form-item", has=page.locator("#cut_off_minutes"))
    expect(late.locator(".el-form-item__error")).to_be_visible()
    office.field("营业日截止", "Business day ends at").fill("05:30")
    office.button("保存", "Save").click()
    taken = page.locator(".el-form-item", has=page.locator("#code"))
    expect(taken).to_contain_text(office.say("门店编码已被使用", "Another store has this code"))
    office.is_accessible()
    office.field("门店编码", "Store code").fill("S3")
    office.button("保存", "Save").click()


@BOTH
def test_the_owner_opens_a_store_and_binds_its_till(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in(at=STORES)
    page = office.page
    expect(page.get_by_role("row")).to_have_count(3)
    office.is_accessible()

    office.link("新增门店", "New store").click()
    fill_badly_then_well(office)
    expect(page.get_by_role("heading", level=1)).to_have_text(office.say("徐汇店", "Xuhui"))
    expect(office.part("store-facts")).to_contain_text("05:30")

    office.link("新增收银机", "New till").click()
    office.field("字母", "Letter").fill("a")
    office.field("名称", "Name").fill("B-1")
    office.is_accessible()
    office.button("保存", "Save").click()
    tills = office.part("tills")
    expect(tills).to_contain_text(office.say("未绑定", "Not bound"))
    office.button("把这台电脑设为收银机 A（B-1）", "Make this browser till A (B-1)").click()
    office.is_accessible()
    office.part("yes").click()
    expect(tills).to_contain_text(office.say("已绑定", "Bound"))
    expect(tills.get_by_role("link", name=office.say("去收银台", "Go to the till"))).to_be_visible()
    office.is_accessible()

    page.goto(f"{STORES}/regions")
    expect(page.get_by_role("row").nth(1)).to_contain_text(office.say("徐汇店", "Xuhui"))
    office.is_accessible()
    office.undisturbed()


def test_the_second_of_two_who_rename_a_store_sees_the_difference(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "zh-CN")
    form = f"{STORES}/{named('store:S1')}/edit"
    office.first_sign_in(at=form)
    office.field("中文名", "").fill("人民广场一店")
    colleague = Office(office.page.context.new_page(), "zh-CN")
    colleague.page.goto(form)
    colleague.field("中文名", "").fill("人民广场总店")
    colleague.button("保存", "").click()
    expect(colleague.part("store-facts")).to_be_visible()

    office.button("保存", "").click()
    clash = office.part("clash")
    expect(clash).to_contain_text("人民广场总店")
    expect(clash).to_contain_text("人民广场一店")
    office.is_accessible()
    clash.get_by_role("button", name="采用对方的").click()
    expect(office.field("中文名", "")).to_have_value("人民广场总店")
    office.undisturbed()
    colleague.undisturbed()


def test_a_region_is_added_and_renamed(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at=f"{STORES}/regions")
    office.link("", "New region").click()
    office.field("", "Name in Chinese").fill("华南")
    office.is_accessible()
    office.button("", "Save").click()
    office.link("", "华南").click()
    office.field("", "Name in English").fill("South")
    office.button("", "Save").click()
    expect(office.link("", "South")).to_be_visible()
    office.undisturbed()
