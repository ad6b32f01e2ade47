"""Stored value over HTTP: explained, held, given back, moved; each no in both languages."""

from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.value import LawRuleView
from regulars.http.value_refunds import TopUpRefundPlanView
from regulars.http.value_views import StoredValueView
from regulars.use_cases.top_up_refunds import TopUpRefunded
from regulars.use_cases.value_holds import ValueHeld
from regulars.use_cases.value_identity import HolderRecorded
from regulars.use_cases.value_transfers import ValueMoved
from tests.answers import part, rows
from tests.http.door import Reply
from tests.http.web import A1, TERMINALS, Client, Web

BECAUSE = {"reason": "顾客要求"}


def manager_of(web: Web) -> Client:
    return web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1), till=TERMINALS[A1])


def checked(reply: Reply, form: type[object], status: int = 200) -> dict[str, object]:
    assert reply.status == status, reply.body
    if issubclass(form, BaseModel):
        form.model_validate_json(reply.body)
    else:
        TypeAdapter(form).validate_json(reply.body)
    return reply.json()


def new(web: Web) -> str:
    return str(web.shop.new_id())


def topped_up(web: Web, member: UUID, minor: int = 10_000) -> str:
    return str(web.shop.top_up(member, minor)["id"])


def test_a_guest_reads_what_is_left_of_each_top_up(web: Web) -> None:
    manager, wang = manager_of(web), web.shop.join("13800138000")
    top_up = topped_up(web, wang)
    web.shop.run(web.shop.sale([web.shop.line("gift_box")], member=wang, stored=6_000))
    hold = {"id": new(web), "store_id": str(A1), "amount_minor": 1_100, "minutes": 5}
    base = f"/api/v1/members/{wang}"
    checked(manager.send("POST", f"{base}/value-holds", hold), ValueHeld, 201)
    told = checked(manager.get(f"{base}/stored-value"), StoredValueView)
    assert (told["held_minor"], told["named"], told["frozen"]) == (1_100, False, False)
    assert (told["balance_minor_max"], told["refundable_minor"]) == (100_000, 3_545)
    (pair,) = rows(told, "pairs")
    assert (pair["top_up_id"], pair["paid_minor"], pair["refund_rule"]) == (
        top_up,
        10_000,
        "cn.refund_within",
    )
    assert (pair["principal_left_minor"], pair["bonus_left_minor"]) == (3_545, 355)
    assert pair["spend_order"] == "pro_rata"
    assert manager.get(f"/api/v1/members/{new(web)}/stored-value").code == "member.unknown"


def test_a_hold_is_posted_looked_up_and_ended_once(web: Web) -> None:
    manager, wang = manager_of(web), web.shop.join("13800138000")
    topped_up(web, wang)
    hold = {"id": new(web), "store_id": str(A1), "amount_minor": 1_100}
    path = f"/api/v1/value-holds/{hold['id']}"
    manager.send("POST", f"/api/v1/members/{wang}/value-holds", hold)
    assert checked(manager.get(path), ValueHeld)["outcome"] is None
    posted = checked(manager.send("POST", f"{path}/post", {"amount_minor": 550}), ValueHeld)
    assert (posted["outcome"], posted["posted_bonus_minor"]) == ("posted", 50)
    twice = manager.send("POST", f"{path}/void")
    assert (twice.status, twice.code) == (409, "value_hold.ended")
    assert manager.get(f"/api/v1/value-holds/{new(web)}").code == "value_hold.unknown"
    for minutes in (0, 10**6):
        wrong = {**hold, "id": new(web), "minutes": minutes}
        assert manager.send("POST", f"/api/v1/members/{wang}/value-holds", wrong).status == 422


def test_a_refund_is_explained_line_by_line_before_it_happens(web: Web) -> None:
    manager, wang = manager_of(web), web.shop.join("13800138000")
    top_up = topped_up(web, wang)
    path = f"/api/v1/top-ups/{top_up}/refunds"
    plan = checked(manager.send("POST", f"{path}/plan", {}), TopUpRefundPlanView)
    assert part(plan, "law")["name_zh"] == "付款后 7 天内要求退款，未用的本金应当退还"
    assert [(line["kind"], line["amount"]) for line in rows(plan, "lines")] == [
        ("paid", 10_000),
        ("left", 10_000),
        ("back", 10_000),
        ("bonus_forfeited", 1_000),
    ]
    over = manager.send("POST", path, {"id": new(web), "principal_minor": 10_001, **BECAUSE})
    assert (over.status, over.code) == (409, "top_up_refund.over")
    assert over.json()["detail_en"] == (
        "At most 100.00 can go back: the principal that is not used"
    )
    for wrong in (0, -1):
        body = {"id": new(web), "principal_minor": wrong, **BECAUSE}
        assert manager.send("POST", path, body).code == "top_up_refund.over"
    body = {"id": new(web), **BECAUSE}
    done = checked(manager.send("POST", path, body), TopUpRefunded, 201)
    assert (done["principal_minor"], done["principal_after_minor"]) == (10_000, 0)
    again = manager.send("POST", path, {"id": new(web), **BECAUSE})
    assert again.code == "top_up_refund.nothing_left"
    assert manager.send("POST", f"/api/v1/top-ups/{new(web)}/refunds/plan", {}).code == (
        "top_up.unknown"
    )


def test_value_is_passed_on_frozen_and_its_holder_registered(web: Web) -> None:
    manager, wang = manager_of(web), web.shop.join("13800138000")
    li = web.shop.join("13900139000")
    topped_up(web, wang)
    base = f"/api/v1/members/{wang}"
    who = {"name": "王芳", "document": "passport", "number": "E12345678", "contact": "13800138000"}
    holder = {"id": new(web), "store_id": str(A1), **who}
    checked(manager.send("POST", f"{base}/value-identity", holder), HolderRecorded, 201)
    assert checked(manager.get(f"{base}/stored-value"), StoredValueView)["named"] is True
    move = {"id": new(web), "store_id": str(A1), "to_member_id": str(li), "amount_minor": 1_100}
    moved = manager.send("POST", f"{base}/value-transfers", {**move, **BECAUSE})
    assert checked(moved, ValueMoved, 201)["principal_minor"] == 1_000
    frozen = manager.send("POST", f"{base}/stored-value/freeze", BECAUSE)
    assert (frozen.status, frozen.json()["frozen"]) == (200, True)
    spent = manager.send("POST", f"{base}/value-transfers", {**move, "id": new(web), **BECAUSE})
    assert spent.code == "ledger.account_frozen"
    assert manager.send("POST", f"{base}/stored-value/unfreeze", BECAUSE).status == 200
    lot = manager.send("POST", f"/api/v1/value-lots/{new(web)}/reactivate", BECAUSE)
    assert lot.code == "value.not_lapsed"


def test_a_lost_card_is_replaced_and_its_code_shown_once(web: Web) -> None:
    manager, wang = manager_of(web), web.shop.join("13800138000")
    base = f"/api/v1/members/{wang}/cards"
    first = manager.send("POST", base).json()["card_code"]
    reissued = manager.send("POST", f"{base}/reissue", BECAUSE)
    second = reissued.json()["card_code"]
    assert reissued.status == 201
    assert second not in {None, first}
    found = manager.send("POST", "/api/v1/members/lookup", {"text": second})
    assert found.status == 200
    assert manager.send("POST", "/api/v1/members/lookup", {"text": first}).status == 404
    lost = manager.send("POST", f"{base}/lost", BECAUSE)
    assert (lost.status, lost.json()["stopped"]) == (200, 1)
    assert manager.send("POST", "/api/v1/members/lookup", {"text": second}).status == 404


def test_staff_read_which_rules_of_the_law_bind_the_store(web: Web) -> None:
    reply = manager_of(web).get(f"/api/v1/stores/{A1}/law-rules")
    rules = TypeAdapter(list[LawRuleView]).validate_json(reply.body)
    assert {rule.code for rule in rules if rule.in_force} >= {
        "cn.unnamed_balance_max",
        "cn.refund_within",
    }
    assert not [rule for rule in rules if rule.code.startswith("us.")]
