"""No route without a policy: the server does not start."""

from typing import Annotated

import pytest
from fastapi import FastAPI

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission, Role
from regulars.http.app import openapi_of, routes
from regulars.http.express import express_lanes
from regulars.http.policy import PUBLIC, PolicyMissingError, check_policies, policy_of, requires
from tests.http.web import Web


def test_a_route_without_a_policy_keeps_the_server_from_starting() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(PolicyMissingError, match="/forgotten"):
        check_policies(app)


def test_a_route_with_two_policies_is_as_bad_as_none() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/undecided", dependencies=[PUBLIC])
    async def undecided(
        actor: Annotated[Actor, requires(Permission.STORE_READ)],
    ) -> None: ...

    with pytest.raises(PolicyMissingError, match="/undecided"):
        check_policies(app)


def test_a_route_may_ask_for_its_right_twice() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/careful", dependencies=[requires(Permission.STORE_READ)])
    async def careful(actor: Annotated[Actor, requires(Permission.STORE_READ)]) -> None: ...

    assert check_policies(app) == 1


def test_the_framework_opens_no_page_of_its_own() -> None:
    assert {route.path for route in routes().routes if hasattr(route, "path")} >= {"/docs"}
    assert not [route for route in routes().routes if "redoc" in getattr(route, "path", "")]


def test_the_api_document_names_every_route_its_policy_and_its_key() -> None:
    document = openapi_of(routes())
    assert str(document["openapi"]).startswith("3.1")
    paths = document["paths"]
    assert isinstance(paths, dict)
    names: list[str] = []
    for item in paths.values():
        for method, operation in item.items():
            names.append(operation["operationId"])
            assert operation["x-policy"]
            headers = [one["name"] for one in operation.get("parameters", [])]
            if method in ("get", "head"):
                assert "Idempotency-Key" not in headers
    assert len(names) == len(set(names))
    assert "sell_at_counter" in names
    sale = paths["/api/v1/sales"]["post"]
    assert "Idempotency-Key" in [one["name"] for one in sale["parameters"]]
    quote = paths["/api/v1/quotes"]["post"]
    assert "parameters" not in quote


def test_what_a_till_waits_for_takes_the_express_lane() -> None:
    lanes = express_lanes(routes())
    for path in ("quotes", "sales", "orders", "members", "members/lookup"):
        assert ("POST", f"/api/v1/{path}") in lanes
    for (method, path), lane in lanes.items():
        assert lane.route.path == path
        assert method in (lane.route.methods or ())
        assert policy_of(lane.route) == lane.need


def test_what_carries_no_json_takes_the_long_way(till: Web) -> None:
    client = till.browser(till.hire(Role.OWNER))
    body = {"id": str(till.shop.new_id()), "name_zh": "华北"}
    as_text = client.send("POST", "/api/v1/regions", body, content_type="text/plain")
    assert (as_text.status, as_text.code) == (422, "request.invalid")
    as_json = client.send(
        "POST", "/api/v1/regions", body, content_type="application/json; charset=utf-8"
    )
    assert as_json.status == 201
