"""Messages over HTTP: templates checked and tried, a member's messages with their reasons, and what
she chooses by the link in her mail."""

import json
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from pydantic import BaseModel

from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Answer, Outgoing, SendInDoubt
from regulars.domain.stores.permissions import Role
from regulars.http.message_templates import FindingView, ShownView, TemplateView
from regulars.http.message_views import MessagePage, MessageStory, MessageView, ProofView, TallyView
from regulars.use_cases.preference_links import Preference, preference_of, token_of
from tests.http.door import Reply
from tests.http.web import A1, Client, Web
from tests.messaging import PostUnderTest, Provider, body, variant

API = "/api/v1"
PHONE = "13800138000"


@pytest.fixture
def post(web: Web) -> PostUnderTest:
    """The web's shop with a post of its own and one template."""
    opened = PostUnderTest(web.shop, [Provider(), Provider("till", Channel.TILL)])
    opened.template()
    return opened


@pytest.fixture
def marketer(web: Web) -> Client:
    return web.browser(web.hire(Role.MARKETER))


def ok(reply: Reply, model: type[BaseModel]) -> None:
    """The answer, held against what OpenAPI says of it and of each of its rows."""
    assert reply.status in {200, 201}, reply.body
    rows = reply.rows() if reply.body.startswith(b"[") else [reply.json()]
    assert rows
    for row in rows:
        model.model_validate_json(json.dumps(row))


def form(reply_to: Web, path: str, text: str) -> Reply:
    """A form that a page sends; no cookie comes along."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    return reply_to.door.call("POST", path, headers=headers, body=text.encode())


def test_a_template_is_checked_saved_and_tried_on_members_with_gaps(
    web: Web, post: PostUnderTest, marketer: Client
) -> None:
    named_one = post.member(PHONE, name="林小雨")
    nameless = post.member("13900139000", language="en")
    wordless = body(variant("sms", "zh-CN", "快来"), variant("sms", "en", "Come"))
    found = marketer.send("POST", f"{API}/message-templates/check", wordless)
    ok(found, FindingView)
    assert {row["code"] for row in found.rows()} == {"opt_out_missing", "signature_missing"}
    tried = {"template": body(), "store_id": str(A1), "values": {"amount": 500}}
    reply = marketer.send("POST", f"{API}/message-templates/preview", tried)
    ok(reply, ShownView)
    texts = {(row["member_id"], row["language"]): row["text"] for row in reply.rows()}
    assert texts[(str(named_one), "zh-CN")] == "【山野茶事】林小雨，您有50积分，拒收请回复R"
    assert texts[(str(nameless), "zh-CN")] == "【山野茶事】朋友，您有50积分，拒收请回复R"
    path = f"{API}/message-templates/{web.shop.new_id()}"
    refused = marketer.send("PUT", path, {"code": "bad", **wordless}, If_Match='"0"')
    assert (refused.status, refused.code) == (422, "template.refused")
    saved = marketer.send("PUT", path, {"code": "good", **body()}, If_Match='"0"')
    assert saved.json()["version"] == 1
    taken = f"{API}/message-templates/{web.shop.new_id()}"
    again = marketer.send("PUT", taken, {"code": "good", **body()}, If_Match='"0"')
    assert again.code == "template.code_taken"
    second = marketer.send("PUT", path, {"code": "good", **body()}, If_Match='"1"')
    assert second.json()["version"] == 2
    ok(marketer.get(f"{API}/message-templates"), TemplateView)
    stopped = marketer.send("POST", f"{path}/stop")
    assert stopped.json()["state"] == "stopped"


def test_a_name_that_may_be_missing_needs_a_fallback(marketer: Client, web: Web) -> None:
    bare = body(
        variant("sms", "zh-CN", "【山野】{{name}}，拒收请回复R"),
        variant("sms", "en", "{{name}}, reply STOP"),
    )
    path = f"{API}/message-templates/{web.shop.new_id()}"
    refused = marketer.send("PUT", path, {"code": "bare", **bare}, If_Match='"0"')
    assert (refused.code, refused.json()["parameters"]) == (
        "template.fallback_missing",
        {"names": ["name"]},
    )


def test_a_members_messages_are_told_with_their_reasons(
    web: Web, post: PostUnderTest, marketer: Client
) -> None:
    allowed, silent = post.member(PHONE, name="林小雨"), post.member("13900139000", allows=False)
    ids = post.plan(post.planned(allowed, "a"), post.planned(silent, "b"))
    post.work_through(minutes=10)
    page = marketer.get(f"{API}/members/{silent}/messages")
    kept = MessagePage.model_validate_json(page.body).messages[0]
    assert (kept.reason, kept.reason_en) == ("no_consent", "She does not allow such messages")
    assert kept.text == "【山野茶事】朋友，您有50积分，拒收请回复R"
    story = marketer.get(f"{API}/messages/{ids['a']}")
    ok(story, MessageStory)
    events = MessageStory.model_validate_json(story.body).events
    assert [one.state for one in events] == ["handed", "accepted"]
    proof = marketer.get(f"{API}/messages/{ids['a']}/proof")
    ok(proof, ProofView)
    assert (proof.json()["granted"], proof.json()["source"]) == (True, "till")
    assert "可随时退订" in str(proof.json()["text_zh"])
    tally = marketer.get(f"{API}/messages/tally")
    ok(tally, TallyView)
    assert {(row["state"], row["messages"]) for row in tally.rows()} == {
        ("accepted", 1),
        ("suppressed", 1),
    }


def test_a_message_in_doubt_is_sent_again_by_a_person_only(
    web: Web, post: PostUnderTest, marketer: Client
) -> None:
    def cut(outgoing: Outgoing) -> Answer:
        raise SendInDoubt

    provider = post.providers[0]
    provider.reply = cut
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "a"))["a"]
    post.work_through(minutes=10)
    listed = marketer.get(f"{API}/messages?state=unknown")
    ok(listed, MessageView)
    assert [row["id"] for row in listed.rows()] == [str(message)]
    again = marketer.send("POST", f"{API}/messages/{message}/resend", {"reason": "没有收到"})
    assert again.json()["state"] == "queued"
    post.work()
    assert [one.id for one in provider.got] == [message, message]
    given_up = marketer.send("POST", f"{API}/messages/{message}/give-up", {"reason": "算了"})
    assert given_up.json()["state"] == "failed"
    refused = marketer.send("POST", f"{API}/messages/{message}/give-up", {"reason": "算了"})
    assert refused.code == "message.not_waiting"
    manager = web.browser(web.hire(Role.STORE_MANAGER))
    assert manager.send("POST", f"{API}/messages/{message}/resend", {"reason": "x"}).status == 403


def test_the_till_shows_a_prompt_once(web: Web, post: PostUnderTest) -> None:
    texts = (
        variant("till", "zh-CN", "{{points}} 积分可用"),
        variant("till", "en", "{{points}} points"),
    )
    prompt = post.template(body(*texts), code="prompt")
    member = post.member(PHONE)
    yes = post.choice(granted=True, way=Way.PROFILE, wish=Wish.PERSONALISATION)
    post.choose(member, yes)
    planned = post.planned(member, "p", template_id=prompt, channels=(Channel.TILL,))
    message = post.plan(planned)["p"]
    post.work()
    cashier = web.browser(web.hire(Role.CASHIER))
    shown = cashier.get(f"{API}/members/{member}/prompts").rows()
    assert [row["text"] for row in shown] == ["50 积分可用"]
    path = f"{API}/members/{member}/prompts/shown"
    assert cashier.send("POST", path, {"message_ids": [str(message)]}).json() == {"shown": 1}
    assert cashier.send("POST", path, {"message_ids": [str(message)]}).json() == {"shown": 0}
    assert post.row(message).state == "delivered"


def _link(post: PostUnderTest, member: UUID) -> str:
    preference = Preference(member_id=member, channel=Way.SMS, purpose=Wish.MARKETING)
    return f"/preferences/{token_of(post.shop.vault, preference)}"


def _allows(web: Web, member: UUID) -> list[bool]:
    owner = web.browser(web.hire(Role.OWNER))
    rows = owner.get(f"{API}/members/{member}/consents").rows()
    return [bool(row["granted"]) for row in rows if row["purpose"] == "marketing"]


def test_opening_the_link_changes_nothing_and_one_click_ends_it(
    web: Web, post: PostUnderTest
) -> None:
    member = post.member(PHONE)
    link = _link(post, member)
    stranger = web.client({})
    for path in (link, f"{link}/one-click", link):
        page = stranger.get(path)
        assert page.status == 200
        assert 'value="sms/marketing" checked' in page.body.decode()
    ahead = {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}
    for method in ("HEAD", "OPTIONS", "GET"):
        for path in (link, f"{link}/one-click"):
            web.door.call(method, path, headers=ahead)
    assert _allows(web, member) == [True]
    message = post.plan(post.planned(member, "a"))["a"]
    web.shop.pass_time(seconds=1)
    clicked = form(web, f"{link}/one-click", "List-Unsubscribe=One-Click")
    assert clicked.status == 200
    assert form(web, f"{link}/one-click", "List-Unsubscribe=One-Click").status == 200
    assert _allows(web, member) == [True, False]
    post.work_through(minutes=10)
    assert post.row(message).reason == "no_consent"


def test_the_page_gives_takes_back_and_stops_all_in_both_languages(
    web: Web, post: PostUnderTest
) -> None:
    member = post.member(PHONE)
    link = _link(post, member)
    assert "消息偏好" in web.client({}).get(link).body.decode()
    english = web.client({}).get(f"{link}?lang=en").body.decode()
    assert "What we may send you" in english
    assert "my purchases are used to suggest products" in english, "it shows what a tick means"
    web.shop.pass_time(seconds=1)
    saved = form(web, link, "wish=email%2Fmarketing&wish=sms%2Fmarketing")
    assert "已保存" in saved.body.decode()
    assert _allows(web, member) == [True, True], "what stayed as it was is not written again"
    web.shop.pass_time(seconds=1)
    form(web, link, "stop=all")
    page = web.client({}).get(link).body.decode()
    assert " checked" not in page
    assert "text/css" in str(web.client({}).get("/preferences.css").header("content-type"))


def test_offers_by_webhook_are_chosen_on_the_page_like_any_other(
    web: Web, post: PostUnderTest
) -> None:
    member = post.member(PHONE, allows=False)
    link = _link(post, member)
    box = 'value="webhook/marketing"'
    assert f"{box} checked" not in web.client({}).get(link).body.decode()
    form(web, link, "wish=webhook%2Fmarketing")
    assert f"{box} checked" in web.client({}).get(link).body.decode()
    owner = web.browser(web.hire(Role.OWNER))
    rows = owner.get(f"{API}/members/{member}/consents").rows()
    assert [(row["channel"], row["granted"]) for row in rows] == [("webhook", True)]


def test_a_changed_link_and_a_link_of_another_shop_open_nothing(
    web: Web, post: PostUnderTest
) -> None:
    link = _link(post, post.member(PHONE))
    # The last letter holds bits that mean nothing, so the one before it is changed.
    forged = link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1]
    for path in (forged, "/preferences/x", "/preferences/%C3%A9", "/preferences/" + "A" * 80):
        reply = web.client({}).get(path)
        assert (reply.status, reply.code) == (404, "preferences.link_broken")
    assert form(web, f"{forged}/one-click", "").status == 404


def test_no_mail_of_marketing_leaves_without_its_way_out(web: Web, post: PostUnderTest) -> None:
    mail = Provider("smtp", Channel.EMAIL)
    post.providers = [mail]
    texts = (
        variant("email", "zh-CN", "您好", subject="券快到期了", html="<p>您好</p>"),
        variant("email", "en", "Hello", subject="Your coupon", html="<p>Hello</p>"),
    )
    template = post.template(body(*texts), code="mail")
    member = post.member(PHONE, allows=False)
    owner = web.browser(web.hire(Role.OWNER))
    identity = {"kind": "email", "text": "lin@example.com"}
    assert owner.send("POST", f"{API}/members/{member}/identities", identity).status == 201
    post.choose(member, post.choice(granted=True, way=Way.EMAIL))
    post.public_url = None
    planned = post.planned(member, "m", template_id=template, channels=(Channel.EMAIL,))
    message = post.plan(planned)["m"]
    post.work_through(minutes=10)
    assert post.row(message).reason == "no_sender"
    post.public_url = "https://shop.example"
    post.work_through(minutes=15)
    links = mail.got[0].links
    assert links is not None
    assert links.list_id == "win_back.shop.example"
    assert links.page_url in mail.got[0].text
    assert links.page_url in str(mail.got[0].html)
    token = urlsplit(links.page_url).path.rsplit("/", 1)[-1]
    assert preference_of(post.shop.vault, token).member_id == member
    assert form(web, urlsplit(links.one_click_url).path, "").status == 200


def test_a_contact_point_is_kept_sealed_and_forgotten(web: Web, post: PostUnderTest) -> None:
    cashier = web.browser(web.hire(Role.CASHIER))
    member = post.member(PHONE)
    path = f"{API}/members/{member}/contact-points"
    point = {"channel": "wechat", "address": "oX4nq5"}
    assert cashier.send("POST", path, point).status == 201
    assert cashier.send("POST", f"{path}/remove", point).status == 200
    wrong = cashier.send("POST", path, {"channel": "sms", "address": "1"})
    assert (wrong.status, wrong.code) == (422, "contact_point.malformed")
