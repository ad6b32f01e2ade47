"""A member's points over HTTP: on her card, by day and lot, and in the plan of a refund."""

from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.member_views import MemberCard
from regulars.http.order_answers import RefundPlanView
from regulars.http.points import PointsView
from regulars.jobs.expiry import ExpiringLots
from regulars.jobs.pace import Pace
from tests.answers import part, rows
from tests.http.test_orders import a_line, a_sale, cashier_of, checked, manager_of
from tests.http.web import Web
from tests.workshops import run_out


def set_term(web: Web, field: str, value: object) -> None:
    owner = web.browser(web.hire(Role.OWNER, Level.ORGANISATION, None))
    body = {
        "id": str(web.shop.new_id()),
        "level": "organisation",
        "value": value,
        "reason": "积分规则",
    }
    reply = owner.send("PUT", f"/api/v1/terms/{field}", body)
    assert reply.status in (200, 201), reply.body
    web.shop.pass_time(seconds=1)


def test_a_card_tells_usable_pending_and_ending_points_apart(web: Web) -> None:
    set_term(web, "earning.pending_days", 7)
    set_term(web, "earning.expiry_months", 1)
    cashier = cashier_of(web)
    wang = web.shop.join("13800138000")
    web.shop.pass_time(minutes=1)
    sale = a_sale(web, a_line(web, "mango_ice"), cash=2_200, member_id=str(wang), coupons=[])
    receipt = cashier.send("POST", "/api/v1/sales", sale)
    assert receipt.status == 201, receipt.body
    assert part(receipt.json(), "member")["points_pending"] == 22
    card = checked(cashier.send("GET", f"/api/v1/members/{wang}"), MemberCard)
    assert (card["points"], card["points_pending"], card["points_debt"]) == (50, 22, 0)
    web.shop.pass_time(days=5)
    cashier = cashier_of(web)
    card = checked(cashier.send("GET", f"/api/v1/members/{wang}"), MemberCard)
    assert card["points_expiring"] == {"points": 72, "on": "2026-06-04"}
    seen = checked(cashier.send("GET", f"/api/v1/members/{wang}/points"), PointsView)
    assert (seen["available"], seen["total"], seen["debt"]) == (50, 72, 0)
    assert rows(seen, "pending") == [{"points": 22, "on": "2026-05-11"}]
    assert [lot["origin"] for lot in rows(seen, "lots")] == ["gift", "order"]
    assert rows(seen, "lots")[1]["subject_id"] == sale["order_id"]
    web.shop.pass_time(days=27)
    cashier = cashier_of(web)
    # Over, but not yet taken out: nobody is shown points that she cannot use.
    seen = checked(cashier.send("GET", f"/api/v1/members/{wang}/points"), PointsView)
    assert (seen["available"], seen["total"]) == (0, 72)
    run_out(ExpiringLots(Pace()).step, web.shop)
    seen = checked(cashier.send("GET", f"/api/v1/members/{wang}/points"), PointsView)
    assert (seen["total"], seen["lots"]) == (0, [])


def test_the_points_of_somebody_unknown_are_not_found(web: Web) -> None:
    reply = cashier_of(web).send("GET", f"/api/v1/members/{UUID(int=5)}/points")
    assert (reply.status, reply.code) == (404, "member.unknown")


def test_the_plan_of_a_refund_tells_what_is_taken_owed_and_kept(web: Web) -> None:
    cashier, manager = cashier_of(web), manager_of(web)
    set_term(web, "spending.step", 10)
    wang = web.shop.join("13800138000")
    sale = a_sale(web, a_line(web, "mango_ice", 4), cash=8_800, member_id=str(wang), coupons=[])
    assert cashier.send("POST", "/api/v1/sales", sale).status == 201
    spend = a_sale(web, a_line(web, "mango_ice"), cash=2_070, member_id=str(wang), coupons=[])
    reply = cashier.send("POST", "/api/v1/sales", {**spend, "points": 130})
    assert reply.status == 201, reply.body
    url = f"/api/v1/orders/{sale['order_id']}/refunds/plan"
    for policy, told in (("debt", (28, 60, 0)), ("balance", (28, 0, 60)), ("pending", (0, 0, 88))):
        set_term(web, "refund.claw_back", policy)
        plan = checked(manager.send("POST", url, {}), RefundPlanView)
        names = ("points_taken_back", "points_short", "points_forgiven")
        assert tuple(plan[name] for name in names) == told
