"""What holds for every request: origin, size, headers, problems, commands' ids, the log."""

import json
import re
from contextlib import closing
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Role
from regulars.http.auth import SESSION_COOKIE, TERMINAL_COOKIE
from regulars.http.edge import Edge, Facing
from regulars.http.guard import BODY_BYTES_MAX, CONTENT_SECURITY_POLICY
from regulars.http.problem import TEXTS, placeholders, told
from regulars.storage.engine import OVERLOADED, Lane, open_database
from regulars.use_cases.runner import Answer, Runner
from tests.answers import rows
from tests.http.matrix_calls import CALLS
from tests.http.matrix_targets import Fresh, Target
from tests.http.web import A1, TERMINALS, Client, Web, open_web


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def region(web: Web) -> dict[str, object]:
    return {"id": str(web.shop.new_id()), "name_zh": "华北", "name_en": "North"}


def test_every_answer_carries_the_strictest_rules(till: Web) -> None:
    stranger = till.client({})
    for path in ("/till/", "/api/v1/session", "/nowhere", "/healthz", "/docs"):
        answer = stranger.get(path)
        assert answer.header("content-security-policy") == CONTENT_SECURITY_POLICY
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("referrer-policy") == "no-referrer"
        assert answer.header("x-request-id")
        assert answer.header("strict-transport-security") is None
    for banned in ("unsafe-inline", "unsafe-eval", "*"):
        assert banned not in CONTENT_SECURITY_POLICY


def test_behind_tls_browsers_are_told_to_stay_there(sqlite_url: str, tmp_path: Path) -> None:
    facing = Facing(tls=True, till_folder=tmp_path / "till", office_folder=tmp_path / "office")
    with (
        closing(open_database(sqlite_url)) as database,
        open_web(database, tmp_path, facing=facing) as web,
    ):
        stranger = web.client({})
        hsts = stranger.get("/till/").header("strict-transport-security") or ""
        assert "max-age=31536000" in hsts
        assert stranger.get("/docs").status == 404
        assert stranger.get("/api/v1/openapi.json").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://till.example.evil.example"},
    ],
)
def test_another_sites_page_cannot_act_with_our_cookies(till: Web, headers: dict[str, str]) -> None:
    signed_in = owner(till)
    cookies = {"Cookie": signed_in.headers["Cookie"]}
    foreign = till.client({**cookies, **headers})
    refused = foreign.send("POST", "/api/v1/regions", region(till))
    assert (refused.status, refused.code) == (403, "request.origin_foreign")
    own = till.client({**cookies, "Origin": "https://till.example"})
    assert own.send("POST", "/api/v1/regions", region(till)).status == 201


def test_too_much_at_once_is_refused_before_it_is_read(till: Web) -> None:
    client = owner(till)
    body = {**region(till), "name_en": "x" * BODY_BYTES_MAX}
    assert client.send("POST", "/api/v1/regions", body).code == "request.too_large"
    hidden = client.send("POST", "/api/v1/regions", body, content_length="5")
    assert hidden.code == "request.too_large"


def test_what_is_wrong_is_told_in_both_languages_and_never_repeated(till: Web) -> None:
    client = owner(till)
    body = {"id": "SECRET-1", "name_zh": "", "name_en": 7, "balance": 1}
    answer = client.send("POST", "/api/v1/regions", body, accept_language="en-GB,en;q=0.9")
    problem = answer.json()
    assert (answer.status, problem["code"]) == (422, "request.field_unknown")
    assert answer.header("content-type") == "application/problem+json"
    assert problem["title"] == problem["title_en"]
    faults = {str(one["field"]): one for one in rows(problem, "errors")}
    assert faults.keys() == {"id", "name_zh", "name_en", "balance"}
    assert faults["name_zh"] == {
        "field": "name_zh",
        "detail_zh": "太短",
        "detail_en": "is too short",
    }
    assert b"SECRET-1" not in answer.body
    assert problem["reference"] == answer.header("x-request-id")


def test_nonsense_is_a_problem_too(till: Web) -> None:
    client = owner(till)
    named = {"Idempotency-Key": str(till.shop.new_id()), **client.headers}
    for body in (b"{", b"[]", b"\xff\xfe", b'{"id":NaN}'):
        answer = till.door.call("POST", "/api/v1/regions", headers=named, body=body)
        assert answer.status in (400, 422), body
        assert answer.json()["detail_zh"]
    assert client.get("/api/v1/nothing").code == "request.path_unknown"
    assert client.send("POST", "/api/v1/audit", {}).code == "request.method_unknown"
    assert client.get("/api/v1/stores/not-an-id/menu").status == 422


def test_every_write_names_itself(till: Web) -> None:
    client = owner(till)
    for key in ("", "x", "00000000-0000-0000-0000-000000000000", "*", "1" * 32):
        refused = client.send("POST", "/api/v1/regions", region(till), Idempotency_Key=key)
        assert (refused.status, refused.code) == (422, "request.idempotency_key"), key


def test_the_same_command_twice_is_one_and_answers_alike(web: Web) -> None:
    client, key, body = owner(web), web.shop.new_id(), region(web)
    first = client.send("POST", "/api/v1/regions", body, key=key)
    second = client.send("POST", "/api/v1/regions", body, key=key)
    assert first.status == second.status == 201
    assert first.body == second.body
    assert (first.header("idempotency-replayed"), second.header("idempotency-replayed")) == (
        None,
        "true",
    )
    other = client.send("POST", "/api/v1/regions", {**body, "name_zh": "东北"}, key=key)
    assert (other.status, other.code) == (422, "command.reused")
    somebody = owner(web).send("POST", "/api/v1/regions", body, key=key)
    assert (somebody.status, somebody.code) == (422, "command.reused")
    assert len(client.get("/api/v1/regions").rows()) == 3


def test_two_people_do_not_overwrite_each_other(web: Web) -> None:
    client = owner(web)
    listed = client.get("/api/v1/regions").rows()
    tag, path = f'"{listed[0]["revision"]}"', f"/api/v1/regions/{listed[0]['id']}"
    assert client.send("PATCH", path, {"name_zh": "甲"}).code == "precondition.missing"
    assert client.send("PATCH", path, {"name_zh": "甲"}, If_Match=tag).status == 200
    late = client.send("PATCH", path, {"name_zh": "乙"}, If_Match=tag)
    assert (late.status, late.code) == (412, "precondition.failed")


def test_a_menu_is_sent_again_only_when_it_changed(web: Web) -> None:
    client = web.browser(web.hire(Role.CASHIER, Level.STORE, A1))
    path = f"/api/v1/stores/{A1}/menu"
    first = client.get(path)
    tag = first.header("etag") or ""
    again = client.get(path, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    product = str(rows(first.json(), "products")[0]["id"])
    gone = client.send("PUT", f"/api/v1/stores/{A1}/sold-out/{product}", {})
    assert gone.status == 200
    changed = client.get(path, If_None_Match=tag)
    assert changed.status == 200
    assert rows(changed.json(), "products")[0]["sold_out"] is True


class FullHouse(Runner):
    """A runner whose queue is full."""

    async def run(
        self, command: object, *, actor: Actor, command_id: UUID, lane: Lane = Lane.TILL
    ) -> Answer:
        """Refuses: server.overloaded."""
        raise OVERLOADED.because(retry_after_seconds=1)


def full(edge: Edge) -> Edge:
    runner = FullHouse(
        edge.database,
        clock=edge.clock,
        entropy=edge.entropy,
        vault=edge.vault,
        shops=edge.shops,
    )
    return replace(edge, runner=runner)


def test_a_full_house_says_when_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    with (
        closing(open_database(sqlite_url)) as database,
        open_web(database, tmp_path, adapted=full) as web,
    ):
        answer = owner(web).send("POST", "/api/v1/regions", region(web))
    assert (answer.status, answer.code) == (503, "server.overloaded")
    assert answer.header("retry-after") == "1"


def test_texts_show_only_plain_names() -> None:
    hostile = "{a.__class__} {a[0]} {a!r} {0} {a:>9} {missing_minor}"
    assert placeholders(hostile) == {"missing_minor"}
    shown = told(hostile, {"missing_minor": -1250, "a": "x"})
    assert shown.endswith("-12.50")
    assert "{a.__class__}" in shown
    assert told("{missing_minor}", {"missing_minor": 5}, scale=0) == "5"


def test_every_refusal_text_fills_its_places() -> None:
    for code, text in TEXTS.items():
        for template in (text.zh, text.en):
            named = dict.fromkeys(placeholders(template), 7)
            assert not re.search(r"[{}]", told(template, named)), code


CANARIES = ("13800138000", "13900139001", "王小芳", "wang@example.com", "SECRET-PASSWORD-1")


def test_the_log_says_who_did_what_and_never_what_was_typed(till: Web) -> None:
    client = owner(till)
    store = str(A1)
    client.send("POST", "/api/v1/members/lookup", {"text": CANARIES[0]})
    identities = [{"kind": "phone", "text": CANARIES[1]}, {"kind": "email", "text": CANARIES[3]}]
    join = {"id": str(till.shop.new_id()), "store_id": store, "identities": identities}
    joined = client.send("POST", "/api/v1/members", {**join, "name": CANARIES[2]})
    assert joined.status == 201, joined.body
    client.get(f"/api/v1/members?phone={CANARIES[0]}")
    client.get(f"/api/v1/members/{CANARIES[0]}")
    client.get(f"/nowhere/{CANARIES[0]}\r\nforged")
    log_in = {"login": CANARIES[3], "password": CANARIES[4]}
    till.client({}).send("POST", "/api/v1/session", log_in)
    text = json.dumps(till.log.lines, ensure_ascii=False)
    assert [canary for canary in CANARIES if canary in text] == []
    assert "forged" not in text
    lines = [line for line in till.log.lines if line["route"] == "/api/v1/members/lookup"]
    assert lines[0]["status"] == 404
    assert str(lines[0]["actor"]).startswith("staff:")
    assert lines[0].keys() >= {"method", "route", "status", "ms", "actor", "reference", "refusal"}


def broken_clock() -> Instant:
    raise RuntimeError(f"card {CANARIES[0]}")


def test_a_fault_is_told_by_its_reference_alone(sqlite_url: str, tmp_path: Path) -> None:
    with (
        closing(open_database(sqlite_url)) as database,
        open_web(database, tmp_path, adapted=lambda edge: replace(edge, clock=broken_clock)) as web,
    ):
        answer = owner(web).get("/api/v1/session")
    assert (answer.status, answer.code) == (500, "server.fault")
    assert CANARIES[0].encode() not in answer.body
    fault = next(line for line in web.log.lines if line["event"] == "fault")
    assert fault["reference"] == answer.json()["reference"]
    assert CANARIES[0] not in json.dumps(web.log.lines)
    assert fault["kind"] == "builtins.RuntimeError"


def test_health_tells_whether_it_can_sell(web: Web) -> None:
    stranger = web.client({})
    assert stranger.get("/readyz").json() == {"status": "ok"}
    assert stranger.get("/healthz").json() == {"status": "ok"}


def test_a_proxy_is_believed_only_if_it_is_ours(sqlite_url: str, tmp_path: Path) -> None:
    ours = (ip_network("10.0.0.0/8"),)
    facing = Facing(
        trusted_proxies=ours,
        tls=True,
        till_folder=tmp_path / "till",
        office_folder=tmp_path / "office",
    )
    guess = {"login": "nobody", "password": "下午茶三杯都去冰"}

    def tried(web: Web, said: str, address: str) -> int:
        client = Client(web, {"X-Forwarded-For": said}, address)
        return client.send("POST", "/api/v1/session", guess).status

    with (
        closing(open_database(sqlite_url)) as database,
        open_web(database, tmp_path, facing=facing) as web,
    ):
        for number in range(10):
            assert tried(web, f"198.51.100.{number}, 203.0.113.9", "10.1.2.3") == 401
        assert tried(web, "198.51.100.99, 203.0.113.9", "10.1.2.3") == 429
        assert tried(web, "203.0.113.9", "192.0.2.1") == 401


def test_cookies_of_a_till_say_they_are_for_this_host_alone(till: Web) -> None:
    bound = owner(till).send("POST", f"/api/v1/terminals/{TERMINALS[A1]}/bind")
    cookie = bound.cookies()[TERMINAL_COOKIE].lower()
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= set(cookie.split("; "))
    assert TERMINAL_COOKIE.startswith("__Host-")
    assert SESSION_COOKIE.startswith("__Host-")


def test_every_sample_call_is_complete(till: Web) -> None:
    ids = [till.shop.new_id() for _ in range(7)]
    target = Target(A1, *ids)
    fresh = Fresh(till.shop.new_id(), till.shop.new_id)
    for name, call in CALLS.items():
        assert "{" not in call.url(target, fresh), name
