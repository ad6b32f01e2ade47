"""Editing the menu: goods, prices, and what has run out."""

from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.web import A1, A2, B1, REGION_A, Client, Web
from tests.shops import named

TEA = named("product:milk_tea")


def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def variant(
    web: Web, name: str, *, default: bool = False, barcode: str | None = None
) -> dict[str, object]:
    names = {"name_zh": name, "name_en": name, "is_default": default}
    return {"id": str(web.shop.new_id()), **names, "barcode": barcode}


def product(web: Web, *variants: dict[str, object], **more: object) -> dict[str, object]:
    shelf = {"category_id": str(named("category")), "tax_code": "food"}
    names = {"name_zh": "杨枝甘露", "name_en": "Mango pomelo sago"}
    code = f"P-{web.shop.new_id()}"
    return {"code": code, **shelf, **names, "variants": list(variants), **more}


def priced(web: Web, client: Client, prices: dict[str, int], store: UUID | None = None) -> Reply:
    list_id = web.shop.new_id()
    place = (
        {"level": "organisation"} if store is None else {"level": "store", "place_id": str(store)}
    )
    body = {"id": str(list_id), "name_zh": "价目", **place}
    assert client.send("POST", "/api/v1/price-lists", body).status == 201
    listed = [{"variant_id": one, "amount_minor": minor} for one, minor in prices.items()]
    return client.send("PUT", f"/api/v1/price-lists/{list_id}/prices", {"prices": listed})


def on_menu(client: Client, store: UUID) -> dict[str, dict[str, object]]:
    menu = client.get(f"/api/v1/stores/{store}/menu").json()
    return {str(one["id"]): one for one in rows(menu, "products")}


def test_something_new_is_sold_once_it_has_a_price(web: Web) -> None:
    client, new = owner(web), web.shop.new_id()
    cup = variant(web, "中杯", default=True)
    body = {"id": str(new), "product": product(web, cup)}
    assert client.send("POST", "/api/v1/products", body).status == 201
    assert str(new) not in on_menu(client, A1)
    assert priced(web, client, {str(cup["id"]): 2_600}).status == 200
    shown = on_menu(client, A1)[str(new)]
    assert rows(shown, "variants")[0]["price_minor"] == 2_600


def test_a_store_price_goes_before_the_chains(web: Web) -> None:
    client = owner(web)
    cup = str(named("variant:milk_tea"))
    assert priced(web, client, {cup: 2_100}, A1).status == 200
    prices = {
        store: rows(on_menu(client, store)[str(TEA)], "variants")[0]["price_minor"]
        for store in (A1, A2)
    }
    assert prices == {A1: 2_100, A2: 1_800}


def test_a_size_that_is_not_named_any_more_is_withdrawn(web: Web) -> None:
    client, new = owner(web), web.shop.new_id()
    middle, large = variant(web, "中杯", default=True), variant(web, "大杯")
    form = product(web, middle, large)
    client.send("POST", "/api/v1/products", {"id": str(new), "product": form})
    priced(web, client, {str(middle["id"]): 2_600, str(large["id"]): 3_000})
    path = f"/api/v1/products/{new}"
    seen = client.get(path)
    assert seen.header("etag") == '"1"'
    kept = {**form, "variants": [middle]}
    assert client.send("PUT", path, kept, If_Match='"1"').status == 200
    assert [one["id"] for one in rows(on_menu(client, A1)[str(new)], "variants")] == [middle["id"]]
    assert client.send("PUT", path, form, If_Match='"1"').code == "precondition.failed"
    states = {one["id"]: one["state"] for one in rows(client.get(path).json(), "variants")}
    assert states == {middle["id"]: "on_sale", large["id"]: "withdrawn"}
    gone = {**kept, "on_sale": False}
    assert client.send("PUT", path, gone, If_Match='"2"').status == 200
    assert str(new) not in on_menu(client, A1)


def test_codes_and_barcodes_are_unique(web: Web) -> None:
    client = owner(web)
    form = product(web, variant(web, "中杯", default=True, barcode="6901234567892"))
    first = {"id": str(web.shop.new_id()), "product": form}
    assert client.send("POST", "/api/v1/products", first).status == 201
    other = product(web, variant(web, "大杯", default=True, barcode="6901234567892"))
    again = {"id": str(web.shop.new_id()), "product": other}
    assert client.send("POST", "/api/v1/products", again).code == "catalog.barcode_taken"
    same = {**product(web, variant(web, "大杯", default=True)), "code": form["code"]}
    third = {"id": str(web.shop.new_id()), "product": same}
    assert client.send("POST", "/api/v1/products", third).code == "catalog.code_taken"


def test_a_product_that_does_not_add_up_is_refused(web: Web) -> None:
    client = owner(web)
    cup = variant(web, "中杯", default=True)
    for form, code in (
        (product(web, variant(web, "中杯")), "catalog.product_malformed"),
        (product(web, cup, cup), "catalog.product_malformed"),
        (product(web, cup, kind="combo"), "catalog.product_malformed"),
        (product(web, cup, tax_code="none"), "catalog.goods_unknown"),
        (product(web, cup, category_id=str(web.shop.new_id())), "catalog.goods_unknown"),
    ):
        body = {"id": str(web.shop.new_id()), "product": form}
        assert client.send("POST", "/api/v1/products", body).code == code, form


def test_a_size_cannot_be_taken_from_another_product(web: Web) -> None:
    client = owner(web)
    stolen = {**variant(web, "大杯", default=True), "id": str(named("variant:milk_tea"))}
    body = {"id": str(web.shop.new_id()), "product": product(web, stolen)}
    assert client.send("POST", "/api/v1/products", body).code == "catalog.goods_unknown"


def test_a_combo_is_made_of_slots(web: Web) -> None:
    client, new = owner(web), web.shop.new_id()
    choices = [
        {"variant_id": str(named("variant:milk_tea"))},
        {"variant_id": str(named("variant:mango_ice")), "extra_minor": 300},
    ]
    slot = {"id": str(web.shop.new_id()), "name_zh": "饮品", "quantity": 2, "choices": choices}
    cup = variant(web, "双人", default=True)
    form = product(web, cup, kind="combo", slots=[slot])
    added = client.send("POST", "/api/v1/products", {"id": str(new), "product": form})
    assert added.status == 201, added.body
    priced(web, client, {str(cup["id"]): 3_200})
    shown = on_menu(client, A1)[str(new)]
    assert rows(rows(shown, "slots")[0], "choices") == [
        {"variant_id": str(named("variant:milk_tea")), "extra_minor": 0},
        {"variant_id": str(named("variant:mango_ice")), "extra_minor": 300},
    ]
    detail = client.get(f"/api/v1/products/{new}").json()
    assert rows(detail, "slots")[0]["quantity"] == 2


def test_an_option_that_is_not_named_any_more_is_withdrawn(web: Web) -> None:
    client = owner(web)
    path = f"/api/v1/modifier-groups/{named('group:topping')}"
    coconut = {"id": str(web.shop.new_id()), "name_zh": "椰果", "price_minor": 200}
    form = {"code": "topping", "name_zh": "加料", "minimum": 0, "maximum": 2, "options": [coconut]}
    assert client.send("PUT", path, form).status == 200
    menu = client.get(f"/api/v1/stores/{A1}/menu").json()
    (group,) = rows(menu, "groups")
    assert [one["name_zh"] for one in rows(group, "options")] == ["椰果"]
    goods = client.get("/api/v1/goods").json()
    assert len(rows(rows(goods, "groups")[0], "options")) == 2
    wrong = {**form, "minimum": 3, "maximum": 2}
    assert client.send("PUT", path, wrong).code == "catalog.group_malformed"


def test_what_ran_out_is_sold_again_later(web: Web) -> None:
    cashier = web.browser(web.hire(Role.CASHIER, Level.STORE, A1))
    path = f"/api/v1/stores/{A1}/sold-out/{TEA}"
    until = (web.shop.now.replace(hour=20)).isoformat()
    assert cashier.send("PUT", path, {"until": until}).status == 200
    assert on_menu(cashier, A1)[str(TEA)]["sold_out"] is True
    assert on_menu(owner(web), A2)[str(TEA)]["sold_out"] is False
    assert cashier.send("DELETE", path).status == 200
    assert on_menu(cashier, A1)[str(TEA)]["sold_out"] is False
    nothing = cashier.send("PUT", f"/api/v1/stores/{A1}/sold-out/{web.shop.new_id()}", {})
    assert nothing.code == "catalog.goods_unknown"


def test_a_region_sets_its_own_prices_and_no_others(web: Web) -> None:
    local = web.browser(web.hire(Role.REGION_MANAGER, Level.REGION, REGION_A))
    body = {"name_zh": "华东价", "level": "region", "place_id": str(REGION_A)}
    assert (
        local.send("POST", "/api/v1/price-lists", {"id": str(web.shop.new_id()), **body}).status
        == 201
    )
    for place in ({"level": "organisation"}, {"level": "store", "place_id": str(B1)}):
        new = {"id": str(web.shop.new_id()), "name_zh": "价", **place}
        assert local.send("POST", "/api/v1/price-lists", new).code == "scope.outside"
    shared = local.send("PUT", f"/api/v1/price-lists/{named('prices')}/prices", _one_price())
    assert shared.code == "scope.outside"
    category = local.send("PUT", f"/api/v1/categories/{web.shop.new_id()}", {"name_zh": "新"})
    assert category.code == "scope.outside"


def _one_price() -> dict[str, object]:
    return {"prices": [{"variant_id": str(named("variant:milk_tea")), "amount_minor": 1}]}


def test_a_price_list_ends_and_its_price_with_it(web: Web) -> None:
    client, list_id = owner(web), web.shop.new_id()
    body = {"id": str(list_id), "name_zh": "活动价", "level": "store", "place_id": str(A1)}
    assert client.send("POST", "/api/v1/price-lists", body).status == 201
    path = f"/api/v1/price-lists/{list_id}"
    assert client.send("PUT", f"{path}/prices", _one_price()).status == 200
    assert client.get(f"{path}/prices").rows()[0]["amount_minor"] == 1
    assert rows(on_menu(client, A1)[str(TEA)], "variants")[0]["price_minor"] == 1
    web.shop.pass_time(minutes=1)
    assert client.send("POST", f"{path}/end", {}).status == 200
    assert rows(on_menu(client, A1)[str(TEA)], "variants")[0]["price_minor"] == 1_800


def test_a_price_change_is_audited_with_before_and_after(web: Web) -> None:
    client = owner(web)
    changed = {**_one_price(), "reason": "促销"}
    path = f"/api/v1/price-lists/{named('prices')}/prices"
    assert client.send("PUT", path, changed).status == 200
    trail = rows(client.get("/api/v1/audit").json(), "rows")
    row = next(one for one in trail if one["action"] == "price.changed")
    name = f"{named('variant:milk_tea')}|"
    assert part(row, "before") == {name: 1_800}
    assert part(row, "after") == {name: 1}
    assert row["reason"] == "促销"
