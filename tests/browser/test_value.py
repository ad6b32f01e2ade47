"""What a member holds at the till: topped up, given back, used, redeemed, and told in words."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenShop
from tests.browser.rewarding import PHONE, TERMS, regular, running
from tests.browser.till import Till
from tests.shops import ShopUnderTest


def opened(till: Till, tab: str) -> Locator:
    """The sheet of the member whose number is scanned, at one of its tabs."""
    strip = till.page.locator(".strip")
    if not strip.locator(".who").count():
        till.scan(PHONE)
    strip.locator(".who").tap()
    till.part(f"tab-{tab}").tap()
    return till.page.locator("dialog")


def topped_up(till: Till, amount: str) -> None:
    """So much is typed and taken in cash."""
    till.page.locator(".strip").get_by_role("button", name="储值余额").tap()
    sheet = till.page.locator("dialog")
    for key in amount:
        sheet.get_by_role("button", name=key, exact=True).tap()
    sheet.get_by_role("button", name="收现金充值").tap()


def newcomer(shop: ShopUnderTest) -> None:
    """A member with nothing but what joining gave."""
    running(shop)
    shop.join(PHONE)


def test_a_top_up_shows_and_gives_all_that_its_step_promises(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    till.scan(PHONE)
    strip = till.page.locator(".strip")
    strip.get_by_role("button", name="储值余额").tap()
    sheet = till.page.locator("dialog")
    for key in "250":
        sheet.get_by_role("button", name=key, exact=True).tap()
    expect(till.part("top-up-gives")).to_have_text("赠送：赠金 ¥10.00")
    expect(sheet).to_contain_text("再充 ¥50.00 可得：赠金 ¥30.00、50 积分、立减10元、保温杯")
    sheet.get_by_role("button", name="充 ¥300.00").tap()
    expect(till.part("top-up-gives")).to_have_text("赠送：赠金 ¥30.00、50 积分、立减10元、保温杯")
    sheet.get_by_role("button", name="收现金充值").tap()
    done = till.part("top-up-done")
    expect(done).to_contain_text("已充值 ¥330.00，余额 ¥330.00，赠送：50 积分、立减10元")
    expect(done).to_contain_text("请把“保温杯”交给顾客")
    sheet.get_by_role("button", name="完成").tap()
    expect(strip.get_by_role("button", name="积分")).to_contain_text("150")
    expect(strip.get_by_role("button", name="优惠券")).to_contain_text("1")
    topped_up(till, "900")
    expect(sheet.get_by_role("alert")).to_contain_text("法规不允许")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_top_up_is_given_back_after_every_line_was_shown(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(regular, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = opened(till, "value")
    expect(till.part("stored")).to_contain_text("剩本金 ¥250.00、赠金 ¥25.00")
    till.part("give-back-0").tap()
    plan = till.part("give-back-plan")
    for words in ("当时付款¥300.00", "本次退款¥250.00", "收回未用赠金¥25.00", "50 积分"):
        expect(plan).to_contain_text(words)
    expect(plan).to_contain_text("依法不得拒绝")
    till.part("give-back-amount").fill("100")
    till.part("give-back-amount").press("Tab")
    expect(plan).to_contain_text("本次退款¥100.00")
    confirm = till.part("give-back-confirm")
    expect(confirm).to_be_disabled()
    sheet.get_by_role("button", name="充错金额").tap()
    confirm.tap()
    expect(till.part("give-back-done")).to_contain_text("请从钱箱取 ¥100.00 交给顾客")
    sheet.get_by_role("button", name="完成").tap()
    expect(till.part("stored")).to_contain_text("剩本金 ¥150.00")
    till.part("tab-statement").tap()
    rows = till.part("statement")
    expect(rows).to_contain_text("储值退款，退出储值本金 100.00")
    expect(rows).to_contain_text("储值退款，收回储值赠金")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_thing_that_is_brought_back_is_told_and_used_up_gifts_end_in_a_plain_top_up(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(regular, terms={**TERMS, "top_up.gift_refunds_max": 0})
    till = till_at(shop)
    till.first_sign_in()
    sheet = opened(till, "value")
    till.part("give-back-0").tap()
    plan = till.part("give-back-plan")
    expect(plan).to_contain_text("充值送的实物未退回1 件")
    till.part("thing-back").tap()
    expect(plan).to_contain_text("本次退款¥250.00")
    expect(plan).not_to_contain_text("未退回")
    till.part("thing-back").tap()
    expect(plan).to_contain_text("充值送的实物未退回1 件")
    sheet.get_by_role("button", name="顾客不想用了").tap()
    till.part("give-back-confirm").tap()
    expect(till.part("give-back-done")).to_contain_text("¥250.00")
    expect(till.page.locator(".slip")).to_contain_text("充值送的实物未退回1 件")
    sheet.get_by_role("button", name="完成").tap()
    sheet.get_by_role("button", name="关闭").tap()
    topped_up(till, "300")
    expect(sheet.get_by_role("alert")).to_contain_text("只能不带赠送充值")
    expect(till.part("top-up-plain")).to_have_text("再点一次：不带赠送充值")
    sheet.get_by_role("button", name="收现金充值").tap()
    expect(sheet).to_be_hidden()
    expect(till.page.locator(".strip")).to_contain_text("¥300.00")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_cashier_fetches_a_manager_to_give_a_top_up_back(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(regular, terms=TERMS)
    till = till_at(shop)
    till.managed()
    sheet = opened(till, "value")
    till.part("give-back-0").tap()
    expect(sheet).to_contain_text("退储值需要店长确认")
    till.part("ask-manager").tap()
    till.manager_comes()
    expect(till.part("give-back-plan")).to_contain_text("本次退款¥250.00")
    sheet.get_by_role("button", name="顾客不想用了").tap()
    till.part("give-back-confirm").tap()
    expect(till.part("give-back-done")).to_contain_text("¥250.00")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_pass_is_sold_used_and_a_slip_is_undone(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = opened(till, "passes")
    expect(sheet).to_contain_text("还没有次卡")
    till.part("pass-offer").tap()
    till.part("pass-cash").tap()
    told = till.part("pass-told")
    expect(told).to_contain_text("已售出“任意奶茶一杯”，共 10 次")
    sheet.get_by_role("button", name="加一份").tap()
    till.part("pass-use").tap()
    expect(told).to_contain_text("已用 2 次，剩 8 次")
    till.part("pass-use").tap()
    expect(told).to_contain_text("已用 1 次，剩 7 次")
    till.part("pass-undo").tap()
    expect(told).to_contain_text("已撤销，剩 8 次")
    sheet.get_by_role("button", name="详情").tap()
    past = sheet.locator(".past")
    for words in ("撤销 1 次", "用 1 次", "用 2 次", "售出"):
        expect(past).to_contain_text(words)
    till.part("tab-value").tap()
    expect(sheet).to_contain_text("剩 8 次 / 共 10 次")
    till.undisturbed()
    shop.ledger_is_clean()


def test_points_buy_a_mug_that_is_handed_over_by_its_code(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = opened(till, "mall")
    hamper = till.part("mall-item").filter(has_text="茶礼盒")
    expect(hamper).to_be_disabled()
    expect(hamper).to_contain_text("还差 4,900 积分")
    till.part("mall-item").filter(has_text="马克杯").tap()
    till.part("redeem").tap()
    told = till.part("mall-told")
    expect(told).to_contain_text("已兑换“马克杯”")
    code = told.inner_text()[-6:]
    expect(sheet).to_contain_text("可用 20 积分")
    till.page.keyboard.press("Escape")
    till.scan(code)
    expect(sheet).to_contain_text(f"取货码 {code}")
    till.part("hand-over").tap()
    expect(till.page.locator(".notice")).to_contain_text("已交付“马克杯”")
    opened(till, "mall")
    expect(till.part("mall-item").filter(has_text="马克杯")).to_contain_text("已到兑换上限")
    expect(till.part("hand-over")).to_have_count(0)
    till.undisturbed()
    shop.ledger_is_clean()


def test_one_tap_signs_her_in_and_a_free_ticket_draws(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    opened(till, "play")
    card = till.part("check-in")
    expect(card).to_contain_text("连续签到 0 天")
    till.part("check-in-do").tap()
    expect(card).to_contain_text("签到成功：2 积分")
    expect(card).to_contain_text("明天再来：2 积分，再连签 6 天另送：20 积分")
    expect(till.part("check-in-do")).to_have_count(0)
    draw = till.part("draw")
    expect(draw).to_contain_text("有 1 次免费机会")
    till.part("draw-odds").tap()
    expect(draw).to_contain_text("9/10")
    till.part("draw-do").tap()
    expect(till.part("draw-outcome")).to_contain_text("抽中：")
    expect(till.part("draw-do")).to_have_text("用 20 积分抽一次")
    expect(till.part("task")).to_contain_text("完成 0 / 3 单")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_friend_joins_with_the_code_that_stands_on_the_sheet(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    opened(till, "value")
    referral = till.part("referral")
    expect(referral.locator(".code")).to_contain_text("-")
    code = referral.locator(".code").inner_text()
    referral.get_by_role("button", name="出示二维码").tap()
    picture = referral.get_by_alt_text("邀请码二维码")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    till.page.keyboard.press("Escape")
    till.page.get_by_role("button", name="移除会员").tap()
    till.type_anywhere("13800138000")
    till.part("consent-membership").check()
    till.part("join-code").fill("9999-99999")
    till.part("join").tap()
    expect(till.page.get_by_role("alert")).to_contain_text("邀请码")
    till.part("join-code").fill(code)
    till.part("join").tap()
    expect(till.page.locator(".strip")).to_contain_text("138****8000")
    till.undisturbed()
    shop.ledger_is_clean()
