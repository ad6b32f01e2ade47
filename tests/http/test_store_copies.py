"""A new store that begins like another one: its own prices and rules, and none of its money or people."""

from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.storage import audit
from regulars.storage.ledger import HOUSE_OF_STORE
from regulars.storage.stores import TERMINALS
from tests.answers import rows
from tests.http.door import Reply
from tests.http.web import A1, REGION_B, Client, Web
from tests.shops import named

FIELD = "spending.step"
TEA, CUP, TART = named("product:milk_tea"), named("variant:milk_tea"), named("product:egg_tart")


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def opened(web: Web, client: Client, like: UUID | None) -> tuple[UUID, Reply]:
    store = web.shop.new_id()
    body = {
        "id": str(store),
        "region_id": str(REGION_B),
        "code": f"N-{store}"[:40],
        "name_zh": "徐汇店",
        "like_store_id": None if like is None else str(like),
    }
    return store, client.send("POST", "/api/v1/stores", body)


def priced(web: Web, client: Client, store: UUID, minor: int) -> None:
    list_id = web.shop.new_id()
    body = {"id": str(list_id), "name_zh": "本店价", "level": "store", "place_id": str(store)}
    assert client.send("POST", "/api/v1/price-lists", body).status == 201
    listed = {"prices": [{"variant_id": str(CUP), "amount_minor": minor}]}
    done = client.send("PUT", f"/api/v1/price-lists/{list_id}/prices", listed)
    assert done.status == 200


def on_menu(client: Client, store: UUID) -> dict[str, dict[str, object]]:
    menu = client.get(f"/api/v1/stores/{store}/menu").json()
    return {str(one["id"]): one for one in rows(menu, "products")}


def price(client: Client, store: UUID) -> object:
    shown = on_menu(client, store)[str(TEA)]
    return next(one for one in rows(shown, "variants") if one["id"] == str(CUP))["price_minor"]


def in_force(client: Client, store: UUID) -> object:
    listed = client.get(f"/api/v1/terms?store_id={store}").rows()
    return next(row for row in listed if row["field"] == FIELD)["value"]


def set_at(web: Web, client: Client, value: int) -> None:
    body = {"id": str(web.shop.new_id()), "level": "store", "place_id": str(A1), "value": value}
    put = client.send("PUT", f"/api/v1/terms/{FIELD}", {**body, "reason": "本店客人多"})
    assert put.status == 200


def test_a_store_begins_with_the_prices_the_rules_and_the_gaps_of_another(web: Web) -> None:
    client = owner(web)
    priced(web, client, A1, 2_100)
    set_at(web, client, 200)
    set_at(web, client, 300)
    for product, until in ((TEA, web.shop.now.replace(hour=20).isoformat()), (TART, None)):
        path = f"/api/v1/stores/{A1}/sold-out/{product}"
        assert client.send("PUT", path, {"until": until}).status == 200

    store, answer = opened(web, client, A1)
    assert answer.status == 201
    assert price(client, store) == 2_100
    assert in_force(client, store) == 300
    menu = on_menu(client, store)
    # What only ran out today at the other store is sold here.
    assert (menu[str(TEA)]["sold_out"], menu[str(TART)]["sold_out"]) == (False, True)
    told = client.get(f"/api/v1/terms/{FIELD}/history").rows()
    copied = [row for row in told if row["place_id"] == str(store)]
    assert [(row["value"], row["version"], row["reason"]) for row in copied] == [
        (300, 1, "本店客人多")
    ]

    # From then on each store goes its own way.
    priced(web, client, A1, 2_300)
    set_at(web, client, 100)
    assert (price(client, A1), price(client, store)) == (2_300, 2_100)
    assert (in_force(client, A1), in_force(client, store)) == (100, 300)


def test_no_money_no_till_and_nobody_goes_along(web: Web) -> None:
    client = owner(web)
    cashier = web.hire(Role.CASHIER, Level.STORE, A1)
    store, answer = opened(web, client, A1)
    assert answer.status == 201
    with web.shop.database.read() as read:
        assert read.all(HOUSE_OF_STORE, store=store) == []
        assert [one for one in read.all(TERMINALS) if one.store_id == store] == []
        everybody = audit.Wanted(action="store.added")
        act = audit.page(read, EVERYWHERE, everybody).rows[0]
    assert isinstance(act.after, dict)
    assert act.after["like"] == "S1"
    seen = web.browser(cashier).get("/api/v1/session").json()
    assert [one["id"] for one in rows(seen, "stores")] == [str(A1)]


def test_what_was_taken_away_or_has_ended_is_not_copied(web: Web) -> None:
    client = owner(web)
    set_at(web, client, 300)
    body = {"id": str(web.shop.new_id()), "level": "store", "place_id": str(A1), "reason": "x"}
    assert client.send("POST", f"/api/v1/terms/{FIELD}/take-away", body).status == 200
    priced(web, client, A1, 2_100)
    listed = client.get("/api/v1/price-lists").rows()
    ended = next(row for row in listed if row["place_id"] == str(A1))
    web.shop.pass_time(days=1)
    client = owner(web)
    end = f"/api/v1/price-lists/{ended['id']}/end"
    assert client.send("POST", end, {}).status == 200
    web.shop.pass_time(days=1)
    client = owner(web)
    plain, _ = opened(web, client, None)
    store, answer = opened(web, client, A1)
    assert answer.status == 201
    assert price(client, store) == price(client, plain)
    told = client.get(f"/api/v1/terms/{FIELD}/history").rows()
    assert [row for row in told if row["place_id"] == str(store)] == []


def test_a_store_that_is_not_there_is_no_model_and_nothing_is_opened(web: Web) -> None:
    client = owner(web)
    before = client.get("/api/v1/stores").rows()
    _, answer = opened(web, client, web.shop.new_id())
    assert answer.code == "store.unknown"
    assert client.get("/api/v1/stores").rows() == before
