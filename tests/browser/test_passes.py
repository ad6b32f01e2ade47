"""A pass at the till beside its uses: it rests, goes to another member, and is given back."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenShop
from tests.browser.rewarding import PHONE, TERMS, regular
from tests.browser.running import OWNER, PASSWORD
from tests.browser.test_value import newcomer, opened
from tests.browser.till import Till
from tests.shops import ShopUnderTest

SISTER = "13800138000"


def with_sister(shop: ShopUnderTest) -> None:
    """A member with a pass of ten, and her sister."""
    regular(shop)
    shop.join(SISTER)


# The owner raises the price of ten cups from the office while the till shows the old one.
RAISE_PRICE = """async () => {
    const [one] = await (await fetch('/api/v1/programmes?kind=pass')).json();
    const { kind, name_zh, name_en, definition, version } = one;
    const headers = {
        'Content-Type': 'application/json',
        'If-Match': `"${version}"`,
        'Idempotency-Key': crypto.randomUUID(),
    };
    const form = { kind, name_zh, name_en, definition: { ...definition, price_minor: 16000 } };
    const body = JSON.stringify(form);
    const answer = await fetch(`/api/v1/programmes/${one.id}`, { method: 'PUT', headers, body });
    return answer.status;
}"""


def at_pass(till: Till) -> Locator:
    """The member's passes with the details of the first one."""
    sheet = opened(till, "passes")
    sheet.get_by_role("button", name="详情").tap()
    return sheet


def test_a_pass_rests_and_runs_again(shop_server: OpenShop, till_at: Callable[..., Till]) -> None:
    shop = shop_server(regular, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = at_pass(till)
    expect(sheet).to_contain_text("还可停 30 天")
    till.part("pass-freeze").tap()
    told = till.part("pass-told")
    expect(told).to_contain_text("已停卡")
    expect(sheet).to_contain_text("自动恢复")
    expect(till.part("pass-use")).to_have_count(0)
    till.part("pass-unfreeze").tap()
    expect(told).to_contain_text("已恢复使用，有效期至")
    till.part("pass-use").tap()
    expect(told).to_contain_text("已用 1 次，剩 9 次")
    past = sheet.locator(".past")
    for words in ("停卡", "恢复使用", "用 1 次"):
        expect(past).to_contain_text(words)
    till.undisturbed()
    shop.ledger_is_clean()


def test_what_is_left_of_a_pass_goes_to_another_member(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(with_sister, terms=TERMS)
    till = till_at(shop)
    till.managed()
    sheet = at_pass(till)
    till.part("pass-use").tap()
    expect(till.part("pass-told")).to_contain_text("剩 9 次")
    till.part("pass-transfer").tap()
    asked = till.part("manager-password")
    asked.get_by_label("登录名").fill(OWNER)
    asked.get_by_label("密码").fill(PASSWORD)
    asked.get_by_role("button", name="登录").tap()
    receiver = till.part("transfer-to")
    for phone, answer in ((PHONE, "卡主本人"), ("13999999999", "没有找到")):
        receiver.fill(phone)
        expect(sheet.get_by_role("alert")).to_contain_text(answer)
    receiver.fill(SISTER)
    expect(till.part("transfer-found")).to_contain_text("138****8000")
    confirm = till.part("transfer-confirm")
    expect(confirm).to_be_disabled()
    sheet.get_by_role("button", name="给家人朋友").tap()
    confirm.tap()
    expect(till.page.locator(".notice")).to_contain_text("已把 9 次转给 138****8000")
    expect(sheet).to_contain_text("还没有次卡")
    till.page.keyboard.press("Escape")
    till.page.get_by_role("button", name="移除会员").tap()
    till.scan(SISTER)
    expect(till.page.locator(".strip .who")).to_be_visible()
    opened(till, "passes")
    expect(sheet).to_contain_text("剩 9 次 / 共 10 次")
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_pass_is_given_back_after_every_line_was_shown(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(regular, terms=TERMS)
    till = till_at(shop)
    till.managed()
    sheet = at_pass(till)
    for _ in range(2):
        sheet.get_by_role("button", name="加一份").tap()
    till.part("pass-use").tap()
    expect(till.part("pass-told")).to_contain_text("剩 7 次")
    till.part("pass-refund").tap()
    plan = till.part("pass-refund-plan")
    for words in (
        "当时付款，共 10 次¥150.00",
        "已用 3 次，按单买价每次 ¥18.00−¥54.00",
        "本次退款¥96.00",
    ):
        expect(plan).to_contain_text(words)
    expect(sheet).to_contain_text("退卡需要店长确认")
    till.part("ask-manager").tap()
    till.manager_comes()
    confirm = till.part("pass-refund-confirm")
    expect(confirm).to_have_text("退 ¥96.00")
    expect(confirm).to_be_disabled()
    sheet.get_by_role("button", name="搬家，来不了了").tap()
    confirm.tap()
    done = till.part("pass-refund-done")
    expect(done).to_contain_text("请从钱箱取 ¥96.00 交给顾客")
    sheet.get_by_role("button", name="完成").tap()
    expect(sheet).to_contain_text("已退卡")
    sheet.get_by_role("button", name="详情").tap()
    expect(till.part("pass-refund")).to_have_count(0)
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_pass_whose_price_has_changed_is_shown_anew_before_it_is_sold(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(newcomer, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = opened(till, "passes")
    offer = till.part("pass-offer")
    expect(offer).to_contain_text("¥150.00")
    offer.tap()
    assert till.page.evaluate(RAISE_PRICE) == 200
    till.part("pass-cash").tap()
    expect(sheet.get_by_role("alert")).to_contain_text("价格刚刚变了，现在是 160.00")
    expect(offer).to_contain_text("¥160.00")
    expect(till.part("pass-cash")).to_have_count(0)
    expect(sheet).to_contain_text("还没有次卡")
    offer.tap()
    till.part("pass-cash").tap()
    expect(till.part("pass-told")).to_contain_text("已售出")
    till.undisturbed()
    shop.ledger_is_clean()
