"""Offers over HTTP: saved, in force at once, changed by version, stopped; nonsense is refused."""

import pytest

from regulars.domain.stores.permissions import Role
from tests.answers import part
from tests.http.test_orders import a_line, cashier_of
from tests.http.web import A1, Client, Web
from tests.shops import named

OFFER = f"/api/v1/offers/{named('offer:new')}"
TEN_PERCENT: dict[str, object] = {
    "kind": "percent",
    "effect": {"basis_points": 1_000, "per": "order"},
}


def marketer_of(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def due_of(web: Web, cashier: Client) -> object:
    basket = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")]}
    return part(cashier.send("POST", "/api/v1/quotes", basket).json(), "totals")["due_minor"]


def test_an_offer_counts_as_soon_as_it_is_saved_and_no_more_once_stopped(web: Web) -> None:
    marketer, cashier = marketer_of(web), cashier_of(web)
    assert due_of(web, cashier) == 2_200
    body = {"name_zh": "夏日九折", "name_en": "Summer 10% off", "definition": TEN_PERCENT}
    saved = marketer.send("PUT", OFFER, body, If_Match='"0"')
    assert saved.json() == {"id": str(named("offer:new")), "version": 1, "state": "active"}
    assert due_of(web, cashier) == 1_980
    web.shop.pass_time(minutes=1)
    assert marketer.send("PUT", OFFER, body, If_Match='"0"').code == "precondition.failed"
    stopped = marketer.send("POST", f"{OFFER}/stop", If_Match='"1"')
    assert stopped.json()["state"] == "stopped"
    assert due_of(web, cashier) == 2_200
    listed = {row["id"]: row for row in marketer.get("/api/v1/offers").rows()}
    assert listed[str(named("offer:new"))]["version"] == 2


@pytest.mark.parametrize(
    ("code", "change"),
    [
        (
            "offer.out_of_range",
            {"definition": {"kind": "percent", "effect": {"basis_points": 12_000}}},
        ),
        ("offer.malformed", {"definition": {"kind": "gift", "effect": {}}}),
        ("offer.begins_in_the_past", {"effective_at": "2020-01-01T00:00:00Z"}),
        (
            "period.reversed",
            {"effective_at": "2026-06-02T00:00:00Z", "ends_at": "2026-06-01T00:00:00Z"},
        ),
        ("region.unknown", {"level": "region", "place_id": str(named("nowhere"))}),
        ("request.field_unknown", {"discount": 1}),
    ],
)
def test_an_offer_that_makes_no_sense_is_not_saved(
    web: Web, code: str, change: dict[str, object]
) -> None:
    body = {"name_zh": "活动", "definition": TEN_PERCENT, **change}
    reply = marketer_of(web).send("PUT", OFFER, body, If_Match='"0"')
    assert reply.code == code
    assert str(named("offer:new")) not in marketer_of(web).get("/api/v1/offers").body.decode()


def test_a_kind_of_coupon_is_saved_once_and_handed_out(web: Web) -> None:
    marketer = marketer_of(web)
    body = {
        "id": str(named("coupon_type:SUMMER")),
        "code": "SUMMER",
        "name_zh": "夏日立减 3 元",
        "definition": {"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        "valid_days": 7,
        "issue_max": 1,
    }
    assert marketer.send("POST", "/api/v1/coupon-types", body).status == 201
    other = {**body, "id": str(named("coupon_type:OTHER"))}
    assert marketer.send("POST", "/api/v1/coupon-types", other).code == "coupon_type.code_taken"
    endless = {**other, "code": "OTHER", "valid_days": 0}
    reply = marketer.send("POST", "/api/v1/coupon-types", endless)
    assert reply.code == "coupon_type.valid_days_wrong"
    wang = web.shop.join("13800138000")
    web.shop.coupon(wang, "SUMMER")
    types = {row["code"]: row for row in marketer.get("/api/v1/coupon-types").rows()}
    assert types["SUMMER"]["issued"] == 1


def test_a_cashier_reads_offers_and_writes_none(web: Web) -> None:
    cashier = cashier_of(web)
    assert cashier.get("/api/v1/offers").status == 200
    body = {"name_zh": "员工价", "definition": TEN_PERCENT}
    assert cashier.send("PUT", OFFER, body, If_Match='"0"').code == "permission.missing"
