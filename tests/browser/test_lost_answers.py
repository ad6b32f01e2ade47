"""The answer to a payment is lost: nobody is charged twice, nothing is forgotten."""

from collections.abc import Callable

from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from regulars.storage.statement import Statement
from regulars.storage.tables.orders import orders
from tests.browser.conftest import OpenShop
from tests.browser.running import OWNER, PASSWORD, RunningShop
from tests.browser.till import Till

ORDERS: Statement[int] = Statement(select(func.count()).select_from(orders))


def orders_of(shop: RunningShop) -> int:
    """How many orders the shop has."""
    with shop.read() as database, database.read() as read:
        return read.all(ORDERS)[0]


def lose_the_answer(route: Route) -> None:
    """The server gets the request and acts on it; its answer never arrives."""
    route.fetch()
    route.abort("connectionreset")


def test_a_sale_whose_answer_was_lost_is_found_after_a_reload_and_exists_once(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("珍珠奶茶")
    till.due("¥18.00")
    till.page.route("**/api/v1/sales", lose_the_answer)
    till.pay_exact_cash()
    expect(till.page.get_by_role("alert")).to_contain_text("还没有得到确认")
    expect(till.page.locator(".state")).to_contain_text("有一单等待确认")
    till.page.unroute_all()
    till.page.reload()
    expect(till.paid()).to_contain_text("珍珠奶茶")
    assert orders_of(shop) == 1
    assert till.page.evaluate("localStorage.getItem('regulars.pending-sale')") is None
    shop.ledger_is_clean()


def test_a_sale_that_never_reached_the_server_is_sent_by_itself(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("芒果冰")
    till.due("¥22.00")
    till.page.route("**/api/v1/sales", lambda route: route.abort("connectionrefused"))
    till.pay_exact_cash()
    expect(till.page.get_by_role("alert")).to_contain_text("还没有得到确认")
    assert orders_of(shop) == 0
    till.page.unroute_all()
    expect(till.paid()).to_contain_text("芒果冰")
    assert orders_of(shop) == 1
    shop.ledger_is_clean()


def test_a_sign_in_that_ran_out_while_paying_keeps_the_sale(
    shop_server: OpenShop, till_at: Callable[..., Till]
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.first_sign_in()
    till.order("柠檬茶")
    till.due("¥15.00")
    till.pay()
    cookies = [one for one in till.page.context.cookies() if "terminal" in str(one.get("name"))]
    till.page.context.clear_cookies()
    till.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    till.part("cash-exact").tap()
    by_password = till.page.get_by_role("button", name="用密码登录")
    expect(
        till.page.get_by_role("button", name="登录", exact=True).or_(by_password)
    ).to_be_visible()
    till.page.get_by_label("登录名").fill(OWNER)
    till.page.get_by_label("密码").fill(PASSWORD)
    till.page.get_by_role("button", name="登录", exact=True).tap()
    expect(till.paid()).to_contain_text("柠檬茶")
    assert orders_of(shop) == 1
    shop.ledger_is_clean()
