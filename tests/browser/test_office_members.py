"""The members area: found, listed, read in every tab, corrected by two people at once."""

from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, expect

from regulars.domain.kernel.label import Language
from regulars.domain.members.consent import SHIPPED, Channel, Choice, Purpose
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import ChangeProfile
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office, new_office
from tests.shops import ShopUnderTest

PHONE = "13912345678"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
TABS = (
    ("积分与储值", "Points and value"),
    ("券", "Coupons"),
    ("次卡", "Passes"),
    ("订单", "Orders"),
    ("消息", "Messages"),
    ("授权", "Consents"),
    ("时间线", "Timeline"),
    ("概览", "Overview"),
)


def a_regular(shop: ShopUnderTest) -> UUID:
    """A member with a name, a tag, a top-up, a coupon, an order and a consent; and some others."""
    for last in range(3):
        shop.join(f"1380013800{last}")
    member = shop.join(PHONE)
    told = (ProfileText(field=ProfileField.NAME, text="王芳"),)
    shop.run(ChangeProfile(member_id=member, revision=1, told=told))
    shop.run(SetMemberTags(member_id=member, tags=("常客",)))
    shop.top_up(member, 10_000)
    shop.coupon(member, "NEW5")
    shop.run(shop.sale([shop.line("egg_tart")], member=member, cash=800))
    language: Language = "zh-CN"
    version = next(one.version for one in SHIPPED if one.purpose is Purpose.MARKETING)
    allowed = Choice(
        channel=Channel.SMS, purpose=Purpose.MARKETING, granted=True, wording_version=version
    )
    command = RecordConsent(member_id=member, choices=(allowed,), language=language, source="till")
    shop.run(command)
    return member


def tab(office: Office, chinese: str, english: str) -> Locator:
    """A tab of the member's page: the side bar has links of the same names."""
    tabs = office.page.get_by_role("navigation", name=office.say("分类查看", "Sections"))
    return tabs.get_by_role("link", name=office.say(chinese, english), exact=True)


def edit(office: Office, name: str) -> None:
    """Open the form of the member who is shown, and type another name."""
    office.link("修改资料", "Edit profile").click()
    office.field("姓名", "Name").fill(name)


@BOTH
def test_a_member_is_found_and_every_tab_tells_her_story(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(a_regular), language)
    office.first_sign_in()
    page = office.page
    expect(page.get_by_role("row")).to_have_count(5)
    page.screenshot(path=tmp_path / f"members-{language}.png")
    office.find_member(PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("王芳 139****5678")
    expect(office.part("tags")).to_contain_text("常客")
    expect(office.part("stage")).to_contain_text(office.say("阶段与风险", "Stage and risk"))
    page.screenshot(path=tmp_path / f"member-{language}.png", full_page=True)
    assert all(path.stat().st_size > 20_000 for path in tmp_path.glob("member*.png"))
    for chinese, english in TABS:
        chosen = tab(office, chinese, english)
        chosen.click()
        expect(chosen).to_have_attribute("aria-current", "page")
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        office.is_accessible()
    office.undisturbed()


def test_the_tabs_hold_what_the_shop_knows_and_what_is_done_by_hand_takes_effect(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(a_regular), "en")
    office.first_sign_in()
    office.find_member(PHONE)
    look_into_the_tabs(office)
    tab(office, "", "Overview").click()
    change_by_hand(office)
    office.undisturbed()


def look_into_the_tabs(office: Office) -> None:
    """Her money, her coupons, her receipt, and the orders of her timeline."""
    tab(office, "", "Points and value").click()
    expect(office.page.get_by_role("cell", name="¥100.00").first).to_be_visible()
    tab(office, "", "Coupons").click()
    expect(office.part("coupons").get_by_role("listitem")).not_to_have_count(0)
    tab(office, "", "Orders").click()
    office.button("", "View receipt").click()
    expect(office.part("receipt")).to_contain_text("¥8.00")
    office.is_accessible()
    office.page.keyboard.press("Escape")
    tab(office, "", "Timeline").click()
    lines = office.part("timeline").get_by_role("listitem")
    expect(lines.nth(1)).to_be_visible()
    office.page.goto(f"{office.page.url}?kind=order")
    expect(office.part("timeline").get_by_role("listitem")).to_have_count(1)


def change_by_hand(office: Office) -> None:
    """Tags, a freeze, the whole profile and a consent taken back."""
    page = office.page
    page.get_by_label("Add tag").fill("素食")
    office.button("", "Add tag").click()
    expect(office.part("tags").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Remove tag 常客").click()
    expect(office.part("tags")).not_to_contain_text("常客")

    office.button("", "Freeze").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("card lost")
    office.is_accessible()
    dialog.get_by_role("button", name="Freeze", exact=True).click()
    expect(office.button("", "Unfreeze")).to_be_visible()

    office.button("", "Show in full").click()
    dialog.get_by_label("Reason").fill("member asks")
    dialog.get_by_role("button", name="Show in full").click()
    expect(office.part("profile")).to_contain_text("13912345678")

    tab(office, "", "Consents").click()
    page.get_by_role("button", name="Withdraw consent: Marketing messages · SMS").click()
    office.part("yes").click()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(office.part("consents-now")).to_have_count(0)
    office.is_accessible()


def test_times_are_told_by_the_clock_of_the_shop(shop_server: OpenShop, browser: Browser) -> None:
    office = new_office(browser, shop_server(a_regular), "en", zone="America/New_York")
    office.first_sign_in()
    office.find_member(PHONE)
    joined = office.page.locator("main time").first
    expect(joined).to_be_visible()
    at = datetime.fromisoformat(joined.get_attribute("datetime") or "")
    shown = at.astimezone(ZoneInfo("Asia/Shanghai"))
    expect(joined).to_contain_text(f", {shown:%H:%M}")
    office.page.context.close()


@BOTH
def test_an_unknown_number_and_half_a_number_are_told_in_words(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in()
    empty = office.say("还没有会员", "No members yet")
    expect(office.page.get_by_role("heading", name=empty)).to_be_visible()
    office.is_accessible()
    hint = office.say("完整手机号、邮箱或会员卡号", "Full phone number, e-mail or card number")
    for text, chinese, english in (
        ("13900000000", "没有找到这位会员", "No such member"),
        ("139", "请输入完整的", "Enter a full"),
    ):
        office.page.get_by_label(hint).fill(text)
        office.page.keyboard.press("Enter")
        expect(office.part("find-fault")).to_contain_text(office.say(chinese, english))
    office.page.get_by_label(hint).fill("9" * 100_000)
    office.page.keyboard.press("Enter")
    expect(office.part("find-fault")).to_be_visible()
    office.undisturbed()


@BOTH
def test_the_second_of_two_editors_sees_the_difference_and_decides(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(a_regular)
    office = office_at(shop, language)
    office.first_sign_in()
    office.find_member(PHONE)
    edit(office, "王芳芳")
    office.field("喜好", "Likes").fill("少糖")
    colleague = Office(office.page.context.new_page(), language)
    colleague.page.goto(office.page.url.removesuffix("/edit"))
    edit(colleague, "王方")
    colleague.button("保存", "Save").click()
    expect(colleague.part("profile")).to_contain_text("王方")

    office.button("保存", "Save").click()
    clash = office.part("clash")
    expect(clash.get_by_role("row")).to_have_count(2)
    expect(clash).to_contain_text("王方")
    expect(clash).to_contain_text("王芳芳")
    office.is_accessible()
    clash.get_by_role("button", name=office.say("用我的保存", "Save mine")).click()
    expect(office.part("profile")).to_contain_text("王芳芳")
    expect(office.part("profile")).to_contain_text("少糖")
    office.undisturbed()
    colleague.undisturbed()


def test_editors_of_different_fields_agree_and_a_birthday_that_is_none_is_told_at_its_field(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(a_regular))
    office.first_sign_in()
    office.find_member(PHONE)
    office.link("修改资料", "Edit profile").click()
    office.field("忌口", "Avoids (food and drink)").fill("花生")
    colleague = Office(office.page.context.new_page(), "zh-CN")
    colleague.page.goto(office.page.url.removesuffix("/edit"))
    edit(colleague, "王方")
    colleague.button("保存", "Save").click()
    expect(colleague.part("profile")).to_contain_text("王方")
    office.button("保存", "Save").click()
    expect(office.part("profile")).to_contain_text("花生")
    expect(office.part("profile")).to_contain_text("王方")

    office.link("修改资料", "Edit profile").click()
    office.field("生日", "Birthday").fill("1995-02-31")
    office.button("保存", "Save").click()
    fault = office.page.locator(".el-form-item", has=office.page.locator("#birthday"))
    expect(fault).to_contain_text("生日不对，请核对")
    office.field("生日", "Birthday").fill("1995-02-28")
    office.button("保存", "Save").click()
    expect(office.part("profile")).to_contain_text("2月28日")
    office.undisturbed()


def two_stores(shop: ShopUnderTest) -> None:
    """One member of each store."""
    shop.join("13800138000")
    shop.at(shop.other_store_id, "terminal:S2:A").join("13800138001")


def test_the_store_that_is_chosen_narrows_the_list_and_is_kept(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(two_stores), "en")
    office.first_sign_in()
    page = office.page
    expect(page.get_by_role("row")).to_have_count(3)
    office.choose(office.say("查看哪些门店", "Which stores"), office.say("静安寺店", "Jing'an"))
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("138****8001")
    page.reload()
    expect(page.get_by_role("row").nth(1)).to_contain_text("138****8001")
    office.is_accessible()
    office.undisturbed()
