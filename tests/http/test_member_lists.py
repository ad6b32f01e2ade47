"""Many members at once: newest first, or those of a segment, masked, page by page."""

from uuid import UUID

from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.member_lists import MemberPage
from regulars.jobs import segments as job
from regulars.storage.member_lists import EVERYBODY, LAST_ID
from tests.http.test_orders import cashier_of
from tests.http.test_segments import NEW, OFTEN, marketer_of
from tests.http.web import B1, Client, Web
from tests.workshops import run_out

API = "/api/v1"


def page_of(client: Client, query: str = "") -> MemberPage:
    answer = client.get(f"{API}/members{query}")
    assert answer.status == 200
    return TypeAdapter(MemberPage).validate_json(answer.body)


def joined_one_by_one(web: Web, count: int) -> list[UUID]:
    joined = []
    for last in range(count):
        joined.append(web.shop.join(f"1380013800{last}"))
        web.shop.pass_time(days=1)
    return joined


def test_members_are_listed_newest_first_page_by_page(web: Web) -> None:
    joined = joined_one_by_one(web, 5)
    marketer = marketer_of(web)
    first = page_of(marketer, "?limit=3")
    assert [one.id for one in first.members] == joined[:1:-1]
    assert first.members[0].masked_phone == "138****8004"
    assert first.members[0].tier_zh
    rest = page_of(marketer, f"?limit=3&cursor={first.next_cursor}")
    assert [one.id for one in rest.members] == joined[1::-1]
    assert rest.next_cursor is None


def test_a_list_can_be_narrowed_to_a_segment(web: Web) -> None:
    shop = web.shop
    wang, _ = shop.join("13800138000"), shop.join("13800138001")
    for _ in range(2):
        shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
        shop.pass_time(days=1)
    marketer = marketer_of(web)
    segment = shop.new_id()
    form = {"name_zh": "常来", "name_en": "Often", "condition": OFTEN}
    assert marketer.send("PUT", f"{API}/segments/{segment}", form, **NEW).status == 200
    run_out(job.step, shop)
    found = page_of(marketer, f"?segment_id={segment}").members
    assert [(one.id, one.visits, one.spent_minor) for one in found] == [(wang, 2, 1600)]
    unknown = marketer.get(f"{API}/members?segment_id={shop.new_id()}")
    assert (unknown.status, unknown.code) == (404, "segment.unknown")


def test_a_list_can_be_narrowed_to_the_stores_where_members_joined(web: Web) -> None:
    shop = web.shop
    here = shop.join("13800138000")
    elsewhere = shop.at(B1, "terminal:B1").join("13800138001")
    marketer = marketer_of(web)
    for store, expected in ((shop.store_id, [here]), (B1, [elsewhere])):
        found = page_of(marketer, f"?store_id={store}")
        assert [one.id for one in found.members] == expected
        assert found.next_cursor is None
    both = page_of(marketer, f"?store_id={shop.store_id}&store_id={B1}&limit=1")
    assert ([one.id for one in both.members], both.next_cursor) == ([elsewhere], elsewhere)
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, shop.store_id))
    foreign = manager.get(f"{API}/members?store_id={B1}")
    assert (foreign.status, foreign.code) == (403, "scope.outside")


def test_a_page_of_rare_members_is_short_and_still_leads_on(web: Web) -> None:
    shop = web.shop
    joined = joined_one_by_one(web, 4)
    with shop.database.read() as read:
        asked = {"before_id": LAST_ID, "looked_at": 3}
        rows = read.all(EVERYBODY.of_stores, **asked, stores=[shop.store_id], rows=50)
        until = read.one(EVERYBODY.until, **asked)
        assert [row.id for row in rows] == joined[:0:-1]
        assert until == joined[1]
        rest = {"before_id": until, "looked_at": 3}
        rows = read.all(EVERYBODY.of_stores, **rest, stores=[shop.store_id], rows=50)
        assert [row.id for row in rows] == joined[:1]
        assert read.one(EVERYBODY.until, **rest) is None


def test_a_cashier_looks_members_up_and_does_not_list_them(web: Web) -> None:
    answer = cashier_of(web).get(f"{API}/members")
    assert (answer.status, answer.code) == (403, "permission.missing")


def test_a_store_manager_lists_members_and_does_not_see_their_names(web: Web) -> None:
    web.shop.join("13800138000")
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    only = page_of(manager).members[0]
    assert "13800138000" not in only.model_dump_json()
