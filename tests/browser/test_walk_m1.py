"""Walk M1, the manager's morning: from Home to yesterday's takings by tender, what staff took off by
hand or voided, and the bills that were given back, each opened."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from regulars.domain.kernel.period import Instant
from regulars.domain.payments.tender import TenderKind
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.domain.stores.permissions import PERMISSIONS_OF, Role
from regulars.use_cases.open_orders import CancelOrder, OpenOrder, VoidLine
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refunds import RefundOrder
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import CASHIER
from tests.browser.staffing import add_person
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
MANAGER = "wanghong"
PHONE = "13912345678"


def somebody(login: str, role: Role) -> Actor:
    """One of the staff as the till's API knows them."""
    return Actor(
        kind=ActorKind.STAFF,
        id=named(f"staff:{login}"),
        permissions=PERMISSIONS_OF[role],
        scope=SYSTEM.scope,
    )


def yesterday(shop: ShopUnderTest) -> None:
    """A day of sales by every tender, a discount by hand, voids, and two bills given back."""
    add_person(shop, MANAGER, Role.STORE_MANAGER, ("store", shop.store_id))
    cashier, manager = somebody(CASHIER, Role.CASHIER), somebody(MANAGER, Role.STORE_MANAGER)
    today = shop.now
    shop.now = Instant(today - timedelta(days=1))
    wang = shop.join(PHONE)
    shop.top_up(wang, 10_000)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000), actor=cashier)
    by_card = (shop.tender(TenderKind.EXTERNAL, 800),)
    card = replace(shop.sale([shop.line("egg_tart")]), tenders=by_card)
    shop.run(card, actor=cashier)
    tea = shop.line("lemon_tea")
    off = ManualDiscount(
        id=shop.new_id(), reason="洒了一点", by="", line_id=tea.id, basis_points=1_000
    )
    reduced = shop.sale([tea], cash=1_350, choices=Choices(coupons=(), manual=(off,)))
    shop.run(reduced, actor=cashier)
    back = shop.sale([shop.line("egg_tart", quantity=2)], cash=1_600)
    shop.run(back, actor=cashier)
    voids(shop, cashier)
    for sale, reason in ((back, "做错了"), (card, "等太久")):
        refund = RefundOrder(id=shop.new_id(), order_id=sale.order_id, units=None, reason=reason)
        shop.run(refund, actor=manager)
        shop.pass_time(minutes=1)
    shop.now = today
    shop.run(shop.sale([shop.line("egg_tart")], cash=800), actor=cashier)


def voids(shop: ShopUnderTest, cashier: Actor) -> None:
    """A table takes one thing off its order, and then leaves."""
    lines = (shop.line("egg_tart"), shop.line("gift_box"))
    head = OrderHead(
        order_id=shop.new_id(),
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        source="table",
        note=None,
    )
    shop.run(OpenOrder(head=head, lines=lines, member_id=None), actor=cashier)
    shop.run(VoidLine(order_id=head.order_id, seen=1, line_id=lines[0].id), actor=cashier)
    shop.run(CancelOrder(order_id=head.order_id, seen=2), actor=cashier)


def read(office: Office, chinese: str, english: str) -> Locator:
    """Open a report from the list of them, of yesterday."""
    office.link("报表", "Reports").first.click()
    title = office.say(chinese, english)
    office.page.locator("main").get_by_role("link", name=title, exact=True).click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text(title)
    office.choose(office.say("时间", "Period"), office.say("昨天", "Yesterday"))
    expect(office.page).to_have_url(re.compile("period=yesterday"))
    expect(office.page.locator("main [aria-busy=true]")).to_have_count(0)
    return office.part("figures")


def cell(office: Office, row: Locator, chinese: str, english: str) -> Locator:
    """The cell of a row under the head of this name."""
    heads = office.part("figures").locator("thead th")
    names = [text.strip() for text in heads.all_text_contents()]
    name = office.say(chinese, english)
    at = next(place for place, text in enumerate(names) if re.sub(r"[ⓘ↑↓\s]+$", "", text) == name)
    return row.locator("th, td").nth(at)


def reads_the_takings(office: Office) -> None:
    """What came in with each tender yesterday, and the bill behind the cards."""
    figures = read(office, "收款方式", "Takings by tender")
    rows = figures.get_by_role("row")
    expect(rows).to_have_count(7)
    cash = rows.filter(has=office.page.get_by_role("rowheader", name=office.say("现金", "Cash")))
    expect(cell(office, cash, "收款", "Taken")).to_have_text("¥29.50")
    expect(cell(office, cash, "退回", "Given back")).to_have_text("¥16.00")
    expect(cell(office, cash, "净收款", "Net taken")).to_have_text("¥13.50")
    expect(cell(office, cash, "充值金额", "Topped up")).to_have_text("¥100.00")
    expect(cell(office, cash, "应有实收", "Money in hand")).to_have_text("¥113.50")
    total = rows.nth(1)
    expect(cell(office, total, "收款", "Taken")).to_have_text("¥97.50")
    office.is_accessible()
    card = rows.filter(has_text=office.say("刷卡/扫码", "Card / QR"))
    cell(office, card, "收款", "Taken").get_by_role("link").click()
    expect(office.page.get_by_role("row")).to_have_count(2)
    opens_the_receipt(office, "¥8.00")


def opens_the_receipt(office: Office, amount: str) -> None:
    """The bill of the newest row, as its guest got it."""
    looks = office.page.get_by_role("button", name=re.compile(office.say("^看小票", "^View rec")))
    looks.first.click()
    expect(office.part("receipt")).to_contain_text(amount)
    office.is_accessible()
    office.page.keyboard.press("Escape")
    expect(office.part("receipt")).to_have_count(0)


def reads_what_staff_took_off(office: Office) -> None:
    """Discounts by hand, voids and refunds, each with who did it."""
    figures = read(office, "员工业绩", "Staff")
    cashier = figures.get_by_role("row").filter(has_text="赵小雨")
    expect(cell(office, cashier, "手动折扣", "Discounts by hand")).to_have_text("¥1.50")
    expect(cell(office, cashier, "作废明细", "Lines voided")).to_have_text("1")
    expect(cell(office, cashier, "取消的挂单", "Orders cancelled")).to_have_text("1")
    expect(cell(office, cashier, "作废金额", "Voided, at list price")).to_have_text("¥68.00")
    office.is_accessible()
    cell(office, cashier, "手动折扣单数", "Orders with one").get_by_role("link").click()
    expect(office.page.get_by_role("row")).to_have_count(2)
    opens_the_receipt(office, "¥13.50")


def reads_the_refunds(office: Office) -> None:
    """Each bill that was given back: who, why, before and after."""
    figures = read(office, "员工业绩", "Staff")
    manager = figures.get_by_role("row").filter(has_text=MANAGER)
    cell(office, manager, "退款笔数", "Refunds made").get_by_role("link").click()
    rows = office.page.get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("等太久")
    for words in ("做错了", MANAGER, "¥16.00", "¥0.00"):
        expect(rows.nth(2)).to_contain_text(words)
    office.is_accessible()
    opens_the_receipt(office, "¥8.00")


def reads_who_voided(office: Office) -> None:
    """The audit log tells the line that was taken off, and what it came to."""
    office.link("操作记录", "Audit log").click()
    voided = office.say("订单：作废明细", "Order: line voided")
    row = office.page.get_by_role("row").filter(has_text=voided)
    expect(row).to_contain_text("赵小雨")
    row.get_by_role("button").click()
    expect(office.page.get_by_role("dialog")).to_contain_text("¥8.00")
    expect(office.page.get_by_role("dialog")).to_contain_text("蛋挞")
    office.is_accessible()
    office.page.keyboard.press("Escape")


@BOTH
def test_a_managers_morning(shop_server: OpenShop, office_at: OpenOffice, language: str) -> None:
    office = office_at(shop_server(yesterday), language)
    office.first_sign_in(MANAGER, at="/office/")
    expect(office.part("tile-sales_minor")).to_contain_text("¥8.00")
    office.is_accessible()
    reads_the_takings(office)
    reads_what_staff_took_off(office)
    reads_the_refunds(office)
    reads_who_voided(office)
    office.undisturbed()
