"""A member's timeline over HTTP: pages, filters, and no more than the caller may see."""

from urllib.parse import quote

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from tests.answers import inside, rows
from tests.http.web import A1, A2, Web

KINDS = {"member", "consent", "order", "value", "coupon", "tier"}


def test_a_timeline_is_paged_newest_first(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.pass_time(minutes=5)
    shop.run(shop.sale([shop.line("lemon_tea", quantity=2)], member=wang, cash=2_250))
    client = web.browser(web.hire(Role.OWNER))
    path = f"/api/v1/members/{wang}/timeline"
    whole = client.get(path)
    assert "13800138000" not in whole.body.decode()
    lines = rows(whole.json(), "lines")
    assert {line["kind"] for line in lines} <= KINDS
    bill = next(line for line in lines if line["what"] == "order.settled")
    assert bill["sentence_zh"] == "在人民广场店买单（单号 A001），实付 22.50"
    assert bill["why_en"] == "Second at half price −7.50 (item 2 at half price)"
    assert inside(bill, "rule", "kind") == "offer"
    assert bill["amounts"] == [{"unit": "money", "amount": -2_250}]

    found: list[object] = []
    cursor = ""
    while True:
        page = client.get(f"{path}?limit=2{cursor}").json()
        found += rows(page, "lines")
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == lines


def test_kinds_and_a_period_narrow_it(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.pass_time(days=1)
    client = web.browser(web.hire(Role.OWNER))
    path = f"/api/v1/members/{wang}/timeline"
    some = rows(client.get(f"{path}?kind=tier&kind=member").json(), "lines")
    assert [line["what"] for line in some] == ["tier.began", "member.joined"]
    since = quote(shop.now.isoformat())
    assert rows(client.get(f"{path}?from={since}").json(), "lines") == []
    for wrong in ("kind=gossip", "limit=0", "limit=101", "cursor=x", "from=yesterday", "who=me"):
        assert client.get(f"{path}?{wrong}").status == 422, wrong


def test_a_caller_sees_what_her_role_and_her_store_allow(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.run(shop.sale([shop.line("lemon_tea")], member=wang, cash=1_500))
    path = f"/api/v1/members/{wang}/timeline"
    marketer = web.browser(web.hire(Role.MARKETER)).get(path).json()
    assert marketer["left_out"] == ["order", "pass", "value"]
    assert not {"order", "value"} & {line["kind"] for line in rows(marketer, "lines")}
    for store, sentence in ((A1, "实付 15.00"), (A2, "在其他门店消费")):
        cashier = web.browser(web.hire(Role.CASHIER, Level.STORE, store))
        bills = rows(cashier.get(f"{path}?kind=order").json(), "lines")
        assert len(bills) == 1
        assert sentence in str(bills[0]["sentence_zh"])
        assert (bills[0]["store_id"] is None) is (store == A2)
    nobody = web.browser(web.hire(Role.ACCOUNTANT)).get(path)
    assert nobody.status == 403
    unknown = web.browser(web.hire(Role.OWNER)).get(f"/api/v1/members/{shop.new_id()}/timeline")
    assert (unknown.status, unknown.code) == (404, "member.unknown")
