"""Approvals: a second person reads what is given and what it costs, and says yes or no."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import local
from regulars.domain.loyalty.gift import Gift
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import EVERYWHERE
from regulars.use_cases.campaigns import SaveCampaign, SubmitCampaign
from regulars.use_cases.ready_journeys import SwitchOn, id_of
from regulars.use_cases.segments import SaveSegment
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.running import OWNER
from tests.journeys import Walk
from tests.messaging import PostUnderTest
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
APPROVALS = "/office/approvals"
WHY = "预算砍一半再提交"
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
SELF = Actor(
    kind=ActorKind.STAFF,
    id=named(f"staff:{OWNER}"),
    permissions=frozenset(Permission),
    scope=EVERYWHERE,
)


def a_campaign(shop: ShopUnderTest) -> None:
    """周年庆 waits: 50 points for each of three members, from the day after tomorrow on, of which the
    budget pays two. 林娜 submitted it."""
    post = PostUnderTest(shop, [])
    for number in range(3):
        post.member(f"1380013800{number}")
    segment, campaign = named("segment:everybody"), named("campaign:anniversary")
    name = Label("所有人", "Everybody")
    shop.run(SaveSegment(id=segment, seen=0, name=name, condition=EVERYBODY))
    Walk(post).judge()
    begins = local(shop.now, "Asia/Shanghai").date() + timedelta(days=2)
    definition = {
        "aim": "thank",
        "segment_id": str(segment),
        "starts_on": begins.isoformat(),
        "ends_on": (begins + timedelta(days=6)).isoformat(),
        "minute": 720,
        "budget_minor": 1_000,
        "control": 1_000,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
        "message": None,
    }
    shown = Label("周年庆", "Anniversary")
    shop.run(SaveCampaign(id=campaign, seen=0, name=shown, definition=definition))
    shop.run(SubmitCampaign(id=campaign, seen=1), actor=SELF)


def two_wait(shop: ShopUnderTest) -> None:
    """A campaign, and a ready journey with a gift."""
    a_campaign(shop)
    shop.run(SwitchOn(code="big_bill", gift=Gift(points=50), cost_minor=500))


@BOTH
def test_what_waits_is_read_agreed_to_and_declined(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(two_wait), language)
    office.first_sign_in(at=APPROVALS)
    campaign, journey = office.part("waiting-campaign"), office.part("waiting-journey")
    anniversary = office.say("周年庆", "Anniversary")
    for text in (
        anniversary,
        "林娜",
        office.say("预算¥10.00", "Budget¥10.00"),
        office.say("目前人数3", "Members now3"),
        office.say("最多花费¥15.00", "Costs at most¥15.00"),
        office.say("只预留 ¥10.00", "¥10.00 is set aside"),
        office.say("50 积分", "50 points"),
        office.say("所有人", "Everybody"),
        office.say("这是你做的或提交的", "You made or submitted this"),
    ):
        expect(campaign).to_contain_text(text)
    expect(journey).to_contain_text(office.say("第一次上线", "goes live for the first time"))
    # Nobody agrees to what she submitted herself.
    own = office.say(f"同意“{anniversary}”", f"Approve {anniversary}")
    expect(campaign.get_by_role("button", name=own, exact=True)).to_have_count(0)
    office.is_accessible()

    dessert = office.say("同意“单笔满三百送甜品”", "Approve A bill of 300 earns dessert")
    journey.get_by_role("button", name=dessert, exact=True).click()
    office.part("yes").click()
    expect(journey).to_have_count(0)
    back = office.say(f"退回“{anniversary}”", f"Send {anniversary} back")
    campaign.get_by_role("button", name=back, exact=True).click()
    dialog = office.page.get_by_role("dialog")
    send = dialog.get_by_role("button", name=office.say("退回", "Send back"), exact=True)
    reason = dialog.get_by_label(office.say("原因", "Reason"))
    reason.fill("  ")
    expect(send).to_be_disabled()
    reason.fill(WHY)
    office.is_accessible()
    send.click()
    empty = office.say("没有等待审批的内容", "Nothing waits for approval")
    expect(office.page.get_by_role("heading", name=empty)).to_be_visible()
    office.is_accessible()

    # Whoever submitted it reads who sent it back, when and why, and can go on with it.
    office.page.goto(f"/office/campaigns/{named('campaign:anniversary')}")
    declined = office.part("declined")
    expect(declined).to_contain_text(office.say("被林娜退回", "Sent back by 林娜"))
    expect(declined).to_contain_text(WHY)
    expect(office.button("提交审批", "Submit for approval")).to_be_visible()
    office.is_accessible()
    office.page.goto("/office/audit?about=campaign")
    expect(office.page.get_by_role("row").nth(1)).to_contain_text(WHY)
    office.undisturbed()


@BOTH
def test_a_version_that_is_sent_back_says_so_on_its_journey(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(two_wait), language)
    office.first_sign_in(at=APPROVALS)
    dessert = office.say("单笔满三百送甜品", "A bill of 300 earns dessert")
    journey = office.part("waiting-journey")
    back = office.say(f"退回“{dessert}”", f"Send {dessert} back")
    journey.get_by_role("button", name=back, exact=True).click()
    dialog = office.page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill(WHY)
    dialog.get_by_role("button", name=office.say("退回", "Send back"), exact=True).click()
    expect(journey).to_have_count(0)
    office.page.goto(f"/office/journeys/{id_of('journey', 'big_bill')}")
    expect(office.part("declined")).to_contain_text(WHY)
    # What was sent back by mistake can be published as it is.
    expect(office.button("提交审批", "Submit for approval")).to_be_visible()
    office.is_accessible()
    office.page.goto(f"/office/journeys/{id_of('journey', 'big_bill')}/versions")
    expect(office.part("versions")).to_contain_text(WHY)
    office.is_accessible()
    office.undisturbed()
