"""The check of a whole set of offers over HTTP, with drafts on trial."""

from regulars.domain.stores.permissions import Role
from tests.answers import rows
from tests.http.web import A1, Web
from tests.shops import named

PERCENT: dict[str, object] = {"kind": "percent", "effect": {"basis_points": 1_000, "per": "order"}}
NEVER: dict[str, object] = {
    **PERCENT,
    "condition": {
        "kind": "all",
        "parts": [
            {"kind": "within", "field": "minute_of_day", "low": 0, "high": 60},
            {"kind": "compare", "field": "minute_of_day", "is": "more", "value": 90},
        ],
    },
}


def asked(web: Web, role: Role, *drafts: dict[str, object]) -> list[dict[str, object]]:
    """What the check answers to one of a role."""
    body = {"store_id": str(A1), "drafts": list(drafts)}
    reply = web.browser(web.hire(role)).send("POST", "/api/v1/offers/check-set", body)
    assert reply.status == 200, reply.json()
    return rows(reply.json(), "findings")


def a_draft(name: str, definition: dict[str, object]) -> dict[str, object]:
    """An offer that is not saved."""
    return {
        "id": str(named(f"offer:{name}")),
        "name_zh": name,
        "name_en": name,
        "definition": definition,
    }


def test_a_draft_that_never_applies_is_told_in_both_languages(web: Web) -> None:
    told = asked(web, Role.MARKETER, a_draft("凌晨特惠", NEVER))
    finding = next(one for one in told if one["code"] == "never_on")
    assert finding["mistake"] is True
    assert "“凌晨特惠”" in str(finding["text_zh"])
    assert "never hold" in str(finding["text_en"])


def test_a_cashier_hears_nothing_of_costs(web: Web) -> None:
    assert not any("cost" in str(one["code"]) for one in asked(web, Role.CASHIER))
    assert any("cost" in str(one["code"]) for one in asked(web, Role.OWNER))
