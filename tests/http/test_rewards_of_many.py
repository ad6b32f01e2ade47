"""Referrals, groups of buyers and passes over HTTP: the till's whole way, and what is refused."""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.jobs.groups import GROUPS
from regulars.jobs.referrals import REFERRALS
from tests.http.door import Reply
from tests.http.web import A1, A2, TERMINALS, Client, Web
from tests.inviting import FRIENDS, TEN_CUPS, THREE_TOGETHER, start, work

WHERE = {"store_id": str(A1), "terminal_id": str(TERMINALS[A1])}


def new(web: Web) -> str:
    """A fresh id."""
    return str(web.shop.new_id())


def manager(web: Web) -> Client:
    """The manager of the store."""
    return web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))


def cashier(web: Web) -> Client:
    """A cashier of the store."""
    return web.browser(web.hire(Role.CASHIER, Level.STORE, A1))


def post(client: Client, path: str, body: Mapping[str, object] | None = None) -> Reply:
    """A change."""
    return client.send("POST", f"/api/v1{path}", body)


def test_a_pass_goes_its_whole_way_over_the_till(web: Web) -> None:
    programme = start(web.shop, "pass", TEN_CUPS)
    li, sister = web.shop.join("13800138000"), web.shop.join("13900139000")
    till, boss = cashier(web), manager(web)
    form = {"id": new(web), "programme_id": str(programme), **WHERE, "tender": "cash"}
    sold = post(till, f"/members/{li}/passes", form)
    assert (sold.status, sold.json()["left"]) == (201, 10)
    path = f"/passes/{form['id']}"
    used = post(till, f"{path}/uses", {"id": new(web), **WHERE, "count": 2})
    assert (used.status, used.json()["value_minor"]) == (201, 3_000)
    slip = {"id": new(web), **WHERE}
    assert post(till, f"{path}/uses", slip).status == 201
    undo = {"id": new(web), "reason": "按错了"}
    assert post(till, f"{path}/uses/{slip['id']}/undo", undo).status == 403
    assert post(boss, f"{path}/uses/{slip['id']}/undo", undo).json()["left"] == 8
    elsewhere = web.browser(web.hire(Role.CASHIER, Level.STORE, A2))
    assert post(elsewhere, f"{path}/freeze").code == "scope.outside"
    assert post(till, f"{path}/freeze").json()["state"] == "frozen"
    assert post(elsewhere, f"{path}/unfreeze").code == "scope.outside"
    assert post(till, f"{path}/uses", {"id": new(web), **WHERE}).code == "pass.frozen"
    assert post(till, f"{path}/unfreeze").json()["state"] == "active"
    gift = {"id": new(web), "to_member_id": str(sister), "reason": "转赠"}
    assert post(boss, f"{path}/transfer", gift).json()["member_id"] == str(sister)
    (mine,) = till.get(f"/api/v1/members/{sister}/passes").rows()
    assert (mine["left"], mine["covers_zh"], mine["transferable"]) == (8, "任意奶茶一杯", True)
    plan = till.get(f"/api/v1{path}/refund-plan").json()
    assert plan["amount_minor"] == 15_000 - 2 * 1_800
    refund = {"id": new(web), **WHERE, "amount_minor": 15_000, "reason": "退卡"}
    wrong = post(boss, f"{path}/refunds", refund)
    assert (wrong.status, wrong.code) == (409, "pass.refund_changed")
    assert "114.00" in str(wrong.json()["detail_zh"])
    done = post(boss, f"{path}/refunds", {**refund, "amount_minor": 11_400})
    assert done.status == 201
    history = till.get(f"/api/v1{path}").json()
    events, uses = history["events"], history["use_rows"]
    assert isinstance(events, list)
    assert isinstance(uses, list)
    kinds = [event["kind"] for event in events]
    assert sorted(kinds) == ["frozen", "refunded", "sold", "transferred", "unfrozen"]
    assert [use["uses"] for use in uses] == [2, 1, -1]


def test_passes_refuse_what_no_pass_can_do(web: Web) -> None:
    programme = start(web.shop, "pass", TEN_CUPS)
    li, till = web.shop.join("13800138000"), cashier(web)
    form = {"id": new(web), "programme_id": str(programme), **WHERE, "tender": "cash"}
    assert post(till, f"/members/{li}/passes", {**form, "tender": "gold"}).status == 422
    elsewhere = {**form, "store_id": str(A2), "terminal_id": str(TERMINALS[A2])}
    assert post(till, f"/members/{li}/passes", elsewhere).code == "scope.outside"
    assert post(till, f"/members/{new(web)}/passes", form).code == "member.unknown"
    assert till.get(f"/api/v1/passes/{new(web)}").code == "pass.unknown"
    assert post(till, f"/members/{li}/passes", form).status == 201
    path = f"/passes/{form['id']}/uses"
    for count in (0, -1, 1_001, 2**63, True, "1"):
        assert post(till, path, {"id": new(web), **WHERE, "count": count}).status == 422
    beyond = post(till, path, {"id": new(web), **WHERE, "count": 11})
    assert (beyond.status, beyond.code) == (409, "pass.used_up")
    assert beyond.json()["detail_zh"] == "次数不够，只剩 10 次"


def test_a_friend_is_brought_over_the_till_and_a_manager_judges(web: Web) -> None:
    start(web.shop, "referral", {**FRIENDS, "rush_max": 1})
    wang = web.shop.join("13800138000")
    till, boss = cashier(web), manager(web)
    told = till.get(f"/api/v1/members/{wang}/referral-code").json()["code"]
    friends: list[str] = []
    for number in range(2):
        identities = [{"kind": "phone", "text": f"1390013900{number}"}]
        form = {"id": new(web), "store_id": str(A1), "identities": identities}
        joined = post(till, "/members", {**form, "referral_code": told})
        assert joined.status == 201
        friends.append(str(joined.json()["id"]))
    again = post(till, f"/members/{friends[0]}/referral", {"store_id": str(A1), "code": told})
    assert (again.status, again.code) == (409, "referral.already")
    self_told = post(till, f"/members/{wang}/referral", {"store_id": str(A1), "code": told})
    assert (self_told.status, self_told.code) == (409, "referral.self")
    nobody = post(till, f"/members/{wang}/referral", {"store_id": str(A1), "code": "ABC"})
    assert (nobody.status, nobody.code) == (404, "referral.code_unknown")

    for friend in friends:
        lines = [web.shop.line("milk_tea")]
        web.shop.run(web.shop.sale(lines, member=UUID(friend), cash=1_800))
    work(web.shop, REFERRALS)
    web.shop.pass_time(days=15)
    work(web.shop, REFERRALS)
    boss = manager(web)
    held = boss.get("/api/v1/referrals?state=held").json()["referrals"]
    assert isinstance(held, list)
    assert [[one["kind"] for one in row["evidence"]] for row in held] == [["rush"], ["rush"]]
    (seen, _) = cashier(web).get(f"/api/v1/members/{wang}/referrals").rows()
    assert (seen["state"], seen["evidence"]) == ("held", [])
    first, second = (f"/referrals/{row['id']}" for row in held)
    assert post(boss, f"{first}/release", {"reason": "认识的客人"}).json()["state"] == "rewarded"
    assert post(boss, f"{second}/reject", {"reason": "刷单"}).json()["state"] == "rejected"
    assert post(boss, f"{second}/release", {"reason": "刷单"}).code == "referral.not_held"
    rows = boss.get(f"/api/v1/members/{wang}/referrals").rows()
    assert sorted(str(row["state"]) for row in rows) == ["rejected", "rewarded"]
    elsewhere = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A2))
    assert elsewhere.get("/api/v1/referrals?state=rewarded").json()["referrals"] == []


def history_of(till: Client, group_id: object) -> list[dict[str, object]]:
    """The seats of a group as the till shows them."""
    rows = till.get(f"/api/v1/groups/{group_id}").json()["seat_rows"]
    assert isinstance(rows, list)
    return rows


def test_a_group_is_opened_joined_filled_and_given_back_over_the_till(web: Web) -> None:
    programme = start(web.shop, "group_buy", {**THREE_TOGETHER, "seats": 2})
    wang, li = web.shop.join("13800138000"), web.shop.join("13900139000")
    till = cashier(web)

    def seat(member: UUID, tender: str = "cash", **more: object) -> dict[str, object]:
        return {
            "seat_id": new(web),
            "member_id": str(member),
            **WHERE,
            "tender": tender,
            **more,
        }

    form = {"id": new(web), "programme_id": str(programme), **seat(wang)}
    assert post(till, "/groups", form).status == 201
    (shown,) = till.get(f"/api/v1/groups?programme_id={programme}").rows()
    assert (shown["id"], shown["seats_taken"]) == (form["id"], 1)
    path = f"/groups/{form['id']}/seats"
    assert post(till, path, seat(wang)).code == "group.already_in"
    assert post(till, path, seat(li, "external")).code == "group.reference_missing"
    assert post(till, path, seat(li, "external", reference="张三 13800138000")).status == 422
    dear = post(till, path, seat(li, expected_price_minor=890, expected_version=1))
    assert (dear.status, dear.code) == (409, "programme.price_changed")
    assert dear.json()["parameters"] == {"price_minor": 990, "version": 1}
    shown_to_her: dict[str, object] = {"expected_price_minor": 990, "expected_version": 1}
    full = post(till, path, seat(li, "external", reference="wx-42", **shown_to_her))
    assert (full.status, full.json()["state"]) == (201, "filled")
    third = web.shop.join("13700137000")
    assert post(till, path, seat(third)).code == "group.full"
    assert till.get(f"/api/v1/groups?programme_id={programme}").rows() == []

    lonely = {"id": new(web), "programme_id": str(programme), **seat(wang)}
    assert post(till, "/groups", lonely).status == 201
    web.shop.pass_time(hours=2)
    till, boss = cashier(web), manager(web)
    assert post(till, f"/groups/{lonely['id']}/seats", seat(third)).code == "group.over"
    work(web.shop, GROUPS)
    (owed,) = till.get("/api/v1/group-seats").rows()
    assert (owed["state"], owed["amount_minor"]) == ("refund_due", 990)
    paid_back = f"/group-seats/{owed['id']}/paid-back"
    assert post(till, paid_back, {"reason": "退现金"}).status == 403
    assert post(boss, paid_back, {"reason": "退现金"}).status == 200
    assert post(boss, paid_back, {"reason": "退现金"}).code == "group.nothing_due"
    history = till.get(f"/api/v1/groups/{lonely['id']}").json()
    assert history["state"] == "expired"
    states = [row["state"] for row in till.get(f"/api/v1/members/{wang}/group-seats").rows()]
    assert states == ["paid_back", "filled"]
    (sold,) = [row for row in history_of(till, form["id"]) if row["member_id"] == str(li)]
    refund = f"/group-seats/{sold['id']}/refund"
    assert post(till, refund, {"reason": "不来了"}).status == 403
    back = post(boss, refund, {"reason": "不来了"}).json()
    assert (back["tender"], back["reference"], back["amount_minor"]) == ("external", "wx-42", 990)
    assert post(boss, refund, {"reason": "不来了"}).code == "group.not_refundable"
    again = {**seat(third, "external", reference="wx-42"), "id": new(web)}
    used = post(till, "/groups", {**again, "programme_id": str(programme)})
    assert (used.status, used.code) == (409, "payment.reference_used")
