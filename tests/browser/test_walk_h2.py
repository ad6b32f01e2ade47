"""Walk H2: who spent much and stays away is found, invited with a coupon by somebody else's word, and a
week later the page says who came for it, beside those who got nothing."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from regulars.domain.insights.assignment import CONTROL
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.permissions import Role
from regulars.storage import assignments
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office, new_office
from tests.browser.running import RunningShop
from tests.browser.staffing import add_person
from tests.journeys import AUTHOR, SECOND, Walk
from tests.measuring import costed
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
MARKETER = "chenxi"
CAMPAIGN = named("campaign:come_back")
AWAY_DAYS = 40
MEMBERS, SILENT, SMALL = 40, 6, 5
NOON = 12
DEAR_AND_AWAY = {
    "kind": "all",
    "parts": [
        {"kind": "compare", "field": "spent", "is": "at_least", "value": 6_000},
        {"kind": "compare", "field": "days_since_visit", "is": "at_least", "value": 30},
    ],
}


class Given(NamedTuple):
    """A coupon and whose it is."""

    id: UUID
    member_id: UUID


_GIVEN = Statement(
    select(coupon.c.id, coupon.c.member_id).where(coupon.c.type_id == named("coupon_type:TEN")),
    Given,
)


def guests(shop: ShopUnderTest) -> list[UUID]:
    """Forty who spent much 40 days ago, six of whom were never asked whether they may be texted;
    five who spent little then, and one who came yesterday."""
    now = shop.now
    shop.now = Instant(now - timedelta(days=AWAY_DAYS))
    post = PostUnderTest(shop, [Provider()])
    post.template()
    costed(shop, 600)
    dear = [post.member(f"138{at:08d}", allows=at >= SILENT) for at in range(MEMBERS)]
    for member in dear:
        shop.run(shop.sale([shop.line("gift_box")], member=member, cash=6_000))
    for at in range(SMALL):
        little = shop.join(f"139{at:08d}")
        shop.run(shop.sale([shop.line("egg_tart")], member=little, cash=800))
    shop.now = Instant(now - timedelta(days=1))
    lately = shop.join("13700000000")
    shop.run(shop.sale([shop.line("gift_box")], member=lately, cash=6_000))
    shop.now = now
    return dear


def before(shop: ShopUnderTest) -> None:
    """The guests, and a marketer of head office."""
    guests(shop)
    add_person(shop, MARKETER, Role.MARKETER, ("organisation", UUID(int=0)))


def a_week_later(shop: ShopUnderTest) -> None:
    """The campaign went out eight days ago, and some came with its coupon."""
    now = shop.now
    guests(shop)
    begins = now.date() - timedelta(days=8)
    shop.now = Instant(now - timedelta(days=9))
    walk = Walk(PostUnderTest(shop, [Provider()]))
    segment_id = walk.segment("dear_and_away", DEAR_AND_AWAY)
    definition = {
        "aim": "come_back",
        "segment_id": str(segment_id),
        "starts_on": begins.isoformat(),
        "ends_on": (begins + timedelta(days=6)).isoformat(),
        "minute": NOON * 60,
        "budget_minor": 100_000,
        "control": 1_000,
        "gift": {"gift": {"coupon_types": ["TEN"]}, "cost_minor": 1_000},
        "message": {"template": "back", "channels": ["sms"], "valid_minutes": 2_880},
    }
    label = Label("老友归来", "Old friends")
    shop.run(SaveCampaign(id=CAMPAIGN, seen=0, name=label, definition=definition), actor=AUTHOR)
    shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)
    shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)
    walk.later(days=2)
    walk.post.work_through(minutes=20)
    come_back(shop)
    shop.now = now


def come_back(shop: ShopUnderTest) -> None:
    """Every third who was given a coupon uses it."""
    with shop.database.read() as read:
        given = read.all(_GIVEN)
    coupons = {one.member_id: one.id for one in given}
    for at, member in enumerate(sorted(coupons)):
        if at % 3 == 0:
            lines = [shop.line("mango_ice", quantity=2)]
            choices = Choices(coupons=(coupons[member],))
            shop.run(shop.sale(lines, member=member, cash=3_400, choices=choices))


def found(office: Office) -> None:
    """The segment, built condition by condition, counted, saved and filled."""
    page = office.page
    office.first_sign_in(MARKETER, at="/office/segments/new")
    office.field("中文名", "Name in Chinese").fill("高价值，30天没来")
    office.field("英文名", "Name in English").fill("High value, away 30 days")
    for at, (chinese, english, value) in enumerate(
        (("累计消费额", "Total spent", "60"), ("多少天没来", "Days since the last visit", "30"))
    ):
        office.part("add-leaf").first.click()
        leaf = office.part("leaf").nth(at)
        looked_at = office.say("看什么", "What is looked at")
        office.choose(looked_at, office.say(chinese, english), within=leaf)
        leaf.locator('[data-test="value"]').fill(value)
    expect(office.part("size")).to_have_text(str(MEMBERS))
    office.is_accessible()
    office.button("保存", "Save").click()
    name = office.say("高价值，30天没来", "High value, away 30 days")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(office.part("size")).to_have_text(str(MEMBERS))


def planned(office: Office) -> None:
    """The campaign: whom it may reach is told before it is saved, and another person is asked."""
    page = office.page
    page.goto("/office/campaigns/new")
    office.field("中文名", "Name in Chinese").fill("老友归来周")
    office.field("英文名", "Name in English").fill("Old friends' week")
    name = office.say("高价值，30天没来", "High value, away 30 days")
    sized = office.say(f"{name}（{MEMBERS}人）", f"{name} ({MEMBERS})")
    office.choose(office.say("人群", "Audience"), sized)
    office.choose(office.say("消息模板", "Message"), office.say("老友归来", "Come back"))
    reached = office.say(
        f"人群 {MEMBERS} 人，其中 {MEMBERS - SILENT} 人同意接收营销消息；另外 {SILENT} 人没同意",
        f"Of {MEMBERS} members {MEMBERS - SILENT} have agreed to offers this way; the other {SILENT}",
    )
    expect(office.part("reach")).to_contain_text(reached)
    office.field("对照组（%）", "Control group (%)").fill("10")
    page.get_by_text(
        office.say("送礼（券、积分、赠送金）", "Give something (coupons, points, bonus money)")
    ).click()
    coupons = page.get_by_role("combobox", name=office.say("送券", "Coupons"), exact=True)
    page.locator(".el-select", has=coupons).click()
    page.get_by_role("option", name=office.say("立减10元", "10 off"), exact=True).click()
    page.keyboard.press("Escape")
    cost = office.say("每份最高成本", "Most that one may cost")
    page.get_by_role("textbox", name=cost, exact=True).fill("10")
    office.field("预算上限", "Budget").fill("500")
    office.is_accessible()
    office.button("保存", "Save").click()
    expect(office.part("plan")).to_contain_text("10%")
    office.button("提交审批", "Submit for approval").click()
    office.part("yes").click()
    waits = office.say("要由另一个人同意", "somebody else has to agree")
    expect(page.locator("main [role=status]")).to_contain_text(waits)
    expect(office.button("同意", "Agree")).to_have_count(0)


@BOTH
def test_who_stays_away_is_found_counted_and_invited_by_two(
    shop_server: OpenShop, office_at: OpenOffice, browser: Browser, language: str
) -> None:
    shop: RunningShop = shop_server(before)
    marketer = office_at(shop, language)
    found(marketer)
    planned(marketer)
    owner = new_office(browser, shop, language)
    owner.first_sign_in(at="/office/approvals")
    name = owner.say("老友归来周", "Old friends' week")
    waiting = owner.part("waiting-campaign")
    expect(waiting).to_contain_text(MARKETER)
    expect(waiting).to_contain_text("¥500.00")
    yes = owner.say(f"同意“{name}”", f"Approve {name}")
    waiting.get_by_role("button", name=yes, exact=True).click()
    owner.part("yes").click()
    expect(waiting).to_have_count(0)
    owner.is_accessible()
    owner.undisturbed()
    owner.page.context.close()
    marketer.page.reload()
    chip = marketer.page.locator("main .chip").first
    expect(chip).to_have_text(marketer.say("已同意", "Agreed"))
    # Forty times ten yuan at most, set aside before anybody gets one.
    expect(marketer.part("money")).to_contain_text("¥400.00")
    marketer.undisturbed()


def step(office: Office, chinese: str, english: str) -> Locator:
    """How many came so far in the funnel."""
    head = office.page.get_by_role("rowheader", name=office.say(chinese, english), exact=True)
    return office.part("funnel").get_by_role("row").filter(has=head).get_by_role("cell").first


@BOTH
def test_a_week_later_the_page_says_who_came_beside_those_who_got_nothing(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(a_week_later)
    programme = journey_id_of(CAMPAIGN)
    with shop.read() as database, database.read() as read:
        members = [one.member_id for one in read.all(_GIVEN)]
        arms = assignments.assigned_among(read, programme, members)
    assert members
    assert all(one.arm != CONTROL for one in arms.values())
    invited, redeemed = len(members), (len(members) + 2) // 3
    office = office_at(shop, language)
    office.first_sign_in(at=f"/office/campaigns/{CAMPAIGN}/results")
    expect(step(office, "受邀", "Invited")).to_have_text(str(invited))
    expect(step(office, "核销", "Redeemed")).to_have_text(str(redeemed))
    expect(step(office, "消费", "Bought")).to_have_text(str(redeemed))
    # 34.00 each, less the tax in it.
    expect(office.part("funnel")).to_contain_text(f"¥{redeemed * 3_208 / 100:,.2f}")
    arm = office.part("measurement").get_by_role("row")
    held_out = arm.filter(has_text=office.say("对照组", "Control"))
    expect(held_out).to_contain_text(str(MEMBERS - invited))
    verdict = office.say("还看不出来", "Cannot tell yet")
    expect(office.part("measurement")).to_contain_text(verdict)
    office.is_accessible()
    office.undisturbed()
    shop.ledger_is_clean()
