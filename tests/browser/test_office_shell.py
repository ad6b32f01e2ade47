"""The back office: its door, its frame, and what happens when log-in or server go away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET
from tests.browser.running import CASHIER, PASSWORD

PHONE = "13912345678"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


@BOTH
def test_a_wrong_password_is_told_and_the_right_one_opens(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in()
    office.button("退出登录", "Sign out").click()
    office.page.get_by_role("dialog").locator('[data-test="yes"]').click()
    expect(office.button("登录", "Sign in")).to_be_visible()
    office.is_accessible()
    office.sign_in(password="下午茶三杯都去冰")
    wrong = office.say("登录名、密码或 PIN 不对", "The log-in name, password or PIN is wrong")
    expect(office.page.get_by_role("alert")).to_have_text(wrong)
    expect(office.field("密码", "Password")).to_have_value("")
    office.sign_in()
    expect(office.page.get_by_role("heading", level=1)).to_have_text(office.say("会员", "Members"))
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_a_cashier_finds_no_area_and_is_told_where_her_work_is(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in(CASHIER, at="/office/")
    nothing = office.say(
        "后台里没有你能用的功能", "There is nothing in the back office for your role"
    )
    expect(office.page.get_by_role("heading", name=nothing)).to_be_visible()
    navigation = office.page.get_by_role("navigation").first
    expect(navigation.get_by_role("listitem")).to_have_count(0)
    office.page.goto("/office/members")
    refused = office.say("你没有查看这一页的权限", "You may not see this page")
    expect(office.page.get_by_role("heading", name=refused)).to_be_visible()
    office.is_accessible()
    office.undisturbed()


def test_the_language_is_switched_at_once_and_kept(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server())
    office.first_sign_in()
    office.page.get_by_role("button", name=re.compile("English")).click()
    office.language = "en"
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Members")
    expect(office.page.locator("html")).to_have_attribute("lang", "en")
    office.page.reload()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Members")
    assert office.page.title() == "Members · Regulars back office"
    office.undisturbed()


def test_the_keyboard_reaches_page_and_search(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server())
    office.first_sign_in()
    office.page.reload()
    expect(office.page.get_by_role("heading", level=1)).to_be_visible()
    office.page.locator("body").press("Tab")
    expect(office.link("跳到正文", "Skip to the page")).to_be_focused()
    office.page.keyboard.press("Enter")
    expect(office.page.locator("#page")).to_be_focused()
    office.page.keyboard.press("/")
    expect(office.page.get_by_label("完整手机号、邮箱或会员卡号")).to_be_focused()
    office.page.keyboard.type("/x")
    expect(office.page.get_by_label("完整手机号、邮箱或会员卡号")).to_have_value("/x")


@BOTH
def test_a_log_in_that_ends_in_a_form_loses_nothing(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(lambda shop: shop.join(PHONE)), language)
    office.first_sign_in()
    office.find_member(PHONE)
    office.link("修改资料", "Edit profile").click()
    office.field("姓名", "Name").fill("سارة 🍵")
    office.page.context.clear_cookies()
    office.button("保存", "Save").click()
    again = office.part("sign-in-again")
    expect(again).to_be_visible()
    office.is_accessible()
    again.get_by_label(office.say("密码", "Password"), exact=True).fill(PASSWORD)
    again.get_by_role("button", name=office.say("登录", "Sign in"), exact=True).click()
    expect(again).to_have_count(0)
    expect(office.part("profile")).to_contain_text("سارة 🍵")
    office.undisturbed()


@BOTH
def test_what_was_typed_stays_while_the_server_is_away(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(lambda shop: shop.join(PHONE)), language)
    office.first_sign_in()
    office.find_member(PHONE)
    office.link("修改资料", "Edit profile").click()
    office.field("喜好", "Likes").fill("=SUM(A1)")
    office.page.route("**/api/v1/**", lambda route: route.abort())
    office.page.route("**/healthz", lambda route: route.abort())
    office.button("保存", "Save").click()
    expect(office.part("form-fault")).to_be_visible()
    expect(office.part("server-away")).to_be_visible()
    office.is_accessible()
    expect(office.field("喜好", "Likes")).to_have_value("=SUM(A1)")
    office.page.unroute_all()
    expect(office.part("server-away")).to_have_count(0)
    office.button("保存", "Save").click()
    expect(office.part("profile")).to_contain_text("=SUM(A1)")


def test_nobody_leaves_a_changed_form_by_mistake(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(lambda shop: shop.join(PHONE)))
    office.first_sign_in()
    office.find_member(PHONE)
    office.link("修改资料", "Edit profile").click()
    office.field("姓名", "Name").fill("王芳")
    office.link("会员", "Members").click()
    question = office.page.get_by_role("dialog")
    question.get_by_role("button", name="留在这一页").click()
    expect(office.field("姓名", "Name")).to_have_value("王芳")
    office.link("会员", "Members").click()
    question.get_by_role("button", name="放弃修改并离开").click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("会员")


def test_a_tablet_shows_the_list_without_scrolling_sideways(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(lambda shop: shop.join(PHONE)), "en", TABLET)
    office.first_sign_in()
    expect(office.page.get_by_role("cell").first).to_be_visible()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert office.page.evaluate(wider) == 0
    office.is_accessible()


def test_a_ping_lets_go_of_its_connection(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at="/office/home")
    with office.page.expect_event(
        "requestfinished", lambda asked: asked.url.endswith("/healthz"), timeout=30_000
    ):
        office.page.reload()
    office.undisturbed()
