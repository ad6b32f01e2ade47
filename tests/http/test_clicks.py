"""The short links of messages over HTTP: a tap is counted, a look ahead is not, and nobody is led
where an address says."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest

from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.stores.permissions import Role
from regulars.http.message_views import MessageStory
from regulars.use_cases.preference_links import Preference, token_of
from tests.http.door import Reply
from tests.http.web import Web
from tests.messaging import PostUnderTest, Provider, body, variant

API = "/api/v1"
PHONE = "13800138000"
MENU = "https://menu.example/today?a=1&b=%E8%8C%B6"
PHONES = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0",
    "Sec-Fetch-Mode": "navigate",
}


@pytest.fixture
def post(web: Web) -> PostUnderTest:
    """The web's shop with a post of its own and a template with one link."""
    opened = PostUnderTest(web.shop, [Provider()])
    texts = (
        variant("sms", "zh-CN", "【山野茶事】菜单 {{menu_link}} 拒收请回复R"),
        variant("sms", "en", "Menu {{menu_link}} Reply STOP to opt out"),
    )
    opened.template({**body(*texts), "links": {"menu_link": MENU}})
    return opened


def sent(post: PostUnderTest) -> tuple[UUID, str]:
    """A message that has left, and the path of its link."""
    message = post.plan(post.planned(post.member(PHONE), "one"))["one"]
    post.work_through(minutes=10)
    text = post.providers[0].got[-1].text
    return message, urlsplit(next(word for word in text.split() if "://" in word)).path


def call(web: Web, path: str, method: str = "GET", **headers: str) -> Reply:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.door.call(method, path, headers={**PHONES, **told})


def clicks(web: Web, message: UUID) -> list[int]:
    """How often each link of a message was followed, as staff see it."""
    reply = web.browser(web.hire(Role.MARKETER)).get(f"{API}/messages/{message}")
    story = MessageStory.model_validate_json(reply.body)
    assert ("clicked" in [one.state for one in story.events]) is any(
        one.clicks for one in story.links
    )
    return [one.clicks for one in story.links]


def test_a_tap_is_led_on_and_counted(web: Web, post: PostUnderTest) -> None:
    message, path = sent(post)
    assert clicks(web, message) == [0]
    reply = call(web, path)
    assert (reply.status, reply.header("location")) == (302, MENU)
    assert reply.header("cache-control") == "no-store"
    assert reply.header("referrer-policy") == "no-referrer"
    assert clicks(web, message) == [1]
    call(web, path)
    assert clicks(web, message) == [1], "twice at once is one tap"
    web.shop.pass_time(seconds=5)
    call(web, path)
    assert clicks(web, message) == [2]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"X-Purpose": "preview"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"X-Moz": "prefetch"}),
        ("GET", {"Sec-Fetch-Mode": "no-cors"}),
        ("GET", {"User-Agent": ""}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}),
        ("GET", {"User-Agent": "WhatsApp/2.23 A"}),
        ("GET", {"User-Agent": "python-requests/2.32"}),
    ],
)
def test_who_only_looks_ahead_is_led_on_and_not_counted(
    web: Web, post: PostUnderTest, method: str, headers: dict[str, str]
) -> None:
    message, path = sent(post)
    reply = call(web, path, method, **headers)
    assert (reply.status, reply.header("location")) == (302, MENU)
    assert clicks(web, message) == [0]


def test_a_phone_whose_maker_sounds_like_a_machine_is_a_person(
    web: Web, post: PostUnderTest
) -> None:
    message, path = sent(post)
    call(web, path, User_Agent="Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) Chrome/130.0")
    assert clicks(web, message) == [1]


def test_an_address_leads_nowhere_but_where_the_message_said(web: Web, post: PostUnderTest) -> None:
    _, path = sent(post)
    for more in ("?to=https://evil.example/", "?url=//evil.example", "#https://evil.example"):
        assert call(web, path + more).header("location") == MENU
    token = path.removeprefix("/l/")
    forged = [
        "/l/" + ("B" if token[0] != "B" else "C") + token[1:],
        "/l/" + token[:-1] + ("B" if token[-1] != "B" else "C"),
        "/l/https%3A%2F%2Fevil.example",
        "/l/%C3%A9",
        "/l/" + "A" * 24,
        "/l/" + "A" * 4_000,
    ]
    for one in forged:
        reply = call(web, one)
        assert (reply.status, reply.header("location")) == (404, None)


def test_a_link_that_leads_nowhere_says_so_in_both_languages(web: Web) -> None:
    reply = call(web, "/l/" + "A" * 24)
    page = reply.body.decode()
    assert reply.status == 404
    assert "这个链接已失效" in page
    assert "no longer leads anywhere" in page
    assert "text/html" in str(reply.header("content-type"))
    assert call(web, "/l/" + "A" * 24, "HEAD").status == 404


def test_no_line_of_the_log_holds_a_link(web: Web, post: PostUnderTest) -> None:
    _, path = sent(post)
    call(web, path)
    call(web, path[:-1])
    told = str(web.log.lines)
    assert path.removeprefix("/l/")[:10] not in told
    assert {line.get("route") for line in web.log.lines if line.get("method") == "GET"} >= {
        "/l/{token}"
    }


def test_a_form_with_more_fields_than_any_page_sends_is_refused(
    web: Web, post: PostUnderTest
) -> None:
    preference = Preference(member_id=post.member(PHONE), channel=Way.SMS, purpose=Wish.MARKETING)
    path = f"/preferences/{token_of(web.shop.vault, preference)}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    body = "&".join(f"wish={number}" for number in range(60)).encode()
    reply = web.door.call("POST", path, headers=headers, body=body)
    assert (reply.status, reply.code) == (400, "request.unreadable")
