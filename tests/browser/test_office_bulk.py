"""Bulk actions: ticked or all, counted and priced first, agreed to by a second person, followed to the end."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.stores.permissions import Role
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.members import ChangeProfile
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.staffing import add_person
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
SECOND = "chenmin"
ONE_ALONE = {"members.bulk_alone_max": 1}
WANG = "王芳 139****5678"


def some_members(shop: ShopUnderTest) -> None:
    """Three members, one of whom can bear no more tags; 陈敏 is the second person."""
    add_person(shop, SECOND, Role.OWNER, ("organisation", named("organisation")))
    shop.join("13800138000")
    full = shop.join("13800138001")
    shop.run(SetMemberTags(member_id=full, tags=tuple(f"标签{n}" for n in range(30))))
    wang = shop.join("13912345678")
    told = (ProfileText(field=ProfileField.NAME, text="王芳"),)
    shop.run(ChangeProfile(member_id=wang, revision=1, told=told))


def tick(office: Office, who: str) -> None:
    """Tick one member with the keyboard."""
    box = office.page.get_by_label(office.say(f"勾选{who}", f"Tick {who}"), exact=True)
    box.focus()
    office.page.keyboard.press("Space")
    expect(box).to_be_checked()


def form(office: Office) -> Locator:
    return office.part("bulk-form")


def write(office: Office, chinese: str, english: str, text: str) -> None:
    field = form(office).get_by_label(office.say(chinese, english), exact=True)
    field.last.fill(text)


def card(office: Office, text: str) -> Locator:
    return office.part("bulk-action").filter(has_text=text)


@BOTH
def test_a_coupon_for_everybody_is_priced_agreed_to_and_followed(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(some_members, terms=ONE_ALONE)
    office = office_at(shop, language)
    office.first_sign_in()
    bar = office.part("bulk-bar")
    expect(bar).to_contain_text(office.say("对当前列表的全部会员", "For everybody in this list"))
    office.is_accessible()
    office.button("发券", "Give a coupon").click()
    office.choose(
        office.say("哪种券", "Which coupon"), office.say("立减10元 · TEN", "10 off · TEN")
    )
    preview = office.part("bulk-preview")
    expect(preview).to_contain_text(office.say("共 3 位会员", "3 members in all"))
    write(office, "每张券最多花费", "Most one coupon may cost", "10")
    write(office, "原因", "Reason", "三周年")
    expect(preview).to_contain_text("¥30.00")
    expect(preview).to_contain_text(office.say("要由另一个人审批", "somebody else has to approve"))
    office.is_accessible()
    office.button("提交", "Submit").click()
    mine = card(office, office.say("立减10元", "10 off"))
    expect(mine).to_contain_text(office.say("等待审批", "Waiting for approval"))
    office.is_accessible()

    second = office_at(shop, language)
    second.first_sign_in(SECOND, at="/office/approvals")
    waiting = second.part("waiting-bulk")
    for text in ("¥30.00", "三周年", "林娜", second.say("全部会员", "All members")):
        expect(waiting).to_contain_text(text)
    second.is_accessible()
    waiting.get_by_role("button").first.click()
    second.part("yes").click()
    expect(waiting).to_have_count(0)

    expect(mine).to_contain_text(office.say("已完成", "Done"))
    expect(mine).to_contain_text(office.say("办成 3 人", "3 done"))
    office.is_accessible()
    for one in (office, second):
        one.undisturbed()
    shop.ledger_is_clean()


@BOTH
def test_ticked_members_are_tagged_and_who_was_left_out_is_shown(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(some_members, terms={"members.bulk_alone_max": 20})
    office = office_at(shop, language)
    office.first_sign_in()
    tick(office, WANG)
    tick(office, "138****8001")
    expect(office.part("bulk-bar")).to_contain_text(office.say("已勾选 2 位", "2 ticked"))
    office.button("打标签", "Add tag").click()
    expect(office.part("bulk-preview")).to_contain_text(
        office.say("共 2 位会员", "2 members in all")
    )
    write(office, "标签", "Tag", "老街坊")
    write(office, "原因", "Reason", "三周年")
    office.is_accessible()
    office.page.keyboard.press("Enter")
    done = card(office, "老街坊")
    expect(done).to_contain_text(office.say("办成 1 人", "1 done"))
    expect(done).to_contain_text(office.say("标签已满 1 人", "1 with too many tags"))
    office.button("看没办成的会员", "Who was left out").click()
    left = office.page.get_by_role("dialog")
    expect(left).to_contain_text("138****8001")
    expect(left).to_contain_text(office.say("标签已满", "Too many tags"))
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_a_list_of_few_is_made_at_once_and_downloaded(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(some_members, terms={"members.bulk_alone_max": 20})
    office = office_at(shop, language)
    office.first_sign_in()
    office.button("导出名单", "Export list").click()
    expect(office.part("bulk-preview")).to_contain_text(office.say("马上进行", "as soon as"))
    write(office, "原因", "Reason", "打印台卡")
    office.button("提交", "Submit").click()
    done = card(office, office.say("导出名单", "Export list"))
    expect(done).to_contain_text(office.say("已完成", "Done"))
    with office.page.expect_download() as coming:
        office.button("下载名单", "Download list").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    heads, *rows = list(csv.reader(StringIO(text)))
    assert heads[0] == office.say("会员", "Member")
    assert sorted(row[1] for row in rows) == ["138****8000", "138****8001", "139****5678"]
    office.undisturbed()


def test_one_that_waits_is_withdrawn_by_hers_and_declined_by_the_other(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    shop = shop_server(some_members, terms=ONE_ALONE)
    office, second = office_at(shop, "en"), office_at(shop, "en")
    office.first_sign_in()
    for reason in ("First", "Second"):
        office.page.goto("/office/members")
        office.button("", "Export list").click()
        expect(office.part("bulk-preview")).to_contain_text("3 members")
        write(office, "", "Reason", reason)
        office.button("", "Submit").click()
        expect(card(office, reason)).to_contain_text("Waiting for approval")
    card(office, "First").get_by_role("button", name="Withdraw").click()
    dialog = office.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Not needed")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(card(office, "First")).to_contain_text("Withdrawn")
    second.first_sign_in(SECOND, at="/office/approvals")
    waiting = second.part("waiting-bulk")
    expect(waiting).to_have_count(1)
    waiting.get_by_role("button", name="Decline").click()
    second.page.get_by_role("dialog").get_by_label("Reason").fill("Too many people")
    second.is_accessible()
    second.page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    expect(waiting).to_have_count(0)
    expect(card(office, "Second")).to_contain_text("Too many people")
    for one in (office, second):
        one.undisturbed()
