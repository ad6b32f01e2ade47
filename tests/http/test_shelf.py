"""What a store has for its members beside goods, as the till asks."""

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.shelf import DrawTickets, PassOnSale
from tests.domain.loyalty.definitions import DRAW
from tests.http.test_rewards import API, post, put, shown, there
from tests.http.web import A1, B1, Web
from tests.inviting import TEN_CUPS
from tests.rewards import with_points

DAILY = {**DRAW, "tickets": {"kind": "daily", "free": 2}}
BY_ORDER = {**DRAW, "price_points": 0, "tickets": {"kind": "order", "min_due_minor": 1_000}}


def test_the_passes_on_sale_are_those_in_force_at_the_store(web: Web) -> None:
    tea = put(web, "pass", TEN_CUPS)
    cashier = web.browser(web.hire(Role.CASHIER))
    (sold,) = shown(cashier.get(f"{API}/stores/{A1}/passes-on-sale"), PassOnSale)
    assert (sold["programme_id"], sold["covers_zh"]) == (tea, "任意奶茶一杯")
    assert (sold["price_minor"], sold["uses"], sold["valid_days"]) == (15_000, 10, 90)
    marketer = web.browser(web.hire(Role.MARKETER))
    assert marketer.send("POST", f"{API}/programmes/{tea}/stop", If_Match='"1"').status == 200
    assert shown(cashier.get(f"{API}/stores/{A1}/passes-on-sale"), PassOnSale) == []


def test_free_tickets_are_counted_until_they_are_drawn(web: Web) -> None:
    daily, by_order, points = (put(web, "draw", one) for one in (DAILY, BY_ORDER, DRAW))
    wang = with_points(web.shop, "13800138000", 100)
    web.shop.run(web.shop.sale([web.shop.line("milk_tea")], member=wang, cash=1_800))
    cashier = web.browser(web.hire(Role.CASHIER))
    path = f"{API}/members/{wang}/draw-tickets?store_id={A1}"

    def free() -> dict[object, object]:
        return {one["programme_id"]: one["free"] for one in shown(cashier.get(path), DrawTickets)}

    assert free() == {daily: 2, by_order: 1, points: 0}
    for programme in (daily, by_order, points):
        drawn = post(
            cashier, f"/members/{wang}/draws", id=str(web.shop.new_id()), **there(programme)
        )
        assert drawn.status == 201, drawn.body
    assert free() == {daily: 1, by_order: 0, points: 0}


def test_tickets_are_told_of_known_members_and_of_own_stores_only(web: Web) -> None:
    wang, nobody = web.shop.join("13800138000"), web.shop.new_id()
    cashier = web.browser(web.hire(Role.CASHIER, Level.STORE, A1))
    assert cashier.get(f"{API}/members/{wang}/draw-tickets?store_id={B1}").status == 403
    unknown = cashier.get(f"{API}/members/{nobody}/draw-tickets?store_id={A1}")
    assert unknown.code == "member.unknown"


def test_a_members_own_code_is_a_picture(web: Web) -> None:
    wang = web.shop.join("13800138000")
    cashier = web.browser(web.hire(Role.CASHIER))
    picture = cashier.get(f"{API}/members/{wang}/referral-code.svg")
    assert (picture.status, picture.header("content-type")) == (200, "image/svg+xml")
    assert picture.header("cache-control") == "private, no-store"
    assert cashier.get(f"{API}/members/{web.shop.new_id()}/referral-code.svg").status == 404
