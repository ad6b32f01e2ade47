"""Keeping a bill over HTTP: what the till hears."""

from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.use_cases.holds import Held, Released
from tests.answers import part
from tests.http.web import A1, TERMINALS, Client, Web
from tests.limited_offers import limited, states, used, waiting

SEEN = {"If_Match": '"1"'}
ONCE = [{"whose": "all", "uses": 1}]


def cashier_of(web: Web) -> Client:
    return web.browser(web.hire(Role.CASHIER, Level.STORE, A1), till=TERMINALS[A1])


def test_a_till_keeps_a_bill_and_lets_it_go(web: Web) -> None:
    cashier, offer_id = cashier_of(web), limited(web.shop, "egg_tart", 300, ONCE)
    order = f"/api/v1/orders/{waiting(web.shop, 'egg_tart')}"
    quote = cashier.send("POST", f"{order}/quote", {"coupons": []}).json()
    body = {"coupons": [], "fingerprint": quote["fingerprint"]}
    held = cashier.send("POST", f"{order}/hold", body, **SEEN)
    assert held.status == 200, held.body
    TypeAdapter(Held).validate_json(held.body)
    assert held.json()["due_minor"] == 500
    # It is its own order's: the same bill is quoted again, and held again.
    again = cashier.send("POST", f"{order}/quote", {"coupons": []}).json()
    assert again["fingerprint"] == quote["fingerprint"]
    assert cashier.send("POST", f"{order}/hold", body, **SEEN).status == 200
    assert used(web.shop, offer_id) == {("all", "ever"): (1, 300)}
    released = cashier.send("POST", f"{order}/release", **SEEN)
    TypeAdapter(Released).validate_json(released.body)
    assert used(web.shop, offer_id) == {("all", "ever"): (0, 0)}
    twice = cashier.send("POST", f"{order}/release", **SEEN)
    assert (twice.status, twice.json()["code"]) == (409, "order.not_held")


def test_a_bill_that_the_guest_did_not_see_is_not_kept(web: Web) -> None:
    cashier = cashier_of(web)
    order = f"/api/v1/orders/{waiting(web.shop, 'egg_tart')}"
    stale = cashier.send("POST", f"{order}/hold", {"fingerprint": "another"}, **SEEN)
    assert (stale.status, stale.json()["code"]) == (409, "quote.stale")
    unseen = cashier.send("POST", f"{order}/hold", {}, If_Match='"7"')
    assert (unseen.status, unseen.json()["code"]) == (412, "order.changed")
    assert cashier.send("POST", f"{order}/hold", {}).json()["code"] == "precondition.missing"


def test_a_till_whose_last_use_was_taken_meanwhile_charges_nothing(web: Web) -> None:
    offer_id = limited(web.shop, "egg_tart", 300, ONCE)
    cashier = cashier_of(web)
    order = f"/api/v1/orders/{waiting(web.shop, 'egg_tart')}"
    quote = cashier.send("POST", f"{order}/quote", {"coupons": []}).json()
    assert part(quote, "totals")["due_minor"] == 500
    other = f"/api/v1/orders/{waiting(web.shop, 'egg_tart')}"
    assert cashier.send("POST", f"{other}/hold", {"coupons": []}, **SEEN).status == 200
    tender = {"id": str(web.shop.new_id()), "kind": "cash", "amount_minor": 500}
    body = {"coupons": [], "tenders": [tender], "fingerprint": quote["fingerprint"]}
    paid = cashier.send("POST", f"{order}/settle", body, **SEEN)
    assert paid.status == 409
    assert paid.json()["code"] in {"offer.limit_reached", "quote.stale"}
    assert states(web.shop, offer_id) == ["held"]
