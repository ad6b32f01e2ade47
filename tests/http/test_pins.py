"""Signing in at a till by PIN: on that till, for till work, and not by guessing."""

from uuid import UUID

import pytest

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import TILL_PERMISSIONS, Role
from regulars.http.auth import SESSION_COOKIE, TERMINAL_COOKIE
from regulars.storage import staff
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.web import A1, A2, B1, REGION_A, TERMINALS, Client, Web

PIN = "482915"


def with_pin(
    web: Web, role: Role, level: Level = Level.ORGANISATION, place: UUID | None = None
) -> UUID:
    """Somebody who has set a PIN."""
    somebody = web.hire(role, level, place)
    assert web.browser(somebody).send("PUT", "/api/v1/session/pin", {"pin": PIN}).status == 204
    return somebody


def at_till(web: Web, secret: str, session: str | None = None) -> Client:
    cookies = f"{TERMINAL_COOKIE}={secret}" + (f"; {SESSION_COOKIE}={session}" if session else "")
    return web.client({"Cookie": cookies, "Sec-Fetch-Site": "same-origin"})


def sign_in(web: Web, secret: str, staff_id: UUID, pin: str = PIN) -> Reply:
    body = {"staff_id": str(staff_id), "pin": pin}
    return at_till(web, secret).send("POST", "/api/v1/session/pin", body)


def token_of(reply: Reply) -> str:
    return reply.cookies()[SESSION_COOKIE].split(";")[0]


def test_a_manager_binds_a_browser_to_her_stores_till(web: Web) -> None:
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    bound = manager.send("POST", f"/api/v1/terminals/{TERMINALS[A1]}/bind")
    assert bound.status == 200
    secret = bound.cookies()[TERMINAL_COOKIE].split(";")[0]
    shown = at_till(web, secret).get("/api/v1/terminal").json()
    assert part(shown, "terminal")["letter"] == "A"
    assert part(shown, "store")["id"] == str(A1)
    foreign = manager.send("POST", f"/api/v1/terminals/{TERMINALS[B1]}/bind")
    assert foreign.code == "scope.outside"


def test_binding_anew_ends_the_old_binding(web: Web) -> None:
    old, new = web.bind(TERMINALS[A1]), web.bind(TERMINALS[A1])
    assert at_till(web, old).get("/api/v1/terminal").code == "terminal.not_bound"
    assert at_till(web, new).get("/api/v1/terminal").status == 200


def test_a_till_shows_those_who_work_there_and_have_a_pin(web: Web) -> None:
    here = with_pin(web, Role.CASHIER, Level.STORE, A1)
    region = with_pin(web, Role.REGION_MANAGER, Level.REGION, REGION_A)
    with_pin(web, Role.CASHIER, Level.STORE, A2)
    web.hire(Role.CASHIER, Level.STORE, A1)
    shown = at_till(web, web.bind(TERMINALS[A1])).get("/api/v1/terminal").json()
    assert {one["id"] for one in rows(shown, "staff")} == {str(here), str(region)}


def test_a_pin_opens_till_work_in_that_store_only(web: Web) -> None:
    boss, secret = with_pin(web, Role.OWNER), web.bind(TERMINALS[A1])
    opened = sign_in(web, secret, boss)
    assert opened.status == 200, opened.body
    rights = opened.json()["permissions"]
    assert isinstance(rights, list)
    assert set(rights) <= {right.value for right in TILL_PERMISSIONS}
    assert [store["id"] for store in rows(opened.json(), "stores")] == [str(A1)]
    client = at_till(web, secret, token_of(opened))
    assert client.get(f"/api/v1/stores/{A1}/menu").status == 200
    assert client.get(f"/api/v1/stores/{A2}/menu").code == "scope.outside"
    assert client.get("/api/v1/staff").code == "permission.missing"


def test_a_pin_session_is_worth_nothing_on_another_device(web: Web) -> None:
    secret = web.bind(TERMINALS[A1])
    opened = sign_in(web, secret, with_pin(web, Role.CASHIER, Level.STORE, A1))
    alone = web.client({"Cookie": f"{SESSION_COOKIE}={token_of(opened)}"})
    assert alone.get("/api/v1/session").status == 401
    other = at_till(web, web.bind(TERMINALS[A2]), token_of(opened))
    assert other.get("/api/v1/session").status == 401
    web.bind(TERMINALS[A1])
    assert at_till(web, secret, token_of(opened)).get("/api/v1/session").status == 401


def test_somebody_of_another_store_cannot_sign_in_here(web: Web) -> None:
    elsewhere = with_pin(web, Role.CASHIER, Level.STORE, B1)
    assert sign_in(web, web.bind(TERMINALS[A1]), elsewhere).code == "session.log_in_wrong"


def test_a_pin_without_a_bound_till_opens_nothing(web: Web) -> None:
    body = {"staff_id": str(with_pin(web, Role.OWNER)), "pin": PIN}
    client = web.client({"Sec-Fetch-Site": "same-origin"})
    assert client.send("POST", "/api/v1/session/pin", body).code == "terminal.not_bound"


def test_ten_wrong_pins_lock_the_pin_until_it_is_set_anew(web: Web) -> None:
    somebody, secret = with_pin(web, Role.CASHIER, Level.STORE, A1), web.bind(TERMINALS[A1])
    for _ in range(10):
        assert sign_in(web, secret, somebody, "120934").code == "session.log_in_wrong"
    assert sign_in(web, secret, somebody).code == "session.too_many_attempts"
    web.shop.pass_time(hours=1)
    assert sign_in(web, secret, somebody).code == "session.too_many_attempts"
    assert web.browser(somebody).send("PUT", "/api/v1/session/pin", {"pin": "593017"}).status == 204
    assert sign_in(web, secret, somebody, "593017").status == 200


def test_a_till_cannot_try_everybodys_pin(web: Web) -> None:
    secret = web.bind(TERMINALS[A1])
    for _ in range(30):
        assert sign_in(web, secret, web.shop.new_id(), "120934").status == 401
    assert sign_in(web, secret, web.shop.new_id(), "120934").status == 429


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "pin.malformed"),
        ("48291a", "pin.malformed"),
        ("４８２９１５", "pin.malformed"),
        ("123456", "pin.too_common"),
        ("987654", "pin.too_common"),
        ("888888", "pin.too_common"),
        ("112112", "pin.too_common"),
        ("520520", "pin.too_common"),
    ],
)
def test_a_weak_pin_is_refused(till: Web, pin: str, code: str) -> None:
    client = till.browser(till.hire(Role.CASHIER, Level.STORE, A1))
    refused = client.send("PUT", "/api/v1/session/pin", {"pin": pin})
    assert (refused.status, refused.code) == (422, code)


def test_a_pin_changes_no_secret(web: Web) -> None:
    secret = web.bind(TERMINALS[A1])
    opened = sign_in(web, secret, with_pin(web, Role.CASHIER, Level.STORE, A1))
    client = at_till(web, secret, token_of(opened))
    changed = client.send("PUT", "/api/v1/session/pin", {"pin": "593017"})
    assert changed.code == "session.password_needed"


def test_two_people_with_one_pin_have_different_hashes(web: Web) -> None:
    with_pin(web, Role.CASHIER, Level.STORE, A1)
    with_pin(web, Role.CASHIER, Level.STORE, A1)
    with web.shop.database.read() as read:
        hashes = {row.pin_hash for row in read.all(staff.EVERYBODY)}
    assert len(hashes) == 2
