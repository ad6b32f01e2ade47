"""The audit log: newest first, filtered, and each act with what it changed."""

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.use_cases.staff import RoleAt, SetRoles
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.running import CASHIER
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
AUDIT = "/office/audit"


def a_promotion(shop: ShopUnderTest) -> None:
    """The cashier becomes manager of her store."""
    role = RoleAt(role=Role.STORE_MANAGER, level=Level.STORE, place_id=shop.store_id)
    shop.run(SetRoles(id=named(f"staff:{CASHIER}"), revision=1, roles=(role,)))


@BOTH
def test_the_log_is_filtered_and_tells_what_an_act_changed(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(a_promotion), language)
    office.first_sign_in(at=AUDIT)
    page, acts = office.page, office.page.get_by_role("row")
    expect(acts.nth(2)).to_be_visible()
    office.is_accessible()

    office.choose(office.say("哪一类", "About what"), office.say("员工", "Staff"))
    expect(acts).to_have_count(2)
    what = office.say("员工：设定岗位", "Staff: roles set")
    expect(acts.nth(1)).to_contain_text(what)
    expect(acts.nth(1)).to_contain_text(office.say("系统自动", "The shop itself"))
    office.button(f"查看：{what}", f"Open: {what}").click()
    act = office.part("act")
    expect(act.get_by_role("link", name="赵小雨")).to_be_visible()
    expect(act.locator("del")).to_have_text(
        office.say("收银员 · 人民广场店", "Cashier · People's Square")
    )
    expect(act.locator("ins")).to_have_text(
        office.say("店长 · 人民广场店", "Store manager · People's Square")
    )
    office.is_accessible()
    page.keyboard.press("Escape")
    expect(act).to_have_count(0)

    office.choose(office.say("谁做的", "By whom"), "赵小雨")
    none = office.say("没有符合条件的操作", "No act fits the filters")
    expect(page.get_by_role("heading", name=none)).to_be_visible()
    office.is_accessible()
    office.button("清除筛选", "Clear filters").click()
    expect(acts.nth(2)).to_be_visible()
    office.field("到（含）", "To (included)").fill("2020-01-31")
    expect(page.get_by_role("heading", name=none)).to_be_visible()
    office.field("到（含）", "To (included)").fill("")
    office.field("从", "From").fill("2020-02-01")
    expect(acts.nth(2)).to_be_visible()
    office.undisturbed()
