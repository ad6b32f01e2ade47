"""Messages: written in both languages, tried on real members, looked after when one is in doubt."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.messaging.port import Answer, Outgoing, SendInDoubt
from tests.browser.conftest import OpenOffice, OpenShop
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
ZH = "【山野茶事】您有{{points}}积分，拒收请回复R"
EN = "You have {{points}} points. Reply STOP to opt out"


def cut(outgoing: Outgoing) -> Answer:
    """A provider whose answer never comes."""
    raise SendInDoubt("answer_cut")


def with_members(shop: ShopUnderTest) -> PostUnderTest:
    """One member who told her name, and one who told nothing."""
    post = PostUnderTest(shop, [Provider(reply=cut)])
    post.member("13800138000", name="王芳")
    post.member("13800138001")
    return post


def with_a_doubt(shop: ShopUnderTest) -> None:
    """A message of yesterday morning that nobody knows the end of."""
    morning = f"{(shop.now - timedelta(days=1)).date().isoformat()}T11:00:00+08:00"
    shop.now = Instant(instant_from_iso(morning))
    post = with_members(shop)
    post.template()
    post.plan(post.planned(post.member("13800138002"), "a"))
    post.work_through(minutes=10)


@BOTH
def test_a_message_is_written_in_both_languages_and_tried_on_members(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(with_members), language)
    office.first_sign_in(at="/office/messages")
    empty = office.say("还没有消息", "No messages yet")
    expect(office.page.get_by_role("heading", name=empty)).to_be_visible()
    office.is_accessible()
    office.link("写一条消息", "New message").click()
    office.field("中文名", "Name in Chinese").fill("积分提醒")
    office.field("英文名", "Name in English").fill("Points")
    chinese = office.field("短信 · 中文", "SMS · Chinese")
    english = office.field("短信 · 英文", "SMS · English")
    chinese.fill("{{name}}" + ZH)
    english.fill(EN)
    bare = office.say("请写明没有时写什么", "say what stands there instead")
    expect(office.part("variant").first).to_contain_text(bare)
    chinese.fill("您有{{points}}积分")
    expect(office.part("variant").first).to_contain_text(
        office.say("营销短信必须写明退订方式", "A marketing SMS has to say how to stop it")
    )
    chinese.fill(ZH)
    # The author reads names, not tags.
    points = office.say("{可用积分}", "{Points}")
    expect(chinese).to_have_value(ZH.replace("{{points}}", points))
    insert = office.say(
        "在“短信 · 英文”里插入会员信息", "Insert a member detail into SMS · English"
    )
    office.choose(insert, office.say("会员称呼", "Member's name"))
    expect(
        office.part("variant").nth(1).get_by_label(office.say("没有时写什么", "If not known, say"))
    ).to_have_value("friend")
    office.is_accessible()
    office.part("variant").nth(1).get_by_role("button", name=office.say("插入", "Insert")).click()
    name = office.say("{会员称呼：friend}", "{Member's name: friend}")
    expect(english).to_have_value(f"{EN.replace('{{points}}', points)} {name}")
    office.button("看看效果", "Show").click()
    preview = office.part("preview")
    expect(preview).to_contain_text("friend")
    expect(preview).to_contain_text("王芳")
    office.is_accessible()
    office.button("保存", "Save").click()
    expect(office.page.get_by_role("row").nth(1)).to_contain_text(office.say("积分提醒", "Points"))
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_a_message_in_doubt_is_settled_and_channels_say_what_they_lack(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(with_a_doubt), language)
    office.first_sign_in(at="/office/messages/outbox")
    unknown = office.say("结果不明", "Outcome unknown")
    expect(office.part("tally")).to_contain_text(unknown)
    office.is_accessible()
    office.button("看经过", "View").click()
    # The member reads Chinese, whatever language the office has.
    expect(office.part("message")).to_contain_text("积分")
    expect(office.part("proof")).to_contain_text(office.say("会员同意", "The member agreed"))
    office.is_accessible()
    office.page.keyboard.press("Escape")
    office.button("算作已发", "Count as sent").click()
    dialog = office.page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill("provider had it")
    dialog.get_by_role("button", name=office.say("算作已发", "Count as sent")).click()
    none = office.say("没有要处理的消息", "Nothing waits for you")
    expect(office.page.get_by_role("heading", name=none)).to_be_visible()
    expect(office.part("tally")).not_to_contain_text(unknown)
    office.link("渠道", "Channels").click()
    channels = office.part("channels")
    expect(channels).to_contain_text("REGULARS_SMTP_URL")
    expect(channels).to_contain_text(office.say("可以用", "Ready"))
    office.is_accessible()
    office.undisturbed()
