"""Fees, costs, discounts by hand and tags as a till and head office meet them."""

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.order_answers import QuoteView
from tests.answers import part, rows
from tests.http.test_goods import owner, priced, product, variant
from tests.http.test_orders import a_line, a_sale, cashier_of, checked, manager_of
from tests.http.web import A1, TERMINALS, Client, Web
from tests.shops import named

BAG = str(named("variant:egg_tart"))


def charging_bags(web: Web) -> None:
    rule = {"variant_id": BAG, "sources": ["takeaway"], "per": "order"}
    body = {
        "id": str(web.shop.new_id()),
        "level": "organisation",
        "value": [rule],
        "reason": "环保",
    }
    assert owner(web).send("PUT", "/api/v1/terms/fees.rules", body).status == 200


def manual(web: Web, basis_points: int) -> list[dict[str, object]]:
    return [{"id": str(web.shop.new_id()), "basis_points": basis_points, "reason": "洒了一点"}]


def test_a_quote_and_its_sale_agree_on_the_fee(web: Web) -> None:
    charging_bags(web)
    cashier = cashier_of(web)
    lines = [a_line(web, "lemon_tea"), a_line(web, "mango_ice")]
    basket = {"store_id": str(A1), "lines": lines, "source": "takeaway"}
    quote = checked(cashier.send("POST", "/api/v1/quotes", basket), QuoteView)
    assert [line["kind"] for line in rows(quote, "lines")] == ["goods", "goods", "fee"]
    due = part(quote, "totals")["due_minor"]
    assert due == 1_500 + 2_200 + 800
    assert isinstance(due, int)
    sale = a_sale(
        web, *lines, cash=due, source="takeaway", fingerprint=quote["fingerprint"], coupons=[]
    )
    assert cashier.send("POST", "/api/v1/sales", sale).status == 201
    asked = {"store_id": str(A1), "lines": [a_line(web, "egg_tart")], "source": "counter"}
    assert cashier.send("POST", "/api/v1/quotes", asked).code == "order.fee_not_ordered"
    menu = cashier.get(f"/api/v1/stores/{A1}/menu").json()
    shown = {one["id"] for shelf in rows(menu, "products") for one in rows(shelf, "variants")}
    assert BAG not in shown


def test_a_parked_order_is_quoted_and_settled_with_its_fee(web: Web) -> None:
    charging_bags(web)
    cashier = cashier_of(web)
    parked = a_sale(web, cash=0, source="takeaway")
    tenders = parked.pop("tenders")
    assert tenders
    assert cashier.send("POST", "/api/v1/orders", parked).status == 201
    order = f"/api/v1/orders/{parked['order_id']}"
    quote = checked(cashier.send("POST", f"{order}/quote", {"coupons": []}), QuoteView)
    tender = {"id": str(web.shop.new_id()), "kind": "cash", "amount_minor": 2_300}
    pay = {"tenders": [tender], "coupons": [], "fingerprint": quote["fingerprint"]}
    assert cashier.send("POST", f"{order}/settle", pay, If_Match='"1"').status == 200


def test_a_discount_by_hand_is_held_against_who_gives_it(web: Web) -> None:
    cashier = cashier_of(web)
    basket = {"store_id": str(A1), "lines": [a_line(web, "lemon_tea")]}

    def asked(client: Client, basis_points: int) -> object:
        body = {**basket, "manual": manual(web, basis_points)}
        reply = client.send("POST", "/api/v1/quotes", body)
        return None if reply.status == 200 else reply.code

    assert asked(cashier, 1_000) is None
    assert asked(cashier, 2_000) == "order.discount_too_large"
    assert asked(manager_of(web), 2_000) is None
    by_pin = web.browser(
        web.hire(Role.STORE_MANAGER, Level.STORE, A1), method="pin", till=TERMINALS[A1]
    )
    assert asked(by_pin, 2_000) is None
    body = {**basket, "manual": [{**manual(web, 500)[0], "amount_minor": 100}]}
    assert cashier.send("POST", "/api/v1/quotes", body).code == "order.discount_malformed"


def test_costs_are_for_head_office(web: Web) -> None:
    boss, cashier = owner(web), cashier_of(web)
    new, cup = web.shop.new_id(), {**variant(web, "中杯", default=True), "cost_minor": 640}
    body = product(web, cup)
    assert boss.send("POST", "/api/v1/products", {"id": str(new), "product": body}).status == 201
    priced(web, boss, {str(cup["id"]): 2_600})
    path = f"/api/v1/products/{new}"

    def cost(client: Client) -> object:
        return rows(client.get(path).json(), "variants")[0]["cost_minor"]

    assert (cost(boss), cost(cashier)) == (640, None)
    assert b"cost" not in cashier.get(f"/api/v1/stores/{A1}/menu").body
    # A form that says nothing of costs keeps them; null takes them away.
    del cup["cost_minor"]
    assert boss.send("PUT", path, {**body, "variants": [cup]}, If_Match='"1"').status == 200
    assert cost(boss) == 640
    none = {**cup, "cost_minor": None}
    assert boss.send("PUT", path, {**body, "variants": [none]}, If_Match='"2"').status == 200
    assert cost(boss) is None


def test_a_manager_tags_a_member_and_the_till_reads_it(web: Web) -> None:
    wang = web.shop.join("13800138000")
    tags = {"tags": ["素食", "常客"]}
    path = f"/api/v1/members/{wang}"
    assert cashier_of(web).send("PUT", f"{path}/tags", tags).code == "permission.missing"
    assert manager_of(web).send("PUT", f"{path}/tags", tags).status == 200
    shown = cashier_of(web).get(path).json()["tags"]
    assert isinstance(shown, list)
    assert set(shown) == {"常客", "素食"}
