"""Rewards over HTTP: programmes set up by a marketer, used at a till, checked by anybody."""

from hashlib import sha256
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.check_ins import CheckInState
from regulars.http.draws import DrawAudit, DrawnView, DrawOdds, DrawPage
from regulars.http.mall import MallItemView, MallOrderView
from regulars.http.tasks import TaskView
from regulars.use_cases.check_ins import CheckedIn
from regulars.use_cases.draws import Drew
from regulars.use_cases.mall import MallOrdered
from regulars.use_cases.tasks import TaskClaimed
from tests.answers import part
from tests.domain.loyalty.definitions import CHECK_IN, DRAW, MUG, THREE_ORDERS
from tests.http.door import Reply
from tests.http.test_orders import cashier_of, checked
from tests.http.web import A1, B1, Client, Web
from tests.rewards import with_points

API = "/api/v1"


def put(web: Web, kind: str, definition: object, *, who: Role = Role.MARKETER) -> str:
    """A programme that a marketer starts."""
    programme_id = str(web.shop.new_id())
    body = {"kind": kind, "name_zh": "周年", "name_en": "Anniversary", "definition": definition}
    marketer = web.browser(web.hire(who))
    reply = marketer.send("PUT", f"{API}/programmes/{programme_id}", body, If_Match='"0"')
    assert reply.status == 200, reply.body
    return programme_id


def post(client: Client, path: str, **body: object) -> Reply:
    return client.send("POST", f"{API}{path}", body)


def shown(reply: Reply, model: type) -> list[dict[str, object]]:
    """The rows of an answer, held against what OpenAPI says of them."""
    assert reply.status == 200, reply.body
    rows = reply.rows()
    for row in rows:
        TypeAdapter(model).validate_python(row)
    return rows


def there(programme_id: str) -> dict[str, str]:
    return {"programme_id": programme_id, "store_id": str(A1)}


def test_a_programme_is_saved_listed_changed_and_stopped(web: Web) -> None:
    mug = put(web, "mall_item", MUG)
    marketer = web.browser(web.hire(Role.MARKETER))
    listed = marketer.get(f"{API}/programmes?kind=mall_item").rows()
    assert [(row["id"], row["version"], row["state"]) for row in listed] == [(mug, 1, "active")]
    assert marketer.get(f"{API}/programmes?kind=draw").rows() == []
    web.shop.pass_time(minutes=1)
    body = {"kind": "mall_item", "name_zh": "马克杯", "definition": {**MUG, "points": 0}}
    url = f"{API}/programmes/{mug}"
    assert marketer.send("PUT", url, body).code == "precondition.missing"
    refused = marketer.send("PUT", url, body, If_Match='"1"')
    assert (refused.status, refused.code) == (422, "terms.malformed")
    assert marketer.send("POST", f"{url}/stop", If_Match='"1"').json()["state"] == "stopped"


def test_a_member_signs_in_once_a_day(web: Web) -> None:
    wang, cashier = web.shop.join("13800138000"), cashier_of(web)
    programme = put(web, "check_in", CHECK_IN)
    url = f"/members/{wang}/check-ins"
    state = shown(cashier.get(f"{API}{url}?store_id={A1}"), CheckInState)[0]
    assert (state["done_today"], state["streak"], state["next_gift_in_days"]) == (False, 0, 3)
    signed = post(cashier, url, **there(programme))
    assert checked(signed, CheckedIn, 201)["streak"] == 1
    assert part(signed.json(), "given")["points"] == 2
    again = post(cashier, url, **there(programme))
    assert (again.status, again.code) == (409, "check_in.done_today")
    assert part(again.json(), "parameters")["streak"] == 1
    state = shown(cashier.get(f"{API}{url}?store_id={A1}"), CheckInState)[0]
    assert (state["done_today"], state["days"]) == (True, ["2026-05-04"])
    assert cashier.get(f"{API}{url}?store_id={A1}&month=2026-04").rows()[0]["days"] == []
    assert cashier.get(f"{API}{url}?store_id={A1}&month=now").status == 422


def test_a_task_shows_its_progress_and_is_claimed(web: Web) -> None:
    wang, cashier = web.shop.join("13800138000"), cashier_of(web)
    one_order = {**THREE_ORDERS, "goal": {"kind": "orders", "count": 1}}
    task = put(web, "task", one_order)
    listed = shown(cashier.get(f"{API}/members/{wang}/tasks?store_id={A1}"), TaskView)[0]
    assert (listed["done"], listed["wanted"], listed["complete"]) == (0, 1, False)
    url = f"/members/{wang}/tasks/{task}/claim"
    early = post(cashier, url, store_id=str(A1))
    assert (early.status, early.code) == (409, "task.not_done")
    assert part(early.json(), "parameters") == {"done": 0, "wanted": 1}
    web.shop.run(web.shop.sale([web.shop.line("mango_ice")], member=wang, cash=2_200))
    checked(post(cashier, url, store_id=str(A1)), TaskClaimed, 201)
    assert post(cashier, url, store_id=str(A1)).code == "task.claimed_already"
    listed = shown(cashier.get(f"{API}/members/{wang}/tasks?store_id={A1}"), TaskView)[0]
    assert (listed["complete"], listed["claimed"], listed["goal"]) == (True, True, "orders")


def test_the_odds_are_published_and_the_seed_only_once_the_draw_is_over(web: Web) -> None:
    wang, cashier = with_points(web.shop, "13800138000", 150), cashier_of(web)
    programme = put(web, "draw", DRAW)
    odds = checked(cashier.get(f"{API}/stores/{A1}/draws/{programme}/odds"), DrawOdds)
    prizes = odds["prizes"]
    assert isinstance(prizes, list)
    exact = [
        (one["code"], one["promised_numerator"], one["promised_denominator"]) for one in prizes
    ]
    assert exact == [("flask", 1, 4), ("ten", 1, 4), ("blank", 1, 2)]
    assert [one["name_en"] for one in prizes] == ["Flask", "10 points", "Better luck next time"]
    for _ in range(9):
        drew = post(
            cashier, f"/members/{wang}/draws", id=str(web.shop.new_id()), **there(programme)
        )
        checked(drew, Drew, 201)
    audit = checked(cashier.get(f"{API}/programmes/{programme}/draw-audit"), DrawAudit)
    assert (audit["draws"], audit["differences"], audit["seed"]) == (9, 0, None)
    assert audit["commitment"] == odds["commitment"]
    web.shop.pass_time(minutes=1)
    marketer = web.browser(web.hire(Role.MARKETER))
    marketer.send("POST", f"{API}/programmes/{programme}/stop", If_Match='"1"')
    page = checked(cashier.get(f"{API}/programmes/{programme}/draws"), DrawPage)
    seed = page["seed"]
    assert isinstance(seed, str)
    assert sha256(bytes.fromhex(seed)).hexdigest() == odds["commitment"] == page["commitment"]
    rows = page["draws"]
    assert isinstance(rows, list)
    assert [row["number"] for row in rows] == list(range(1, 10))
    own = shown(cashier.get(f"{API}/members/{wang}/draws?programme_id={programme}"), DrawnView)
    assert [row["number"] for row in own] == list(range(9, 0, -1))
    over = post(cashier, f"/members/{wang}/draws", id=str(web.shop.new_id()), **there(programme))
    assert over.code == "programme.not_in_force"


def test_the_odds_change_when_a_prize_is_gone(web: Web) -> None:
    flask = {**part_of(DRAW, 0), "stock": 1, "weight": 99, "otherwise": "blank"}
    programme = put(web, "draw", {**DRAW, "prizes": [flask], "blank_weight": 0})
    cashier = cashier_of(web)
    wang = web.shop.join("13800138000")
    post(cashier, f"/members/{wang}/draws", id=str(web.shop.new_id()), **there(programme))
    prizes = cashier.get(f"{API}/stores/{A1}/draws/{programme}/odds").json()["prizes"]
    assert isinstance(prizes, list)
    now = [(one["code"], one["now_numerator"], one["left"]) for one in prizes]
    assert now == [("flask", 0, 0), ("blank", 1, None)]


def part_of(definition: object, number: int) -> dict[str, object]:
    assert isinstance(definition, dict)
    prize = definition["prizes"][number]
    assert isinstance(prize, dict)
    return prize


def test_a_draw_that_is_sent_again_is_made_once(web: Web) -> None:
    wang, cashier = web.shop.join("13800138000"), cashier_of(web)
    programme = put(web, "draw", DRAW)
    body = {"id": str(web.shop.new_id()), **there(programme)}
    key = web.shop.new_id()
    url = f"{API}/members/{wang}/draws"
    first, again = (cashier.send("POST", url, body, key=key) for _ in range(2))
    assert first.body == again.body
    assert cashier.send("POST", url, body).code in {"ledger.already_posted", "draw.exists"}
    assert len(cashier.get(f"{url}?programme_id={programme}").rows()) == 1


def test_the_mall_tells_a_member_what_she_can_have(web: Web) -> None:
    wang, cashier = web.shop.join("13800138000"), cashier_of(web)
    mug, dear = put(web, "mall_item", MUG), put(web, "mall_item", {**MUG, "points": 80})
    rows = shown(cashier.get(f"{API}/stores/{A1}/mall?member_id={wang}"), MallItemView)
    told = {row["programme_id"]: (row["available"], row["points_missing"]) for row in rows}
    assert told == {mug: (True, 0), dear: (False, 30)}
    assert [row["available"] for row in cashier.get(f"{API}/stores/{A1}/mall").rows()] == [None] * 2
    path = f"/members/{wang}/mall-orders"
    order_id = str(web.shop.new_id())
    cheap = post(cashier, path, id=order_id, **there(mug), expected_points=30)
    assert (cheap.status, cheap.code) == (409, "programme.points_changed")
    ordered = post(cashier, path, id=order_id, **there(mug), expected_points=40, expected_version=1)
    assert checked(ordered, MallOrdered, 201)["state"] == "waiting"
    listed = cashier.get(f"{API}/stores/{A1}/mall?member_id={wang}").rows()
    mine = next(row for row in listed if row["programme_id"] == mug)
    assert (mine["left"], mine["left_for_member"], mine["points_missing"]) == (1, 0, 30)
    waiting = shown(cashier.get(f"{API}/stores/{A1}/mall-orders"), MallOrderView)
    assert [row["code"] for row in waiting] == [ordered.json()["code"]]
    order = f"/mall-orders/{ordered.json()['id']}"
    assert post(cashier, f"{order}/cancel", reason="领错了").code == "permission.missing"
    assert cashier.send("POST", f"{API}{order}/hand-over").json()["state"] == "handed_over"
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    assert post(manager, f"{order}/cancel", reason="领错了").code == "mall.not_cancellable"
    assert cashier.get(f"{API}/stores/{A1}/mall-orders").rows() == []
    own = cashier.get(f"{API}/members/{wang}/mall-orders").rows()
    assert [(row["name_zh"], row["state"]) for row in own] == [("周年", "handed_over")]


def test_an_order_of_another_store_is_neither_seen_nor_touched(web: Web) -> None:
    wang = web.shop.join("13800138000")
    mug = put(web, "mall_item", MUG)
    ordered = post(
        cashier_of(web), f"/members/{wang}/mall-orders", id=str(web.shop.new_id()), **there(mug)
    )
    stranger = web.browser(web.hire(Role.CASHIER, Level.STORE, B1))
    path = f"{API}/mall-orders/{ordered.json()['id']}/hand-over"
    assert stranger.send("POST", path).code == "scope.outside"
    assert stranger.get(f"{API}/members/{wang}/mall-orders").rows() == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/members/{member}/check-ins", "programme.unknown"),
        ("/members/{member}/draws", "programme.unknown"),
        ("/members/{member}/mall-orders", "programme.unknown"),
    ],
)
def test_a_programme_of_another_kind_is_unknown(till: Web, path: str, code: str) -> None:
    wang = till.shop.join("13800138000")
    task = put(till, "task", THREE_ORDERS)
    body: dict[str, object] = {**there(task)}
    if not path.endswith("check-ins"):
        body["id"] = str(UUID(int=till.shop.new_id().int))
    reply = cashier_of(till).send("POST", f"{API}{path.format(member=wang)}", body)
    assert (reply.status, reply.code) == (404, code)
