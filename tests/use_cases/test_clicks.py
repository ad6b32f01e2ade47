"""Clicks: a short link of the shop's own leads where the message said, and is counted once a tap."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select, update

from regulars.domain.insights.funnel import Step
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Refused
from regulars.storage import message_links
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Database, Statement
from regulars.storage.message_links import FollowedRow
from regulars.storage.tables.members import member as member_table
from regulars.storage.tables.system import fact
from regulars.use_cases import funnels
from regulars.use_cases.click_links import LEADS_FOR, NoteClick, followed, locator_of
from regulars.use_cases.measured_outcomes import Asked
from regulars.use_cases.message_templates import SaveTemplate
from tests.measuring import PROGRAMME, assigned, declared, halves
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import named, open_shop

PHONE = "13800138000"
MENU, ORDER = "https://shop.example/menu?a=1&b=2", "https://shop.example/order"
LINKED = {
    **body(
        variant("sms", "zh-CN", "【山野茶事】新品 {{menu_link}} 点单 {{order_link}} 拒收请回复R"),
        variant("sms", "en", "New {{menu_link}} order {{order_link}} Reply STOP to opt out"),
    ),
    "links": {"menu_link": MENU, "order_link": ORDER, "coupon_link": ORDER},
}
ERASE = Statement[object](
    update(member_table)
    .where(member_table.c.id == bindparam("erased", type_=Id()))
    .values(wrapped_key=bindparam("wrapped", type_=Bytes()))
)
FACTS: Statement[object] = Statement(
    select(fact.c.body).where(fact.c.kind == "message.clicked").order_by(fact.c.sequence)
)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def post(database: Database, tmp_path: Path, provider: Provider) -> PostUnderTest:
    opened = PostUnderTest(open_shop(database, tmp_path), [provider])
    opened.template(LINKED)
    return opened


def sent(post: PostUnderTest, **more: object) -> UUID:
    message = post.plan(post.planned(post.member(PHONE), "one", **more))["one"]
    post.work_through(minutes=10)
    return message


def links_in(provider: Provider) -> list[str]:
    """The addresses in the last message, as its reader sees them."""
    return [word for word in provider.got[-1].text.split() if "://" in word]


def locator(post: PostUnderTest, url: str) -> bytes:
    return locator_of(post.shop.vault, urlsplit(url).path.removeprefix("/l/"))


def target(post: PostUnderTest, url: str) -> str:
    """Where an address leads."""
    with post.shop.database.read() as read:
        return followed(read, post.shop.vault, locator(post, url), now=post.shop.now).target


def click(post: PostUnderTest, url: str) -> dict[str, object]:
    return post.shop.run(NoteClick(locator=locator(post, url)))


def counted(post: PostUnderTest, message: UUID) -> list[FollowedRow]:
    with post.shop.database.read() as read:
        return read.all(message_links.OF_MESSAGE, message_id=message)


def test_a_message_carries_short_links_that_lead_where_it_said(
    post: PostUnderTest, provider: Provider
) -> None:
    message = sent(post)
    short = links_in(provider)
    assert all(one.startswith("https://shop.example/l/") for one in short)
    assert [len(one.rpartition("/")[2]) for one in short] == [24, 24]
    assert [target(post, one) for one in short] == [MENU, ORDER]
    assert [row.name for row in counted(post, message)] == ["menu_link", "order_link"], (
        "a link that the text does not carry is not there"
    )


def test_the_first_click_is_told_and_later_ones_are_counted(
    post: PostUnderTest, provider: Provider
) -> None:
    message = sent(post)
    menu, order = links_in(provider)
    assert click(post, menu) == {"counted": True, "first": True}
    assert click(post, menu) == {"counted": False, "first": False}, "a phone that asks twice"
    post.shop.pass_time(seconds=3)
    assert click(post, menu) == {"counted": True, "first": False}
    assert click(post, order) == {"counted": True, "first": False}
    assert [row.clicks for row in counted(post, message)] == [2, 1]
    assert [one for one in post.events(message) if one[0] == "clicked"] == [("clicked", None)]
    with post.shop.database.read() as read:
        told = read.all(FACTS)
    assert told == [{"channel": "sms", "link": "menu_link"}]
    assert post.row(message).state == "accepted"


def test_a_clock_that_was_put_back_keeps_no_click_from_counting(
    post: PostUnderTest, provider: Provider
) -> None:
    message = sent(post)
    menu = links_in(provider)[0]
    click(post, menu)
    post.shop.pass_time(hours=-1)
    assert click(post, menu)["counted"] is True
    assert counted(post, message)[0].clicks == 2


def test_two_links_of_a_message_that_are_followed_at_once_are_one_first_click(
    post: PostUnderTest, provider: Provider
) -> None:
    message = sent(post)
    both = [locator(post, one) for one in links_in(provider)]
    ids = [[post.shop.new_id() for _ in both] for _ in range(4)]
    barrier = Barrier(8)

    def race(number: int) -> bool:
        one = number % 2
        barrier.wait()
        answer = post.shop.run(NoteClick(locator=both[one]), command_id=ids[number // 2][one])
        return bool(answer["first"])

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(race, range(8))) == 1
    assert [row.clicks for row in counted(post, message)] == [1, 1]
    assert [state for state, _ in post.events(message)].count("clicked") == 1


def test_what_a_template_says_later_changes_no_link_that_was_sent(
    post: PostUnderTest, provider: Provider
) -> None:
    sent(post)
    menu = links_in(provider)[0]
    moved = {**LINKED, "links": {**LINKED["links"], "menu_link": "https://evil.example/"}}  # type: ignore[dict-item]
    post.shop.run(SaveTemplate(id=named("template:back"), code="back", seen=1, body=moved))
    assert target(post, menu) == MENU


def test_a_plan_may_say_where_a_link_leads(post: PostUnderTest, provider: Provider) -> None:
    sent(post, values={"menu_link": "https://shop.example/spring", "order_link": "店里扫码"})
    short = links_in(provider)
    assert [target(post, one) for one in short] == ["https://shop.example/spring"]
    assert "店里扫码" in provider.got[-1].text, "what is no address stays as it was planned"


def test_a_shop_may_count_no_clicks(database: Database, tmp_path: Path, provider: Provider) -> None:
    opened = open_shop(database, tmp_path, terms={"messages.clicks": "off"})
    post = PostUnderTest(opened, [provider])
    post.template(LINKED)
    message = sent(post)
    assert links_in(provider) == [MENU, ORDER]
    assert counted(post, message) == []


def test_a_shop_that_is_not_reached_from_outside_sends_the_long_links(
    post: PostUnderTest, provider: Provider
) -> None:
    post.public_url = None
    sent(post)
    assert links_in(provider) == [MENU, ORDER]


def test_nobody_counts_what_a_member_follows_who_said_no_to_it(
    post: PostUnderTest, provider: Provider
) -> None:
    member = post.member(PHONE)
    post.choose(member, post.choice(granted=False, way=Way.PROFILE, wish=Wish.PERSONALISATION))
    message = post.plan(post.planned(member, "one"))["one"]
    post.work_through(minutes=10)
    assert links_in(provider) == [MENU, ORDER]
    assert counted(post, message) == []


def test_a_prompt_for_the_till_is_read_out_and_so_has_no_short_link(
    database: Database, tmp_path: Path
) -> None:
    till = Provider("till", Channel.TILL)
    post = PostUnderTest(open_shop(database, tmp_path), [till])
    words = (variant("till", "zh-CN", "看 {{menu_link}}"), variant("till", "en", "{{menu_link}}"))
    post.template({**body(*words, purpose="service"), "links": {"menu_link": MENU}})
    sent(post, channels=(Channel.TILL,))
    assert links_in(till) == [MENU]


def test_a_message_that_is_tried_again_keeps_its_links(
    post: PostUnderTest, provider: Provider
) -> None:
    accepts = provider.reply
    provider.reply = lambda outgoing: Refused(code="busy", final=False)
    message = sent(post)
    before = links_in(provider)
    provider.reply = accepts
    post.work_through(minutes=5)
    assert links_in(provider) == before
    assert post.row(message).state == "accepted"
    assert len(counted(post, message)) == 2


def test_a_link_of_a_message_that_never_left_leads_nowhere(
    post: PostUnderTest, provider: Provider
) -> None:
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "one"))["one"]
    post.withdraw(member)
    post.work_through(minutes=10)
    assert (post.row(message).reason, provider.got) == ("no_consent", [])
    assert counted(post, message) == []


def test_a_link_ends_with_its_time_and_with_its_member(
    post: PostUnderTest, provider: Provider
) -> None:
    message = sent(post)
    menu = links_in(provider)[0]
    start = post.shop.now
    post.shop.now = Instant(start + LEADS_FOR)
    with pytest.raises(Refusal) as over:
        target(post, menu)
    post.shop.now = start
    member = post.row(message).member_id
    post.shop.database.write(lambda tx: tx.send(ERASE, erased=member, wrapped=None)).result()
    with pytest.raises(Refusal) as erased:
        target(post, menu)
    assert {over.value.code, erased.value.code} == {"message.link_unknown"}


def test_a_link_that_was_changed_or_guessed_is_known_for_none(
    post: PostUnderTest, provider: Provider
) -> None:
    sent(post)
    menu = links_in(provider)[0]
    token = urlsplit(menu).path.removeprefix("/l/")
    spoilt = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(24)]
    for one in (
        *spoilt,
        "",
        "x",
        token + "=",
        token[:-1],
        token + token,
        "茶" * 24,
        " " + token[1:],
    ):
        with pytest.raises(Refusal) as refused:
            locator_of(post.shop.vault, one)
        assert refused.value.code == "message.link_unknown"


def test_a_link_names_nobody(post: PostUnderTest, provider: Provider) -> None:
    message = sent(post)
    row = post.row(message)
    raw = b"".join(locator(post, one) for one in links_in(provider))
    assert row.member_id.bytes[:6] not in raw
    assert message.bytes[:6] not in raw


def test_counting_is_over_when_the_link_is_unknown(post: PostUnderTest) -> None:
    with pytest.raises(Refusal) as refused:
        post.shop.run(NoteClick(locator=b"0123456789"))
    assert refused.value.code == "message.link_unknown"


def test_a_link_works_for_as_long_as_it_says(post: PostUnderTest, provider: Provider) -> None:
    sent(post)
    menu = links_in(provider)[0]
    post.shop.now = Instant(post.shop.now + LEADS_FOR - timedelta(seconds=1))
    assert target(post, menu) == MENU


def test_the_funnel_counts_members_who_followed_a_link(
    post: PostUnderTest, provider: Provider
) -> None:
    shop = post.shop
    declared(shop, halves(control=0))
    members = [post.member(f"1380013800{number}") for number in range(3)]
    assigned(shop, members)

    def clicked() -> int | None:
        with shop.database.read() as read:
            found = funnels.of_programme(read, Asked(programme_id=PROGRAMME), now=shop.now)
        return next(one.members for one in found.whole.steps if one.step is Step.CLICKED)

    assert clicked() is None, "nobody can click what was not sent"
    post.plan(
        *[
            post.planned(who, f"m:{number}", campaign_id=PROGRAMME)
            for number, who in enumerate(members)
        ]
    )
    post.work_through(minutes=10)
    assert clicked() == 0, "three could have, and none did"
    menu, order = links_in(provider)
    click(post, menu)
    click(post, order)
    assert clicked() == 1
