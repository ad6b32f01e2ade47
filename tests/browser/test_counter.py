"""The everyday counter: two taps to pay, hold and take back, sold out, change of cashier."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenShop
from tests.browser.till import SMALL, WIDE, Till

PIN = "482915"


def test_exact_cash_takes_two_taps_and_the_next_order_is_ready(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("柠檬茶", "柠檬茶")
    till.due("¥22.50")
    expect(till.page.locator(".deductions")).to_contain_text("第二杯半价")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("A001")
    till.next_order()
    expect(till.page.locator(".cart")).to_contain_text("还没点单")
    till.undisturbed()
    shop.ledger_is_clean()


def test_digits_and_enter_pay_and_the_change_stands_large(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶")
    till.due("¥18.00")
    till.page.keyboard.press("Control+Enter")
    till.type_anywhere("50")
    till.page.keyboard.press("Enter")
    till.paid()
    expect(till.part("change")).to_have_text("¥32.00")
    till.undisturbed()
    shop.ledger_is_clean()


def test_an_order_on_hold_is_taken_back_changed_and_paid(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.page.locator(".cart").get_by_role("button", name="挂单").tap()
    expect(till.page.locator(".cart")).to_contain_text("还没点单")
    till.page.locator(".ways").get_by_role("button", name="挂单").tap()
    till.page.locator("dialog").get_by_role("button", name="A001").tap()
    till.due("¥40.00")
    till.order("蛋挞")
    till.due("¥48.00")
    till.page.locator(".face", has_text="芒果冰").tap()
    till.page.get_by_role("button", name="删除这一行").tap()
    till.due("¥26.00")
    till.pay_exact_cash()
    receipt = till.paid()
    expect(receipt).to_contain_text("A001")
    expect(receipt).to_contain_text("蛋挞")
    expect(receipt).not_to_contain_text("芒果冰")
    till.undisturbed()
    shop.ledger_is_clean()


def test_what_is_removed_comes_back_by_undo(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.page.get_by_role("button", name="删除这一行").tap()
    till.due("¥18.00")
    till.page.get_by_role("button", name="撤销").tap()
    till.due("¥40.00")


def test_a_sold_out_product_cannot_be_ordered_until_it_is_back(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    tile = till.page.locator(".tile", has_text="蛋挞")
    tile.click(button="right")
    till.page.get_by_role("button", name="沽清").tap()
    till.page.get_by_role("switch", name="整个商品").tap()
    expect(till.page.get_by_role("switch", name="整个商品")).to_contain_text("售罄")
    till.page.keyboard.press("Escape")
    expect(tile).to_contain_text("售罄")
    tile.tap()
    till.page.get_by_role("switch", name="整个商品").tap()
    expect(till.page.get_by_role("switch", name="整个商品")).to_contain_text("在售")
    till.page.keyboard.press("Escape")
    till.order("蛋挞")
    till.due("¥8.00")
    till.undisturbed()


def test_cashiers_change_by_pin(shop_server: OpenShop, till_at: Callable[..., Till]) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.page.get_by_role("button", name="林娜").tap()
    till.page.get_by_label("新 PIN，6 到 12 位数字").fill(PIN)
    till.page.get_by_label("再输一次").fill(PIN)
    till.page.get_by_role("button", name="保存 PIN").tap()
    expect(till.page.locator("dialog")).to_have_count(0)
    till.page.get_by_role("button", name="林娜").tap()
    till.page.get_by_role("button", name="退出登录").tap()
    expect(till.page.get_by_role("heading", name="林娜，请输入 PIN")).to_be_visible()
    till.page.keyboard.type("000000")
    till.page.keyboard.press("Enter")
    expect(till.page.get_by_role("alert")).to_be_visible()
    for digit in PIN:
        till.page.get_by_role("button", name=digit, exact=True).tap()
    till.page.get_by_role("button", name="登录", exact=True).tap()
    expect(till.page.locator(".grid .tile").first).to_be_visible()
    till.undisturbed()


@pytest.mark.parametrize("size", [WIDE, SMALL])
def test_both_languages_fit_and_switch_at_once(
    shop_server: OpenShop, till_at: Callable[..., Till], size: tuple[int, int]
) -> None:
    shop = shop_server()
    till = till_at(shop, size)
    till.first_sign_in()
    till.order("珍珠奶茶", "柠檬茶", "柠檬茶")
    till.due("¥40.50")
    till.page.get_by_role("button", name="切换语言").tap()
    cart = till.page.locator(".cart")
    for words in ("Pearl milk tea", "Second at half price", "Due", "Pay"):
        expect(cart).to_contain_text(words)
    assert till.page.evaluate("document.documentElement.lang") == "en"
    till.page.get_by_role("button", name="Pay", exact=True).tap()
    wide = "[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1"
    hidden = " && ['auto', 'scroll', 'visible'].includes(getComputedStyle(e).overflowX)"
    block = " && getComputedStyle(e).display !== 'inline').map(e => e.className)"
    assert till.page.evaluate(wide + hidden + block) == []
    till.undisturbed()
