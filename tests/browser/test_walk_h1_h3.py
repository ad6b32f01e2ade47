"""Head office, a region and a store agree on points; a store opens like another and hears of a price."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.terms import Level
from regulars.use_cases.prices import AddPriceList, PriceForm, SetPrices
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import PASSWORD, RunningShop
from tests.browser.till import Till
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
EARNING = "earning.points_per_hundred_minor"
EARNING_NAME = ("每消费 ¥1.00 得几个积分", "Points for each ¥1.00 paid")
REASON = ("原因（会留下记录）", "Reason (kept on record)")
LOWEST = ("下级最少要定到", "Those below must choose at least")
HIGHEST = ("下级最多可以定到", "Those below may choose at most")
TAKE_AWAY = ("不再单独设置，跟上级走", "Take this setting away: follow the level above")
SAVE = ("保存", "Save")
PHONE = "13800138000"
SHOWN_WITHIN_MILLISECONDS = 2_000


def at_rule(office: Office, place: str) -> None:
    """Open how many points a place gives."""
    office.page.goto(f"/office/settings/{EARNING}?at={place}")
    expect(office.field(*EARNING_NAME)).to_be_visible()


def save(office: Office, why: str) -> None:
    """Give the reason and save."""
    office.field(*REASON).fill(why)
    office.button(*SAVE).click()


def in_force(office: Office, text: str) -> None:
    """What the page says counts now."""
    row = office.part("levels").get_by_role("row").filter(has_text=office.say("正在用", "in force"))
    expect(row).to_contain_text(text)


def told(office: Office, chinese: str, english: str) -> None:
    """A short notice comes."""
    words = office.say(chinese, english)
    expect(office.page.get_by_role("status").filter(has_text=words)).to_be_visible()


def earned_on(till: Till) -> None:
    """A member buys one tea: her coupon takes 5.00 off, and 13.00 at 12 points earn 156."""
    till.order("珍珠奶茶")
    till.scan(PHONE)
    till.due("¥13.00")
    expect(till.page.locator(".cart")).to_contain_text("可得 156 积分")
    till.pay_exact_cash()
    till.paid()


def a_member(shop: ShopUnderTest) -> None:
    shop.join(PHONE)


@BOTH
def test_h1_a_store_keeps_within_its_regions_range_and_follows_it_again(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(a_member), language)
    office.first_sign_in(at="/office/settings")
    store, region = str(named("store:S1")), str(named("region"))
    at_rule(office, "brand")
    office.field(*EARNING_NAME).fill("1")
    office.field(*LOWEST).fill("1")
    office.field(*HIGHEST).fill("30")
    save(office, "全品牌")
    told(office, "新规则已生效", "The new rule is in force")

    at_rule(office, region)
    office.field(*EARNING_NAME).fill("10")
    office.field(*HIGHEST).fill("15")
    save(office, "华东")
    in_force(office, office.say("华东", "East"))

    at_rule(office, store)
    office.field(*EARNING_NAME).fill("20")
    save(office, "开业")
    refused = office.part("value")
    expect(refused).to_contain_text(
        office.say("区域“华东”规定最多 15 积分", "Region East allows at most 15 points")
    )
    office.is_accessible()
    office.field(*EARNING_NAME).fill("12")
    office.button(*SAVE).click()
    in_force(office, office.say("人民广场店", "People's Square"))
    expect(office.part("history")).to_contain_text("开业")

    office.part("take-away").get_by_text(office.say(*TAKE_AWAY)).click()
    expect(office.part("effect")).to_contain_text(
        office.say("12 积分 → 10 积分", "12 points → 10 points")
    )
    expect(office.part("take-away")).to_contain_text(office.say("华东", "East"))
    office.is_accessible()
    save(office, "跟区域走")
    told(office, "已取消这里的设置，跟上级走", "Taken away: the level above counts here")
    in_force(office, office.say("华东", "East"))
    history = office.part("history")
    expect(history).to_contain_text("跟区域走")
    expect(history).to_contain_text(
        office.say("不再单独设置，跟上级走", "taken away, follows the level above")
    )
    office.is_accessible()
    office.button("用回第 1 版", "Take back version 1").click()
    expect(office.field(*EARNING_NAME)).to_have_value("12")
    office.button(*SAVE).click()
    in_force(office, office.say("人民广场店", "People's Square"))
    office.undisturbed()


def test_h1_the_next_sale_at_the_till_earns_by_the_stores_rule(
    shop_server: OpenShop, office_at: OpenOffice, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(a_member)
    office = office_at(shop, "zh-CN")
    office.first_sign_in(at="/office/settings")
    at_rule(office, str(named("store:S1")))
    office.field(*EARNING_NAME).fill("12")
    save(office, "开业")
    told(office, "新规则已生效", "")

    till = till_at(shop)
    sign_in(till, "S1-A")
    earned_on(till)
    expect(till.page.locator(".receipt")).to_contain_text("156")
    till.undisturbed()
    office.undisturbed()
    shop.ledger_is_clean()


def sign_in(till: Till, terminal: str) -> None:
    """The owner, who has her password, takes a till."""
    till.page.goto("/till/")
    till.page.get_by_label("登录名").fill("lina")
    till.page.get_by_label("密码", exact=True).fill(PASSWORD)
    till.page.get_by_role("button", name="登录", exact=True).tap()
    till.page.get_by_role("button", name=terminal).tap()
    expect(till.page.locator(".grid .tile").first).to_be_visible()


def with_own_prices(shop: ShopUnderTest) -> None:
    """The first store sells its pearl milk tea at 19.00."""
    list_id = shop.new_id()
    shop.run(
        AddPriceList(
            id=list_id,
            name_zh="人民广场价",
            name_en="People's Square prices",
            level=Level.STORE,
            place_id=named("store:S1"),
            effective_at=None,
            ends_at=None,
        )
    )
    tea = PriceForm(named("variant:milk_tea"), "", 1_900)
    shop.run(SetPrices(price_list_id=list_id, prices=(tea,), reason="本店"))


def open_like_the_first(office: Office) -> None:
    """A new store like the first one, with a till."""
    office.page.goto("/office/stores/new")
    office.choose(
        office.say("参照哪家店开", "Like which store"), office.say("人民广场店", "People's Square")
    )
    expect(office.part("like")).to_contain_text(office.say("不会照搬", "Not taken over"))
    office.is_accessible()
    office.field("门店编码", "Store code").fill("S3")
    office.field("中文名", "Name in Chinese").fill("徐汇店")
    office.field("英文名", "Name in English").fill("Xuhui")
    office.button(*SAVE).click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text(office.say("徐汇店", "Xuhui"))
    office.link("新增收银机", "New till").click()
    office.field("字母", "Letter").fill("A")
    office.field("名称", "Name").fill("S3-A")
    office.button(*SAVE).click()
    expect(office.part("tills")).to_contain_text("S3-A")


def change_price_of_new_store(office: Office, amount: str) -> None:
    """Head office changes what the tea costs at the new store."""
    office.page.goto("/office/catalogue/prices")
    row = office.page.get_by_role("row").filter(has_text=office.say("徐汇店", "Xuhui"))
    row.get_by_role("link").first.click()
    tea = office.say("珍珠奶茶", "Pearl milk tea")
    everybody = office.say("所有人", "Everybody")
    box = office.page.locator(f'input[aria-label^="{tea}"][aria-label$="{everybody}"]')
    expect(box).to_have_value("19.00")
    box.fill(amount)
    save(office, "换季")
    told(office, "新价格已生效", "The prices are saved")


@BOTH
def test_h3_a_store_opens_like_another_and_hears_of_a_price_when_it_is_back_on_line(
    shop_server: OpenShop, office_at: OpenOffice, till_at: Callable[..., Till], language: str
) -> None:
    shop: RunningShop = shop_server(with_own_prices)
    office = office_at(shop, language)
    office.first_sign_in(at="/office/stores")
    open_like_the_first(office)

    till = till_at(shop)
    sign_in(till, "S3-A")
    tile = till.page.locator(".grid .tile", has_text="珍珠奶茶")
    expect(tile).to_contain_text("¥19.00")
    till.order("珍珠奶茶")
    till.due("¥19.00")
    till.pay_exact_cash()
    till.paid()
    till.next_order()
    till.order("珍珠奶茶")
    till.due("¥19.00")
    till.page.locator(".cart").get_by_role("button", name="挂单").tap()
    expect(till.page.locator(".cart")).to_contain_text("还没点单")

    till.page.context.set_offline(offline=True)
    expect(till.page.get_by_text("本机没有网络").first).to_be_visible()
    change_price_of_new_store(office, "21")
    expect(tile).to_contain_text("¥19.00")
    till.page.context.set_offline(offline=False)
    expect(tile).to_contain_text("¥21.00", timeout=SHOWN_WITHIN_MILLISECONDS)

    till.page.locator(".ways").get_by_role("button", name="挂单").tap()
    till.page.locator("dialog").get_by_role("button", name="A002").tap()
    till.due("¥19.00")
    till.pay_exact_cash()
    till.paid()
    till.next_order()
    till.order("珍珠奶茶")
    till.due("¥21.00")
    office.undisturbed()
    shop.ledger_is_clean()
