"""Signing in by password: what opens a session, what ends it, and what it costs to guess."""

from collections.abc import Mapping
from time import sleep

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.attempts import PER_ADDRESS
from regulars.domain.stores.permissions import Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.http.auth import SESSION_COOKIE
from regulars.http.tries import subject
from regulars.storage import attempts, audit, staff
from regulars.storage.statement import Statement
from regulars.storage.tables.stores import session
from regulars.storage.tables.system import command
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.web import A1, Client, Web

PASSWORD = "下午茶三杯都去冰"


def newcomer(web: Web, login: str = "minli") -> str:
    """Somebody who has just begun to work in store A1; her one-time code."""
    role = {"role": "cashier", "level": "store", "place_id": str(A1)}
    body = {"id": str(web.shop.new_id()), "login": login, "name": "李敏", "roles": [role]}
    added = owner(web).send("POST", "/api/v1/staff", body)
    assert added.status == 201, added.body
    return str(added.json()["code"])


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def stranger(web: Web) -> Client:
    return web.client({"Sec-Fetch-Site": "same-origin"})


def log_in(web: Web, login: str, password: str, *, address: str = "203.0.113.7") -> Reply:
    client = Client(web, {"Sec-Fetch-Site": "same-origin"}, address)
    return client.send("POST", "/api/v1/session", {"login": login, "password": password})


def first(web: Web, login: str, code: str, password: str = PASSWORD) -> Reply:
    body = {"login": login, "code": code, "password": password}
    return stranger(web).send("POST", "/api/v1/session/first", body)


def with_cookie(web: Web, reply: Reply) -> Client:
    token = reply.cookies()[SESSION_COOKIE].split(";")[0]
    return web.client({"Cookie": f"{SESSION_COOKIE}={token}", "Sec-Fetch-Site": "same-origin"})


def until_seen(web: Web) -> Instant:
    """Wait for the note of when somebody was last seen, which nobody else waits for."""
    newest = web.shop.now
    for _ in range(500):
        with web.shop.database.read() as read:
            newest = max(read.all(Statement[Instant](select(session.c.seen_at))))
        if newest == web.shop.now:
            return newest
        sleep(0.01)
    return newest


def actions(web: Web) -> list[str]:
    with web.shop.database.read() as read:
        return [row.action for row in audit.page(read, EVERYWHERE, audit.Wanted()).rows]


def test_a_newcomer_sets_her_password_with_a_code_that_works_once(web: Web) -> None:
    code = newcomer(web)
    opened = first(web, "MinLi ", code.lower())
    assert opened.status == 200, opened.body
    assert part(opened.json(), "staff")["login"] == "minli"
    assert opened.json()["roles"] == ["cashier"]
    assert [one["id"] for one in rows(opened.json(), "stores")] == [str(A1)]
    assert first(web, "minli", code).code == "session.code_wrong"
    again = log_in(web, "minli", PASSWORD)
    assert again.status == 200
    assert with_cookie(web, again).get("/api/v1/session").status == 200


def test_a_code_is_good_for_a_day(web: Web) -> None:
    code = newcomer(web)
    web.shop.pass_time(hours=24)
    assert first(web, "minli", code).code == "session.code_wrong"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(web: Web) -> None:
    cookie = first(web, "minli", newcomer(web)).cookies()[SESSION_COOKIE].lower()
    for attribute in ("httponly", "secure", "samesite=strict", "path=/"):
        assert attribute in cookie
    assert "domain" not in cookie


def test_only_the_hash_of_a_token_is_stored(web: Web) -> None:
    opened = first(web, "minli", newcomer(web))
    token = opened.cookies()[SESSION_COOKIE].split(";")[0]
    with web.shop.database.read() as read:
        hashes = read.all(Statement[bytes](select(session.c.token_hash)))
        answers = read.all(Statement[bytes](select(command.c.answer)))
    assert token.encode() not in hashes
    assert not [answer for answer in answers if answer and token.encode() in answer]


def test_a_one_time_code_is_stored_nowhere(web: Web) -> None:
    code = newcomer(web)
    with web.shop.database.read() as read:
        row = read.one(staff.BY_LOGIN, login="minli")
        answers = read.all(Statement[bytes](select(command.c.answer)))
    assert row is not None
    assert code not in str(row)
    assert not [answer for answer in answers if answer and code.encode() in answer]


def test_a_retried_appointment_shows_the_same_code(web: Web) -> None:
    chief, key = owner(web), web.shop.new_id()
    role = {"role": "owner", "level": "organisation"}
    body = {"id": str(web.shop.new_id()), "login": "lina", "name": "李娜", "roles": [role]}
    once = chief.send("POST", "/api/v1/staff", body, key=key)
    twice = chief.send("POST", "/api/v1/staff", body, key=key)
    assert once.status == twice.status == 201
    assert once.json() == twice.json()
    assert first(web, "lina", str(once.json()["code"])).status == 200


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("sho rt", "password.too_short"),
        ("12345678", "password.too_common"),
        ("Password1", "password.too_common"),
        ("minli2026", "password.too_common"),
        ("山野茶事2026", "password.too_common"),
        ("abababab", "password.too_common"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(till: Web, password: str, code: str) -> None:
    refused = first(till, "minli", newcomer(till), password)
    assert (refused.status, refused.code) == (422, code)


def test_unknown_names_and_wrong_passwords_look_alike(web: Web) -> None:
    first(web, "minli", newcomer(web))
    wrong, unknown = log_in(web, "minli", "下午茶两杯都加冰"), log_in(web, "nobody", PASSWORD)

    def told(reply: Reply) -> Mapping[str, object]:
        return {name: value for name, value in reply.json().items() if name != "reference"}

    assert wrong.status == unknown.status == 401
    assert told(wrong) == told(unknown)
    assert actions(web).count("session.denied") == 2


def test_ten_wrong_passwords_lock_a_name_for_that_address(web: Web) -> None:
    first(web, "minli", newcomer(web))
    for _ in range(10):
        assert log_in(web, "minli", "下午茶两杯都加冰").status == 401
    locked = log_in(web, "minli", PASSWORD)
    assert (locked.status, locked.code) == (429, "session.too_many_attempts")
    assert int(locked.header("retry-after") or 0) > 600
    assert log_in(web, "minli", PASSWORD, address="198.51.100.4").status == 200
    web.shop.pass_time(minutes=16)
    assert log_in(web, "minli", PASSWORD).status == 200


def test_a_right_password_forgives_earlier_wrong_ones(web: Web) -> None:
    first(web, "minli", newcomer(web))
    for _ in range(3):
        for _ in range(9):
            log_in(web, "minli", "下午茶两杯都加冰")
        assert log_in(web, "minli", PASSWORD).status == 200


def test_one_address_cannot_try_many_names(web: Web) -> None:
    guessed = subject(web.edge, PER_ADDRESS, "address", "203.0.113.7")
    for _ in range(99):
        web.write(lambda tx: attempts.charge(tx, [guessed], now=web.shop.now))
    assert log_in(web, "guess-100", PASSWORD).status == 401
    assert log_in(web, "guess-101", PASSWORD).status == 429
    assert log_in(web, "guess-101", PASSWORD, address="198.51.100.4").status == 401


def test_a_session_ends_when_nobody_works_or_the_day_is_over(web: Web) -> None:
    idle, busy = web.browser(web.hire(Role.OWNER)), web.browser(web.hire(Role.OWNER))
    for _ in range(5):
        web.shop.pass_time(hours=3)
        assert busy.get("/api/v1/session").status == 200
        until_seen(web)
    assert idle.get("/api/v1/session").code == "session.missing"
    web.shop.pass_time(hours=1)
    assert busy.get("/api/v1/session").code == "session.missing"


def test_logging_out_ends_the_session(web: Web) -> None:
    client = web.browser(web.hire(Role.OWNER))
    assert client.send("DELETE", "/api/v1/session").status == 204
    assert client.get("/api/v1/session").status == 401


def test_changing_a_password_ends_the_other_sessions(web: Web) -> None:
    here = with_cookie(web, first(web, "minli", newcomer(web)))
    there = with_cookie(web, log_in(web, "minli", PASSWORD))
    assert len(there.get("/api/v1/sessions").rows()) == 2
    change = {"old": "下午茶两杯都加冰", "new": "晚班两杯都热可可"}
    assert here.send("PUT", "/api/v1/session/password", change).status == 401
    change["old"] = PASSWORD
    assert here.send("PUT", "/api/v1/session/password", change).status == 204
    assert here.get("/api/v1/session").status == 200
    assert there.get("/api/v1/session").status == 401
    assert log_in(web, "minli", PASSWORD).status == 401
    assert log_in(web, "minli", change["new"]).status == 200


def test_the_other_sessions_can_be_ended_at_once(web: Web) -> None:
    somebody = web.hire(Role.CASHIER, Level.STORE, A1)
    here, there = web.browser(somebody), web.browser(somebody)
    assert here.send("DELETE", "/api/v1/sessions").json() == {"ended": 1}
    assert there.get("/api/v1/session").status == 401


def test_a_dismissal_acts_on_the_next_request(web: Web) -> None:
    chief, somebody = owner(web), web.hire(Role.CASHIER, Level.STORE, A1)
    client = web.browser(somebody)
    assert client.get("/api/v1/stores").status == 200
    left = {"name": "李敏", "language": "zh-CN", "active": False}
    path = f"/api/v1/staff/{somebody}"
    assert chief.send("PATCH", path, left, If_Match='"1"').status == 200
    assert client.get("/api/v1/stores").status == 401


def test_a_role_that_was_taken_acts_on_the_next_request(web: Web) -> None:
    chief, somebody = owner(web), web.hire(Role.STORE_MANAGER, Level.STORE, A1)
    client = web.browser(somebody)
    assert client.get("/api/v1/audit").status == 200
    roles = {"roles": [{"role": "cashier", "level": "store", "place_id": str(A1)}]}
    path = f"/api/v1/staff/{somebody}/roles"
    assert chief.send("PUT", path, roles, If_Match='"1"').status == 200
    assert client.get("/api/v1/audit").code == "permission.missing"


@pytest.mark.parametrize("token", ["", "x", "null", "*", "a" * 43, "a" * 5_000])
def test_no_empty_short_or_invented_token_matches(till: Web, token: str) -> None:
    till.hire(Role.OWNER)
    for headers in ({"Cookie": f"{SESSION_COOKIE}={token}"}, {"Authorization": f"Bearer {token}"}):
        assert till.client(headers).get("/api/v1/session").status == 401


def test_every_sign_in_is_audited(web: Web) -> None:
    client = with_cookie(web, first(web, "minli", newcomer(web)))
    client.send("DELETE", "/api/v1/session")
    assert {"session.closed", "session.opened", "password.set"} <= set(actions(web))


def test_a_secret_hashed_with_older_parameters_is_hashed_anew(web: Web) -> None:
    first(web, "minli", newcomer(web))
    weaker = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with web.shop.database.read() as read:
        row = read.one(staff.BY_LOGIN, login="minli")
    assert row is not None
    web.write(lambda tx: tx.run(staff.REHASH, staff=row.id, password=weaker))
    assert log_in(web, "minli", PASSWORD).status == 200
    with web.shop.database.read() as read:
        stored = read.one(staff.BY_LOGIN, login="minli")
    assert stored is not None
    assert stored.password_hash is not None
    assert "m=19456,t=2,p=1" in stored.password_hash


def test_idle_time_is_counted_from_the_last_request(web: Web) -> None:
    client = web.browser(web.hire(Role.OWNER))
    web.shop.pass_time(hours=3)
    assert client.get("/api/v1/session").status == 200
    assert until_seen(web) == web.shop.now
