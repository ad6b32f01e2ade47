"""Who holds a card and who brought her: the law told at the till, a register, a late code."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from tests.browser.conftest import OpenShop
from tests.browser.rewarding import PHONE, TERMS, running
from tests.browser.running import OWNER, PASSWORD
from tests.browser.test_value import newcomer, opened, topped_up
from tests.browser.till import Till
from tests.shops import ShopUnderTest

ID_CARD = "11010519491231002X"
FRIEND = "13800138000"


def with_friend(shop: ShopUnderTest) -> None:
    """A member, and the friend who brought her."""
    newcomer(shop)
    shop.join(FRIEND)


def long_ago(shop: ShopUnderTest) -> UUID:
    """A member who joined ten days ago, when a code counted for seven."""
    today = shop.now
    shop.now = Instant(today - timedelta(days=10))
    running(shop)
    member = shop.join(PHONE)
    shop.now = today
    return member


def code_of(till: Till, phone: str) -> str:
    """The code that a member may tell her friends, read off her sheet."""
    till.scan(phone)
    till.page.locator(".strip .who").tap()
    code = till.part("referral").locator(".code")
    expect(code).to_contain_text("-")
    told = code.inner_text()
    till.page.keyboard.press("Escape")
    till.page.get_by_role("button", name="移除会员").tap()
    return told


def test_the_law_is_explained_and_a_registered_holder_may_have_more(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.scan(PHONE)
    topped_up(till, "1200")
    sheet = till.page.locator("dialog")
    expect(sheet.get_by_role("alert")).to_contain_text("余额不得超过 1,000 元")
    reason = till.part("law-reason")
    expect(reason).to_contain_text("商务部令 2012 年第 9 号")
    expect(reason).to_contain_text("登记持卡人身份后就是记名卡：记名卡余额不得超过 5,000 元")
    till.part("law-register").tap()
    expect(sheet).to_contain_text("持卡人登记资料至少保存 5 年")
    till.part("holder-name").fill("王芳")
    till.part("holder-contact").fill("13912345678")
    confirm = till.part("holder-confirm")
    expect(confirm).to_be_disabled()
    till.part("holder-number").fill(ID_CARD[:-1] + "1")
    confirm.tap()
    expect(sheet.get_by_role("alert")).to_contain_text("证件号码不对")
    till.part("holder-number").fill(ID_CARD)
    confirm.tap()
    expect(till.page.locator(".notice")).to_contain_text("已登记为记名卡")
    expect(sheet.locator(".figure")).to_have_text("¥1,200.00")
    sheet.get_by_role("button", name="收现金充值").tap()
    sheet.get_by_role("button", name="完成").tap()
    opened(till, "value")
    expect(till.part("holder")).to_contain_text("记名卡，最多可存 ¥5,000.00")
    assert "王芳" not in sheet.inner_text()
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_cashier_fetches_the_managers_password_to_register_a_holder(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.managed()
    sheet = opened(till, "value")
    expect(till.part("holder")).to_contain_text("没有登记身份，最多可存 ¥1,000.00")
    till.part("holder-open").tap()
    asked = till.part("manager-password")
    expect(asked).to_contain_text("请店长用密码登录")
    expect(till.part("holder-confirm")).to_have_count(0)
    asked.get_by_label("登录名").fill(OWNER)
    asked.get_by_label("密码").fill(PASSWORD)
    asked.get_by_role("button", name="登录").tap()
    till.part("holder-name").fill("王芳")
    sheet.get_by_role("button", name="护照").tap()
    till.part("holder-number").fill("e1234 5678")
    till.part("holder-contact").fill("13912345678")
    till.part("holder-confirm").tap()
    expect(till.part("holder")).to_contain_text("记名卡")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_friends_code_is_added_some_days_after_joining_and_only_once(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(with_friend, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    own, friends = code_of(till, PHONE), code_of(till, FRIEND)
    opened(till, "play")
    card = till.part("referrer")
    expect(card).to_contain_text("入会 7 天内可以补填")
    for code, answer in (
        ("9999-99999", "没有这个邀请码"),
        (own, "不能邀请自己"),
    ):
        till.part("referrer-code").fill(code)
        till.part("referrer-attach").tap()
        expect(card.get_by_role("alert")).to_contain_text(answer)
    till.part("referrer-code").fill(friends)
    till.part("referrer-attach").tap()
    expect(card).to_contain_text("等首单")
    expect(till.part("referrer-code")).to_have_count(0)
    till.page.keyboard.press("Escape")
    opened(till, "play")
    expect(card).to_contain_text("等首单")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_code_that_comes_too_late_is_not_even_asked_for(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(long_ago, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    opened(till, "play")
    expect(till.part("referrer")).to_contain_text("入会超过 7 天")
    expect(till.part("referrer-code")).to_have_count(0)
    till.undisturbed()
    shop.ledger_is_clean()
