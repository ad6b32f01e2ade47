"""The first page: today beside the same weekday, and what waits for somebody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET
from tests.browser.running import CASHIER
from tests.shops import ShopUnderTest

PHONE = "13912345678"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def two_same_weekdays(shop: ShopUnderTest) -> None:
    """One egg tart a week ago, two today, one of them by the same member; and a top-up."""
    today = shop.now
    shop.now = Instant(today - timedelta(days=7))
    wang = shop.join(PHONE)
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    shop.now = today
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    shop.run(shop.sale([shop.line("egg_tart")], cash=800))
    shop.top_up(wang, 10_000)


@BOTH
def test_the_day_begins_with_today_beside_the_same_weekday(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(two_same_weekdays), language)
    office.first_sign_in(at="/office/")
    today = office.say("今天", "Today")
    expect(office.page.get_by_role("heading", level=1)).to_have_text(today)
    sales = office.part("tile-sales_minor")
    expect(sales).to_contain_text("¥16.00")
    expect(sales).to_contain_text(office.say("上周同日 ¥8.00", "A week ago ¥8.00"))
    expect(sales).to_contain_text("+100")
    expect(office.part("tile-orders")).to_contain_text("2")
    expect(office.part("tile-repeat_share")).to_contain_text("100")
    expect(office.part("tile-value_paid_in_minor")).to_contain_text("¥100.00")
    expect(office.part("hours").get_by_role("img")).to_be_visible()
    expect(office.part("tasks").get_by_role("listitem")).to_have_count(5)
    sales.get_by_role("button").click()
    counts = office.say("取消的和还没付款的不算", "cancelled and unpaid bills are not counted")
    expect(sales).to_contain_text(counts)
    office.is_accessible()
    picture = tmp_path / f"home-{language}.png"
    office.page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 20_000
    office.undisturbed()


@BOTH
def test_a_shop_without_a_bill_is_told_where_figures_come_from_and_a_cashier_sees_none(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server()
    office = office_at(shop, language, TABLET)
    office.first_sign_in(at="/office/")
    expect(office.part("quiet")).to_contain_text(office.say("今天还没有开单", "Nothing sold yet"))
    expect(office.part("quiet").get_by_role("link")).to_have_attribute("href", "/till/")
    nothing = office.say("没有等着你处理的事", "Nothing is waiting for you")
    expect(office.part("tasks")).to_contain_text(nothing)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert office.page.evaluate(wider) == 0
    office.is_accessible()
    office.undisturbed()

    cashier = office_at(shop, language)
    cashier.first_sign_in(CASHIER, at="/office/home")
    refused = cashier.say("你没有查看这一页的权限", "You may not see this page")
    expect(cashier.page.get_by_role("heading", name=refused)).to_be_visible()
    cashier.is_accessible()
    cashier.undisturbed()


def test_a_figure_leads_to_its_report_a_refresh_brings_it_anew_and_a_store_narrows_it(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(two_same_weekdays), "zh-CN")
    office.first_sign_in(at="/office/")
    office.part("tile-value_paid_in_minor").get_by_role("link").click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("储值与积分")
    # The very figure that the first page told, beside that of a week ago.
    total = office.part("figures").get_by_role("row").nth(1)
    expect(total.get_by_role("cell").first).to_have_text(re.compile(r"^\s*¥100\.00\s*¥0\.00"))
    office.page.go_back()
    expect(office.part("tile-sales_minor")).to_contain_text("¥16.00")
    with office.page.expect_response("**/api/v1/home*") as answer:
        office.button("刷新", "Refresh").click()
    assert answer.value.ok
    office.choose("查看哪些门店", "静安寺店")
    expect(office.part("tile-sales_minor")).to_contain_text("¥0.00")
    expect(office.part("quiet")).to_be_visible()
    office.undisturbed()
