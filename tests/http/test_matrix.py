"""Who may call what, for whose things: every route × every role and key at every place (S1).

The expectation is worked out from the role table and the place alone, not from the code under
test. A route that is missing in `matrix_calls.CALLS` fails here.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from fastapi.routing import APIRoute

from regulars.domain.kernel.terms import Level
from regulars.domain.payments.tender import TenderKind
from regulars.domain.stores.permissions import (
    PERMISSIONS_OF,
    TILL_PERMISSIONS,
    Permission,
    Role,
)
from regulars.http.app import routes
from regulars.http.policy import Need, Open, policy_of
from regulars.storage.engine import Write
from regulars.storage.tables import catalog as goods
from regulars.storage.tables import offers
from regulars.storage.tables import stores as tables
from regulars.use_cases.open_orders import OpenOrder
from regulars.use_cases.order_rows import OrderHead
from tests.http.door import Reply
from tests.http.matrix_calls import CALLS, PERCENT
from tests.http.matrix_targets import Call, Fresh, Reach, Target
from tests.http.web import A1, A2, B1, REGION_A, REGION_B, TERMINALS, Client, Web
from tests.shops import named

STORES = frozenset({A1, A2, B1})
PLACES: tuple[tuple[Level, UUID | None, frozenset[UUID]], ...] = (
    (Level.ORGANISATION, None, STORES),
    (Level.REGION, REGION_A, frozenset({A1, A2})),
    (Level.REGION, REGION_B, frozenset({B1})),
    (Level.STORE, A1, frozenset({A1})),
    (Level.STORE, A2, frozenset({A2})),
    (Level.STORE, B1, frozenset({B1})),
)
# What anybody may call; a route joins this list by being named here.
OPEN_TO_ALL = {
    "log_in",
    "log_in_first",
    "check_health",
    "check_ready",
    "openapi",
    "docs",
    "style",
    "to_a_face",
    "to_till_folder",
    "till_page",
    "to_office_folder",
    "office_page",
    "hear_provider",
    "prove_address_to_provider",
    "preference_page",
    "preference_style",
    "choose_preferences",
    "leave_with_one_click",
    "follow_link",
    "survey_page",
    "survey_style",
    "answer_page",
}


class Caller(NamedTuple):
    """Somebody, with what the role table says of her."""

    name: str
    client: Client
    permissions: frozenset[Permission]
    stores: frozenset[UUID]
    everywhere: bool


@dataclass(frozen=True)
class Route:
    """A route with the right that it needs."""

    name: str
    method: str
    permission: Permission
    call: Call

    @property
    def needs(self) -> frozenset[Permission]:
        """The rights without which the call is refused."""
        return self.call.also | {self.permission}


def declared() -> list[APIRoute]:
    return [route for route in routes().routes if isinstance(route, APIRoute)]


def guarded() -> list[Route]:
    found: list[Route] = []
    for route in declared():
        policy = policy_of(route)
        if isinstance(policy, Need):
            name = str(route.operation_id)
            method = next(iter(route.methods or ()))
            found.append(Route(name, method, policy.permission, CALLS[name]))
    return found


def callers(web: Web) -> list[Caller]:
    found: list[Caller] = []
    for level, place, stores in PLACES:
        whole = level is Level.ORGANISATION
        for role in Role:
            client = web.browser(web.hire(role, level, place))
            name = f"{role.value}@{level.value}"
            found.append(Caller(name, client, PERMISSIONS_OF[role], stores, whole))
        every = frozenset(Permission)
        client = web.machine(every, level, place)
        found.append(Caller(f"key@{level.value}", client, every, stores, whole))
        reading = frozenset({Permission.STORE_READ, Permission.ORDER_READ})
        client = web.machine(reading, level, place)
        found.append(Caller(f"reader@{level.value}", client, reading, stores, whole))
    owner = web.hire(Role.OWNER)
    till = web.shop.new_id()
    row = {"id": till, "store_id": A2, "letter": "P", "name": "P", "state": "active"}
    web.write(lambda tx: tx.add(tables.terminal, [row]))
    pin = web.browser(owner, method="pin", till=till)
    found.append(Caller("pin@A2", pin, TILL_PERMISSIONS, frozenset({A2}), everywhere=False))
    return found


def targets(web: Web) -> list[Target]:
    shop = web.shop
    found: list[Target] = []
    for number, store in enumerate((A1, A2, B1)):
        there = shop.at(store, f"terminal:S{number + 1}:A")
        sale = there.sale([there.line("milk_tea")], cash=1_800)
        there.run(sale)
        waiting = OrderHead(
            order_id=there.new_id(),
            store_id=store,
            terminal_id=TERMINALS[store],
            source="counter",
            note=None,
        )
        line = there.line("milk_tea")
        there.run(OpenOrder(head=waiting, lines=(line,), member_id=None))
        staff = web.hire(Role.CASHIER, Level.STORE, store)
        target = Target(
            store=store,
            open_order=waiting.order_id,
            open_line=line.id,
            paid_order=sale.order_id,
            price_list=shop.new_id(),
            offer=shop.new_id(),
            staff=staff,
            api_key=shop.new_id(),
        )
        web.write(_added(target, shop.now))
        found.append(target)
    return found


def _added(target: Target, now: object) -> Callable[[Write], None]:
    place = {"level": "store", "place_id": target.store}
    prices = {"id": target.price_list, "name_zh": "本店", "name_en": "", "effective_at": now}
    key = {"id": target.api_key, "name": "key", "secret_hash": target.api_key.bytes * 2}
    rest = {"permissions": [], "created_by": "test", "created_at": now, "expires_at": now}

    offer = {"id": target.offer, "version": 1, "name_zh": "本店", "name_en": "", **place}
    when = {"effective_at": now, "ends_at": None, "recorded_at": now, "recorded_by": "test"}

    def add(tx: Write) -> None:
        tx.add(offers.offer, [{**offer, **when, "definition": PERCENT, "state": "active"}])
        tx.add(goods.price_list, [{**prices, **place, "ends_at": None, "state": "active"}])
        tx.add(tables.api_key, [{**key, **place, **rest}])

    return add


def may(caller: Caller, route: Route, target: Target) -> bool:
    """What the role table says."""
    if not route.needs <= caller.permissions:
        return False
    match route.call.reach:
        case Reach.ANYWHERE:
            return True
        case Reach.CHAIN:
            return caller.everywhere
        case Reach.STORE:
            return target.store in caller.stores


def wrong(caller: Caller, route: Route, reply: Reply, *, allowed: bool) -> str | None:
    """What is wrong with a reply, if anything."""
    if reply.status >= 500:
        return "fault"
    if allowed:
        refused = reply.status in (401, 403)
        return f"refused {reply.status} {reply.body[:200]!r}" if refused else None
    if not route.needs <= caller.permissions and reply.status != 403:
        return f"right not checked: {reply.status}"
    return None if reply.status in (403, 404) else f"let through: {reply.status}"


def leaked(caller: Caller, reply: Reply, everything: list[Target]) -> list[str]:
    """Ids of stores that the caller may not see."""
    foreign = [one for one in everything if one.store not in caller.stores]
    text = reply.body.decode("utf-8", "replace")
    return [secret for one in foreign for secret in one.secrets if secret in text]


def test_every_route_is_called_in_the_matrix_or_open_on_purpose() -> None:
    named_open = {route.name for route in declared() if isinstance(policy_of(route), Open)}
    assert named_open == OPEN_TO_ALL
    needing = {
        str(route.operation_id) for route in declared() if isinstance(policy_of(route), Need)
    }
    assert needing == CALLS.keys()


def test_every_role_at_every_place_may_do_exactly_what_it_should(till: Web) -> None:
    member = till.shop.join("13800138000")
    fresh = Fresh(member, till.shop.new_id)
    everything, everybody = targets(till), callers(till)
    faults: list[str] = []
    checked = Counter[bool]()
    for route in guarded():
        for target in everything:
            for caller in everybody:
                allowed = may(caller, route, target)
                reply = _called(caller.client, route, target, fresh)
                checked[allowed] += 1
                problem = wrong(caller, route, reply, allowed=allowed)
                where = f"{caller.name} of {len(caller.stores)} {route.name} {target.store}"
                if problem is not None:
                    faults.append(f"{where}: {problem}")
                if reply.status < 300 and leaked(caller, reply, everything):
                    faults.append(f"{where}: leaks")
    assert "\n".join(sorted(set(faults))) == ""
    assert checked[True] > 1_000
    assert checked[False] > 5_000


def _called(client: Client, route: Route, target: Target, fresh: Fresh) -> Reply:
    url = "/api/v1" + route.call.url(target, fresh)
    if route.method == "GET":
        return client.get(url)
    return client.send(route.method, url, route.call.body(target, fresh), **route.call.headers)


def test_nobody_gets_in_without_a_sign_in(till: Web) -> None:
    fresh = Fresh(till.shop.join("13800138000"), till.shop.new_id)
    target = targets(till)[0]
    stranger = till.client({"Sec-Fetch-Site": "same-origin"})
    let_in = [
        route.name for route in guarded() if _called(stranger, route, target, fresh).status != 401
    ]
    assert let_in == []
    for route in declared():
        policy = policy_of(route)
        if not isinstance(policy, Need | Open):
            method = next(iter(route.methods or ()))
            body = {"staff_id": str(fresh.member), "pin": "482915", "old": "x", "new": "y"}
            sent = body if method in ("PUT", "POST") else None
            assert stranger.send(method, route.path, sent).status == 401, route.path


def test_a_terminal_of_another_store_does_not_carry_a_sale_there(till: Web) -> None:
    fresh = Fresh(till.shop.join("13800138000"), till.shop.new_id)
    here, _, there = targets(till)
    client = till.browser(till.hire(Role.CASHIER, Level.STORE, A1))
    body = CALLS["sell_at_counter"].body(here, fresh)
    assert isinstance(body, dict)
    crossed = {**body, "terminal_id": str(there.terminal)}
    assert client.send("POST", "/api/v1/sales", crossed).status in (403, 404)


def test_writable_fields_are_an_allow_list(till: Web) -> None:
    fresh = Fresh(till.shop.join("13800138000"), till.shop.new_id)
    target = targets(till)[0]
    owner = till.browser(till.hire(Role.OWNER))
    for route in guarded():
        body = route.call.body(target, fresh)
        if not isinstance(body, dict):
            continue
        for extra in ("balance", "role", "price_minor", "is_admin"):
            url = "/api/v1" + route.call.url(target, fresh)
            told = owner.send(route.method, url, {**body, extra: 1}, **route.call.headers)
            assert (told.status, told.code) == (422, "request.field_unknown"), (route.name, extra)


def test_roles_at_two_places_do_not_add_up(till: Web) -> None:
    somebody = till.hire(Role.STORE_MANAGER, Level.STORE, A1)
    till.give(somebody, Role.CASHIER, Level.STORE, A2)
    client = till.browser(somebody)
    fresh = Fresh(till.shop.join("13800138000"), till.shop.new_id)
    here, there, _ = targets(till)
    refund = replace(CALLS["plan_refund"])
    assert client.get(f"/api/v1/stores/{A2}/menu").status == 200
    for target, status in ((here, 200), (there, 403)):
        url = "/api/v1" + refund.url(target, fresh)
        assert client.send("POST", url, {"units": None}).status == status


def test_every_payment_kind_is_known_to_the_matrix() -> None:
    assert {kind.value for kind in TenderKind} >= {"cash"}
    assert named("store:S1") == A1
