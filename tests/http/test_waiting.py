"""What waits for somebody, over HTTP: each count of the first page is the length of a list."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter
from sqlalchemy import bindparam, update

from regulars.domain.kernel.terms import Level
from regulars.domain.messaging.port import Answer, Outgoing, SendInDoubt
from regulars.domain.stores.permissions import Role
from regulars.http.journey_forms import CampaignCost, CampaignView, JourneyView
from regulars.http.member_imports import ImportPage, RefusedRows
from regulars.http.message_views import MessagePage
from regulars.http.waiting import StuckRunPage
from regulars.storage.columns import Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_run
from regulars.use_cases.declining import REASON_LETTERS_MAX
from tests.answers import part
from tests.domain.loyalty.test_survey import SURVEY
from tests.http.test_journeys import CALL, NAMES, marketer_of
from tests.http.test_rewards import put
from tests.http.test_surveys import link_of, sent, visited
from tests.http.web import A1, B1, Client, Web
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider

API = "/api/v1"
GIVEN_UP: Statement[object] = Statement(
    update(journey_run)
    .where(journey_run.c.member_id == bindparam("who", type_=Id()))
    .values(state="dead", due_at=None, error="template_unknown", attempts=5)
)


def cut(outgoing: Outgoing) -> Answer:
    raise SendInDoubt("answer_cut")


def give_up(web: Web, *members: UUID) -> None:
    """Their steps were tried in vain."""

    def work(tx: Write) -> None:
        for one in members:
            tx.send(GIVEN_UP, who=one)

    web.write(work)


@pytest.fixture
def walk(web: Web) -> Walk:
    """The web's shop with a provider that never answers."""
    post = PostUnderTest(web.shop, [Provider(reply=cut)])
    post.template()
    return Walk(post)


@pytest.fixture
def owner(web: Web) -> Client:
    return web.browser(web.hire(Role.OWNER))


def tasks(client: Client, query: str = "") -> dict[str, object]:
    return part(client.get(f"{API}/home{query}").json(), "tasks")


def stuck(client: Client, query: str = "") -> StuckRunPage:
    return TypeAdapter(StuckRunPage).validate_json(client.get(f"{API}/waiting/runs{query}").body)


def doubted(client: Client, query: str = "") -> MessagePage:
    answer = client.get(f"{API}/waiting/messages{query}")
    return TypeAdapter(MessagePage).validate_json(answer.body)


def test_stuck_runs_and_doubted_messages_are_listed_as_they_are_counted(
    web: Web, walk: Walk, owner: Client
) -> None:
    wang = walk.post.member("13800138000")
    journey = walk.live("wait", walk.drawing({"wait": walk.wait(60, "end"), "end": EXIT}))
    walk.enter(journey, wang)
    walk.on()
    assert tasks(owner)["dead_letters"] == 0
    give_up(web, wang)
    message = walk.post.plan(walk.post.planned(walk.post.member("13800138001"), "a"))["a"]
    walk.post.work_through(minutes=10)
    assert walk.post.row(message).state == "unknown"

    (run,) = stuck(owner).runs
    assert (run.journey_id, run.journey_zh, run.member_id) == (journey, "老友归来", wang)
    assert (run.error, run.attempts, run.store_id) == ("template_unknown", 5, A1)
    (doubt,) = doubted(owner).messages
    assert (doubt.id, doubt.state.value, doubt.text) == (message, "unknown", None)
    assert tasks(owner)["dead_letters"] == 2
    assert tasks(owner, f"?store_id={A1}")["dead_letters"] == 2

    elsewhere = f"?store_id={B1}"
    assert (stuck(owner, elsewhere).runs, doubted(owner, elsewhere).messages) == ([], [])
    assert tasks(owner, elsewhere)["dead_letters"] == 0
    retried = owner.send("POST", f"{API}/journey-runs/{run.id}/retry", {})
    assert retried.status == 200
    assert stuck(owner).runs == []
    assert tasks(owner)["dead_letters"] == 1


def test_stuck_runs_come_page_by_page(web: Web, walk: Walk, owner: Client) -> None:
    journey = walk.live("wait", walk.drawing({"wait": walk.wait(60, "end"), "end": EXIT}))
    members = [walk.post.member(f"138001380{number}") for number in range(10, 63)]
    walk.enter(journey, *members)
    give_up(web, *members)
    first = stuck(owner)
    rest = stuck(owner, f"?cursor={first.next_cursor}")
    assert (len(first.runs), len(rest.runs), rest.next_cursor) == (50, 3, None)
    assert {one.member_id for one in first.runs + rest.runs} == set(members)


def test_stores_beyond_reach_are_refused_and_those_without_the_right_see_nothing(
    web: Web, walk: Walk
) -> None:
    manager = web.browser(web.hire(Role.REGION_MANAGER, Level.STORE, A1))
    for path in ("waiting/runs", "waiting/messages", "recovery-tasks"):
        beyond = manager.get(f"{API}/{path}?store_id={B1}")
        assert (beyond.status, beyond.code) == (403, "scope.outside")
        assert manager.get(f"{API}/{path}").status == 200
    cashier = web.browser(web.hire(Role.CASHIER))
    for path in ("waiting/runs", "waiting/messages", "recovery-tasks", "member-imports"):
        assert cashier.get(f"{API}/{path}").code == "permission.missing"
    assert manager.get(f"{API}/member-imports").code == "permission.missing"
    assert tasks(manager)["imports_refused"] is None


def test_low_marks_are_listed_store_by_store_as_they_are_counted(web: Web, owner: Client) -> None:
    put(web, "survey", SURVEY)
    order = visited(web, web.shop.join("13800138000"))
    assert sent(web, link_of(web, order).path, nps="2").status == 303
    assert len(owner.get(f"{API}/recovery-tasks?store_id={A1}").rows()) == 1
    assert owner.get(f"{API}/recovery-tasks?store_id={B1}").rows() == []
    assert tasks(owner, f"?store_id={A1}")["low_marks_open"] == 1
    assert tasks(owner, f"?store_id={B1}")["low_marks_open"] == 0


def imported(owner: Client, *rows: list[str]) -> dict[str, object]:
    form = {
        "store_id": str(A1),
        "file": "cd" * 32,
        "first_row": 2,
        "columns": ["name", "phone"],
        "rows": list(rows),
    }
    answer = owner.send("POST", f"{API}/member-imports/rows", form)
    assert answer.status == 200, answer.body
    return answer.json()


def lists(client: Client) -> ImportPage:
    return TypeAdapter(ImportPage).validate_json(client.get(f"{API}/member-imports").body)


def test_refused_rows_of_an_import_wait_until_somebody_has_seen_to_them(
    web: Web, owner: Client
) -> None:
    assert imported(owner, ["李敏", "13800138000"])["refused"] == []
    assert lists(owner).imports == []
    told = imported(owner, ["李敏", "13800138000"], ["王芳", "不是号码"])
    (refused,) = told["refused"] if isinstance(told["refused"], list) else []
    (row,) = lists(owner).imports
    assert (row.refused, row.first_row, row.last_row, row.store_id) == (1, 3, 3, A1)
    assert tasks(owner)["imports_refused"] == 1
    answer = owner.get(f"{API}/member-imports/{row.id}/refused")
    kept = TypeAdapter(RefusedRows).validate_json(answer.body)
    assert [one.model_dump() for one in kept.refused] == [refused]
    assert "王芳" not in answer.body.decode()
    assert "不是号码" not in answer.body.decode()
    done = owner.send("POST", f"{API}/member-imports/{row.id}/dealt", {})
    assert (done.status, lists(owner).imports) == (200, [])
    assert tasks(owner)["imports_refused"] == 0
    again = owner.send("POST", f"{API}/member-imports/{row.id}/dealt", {})
    assert (again.status, again.code) == (409, "import.dealt_already")
    unknown = owner.get(f"{API}/member-imports/{UUID(int=7)}/refused")
    assert (unknown.status, unknown.code) == (404, "import.unknown")


def test_a_version_is_sent_back_with_a_reason_that_its_author_reads(web: Web) -> None:
    author, second = marketer_of(web), marketer_of(web)
    url = f"{API}/journeys/{web.shop.new_id()}"
    author.send("PUT", url, {**NAMES, "definition": CALL}, **{"If-Match": '"0"'})
    author.send("POST", f"{url}/publish", {"mapping": {}}, **{"If-Match": '"1"'})
    without = second.send("POST", f"{url}/decline", {"version": 1})
    assert (without.status, without.code) == (422, "request.invalid")
    blank = second.send("POST", f"{url}/decline", {"version": 1, "reason": " "})
    assert (blank.status, blank.code) == (422, "decline.reason_missing")
    long = {"version": 1, "reason": "长" * (REASON_LETTERS_MAX + 1)}
    assert second.send("POST", f"{url}/decline", long).status == 422
    manager = web.browser(web.hire(Role.REGION_MANAGER))
    form = {"version": 1, "reason": " 先问问门店 "}
    assert manager.send("POST", f"{url}/decline", form).code == "permission.missing"
    declined = second.send("POST", f"{url}/decline", form)
    assert (declined.status, declined.json()["state"]) == (200, "draft")
    shown = TypeAdapter(JourneyView).validate_json(author.get(url).body)
    assert [(one.version, one.reason) for one in shown.declines] == [(1, "先问问门店")]
    assert shown.proposed is None


def shown_twice(client: Client, url: str) -> list[CampaignView]:
    """The only campaign, by itself and in the list."""
    bodies = (client.get(url).json(), client.get(f"{API}/campaigns").rows()[0])
    return [TypeAdapter(CampaignView).validate_python(body) for body in bodies]


def test_a_campaign_tells_by_whom_and_why_it_was_sent_back(web: Web, walk: Walk) -> None:
    author, second = marketer_of(web), marketer_of(web)
    for number in range(10, 35):
        walk.post.member(f"138001380{number}")
    everybody = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
    segment, campaign = walk.segment("everybody", everybody), web.shop.new_id()
    first = {"If-Match": '"0"'}
    definition = {
        "aim": "thank",
        "segment_id": str(segment),
        "starts_on": "2026-06-04",
        "ends_on": "2026-06-10",
        "minute": 720,
        "budget_minor": 10_000,
        "control": 0,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
        "message": None,
    }
    url = f"{API}/campaigns/{campaign}"
    form = {**NAMES, "definition": definition}
    assert author.send("PUT", url, form, **first).status == 200
    assert author.send("POST", f"{url}/submit", {}, **{"If-Match": '"1"'}).status == 200
    assert tasks(second)["approvals_waiting"] == 1
    # Whoever agrees reads what it comes to: 25 gifts of 5.00, of which the budget leaves 20.
    at_most = CampaignCost(audience=25, gifts_minor=12_500, messages_minor=0, reserved_minor=10_000)
    assert [one.comes_to for one in shown_twice(second, url)] == [at_most, at_most]
    answer = second.send("POST", f"{url}/decline", {"reason": "预算太高"})
    assert (answer.status, answer.json()["state"]) == (200, "draft")
    assert tasks(second)["approvals_waiting"] == 0
    page, row = shown_twice(author, url)
    for shown in (page, row):
        assert [one.reason for one in shown.declines] == ["预算太高"]
        assert shown.declines[0].declined_by.startswith("staff:")
    assert (page.comes_to, row.comes_to) == (at_most, None)
