"""The survey from the receipt's code to the manager's task, over HTTP."""

from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from regulars.domain.kernel.terms import Level
from regulars.domain.stores.permissions import Role
from regulars.http.surveys import RecoveryTask, StoreMarks, SurveyAnswerView, SurveyLink
from tests.domain.loyalty.test_survey import SURVEY
from tests.http.door import Reply
from tests.http.test_orders import cashier_of
from tests.http.test_rewards import put
from tests.http.web import A1, B1, Client, Web

API = "/api/v1"


def visited(web: Web, member: UUID | None) -> UUID:
    sale = web.shop.sale([web.shop.line("egg_tart")], member=member, cash=800)
    web.shop.run(sale)
    return sale.order_id


def link_of(web: Web, order_id: UUID) -> SurveyLink:
    reply = cashier_of(web).get(f"{API}/orders/{order_id}/survey-link")
    assert reply.status == 200, reply.body
    return TypeAdapter(SurveyLink).validate_json(reply.body)


def guest(web: Web) -> Client:
    return web.client({"sec-fetch-site": "same-origin"})


def sent(web: Web, path: str, **given: str | list[str]) -> Reply:
    headers = {
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }
    body = urlencode(given, doseq=True).encode()
    return web.door.call("POST", path, headers=headers, body=body)


def test_a_guest_answers_once_from_her_receipt_and_the_manager_makes_it_good(web: Web) -> None:
    put(web, "survey", {**SURVEY, "thanks": {"points": 5}})
    wang = web.shop.join("13800138000")
    order = visited(web, wang)
    link = link_of(web, order)
    assert link.url.endswith(link.path)
    assert str(wang) not in link.path
    picture = cashier_of(web).get(f"{API}/orders/{order}/survey-link.svg")
    assert picture.header("content-type") == "image/svg+xml"
    for _ in range(3):
        page = guest(web).get(f"{link.path}?lang=zh")
        assert page.status == 200
        assert "会推荐给朋友吗？" in page.body.decode()
    assert not link_of(web, order).answered
    reply = sent(web, link.path, nps="2", where=["wait", "taste"], more="等了 <b>半小时</b>")
    assert (reply.status, reply.header("location")) == (303, f"{link.path}?lang=zh")
    assert "谢谢您" in guest(web).get(link.path).body.decode()
    assert sent(web, link.path, nps="10").status == 303
    manager = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, A1))
    rows = manager.get(f"{API}/recovery-tasks").rows()
    (task,) = [TypeAdapter(RecoveryTask).validate_python(row) for row in rows]
    assert (task.score, task.words, task.member_id) == (2, "等了 <b>半小时</b>", wang)
    assert task.choices == {"where": ["wait", "taste"]}
    other = web.browser(web.hire(Role.STORE_MANAGER, Level.STORE, B1))
    assert other.get(f"{API}/recovery-tasks").rows() == []
    done = {"act": "compensated", "note": "送了一张券"}
    url = f"{API}/recovery-tasks/{task.answer_id}/done"
    assert other.send("POST", url, done).code == "scope.outside"
    assert manager.send("POST", url, done).json()["act"] == "compensated"
    assert manager.send("POST", url, done).code == "recovery.done_already"
    (after,) = manager.get(f"{API}/recovery-tasks?state=done").rows()
    assert (after["note"], after["state"]) == ("送了一张券", "done")


def test_the_page_speaks_both_languages_and_asks_nobody_else_for_words(web: Web) -> None:
    put(web, "survey", SURVEY)
    link = link_of(web, visited(web, None))
    english = guest(web).get(f"{link.path}?lang=en")
    text = english.body.decode()
    assert '<html lang="en">' in text
    assert "Recommend us?" in text
    assert "<textarea" not in text
    assert text.count('type="radio"') == 11
    assert english.header("cache-control") == "no-store"
    assert web.door.call("GET", "/survey.css", headers={}).status == 200


def test_a_wrong_answer_is_told_on_the_page_and_may_be_sent_again(web: Web) -> None:
    put(web, "survey", SURVEY)
    link = link_of(web, visited(web, None))
    empty = sent(web, f"{link.path}?lang=en")
    assert empty.status == 422
    assert "Please answer at least one question" in empty.body.decode()
    assert sent(web, link.path, nps="99").status == 422
    assert sent(web, link.path, nps="9").status == 303


def test_a_link_that_nobody_was_given_opens_nothing(web: Web) -> None:
    put(web, "survey", SURVEY)
    link = link_of(web, visited(web, None))
    for path in ("/survey/abc", f"{link.path[:-1]}{'A' if link.path[-1] != 'A' else 'B'}x"):
        assert guest(web).get(path).status == 404
        assert sent(web, path, nps="1").status == 404
    from_elsewhere = {"sec-fetch-site": "cross-site"}
    refused = web.door.call("POST", link.path, headers=from_elsewhere, body=b"nps=1")
    assert refused.code == "request.origin_foreign"
    assert not link_of(web, visited(web, None)).answered


def test_results_are_told_by_store_and_a_members_answers_beside_her(web: Web) -> None:
    put(web, "survey", SURVEY)
    wang = web.shop.join("13800138000")
    for score in ("10", "9", "7", "1"):
        sent(web, link_of(web, visited(web, wang)).path, nps=score)
    marketer = web.browser(web.hire(Role.MARKETER))
    period = "from_on=2026-05-01&until_on=2026-06-01"
    (row,) = marketer.get(f"{API}/survey-results?{period}").rows()
    marks = TypeAdapter(StoreMarks).validate_python(row)
    assert (marks.store_id, marks.answered, marks.nps) == (A1, 4, 25)
    rows = cashier_of(web).get(f"{API}/members/{wang}/survey-answers").rows()
    answers = [TypeAdapter(SurveyAnswerView).validate_python(one) for one in rows]
    assert sorted(one.score or 0 for one in answers) == [1, 7, 9, 10]
    known = cashier_of(web).get(f"{API}/members/{wang}/insights").json()
    assert known["last_score"] in {1, 7, 9, 10}


def test_the_receipt_has_the_link_and_is_printed_again_with_it_while_it_may_be_answered(
    web: Web,
) -> None:
    put(web, "survey", {**SURVEY, "on_receipt": True, "open_days": 2})
    order = visited(web, None)
    link = link_of(web, order)
    receipt = f"{API}/orders/{order}/receipt"
    assert cashier_of(web).get(receipt).json()["survey_path"] == link.path
    # Nobody who reads the address learns whose visit it was, or when.
    assert str(order) not in link.url
    assert sent(web, link.path, nps="3").status == 303
    web.shop.pass_time(days=2)
    assert cashier_of(web).get(receipt).json()["survey_path"] is None
