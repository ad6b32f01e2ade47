"""Selling over HTTP: what a till sends, what it gets, and what is refused without a trace."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.orders.receipt import Receipt
from regulars.domain.stores.permissions import Role
from regulars.http.order_answers import (
    ChangedView,
    OrderPageView,
    QuoteView,
    RefundPlanView,
    TopUpOfferView,
)
from regulars.use_cases.top_up import ToppedUp
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.web import A1, TERMINALS, Client, Web
from tests.shops import named


def cashier_of(web: Web) -> Client:
    return web.browser(web.hire(Role.CASHIER, Level.STORE, A1), till=TERMINALS[A1])


def manager_of(web: Web) -> Client:
    return web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1), till=TERMINALS[A1])


def a_line(web: Web, product: str, quantity: int = 1) -> dict[str, object]:
    return {
        "id": str(web.shop.new_id()),
        "product_id": str(named(f"product:{product}")),
        "variant_id": str(named(f"variant:{product}")),
        "quantity": quantity,
    }


def a_sale(web: Web, *lines: dict[str, object], cash: int, **more: object) -> dict[str, object]:
    tender = {"id": str(web.shop.new_id()), "kind": "cash", "amount_minor": cash}
    return {
        "order_id": str(web.shop.new_id()),
        "store_id": str(A1),
        "terminal_id": str(TERMINALS[A1]),
        "lines": list(lines) or [a_line(web, "lemon_tea")],
        "tenders": [tender],
        **more,
    }


def checked(reply: Reply, model: type, status: int = 200) -> dict[str, object]:
    """The answer, held against what OpenAPI says of it."""
    assert reply.status == status, reply.body
    TypeAdapter(model).validate_json(reply.body)
    return reply.json()


def test_a_till_quotes_sells_reprints_and_refunds(web: Web) -> None:
    cashier, manager = cashier_of(web), manager_of(web)
    wang = web.shop.join("13800138000")
    lines = [a_line(web, "lemon_tea", 2), a_line(web, "mango_ice")]
    basket = {"store_id": str(A1), "lines": lines, "member_id": str(wang)}
    quote = checked(cashier.send("POST", "/api/v1/quotes", basket), QuoteView)
    due = part(quote, "totals")["due_minor"]
    assert due == 2_250 + 2_200 - 500  # the welcome coupon is proposed
    assert [one["used"] for one in rows(quote, "coupons")] == [True]
    assert isinstance(due, int)
    sale = a_sale(web, *lines, cash=due, member_id=str(wang), fingerprint=quote["fingerprint"])
    receipt = checked(cashier.send("POST", "/api/v1/sales", sale), Receipt, 201)
    assert [one["reason_zh"] for one in rows(receipt, "deductions")] == ["第 2 件半价", "立减 5.00"]
    order = f"/api/v1/orders/{sale['order_id']}"
    again = checked(cashier.get(f"{order}/receipt"), Receipt)
    assert rows(again, "lines") == rows(receipt, "lines")
    assert rows(again, "deductions") == rows(receipt, "deductions")
    page = checked(cashier.get(f"/api/v1/orders?store_id={A1}"), OrderPageView)
    assert [one["id"] for one in rows(page, "orders")] == [sale["order_id"]]
    picture = cashier.get(f"{order}/qr.svg")
    assert (picture.status, picture.header("content-type")) == (200, "image/svg+xml")
    units = {"units": [{"line_id": lines[1]["id"], "count": 1}]}
    assert cashier.send("POST", f"{order}/refunds/plan", units).code == "permission.missing"
    plan = checked(manager.send("POST", f"{order}/refunds/plan", units), RefundPlanView)
    assert (plan["plan"], plan["why"]) == ("return_share", "share")
    shown = {one["plan"]: one for one in rows(plan, "outcomes")}
    assert {name: one["allowed"] for name, one in shown.items()} == {
        "return_share": True,
        "reprice_rest": False,
        "house_fault": True,
    }
    assert shown["return_share"]["amount_minor"] == plan["amount_minor"]
    refund = {**units, "id": str(web.shop.new_id()), "reason": "不合口味"}
    other = {**refund, "plan": "reprice_rest"}
    assert manager.send("POST", f"{order}/refunds", other).code == "refund.plan_not_allowed"
    after = checked(manager.send("POST", f"{order}/refunds", refund), Receipt, 201)
    assert part(after, "totals")["refunded_minor"] == plan["amount_minor"]
    assert part(after, "order")["state"] == "part_refunded"


def test_an_order_is_parked_by_one_till_and_paid_by_another(web: Web) -> None:
    cashier = cashier_of(web)
    sale = a_sale(web, cash=1_500)
    opened = {name: sale[name] for name in ("order_id", "store_id", "terminal_id", "lines")}
    checked(cashier.send("POST", "/api/v1/orders", opened), Receipt, 201)
    order = f"/api/v1/orders/{sale['order_id']}"
    shown = cashier.get(order)
    tag = shown.header("etag")
    assert tag == '"1"'
    more = {"lines": [a_line(web, "egg_tart")]}
    assert cashier.send("POST", f"{order}/lines", more).status == 428
    checked(cashier.send("POST", f"{order}/lines", more, If_Match=tag), ChangedView)
    stale = cashier.send("POST", f"{order}/lines", more, If_Match=tag)
    assert (stale.status, stale.code) == (412, "order.changed")
    quote = checked(cashier.send("POST", f"{order}/quote", {}), QuoteView)
    assert part(quote, "totals")["due_minor"] == 2_300
    tender = {"id": str(web.shop.new_id()), "kind": "external", "amount_minor": 2_300}
    paid = cashier.send("POST", f"{order}/settle", {"tenders": [tender]}, If_Match='"2"')
    assert part(checked(paid, Receipt), "order")["state"] == "paid"


def test_an_order_waits_until_it_is_paid_whatever_the_day(web: Web) -> None:
    cashier = cashier_of(web)
    sale = a_sale(web, cash=1_500)
    opened = {name: sale[name] for name in ("order_id", "store_id", "terminal_id", "lines")}
    cashier.send("POST", "/api/v1/orders", opened)
    web.shop.pass_time(days=1)
    morning = cashier_of(web)
    waiting = checked(morning.get(f"/api/v1/orders?store_id={A1}&state=open"), OrderPageView)
    assert [one["id"] for one in rows(waiting, "orders")] == [sale["order_id"]]
    assert [one["list_minor"] for one in rows(waiting, "orders")] == [1_500]
    today = checked(morning.get(f"/api/v1/orders?store_id={A1}"), OrderPageView)
    assert rows(today, "orders") == []


def test_money_is_topped_up_with_its_bonus(web: Web) -> None:
    cashier = cashier_of(web)
    wang = web.shop.join("13800138000")
    offers = cashier.get(f"/api/v1/stores/{A1}/top-up-offers")
    assert TypeAdapter(list[TopUpOfferView]).validate_json(offers.body)[0].bonus_minor == 1_000
    body = {
        "id": str(web.shop.new_id()),
        "store_id": str(A1),
        "terminal_id": str(TERMINALS[A1]),
        "principal_minor": 10_000,
        "tender": "cash",
    }
    path = f"/api/v1/members/{wang}/top-ups"
    topped = checked(cashier.send("POST", path, body), ToppedUp, 201)
    assert (topped["principal_after_minor"], topped["bonus_after_minor"]) == (10_000, 1_000)
    for amount in (0, -5, 99, 9_999_999):
        wrong = {**body, "id": str(web.shop.new_id()), "principal_minor": amount}
        assert cashier.send("POST", path, wrong).code == "top_up.amount_out_of_range"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("request.field_unknown", {"due_minor": 1}),
        ("request.field_unknown", {"price": 100}),
        ("scope.outside", {"store_id": str(named("store:S2"))}),
        ("scope.outside", {"store_id": str(named("nowhere"))}),
        ("terminal.unknown", {"terminal_id": str(named("terminal:S2:A"))}),
        ("order.lines_missing", {"lines": []}),
        ("order.member_unknown", {"member_id": str(named("nobody"))}),
        ("coupon.not_usable", {"coupons": [str(named("no coupon"))]}),
        ("payment.sum_wrong", {"tenders": []}),
        ("request.invalid", {"lines": "two teas"}),
        ("request.invalid", {"tenders": [{"id": "x", "kind": "gold", "amount_minor": 1.5}]}),
    ],
)
def test_a_wrong_sale_is_refused_in_both_languages(
    web: Web, code: str, change: dict[str, object]
) -> None:
    reply = cashier_of(web).send("POST", "/api/v1/sales", a_sale(web, cash=1_500, **change))
    problem = reply.json()
    assert problem["code"] == code
    assert reply.header("content-type") == "application/problem+json"
    assert problem["detail_zh"]
    assert problem["detail_en"]
    assert problem["detail_zh"] != problem["detail_en"]


def test_a_price_inside_a_line_is_refused(web: Web) -> None:
    line = {**a_line(web, "lemon_tea"), "unit_price_minor": 1}
    reply = cashier_of(web).send("POST", "/api/v1/sales", a_sale(web, line, cash=1))
    assert reply.code == "request.field_unknown"


def test_a_retry_gets_the_same_bytes_and_another_body_is_refused(web: Web) -> None:
    cashier, key = cashier_of(web), web.shop.new_id()
    sale = a_sale(web, cash=1_500)
    first = cashier.send("POST", "/api/v1/sales", sale, key=key)
    again = cashier.send("POST", "/api/v1/sales", sale, key=key)
    assert (again.status, again.body) == (first.status, first.body)
    other = cashier.send("POST", "/api/v1/sales", {**sale, "note": "少冰"}, key=key)
    assert (other.status, other.code) == (422, "command.reused")


def test_orders_of_another_store_do_not_exist_for_a_cashier(web: Web) -> None:
    cashier = cashier_of(web)
    other = web.shop.at(named("store:S2"), "terminal:S2:A")
    sale = other.sale([other.line("lemon_tea")], cash=1_500)
    other.run(sale)
    hidden = cashier.get(f"/api/v1/orders/{sale.order_id}")
    missing = cashier.get(f"/api/v1/orders/{UUID(int=7 << 76)}")
    assert (hidden.status, hidden.code) == (missing.status, missing.code)
    assert cashier.get(f"/api/v1/orders?store_id={named('store:S2')}").code == "scope.outside"
