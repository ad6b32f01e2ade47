"""C3: five coupons, 800 points, a balance of 120.00: the best set is proposed, the guest decides."""

from collections.abc import Callable, Mapping

from playwright.sync_api import expect

from tests.browser.conftest import OpenShop
from tests.browser.till import Till, figures
from tests.shops import ShopUnderTest

PHONE = "13912345678"
TERMS: Mapping[str, object] = {
    "joining.points": 800,
    "joining.coupon_types": [],
    "top_up.offers": [],
    "coupons.per_order_max": 2,
}


def prepared(shop: ShopUnderTest) -> None:
    """A member with five coupons, 800 points and 120.00."""
    member = shop.join(PHONE)
    for code in ("NEW5", "TEN", "NEW5", "TEN", "NEW5"):
        shop.coupon(member, code)
    shop.top_up(member, 12_000)


def test_the_best_coupons_are_proposed_points_are_lowered_and_the_rest_is_split(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(prepared, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "珍珠奶茶", "芒果冰", "茶礼盒")
    till.scan(PHONE)
    till.due("¥98.00")
    strip = till.page.locator(".strip")
    expect(strip).to_contain_text("用 2 张")
    strip.get_by_role("button", name="优惠券").tap()
    expect(till.page.get_by_role("switch", checked=True)).to_have_count(2)
    expect(till.page.get_by_role("switch", checked=True).first).to_contain_text("立减10元")
    till.page.keyboard.press("Escape")

    strip.get_by_role("button", name="积分").tap()
    till.part("points-all").tap()
    till.due("¥90.00")
    till.page.get_by_role("slider").fill("300")
    till.due("¥95.00")
    till.page.get_by_role("button", name="完成").tap()

    till.pay()
    till.type_anywhere("60")
    till.page.get_by_role("button", name="储值支付").tap()
    expect(till.part("rest")).to_have_text("¥35.00")
    till.page.get_by_role("button", name="扫码 / 刷卡").tap()

    receipt = till.paid()
    text = receipt.inner_text()
    assert figures(text).count("−¥10.00") == 2
    assert figures(text).count("−¥3.00") == 1
    for words in ("立减10元", "使用积分", "−300", "储值", "¥60.00", "扫码 / 刷卡", "¥35.00"):
        expect(receipt).to_contain_text(words)
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_proposed_coupon_can_be_left_out_and_used_again(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(prepared, terms={**TERMS, "coupons.per_order_max": 1})
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶")
    till.scan(PHONE)
    till.due("¥8.00")
    till.page.locator(".deductions .row").first.tap()
    sheet = till.page.locator("dialog")
    expect(sheet).to_contain_text("立减")
    sheet.get_by_role("button", name="这单不用").tap()
    expect(till.page.locator(".deductions")).to_contain_text("重新使用")
    till.page.get_by_role("button", name="重新使用").first.tap()
    till.due("¥8.00")
    till.undisturbed()
