"""Journeys: drawn by mouse or by keyboard, agreed to by a second person, tried on the past, stopped."""

from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenOffice, OpenShop
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
JOURNEY = named("journey:back")
TABS = (
    ("效果", "Results"),
    ("版本", "Versions"),
    ("试算", "Trials"),
    ("会员", "Members"),
    ("步骤", "Steps"),
)


def drawn(shop: ShopUnderTest) -> Walk:
    """A journey that writes and then ends, saved as a draft."""
    walk = Walk(PostUnderTest(shop, [Provider()]))
    walk.post.template()
    walk.post.member("13800138000")
    walk.save("back", walk.drawing({"write": walk.message("end"), "end": EXIT}))
    return walk


def proposed(shop: ShopUnderTest) -> None:
    """The same, published by somebody else."""
    drawn(shop).publish(JOURNEY, 1)


def live(shop: ShopUnderTest) -> None:
    """The same, live, with a member who waits a day before she is written to."""
    walk = Walk(PostUnderTest(shop, [Provider()]))
    walk.post.template()
    steps = {"day": walk.wait(1_440, "write"), "write": walk.message("end"), "end": EXIT}
    walk.live("back", walk.drawing(steps))
    walk.enter(JOURNEY, walk.post.member("13800138000", name="王芳"))
    walk.on()


def at(journey_id: UUID, rest: str = "") -> str:
    """The address of a journey's page."""
    return f"/office/journeys/{journey_id}{rest}"


@BOTH
def test_a_journey_is_drawn_as_a_list_saved_and_submitted(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(lambda shop: PostUnderTest(shop, []).template()), language)
    office.first_sign_in(at="/office/journeys")
    empty = office.say("还没有旅程", "No journeys yet")
    expect(office.page.get_by_role("heading", name=empty)).to_be_visible()
    office.is_accessible()
    office.page.goto("/office/journeys/new?view=list")
    office.field("中文名", "Name in Chinese").fill("欢迎")
    office.field("英文名", "Name in English").fill("Welcome")
    office.button("加一个触发条件", "Add a trigger").click()
    office.choose(office.say("在最前面加一步", "Add a first step"), office.say("发消息", "Message"))
    drawer = office.part("step")
    expect(drawer.get_by_role("alert").first).to_be_visible()
    office.is_accessible()
    office.choose(office.say("消息模板", "Message"), office.say("老友归来", "Come back"))
    expect(drawer.get_by_role("alert")).to_have_count(0)
    drawer.get_by_role("button", name=office.say("等待", "Wait"), exact=True).click()
    expect(office.page.get_by_role("dialog")).to_contain_text(office.say("2 · 等待", "2 · Wait"))
    drawer.get_by_role("button", name=office.say("好了", "Done"), exact=True).click()
    expect(office.part("steps").get_by_role("button")).to_have_count(3)
    office.is_accessible()
    office.button("保存草稿", "Save draft").click()
    name = office.say("欢迎", "Welcome")
    expect(office.page.get_by_role("heading", level=1)).to_have_text(name)
    office.button("提交审批", "Submit for approval").click()
    office.is_accessible()
    publish = office.part("publish")
    publish.get_by_role("button", name=office.say("提交审批", "Submit for approval")).click()
    waits = office.say("要由另一个人同意", "somebody else has to agree")
    expect(office.page.locator("main [role=status]")).to_contain_text(waits)
    office.undisturbed()


@BOTH
def test_a_step_is_drawn_on_the_canvas_with_its_fault_and_tried_on_the_past(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(drawn), language)
    office.first_sign_in(at=at(JOURNEY, "/edit"))
    steps = office.part("canvas").locator(".vue-flow__node")
    expect(steps).to_have_count(2)
    office.is_accessible()
    steps.first.click()
    drawer = office.part("step")
    expect(drawer).to_be_visible()
    drawer.get_by_role("button", name=office.say("送礼", "Gift"), exact=True).click()
    drawer.get_by_role("button", name=office.say("好了", "Done"), exact=True).click()
    expect(steps).to_have_count(3)
    expect(office.part("canvas")).to_contain_text(
        office.say("请选择要送的东西", "Choose what is given")
    )
    expect(office.button("保存草稿", "Save draft")).to_be_disabled()
    gift = office.part("canvas").get_by_role("group", name=office.say("2 · 送礼", "2 · Gift"))
    gift.focus()
    office.page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    drawer.get_by_label(office.say("送积分", "Points"), exact=True).fill("50")
    drawer.get_by_role("button", name=office.say("好了", "Done"), exact=True).click()
    office.button("保存草稿", "Save draft").click()
    expect(office.part("steps").get_by_role("listitem").nth(0)).to_be_visible()
    office.link("试算", "Trials").click()
    office.button("开始试算", "Start trial").click()
    trial = office.part("trial")
    expect(trial).to_have_count(1)
    expect(office.part("found")).to_contain_text(office.say("会员", "Members"))
    expect(trial.get_by_role("progressbar")).to_have_count(0)
    office.is_accessible()
    office.undisturbed()


def test_somebody_elses_journey_is_agreed_to_paused_resumed_and_ended_for_good(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(proposed), "en")
    office.first_sign_in(at=at(JOURNEY))
    chip = office.page.locator("main .chip").first
    for chinese, english, state_zh, state_en in (
        ("同意上线", "Agree", "运行中", "Live"),
        ("暂停", "Pause", "已暂停", "Paused"),
        ("继续", "Resume", "运行中", "Live"),
        ("结束旅程", "End journey", "已结束", "Ended"),
    ):
        office.button(chinese, english).click()
        office.is_accessible()
        office.part("yes").click()
        expect(chip).to_have_text(office.say(state_zh, state_en))
    expect(office.part("steps").get_by_role("listitem").first).to_be_visible()
    expect(office.link("修改", "Edit")).to_have_count(0)
    expect(office.button("提交审批", "Submit for approval")).to_have_count(0)
    office.undisturbed()


@BOTH
def test_every_tab_of_a_live_journey_tells_where_its_members_are_and_who(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(live), language)
    office.first_sign_in(at=at(JOURNEY))
    expect(office.part("steps")).to_contain_text(office.say("1人在这里", "1 here"))
    expect(office.button("提交审批", "Submit for approval")).to_have_count(0)
    tabs = office.page.get_by_role("navigation", name=office.say("分类查看", "Sections"))
    for chinese, english in TABS:
        tab = tabs.get_by_role("link", name=office.say(chinese, english), exact=True)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")
        expect(office.page.locator("main [aria-busy=true]")).to_have_count(0)
        office.is_accessible()
    tabs.get_by_role("link", name=office.say("会员", "Members"), exact=True).click()
    table = office.part("on-their-way")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("row").nth(1)).to_contain_text("王芳")
    expect(table.get_by_role("row").nth(1)).to_contain_text(office.say("1 · 等待", "1 · Wait"))
    table.get_by_role("button", name=office.say("看经过", "View steps")).click()
    expect(office.part("run").get_by_role("listitem")).to_have_count(1)
    expect(office.part("run")).to_contain_text(office.say("1 · 等待", "1 · Wait"))
    expect(office.part("run").get_by_role("link")).to_contain_text("王芳")
    office.is_accessible()
    office.undisturbed()


def test_a_new_version_says_where_those_on_their_way_go(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(live), "zh-CN")
    office.first_sign_in(at=at(JOURNEY, "/edit?view=list"))
    office.part("steps").get_by_role("button").first.click()
    office.part("step").get_by_role(
        "button", name=office.say("删除这一步", "Remove step"), exact=True
    ).click()
    office.button("保存草稿", "Save draft").click()
    office.button("提交审批", "Submit for approval").click()
    publish = office.part("publish")
    expect(publish.get_by_role("alert")).to_be_visible()
    publish.locator(".el-select__wrapper").click()
    office.page.get_by_role("option", name=office.say("结束旅程", "End their journey")).click()
    expect(office.part("landings").get_by_role("listitem")).to_have_count(1)
    office.is_accessible()
    publish.get_by_role("button", name=office.say("提交审批", "Submit for approval")).click()
    waits = office.say("要由另一个人同意", "somebody else has to agree")
    expect(office.page.locator("main [role=status]")).to_contain_text(waits)
    office.undisturbed()
