"""Campaigns: a ready journey switched on in one step, a campaign made, agreed to, measured, ended."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.label import Label
from regulars.storage import assignments
from regulars.use_cases.campaigns import SaveCampaign, SubmitCampaign
from regulars.use_cases.ready_journeys import id_of
from tests.browser.conftest import OpenOffice, OpenShop
from tests.journeys import AUTHOR, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
CAMPAIGN = named("campaign:anniversary")
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}


def with_everybody(shop: ShopUnderTest) -> Walk:
    """A shop with a message, three members and a segment that holds them."""
    walk = Walk(PostUnderTest(shop, [Provider()]))
    walk.post.template()
    for last in range(3):
        walk.post.member(f"1380013800{last}")
    walk.segment("everybody", EVERYBODY)
    return walk


def with_a_campaign(shop: ShopUnderTest) -> None:
    """A campaign of somebody else's that waits for a second person."""
    walk = with_everybody(shop)
    begins = shop.now.date() + timedelta(days=2)
    definition = {
        "aim": "thank",
        "segment_id": str(named("segment:everybody")),
        "starts_on": begins.isoformat(),
        "ends_on": (begins + timedelta(days=6)).isoformat(),
        "minute": 720,
        "budget_minor": 10_000,
        "control": 1_000,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
        "message": {"template": "back", "channels": ["sms"], "valid_minutes": 2_880},
    }
    label = Label("周年庆", "Anniversary")
    command = SaveCampaign(id=CAMPAIGN, seen=0, name=label, definition=definition)
    walk.shop.run(command, actor=AUTHOR)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)


@BOTH
def test_the_win_back_is_switched_on_with_a_control_group_in_one_step(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server()
    office = office_at(shop, language)
    office.first_sign_in(at="/office/campaigns")
    empty = office.say("还没有营销活动", "No campaigns yet")
    expect(office.page.get_by_role("heading", name=empty)).to_be_visible()
    office.is_accessible()
    office.link("现成旅程", "Ready journeys").click()
    expect(office.part("ready").first).to_be_visible()
    office.is_accessible()
    office.button("打开“老友归来”", "Switch on Old friends come back").click()
    dialog = office.part("switch-on")
    expect(dialog.get_by_label(office.say("对照组（%）", "Control group (%)"))).to_have_value("10")
    office.is_accessible()
    dialog.get_by_role("button", name=office.say("打开", "Switch on"), exact=True).click()
    name = office.say("老友归来", "Old friends come back")
    expect(office.page.get_by_role("heading", level=1)).to_have_text(name)
    expect(office.part("steps").get_by_role("listitem").first).to_be_visible()
    office.is_accessible()
    office.link("效果", "Results").click()
    expect(office.part("measurement")).to_be_visible()
    expect(office.page.locator("main [role=status]")).to_have_count(0)
    office.is_accessible()
    with shop.read() as database, database.read() as read:
        (policy,) = assignments.policies_of(read, id_of("journey", "come_back"))
    assert policy.design.control == 1_000
    office.page.goto("/office/campaigns/ready")
    expect(office.link("去看“老友归来”", "See Old friends come back")).to_be_visible()
    office.undisturbed()


def test_a_campaign_is_made_submitted_and_waits_for_somebody_else(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(with_everybody), "zh-CN")
    office.first_sign_in(at="/office/campaigns/new")
    office.field("中文名", "Name in Chinese").fill("周年庆")
    office.field("英文名", "Name in English").fill("Anniversary")
    office.field("预算上限", "Budget").fill("一百")
    office.button("保存", "Save").click()
    errors = office.page.locator(".el-form-item.is-error")
    expect(errors.filter(has_text=office.say("请选择人群", "Choose an audience"))).to_be_visible()
    expect(errors.filter(has_text=office.say("请填写预算", "Enter the budget"))).to_be_visible()
    office.choose(office.say("人群", "Audience"), "everybody（3人）")
    office.choose(office.say("消息模板", "Message"), office.say("老友归来", "Come back"))
    office.field("预算上限", "Budget").fill("100")
    office.is_accessible()
    office.button("保存", "Save").click()
    expect(office.part("plan")).to_contain_text("everybody")
    office.is_accessible()
    office.button("提交审批", "Submit for approval").click()
    office.part("yes").click()
    waits = office.say("要由另一个人同意", "somebody else has to agree")
    expect(office.page.locator("main [role=status]")).to_contain_text(waits)
    expect(office.button("同意", "Agree")).to_have_count(0)
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_somebody_elses_campaign_is_agreed_to_measured_copied_and_ended(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(with_a_campaign), language)
    office.first_sign_in(at=f"/office/campaigns/{CAMPAIGN}")
    expect(office.part("plan")).to_contain_text(office.say("50 积分", "50 points"))
    office.button("同意", "Agree").click()
    office.part("yes").click()
    expect(office.part("money")).to_contain_text("¥15.00")
    office.is_accessible()
    office.link("效果", "Results").click()
    expect(office.part("measurement")).to_be_visible()
    expect(office.part("tally")).to_be_visible()
    office.is_accessible()
    office.button("结束活动", "End campaign").click()
    office.part("yes").click()
    expect(office.page.locator("main .chip").first).to_have_text(office.say("已结束", "Ended"))
    office.link("复制成新活动", "Copy").click()
    expect(office.field("中文名", "Name in Chinese")).to_have_value("周年庆")
    expect(office.button("保存", "Save")).to_be_enabled()
    office.is_accessible()
    office.undisturbed()
