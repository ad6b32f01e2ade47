"""Batches and the wallet over HTTP: exported as a stream, claimed, guessed in vain."""

import re
from uuid import UUID

import pytest

from regulars.domain.stores.permissions import Role
from regulars.domain.stores.scope import EVERYWHERE
from regulars.http.coupon_batches import BatchView
from regulars.http.coupons import MAILED_AT_ONCE
from regulars.http.wallet import CouponHistoryView
from regulars.storage import audit
from tests.answers import part
from tests.http.test_orders import a_line, cashier_of
from tests.http.web import A1, TERMINALS, Client, Web
from tests.shops import named

BATCHES = "/api/v1/coupon-batches"


def marketer_of(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def make_batch(web: Web, marketer: Client, *, size: int = 20) -> str:
    body = {
        "id": str(web.shop.new_id()),
        "coupon_type_id": str(named("coupon_type:TEN")),
        "name": "开学传单",
        "channel": "flyer",
        "size": size,
        "valid_until": "2026-12-31T00:00:00Z",
    }
    reply = marketer.send("POST", BATCHES, body)
    assert (reply.status, reply.json()["state"]) == (201, "making")
    return f"{BATCHES}/{body['id']}"


def codes_of(marketer: Client, batch: str) -> list[str]:
    lines = marketer.get(f"{batch}/codes").body.decode().splitlines()
    assert lines[0] == "serial,code"
    return [line.split(",")[1] for line in lines[1:]]


def claim(web: Web, caller: Client, member: UUID, code: str) -> tuple[int, object]:
    body = {"id": str(web.shop.new_id()), "code": code}
    reply = caller.send("POST", f"/api/v1/members/{member}/coupons/claim", body)
    return reply.status, reply.json().get("code")


def test_the_codes_of_a_batch_are_streamed_counted_and_audited(web: Web) -> None:
    marketer = marketer_of(web)
    batch = make_batch(web, marketer, size=2_500)
    reply = marketer.get(f"{batch}/codes")
    assert reply.header("content-type") == "text/csv; charset=utf-8"
    assert reply.header("cache-control") == "no-store"
    rows = reply.body.decode().split("\r\n")[1:-1]
    assert len(set(rows)) == 2_500
    shape = re.compile(r"^\d+,[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{5}$")
    assert all(shape.match(row) for row in rows)
    shown = marketer.get(batch).json()
    assert set(shown) == set(BatchView.model_fields)
    assert (shown["made"], shown["state"], shown["used"]) == (2_500, "ready", 0)
    assert marketer.get(BATCHES).rows() == [shown]
    with web.shop.database.read() as read:
        acts = [row.action for row in audit.page(read, EVERYWHERE, audit.Wanted()).rows]
    assert acts.count("coupon_batch.exported") == 1


def test_a_member_claims_a_code_and_the_batch_counts_it(web: Web) -> None:
    marketer, cashier = marketer_of(web), cashier_of(web)
    batch = make_batch(web, marketer)
    wang, li = web.shop.join("13800138000"), web.shop.join("13800138001")
    code = codes_of(marketer, batch)[0]
    assert claim(web, cashier, wang, f" {code.lower()} ")[0] == 201
    assert claim(web, cashier, li, code) == (404, "coupon.code_unknown")
    assert marketer.get(batch).json()["claimed"] == 1


@pytest.mark.parametrize("typed", ["KX4W-7MPR-N2TYD", "x", "2222222222222", "券"])
def test_whatever_is_wrong_with_a_code_the_answer_is_one(web: Web, typed: str) -> None:
    wang = web.shop.join("13800138000")
    assert claim(web, cashier_of(web), wang, typed) == (404, "coupon.code_unknown")


def test_ten_wrong_codes_lock_a_member_for_a_while_and_right_ones_cost_nothing(web: Web) -> None:
    marketer, cashier = marketer_of(web), cashier_of(web)
    codes = codes_of(marketer, make_batch(web, marketer))
    wang, li = web.shop.join("13800138000"), web.shop.join("13800138001")
    for code in codes[:12]:
        assert claim(web, cashier, wang, code)[0] == 201
    for _ in range(10):
        assert claim(web, cashier, wang, "wrong") == (404, "coupon.code_unknown")
    assert claim(web, cashier, wang, codes[12]) == (429, "session.too_many_attempts")
    assert claim(web, cashier, li, codes[12])[0] == 201
    web.shop.pass_time(minutes=15, seconds=1)
    assert claim(web, cashier, wang, codes[13])[0] == 201


def test_thirty_wrong_codes_lock_a_till_whoever_types_them(web: Web) -> None:
    marketer = marketer_of(web)
    code = codes_of(marketer, make_batch(web, marketer))[0]
    till = web.browser(web.hire(Role.CASHIER), till=TERMINALS[A1])
    basket = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")]}
    for _ in range(15):
        reply = till.send("POST", "/api/v1/quotes", {**basket, "codes": ["wrong", "wrong"]})
        assert (reply.status, reply.code) == (404, "coupon.code_unknown")
    locked = till.send("POST", "/api/v1/quotes", {**basket, "codes": [code]})
    assert (locked.status, locked.code) == (429, "session.too_many_attempts")
    assert till.send("POST", "/api/v1/quotes", basket).status == 200


def test_the_till_reads_why_a_code_of_ours_cannot_be_used(web: Web) -> None:
    marketer, cashier = marketer_of(web), cashier_of(web)
    code = codes_of(marketer, make_batch(web, marketer))[0]
    wang = web.shop.join("13800138000")
    claim(web, cashier, wang, code)
    basket = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")], "codes": [code]}
    reply = cashier.send("POST", "/api/v1/quotes", basket)
    assert (reply.status, reply.code) == (409, "coupon.code_claimed")


def test_a_presented_code_lowers_the_quote_and_is_used_by_the_sale(web: Web) -> None:
    marketer, cashier = marketer_of(web), cashier_of(web)
    batch = make_batch(web, marketer)
    code = codes_of(marketer, batch)[0]
    basket = {"store_id": str(A1), "lines": [a_line(web, "mango_ice")], "codes": [code]}
    quoted = cashier.send("POST", "/api/v1/quotes", basket).json()
    assert part(quoted, "totals")["due_minor"] == 1_200
    tender = {"id": str(web.shop.new_id()), "kind": "cash", "amount_minor": 1_200}
    till = {"order_id": str(web.shop.new_id()), "terminal_id": str(TERMINALS[A1])}
    sale = {**basket, **till, "tenders": [tender], "fingerprint": quoted["fingerprint"]}
    assert cashier.send("POST", "/api/v1/sales", sale).status == 201
    again = {**sale, "order_id": str(web.shop.new_id())}
    refused = cashier.send("POST", "/api/v1/sales", again)
    assert (refused.status, refused.code) == (409, "coupon.code_used")
    assert marketer.get(batch).json()["used"] == 1


def test_a_batch_and_a_single_code_are_frozen_by_hand(web: Web) -> None:
    marketer = marketer_of(web)
    batch = make_batch(web, marketer)
    code = codes_of(marketer, batch)[0]
    body = {"code": code, "reason": "泄露"}
    frozen = marketer.send("POST", "/api/v1/coupon-codes/freeze", body)
    assert (frozen.status, frozen.json()["state"]) == (200, "frozen")
    assert marketer.get(batch).json()["frozen"] == 1
    voided = marketer.send("POST", f"{batch}/void", {"reason": "泄露"})
    assert voided.json()["state"] == "void"
    assert marketer.send("POST", f"{batch}/burn", {"reason": "泄露"}).status == 422
    assert cashier_of(web).send("POST", f"{batch}/void", {"reason": "泄露"}).status == 403


def gift_of(web: Web, member: UUID) -> str:
    """A coupon that may be passed on and shared."""
    body = {
        "id": str(named("coupon_type:GIFT")),
        "code": "GIFT",
        "name_zh": "好友券",
        "definition": {"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        "valid_days": 7,
        "rules": {"transferable": True, "shareable": True},
    }
    assert marketer_of(web).send("POST", "/api/v1/coupon-types", body).status == 201
    return str(web.shop.coupon(member, "GIFT"))


def test_a_shared_link_shows_its_token_once_to_its_maker_and_works_once(web: Web) -> None:
    cashier = cashier_of(web)
    wang, li = web.shop.join("13800138000"), web.shop.join("13800138001")
    gift, key = gift_of(web, wang), web.shop.new_id()
    body = {"id": str(web.shop.new_id()), "from_member_id": str(wang)}
    shared = cashier.send("POST", f"/api/v1/coupons/{gift}/share", body, key=key)
    assert shared.status == 201
    retry = cashier.send("POST", f"/api/v1/coupons/{gift}/share", body, key=key)
    assert retry.json() == shared.json()
    token = {"token": shared.json()["token"]}
    taken = cashier.send("POST", f"/api/v1/members/{li}/coupons/take", token)
    assert (taken.status, taken.json()["member_id"]) == (200, str(li))
    again = cashier.send("POST", f"/api/v1/members/{wang}/coupons/take", token)
    assert (again.status, again.code) == (404, "coupon.share_unknown")
    history = cashier.get(f"/api/v1/coupons/{gift}").json()
    assert history["member_id"] == str(li)
    assert set(history) == set(CouponHistoryView.model_fields)


def test_a_coupon_is_passed_on_frozen_and_reissued_over_http(web: Web) -> None:
    cashier, manager = cashier_of(web), web.browser(web.hire(Role.STORE_MANAGER))
    wang, li = web.shop.join("13800138000"), web.shop.join("13800138001")
    coupon = f"/api/v1/coupons/{gift_of(web, wang)}"
    body = {"from_member_id": str(wang), "to_member_id": str(li)}
    assert cashier.send("POST", f"{coupon}/transfer", body).status == 200
    because = {"reason": "丢手机"}
    assert cashier.send("POST", f"{coupon}/freeze", because).status == 403
    assert manager.send("POST", f"{coupon}/freeze", because).json()["state"] == "frozen"
    assert manager.send("POST", f"{coupon}/unfreeze", because).json()["state"] == "issued"
    new = {"id": str(web.shop.new_id()), **because}
    reissued = manager.send("POST", f"{coupon}/reissue", new)
    assert (reissued.status, reissued.json()["id"]) == (201, new["id"])
    assert manager.get(coupon).json()["state"] == "void"


def test_a_campaign_is_sent_to_a_list_and_a_type_is_stopped(web: Web) -> None:
    marketer = marketer_of(web)
    people = [str(web.shop.join(f"1380013800{n}")) for n in range(3)]
    kind = f"/api/v1/coupon-types/{named('coupon_type:TEN')}"
    body = {"campaign": "spring-2026", "store_id": str(A1), "member_ids": people}
    told = marketer.send("POST", f"{kind}/issue", body).json()
    assert (told["issued"], told["already"], told["without"]) == (3, 0, [])
    assert marketer.send("POST", f"{kind}/issue", body).json()["already"] == 3
    assert marketer.send("POST", f"{kind}/stop").json()["state"] == "stopped"
    assert marketer.send("POST", f"{kind}/issue", body).code == "coupon.type_stopped"


def test_a_long_list_gets_its_coupons_in_parts_and_once(web: Web) -> None:
    marketer, key = marketer_of(web), web.shop.new_id()
    first, last = (str(web.shop.join(f"1380013800{n}")) for n in range(2))
    strangers = [str(web.shop.new_id()) for _ in range(MAILED_AT_ONCE + 1)]
    people = [first, *strangers, last, first]
    path = f"/api/v1/coupon-types/{named('coupon_type:TEN')}/issue"
    body = {"campaign": "spring-2026", "store_id": str(A1), "member_ids": people}
    told = marketer.send("POST", path, body, key=key)
    assert told.json() == {"issued": 2, "already": 0, "unknown": strangers, "without": []}
    retry = marketer.send("POST", path, body, key=key)
    assert (retry.body, retry.header("idempotency-replayed")) == (told.body, "true")
    again = marketer.send("POST", path, body).json()
    assert (again["issued"], again["already"]) == (0, 2)


@pytest.mark.parametrize(
    "until", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+08:00"]
)
def test_a_day_at_the_end_of_the_calendar_is_refused(web: Web, until: str) -> None:
    marketer = marketer_of(web)
    batch = {
        "id": str(web.shop.new_id()),
        "coupon_type_id": str(named("coupon_type:TEN")),
        "name": "传单",
        "channel": "flyer",
        "size": 5,
        "valid_until": until,
    }
    offer = {
        "name_zh": "八八折",
        "definition": {"kind": "percent", "effect": {"basis_points": 1_200}},
        "ends_at": until,
    }
    path = f"/api/v1/offers/{web.shop.new_id()}"
    assert marketer.send("POST", BATCHES, batch).status == 422
    assert marketer.send("PUT", path, offer, If_Match='"0"').status == 422


def test_rules_that_make_no_sense_are_not_saved(web: Web) -> None:
    body = {
        "id": str(named("coupon_type:ODD")),
        "code": "ODD",
        "name_zh": "怪券",
        "definition": {"kind": "amount", "effect": {"amount_minor": 300, "per": "order"}},
        "valid_days": 7,
        "rules": {"validity": {"kind": "lunar"}},
    }
    reply = marketer_of(web).send("POST", "/api/v1/coupon-types", body)
    assert (reply.status, reply.code) == (422, "coupon_type.rules_malformed")
