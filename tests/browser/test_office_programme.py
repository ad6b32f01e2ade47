"""Programmes: made, changed by a new version, stopped; and what they leave to be done."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import IdentityKind
from regulars.jobs.referrals import REFERRALS
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.referrals import code_of
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.rewarding import TERMS, running
from tests.inviting import FRIENDS, start, work
from tests.shops import ShopUnderTest

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
SAVE = ("保存", "Save")
TABS = (
    ("积分商城待领取", "To be picked up"),
    ("老带新审核", "Referrals to judge"),
    ("拼团待退款", "Group refunds"),
    ("会员活动", "Programmes"),
)
EVERY_KIND = ("check_in", "task", "draw", "mall_item", "pass", "referral", "group_buy", "survey")


def open_programme(office: Office, chinese: str, english: str) -> None:
    """Open a programme from the list."""
    office.page.goto("/office/programme")
    office.page.get_by_role("row").get_by_role(
        "link", name=office.say(chinese, english), exact=True
    ).click()


@BOTH
def test_everything_that_runs_is_listed_in_a_sentence_and_a_draw_proves_itself(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(running, terms=TERMS), language)
    office.first_sign_in(at="/office/programme")
    page = office.page
    expect(page.get_by_role("row")).to_have_count(9)
    mug = page.get_by_role("row").filter(has_text=office.say("马克杯", "Mug")).first
    expect(mug).to_contain_text(office.say("80 积分换 马克杯", "Mug for 80 points"))
    page.screenshot(path=tmp_path / f"programmes-{language}.png")
    for chinese, english in TABS:
        link = page.get_by_role("main").get_by_role("navigation").get_by_role("link")
        link.filter(has_text=office.say(chinese, english)).click()
        title = office.say(chinese, english)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        office.is_accessible()

    open_programme(office, "幸运转盘", "Lucky wheel")
    expect(office.part("odds")).to_contain_text("9 / 10" if language == "zh-CN" else "9 in 10")
    expect(office.part("draw")).to_contain_text("90")
    office.button("重算全部抽奖", "Recompute every draw").click()
    good = office.say("0 次抽奖全部重算无误", "All 0 draws were recomputed and agree")
    expect(office.part("draw-audit")).to_contain_text(good)
    office.is_accessible()
    office.page.screenshot(path=tmp_path / f"draw-{language}.png", full_page=True)
    office.undisturbed()


def test_each_kind_has_an_editor_of_its_own(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at="/office/programme/new")
    for kind in EVERY_KIND:
        office.page.goto(f"/office/programme/new/{kind}")
        expect(office.part("definition")).to_be_visible()
        adds = office.part("definition").get_by_role("button").filter(has_text="Add").all()
        for add in adds:
            add.click()
        office.is_accessible()
        if adds:
            office.button("", "Undo changes").click()
            expect(office.button(*SAVE)).to_be_disabled()
    office.undisturbed()


def test_a_check_in_is_made_corrected_at_its_part_and_stopped(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "zh-CN")
    office.first_sign_in(at="/office/programme/new")
    page = office.page
    office.is_accessible()
    office.link("签到", "Check-in").click()
    office.field("中文名", "Name in Chinese").fill("天天签到")
    office.field("英文名", "Name in English").fill("Every day")
    office.field("几天一轮", "Days of a round").fill("1")
    office.button(*SAVE).click()
    told = office.say("要在 2 到 366 之间", "must be between 2 and 366")
    expect(office.part("definition").locator(".el-form-item.is-error")).to_contain_text(told)
    office.field("几天一轮", "Days of a round").fill("5")
    office.button(*SAVE).click()
    expect(page.get_by_text(office.say("第 1 版", "version 1"))).to_be_visible()
    office.is_accessible()
    office.field("几天一轮", "Days of a round").fill("7")
    office.button(*SAVE).click()
    expect(page.get_by_text(office.say("第 2 版", "version 2"))).to_be_visible()
    office.button("停止活动", "Stop the programme").click()
    page.get_by_role("dialog").locator('[data-test="yes"]').click()
    expect(office.button("停止活动", "Stop the programme")).to_have_count(0)
    page.goto("/office/programme?phase=ended")
    expect(page.get_by_role("row")).to_have_count(2)
    office.undisturbed()


def test_the_second_of_two_editors_of_a_programme_decides(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(running, terms=TERMS), "en")
    office.first_sign_in(at="/office/programme")
    name = ("中文名", "Name in Chinese")
    open_programme(office, "天天签到", "Daily check-in")
    office.field(*name).fill("每日签到")
    colleague = Office(office.page.context.new_page(), "en")
    open_programme(colleague, "天天签到", "Daily check-in")
    colleague.field(*name).fill("签到有礼")
    colleague.button(*SAVE).click()
    second = office.say("第 2 版", "version 2")
    expect(colleague.page.get_by_text(second)).to_be_visible()

    office.button(*SAVE).click()
    clash = office.part("clash")
    expect(clash).to_contain_text("签到有礼")
    expect(clash).to_contain_text("每日签到")
    office.is_accessible()
    clash.get_by_role("button", name=office.say("用我的保存", "Save mine")).click()
    expect(office.page.get_by_text(office.say("第 3 版", "version 3"))).to_be_visible()
    office.undisturbed()
    colleague.undisturbed()


def mug_ordered(shop: ShopUnderTest) -> None:
    """A member ordered a mug for points and will fetch it."""
    ids = running(shop)
    command = OrderFromMall(
        id=shop.new_id(),
        programme_id=ids["马克杯"],
        member_id=shop.join("13912345678"),
        store_id=shop.store_id,
    )
    shop.run(command)


def test_what_was_ordered_for_points_is_handed_over(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(mug_ordered, terms=TERMS), "zh-CN")
    office.first_sign_in(at="/office/programme/waiting")
    page = office.page
    expect(page.get_by_role("row")).to_have_count(2)
    office.is_accessible()
    mug = office.say("马克杯", "Mug")
    office.button(f"把“{mug}”交给客人", f"Hand over {mug}").click()
    page.get_by_role("dialog").locator('[data-test="yes"]').click()
    nothing = office.say("没有等待领取的东西", "Nothing to be picked up")
    expect(page.get_by_role("heading", name=nothing)).to_be_visible()
    office.undisturbed()


def friends_in_a_rush(shop: ShopUnderTest) -> None:
    """Three friends of one member joined at one till within an hour, and stayed."""
    today = shop.now
    shop.now = Instant(today - timedelta(days=20))
    start(shop, "referral", {**FRIENDS, "rush_max": 2})
    inviter = shop.join("13800138000")
    with shop.database.read() as read:
        code = code_of(read, shop.vault, inviter)
    for last in range(3):
        phone = IdentityText(kind=IdentityKind.PHONE, text=f"1390013900{last}")
        friend = JoinMember(
            member_id=shop.new_id(),
            store_id=shop.store_id,
            identities=(phone,),
            referral_code=code,
        )
        shop.run(friend)
        shop.run(shop.sale([shop.line("milk_tea")], member=friend.member_id, cash=1_800))
    work(shop, REFERRALS)
    shop.pass_time(days=15)
    work(shop, REFERRALS)
    shop.now = today


def test_a_referral_that_was_held_back_is_judged_by_its_evidence(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(friends_in_a_rush), "en")
    office.first_sign_in(at="/office/programme/referrals")
    page = office.page
    rows = page.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text(
        office.say("一小时内有 3 人在同一台收银机入会", "3 joined at one till within an hour")
    )
    office.is_accessible()
    rows.nth(1).get_by_role("button", name=office.say("发奖励", "Release"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill("都是同学")
    office.is_accessible()
    dialog.get_by_role("button", name=office.say("发奖励", "Release"), exact=True).click()
    expect(rows).to_have_count(3)
    rows.nth(1).get_by_role("button", name=office.say("不给奖励", "Reject"), exact=True).click()
    dialog.get_by_label(office.say("原因", "Reason")).fill("同一个人")
    dialog.get_by_role("button", name=office.say("不给奖励", "Reject"), exact=True).click()
    expect(rows).to_have_count(2)
    office.choose(office.say("状态", "State"), office.say("已拒绝", "Rejected"))
    expect(rows).to_have_count(2)
    office.undisturbed()
