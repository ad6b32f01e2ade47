"""Segments over HTTP: tried, saved, filled, and the question "why is she in?"."""

from pydantic import TypeAdapter

from regulars.domain.members.consent import Channel as Way
from regulars.domain.stores.permissions import Role
from regulars.http.segment_forms import (
    InsidePage,
    PreviewView,
    SegmentTemplateView,
    SegmentView,
    SizeView,
    WhyView,
)
from regulars.jobs import segments as job
from tests.http.test_orders import cashier_of
from tests.http.web import Client, Web
from tests.messaging import PostUnderTest
from tests.workshops import run_out

API = "/api/v1"
OFTEN = {"kind": "compare", "field": "visits_in( days=30 )", "is": "at_least", "value": 2}
NEW = {"If-Match": "0"}


def marketer_of(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def test_a_marketer_tries_saves_and_reads_a_segment(web: Web) -> None:
    shop = web.shop
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    for _ in range(2):
        shop.run(shop.sale([shop.line("egg_tart")], member=wang, cash=800))
        shop.pass_time(days=1)
    marketer = marketer_of(web)
    tried = marketer.send("POST", f"{API}/segments/preview", {"condition": OFTEN})
    found = TypeAdapter(PreviewView).validate_json(tried.body)
    assert (found.size, [one.id for one in found.sample]) == (1, [wang])
    assert found.sentence_zh == "近30天消费至少2次的会员"
    assert found.sentence_en == "Members who came at least 2 times in the last 30 days"

    url = f"{API}/segments/{shop.new_id()}"
    form = {"name_zh": "常来", "name_en": "Often", "condition": OFTEN, "tag": "常客"}
    saved = marketer.send("PUT", url, form, **NEW)
    assert (saved.status, saved.json()["version"]) == (200, 1)
    shown = TypeAdapter(SegmentView).validate_json(marketer.get(url).body)
    assert (shown.state, shown.serving, shown.filling) == ("active", None, "restarting")
    run_out(job.step, shop)
    shown = TypeAdapter(SegmentView).validate_json(marketer.get(url).body)
    assert (shown.serving, shown.size, shown.filling, shown.error) == (1, 1, None, None)
    assert shown.condition["field"] == "visits_in(days=30)"
    everything = [
        TypeAdapter(SegmentView).validate_python(row)
        for row in marketer.get(f"{API}/segments").rows()
    ]
    assert [one.id for one in everything] == [shown.id]

    page = TypeAdapter(InsidePage).validate_json(marketer.get(f"{url}/members").body)
    assert [one.id for one in page.members] == [wang]
    assert page.next_cursor is None
    sizes = [
        TypeAdapter(SizeView).validate_python(row) for row in marketer.get(f"{url}/sizes").rows()
    ]
    assert [(one.size, one.entered, one.left) for one in sizes] == [(1, 1, 0)]

    whys = marketer.get(f"{API}/members/{wang}/segments").rows()
    (why,) = (TypeAdapter(WhyView).validate_python(row) for row in whys)
    assert (why.inside, why.why) == (True, {"reason": "definition_changed"})
    assert why.leaves[0].sentence_zh == "近30天消费至少2次的会员"
    assert (why.leaves[0].reason["actual"], why.leaves[0].reason["holds"]) == (2, True)
    assert why.flips_at is not None
    not_her = marketer.get(f"{API}/members/{li}/segments").rows()
    assert TypeAdapter(WhyView).validate_python(not_her[0]).leaves[0].reason["actual"] == 0

    stopped = marketer.send("POST", f"{url}/stop", None, **{"If-Match": "1"})
    assert stopped.json()["state"] == "stopped"


def test_whom_an_offer_may_be_sent_is_counted_by_each_way(web: Web) -> None:
    post = PostUnderTest(web.shop, [])
    both, texted = post.member("13800138000"), post.member("13800138001")
    mailed = post.member("13800138002", allows=False)
    post.member("13800138003", allows=False)
    for member in (both, mailed):
        post.choose(member, post.choice(granted=True, way=Way.EMAIL))
    web.shop.pass_time(minutes=1)
    post.withdraw(texted)
    marketer = marketer_of(web)
    url = f"{API}/segments/{web.shop.new_id()}"
    unknown = marketer.get(f"{url}/reach?channels=sms")
    assert (unknown.status, unknown.json()["code"]) == (404, "segment.unknown")
    everybody = {"kind": "compare", "field": "visits", "is": "at_least", "value": 0}
    marketer.send("PUT", url, {"name_zh": "全部", "condition": everybody}, **NEW)
    run_out(job.step, web.shop)
    reach = marketer.get(f"{url}/reach?channels=sms&channels=email&channels=sms")
    assert reach.json() == {
        "members": 4,
        "allowed": 2,
        "by_channel": [
            {"channel": "sms", "allowed": 1},
            {"channel": "email", "allowed": 2},
        ],
    }
    assert marketer.get(f"{url}/reach?channels=pigeon").status == 422


def test_the_templates_of_the_trade_can_be_saved_as_they_are(web: Web) -> None:
    marketer = marketer_of(web)
    rows = marketer.get(f"{API}/segment-templates").rows()
    templates = [TypeAdapter(SegmentTemplateView).validate_python(row) for row in rows]
    assert len(templates) > 15
    assert templates[0].sentence_zh.startswith("近30天未消费")
    for one in templates:
        body = {"condition": one.condition}
        tried = marketer.send("POST", f"{API}/segments/preview", body)
        assert tried.status == 200, one.code
        url = f"{API}/segments/{web.shop.new_id()}"
        form = {"name_zh": one.name_zh, "name_en": one.name_en, **body}
        assert marketer.send("PUT", url, form, **NEW).status == 200, one.code


def test_a_bad_segment_is_refused_with_its_part(web: Web) -> None:
    marketer = marketer_of(web)
    url = f"{API}/segments/{web.shop.new_id()}"
    wrong = {"kind": "compare", "field": "visits_in(weeks=4)", "is": "at_least", "value": 2}
    tried = marketer.send("PUT", url, {"name_zh": "x", "condition": wrong}, **NEW)
    assert (tried.status, tried.code) == (422, "segment.measure_malformed")
    assert marketer.get(url).code == "segment.unknown"
    cashier = cashier_of(web)
    assert cashier.get(f"{API}/segments").code == "permission.missing"
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    assert manager.get(f"{API}/segments").status == 200
    form = {"name_zh": "x", "condition": OFTEN}
    assert manager.send("PUT", url, form, **NEW).code == "permission.missing"
