"""Reports over HTTP: what is owed to members, and settling between stores."""

from io import BytesIO

from openpyxl import load_workbook

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.answers import rows
from tests.http.web import A1, Client, Web

PERIOD = "from=2026-05-04&to=2026-06-01"


def a_month(web: Web) -> Client:
    """Topped up in one store, spent in the other; an accountant of the chain looks on."""
    shop = web.shop
    other = shop.at(shop.other_store_id, "terminal:S2:A")
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(other.sale([shop.line("gift_box")], member=wang, stored=6_000))
    shop.pass_time(days=40)
    return web.browser(web.hire(Role.ACCOUNTANT))


def test_the_liability_is_told_as_json_and_as_files(web: Web) -> None:
    client = a_month(web)
    path = "/api/v1/liability?from=2026-05-01&on=2026-05-31"
    told = client.get(path).json()
    assert (told["agrees"], told["from"], told["to"]) == (True, "2026-05-01", "2026-06-01")
    owed = [line for line in rows(told, "lines") if line["account"] == "principal"]
    assert sum(int(str(line["closing"])) for line in owed) == told["deferred_minor"]
    page = client.get(f"{path}&format=html&lang=en")
    assert page.header("content-type") == "text/html; charset=utf-8"
    assert "What is owed to members" in page.body.decode()
    table = client.get(f"{path}&format=csv").body.decode("utf-8-sig")
    assert table.startswith("汇总")
    book = load_workbook(BytesIO(client.get(f"{path}&format=xlsx").body))
    assert book.sheetnames[:2] == ["汇总", "按售出门店"]


def test_a_page_of_ours_may_wear_its_own_style_and_no_other(web: Web) -> None:
    page = a_month(web).get("/api/v1/liability?format=html&on=2026-05-31")
    policy = page.header("content-security-policy") or ""
    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert "<style>" in page.body.decode()


def test_a_month_is_looked_at_booked_and_looked_at_again(web: Web) -> None:
    client = a_month(web)
    before = client.get(f"/api/v1/clearing?{PERIOD}").json()
    form = {"from_on": "2026-05-04", "until_on": "2026-06-01"}
    answer = client.send("POST", "/api/v1/clearing", form)
    assert (answer.status, answer.json()["number"], answer.json()["entries"]) == (201, 1, 1)
    after = client.get(f"/api/v1/clearing?{PERIOD}").json()
    assert (before["booked"], after["pairs"]) == (None, before["pairs"])
    assert after["booked"] is not None
    again = client.send("POST", "/api/v1/clearing", form)
    assert (again.status, again.code) == (409, "clearing.not_next")
    page = client.get(f"/api/v1/clearing?{PERIOD}&format=html").body.decode()
    assert "门店清算表" in page
    assert client.get(f"/api/v1/clearing?{PERIOD}&format=xlsx").status == 200


def test_days_that_make_no_period_are_refused(web: Web) -> None:
    client = a_month(web)
    wrong = client.get("/api/v1/clearing?from=2026-06-01&to=2026-05-04")
    assert (wrong.status, wrong.code) == (422, "clearing.reversed")
    assert client.get("/api/v1/liability?on=2027-01-01").code == "liability.period_unfit"
    assert client.get("/api/v1/liability?on=9999-12-31").code == "request.invalid"
    assert client.get("/api/v1/liability?from=2026-05-31&on=2026-05-04").status == 422


def test_one_store_and_a_cashier_see_no_report_of_the_chain(web: Web) -> None:
    local = web.browser(web.hire(Role.ACCOUNTANT, Level.STORE, A1))
    assert local.get("/api/v1/liability").code == "scope.outside"
    assert local.get(f"/api/v1/clearing?{PERIOD}").code == "scope.outside"
    cashier = web.browser(web.hire(Role.CASHIER))
    assert cashier.get("/api/v1/liability").code == "permission.missing"
