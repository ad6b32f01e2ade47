"""Terms through the API: inherited, locked, bounded, and dated."""

from datetime import timedelta

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.http.door import Reply
from tests.http.web import A1, A2, B1, REGION_A, Client, Web

FIELD = "spending.step"


def put(
    web: Web,
    client: Client,
    value: object,
    level: str = "organisation",
    place: object = None,
    **more: object,
) -> Reply:
    body = {
        "id": str(web.shop.new_id()),
        "level": level,
        "place_id": None if place is None else str(place),
        "value": value,
        "reason": "调整",
    }
    return client.send("PUT", f"/api/v1/terms/{FIELD}", {**body, **more})


def in_force(client: Client, store: object) -> dict[str, object]:
    rows = client.get(f"/api/v1/terms?store_id={store}").rows()
    return next(row for row in rows if row["field"] == FIELD)


def test_the_nearest_setting_is_in_force(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    assert in_force(owner, A1) == {"field": FIELD, "value": 100, "default": 100, "source": None}
    assert put(web, owner, 200).status == 200
    assert put(web, owner, 300, "region", REGION_A).status == 200
    assert put(web, owner, 400, "store", A1).status == 200
    values = {store: in_force(owner, store)["value"] for store in (A1, A2, B1)}
    assert values == {A1: 400, A2: 300, B1: 200}
    source = in_force(owner, A2)["source"]
    assert isinstance(source, dict)
    assert (source["level"], source["version"]) == ("region", 1)
    history = owner.get(f"/api/v1/terms/{FIELD}/history").rows()
    assert [row["value"] for row in history] != []


def test_what_head_office_locked_stays(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    assert put(web, owner, 200, low=100, high=300).status == 200
    assert put(web, manager, 500, "store", A1).code == "terms.out_of_range"
    assert put(web, manager, 300, "store", A1).status == 200
    assert put(web, owner, 200, locked=True).status == 200
    assert put(web, manager, 250, "store", A1).code == "terms.locked"
    assert in_force(manager, A1)["value"] == 200


def test_a_setting_may_begin_later_and_never_in_the_past(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    later = (web.shop.now + timedelta(days=3)).isoformat()
    assert put(web, owner, 500, effective_at=later).status == 200
    assert in_force(owner, A1)["value"] == 100
    web.shop.pass_time(days=4)
    owner = web.browser(web.hire(Role.OWNER))
    assert in_force(owner, A1)["value"] == 500
    assert put(web, owner, 600, effective_at=later).code == "terms.in_the_past"


def test_nonsense_is_refused_by_the_field_itself(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    for value in (0, -1, "100", 1.5, None, True, [1]):
        assert put(web, owner, value).code == "terms.malformed", value
    body = {"id": str(web.shop.new_id()), "level": "organisation", "value": 1, "reason": "x"}
    unknown = owner.send("PUT", "/api/v1/terms/no.such.field", body)
    assert unknown.code == "terms.unknown_field"
    assert put(web, owner, 200, reason=" ").code == "terms.reason_missing"
    assert put(web, owner, 200, low=9, high=1).code == "terms.range_reversed"


def test_one_store_does_not_set_the_terms_of_others(web: Web) -> None:
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    for level, place in (("organisation", None), ("region", REGION_A), ("store", A2)):
        assert put(web, manager, 200, level, place).code == "scope.outside", level


def take_away(web: Web, client: Client, level: str, place: object = None, **more: object) -> Reply:
    where = {"level": level, "place_id": None if place is None else str(place)}
    body = {"id": str(web.shop.new_id()), "reason": "夏季结束", **where, **more}
    return client.send("POST", f"/api/v1/terms/{FIELD}/take-away", body)


def test_what_a_level_took_away_follows_the_level_above_also_when_it_changes(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    assert put(web, owner, 200).status == 200
    assert put(web, owner, 300, "region", REGION_A, low=100, high=300).status == 200
    assert put(web, owner, 250, "store", A1).status == 200
    assert take_away(web, owner, "store", A1).json()["version"] == 2
    assert in_force(owner, A1)["value"] == 300
    assert take_away(web, owner, "region", REGION_A).status == 200
    assert [in_force(owner, store)["value"] for store in (A1, A2)] == [200, 200]
    assert put(web, owner, 400).status == 200
    assert in_force(owner, A1)["value"] == 400
    # The range that the region gave went with its setting.
    assert put(web, owner, 500, "store", A1).status == 200
    assert in_force(owner, A1)["value"] == 500


def test_a_taking_away_may_begin_later_and_is_undone_by_setting_it_again(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    assert put(web, owner, 300, "store", A1).status == 200
    later = (web.shop.now + timedelta(days=3)).isoformat()
    assert take_away(web, owner, "store", A1, effective_at=later).status == 200
    assert in_force(owner, A1)["value"] == 300
    web.shop.pass_time(days=4)
    owner = web.browser(web.hire(Role.OWNER))
    assert in_force(owner, A1) == {"field": FIELD, "value": 100, "default": 100, "source": None}
    assert put(web, owner, 300, "store", A1, reason="又用回").status == 200
    assert in_force(owner, A1)["value"] == 300
    told = owner.get(f"/api/v1/terms/{FIELD}/history").rows()
    assert [(row["value"], row["reason"], row["taken_away"]) for row in told] == [
        (300, "调整", False),
        (300, "夏季结束", True),
        (300, "又用回", False),
    ]


def test_only_what_is_set_is_taken_away_and_never_against_a_lock(web: Web) -> None:
    owner = web.browser(web.hire(Role.OWNER))
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    assert take_away(web, manager, "store", A1).code == "terms.not_set"
    assert put(web, manager, 300, "store", A1).status == 200
    assert take_away(web, manager, "store", A1, reason=" ").code == "terms.reason_missing"
    past = (web.shop.now - timedelta(days=1)).isoformat()
    assert take_away(web, manager, "store", A1, effective_at=past).code == "terms.in_the_past"
    for level, place in (("organisation", None), ("region", REGION_A), ("store", A2)):
        assert take_away(web, manager, level, place).code == "scope.outside", level
    assert put(web, owner, 200, locked=True).status == 200
    assert take_away(web, manager, "store", A1).code == "terms.locked"
    assert put(web, owner, 200).status == 200
    assert take_away(web, manager, "store", A1).status == 200
    assert take_away(web, manager, "store", A1).code == "terms.not_set"
    body = {"id": str(web.shop.new_id()), "level": "organisation", "reason": "x"}
    unknown = owner.send("POST", "/api/v1/terms/no.such.field/take-away", body)
    assert unknown.code == "terms.unknown_field"
