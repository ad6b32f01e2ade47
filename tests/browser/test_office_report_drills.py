"""From an hour to its bills and from a coupon's figures to the coupons: each row is what was counted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import Choices
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.shops import ShopUnderTest

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def yesterday(shop: ShopUnderTest) -> None:
    """A member gets one coupon for joining and another that she uses; somebody else buys without."""
    today = shop.now
    shop.now = Instant(today - timedelta(days=1))
    wang = shop.join("13912345678")
    choices = Choices(coupons=(shop.coupon(wang, "TEN"),))
    shop.run(shop.sale([shop.line("mango_ice")], member=wang, cash=1_200, choices=choices))
    shop.run(shop.sale([shop.line("egg_tart")], cash=800))
    shop.now = today


def opened(office: Office, name: str) -> None:
    """A report of yesterday."""
    office.page.goto(f"/office/reports/{name}?period=yesterday")
    expect(office.part("span")).to_be_visible()
    expect(office.page.locator("main [aria-busy=true]")).to_have_count(0)


@BOTH
def test_an_hour_leads_to_its_bills_and_a_coupon_to_its_own(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(yesterday), language)
    office.first_sign_in(at="/office/reports")
    page = office.page
    for name in ("hours", "dayparts"):
        opened(office, name)
        # Below the heads and the total: the one row with sales, and its first figure.
        row = office.part("figures").get_by_role("row").nth(2)
        row.get_by_role("link", name="¥20.00").click()
        expect(page).to_have_url(re.compile(f"/reports/{name}/orders"))
        bills = page.get_by_role("row")
        expect(bills).to_have_count(3)
        expect(bills.filter(has_text="¥12.00")).to_have_count(1)
        office.is_accessible()

    opened(office, "coupons")
    issued = office.part("figures").get_by_role("row").nth(1).get_by_role("link", name="2")
    issued.first.click()
    expect(page).to_have_url(re.compile("/reports/coupons/coupons"))
    coupons = page.get_by_role("row")
    expect(coupons).to_have_count(3)
    expect(coupons.filter(has_text=office.say("立减10元", "10 off"))).to_have_count(1)
    to_bill = coupons.get_by_role("button")
    expect(to_bill).to_have_count(1)
    office.is_accessible()
    to_bill.click()
    expect(page.get_by_role("dialog")).to_contain_text("¥12.00")
    office.undisturbed()
