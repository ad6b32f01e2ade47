"""Takings, refunds one by one, and the settlements that were booked, over HTTP."""

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.answers import part, rows
from tests.http.web import A1, A2, Web


def test_a_manager_reads_the_takings_of_her_store_and_takes_them_along(web: Web) -> None:
    shop = web.shop
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))
    shop.run(other.sale([shop.line("egg_tart")], cash=800))
    owner = web.browser(web.hire(Role.OWNER))
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    assert (
        part(part(owner.get("/api/v1/reports/takings").json(), "total"), "figures")["drawer_minor"]
        == 2_600
    )
    told = manager.get("/api/v1/reports/takings").json()
    (row,) = rows(told, "rows")
    assert (row["label_en"], part(row, "figures")["taken_minor"]) == (
        "People's Square · Cash",
        1_800,
    )
    assert str(row["key"]) == f"2026-05-04/{A1}/cash"
    assert "not over yet" in str(row["note_en"])
    bills = f"/api/v1/reports/takings/orders?metric=tender_orders&key={row['key']}"
    assert len(rows(manager.get(bills).json(), "orders")) == 1
    elsewhere = f"/api/v1/reports/takings/orders?metric=taken_minor&key=2026-05-04/{A2}/cash"
    assert manager.get(elsewhere).code == "report.row_unknown"
    assert manager.get(f"/api/v1/reports/takings?store_id={A2}").code == "scope.outside"
    table = manager.get("/api/v1/reports/takings?format=csv").body.decode("utf-8-sig")
    assert "2026-05-04,人民广场店,现金,18.00,0.00,18.00,1," in table


def test_refunds_are_told_with_who_made_them_and_why(web: Web) -> None:
    shop = web.shop
    sale = shop.sale([shop.line("milk_tea")], cash=1_800)
    shop.run(sale)
    owner = web.browser(web.hire(Role.OWNER))
    refund = {"id": str(shop.new_id()), "reason": "做错了"}
    assert owner.send("POST", f"/api/v1/orders/{sale.order_id}/refunds", refund).status < 300
    path = "/api/v1/reports/sales/refunds?metric=refund_times"
    (made,) = rows(owner.get(path).json(), "refunds")
    assert (made["reason"], made["order_id"]) == ("做错了", str(sale.order_id))
    assert (made["before_minor"], made["amount_minor"], made["after_minor"]) == (1_800, 1_800, 0)
    assert made["by_name"]
    accountant = web.browser(web.hire(Role.ACCOUNTANT))
    (seen,) = rows(accountant.get(path).json(), "refunds")
    assert (seen["by_name"], seen["by"]) == (None, made["by"])
    assert accountant.get("/api/v1/reports/staff/refunds?metric=refund_times").code == (
        "permission.missing"
    )
    assert owner.get("/api/v1/reports/sales/refunds?metric=orders").code == "report.no_drill"
    assert owner.get("/api/v1/reports/sales/orders?metric=refund_times").code == "report.no_drill"
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A2))
    assert rows(manager.get(path).json(), "refunds") == []


def test_booked_settlements_are_listed_newest_first_and_paged(web: Web) -> None:
    shop = web.shop
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(other.sale([shop.line("gift_box")], member=wang, stored=6_000))
    shop.pass_time(days=70)
    accountant = web.browser(web.hire(Role.ACCOUNTANT))
    assert accountant.get("/api/v1/clearing/bookings").json() == {
        "bookings": [],
        "next_cursor": None,
    }
    for first, until in (("2026-05-01", "2026-06-01"), ("2026-06-01", "2026-07-01")):
        form = {"from_on": first, "until_on": until}
        assert accountant.send("POST", "/api/v1/clearing", form).status == 201
    listed = accountant.get("/api/v1/clearing/bookings").json()
    june, may = rows(listed, "bookings")
    assert (june["number"], may["number"], listed["next_cursor"]) == (2, 1, None)
    assert (may["from"], may["to"]) == ("2026-05-01", "2026-06-01")
    assert str(may["by"]).startswith("staff:")
    assert rows(june, "pairs") == []
    (pair,) = rows(may, "pairs")
    statement = accountant.get("/api/v1/clearing?from=2026-05-01&to=2026-06-01").json()
    assert [pair] == rows(statement, "pairs")
    assert pair["net_minor"] != 0
    first_page = accountant.get("/api/v1/clearing/bookings?limit=1").json()
    assert [one["number"] for one in rows(first_page, "bookings")] == [2]
    then = accountant.get(
        f"/api/v1/clearing/bookings?limit=1&cursor={first_page['next_cursor']}"
    ).json()
    assert [one["number"] for one in rows(then, "bookings")] == [1]
    assert accountant.get("/api/v1/clearing/bookings?limit=0").code == "request.invalid"
    assert accountant.get("/api/v1/clearing/bookings?cursor=x").code == "request.invalid"
    local = web.browser(web.hire(Role.ACCOUNTANT, Level.STORE, A1))
    assert local.get("/api/v1/clearing/bookings").code == "scope.outside"
    cashier = web.browser(web.hire(Role.CASHIER))
    assert cashier.get("/api/v1/clearing/bookings").code == "permission.missing"
