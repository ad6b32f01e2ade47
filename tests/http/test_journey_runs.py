"""Who is on the way in a journey: by step, page by page, for those who lead journeys."""

from pydantic import TypeAdapter

from regulars.domain.stores.permissions import Role
from regulars.http.journey_forms import RunsView
from regulars.jobs.journeys import advance
from tests.http.test_orders import cashier_of
from tests.http.web import Web
from tests.workshops import run_out

API = "/api/v1"
WAITS = {
    "start": "day",
    "nodes": {
        "day": {"kind": "wait", "until": "after", "minutes": 1_440, "next": "end"},
        "end": {"kind": "exit"},
    },
    "triggers": [{"kind": "manual"}],
}


def live(web: Web) -> str:
    """A journey in which everybody waits a day, agreed to by a second person."""
    author, second = (web.browser(web.hire(Role.MARKETER)) for _ in range(2))
    url = f"{API}/journeys/{web.shop.new_id()}"
    form = {"name_zh": "等一天", "name_en": "A day", "definition": WAITS}
    author.send("PUT", url, form, **{"If-Match": '"0"'})
    author.send("POST", f"{url}/publish", {"mapping": {}}, **{"If-Match": '"1"'})
    assert second.send("POST", f"{url}/approve", {"version": 1}).status == 200
    return url


def test_those_on_their_way_are_told_by_step(web: Web) -> None:
    url = live(web)
    members = [str(web.shop.join(f"1380013800{last}")) for last in range(3)]
    marketer = web.browser(web.hire(Role.MARKETER))
    assert marketer.send("POST", f"{url}/members", {"member_ids": members}).json() == {"entered": 3}
    run_out(advance, web.shop)
    told = TypeAdapter(RunsView).validate_json(marketer.get(f"{url}/runs").body)
    assert {str(one.member_id) for one in told.runs} == set(members)
    assert {(one.node, one.state) for one in told.runs} == {("day", "open")}
    assert told.next_cursor is None
    here = TypeAdapter(RunsView).validate_json(marketer.get(f"{url}/runs?node=day").body)
    assert here == told
    nobody = TypeAdapter(RunsView).validate_json(marketer.get(f"{url}/runs?node=end").body)
    assert nobody.runs == []
    after = marketer.get(f"{url}/runs?cursor={told.runs[0].id}")
    assert TypeAdapter(RunsView).validate_json(after.body).runs == told.runs[1:]


def test_a_cashier_does_not_see_who_is_in_a_journey(web: Web) -> None:
    url = live(web)
    assert cashier_of(web).get(f"{url}/runs").status == 403
