"""The offers area: written from a template, tried, back-tested, published, seen at the till, stopped."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from regulars.domain.stores.permissions import Role
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.staffing import add_person
from tests.browser.till import Till
from tests.shops import ShopUnderTest, named

PHONE = "13912345678"
MANAGER = "chenjing"
SHIFT_LEAD = "sunyue"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
SILVER: Mapping[str, object] = {
    "tiers.ladder": [
        {"code": "silver", "name_zh": "银叶", "name_en": "Silver leaf", "growth_from": 0},
        {"code": "gold", "name_zh": "金叶", "name_en": "Gold leaf", "growth_from": 1_000},
    ],
    "joining.points": 0,
    "joining.coupon_types": [],
}


def with_managers(shop: ShopUnderTest) -> None:
    """A new manager of the region, one of a store, and a silver member who came three days ago."""
    add_person(shop, MANAGER, Role.REGION_MANAGER, ("region", named("region")))
    add_person(shop, SHIFT_LEAD, Role.STORE_MANAGER, ("store", shop.store_id))
    today = shop.now
    shop.now = Instant(today - timedelta(days=3))
    member = shop.join(PHONE)
    for _ in range(3):
        shop.run(shop.sale([shop.line("mango_ice", quantity=2)], member=member, cash=4_400))
    shop.now = today


def open_template(office: Office, chinese: str, english: str) -> None:
    """Start a new offer from a template."""
    office.page.goto("/office/offers/templates")
    office.part("templates").get_by_role("link", name=office.say(chinese, english)).click()
    expect(office.part("effect")).to_be_visible()


def name_it(office: Office, text: str) -> None:
    """Give an offer its name in Chinese."""
    office.field("中文名称", "Name in Chinese").fill(text)


def without_tags(office: Office) -> None:
    """Take the example of the template out of the goods."""
    label = office.say("活动商品: 商品标签", "Goods: Product tags")
    office.page.get_by_role("combobox", name=label, exact=True).press("Backspace")


def of_mango_ice(office: Office) -> None:
    """Let the offer be about the mango ice."""
    without_tags(office)
    field = office.say("活动商品: 商品", "Goods: Products")
    office.choose(field, office.say("芒果冰", "Mango ice"))
    office.page.keyboard.press("Escape")


def add_condition(office: Office, chinese: str, english: str) -> None:
    """Add one condition."""
    office.choose(office.say("添加条件", "Add a condition"), office.say(chinese, english))


def test_a_new_manager_writes_back_tests_and_publishes_second_at_half_price(
    shop_server: OpenShop,
    office_at: OpenOffice,
    till_at: Callable[..., Till],
    tmp_path: Path,
) -> None:
    shop = shop_server(with_managers, terms=SILVER)
    office = office_at(shop, "en")
    office.first_sign_in(MANAGER)
    open_template(office, "第二杯半价", "Second cup at half price")
    name_it(office, "银叶第二杯半价")
    unknown = office.say("没有任何商品带这个标签", "No item carries this tag")
    expect(office.part("refusals")).to_contain_text(unknown)
    office.is_accessible()
    of_mango_ice(office)
    add_condition(office, "会员等级", "Member tier")
    conditions = office.part("conditions")
    tier = office.say("会员等级", "Member tier")
    office.choose(tier, office.say("银叶", "Silver leaf"), within=conditions)
    office.page.keyboard.press("Escape")
    add_condition(office, "星期几", "Day of the week")
    add_condition(office, "时段", "Time of day")
    sentence = office.part("sentence")
    for chinese, english in (("半价", "half price"), ("周一至周五", "Mon–Fri")):
        expect(sentence).to_contain_text(office.say(chinese, english))
    expect(sentence).to_contain_text("14:00–17:00")
    expect(sentence).to_contain_text(office.say("银叶", "Silver leaf"))
    expect(office.part("check-good")).to_be_visible()
    office.page.screenshot(path=tmp_path / "offer-en.png", full_page=True)
    office.is_accessible()

    office.button("回测", "Back-test").click()
    drawer = office.page.get_by_role("dialog")
    start = office.say("开始回测", "Start the back-test")
    drawer.get_by_role("button", name=start).click()
    expect(office.part("backtest-state")).to_have_text(office.say("已完成", "Done"))
    expect(office.part("figures")).to_contain_text("¥")
    plot = drawer.locator("img")
    expect(plot).to_be_visible()
    expect(plot).to_have_js_property("naturalWidth", 960)
    office.is_accessible()
    office.page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)

    office.button("发布", "Publish").click()
    expect(office.part("offer-sentence")).to_contain_text("14:00–17:00")
    office.is_accessible()
    office.undisturbed()

    till = till_at(shop)
    till.first_sign_in()
    till.order("芒果冰", "芒果冰")
    till.scan(PHONE)
    till.part("explain").tap()
    expect(till.page.locator("dialog")).to_contain_text("银叶第二杯半价")
    till.undisturbed()


def test_an_offer_without_conditions_is_at_the_till_as_soon_as_it_is_published(
    shop_server: OpenShop, office_at: OpenOffice, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(with_managers, terms=SILVER)
    office = office_at(shop)
    office.first_sign_in(MANAGER)
    open_template(office, "第二杯半价", "")
    name_it(office, "芒果冰第二份半价")
    of_mango_ice(office)
    expect(office.part("check-good")).to_be_visible()
    office.button("试算一单", "").click()
    trial = office.part("trial")
    for _ in range(2):
        office.choose("放入商品", "芒果冰", within=trial)
    expect(office.part("applied")).to_be_visible()
    expect(office.part("trial-due")).to_have_text("¥33.00")
    office.is_accessible()
    office.button("关闭此对话框", "").click()
    expect(trial).to_have_count(0)
    office.button("发布", "").click()
    expect(office.part("offer-sentence")).to_contain_text("半价")
    till = till_at(shop)
    till.first_sign_in()
    till.order("芒果冰", "芒果冰")
    till.due("¥33.00")
    office.button("停止", "").click()
    office.part("yes").click()
    expect(office.page.locator("main .chip").first).to_have_text("已停止")
    till.order("芒果冰")
    till.due("¥66.00")
    office.undisturbed()


@BOTH
def test_every_screen_of_the_area_can_be_read_by_everybody(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(with_managers, terms=SILVER), language)
    office.first_sign_in(MANAGER)
    page = office.page
    second = named("offer:second")
    for address in (
        "offers",
        "offers/templates",
        "offers/calendar",
        "offers/backtests",
        f"offers/{second}",
        f"offers/{second}/basket",
        f"offers/{second}/past",
        f"offers/{second}/history",
        f"offers/{second}/edit",
        "offers/new",
        "offers/00000000-0000-7000-8000-000000000000",
    ):
        page.goto(f"/office/{address}")
        expect(page.locator("main h1, main h2").first).to_be_visible()
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        office.is_accessible()
        page.screenshot(path=tmp_path / f"{address.replace('/', '-')}-{language}.png")
    assert all(path.stat().st_size > 8_000 for path in tmp_path.glob("offers*.png"))

    page.goto("/office/offers/calendar?month=2026-06")
    expect(office.part("month")).to_have_text(office.say("2026年6月", "June 2026"))
    standing = office.say("第二杯半价", "Second at half price")
    expect(office.part("throughout")).to_contain_text(standing)
    expect(page.get_by_role("row")).to_have_count(6)
    office.button("下个月", "Next month").click()
    expect(office.part("month")).to_have_text(office.say("2026年7月", "July 2026"))
    expect(page).to_have_url(re.compile("month=2026-07"))
    office.undisturbed()


def test_nobody_loses_a_changed_offer_by_leaving_or_to_another_editor(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(with_managers, terms=SILVER), "en")
    office.first_sign_in()
    address = f"/office/offers/{named('offer:second')}/edit"
    office.page.goto(address)
    name_it(office, "第二杯五折")
    side = office.page.get_by_role("navigation").first
    side.get_by_role("link", name="Offers", exact=True).click()
    question = office.page.get_by_role("dialog")
    question.get_by_role("button", name="Stay here").click()
    expect(office.field("", "Name in Chinese")).to_have_value("第二杯五折")
    colleague = Office(office.page.context.new_page(), "en")
    colleague.page.goto(address)
    name_it(colleague, "第二杯半价啦")
    colleague.button("", "Save as a new version").click()
    expect(colleague.part("offer-sentence")).to_be_visible()
    office.button("", "Save as a new version").click()
    clash = office.part("clash")
    expect(clash).to_contain_text("第二杯半价啦")
    expect(clash).to_contain_text("第二杯五折")
    office.is_accessible()
    clash.get_by_role("button", name="Save mine").click()
    expect(office.part("offer-sentence")).to_be_visible()
    office.link("", "History").click()
    expect(office.page.get_by_role("row")).to_have_count(4)
    expect(office.page.get_by_role("row").nth(1)).to_contain_text("林娜")
    office.is_accessible()
    office.undisturbed()
    colleague.undisturbed()


def test_a_draft_is_put_aside_found_again_and_published_or_thrown_away(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(with_managers, terms=SILVER), "en")
    office.first_sign_in(MANAGER)
    for name in ("=SUM(A1) 🍵 سارة", "另一份"):
        open_template(office, "", "20 off for every 100")
        name_it(office, name)
        office.field("", "Name in English").fill(name)
        office.button("", "Keep as a draft").click()
        office.page.goto("/office/offers?state=draft")
        line = office.page.get_by_role("link", name=name)
        expect(line).to_be_visible()
        office.is_accessible()
        line.click()
        expect(office.field("", "Name in Chinese")).to_have_value(name)
        if name == "另一份":
            office.button("", "Throw the draft away").click()
            office.part("yes").click()
            expect(office.page.get_by_role("heading", name="Offers", exact=True)).to_be_visible()
        else:
            office.button("", "Publish").click()
            expect(office.part("offer-sentence")).to_be_visible()
        office.page.goto("/office/offers?state=draft")
        nothing = office.page.get_by_role("heading", name="No such offers")
        expect(nothing).to_be_visible()
    office.undisturbed()


def test_what_is_wrong_stands_where_it_belongs(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(with_managers, terms=SILVER))
    office.first_sign_in(MANAGER)
    open_template(office, "满100减10 满200减30", "")
    name_it(office, "满减")
    first = office.page.get_by_label("第 1 档：满多少钱", exact=True)
    first.fill("abc")
    expect(office.part("effect")).to_contain_text("请填数字")
    office.button("发布", "").click()
    expect(first).to_be_focused()
    first.fill("300")
    order = "满减档位要从低到高"
    expect(office.part("refusals")).to_contain_text(order)
    office.button("发布", "").click()
    expect(office.part("effect").get_by_role("alert")).to_contain_text(order)
    first.fill("100")
    expect(office.part("check-good")).to_be_visible()
    office.field("结束", "").fill("2020-01-01T00:00")
    office.button("发布", "").click()
    ends = office.page.locator(".is-error", has=office.field("结束", ""))
    expect(ends.get_by_role("alert")).to_be_visible()
    most = office.field("最多减", "")
    most.fill("一百")
    office.button("发布", "").click()
    # What is mistyped must never become "no limit".
    expect(most).to_be_focused()
    expect(office.part("effect")).to_contain_text("请填数字")
    office.is_accessible()
    office.undisturbed()


def test_who_may_not_write_offers_reads_them(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(with_managers, terms=SILVER))
    office.first_sign_in(SHIFT_LEAD)
    office.page.goto("/office/offers")
    expect(office.page.get_by_role("link", name="第二杯半价")).to_be_visible()
    expect(office.page.get_by_role("link", name="新建优惠")).to_have_count(0)
    office.page.goto(f"/office/offers/{named('offer:second')}")
    expect(office.part("offer-sentence")).to_be_visible()
    expect(office.button("停止", "")).to_have_count(0)
    for words in ("修改", "复制"):
        expect(office.link(words, "")).to_have_count(0)
    office.page.goto("/office/offers/new")
    refused = office.page.get_by_role("heading", name="你没有查看这一页的权限")
    expect(refused).to_be_visible()
    office.is_accessible()
    office.undisturbed()
