"""Member records: duplicates made one and taken apart, data requests, old lists, kept views."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Locator, expect

from regulars.domain.kernel.label import Label
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.members.subject_request import RequestKind
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.segments import SaveSegment
from regulars.use_cases.subject_requests import TakeRequest
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import CASHIER
from tests.shops import ShopUnderTest

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
LIST = """姓名,手机,积分,生日,备注
王芳,13812345678,320,1995-06-18,老客
李敏,13912345678,0,,
赵磊,12,10,,
=SUM(A1),13612345678,0,,
"""


def wang_fang(shop: ShopUnderTest, phone: str, *told: ProfileText) -> UUID:
    """A member called 王芳 whose birthday is on 18 June."""
    member = shop.join(phone)
    name = ProfileText(field=ProfileField.NAME, text="王芳")
    birthday = ProfileText(field=ProfileField.BIRTHDAY, text="1995-06-18")
    shop.run(ChangeProfile(member_id=member, revision=1, told=(name, birthday, *told)))
    return member


def two_of_one(shop: ShopUnderTest) -> None:
    """Two records of one person, the second with value and other likes."""
    likes = ProfileText(field=ProfileField.LIKES, text="少糖")
    wang_fang(shop, "13812345678", likes)
    shop.pass_time(seconds=1)
    likes = ProfileText(field=ProfileField.LIKES, text="去冰")
    other = wang_fang(shop, "13912345678", likes)
    shop.top_up(other, 10_000)


def asked(shop: ShopUnderTest, phone: str, kind: RequestKind) -> None:
    """A member who asked something about her data."""
    member = wang_fang(shop, phone)
    command = TakeRequest(id=shop.new_id(), member_id=member, store_id=shop.store_id, kind=kind)
    shop.run(command)


def two_requests(shop: ShopUnderTest) -> None:
    """Somebody wants a copy of her data; another, who holds points, wants to be forgotten."""
    asked(shop, "13812345678", RequestKind.COPY)
    shop.pass_time(seconds=1)
    asked(shop, "13912345678", RequestKind.ERASURE)


def a_segment(shop: ShopUnderTest) -> None:
    """Two members and a segment of nobody."""
    shop.join("13800138000")
    shop.join("13800138001")
    condition = {"kind": "compare", "field": "visits", "is": "at_least", "value": 1}
    name = Label("来过的客人", "Has been here")
    shop.run(SaveSegment(id=shop.new_id(), seen=0, name=name, condition=condition))


def listed(name: str, content: bytes) -> FilePayload:
    """A file as somebody chooses it."""
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def give_reason(office: Office, words: Locator, reason: str) -> None:
    """Say why in the dialog that stands open, and confirm."""
    dialog = office.page.get_by_role("dialog")
    dialog.get_by_label(office.say("原因", "Reason")).fill(reason)
    office.is_accessible()
    words.click()


def at_imports(office: Office, content: bytes, name: str = "members.csv") -> None:
    """The import page with a list chosen."""
    office.first_sign_in()
    office.page.goto("/office/people/import")
    office.part("file").set_input_files(listed(name, content))
    expect(office.part("columns")).to_be_visible()


@BOTH
def test_two_records_are_compared_made_one_and_taken_apart(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(two_of_one)
    office = office_at(shop, language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/people")
    expect(page.get_by_role("row")).to_have_count(2)
    same = office.say("姓名和生日都一样", "Same name and birthday")
    expect(page.get_by_role("row").nth(1)).to_contain_text(same)
    office.is_accessible()
    office.link("比较并合并", "Compare and merge").click()
    sides = office.part("sides")
    expect(sides).to_contain_text("少糖")
    expect(sides).to_contain_text("去冰")
    expect(office.part("moves")).to_be_visible()
    other = sides.get_by_role("radio").nth(1)
    sides.get_by_text("去冰", exact=True).click()
    expect(other).to_be_checked()
    expect(office.part("moves")).to_be_visible()
    office.is_accessible()
    office.button("合并", "Merge").click()
    dialog = page.get_by_role("dialog")
    yes = dialog.get_by_role("button", name=office.say("合并", "Merge"), exact=True)
    give_reason(office, yes, "same guest")
    expect(page.get_by_role("heading", level=1)).to_have_text(office.say("已合并", "Merged"))
    expect(office.part("outcome")).to_contain_text("¥110.00")
    office.is_accessible()
    office.button("撤销合并", "Undo merge").click()
    undo = dialog.get_by_role("button", name=office.say("撤销合并", "Undo merge"), exact=True)
    give_reason(office, undo, "mother and daughter")
    back = office.say("转过去的都退回来了", "All that had moved is back")
    expect(office.part("outcome")).to_contain_text(back)
    office.undisturbed()
    shop.ledger_is_clean()


def test_the_member_who_stays_is_swapped_and_two_numbers_find_their_pair(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(two_of_one), "en")
    office.first_sign_in()
    page = office.page
    page.goto("/office/people")
    hint = office.say("保留的会员：完整号码", "Member who stays: full number")
    page.get_by_label(hint).fill("13812345678")
    hint = office.say("并入的会员：完整号码", "Member to merge in: full number")
    page.get_by_label(hint).fill("12")
    office.button("放在一起比较", "Put side by side").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(hint).fill("13912345678")
    office.button("放在一起比较", "Put side by side").click()
    expect(office.part("moves")).to_contain_text("¥100.00")
    office.part("swap").click()
    expect(office.part("moves")).not_to_contain_text("¥100.00")
    stays = office.part("sides").get_by_role("row").nth(1).get_by_role("cell").first
    expect(stays).to_contain_text("139****5678")
    office.is_accessible()
    office.undisturbed()


def namesakes(shop: ShopUnderTest) -> None:
    """Twelve who have one name and one birthday: more pairs than one page holds."""
    for number in range(12):
        wang_fang(shop, f"138123456{number:02}")


@BOTH
def test_a_pair_that_is_two_people_is_put_aside_and_taken_back(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(two_of_one), language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/people")
    expect(page.get_by_role("row")).to_have_count(2)
    aside = office.part("apart-pairs")
    none_yet = office.say("还没有标为“不是同一个人”的会员", "No pairs are marked as two people")
    expect(aside).to_contain_text(none_yet)
    office.part("apart").click()
    dialog = page.get_by_role("dialog")
    yes = dialog.get_by_role("button", name=office.say("不是同一个人", "Not the same person"))
    give_reason(office, yes, "mother and daughter")
    no_pairs = office.say("没有发现重复的会员", "No duplicates found")
    expect(page.get_by_role("heading", name=no_pairs)).to_be_visible()
    expect(aside.get_by_role("row")).to_have_count(2)
    expect(aside.get_by_role("row").nth(1)).to_contain_text("mother and daughter")
    office.is_accessible()
    aside.get_by_role("link").first.click()
    office.link("档案", "Record").click()
    nobody = office.say("没有看起来是同一个人的资料", "No other record looks like")
    expect(office.part("alike")).to_contain_text(nobody)
    page.goto("/office/people")
    office.part("apart-undo").click()
    back = dialog.get_by_role("button", name=office.say("撤销", "Take back"), exact=True)
    give_reason(office, back, "one person after all")
    expect(aside).to_contain_text(none_yet)
    expect(office.link("比较并合并", "Compare and merge")).to_be_visible()
    office.undisturbed()


def second_page_comes(office: Office, at: str, *, rows: int) -> None:
    """A list begins with fifty, and tells the rest and no more when it is asked; its head is a row."""
    office.first_sign_in()
    page = office.page
    page.goto(at)
    expect(page.get_by_role("row")).to_have_count(51)
    office.button("再看一些", "Show more").click()
    expect(page.get_by_role("row")).to_have_count(rows)
    expect(office.button("再看一些", "Show more")).to_have_count(0)
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_more_pairs_than_a_page_holds_come_on_demand(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(namesakes), language)
    second_page_comes(office, "/office/people", rows=12 * 11 // 2 + 1)


def many_requests(shop: ShopUnderTest) -> None:
    """More requests than one page holds."""
    for number in range(53):
        member = shop.join(f"137001{number:05}")
        kind = RequestKind.CORRECTION
        command = TakeRequest(id=shop.new_id(), member_id=member, store_id=shop.store_id, kind=kind)
        shop.run(command)


@BOTH
def test_more_requests_than_a_page_holds_come_on_demand(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(many_requests), language)
    second_page_comes(office, "/office/people/requests", rows=54)


@BOTH
def test_a_copy_is_handed_out_by_its_day_and_who_asks_is_forgotten_after_an_explicit_choice(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    shop = shop_server(two_requests)
    office = office_at(shop, language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/people/requests")
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("row").nth(1)).to_contain_text("王芳")
    # The shop's business day may be one before the calendar's, and its zone is not this machine's.
    left = re.compile(office.say("还有 1[456] 天", "1[456] days left"))
    expect(page.get_by_role("row").nth(1)).to_contain_text(left)
    office.is_accessible()
    with page.expect_download() as download:
        office.part("copy").click()
    kept = tmp_path / "copy.zip"
    download.value.save_as(kept)
    with ZipFile(kept) as opened:
        assert {"data.json", "data.html"} <= set(opened.namelist())
        assert "王芳" in opened.read("data.html").decode()
    expect(page.get_by_role("row")).to_have_count(2)

    office.part("erase").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("50")
    yes = dialog.get_by_role("button", name=office.say("删除，不能恢复", "Erase for good"))
    reason = dialog.get_by_label(
        office.say("原因，或会员本人的原话", "Reason, or the member's own")
    )
    reason.fill("asked at the till")
    expect(yes).to_be_disabled()
    office.is_accessible()
    settled = office.say("都已经用完或退清", "All has been used")
    dialog.get_by_text(settled).click()
    yes.click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    given_up = office.say("本人声明放弃", "The member gives up")
    dialog.get_by_role("radiogroup").get_by_text(given_up).click()
    yes.click()
    nothing = office.say("没有要办的请求", "No requests are waiting")
    expect(page.get_by_role("heading", name=nothing)).to_be_visible()
    office.is_accessible()
    office.undisturbed()
    shop.ledger_is_clean()


@BOTH
def test_a_request_is_taken_on_the_members_page_and_refused_with_a_reason(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(two_of_one), language)
    office.first_sign_in()
    office.find_member("13812345678")
    page = office.page
    office.link("档案", "Record").click()
    expect(office.part("alike").get_by_role("listitem")).to_have_count(1)
    office.choose(office.say("请求", "Request"), office.say("更正资料", "A correction"))
    office.button("登记请求", "Record request").click()
    expect(page.get_by_role("row")).to_have_count(2)
    office.is_accessible()
    office.button("登记请求", "Record request").click()
    expect(page.get_by_role("alert")).to_be_visible()
    office.button("拒绝", "Refuse").click()
    dialog = page.get_by_role("dialog")
    yes = dialog.get_by_role("button", name=office.say("拒绝", "Refuse"), exact=True)
    give_reason(office, yes, "no proof of identity")
    refused = office.say("已拒绝", "Refused")
    expect(page.get_by_role("row").nth(1)).to_contain_text(f"{refused} · no proof of identity")
    # From one record to the other: what is done there is done to the other.
    office.part("alike").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("139****5678")
    expect(office.part("profile")).to_contain_text("去冰")
    adding = office.say("加标签", "Add tag")
    page.get_by_label(adding).fill("常客")
    office.button("加标签", "Add tag").click()
    expect(office.part("tags")).to_contain_text("常客")
    office.undisturbed()


def tell_what_is_no_list(office: Office) -> None:
    """Columns that do not do, and files that are no list."""
    needed = office.say("至少要有手机号、邮箱或卡号中的一列", "One column at least must hold")
    expect(office.page.get_by_role("alert")).to_contain_text(needed)
    expect(office.part("import")).to_be_disabled()
    office.is_accessible()
    for content, chinese, english in (
        (b"\x89PNG\x00\x00\xff\xff", "看不懂文件编码", "The encoding cannot be read"),
        (b"PK\x03\x04 no workbook", "只能导入 .csv 或 .xlsx", "Only .csv and .xlsx"),
        ("姓名,手机\n".encode(), "表里没有数据", "The list is empty"),
    ):
        office.part("file").set_input_files(listed("photo.csv", content))
        expect(office.part("file-fault")).to_contain_text(office.say(chinese, english))


@BOTH
def test_an_old_list_is_tried_imported_and_its_refused_rows_come_back(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(), language)
    at_imports(office, "姓名,备注\n王芳,老客\n".encode())
    tell_what_is_no_list(office)
    page = office.page
    office.part("file").set_input_files(listed("members.csv", LIST.encode("gb18030")))
    expect(office.part("file-fault")).to_have_count(0)
    shown = office.part("columns").get_by_role("row")
    expect(shown.nth(2)).to_contain_text(office.say("手机号", "Phone number"))
    left_out = office.say("不导入这一列", "Leave this column out")
    expect(shown.nth(5)).to_contain_text(left_out)
    office.is_accessible()
    office.part("try").click()
    expect(office.part("done")).to_have_text("4 / 4")
    expect(office.part("imported")).to_have_text("2")
    expect(office.part("refused")).to_have_text("2")
    formula = office.say("“姓名”里是公式", "“Name” holds a formula")
    expect(office.part("outcome")).to_contain_text(formula)
    office.is_accessible()
    with page.expect_download() as download:
        office.part("refused-file").click()
    kept = tmp_path / "refused.csv"
    download.value.save_as(kept)
    told = kept.read_text(encoding="utf-8-sig")
    assert "'=SUM(A1)" in told
    assert "赵磊,12,10" in told
    assert "王芳" not in told
    office.part("import").click()
    office.part("yes").click()
    expect(office.part("imported")).to_have_text("2")
    over = office.say("导入完成", "Import finished")
    expect(page.get_by_role("heading", name=over)).to_be_visible()
    office.part("import").click()
    office.part("yes").click()
    before = office.say("以前已导入", "Imported before")
    expect(office.part("outcome")).to_contain_text(before)
    expect(office.part("imported")).to_have_text("0")
    page.goto("/office/members")
    expect(page.get_by_role("row")).to_have_count(3)
    office.undisturbed()


def workbook(rows: int) -> bytes:
    """A workbook of members: names, numbers as numbers, birthdays as days."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["会员姓名", "手机号", "生日", "积分"])
    for number in range(rows):
        sheet.append([f"客人{number}", 13_800_000_000 + number, date(1995, 6, 18), number])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_goes_on_while_other_pages_are_looked_at(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(), "en")
    at_imports(office, workbook(250), "members.xlsx")
    expect(office.part("columns")).to_contain_text("13800000000")
    expect(office.part("columns")).to_contain_text("1995-06-18")
    office.part("import").click()
    office.part("yes").click()
    expect(office.part("outcome")).to_be_visible()
    office.link("会员", "Members").click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Members")
    office.link("会员档案", "Member records").click()
    office.link("导入老会员", "Import").click()
    expect(office.page.get_by_role("heading", name="Import finished")).to_be_visible()
    expect(office.part("imported")).to_have_text("250")
    expect(office.part("refused")).to_have_text("0")
    office.undisturbed()


def test_an_import_that_stopped_goes_on_with_the_same_file_and_columns(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server())
    content = workbook(600)
    at_imports(office, content, "members.xlsx")
    page = office.page
    office.choose("“生日”这一列是什么", "不导入这一列")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    office.part("import").click()
    office.part("yes").click()
    office.part("halt").click()
    expect(office.part("go-on")).to_be_visible()
    done = int(office.part("done").inner_text().split(" / ", maxsplit=1)[0])
    assert done in range(100, 600, 100)
    page.reload()
    office.part("file").set_input_files(listed("members.xlsx", content))
    expect(office.part("columns").get_by_role("row").nth(3)).to_contain_text("不导入这一列")
    office.part("resume").click()
    expect(office.part("imported")).to_have_text("600")
    batches = [url for url in sent if url.endswith("/member-imports/rows")]
    assert len(batches) == 6
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_a_view_of_the_members_is_kept_shared_and_dropped(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(a_segment), language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/members")
    expect(page.get_by_role("row")).to_have_count(3)
    office.choose(office.say("人群", "Segment"), office.say("来过的客人", "Has been here"))
    nobody = office.say("这个人群里现在没有人", "Nobody is in this segment at present")
    expect(page.get_by_role("heading", name=nobody)).to_be_visible()
    office.button("存为视图", "Save as view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(office.say("视图名称", "Name of the view")).fill("早上看")
    office.is_accessible()
    dialog.get_by_role("button", name=office.say("保存视图", "Keep view")).click()
    views = office.part("views")
    expect(views).to_contain_text("早上看")
    page.goto("/office/members")
    expect(page.get_by_role("row")).to_have_count(3)
    title = office.say("常用视图", "Views")
    office.choose(title, "早上看", within=views)
    expect(page.get_by_role("heading", name=nobody)).to_be_visible()
    office.is_accessible()
    office.button("删除视图", "Delete view").click()
    office.part("yes").click()
    expect(office.button("删除视图", "Delete view")).to_have_count(0)
    office.undisturbed()


def test_a_cashier_keeps_no_records(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server())
    office.first_sign_in(CASHIER)
    for path in ("", "/requests", "/import"):
        office.page.goto(f"/office/people{path}")
        refused = office.page.get_by_role("heading", name="你没有查看这一页的权限")
        expect(refused).to_be_visible()
    office.undisturbed()
