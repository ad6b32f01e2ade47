"""Journeys and campaigns over HTTP: drawn by one, agreed to by another, read by whoever asks why."""

from pydantic import TypeAdapter

from regulars.domain.stores.permissions import Role
from regulars.http.journey_forms import (
    CampaignView,
    JourneyRowView,
    JourneyView,
    ReadyView,
    RunPage,
    RunView,
    SimulationView,
    TaskView,
)
from regulars.jobs.journeys import advance, simulate
from tests.http.test_orders import cashier_of
from tests.http.web import Client, Web
from tests.workshops import run_out

API = "/api/v1"
NAMES = {"name_zh": "回访", "name_en": "Call back"}
CALL = {
    "start": "call",
    "nodes": {
        "call": {
            "kind": "act",
            "do": "task",
            "text_zh": "打电话",
            "text_en": "Call her",
            "next": "end",
        },
        "end": {"kind": "exit"},
    },
    "triggers": [{"kind": "manual"}],
}


def marketer_of(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def test_a_journey_is_drawn_agreed_to_and_led_through(web: Web) -> None:
    wang = web.shop.join("13800138000")
    author, second = marketer_of(web), marketer_of(web)
    url = f"{API}/journeys/{web.shop.new_id()}"
    form = {**NAMES, "definition": CALL}
    saved = author.send("PUT", url, form, **{"If-Match": '"0"'})
    assert (saved.status, saved.json()["state"]) == (200, "draft")
    published = author.send("POST", f"{url}/publish", {"mapping": {}}, **{"If-Match": '"1"'})
    assert (published.json()["state"], published.json()["proposed"]) == ("waiting", 1)
    own = author.send("POST", f"{url}/approve", {"version": 1})
    assert (own.status, own.json()["code"]) == (403, "journey.same_person")
    agreed = second.send("POST", f"{url}/approve", {"version": 1})
    assert (agreed.status, agreed.json()["state"]) == (200, "live")
    entered = author.send("POST", f"{url}/members", {"member_ids": [str(wang)]})
    assert entered.json() == {"entered": 1}
    run_out(advance, web.shop)

    shown = TypeAdapter(JourneyView).validate_json(author.get(url).body)
    assert [(one.node, one.state, one.runs) for one in shown.stands] == [("end", "ended", 1)]
    rows = [
        TypeAdapter(JourneyRowView).validate_python(row)
        for row in author.get(f"{API}/journeys").rows()
    ]
    assert [row.id for row in rows] == [shown.id]
    mine = [
        TypeAdapter(RunView).validate_python(row)
        for row in author.get(f"{API}/members/{wang}/journeys").rows()
    ]
    page = TypeAdapter(RunPage).validate_json(author.get(f"{API}/journey-runs/{mine[0].id}").body)
    assert [one.why for one in page.steps] == ["done", "exit"]
    assert [(one.kind, one.done) for one in page.effects] == [("task", True)]

    manager = web.browser(web.hire(Role.STORE_MANAGER))
    tasks = [
        TypeAdapter(TaskView).validate_python(row)
        for row in manager.get(f"{API}/stores/{web.shop.store_id}/staff-tasks").rows()
    ]
    assert [(task.member_id, task.text_zh) for task in tasks] == [(wang, "打电话")]
    done = f"{API}/staff-tasks/{tasks[0].id}/done"
    assert manager.send("POST", done, {"note": "已致电"}).status == 200
    again = manager.send("POST", done, {"note": "已致电"})
    assert (again.status, again.json()["code"]) == (409, "staff_task.done_already")


def test_a_ready_journey_is_switched_on_in_one_step(web: Web) -> None:
    marketer = marketer_of(web)
    first = marketer.send("POST", f"{API}/ready-journeys/come_back/switch-on", {})
    assert (first.status, first.json()["state"]) == (200, "live")
    with_gift = marketer.send(
        "POST", f"{API}/ready-journeys/birthday/switch-on", {"gift": {"points": 50}}
    )
    assert (with_gift.status, with_gift.json()["state"]) == (200, "waiting")
    again = marketer.send("POST", f"{API}/ready-journeys/come_back/switch-on", {})
    assert (again.status, again.json()["code"]) == (409, "journey.on_already")
    rows = marketer.get(f"{API}/ready-journeys").rows()
    ready = [TypeAdapter(ReadyView).validate_python(row) for row in rows]
    assert {one.code for one in ready if one.on} == {"come_back", "birthday"}


def test_every_ready_journey_can_be_switched_on(web: Web) -> None:
    marketer = marketer_of(web)
    for row in marketer.get(f"{API}/ready-journeys").rows():
        code = row["code"]
        answer = marketer.send("POST", f"{API}/ready-journeys/{code}/switch-on", {})
        assert (answer.status, answer.json()["state"]) == (200, "live"), code


def test_a_journey_is_tried_on_the_past_and_watched(web: Web) -> None:
    wang = web.shop.join("13800138000")
    web.shop.run(web.shop.sale([web.shop.line("egg_tart")], member=wang, cash=800))
    web.shop.pass_time(days=1)
    marketer = marketer_of(web)
    journey = web.shop.new_id()
    url = f"{API}/journeys/{journey}"
    drawn = {**CALL, "triggers": [{"kind": "fact", "fact": "order.settled"}]}
    form = {**NAMES, "definition": drawn}
    marketer.send("PUT", url, form, **{"If-Match": '"0"'})
    asked = {"id": str(web.shop.new_id()), "days": 30}
    begun = marketer.send("POST", f"{url}/simulations", asked)
    assert (begun.status, begun.json()["state"]) == (200, "running")
    one = f"{API}/journey-simulations/{asked['id']}"
    shown = TypeAdapter(SimulationView).validate_json(marketer.get(one).body)
    assert (shown.done, shown.found) == (0, {})
    run_out(simulate, web.shop)
    shown = TypeAdapter(SimulationView).validate_json(marketer.get(one).body)
    assert (shown.state, shown.done, shown.total) == ("done", shown.total, shown.total)
    assert (shown.found["entries"], shown.found["other_acts"]) == (1, 1)
    rows = marketer.get(f"{url}/simulations").rows()
    assert [TypeAdapter(SimulationView).validate_python(row).id for row in rows] == [shown.id]
    stopped = marketer.send("POST", f"{one}/stop")
    assert (stopped.status, stopped.json()["code"]) == (409, "journey.simulation_over")


def test_a_cashier_draws_no_journey_and_starts_no_campaign(web: Web) -> None:
    cashier = cashier_of(web)
    form = {**NAMES, "definition": CALL}
    url = f"{API}/journeys/{web.shop.new_id()}"
    assert cashier.send("PUT", url, form, **{"If-Match": '"0"'}).status == 403


def test_a_campaign_is_read_with_its_money(web: Web) -> None:
    marketer = marketer_of(web)
    url = f"{API}/campaigns/{web.shop.new_id()}"
    definition = {
        "aim": "thank",
        "segment_id": str(web.shop.new_id()),
        "starts_on": "2026-05-09",
        "ends_on": "2026-05-10",
        "budget_minor": 10_000,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
    }
    saved = marketer.send("PUT", url, {**NAMES, "definition": definition}, **{"If-Match": '"0"'})
    assert saved.status == 200
    shown = TypeAdapter(CampaignView).validate_json(marketer.get(url).body)
    assert (shown.state, shown.gifts_limit_minor) == ("draft", None)
    short = {**NAMES, "definition": {**definition, "budget_minor": 499}}
    refused = marketer.send("PUT", url, short, **{"If-Match": '"1"'})
    assert (refused.status, refused.json()["code"]) == (422, "campaign.budget_below_one")
    submitted = marketer.send("POST", f"{url}/submit", None, **{"If-Match": '"1"'})
    assert submitted.json()["code"] == "journey.segment_not_active"
