"""Group buying at the till: opened, joined by a told code, filled; and given back where it was not."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Locator, expect

from regulars.domain.kernel.period import Instant
from regulars.jobs.groups import GROUPS
from regulars.use_cases.groups import JoinGroup, OpenGroup
from tests.browser.conftest import OpenShop
from tests.browser.rewarding import TERMS
from tests.browser.test_value import opened
from tests.browser.till import Till
from tests.inviting import THREE_TOGETHER, start, work
from tests.shops import ShopUnderTest

FIRST, SECOND, THIRD = "13912345678", "13800138000", "13700137000"


def together(shop: ShopUnderTest) -> None:
    """三人团奶茶 runs, and three who may buy together; the second has 50.00 paid in."""
    start(shop, "group_buy", THREE_TOGETHER)
    members = [shop.join(phone) for phone in (FIRST, SECOND, THIRD)]
    shop.top_up(members[1], 5_000)


def nobody_came(shop: ShopUnderTest) -> None:
    """Two took a seat three hours ago, in cash and from stored value, and the time ran out."""
    today = shop.now
    shop.now = Instant(today - timedelta(hours=3))
    two_seats_taken(shop)
    shop.now = today
    work(shop, GROUPS)


def all_came(shop: ShopUnderTest) -> None:
    """Three have their coupon: the first paid in cash, the second from 50.00 of stored value."""
    group = two_seats_taken(shop)
    take_seat(shop, group, shop.join(THIRD), tender="cash")


def two_seats_taken(shop: ShopUnderTest) -> UUID:
    """A group with two of its three seats taken, one in cash and one from stored value."""
    programme = start(shop, "group_buy", THREE_TOGETHER)
    first, second = shop.join(FIRST), shop.join(SECOND)
    shop.top_up(second, 5_000)
    group = shop.new_id()
    seat = OpenGroup(
        id=group,
        seat_id=shop.new_id(),
        programme_id=programme,
        member_id=first,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender="cash",
    )
    shop.run(seat)
    take_seat(shop, group, second, tender="stored_value")
    return group


def take_seat(shop: ShopUnderTest, group: UUID, member: UUID, *, tender: str) -> None:
    """One more joins."""
    seat = JoinGroup(
        seat_id=shop.new_id(),
        group_id=group,
        member_id=member,
        store_id=shop.store_id,
        terminal_id=shop.terminal_id,
        tender=tender,
    )
    shop.run(seat)


def at_groups(till: Till, phone: str) -> Locator:
    """The group buys of the member with this number."""
    till.scan(phone)
    expect(till.page.locator(".strip .who")).to_be_visible()
    return opened(till, "groups")


def leave(till: Till) -> None:
    """The next member, please."""
    till.page.keyboard.press("Escape")
    till.page.get_by_role("button", name="移除会员").tap()


def test_three_take_their_seats_and_all_have_their_coupon(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(together, terms=TERMS)
    till = till_at(shop)
    till.first_sign_in()
    sheet = at_groups(till, FIRST)
    expect(till.part("group-deal")).to_contain_text("3 人成团，2 小时内有效")
    till.part("group-new").tap()
    expect(till.part("group-pay")).to_contain_text("还差 3 位")
    till.part("group-cash").tap()
    told = till.part("group-told")
    expect(told).to_contain_text("还差 2 位")
    code = told.inner_text().split("团号 ")[1][:6]
    expect(till.part("group-seat")).to_contain_text(f"团号 {code}")
    expect(till.part("group-open")).to_be_disabled()
    expect(till.part("group-open")).to_contain_text("已在团里")
    leave(till)

    at_groups(till, SECOND)
    till.part("group-code").fill("222222")
    expect(sheet.get_by_role("alert")).to_contain_text("没有这个团")
    till.part("group-code").fill(f"{code[:3].lower()} {code[3:].lower()}")
    pay = till.part("group-pay")
    expect(pay).to_contain_text("139****5678")
    expect(pay).to_contain_text("还差 2 位")
    till.part("group-stored").tap()
    expect(told).to_contain_text(f"已参团 {code}，还差 1 位")
    leave(till)

    at_groups(till, THIRD)
    till.part("group-open").tap()
    expect(till.part("group-stored")).to_be_disabled()
    expect(till.part("group-external")).to_be_disabled()
    till.part("group-reference").fill("wx-20261122-1")
    till.part("group-external").tap()
    expect(told).to_contain_text("拼团成功！3 位的兑换券都已到账")
    expect(till.part("group-seat")).to_contain_text("已成团")
    expect(till.part("group-open")).to_have_count(0)
    till.part("tab-value").tap()
    expect(sheet.locator(".coupons li")).to_have_count(1)
    leave(till)

    at_groups(till, SECOND)
    expect(till.part("group-seat")).to_contain_text("已成团")
    expect(till.page.locator(".strip")).to_contain_text("¥40.10")
    till.undisturbed()
    shop.ledger_is_clean()


def test_what_was_paid_for_a_group_that_nobody_filled_comes_back(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(nobody_came, terms=TERMS)
    till = till_at(shop)
    till.managed()
    at_groups(till, SECOND)
    seat = till.part("group-seat")
    expect(seat).to_contain_text("没有成团，¥9.90 已自动退回储值")
    expect(till.page.locator(".strip")).to_contain_text("¥50.00")
    leave(till)
    at_groups(till, FIRST)
    expect(seat).to_contain_text("没有成团，待退现金 ¥9.90")
    till.part("ask-manager").tap()
    till.manager_comes()
    till.part("group-pay-back").tap()
    expect(till.part("group-told")).to_contain_text("请从钱箱取 ¥9.90 交给顾客")
    expect(seat).to_contain_text("¥9.90 已退给顾客")
    expect(till.part("group-pay-back")).to_have_count(0)
    till.undisturbed()
    shop.ledger_is_clean()


def test_a_seat_of_a_full_group_goes_back_the_way_it_was_paid(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server(all_came, terms=TERMS)
    till = till_at(shop)
    till.managed()
    at_groups(till, FIRST)
    till.part("group-refund").tap()
    sheet = till.page.get_by_role("dialog")
    expect(sheet).to_contain_text("兑换券同时作废")
    till.part("ask-manager").tap()
    till.manager_comes()
    till.page.get_by_role("button", name="搬家，来不了了").tap()
    till.part("group-refund-confirm").tap()
    expect(till.part("group-refund-done")).to_contain_text("请从钱箱取 ¥9.90 交给顾客")
    sheet.get_by_role("button", name="完成").tap()
    expect(till.part("group-seat")).to_contain_text("这个名额已退，退款 ¥9.90")
    expect(till.part("group-refund")).to_have_count(0)
    till.part("tab-value").tap()
    expect(sheet.locator(".coupons li")).to_have_count(0)
    leave(till)

    at_groups(till, SECOND)
    expect(till.page.locator(".strip")).to_contain_text("¥40.10")
    till.part("group-refund").tap()
    till.page.get_by_role("button", name="顾客不想用了").tap()
    till.part("group-refund-confirm").tap()
    expect(till.part("group-refund-done")).to_contain_text("¥9.90 已退回储值")
    sheet.get_by_role("button", name="完成").tap()
    expect(till.page.locator(".strip")).to_contain_text("¥50.00")
    till.undisturbed()
    shop.ledger_is_clean()
