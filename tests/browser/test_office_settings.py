"""The rules area: what holds where and why, changed within bounds, and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.terms import Level
from regulars.use_cases.terms import SetTerm
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET, Office
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
EARNING = "earning.points_per_hundred_minor"
EARNING_NAME = ("每消费 ¥1.00 得几个积分", "Points for each ¥1.00 paid")
REASON = ("原因（会留下记录）", "Reason (kept on record)")
LOWEST = ("下级最少要定到", "Those below must choose at least")
HIGHEST = ("下级最多可以定到", "Those below may choose at most")
SAVE = ("保存", "Save")
SAVED = ("新规则已生效", "The new rule is in force")


def rule(field: str, place: str = "brand") -> str:
    """Where a rule stands at one place."""
    return f"/office/settings/{field}?at={place}"


def region_east() -> str:
    """The place of the region."""
    return str(named("region"))


def people_square() -> str:
    """The place of the first store."""
    return str(named("store:S1"))


def say_why(office: Office, why: str = "新的一季") -> None:
    """Give the reason and save."""
    office.field(*REASON).fill(why)
    office.button(*SAVE).click()


def in_force(office: Office, text: str) -> None:
    """The value that the page says is in force."""
    row = office.part("levels").get_by_role("row").filter(has_text=office.say("正在用", "in force"))
    expect(row).to_contain_text(text)


def locked(shop: ShopUnderTest) -> None:
    """Head office says how long a parked bill keeps, and nobody below may change it."""
    command = SetTerm(
        id=shop.new_id(),
        field="orders.hold_minutes",
        level=Level.ORGANISATION,
        place_id=None,
        value=20,
        effective_at=None,
        locked=True,
        low=None,
        high=None,
        reason="统一",
    )
    shop.run(command)


@BOTH
def test_every_rule_stands_in_its_group_in_words_and_what_is_locked_stays_closed_below(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(locked), language)
    office.first_sign_in(at="/office/settings")
    page = office.page
    title = office.say("规则设置", "Rules")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(office.part("tiers.ladder")).to_contain_text(office.say("金叶", "Gold leaf"))
    expect(office.part("top_up.offers")).to_contain_text("¥100.00")
    expect(office.part("tiers.ladder")).to_contain_text(office.say("在这里设的", "Set here"))
    expect(office.part("joining.points")).to_contain_text(office.say("50 积分", "50 points"))
    expect(office.part("top_up.bonus_expiry_months")).to_contain_text(
        office.say("永久有效", "never expires")
    )
    expect(office.part("group-other")).to_have_count(0)
    office.is_accessible()
    page.screenshot(path=tmp_path / f"settings-{language}.png", full_page=True)
    page.get_by_label(office.say("找规则，例如：有效期", "Find a rule, for example: expiry")).fill(
        office.say("挂单", "parked")
    )
    expect(office.part("orders.hold_minutes")).to_be_visible()
    expect(office.part("tiers.ladder")).to_have_count(0)

    page.goto(rule("orders.hold_minutes", people_square()))
    expect(office.part("locked")).to_contain_text(office.say("总部", "Head office"))
    expect(office.button(*SAVE)).to_have_count(0)
    in_force(office, office.say("20 分钟", "20 minutes"))
    office.is_accessible()
    office.undisturbed()


def test_a_region_sets_a_range_and_a_store_that_leaves_it_is_told_whose_bound_it_is(
    shop_server: OpenShop, office_at: OpenOffice, tmp_path: Path
) -> None:
    office = office_at(shop_server(), "zh-CN")
    office.first_sign_in(at=rule(EARNING, region_east()))
    office.field(*EARNING_NAME).fill("2")
    office.field(*LOWEST).fill("1")
    office.field(*HIGHEST).fill("2")
    expect(office.part("effect")).to_contain_text(office.say("人民广场店", "People's Square"))
    say_why(office)
    expect(office.page.get_by_role("status").filter(has_text=office.say(*SAVED))).to_be_visible()
    in_force(office, office.say("华东", "East"))
    office.is_accessible()

    office.page.goto(rule(EARNING, people_square()))
    expect(office.part("limit")).to_have_count(2)
    office.field(*EARNING_NAME).fill("3")
    say_why(office)
    refused = office.part("value")
    expect(refused).to_contain_text(
        office.say("区域“华东”规定最多 2 积分", "Region East allows at most 2 points")
    )
    expect(refused).to_contain_text(
        office.say("超出了上级允许的范围", "Outside what the levels above allow")
    )
    office.is_accessible()
    office.page.screenshot(path=tmp_path / "rule.png", full_page=True)
    office.field(*EARNING_NAME).fill("1")
    office.button(*SAVE).click()
    in_force(office, office.say("人民广场店", "People's Square"))
    office.undisturbed()


def test_a_rule_is_corrected_at_its_fields_taken_back_and_decided_by_the_second_of_two_editors(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "en")
    office.first_sign_in(at=rule("joining.points"))
    name = office.field("", "Points for joining")
    expect(name).to_have_value("50")
    name.fill("many")
    expect(office.part("value")).to_contain_text("Please enter a whole number")
    say_why(office)
    expect(office.part("value")).to_contain_text("must be between 0 points and 100,000 points")
    name.fill("500")
    expect(office.part("effect")).to_contain_text("2 stores")
    office.field(*REASON).fill("")
    office.button(*SAVE).click()
    fault = office.page.locator(".el-form-item.is-error")
    expect(fault).to_contain_text(REASON[1])
    say_why(office, "Opening")
    in_force(office, "500")
    history = office.part("history").get_by_role("row")
    expect(history).to_have_count(3)
    office.button("", "Take back version 1").click()
    expect(name).to_have_value("50")
    office.button(*SAVE).click()
    expect(history).to_have_count(4)
    in_force(office, "50")

    name.fill("80")
    colleague = Office(office.page.context.new_page(), "en")
    colleague.page.goto(rule("joining.points"))
    colleague.field("", "Points for joining").fill("90")
    say_why(colleague, "A colleague")
    in_force(colleague, "90")
    say_why(office, "Mine")
    clash = office.part("clash")
    expect(clash.get_by_role("row")).to_have_count(2)
    expect(clash).to_contain_text("90")
    expect(clash).to_contain_text("80")
    office.is_accessible()
    clash.get_by_role("button", name="Save mine").click()
    in_force(office, "80")
    office.undisturbed()
    colleague.undisturbed()


def test_tiers_and_top_up_steps_are_edited_row_by_row(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "zh-CN")
    office.first_sign_in(at=rule("tiers.ladder"))
    page = office.page
    office.button("加一个等级", "Add a tier").click()
    row = office.part("value").locator("section").nth(2)
    row.get_by_label(office.say("中文名", "Name in Chinese")).fill("茶王")
    row.get_by_label(office.say("英文名", "Name in English")).fill("Tea king")
    row.get_by_label(office.say("达到多少升到这级", "Reached from")).fill("50")
    say_why(office)
    expect(office.part("value")).to_contain_text(
        office.say("一级比一级高", "each higher than the one before")
    )
    row.get_by_label(office.say("达到多少升到这级", "Reached from")).fill("1500")
    office.is_accessible()
    office.button(*SAVE).click()
    in_force(office, office.say("茶王 · 1,500 成长值起", "Tea king · from 1,500 growth value"))

    page.goto(rule("top_up.offers"))
    office.button("加一档充值", "Add a step").click()
    step = office.part("value").locator("section").nth(1)
    step.get_by_label(office.say("充值满", "Top-up of at least")).fill("300")
    step.get_by_label(office.say("赠送金", "Bonus money")).fill("40")
    step.get_by_label(office.say("积分", "Points"), exact=True).fill("50")
    say_why(office)
    in_force(office, "¥300.00")
    office.is_accessible()
    office.undisturbed()


EVERY_EDITOR = (
    "birthday.gift",
    "days.flags",
    "earning.expiry_end",
    "fees.rules",
    "law.off",
    "messages.opens_minutes",
    "messages.sms_part_price_micro",
    "rfm.spent_minor",
    "spending.share_basis_points_max",
    "tiers.exclusive",
    "tiers.gifts",
)


def test_the_editor_fits_the_kind_of_rule(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server(), "en", TABLET)
    office.first_sign_in(at="/office/settings")
    for field in EVERY_EDITOR:
        office.page.goto(rule(field))
        expect(office.part("value")).to_be_visible()
        expect(office.part("levels").get_by_role("row")).not_to_have_count(0)
        adds = office.part("value").get_by_role("button").filter(has_text="Add").all()
        for add in adds:
            add.click()
        office.is_accessible()
        if adds:
            office.button("", "Undo changes").click()
            expect(office.button(*SAVE)).to_be_disabled()
    office.undisturbed()
