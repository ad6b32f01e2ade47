"""How was it? The receipt asks, the guest scans, answers without a log-in, and is heard once."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenShop
from tests.browser.till import Till
from tests.domain.loyalty.test_survey import SURVEY
from tests.inviting import start
from tests.shops import ShopUnderTest


def asks(shop: ShopUnderTest) -> None:
    """Receipts carry the survey."""
    start(shop, "survey", {**SURVEY, "on_receipt": True})


def test_a_guest_answers_by_the_code_of_her_receipt(
    shop_server: OpenShop, till_at: Callable[..., Till], browser: Browser
) -> None:
    shop = shop_server(asks)
    till = till_at(shop)
    till.first_sign_in()
    till.order("柠檬茶")
    till.due("¥15.00")
    with till.page.expect_response("**/sales") as sold:
        till.pay_exact_cash()
    till.paid()
    survey = till.part("survey")
    expect(survey).to_contain_text("这次还满意吗？扫码告诉我们")
    picture = survey.get_by_role("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0

    # Her phone: no log-in, another browser.
    phone = browser.new_context(base_url=shop.url, locale="zh-CN", has_touch=True)
    page = phone.new_page()
    page.goto(sold.value.json()["survey_path"])
    page.locator("label.mark").nth(9).click()
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("谢谢")
    page.reload()
    expect(page.locator("body")).to_contain_text("谢谢")
    expect(page.get_by_role("button")).to_have_count(0)
    phone.close()
    till.undisturbed()
    shop.ledger_is_clean()
