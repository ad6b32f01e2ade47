"""The quote as data: every unit's prices, dry runs with drafts, runners-up."""

from regulars.domain.stores.permissions import Role
from tests.answers import part, rows
from tests.http.test_orders import a_line, cashier_of
from tests.http.web import A1, Client, Web
from tests.shops import named

TENTH: dict[str, object] = {
    "id": str(named("offer:draft")),
    "name_zh": "试试九折",
    "name_en": "Try 10% off",
    "definition": {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}},
}


def quoted(client: Client, web: Web, **parts: object) -> dict[str, object]:
    """The quote of a mango ice at 22.00."""
    body = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")], **parts}
    reply = client.send("POST", "/api/v1/quotes", body)
    assert reply.status == 200, reply.json()
    return reply.json()


def due(answer: dict[str, object]) -> object:
    return part(answer, "totals")["due_minor"]


def test_a_draft_is_tried_in_the_very_quote_and_nothing_is_kept(web: Web) -> None:
    marketer = web.browser(web.hire(Role.MARKETER))
    assert due(quoted(marketer, web, drafts=[TENTH])) == 1_980
    assert due(quoted(marketer, web)) == 2_200
    assert due(quoted(cashier_of(web), web)) == 2_200


def test_a_draft_that_could_not_be_saved_is_refused_with_its_part(web: Web) -> None:
    wrong = {**TENTH, "definition": {"kind": "percent", "effect": {"basis_points": 20_000}}}
    body = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")], "drafts": [wrong]}
    reply = web.browser(web.hire(Role.MARKETER)).send("POST", "/api/v1/quotes", body)
    assert (reply.status, reply.code) == (422, "offer.out_of_range")


def test_a_cashier_tries_no_drafts_out(web: Web) -> None:
    body = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")], "drafts": [TENTH]}
    reply = cashier_of(web).send("POST", "/api/v1/quotes", body)
    assert (reply.status, reply.code) == (403, "permission.missing")


def test_every_unit_carries_every_named_price(web: Web) -> None:
    answer = quoted(web.browser(web.hire(Role.MARKETER)), web, drafts=[TENTH])
    unit = rows(rows(answer, "lines")[0], "units")[0]
    assert [unit[name] for name in ("list_minor", "base_minor", "after_item_minor")] == [2_200] * 3
    assert [unit[name] for name in ("after_order_minor", "net_minor")] == [1_980] * 2
    assert rows(answer, "adjustments")[0]["units"] == [220]
    assert answer["proved"] is True
    assert answer["gap_minor"] == 0


def test_the_full_explanation_says_what_each_offer_is_worth(web: Web) -> None:
    marketer = web.browser(web.hire(Role.MARKETER))
    brief = quoted(marketer, web, drafts=[TENTH])
    full = quoted(marketer, web, drafts=[TENTH], explain="full")
    assert rows(brief, "runners_up") == []
    assert [one["dearer_minor"] for one in rows(full, "runners_up")] == [220]


def test_a_quote_as_of_another_moment_uses_the_offers_of_that_moment(web: Web) -> None:
    marketer = web.browser(web.hire(Role.MARKETER))
    url = f"/api/v1/offers/{named('offer:later')}"
    body = {
        "name_zh": "下周九折",
        "name_en": "Next week",
        "definition": TENTH["definition"],
        "effective_at": "2100-01-01T00:00:00+08:00",
    }
    assert marketer.send("PUT", url, body, If_Match='"0"').status == 200
    assert due(quoted(marketer, web)) == 2_200
    assert due(quoted(marketer, web, as_of="2100-01-02T12:00:00+08:00")) == 1_980


def test_what_an_offer_is_worth_is_told_beside_as_many_points_as_the_bill_takes(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    policy = {
        "id": str(web.shop.new_id()),
        "level": "organisation",
        "place_id": None,
        "value": "house",
        "reason": "毛利优先",
    }
    assert owner.send("PUT", "/api/v1/terms/pricing.policy", policy).status == 200
    wang = web.shop.join("13800138000")
    box = web.shop.line("gift_box", quantity=15)
    web.shop.run(web.shop.sale([box], member=wang, cash=90_000))
    step = {"steps": [{"threshold_minor": 2_000, "off_minor": 500}], "base": "base"}
    saves = {"kind": "spend_and_save", "effect": step, "groups": ["大促"]}
    tenth = {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}}
    drafts = [
        {**TENTH, "definition": {**tenth, "groups": ["大促"]}},
        {"id": str(named("offer:step")), "name_zh": "满20减5", "definition": saves},
    ]
    # The house keeps the tenth: of 18.81, 9.00 may be points; of the 15.90 without it only 7.00.
    full = quoted(
        owner,
        web,
        drafts=drafts,
        member_id=str(wang),
        coupons=[],
        points=900,
        explain="full",
    )
    assert due(full) == 1_881 - 900
    worth = {one["name_zh"]: one["dearer_minor"] for one in rows(full, "runners_up")}
    assert worth["试试九折"] == 1_590 - 1_881
