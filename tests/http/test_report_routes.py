"""Reports over HTTP: figures, files, the rows behind them, and who may see which store."""

import json
from io import BytesIO

from openpyxl import load_workbook

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.answers import part, rows
from tests.http.web import A1, A2, Web
from tests.reporting import FROM, UNTIL, raw_rows, traded

DAYS = f"from={FROM}&to={UNTIL}"


def test_a_report_is_told_compared_and_written_as_files(web: Web) -> None:
    shop = traded(web.shop)
    owner = web.browser(web.hire(Role.OWNER))
    path = f"/api/v1/reports/stores?{DAYS}&compare=previous"
    told = owner.get(path).json()
    bills = raw_rows(shop).sold({A1, A2})
    assert part(part(told, "total"), "figures")["orders"] == len(bills)
    assert part(told, "compared")["to"] == str(FROM)
    assert {row["label_en"] for row in rows(told, "rows")} >= {"People's Square", "Jing'an"}
    page = owner.get(f"{path}&format=html&lang=en")
    assert "Stores compared" in page.body.decode()
    assert "sha256-" in (page.header("content-security-policy") or "")
    assert owner.get(f"{path}&format=csv").body.decode("utf-8-sig").startswith("门店对比")
    book = load_workbook(BytesIO(owner.get(f"{path}&format=xlsx").body))
    assert book.sheetnames == ["门店对比", "指标说明"]


def test_a_store_manager_sees_her_store_in_every_report_and_no_other(web: Web) -> None:
    shop = traded(web.shop)
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    own = raw_rows(shop).sold({A1})
    total = part(manager.get(f"/api/v1/reports/sales?{DAYS}").json(), "total")
    assert part(total, "figures")["orders"] == len(own)
    listed = manager.get(f"/api/v1/reports/sales/orders?{DAYS}&metric=orders&limit=200").json()
    assert {row["id"] for row in rows(listed, "orders")} == {str(one.id) for one in own}
    for path in ("sales?", "sales/orders?metric=orders&", "growth/members?metric=members&"):
        beyond = manager.get(f"/api/v1/reports/{path}{DAYS}&store_id={A2}")
        assert (beyond.status, beyond.code) == (403, "scope.outside")
    named = json.loads(manager.get("/api/v1/reports").body)
    for report in named:
        told = manager.get(f"/api/v1/reports/{report['report']}")
        assert (told.status, told.json()["stores"]) == (200, [str(A1)])
    assert manager.get(f"/api/v1/home?store_id={A2}").code == "scope.outside"


def test_what_a_role_may_not_see_is_not_told(web: Web) -> None:
    traded(web.shop)
    accountant = web.browser(web.hire(Role.ACCOUNTANT))
    members = accountant.get("/api/v1/reports/growth/members?metric=members").json()
    assert {row["masked_phone"] for row in rows(members, "members")} == {""}
    bills = accountant.get(f"/api/v1/reports/sales/orders?{DAYS}&metric=member_orders").json()
    assert {row["member_id"] for row in rows(bills, "orders")} == {None}
    marketer = web.browser(web.hire(Role.MARKETER))
    assert marketer.get("/api/v1/reports/staff").code == "permission.missing"
    assert marketer.get("/api/v1/reports/value").code == "permission.missing"
    cashier = web.browser(web.hire(Role.CASHIER))
    assert cashier.get("/api/v1/home").code == "permission.missing"


def test_home_tells_today_and_what_waits(web: Web) -> None:
    shop = web.shop
    shop.run(shop.sale([shop.line("milk_tea")], cash=1_800))
    told = web.browser(web.hire(Role.OWNER)).get("/api/v1/home").json()
    total = part(part(told, "report"), "total")
    assert part(total, "figures")["sales_minor"] == 1_800
    assert part(total, "before")["sales_minor"] == 0
    assert part(told, "tasks") == {
        "campaigns_running": 0,
        "approvals_waiting": 0,
        "dead_letters": 0,
        "low_marks_open": 0,
        "imports_refused": 0,
    }
