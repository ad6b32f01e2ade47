"""The staff area: somebody begins, is given roles and leaves; machines get keys; one's own sign-in."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import CASHIER, OWNER, PASSWORD
from tests.shops import named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
STAFF = "/office/staff"


def begin(office: Office) -> str:
    """Add 陈默 as cashier of the second store; her one-time code."""
    office.link("新增员工", "New member of staff").click()
    office.field("姓名", "Name").fill("陈默")
    office.field("登录名", "Login name").fill("chenmo")
    office.part("add-role").click()
    where = office.say("哪一家或哪个区域", "Which one")
    office.choose(where, office.say("静安寺店", "Jing'an"))
    office.is_accessible()
    office.button("保存", "Save").click()
    code = office.part("secret").inner_text().strip()
    office.is_accessible()
    office.part("secret-kept").click()
    held = office.say("收银员 · 静安寺店", "Cashier · Jing'an")
    expect(office.part("held-roles")).to_contain_text(held)
    return code


def let_a_machine_in_and_out(office: Office) -> None:
    """A key is shown once and revoked."""
    page = office.page
    page.goto(f"{STAFF}/keys")
    none = office.say("还没有接口密钥", "No API keys yet")
    expect(page.get_by_role("heading", name=none)).to_be_visible()
    office.is_accessible()
    office.link("新建接口密钥", "New API key").click()
    office.field("名称", "Name").fill("delivery")
    menu = office.say("看菜单和商品", "See menu and goods")
    page.locator(".el-checkbox").filter(has_text=menu).click()
    office.is_accessible()
    office.button("保存", "Save").click()
    expect(office.part("secret")).not_to_have_text("")
    office.part("secret-kept").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("delivery")
    office.button("作废密钥“delivery”", "Revoke the key delivery").click()
    office.part("yes").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text(office.say("已作废", "Revoked"))
    office.is_accessible()


def set_a_pin(office: Office) -> None:
    """One sees her own sign-in; a PIN that anybody guesses is none."""
    office.link("我的登录", "My sign-in").click()
    expect(office.page.get_by_role("row")).to_have_count(2)
    office.field("新的 PIN", "New PIN").fill("123456")
    office.button("设定 PIN", "Set PIN").click()
    guessed = office.say("太容易被猜到", "too easy to guess")
    expect(office.page.get_by_role("alert")).to_contain_text(guessed)
    office.is_accessible()
    office.field("新的 PIN", "New PIN").fill("482915")
    office.button("设定 PIN", "Set PIN").click()
    expect(office.page.get_by_text(office.say("PIN 已设定", "Your PIN is set"))).to_be_visible()


@BOTH
def test_somebody_begins_and_leaves_and_a_machine_comes_and_goes(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in(at=STAFF)
    page = office.page
    expect(page.get_by_role("row")).to_have_count(3)
    office.is_accessible()
    begin(office)
    expect(page.get_by_role("heading", level=1)).to_have_text("陈默")
    office.is_accessible()

    office.link("设定岗位", "Set roles").click()
    office.choose(office.say("岗位", "Role"), office.say("财务", "Accountant"))
    office.is_accessible()
    office.button("保存", "Save").click()
    held = office.say("财务 · 全部门店", "Accountant · All stores")
    expect(office.part("held-roles")).to_contain_text(held)

    office.button("停用账号", "Switch off").click()
    office.part("yes").click()
    expect(office.button("恢复账号", "Switch on again")).to_be_visible()
    office.link("‹ 员工", "‹ People").click()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("link", name="陈默")).to_have_count(0)

    let_a_machine_in_and_out(office)
    set_a_pin(office)
    office.undisturbed()


def test_somebody_new_is_let_in_by_her_code(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(), "zh-CN")
    office.first_sign_in(at=STAFF)
    code = begin(office)
    office.button("退出登录", "").click()
    office.part("yes").click()
    office.button("第一次登录？", "").click()
    office.field("登录名", "").fill("chenmo")
    office.field("一次性登录码", "").fill(code)
    office.field("新密码", "").fill(PASSWORD)
    office.field("再输一次新密码", "").fill(PASSWORD)
    office.button("设好密码并登录", "").click()
    expect(office.page.locator(".who")).to_have_text("陈默")
    office.undisturbed()


def test_the_second_of_two_who_set_roles_sees_what_the_first_set(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at=f"{STAFF}/{named(f'staff:{OWNER}')}")
    page = office.page
    expect(page.get_by_text("This is you.")).to_be_visible()
    expect(office.button("", "Switch off")).to_have_count(0)
    expect(office.link("", "Set roles")).to_have_count(0)

    form = f"{STAFF}/{named(f'staff:{CASHIER}')}/roles"
    page.goto(form)
    office.part("add-role").click()
    colleague = Office(page.context.new_page(), "en")
    colleague.page.goto(form)
    colleague.choose("Role", "Accountant")
    colleague.button("", "Save").click()
    expect(colleague.part("held-roles")).to_contain_text("Accountant · All stores")

    where = page.locator(".el-select", has=page.get_by_role("combobox", name="Which one"))
    where.nth(1).click()
    page.get_by_role("option", name="Jing'an", exact=True).click()
    office.button("", "Save").click()
    clash = office.part("clash")
    expect(clash).to_contain_text("Accountant · All stores")
    expect(clash).to_contain_text("Cashier · People's Square; Cashier · Jing'an")
    office.is_accessible()
    clash.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_role("combobox", name="Which one")).to_have_count(0)
    office.undisturbed()
    colleague.undisturbed()
