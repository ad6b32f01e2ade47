"""The audit trail over the API: narrowed by the one who asks, with names for who may see them."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Permission, Role
from tests.answers import rows
from tests.http.web import A1, B1, Client, Web

AUDIT = "/api/v1/audit"


def acts(client: Client, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"{AUDIT}?{query}")
    assert answer.status == 200, answer.body
    return rows(answer.json(), "rows")


def add_region(web: Web, client: Client) -> None:
    body = {"id": str(web.shop.new_id()), "name_zh": "西南"}
    assert client.send("POST", "/api/v1/regions", body).status == 201


def test_the_trail_is_narrowed_by_person_act_and_time(web: Web) -> None:
    one, other = web.hire(Role.OWNER), web.hire(Role.OWNER)
    begin = web.shop.now
    add_region(web, web.browser(one))
    web.shop.pass_time(hours=1)
    add_region(web, web.browser(other))
    client = web.browser(one)
    by_one = acts(client, f"actor=staff:{one}")
    assert [row["actor"] for row in by_one] == [f"staff:{one}"]
    assert len(acts(client, "action=region.added")) == 2
    assert acts(client, "action=region") == acts(client, "action=region.added")
    assert acts(client, "action=store") == []
    middle = quote((begin + timedelta(minutes=30)).isoformat())
    assert [row["actor"] for row in acts(client, f"until={middle}")] == [f"staff:{one}"]
    assert [row["actor"] for row in acts(client, f"from={middle}")] == [f"staff:{other}"]


def test_names_are_told_to_whoever_may_see_the_staff(web: Web) -> None:
    chief = web.hire(Role.OWNER)
    add_region(web, web.browser(chief))
    assert acts(web.browser(chief))[0]["actor_name"] == "owner"
    books = acts(web.browser(web.hire(Role.ACCOUNTANT)))[0]
    assert (books["actor"], books["actor_name"]) == (f"staff:{chief}", None)


def test_a_machines_acts_stand_under_its_key(web: Web) -> None:
    machine = web.machine(frozenset({Permission.STORE_READ, Permission.STORE_WRITE}))
    add_region(web, machine)
    act = acts(web.browser(web.hire(Role.OWNER)), "action=region.added")[0]
    assert str(act["actor"]).startswith("api_key:")
    assert act["actor_name"] is None


def test_a_manager_asks_for_her_own_store_only(web: Web) -> None:
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    assert manager.get(f"{AUDIT}?store_id={A1}").status == 200
    assert manager.get(f"{AUDIT}?store_id={B1}").code == "scope.outside"


@pytest.mark.parametrize(
    "query",
    [
        "actor=somebody",
        "actor=staff:%25",
        "action=staff.%25",
        "action=Staff",
        "from=2026-05-01",
        "until=2026-05-01T00:00:00",
        "store_id=all",
        "limit=1000",
    ],
)
def test_what_is_no_filter_is_refused(till: Web, query: str) -> None:
    client = till.browser(till.hire(Role.OWNER))
    assert client.get(f"{AUDIT}?{query}").status == 422
