"""What the shop knows of a member and what it suggests, over HTTP, as OpenAPI says it."""

from pydantic import TypeAdapter

from regulars.domain.stores.permissions import Role
from regulars.http.insights import MemberInsights, StageCountView
from regulars.http.recommendations import RecommendationView
from regulars.jobs.baskets import count
from regulars.jobs.insights import measure
from regulars.use_cases.counting_baskets import READER
from tests.http.test_orders import cashier_of
from tests.http.web import A1, B1, Web
from tests.insights import follow_all, settle_jobs
from tests.shops import named
from tests.workshops import workshop_of

API = "/api/v1"


def test_a_cashier_sees_where_a_member_stands_and_why(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    for _ in range(2):
        shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
        shop.pass_time(days=7)
    settle_jobs(shop)
    measure(workshop_of(shop), shop.now.date())
    reply = cashier_of(web).get(f"{API}/members/{wang}/insights")
    known = TypeAdapter(MemberInsights).validate_json(reply.body)
    assert (known.stage.stage, known.stage.visits, known.stage.own_gap_days) == ("developing", 2, 7)
    assert known.stage.reason_zh == "来过 2 次，约 7 天一次；28 天不来就有流失风险"
    assert (known.rfm, known.ticket_minor, known.daypart) == (None, 800, "morning")
    assert (known.favourites, known.allows_personal, known.last_score) == ([], False, None)
    assert [one.stage for one in known.history] == ["developing"]
    unknown = cashier_of(web).get(f"{API}/members/{shop.new_id()}/insights")
    assert unknown.code == "member.unknown"


def test_a_marketer_counts_members_by_stage_of_her_stores_only(web: Web) -> None:
    shop = web.shop
    for number in range(3):
        shop.join(f"1380013800{number}")
    settle_jobs(shop)
    everywhere = web.browser(web.hire(Role.MARKETER)).get(f"{API}/insights/stages")
    rows = [TypeAdapter(StageCountView).validate_python(row) for row in everywhere.rows()]
    assert [(row.stage, row.rfm, row.members) for row in rows] == [("prospect", None, 3)]
    assert cashier_of(web).get(f"{API}/insights/stages").code == "permission.missing"


def test_a_till_is_told_what_goes_with_a_basket(web: Web) -> None:
    shop, cashier = web.shop, cashier_of(web)
    for _ in range(20):
        shop.run(shop.sale([shop.line("milk_tea"), shop.line("egg_tart")], cash=2_600))
    follow_all(count, READER, shop)
    tea = str(named("product:milk_tea"))
    body = {"store_id": str(A1), "product_ids": [tea]}
    reply = cashier.send("POST", f"{API}/recommendations", body)
    told = TypeAdapter(RecommendationView).validate_json(reply.body)
    assert told.based_on == "basket"
    assert [one.name_en for one in told.suggestions] == ["Egg tart"]
    wang = shop.join("13800138000")
    own = cashier.get(f"{API}/members/{wang}/recommendations?store_id={A1}")
    shown = TypeAdapter(RecommendationView).validate_json(own.body)
    assert (shown.based_on, len(shown.suggestions)) == ("best_sellers", 2)
    assert shown.suggestions[0].reason_zh == "上午热卖"
    similar = cashier.get(f"{API}/products/{tea}/similar?store_id={A1}").rows()
    assert similar[0]["reason_en"] == "Often ordered with Pearl milk tea"
    foreign = {**body, "store_id": str(B1)}
    assert cashier.send("POST", f"{API}/recommendations", foreign).code == "scope.outside"
