"""The coupons area: a kind is made, given to a member, printed as codes, and stopped."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from regulars.domain.stores.permissions import Role
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.staffing import add_person
from tests.shops import ShopUnderTest, named

PHONE = "13912345678"
MANAGER = "chenjing"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def with_member(shop: ShopUnderTest) -> None:
    """One member."""
    shop.join(PHONE)


def with_manager(shop: ShopUnderTest) -> None:
    """The manager of one store."""
    add_person(shop, MANAGER, Role.STORE_MANAGER, ("store", shop.store_id))


def make_a_coupon(office: Office) -> None:
    """Make a kind of coupon from a template, at the third try: its code is told at its field."""
    office.page.goto("/office/offers/templates")
    name = office.say("满30减5 券", "Coupon: 5 off 30")
    office.part("templates").get_by_role("link", name=name).click()
    code = office.field("编号", "Code")
    make = office.button("创建券种", "Make this kind of coupon")
    box = office.page.locator(".is-error", has=code)
    for taken_or_wrong in ("NEW5", "=1+1"):
        code.fill(taken_or_wrong)
        expect(office.part("check-good")).to_be_visible()
        with office.page.expect_response("**/api/v1/coupon-types"):
            make.click()
        expect(box.get_by_role("alert")).to_be_visible()
    office.is_accessible()
    code.fill("LESS5")
    make.click()
    expect(office.part("facts")).to_contain_text("LESS5")


@BOTH
def test_a_kind_of_coupon_is_made_given_and_stopped(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(with_member), language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/coupons?state=stopped")
    nothing = office.say("没有这样的券", "No such coupons")
    expect(page.get_by_role("heading", name=nothing)).to_be_visible()
    page.goto("/office/coupons")
    expect(page.get_by_role("row")).to_have_count(3)
    office.is_accessible()
    make_a_coupon(office)
    expect(office.part("coupon-sentence")).to_contain_text("5.00")
    page.screenshot(path=tmp_path / f"coupon-{language}.png")
    office.is_accessible()

    office.link("发券", "Give it out").click()
    to_member = office.part("issue-member")
    find = office.say("完整手机号、邮箱或会员卡号", "Full phone number, e-mail or card number")
    to_member.get_by_label(find).fill(PHONE)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill("service was slow")
    office.is_accessible()
    dialog.get_by_role("button", name=office.say("发券", "Give the coupon"), exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("status").last).to_contain_text(
        office.say("已发券", "The coupon was given")
    )
    office.is_accessible()

    office.button("停发", "Stop giving it out").click()
    office.part("yes").click()
    stopped = office.say("这种券已停发", "This kind is stopped")
    expect(page.locator("main")).to_contain_text(stopped)
    office.link("概览", "Overview").click()
    expect(office.part("facts").get_by_role("definition").nth(2)).to_have_text("1")
    office.undisturbed()


def test_the_manager_of_a_store_reads_what_a_coupon_promises_and_makes_none(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(with_manager))
    office.first_sign_in(MANAGER, "/office/coupons")
    office.page.goto(f"/office/coupons/{named('coupon_type:NEW5')}")
    expect(office.part("coupon-sentence")).to_contain_text("5.00")
    expect(office.link("发券", "")).to_be_visible()
    expect(office.button("停发", "")).to_have_count(0)
    expect(office.link("生成一批券码", "")).to_have_count(0)
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_a_batch_of_codes_is_made_taken_out_and_frozen(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(with_member), language)
    office.first_sign_in()
    page = office.page
    page.goto(f"/office/coupons/batches/new?type={named('coupon_type:NEW5')}")
    office.field("批次名称", "Name of the batch").fill("九月传单")
    office.field("渠道", "Channel").fill("flyer")
    office.field("券码数量", "Number of codes").fill("25")
    office.is_accessible()
    office.button("保存", "Save").click()
    until = page.locator(".is-error", has=office.field("有效期至", "Valid until"))
    expect(until.get_by_role("alert")).to_be_visible()
    office.field("有效期至", "Valid until").fill("2030-01-01T00:00")
    office.button("保存", "Save").click()
    expect(office.part("batch-state")).to_have_text(office.say("未导完", "Not all downloaded"))
    office.is_accessible()
    with page.expect_download() as waiting:
        office.part("export").click()
    kept = tmp_path / "codes.csv"
    waiting.value.save_as(kept)
    assert len(kept.read_text().splitlines()) == 26
    expect(office.part("batch-state")).to_have_text(office.say("可用", "Ready"))

    office.button("冻结", "Freeze").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill("leaked")
    dialog.get_by_role("button", name=office.say("冻结", "Freeze"), exact=True).click()
    expect(office.part("batch-state")).to_have_text(office.say("已冻结", "Frozen"))
    page.goto("/office/coupons/batches")
    expect(page.get_by_role("row")).to_have_count(2)
    page.screenshot(path=tmp_path / f"batches-{language}.png")
    office.is_accessible()
    office.undisturbed()
