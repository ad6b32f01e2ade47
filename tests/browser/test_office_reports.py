"""The reports: found, read as chart and table, compared, opened to their rows, and taken along."""

import gzip
import importlib.resources
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from regulars.domain.reports.registry import REPORTS, ReportName
from regulars.jobs.insights import measure
from regulars.use_cases.cut_points import BUYERS_MIN
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET, Office
from tests.insights import settle_jobs
from tests.shops import ShopUnderTest
from tests.workshops import workshop_of

PHONE = "13912345678"
CHART_KILOBYTES_MAX = 200
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def some_days(shop: ShopUnderTest) -> None:
    """Three bills on three days, two of them by one member, and one bill in the other store."""
    today = shop.now
    shop.now = Instant(today - timedelta(days=9))
    wang = shop.join(PHONE)
    shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
    shop.now = Instant(today - timedelta(days=2))
    shop.run(shop.sale([shop.line("egg_tart", quantity=2)], member=wang, cash=1_600))
    shop.now = Instant(today - timedelta(days=1))
    shop.run(shop.sale([shop.line("gift_box")], cash=6_000))
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    other.run(other.sale([other.line("egg_tart")], cash=800))
    shop.now = today


def scored(shop: ShopUnderTest) -> None:
    """The same days and enough newcomers of yesterday to be measured by: all are scored."""
    some_days(shop)
    today = shop.now
    shop.now = Instant(today - timedelta(days=1))
    for number in range(BUYERS_MIN):
        newcomer = shop.join(f"138000010{number:02}")
        shop.run(shop.sale([shop.line("egg_tart")], member=newcomer, cash=800))
    shop.now = today
    measure(workshop_of(shop), shop.now.date())
    settle_jobs(shop)


def opened(office: Office, name: str, query: str = "") -> None:
    """Go to a report and wait until it has answered."""
    office.page.goto(f"/office/reports/{name}{query}")
    expect(office.part("span")).to_be_visible()
    expect(office.page.locator("main [aria-busy=true]")).to_have_count(0)


def choose(office: Office, field: str, option: str) -> None:
    """Choose from one of the lists above a report."""
    office.choose(field, option)
    expect(office.page.locator("main [aria-busy=true]")).to_have_count(0)


@BOTH
def test_every_report_is_found_read_and_accessible(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(some_days), language)
    office.first_sign_in(at="/office/reports")
    page = office.page
    expect(page.get_by_role("heading", level=2)).to_have_count(4)
    expect(page.locator("main").get_by_role("listitem")).to_have_count(len(REPORTS))
    office.is_accessible()
    for name, report in REPORTS.items():
        opened(office, name.value)
        title = report.title.in_language("en" if language == "en" else "zh-CN")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        if name is ReportName.RFM:
            empty = office.say("会员还没有打分", "Members have not been scored yet")
            expect(page.get_by_role("heading", name=empty)).to_be_visible()
        if name.value in {"sales", "stores", "products", "growth"}:
            expect(office.part("chart").locator("canvas")).to_be_visible()
            page.screenshot(path=tmp_path / f"{name.value}-{language}.png", full_page=True)
        office.is_accessible()
    assert all(picture.stat().st_size > 20_000 for picture in tmp_path.glob("*.png"))
    office.undisturbed()


def compares_a_report(office: Office) -> None:
    """Another period, held against the one before, with another chart: kept by the address."""
    opened(office, "sales")
    page, figures = office.page, office.part("figures")
    expect(figures.get_by_role("row")).to_have_count(32)
    expect(figures.get_by_role("row").nth(1)).to_contain_text("¥92.00")
    choose(office, office.say("时间", "Period"), office.say("最近 7 天", "Last 7 days"))
    choose(office, office.say("对比", "Compare with"), office.say("对比前一段", "vs days before"))
    orders = office.say("单数", "Orders")
    choose(office, office.say("图上看什么", "Show in the chart"), orders)
    expect(figures.get_by_role("row")).to_have_count(9)
    expect(figures.get_by_role("row").nth(1)).to_contain_text("¥84.00")
    expect(figures.get_by_role("row").nth(1)).to_contain_text("¥8.00")
    expect(figures.get_by_role("row").nth(1)).to_contain_text("+950")
    expect(office.part("chart")).to_contain_text(office.say("对比期", "Before"))
    expect(office.part("chart").locator("canvas")).to_be_visible()
    office.is_accessible()
    page.reload()
    expect(figures.get_by_role("row")).to_have_count(9)
    expect(office.part("chart")).to_contain_text(orders)
    assert "period=week" in page.url
    assert "compare=previous" in page.url
    assert "chart=orders" in page.url
    assert "place=all" in page.url


def opens_what_is_behind(office: Office) -> None:
    """From a figure to its bills and a receipt, to its members and one of them."""
    opened(office, "stores", "?period=week&compare=previous")
    page, figures = office.page, office.part("figures")
    total = figures.get_by_role("row").nth(1)
    total.get_by_role("link", name="¥84.00", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(office.say("营业额", "Sales"))
    expect(page.get_by_role("row")).to_have_count(4)
    office.is_accessible()
    page.get_by_role(
        "button", name=re.compile(office.say("^看小票", "^View receipt"))
    ).first.click()
    expect(office.part("receipt")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name=re.compile(office.say("门店对比", "Stores compared"))).click()
    expect(figures.get_by_role("row").nth(1)).to_contain_text("¥84.00")
    assert "compare=previous" in page.url

    opened(office, "repurchase")
    figures.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("row")).to_have_count(2)
    office.is_accessible()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(office.link("概览", "Overview")).to_be_visible()


def takes_a_report_along(office: Office) -> None:
    """The same figures as two files and on paper."""
    opened(office, "sales", "?period=week")
    with office.page.expect_download() as download:
        office.link("下载 CSV", "Download CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert office.say("营业日报", "Sales by day") in text
    assert "84.00" in text
    with office.page.expect_download() as workbook:
        office.link("下载 Excel", "Download Excel").click()
    assert workbook.value.suggested_filename.endswith(".xlsx")
    with office.page.context.expect_page() as paper:
        office.link("打印", "Print").click()
    expect(paper.value.get_by_role("heading", level=1)).to_have_text(
        office.say("营业日报", "Sales by day")
    )


def reads_takings(office: Office) -> None:
    """Takings by tender, compared and opened; day by day each row says its day, and goes along."""
    opened(office, "tenders", "?period=week&compare=previous")
    page, figures = office.page, office.part("figures")
    rows = figures.get_by_role("row")
    expect(rows).to_have_count(7)
    cash = rows.filter(has_text=office.say("现金", "Cash"))
    expect(cash).to_contain_text("¥84.00")
    expect(cash).to_contain_text("¥8.00")
    expect(cash).to_contain_text(office.say("今天还没过完", "which is not over yet"))
    expect(office.part("chart").locator("canvas")).to_be_visible()
    cash.get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(4)

    opened(office, "takings", "?period=week")
    expect(rows).to_have_count(5)
    store = office.say("人民广场店 · 现金", "People's Square · Cash")
    expect(rows.nth(2)).to_contain_text(store)
    expect(rows.nth(2)).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))
    office.is_accessible()
    rows.nth(2).get_by_role("link", name="¥16.00", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("¥16.00")
    opened(office, "takings", "?period=week")
    with page.expect_download() as download:
        office.link("下载 CSV", "Download CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert office.say("营业日,门店,收款方式", "Business day,Store,Tender") in text


@BOTH
def test_a_report_is_compared_opened_to_its_rows_and_taken_along(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(some_days), language)
    office.first_sign_in(at="/office/reports")
    compares_a_report(office)
    opens_what_is_behind(office)
    reads_takings(office)
    takes_a_report_along(office)
    office.undisturbed()


def orders_the_rows(office: Office) -> None:
    """A figure says what it counts, and the rows stand by it."""
    opened(office, "products")
    rows = office.part("figures").get_by_role("row")
    expect(rows.nth(2)).to_contain_text("Egg tart")
    office.button("", "What Units sold counts").click()
    expect(office.part("meaning")).to_contain_text("fees are no goods")
    office.button("", "Goods sales").click()
    expect(rows.nth(2)).to_contain_text("Tea gift box")
    head = office.page.get_by_role("columnheader", name=re.compile("^Goods sales"))
    expect(head).to_have_attribute("aria-sort", "descending")
    office.button("", "Goods sales").click()
    expect(rows.nth(2)).to_contain_text("Egg tart")
    assert "sort=-goods_sales_minor" in office.page.url
    office.is_accessible()


def picks_days(office: Office) -> None:
    """Days of her own choice; those that make no sense are told or left aside."""
    opened(office, "sales")
    choose(office, "Period", "Pick dates")
    office.field("", "From").fill("2026-05-04")
    office.field("", "To").fill("2026-05-10")
    expect(office.part("figures").get_by_role("row")).to_have_count(9)
    expect(office.part("no-chart")).to_be_visible()
    office.is_accessible()
    office.field("", "To").fill("2026-05-01")
    expect(office.page.get_by_role("alert")).to_contain_text("the end must come after")
    office.field("", "To").fill("2026-05-04")
    expect(office.part("figures").get_by_role("row")).to_have_count(3)
    office.page.goto(
        "/office/reports/sales?from=2026-02-31&compare=never&chart=x&sort=y&place=nowhere"
    )
    expect(office.part("figures").get_by_role("row")).to_have_count(32)
    expect(office.page).to_have_url(re.compile("place=all"))


def narrows_the_place(office: Office) -> None:
    """The place that is chosen is part of the address."""
    opened(office, "stores")
    rows = office.part("figures").get_by_role("row")
    expect(rows).to_have_count(4)
    choose(office, "Which stores", "Jing'an")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("Jing'an")
    narrowed = office.page.url
    choose(office, "Which stores", "All stores")
    expect(rows).to_have_count(4)
    office.page.goto(narrowed)
    expect(rows).to_have_count(3)


def keeps_its_budget(fetched: list[str]) -> None:
    """What draws charts came once, and is no heavier than it may be."""
    (chart,) = {one for one in fetched if one.startswith("ChartCanvas") and one.endswith(".js")}
    assets = importlib.resources.files("regulars") / "web" / "office" / "assets"
    kilobytes = len(gzip.compress((assets / chart).read_bytes())) / 1024
    print(f"office, charts: {kilobytes:.0f} KB gzipped")
    assert kilobytes <= CHART_KILOBYTES_MAX


def test_rows_days_and_places_are_chosen_and_charts_are_fetched_with_the_first(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(some_days), "en")
    fetched: list[str] = []
    office.page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    office.first_sign_in(at="/office/reports")
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Reports")
    assert not any(name.startswith("ChartCanvas") for name in fetched)
    orders_the_rows(office)
    expect(office.part("chart").locator("canvas")).to_be_visible()
    keeps_its_budget(fetched)
    picks_days(office)
    narrows_the_place(office)
    office.undisturbed()


@BOTH
def test_a_field_of_the_grid_leads_to_its_members_and_what_is_unknown_leads_back(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(scored), language, TABLET)
    office.first_sign_in(at="/office/reports")
    opened(office, "rfm")
    expect(office.part("rfm").get_by_role("row")).to_have_count(6)
    expect(office.part("rfm").get_by_role("link")).to_have_count(2)
    expect(office.part("rfm")).to_contain_text(str(BUYERS_MIN))
    office.is_accessible()
    office.part("rfm").get_by_role("link", name="1", exact=True).click()
    expect(office.page.get_by_role("row")).to_have_count(2)
    office.is_accessible()
    office.page.goto("/office/reports/nothing")
    unknown = office.say("没有这张报表", "There is no such report")
    expect(office.page.get_by_role("heading", name=unknown)).to_be_visible()
    office.page.goto("/office/reports/sales/orders?metric=net_sales_minor")
    listless = office.say("这个数字没有明细", "There is no list behind this figure")
    expect(office.page.get_by_role("heading", name=listless)).to_be_visible()
    office.is_accessible()
    office.undisturbed()
