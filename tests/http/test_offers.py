"""Offers over HTTP: saved, in force at once, changed by version, stopped; nonsense is refused."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from regulars.domain.stores.permissions import Role
from regulars.http.offers import StandingOfferView
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.test_orders import a_line, cashier_of
from tests.http.web import A1, Client, Web
from tests.shops import named

OFFER = f"/api/v1/offers/{named('offer:new')}"
TEN_PERCENT: dict[str, object] = {
    "kind": "percent",
    "effect": {"basis_points": 1_000, "per": "order"},
}


AFTER_ITEM: dict[str, object] = {
    "kind": "spend_and_save",
    "effect": {"steps": [{"threshold_minor": 9_000, "off_minor": 100}], "base": "after_item"},
}


def of_goods(**goods: list[str]) -> dict[str, object]:
    return {"kind": "percent", "effect": {"basis_points": 1_000, "per": "unit"}, "goods": goods}


def a_condition(field: str, *values: object) -> dict[str, object]:
    return {"kind": "one_of", "field": field, "values": list(values)}


def a_bundle(*, price_minor: int) -> dict[str, object]:
    """A mango ice of 22.00 and a lemon tea of 15.00 together."""
    slots = [
        {"goods": {"products": [str(named(f"product:{code}"))]}}
        for code in ("mango_ice", "lemon_tea")
    ]
    return {"kind": "bundle", "effect": {"slots": slots, "price_minor": price_minor}}


def save(web: Web, name: str, definition: object) -> Reply:
    body = {"name_zh": name, "definition": definition}
    url = f"/api/v1/offers/{named(f'offer:{name}')}"
    return marketer_of(web).send("PUT", url, body, If_Match='"0"')


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
    answer = saved.json()
    assert (answer["id"], answer["version"]) == (str(named("offer:new")), 1)
    assert (answer["state"], answer["warnings"]) == ("active", [])
    assert "全场 9 折" in str(answer["sentence_zh"])
    assert "10% off everything" in str(answer["sentence_en"])
    assert due_of(web, cashier) == 1_980
    web.shop.pass_time(minutes=1)
    assert marketer.send("PUT", OFFER, body, If_Match='"0"').code == "precondition.failed"
    stopped = marketer.send("POST", f"{OFFER}/stop", If_Match='"1"')
    assert stopped.json()["state"] == "stopped"
    assert due_of(web, cashier) == 2_200
    listed = {row["id"]: row for row in marketer.get("/api/v1/offers").rows()}
    assert listed[str(named("offer:new"))]["version"] == 2
    second = listed[str(named("offer:second"))]
    assert str(second["sentence_zh"]).endswith("柠檬茶第 2 件半价")


def test_every_version_of_an_offer_is_told_with_who_saved_it(web: Web) -> None:
    marketer = marketer_of(web)
    for version, name in enumerate(("夏日九折", "盛夏九折")):
        body = {"name_zh": name, "definition": TEN_PERCENT}
        marketer.send("PUT", OFFER, body, If_Match=f'"{version}"')
        web.shop.pass_time(minutes=1)
    marketer.send("POST", f"{OFFER}/stop", If_Match='"2"')
    told = marketer.get(f"{OFFER}/versions").rows()
    assert [row["version"] for row in told] == [3, 2, 1]
    assert [row["state"] for row in told] == ["stopped", "active", "active"]
    assert [row["name_zh"] for row in told] == ["盛夏九折", "盛夏九折", "夏日九折"]
    assert all(str(row["recorded_by"]).startswith("staff:") for row in told)
    assert "全场 9 折" in str(told[2]["sentence_zh"])
    unknown = marketer.get(f"/api/v1/offers/{named('offer:none')}/versions")
    assert unknown.code == "offer.unknown"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        (
            "offer.out_of_range",
            {"definition": {"kind": "percent", "effect": {"basis_points": 12_000}}},
        ),
        ("offer.malformed", {"definition": {"kind": "present", "effect": {}}}),
        ("offer.goods_missing", {"definition": {"kind": "gift", "effect": {}}}),
        ("offer.goods_unknown", {"definition": of_goods(products=[str(named("nothing"))])}),
        ("offer.goods_unknown", {"definition": of_goods(excluded_variants=[str(named("no"))])}),
        ("offer.goods_unknown", {"definition": of_goods(categories=[str(named("nowhere"))])}),
        ("offer.tag_unknown", {"definition": of_goods(tags=["茶"])}),
        (
            "offer.tag_unknown",
            {"definition": {**TEN_PERCENT, "condition": a_condition("tags", "茶")}},
        ),
        ("offer.bundle_saves_nothing", {"definition": a_bundle(price_minor=4_000)}),
        ("offer.too_many_after_item", {"definition": AFTER_ITEM}),
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
    for name in ("甲", "乙"):
        assert save(web, name, AFTER_ITEM).status == 200
    body = {"name_zh": "活动", "definition": TEN_PERCENT, **change}
    reply = marketer_of(web).send("PUT", OFFER, body, If_Match='"0"')
    assert reply.code == code
    assert str(named("offer:new")) not in marketer_of(web).get("/api/v1/offers").body.decode()


def test_a_third_threshold_after_item_offers_is_welcome_at_another_time(web: Web) -> None:
    for name, days in (("甲", [1]), ("乙", [1, 2]), ("丙", [3])):
        definition = {**AFTER_ITEM, "condition": a_condition("weekday", *days)}
        assert save(web, name, definition).status == 200
    third = {**AFTER_ITEM, "condition": a_condition("weekday", 1, 4)}
    assert save(web, "丁", third).code == "offer.too_many_after_item"


def test_many_offers_for_several_items_on_one_product_are_warned_about_then_refused(
    web: Web,
) -> None:
    # The shop has one already: 第二杯半价 on lemon tea.
    tea = {"products": [str(named("product:lemon_tea"))]}
    for number in range(2, 10):
        definition = {"kind": "nth", "effect": {"n": number, "basis_points": 100}, "goods": tea}
        reply = save(web, f"第{number}件", definition)
        warnings = [one["code"] for one in rows(reply.json(), "warnings")]
        assert warnings == (["offer.many_overlapping"] if number >= 7 else [])
    definition = {"kind": "nth", "effect": {"n": 11, "basis_points": 100}, "goods": tea}
    assert save(web, "第11件", definition).code == "offer.too_many_overlapping"
    ice = {"products": [str(named("product:mango_ice"))]}
    assert save(web, "芒果", {**definition, "goods": ice}).status == 200


def test_a_draft_is_told_in_words_and_nothing_is_stored(web: Web) -> None:
    marketer = marketer_of(web)
    bundle = {"name_zh": "套餐", "definition": a_bundle(price_minor=3_200)}
    told = marketer.send("POST", "/api/v1/offers/check", bundle).json()
    assert "1 件 + " in str(told["sentence_zh"])
    assert str(told["sentence_en"]).endswith("together for 32.00")
    assert (told["warnings"], told["refusals"]) == ([], [])
    dear = {"name_zh": "套餐", "definition": a_bundle(price_minor=4_000)}
    refused = marketer.send("POST", "/api/v1/offers/check", dear).json()
    assert refused["refusals"] == [
        {
            "code": "offer.bundle_saves_nothing",
            "zh": "组合价没有便宜：按现价最便宜的搭配是 37.00",
            "en": "The bundle saves nothing: its cheapest parts cost 37.00 now",
        }
    ]
    nonsense = {"name_zh": "活动", "definition": {"kind": "percent", "effect": {}}}
    told = marketer.send("POST", "/api/v1/offers/check", nonsense).json()
    assert [one["code"] for one in rows(told, "refusals")] == ["offer.malformed"]
    backwards = {**bundle, "ends_at": "2020-01-01T00:00:00Z"}
    told = marketer.send("POST", "/api/v1/offers/check", backwards).json()
    assert [one["code"] for one in rows(told, "refusals")] == ["period.reversed"]
    elsewhere = {**bundle, "level": "region", "place_id": str(named("nowhere"))}
    assert marketer.send("POST", "/api/v1/offers/check", elsewhere).code == "region.unknown"
    assert len(marketer.get("/api/v1/offers").rows()) == 1


def test_templates_can_be_saved_as_they_are_or_with_goods_of_the_shop(web: Web) -> None:
    marketer = marketer_of(web)
    templates = marketer.get("/api/v1/offer-templates").rows()
    assert len(templates) >= 20
    plain = [one for one in templates if not one["choose"] and not one["as_coupon"]]
    for one in plain:
        reply = save(web, str(one["code"]), one["definition"])
        assert reply.status == 200, one["code"]
        assert str(reply.json()["sentence_zh"]).endswith(str(one["sentence_zh"]))


def test_a_price_is_no_coupon(web: Web) -> None:
    body = {
        "id": str(named("coupon_type:PRICE")),
        "code": "PRICE",
        "name_zh": "特价券",
        "definition": {"kind": "price", "effect": {"price_minor": 900}},
        "valid_days": 7,
    }
    reply = marketer_of(web).send("POST", "/api/v1/coupon-types", body)
    assert reply.code == "offer.not_for_coupons"


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


def test_a_planned_change_leaves_an_offer_running_until_its_day(web: Web) -> None:
    marketer = marketer_of(web)
    body = {"name_zh": "夏日九折", "definition": TEN_PERCENT}
    marketer.send("PUT", OFFER, body, If_Match='"0"')
    web.shop.pass_time(minutes=1)
    twenty = {"kind": "percent", "effect": {"basis_points": 2_000, "per": "order"}}
    later = (web.shop.now + timedelta(days=3)).isoformat()
    planned = {"name_zh": "盛夏八折", "definition": twenty, "effective_at": later}
    assert marketer.send("PUT", OFFER, planned, If_Match='"1"').status == 200

    def told() -> StandingOfferView:
        # A log-in does not last for days.
        rows = marketer_of(web).get("/api/v1/offers").rows()
        found = [TypeAdapter(StandingOfferView).validate_python(row) for row in rows]
        return next(one for one in found if one.id == named("offer:new"))

    before = told()
    assert (before.version, before.stand.value) == (2, "running")
    assert before.current is not None
    assert before.next is not None
    assert (before.current.version, before.current.name_zh) == (1, "夏日九折")
    assert "全场 9 折" in before.current.sentence_zh
    assert (before.next.version, before.next.effective_at) == (2, web.shop.now + timedelta(days=3))
    web.shop.pass_time(days=3)
    after = told()
    assert (after.stand.value, after.next) == ("running", None)
    assert after.current is not None
    assert (after.current.version, after.current.name_zh) == (2, "盛夏八折")
    marketer_of(web).send("POST", f"{OFFER}/stop", If_Match='"2"')
    assert told().stand.value == "stopped"
