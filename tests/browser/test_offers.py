"""The best bill on the till: explained, switched off and on, gifts, codes, discounts by hand."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenShop
from tests.browser.promising import (
    ICES,
    PHONE,
    TART,
    TERMS,
    gift,
    offer,
    printed_codes,
    promising,
)
from tests.browser.till import SMALL, Till, figures
from tests.shops import ShopUnderTest

TIERED: Mapping[str, object] = {
    **TERMS,
    "tiers.ladder": [
        {
            "code": "leaf",
            "name_zh": "茶友",
            "name_en": "Leaf",
            "growth_from": 0,
            "discount_basis_points": 500,
        },
        {"code": "gold", "name_zh": "金叶", "name_en": "Gold leaf", "growth_from": 100},
    ],
}


def explained(till: Till) -> Locator:
    """The sheet that explains the bill, opened from the cart."""
    till.part("explain").tap()
    return till.page.locator("dialog")


def minor(amount: str) -> int:
    """The fen of an amount on the screen: "¥18.00" is 1800."""
    return int(amount.replace("¥", "").replace(",", "").replace(".", ""))


def test_five_coupons_and_points_by_keyboard_are_explained_to_the_cent(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(promising, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "珍珠奶茶", "柠檬茶", "柠檬茶", "芒果冰")
    till.scan(PHONE)
    till.due("¥54.50")
    strip = till.page.locator(".strip")
    strip.get_by_role("button", name="优惠券").tap()
    sheet = till.page.locator("dialog")
    expect(sheet).to_contain_text("2 张使用中，共 5 张")
    expect(sheet).to_contain_text("每单最多用 2 张券")
    till.page.get_by_role("button", name="完成").tap()

    strip.get_by_role("button", name="积分").tap()
    slider = till.page.get_by_role("slider")
    slider.focus()
    till.page.keyboard.press("End")
    expect(sheet).to_contain_text("用后还剩 0 积分")
    slider.fill("300")
    expect(sheet).to_contain_text("用后还剩 500 积分")
    expect(sheet).to_contain_text("抵扣 ¥3.00")
    till.page.get_by_role("button", name="完成").tap()
    till.due("¥51.50")

    explained(till)
    expect(till.part("proved")).to_have_text("最优价")
    expect(sheet).to_contain_text("不用它，多付 ¥7.50")
    expect(sheet).to_contain_text("茶饮双倍积分 · 2 倍积分")
    lines = till.part("explain-items").locator(".head b:last-child").all_inner_texts()
    assert sum(map(minor, lines)) == minor(till.part("explain-due").inner_text()) == 5_150
    till.page.keyboard.press("Escape")

    till.pay()
    till.type_anywhere("30")
    till.page.get_by_role("button", name="储值支付").tap()
    till.page.get_by_role("button", name="扫码 / 刷卡").tap()
    receipt = till.paid()
    text = figures(receipt.inner_text())
    assert text.count("−¥10.00") == 2
    for amount in ("−¥7.50", "−¥6.00", "−¥3.00", "¥30.00", "¥21.50"):
        assert amount in text
    till.undisturbed()
    shop.ledger_is_clean()


def test_why_something_was_not_applied_is_told_in_both_languages(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(promising, terms=TERMS)
    till = till_at(shop, SMALL)
    till.first_sign_in()
    till.order("珍珠奶茶", "柠檬茶", "柠檬茶")
    till.scan(PHONE)
    till.due("¥20.50")
    told = [
        ("优惠明细", "第 2 件半价", "请先填写人数", "每单最多用 2 张券"),
        ("Why this price", "item 2 at half price", "depends on how many", "at most 2 coupon"),
    ]
    for words in told:
        sheet = explained(till)
        for word in words:
            expect(sheet).to_contain_text(word)
        never = till.part("refused-not_now")
        expect(never.locator("li").first).not_to_be_visible()
        never.locator("summary").tap()
        expect(never.locator("li").first).to_be_visible()
        too_wide = """dialog => [...dialog.querySelectorAll('*')]
            .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
            .map(e => e.className)"""
        assert sheet.evaluate(too_wide) == []
        till.page.keyboard.press("Escape")
        till.page.locator("header").get_by_text("EN", exact=True).tap()
    till.undisturbed()


def test_an_offer_and_the_tier_are_switched_off_and_on_and_the_difference_is_told(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(promising, terms=TIERED)
    till = till_at(shop)
    till.first_sign_in()
    till.order("柠檬茶", "柠檬茶")
    till.scan(PHONE)
    strip = till.page.locator(".strip")
    strip.get_by_role("button", name="优惠券").tap()
    for _ in range(2):
        till.page.get_by_role("switch", checked=True).first.tap()
        expect(till.page.locator("dialog .old")).to_have_count(0)
    till.page.get_by_role("button", name="完成").tap()
    till.due("¥21.37")
    sheet = explained(till)
    expect(till.part("proved")).to_have_text("当前选择下最优")
    sheet.get_by_role("switch", name="第二杯半价").tap()
    expect(till.part("explain-due")).to_have_text("¥28.50")
    expect(till.part("explain-dearer")).to_have_text("关掉后多付 ¥7.13")
    expect(sheet.get_by_role("switch", name="第二杯半价")).not_to_be_checked()
    sheet.get_by_role("switch", name="等级优惠 · 茶友").tap()
    expect(till.part("explain-due")).to_have_text("¥30.00")
    sheet.get_by_role("switch", name="第二杯半价").tap()
    expect(till.part("explain-due")).to_have_text("¥22.50")
    till.page.keyboard.press("Escape")
    expect(till.part("dearer")).to_have_text("关掉后多付 ¥1.13")
    till.page.get_by_role("button", name="重新使用").tap()
    till.due("¥21.37")
    till.page.get_by_role("button", name="这单不用第二杯半价").tap()
    till.due("¥28.50")
    till.pay_exact_cash()
    expect(till.paid()).not_to_contain_text("第二杯半价")
    till.undisturbed()
    shop.ledger_is_clean()


def test_an_earned_gift_is_one_tap_away_and_costs_nothing(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(lambda prepared: offer(prepared, gift(TART)))
    till = till_at(shop)
    till.first_sign_in()
    till.order("芒果冰", "珍珠奶茶")
    till.due("¥40.00")
    chip = till.part("gift")
    expect(chip).to_contain_text("可加赠 1 份 蛋挞")
    chip.get_by_role("button", name="可加赠").tap()
    expect(till.page.locator(".face", has_text="蛋挞")).to_be_visible()
    till.due("¥40.00")
    expect(chip).to_have_count(0)
    expect(till.page.locator(".deductions")).to_contain_text("满30送甜品")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("蛋挞")
    till.next_order()
    till.order("芒果冰", "珍珠奶茶")
    till.part("gift").get_by_role("button", name="不要赠品").tap()
    expect(till.part("gift")).to_have_count(0)
    till.due("¥40.00")
    till.undisturbed()
    shop.ledger_is_clean()


def test_of_several_gifts_the_guest_chooses(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(lambda prepared: offer(prepared, gift(ICES)))
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "珍珠奶茶")
    till.part("gift").get_by_role("button", name="可加赠").tap()
    sheet = till.page.locator("dialog")
    expect(sheet.get_by_role("button", name="免费")).to_have_count(2)
    sheet.get_by_role("button", name="芒果冰").tap()
    expect(till.page.locator(".face", has_text="芒果冰")).to_be_visible()
    till.due("¥36.00")
    till.undisturbed()


def test_a_near_saving_says_what_to_add_and_a_tap_adds_it(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(promising, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "珍珠奶茶", "蛋挞")
    till.due("¥44.00")
    expect(till.part("hint")).to_contain_text("再加 ¥16.00，可减 ¥6.00")
    till.part("hint").tap()
    enough = till.page.locator("dialog .choice", has_text="加一份就够")
    expect(enough.first).to_contain_text("珍珠奶茶")
    enough.filter(has_text="芒果冰").tap()
    till.due("¥60.00")
    till.undisturbed()


def test_a_code_is_typed_or_scanned_and_a_wrong_one_changes_nothing(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    codes: list[str] = []
    shop = shop_server(lambda prepared: codes.extend(printed_codes(prepared)), terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.part("code-open").tap()
    field = till.page.get_by_label("券码", exact=True)
    field.fill("2222-2222-22222")
    till.page.get_by_role("button", name="使用", exact=True).tap()
    expect(till.page.get_by_role("alert")).to_contain_text("券码不对")
    field.fill(codes[0].lower())
    expect(till.page.get_by_role("alert")).to_have_count(0)
    till.page.get_by_role("button", name="使用", exact=True).tap()
    expect(till.part("code")).to_have_count(1)
    till.page.keyboard.press("Escape")
    till.due("¥30.00")
    till.scan(codes[1].replace("-", ""))
    till.due("¥20.00")
    till.page.locator("dialog").get_by_role("button", name=f"不用券码 {codes[0].lower()}").tap()
    expect(till.part("code")).to_have_count(1)
    till.page.keyboard.press("Escape")
    till.due("¥30.00")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("立减10元")
    till.next_order()
    till.order("珍珠奶茶")
    till.scan(codes[1].replace("-", ""))
    expect(till.page.locator(".notice")).to_contain_text("已经用过")
    till.due("¥18.00")
    till.undisturbed()
    shop.ledger_is_clean()


def test_an_offer_for_parties_asks_how_many_there_are(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(promising, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.part("ask-party").tap()
    till.page.get_by_role("button", name="4", exact=True).tap()
    till.due("¥36.00")
    expect(till.part("ask-party")).to_have_text("4 位")
    expect(till.page.locator(".deductions")).to_contain_text("四人同行九折")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("四人同行九折")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_discount_by_hand_has_a_reason_and_a_row_of_its_own(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.page.get_by_role("button", name="单品优惠").tap()
    sheet = till.page.locator("dialog")
    expect(sheet).to_contain_text("单品优惠 · 芒果冰")
    sheet.get_by_role("button", name="减金额").tap()
    for key in ("3", ".", "5"):
        sheet.get_by_role("button", name=key, exact=True).tap()
    expect(till.part("discount-shown")).to_have_text("减 ¥3.50")
    expect(till.part("discount-give")).to_be_disabled()
    sheet.get_by_role("button", name="上菜慢").tap()
    till.part("discount-give").tap()
    till.due("¥36.50")
    till.part("discount-open").tap()
    sheet.get_by_role("button", name="打 9 折", exact=True).tap()
    sheet.get_by_label("其他").fill("老顾客生日")
    till.part("discount-give").tap()
    till.due("¥32.85")
    rows = till.page.locator(".deductions")
    expect(rows).to_contain_text("手动优惠 · 上菜慢")
    expect(rows).to_contain_text("手动优惠 · 老顾客生日")
    till.page.get_by_role("button", name="取消手动优惠 老顾客生日").tap()
    till.due("¥36.50")
    till.pay_exact_cash()
    receipt = till.paid()
    expect(receipt).to_contain_text("上菜慢")
    assert "−¥3.50" in figures(receipt.inner_text())
    till.undisturbed()
    shop.ledger_is_clean()


def test_more_than_a_cashier_may_give_takes_the_pin_of_somebody_who_may(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.managed()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.part("discount-open").tap()
    sheet = till.page.locator("dialog")
    sheet.get_by_role("button", name="打 5 折", exact=True).tap()
    sheet.get_by_role("button", name="上菜慢").tap()
    till.part("discount-give").tap()
    expect(sheet.get_by_role("alert")).to_contain_text("最多 10%")
    till.part("ask-manager").tap()
    till.manager_comes()
    expect(till.part("discount-shown")).to_have_text("打 5 折")
    till.part("discount-give").tap()
    till.due("¥20.00")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("上菜慢")
    till.undisturbed()
    shop.ledger_is_clean()


def test_an_order_from_hold_keeps_its_code_and_its_discount_until_it_is_paid(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    codes: list[str] = []

    def prepare(shop: ShopUnderTest) -> None:
        codes.extend(printed_codes(shop))

    shop = shop_server(prepare, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.page.locator(".cart").get_by_role("button", name="挂单").tap()
    till.page.locator(".ways").get_by_role("button", name="挂单").tap()
    till.page.locator("dialog").get_by_role("button", name="A001").tap()
    till.due("¥40.00")
    till.scan(codes[0].replace("-", ""))
    expect(till.part("code")).to_have_count(1)
    till.page.keyboard.press("Escape")
    till.due("¥30.00")
    till.part("discount-open").tap()
    sheet = till.page.locator("dialog")
    sheet.get_by_role("button", name="打 9 折", exact=True).tap()
    sheet.get_by_role("button", name="熟客").tap()
    till.part("discount-give").tap()
    till.due("¥27.00")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("熟客")
    till.undisturbed()
    shop.ledger_is_clean()
