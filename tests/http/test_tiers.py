"""Tiers through the web edge: on a day and why, the forecast, by hand with a second person's PIN."""

from uuid import UUID

import pytest

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores as tables
from tests.answers import inside
from tests.http.web import A1, Client, Web
from tests.shops import named

PIN = "739164"


def with_pin(web: Web, role: Role = Role.STORE_MANAGER) -> UUID:
    """Somebody of the first store who has set a PIN."""
    somebody = web.hire(role, Level.STORE, A1)
    assert web.browser(somebody).send("PUT", "/api/v1/session/pin", {"pin": PIN}).status == 204
    return somebody


def set_term(web: Web, field: str, value: object) -> None:
    """A setting of head office from the opening on."""
    row = {"field": field, "value": value, "level": "organisation", "version": 9}
    when = {"effective_at": web.shop.now, "recorded_at": web.shop.now, "recorded_by": "test"}

    def write(tx: Write) -> None:
        tx.add(tables.setting, [{"id": web.shop.new_id(), "locked": False, **row, **when}])
        raise_revision(tx, "terms")

    web.write(write)


@pytest.fixture
def manager(till: Web) -> Client:
    return till.browser(till.hire(Role.STORE_MANAGER, Level.STORE, A1))


def by_hand(approver: UUID, **changed: object) -> dict[str, object]:
    """The form of a tier by hand."""
    approval = {"staff_id": str(approver), "pin": PIN}
    what = {"tier": "gold", "until": "2026-08-01", "reason": "老朋友"}
    return {"store_id": str(A1), **what, "approval": approval, **changed}


def test_a_tier_is_explained_and_foretold(till: Web, manager: Client) -> None:
    set_term(till, "tiers.window", "calendar_year")
    wang = till.shop.join("13800138000")
    sale = till.shop.sale([till.shop.line("gift_box", quantity=2)], member=wang, cash=12_000)
    till.shop.run(sale)
    told = manager.get(f"/api/v1/members/{wang}/tier?on=2026-05-04").json()
    assert inside(told, "tier", "code") == "gold"
    assert inside(told, "period", "cause") == "up"
    assert (inside(told, "period", "measured"), inside(told, "period", "needed")) == (120, 100)
    assert inside(told, "events", 0, "subject_id") == str(sale.order_id)
    assert inside(told, "terms", "window") == "calendar_year"
    forecast = manager.get(f"/api/v1/members/{wang}/tier-forecast").json()
    assert inside(forecast, "cannot_tell_yet") is True
    assert inside(forecast, "stay", "by_on") == "2027-01-01"
    assert manager.get(f"/api/v1/members/{wang}/tier?on=2026-05-05").code == "tiers.day_to_come"
    assert manager.get(f"/api/v1/members/{named('nobody')}/tier").code == "member.unknown"


def test_a_tier_by_hand_takes_a_second_persons_pin(till: Web, manager: Client) -> None:
    wang, approver = till.shop.join("13800138000"), with_pin(till)
    path = f"/api/v1/members/{wang}/tier"
    wrong = by_hand(approver, approval={"staff_id": str(approver), "pin": "000000"})
    refused = manager.send("POST", path, wrong)
    assert (refused.status, refused.code) == (409, "tiers.approval_wrong")
    cashier = with_pin(till, Role.CASHIER)
    assert manager.send("POST", path, by_hand(cashier)).code == "tiers.approver_unfit"
    late = by_hand(approver, until="2030-01-01")
    assert manager.send("POST", path, late).code == "tiers.end_out_of_range"
    given = manager.send("POST", path, by_hand(approver))
    assert (given.status, inside(given.json(), "tier")) == (200, "gold")
    card = manager.get(f"/api/v1/members/{wang}").json()
    assert inside(card, "tier", "code") == "gold"
    audit = manager.get("/api/v1/audit").body.decode()
    assert "member.tier_given" in audit
    assert PIN not in audit


def test_ones_own_pin_is_no_second_person(till: Web) -> None:
    wang, myself = till.shop.join("13800138000"), with_pin(till)
    told = till.browser(myself).send("POST", f"/api/v1/members/{wang}/tier", by_hand(myself))
    assert told.code == "tiers.approver_unfit"


def test_guessing_the_second_persons_pin_locks_it(till: Web, manager: Client) -> None:
    wang, approver = till.shop.join("13800138000"), with_pin(till)
    wrong = by_hand(approver, approval={"staff_id": str(approver), "pin": "000000"})
    path = f"/api/v1/members/{wang}/tier"
    codes = {manager.send("POST", path, wrong).code for _ in range(12)}
    assert codes == {"tiers.approval_wrong", "session.too_many_attempts"}


def test_goods_for_one_tier_show_on_the_menu_and_are_refused_in_words(
    till: Web, manager: Client
) -> None:
    tart = named("product:egg_tart")
    set_term(till, "tiers.exclusive", [{"product_id": str(tart), "tiers": ["gold"]}])
    menu = manager.get(f"/api/v1/stores/{A1}/menu").json()
    products = inside(menu, "products")
    assert isinstance(products, list)
    shown = {one["id"]: one["exclusive_tiers"] for one in products}
    assert shown[str(tart)] == ["gold"]
    assert shown[str(named("product:milk_tea"))] == []
    line = {"id": str(till.shop.new_id()), "product_id": str(tart), "quantity": 1}
    basket = {"lines": [{**line, "variant_id": str(named("variant:egg_tart"))}]}
    refused = manager.send("POST", "/api/v1/quotes", {"store_id": str(A1), **basket})
    assert (refused.status, refused.code) == (409, "catalog.exclusive")
    assert "金叶" in refused.body.decode()
