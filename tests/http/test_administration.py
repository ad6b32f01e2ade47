"""Running the chain: stores, terminals, people and machines, each within one's own rights."""

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Permission, Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.http.auth import TERMINAL_COOKIE
from regulars.storage import audit
from tests.http.door import Reply
from tests.http.web import A1, B1, REGION_A, REGION_B, TERMINALS, Client, Web


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def person(web: Web, role: str, level: str, place: object = None) -> dict[str, object]:
    roles = [{"role": role, "level": level, "place_id": None if place is None else str(place)}]
    login = f"p-{web.shop.new_id()}"
    return {"id": str(web.shop.new_id()), "login": login, "name": "新人", "roles": roles}


def add(web: Web, client: Client, role: str, level: str, place: object = None) -> Reply:
    return client.send("POST", "/api/v1/staff", person(web, role, level, place))


def test_a_chain_opens_a_store_with_a_till(web: Web) -> None:
    client, store, terminal = owner(web), web.shop.new_id(), web.shop.new_id()
    new = {"id": str(store), "region_id": str(REGION_B), "code": "S9", "name_zh": "珠江新城店"}
    assert client.send("POST", "/api/v1/stores", new).status == 201
    till = {"id": str(terminal), "store_id": str(store), "letter": "A", "name": "前台"}
    assert client.send("POST", "/api/v1/terminals", till).status == 201
    again = {**till, "id": str(web.shop.new_id())}
    assert client.send("POST", "/api/v1/terminals", again).code == "terminal.letter_taken"
    twice = {**new, "id": str(web.shop.new_id())}
    assert client.send("POST", "/api/v1/stores", twice).code == "store.code_taken"
    nowhere = {**new, "id": str(web.shop.new_id()), "code": "S10", "zone": "Mars/Olympus"}
    assert client.send("POST", "/api/v1/stores", nowhere).code == "period.zone_unknown"
    assert client.get(f"/api/v1/stores/{store}/menu").status == 200


def test_a_store_is_corrected_and_closed(web: Web) -> None:
    client = owner(web)
    listed = {row["id"]: row for row in client.get("/api/v1/stores").rows()}
    tag = f'"{listed[str(A1)]["revision"]}"'
    change = {
        "name_zh": "人民广场旗舰店",
        "name_en": "People's Square",
        "zone": "Asia/Shanghai",
        "cut_off_minutes": 300,
        "open": False,
    }
    path = f"/api/v1/stores/{A1}"
    assert client.send("PATCH", path, change, If_Match=tag).status == 200
    changed = {row["id"]: row for row in client.get("/api/v1/stores").rows()}[str(A1)]
    assert (changed["name_zh"], changed["state"]) == ("人民广场旗舰店", "closed")
    with web.shop.database.read() as read:
        row = next(
            row
            for row in audit.page(read, EVERYWHERE, audit.Wanted()).rows
            if row.action == "store.changed"
        )
    assert row.before == {"name_zh": "人民广场店", "cut_off_minutes": 240, "state": "open"}


def test_a_retired_terminal_forgets_its_browser(web: Web) -> None:
    client, secret = owner(web), web.bind(TERMINALS[A1])
    listed = {row["id"]: row for row in client.get("/api/v1/terminals").rows()}
    tag = f'"{listed[str(TERMINALS[A1])]["revision"]}"'
    path = f"/api/v1/terminals/{TERMINALS[A1]}"
    body = {"name": "旧机", "active": False}
    assert client.send("PATCH", path, body, If_Match=tag).status == 200
    browser = web.client({"Cookie": f"{TERMINAL_COOKIE}={secret}"})
    assert browser.get("/api/v1/terminal").code == "terminal.not_bound"


def test_nobody_raises_her_own_rights(web: Web) -> None:
    me = web.hire(Role.OWNER)
    client = web.browser(me)
    roles = {"roles": [{"role": "owner", "level": "organisation"}]}
    own = client.send("PUT", f"/api/v1/staff/{me}/roles", roles, If_Match='"1"')
    assert own.code == "staff.own_rights"
    left = {"name": "我", "language": "zh-CN", "active": False}
    refused = client.send("PATCH", f"/api/v1/staff/{me}", left, If_Match='"1"')
    assert refused.code == "staff.own_rights"
    code = client.send("POST", f"/api/v1/staff/{me}/one-time-code")
    assert code.code == "staff.own_rights"


def test_nobody_hands_out_more_than_she_has(web: Web) -> None:
    local = web.browser(web.hire(Role.OWNER, Level.REGION, REGION_A))
    assert add(web, local, "owner", "region", REGION_A).status == 201
    assert add(web, local, "cashier", "store", A1).status == 201
    for role, level, place in (
        ("cashier", "organisation", None),
        ("owner", "region", REGION_B),
        ("cashier", "store", B1),
    ):
        assert add(web, local, role, level, place).code == "scope.outside", (role, level)


def test_an_empty_region_is_head_offices(web: Web) -> None:
    local = web.browser(web.hire(Role.OWNER, Level.REGION, REGION_A))
    region = web.shop.new_id()
    body = {"id": str(region), "name_zh": "西南"}
    assert owner(web).send("POST", "/api/v1/regions", body).status == 201
    assert add(web, local, "owner", "region", region).code == "scope.outside"
    assert add(web, owner(web), "owner", "region", region).status == 201


def test_nobody_touches_whoever_may_do_more(web: Web) -> None:
    chief = web.hire(Role.OWNER)
    local = web.browser(web.hire(Role.OWNER, Level.REGION, REGION_A))
    roles = {"roles": [{"role": "cashier", "level": "store", "place_id": str(A1)}]}
    above = local.send("PUT", f"/api/v1/staff/{chief}/roles", roles, If_Match='"1"')
    assert above.code == "staff.outranks_you"
    refused = local.send("POST", f"/api/v1/staff/{chief}/one-time-code")
    assert refused.code == "staff.outranks_you"


def test_two_people_cannot_have_one_log_in_name(web: Web) -> None:
    client = owner(web)
    body = person(web, "cashier", "store", A1)
    assert client.send("POST", "/api/v1/staff", body).status == 201
    same = {**body, "id": str(web.shop.new_id()), "login": str(body["login"]).upper()}
    assert client.send("POST", "/api/v1/staff", same).code == "staff.login_taken"


def test_managers_see_their_own_people_only(web: Web) -> None:
    here = web.hire(Role.CASHIER, Level.STORE, A1)
    web.hire(Role.CASHIER, Level.STORE, B1)
    manager = web.hire(Role.STORE_MANAGER, Level.STORE, A1)
    listed = {row["id"] for row in web.browser(manager).get("/api/v1/staff").rows()}
    assert listed == {str(here), str(manager)}


def test_a_machine_gets_a_key_that_is_shown_once(web: Web) -> None:
    client, key_id = owner(web), web.shop.new_id()
    body = {
        "id": str(key_id),
        "name": "配送平台",
        "permissions": ["store.read"],
        "level": "store",
        "place_id": str(A1),
        "days": 30,
    }
    made = client.send("POST", "/api/v1/api-keys", body)
    assert made.status == 201, made.body
    secret = str(made.json()["secret"])
    listed = client.get("/api/v1/api-keys")
    assert secret.encode() not in listed.body
    machine = web.client({"Authorization": f"Bearer {secret}"})
    assert [row["id"] for row in machine.get("/api/v1/stores").rows()] == [str(A1)]
    assert machine.get("/api/v1/staff").code == "permission.missing"
    assert client.send("DELETE", f"/api/v1/api-keys/{key_id}").status == 200
    assert machine.get("/api/v1/stores").status == 401


def test_a_key_ends(web: Web) -> None:
    machine = web.machine(frozenset({Permission.STORE_READ}))
    assert machine.get("/api/v1/stores").status == 200
    web.shop.pass_time(days=40)
    assert machine.get("/api/v1/stores").status == 401


def test_a_key_gives_no_more_than_its_maker_has(web: Web) -> None:
    local = web.browser(web.hire(Role.OWNER, Level.REGION, REGION_A))
    body = {
        "id": str(web.shop.new_id()),
        "name": "全集团",
        "permissions": ["order.read"],
        "level": "organisation",
        "days": 30,
    }
    assert local.send("POST", "/api/v1/api-keys", body).code == "scope.outside"


def test_the_second_of_two_who_set_roles_is_told(web: Web) -> None:
    client, somebody = owner(web), web.hire(Role.CASHIER, Level.STORE, A1)
    path = f"/api/v1/staff/{somebody}/roles"

    def held() -> dict[str, object]:
        rows = client.get("/api/v1/staff").rows()
        return next(row for row in rows if row["id"] == str(somebody))

    def roles(role: str) -> dict[str, object]:
        return {"roles": [{"role": role, "level": "store", "place_id": str(A1)}]}

    seen = f'"{held()["revision"]}"'
    assert client.send("PUT", path, roles("accountant")).code == "precondition.missing"
    assert client.send("PUT", path, roles("accountant"), If_Match=seen).status == 200
    late = client.send("PUT", path, roles("store_manager"), If_Match=seen)
    assert (late.status, late.code) == (412, "precondition.failed")
    now = held()
    assert now["roles"] == [{"role": "accountant", "level": "store", "place_id": str(A1)}]
    again = client.send("PUT", path, roles("store_manager"), If_Match=f'"{now["revision"]}"')
    assert again.status == 200


def test_somebody_is_told_whether_she_works_everywhere(web: Web) -> None:
    local = web.browser(web.hire(Role.OWNER, Level.REGION, REGION_A))
    assert local.get("/api/v1/session").json()["everywhere"] is False
    assert owner(web).get("/api/v1/session").json()["everywhere"] is True
