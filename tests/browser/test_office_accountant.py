"""The accountant: the month's liability as files, settlement, statements, proofs and jobs."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from regulars.domain.kernel.period import business_day_of
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.codes import code_hash
from regulars.domain.stores.permissions import Role
from regulars.use_cases.staff import AddStaff, RoleAt
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import CODE
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
ACCOUNTANT = "sunjie"
PHONE = "13912345678"
ACCOUNTS = "/office/accountant"


def an_accountant(shop: ShopUnderTest) -> UUID:
    """孙洁 does the books; a member has topped up 100.00 and was given 10.00: her number."""
    command = AddStaff(
        id=named("staff:sunjie"),
        login=ACCOUNTANT,
        name="孙洁",
        language="zh-CN",
        roles=(RoleAt(role=Role.ACCOUNTANT, level=Level.ORGANISATION),),
        code_hash=code_hash(CODE),
    )
    shop.run(command)
    member = shop.join(PHONE)
    shop.top_up(member, 10_000)
    return member


def value_that_wandered(shop: ShopUnderTest) -> None:
    """Topped up in one store three days ago, and used in the other."""
    an_accountant(shop)
    shop.pass_time(days=-3)
    member = shop.join("13800138000")
    shop.top_up(member, 10_000)
    elsewhere = shop.at(shop.other_store_id, "terminal:S2:A")
    shop.run(elsewhere.sale([elsewhere.line("milk_tea")], member=member, stored=1_800))
    shop.pass_time(days=3)


def read_the_liability(office: Office) -> None:
    """What is owed, in money and by age, and that lots and accounts agree."""
    for name, figure in (("principal", "¥100.00"), ("bonus", "¥10.00"), ("deferred", "¥100.00")):
        expect(office.part(f"figure-{name}")).to_contain_text(figure)
    expect(office.part("agrees")).to_have_text(office.say("一致", "Agrees"))
    people_square = office.say("人民广场店", "People's Square")
    expect(office.part("liability-money")).to_contain_text(people_square)
    expect(office.part("liability-ages")).to_contain_text("0–30")
    cannot_tell = office.say("还看不出来", "Cannot tell yet")
    expect(office.part("breakage")).to_contain_text(cannot_tell)
    office.is_accessible()


def take_the_files(office: Office, folder: Path) -> None:
    """The same as Excel, as CSV and as a page to print."""
    page = office.page
    for chinese, english, ending in (
        ("下载 Excel", "Download Excel", ".xlsx"),
        ("下载 CSV", "Download CSV", ".csv"),
    ):
        with page.expect_download() as found:
            office.link(chinese, english).click()
        kept = folder / f"kept{ending}"
        found.value.save_as(kept)
        assert found.value.suggested_filename.startswith("liability-")
        assert found.value.suggested_filename.endswith(ending)
        assert kept.stat().st_size > 200
    people_square = office.say("人民广场店", "People's Square")
    assert people_square in (folder / "kept.csv").read_text(encoding="utf-8-sig")
    with page.context.expect_page() as opened:
        office.link("打印页", "Page to print").click()
    title = office.say("会员负债表", "What is owed to members")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(title)
    opened.value.close()


def read_a_member(office: Office, member: UUID) -> None:
    """An accountant may not look members up by phone; by their number she may."""
    page = office.page
    office.link("会员账户", "Member accounts").click()
    number = page.get_by_label(office.say("会员编号", "Member number"), exact=True)
    number.fill(PHONE)
    page.keyboard.press("Enter")
    needed = office.say("请输入会员编号", "Enter the member number")
    expect(page.get_by_role("alert")).to_contain_text(needed)
    office.is_accessible()
    number.fill(str(member))
    page.keyboard.press("Enter")
    expect(office.part("balances")).to_contain_text("¥100.00")
    movements = office.part("movements").get_by_role("row")
    expect(movements.nth(3)).to_be_visible()
    office.choose(office.say("账户", "Account"), office.say("储值赠金", "Bonus money"))
    expect(movements).to_have_count(2)
    expect(movements.nth(1)).to_contain_text("+¥10.00")
    office.is_accessible()


def prove_the_books(office: Office) -> None:
    """A proof is watched until it is over, and its checks are read."""
    office.link("查账与账本链", "Proofs and chain").click()
    office.part("start-proof").click()
    agree = office.say("账是平的", "The books agree")
    expect(office.part("proof-state")).to_have_text(agree, timeout=60_000)
    office.is_accessible()
    opens = office.page.get_by_role("button", name=office.say("查看", "Open"), exact=True)
    opens.first.click()
    expect(office.part("run")).to_contain_text(office.say("批次余量", "lots"))
    office.is_accessible()
    office.page.keyboard.press("Escape")
    expect(office.part("run")).to_have_count(0)


@BOTH
def test_an_accountants_month(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    members: list[UUID] = []
    server = shop_server(lambda shop: members.append(an_accountant(shop)))
    office = office_at(server, language)
    office.first_sign_in(ACCOUNTANT, at=ACCOUNTS)
    page = office.page
    read_the_liability(office)
    take_the_files(office, tmp_path)

    office.link("日结", "Day-end").click()
    store = office.say("人民广场店", "People's Square")
    for part in ("day-stores", "day-takings", "day-value"):
        expect(office.part(part)).to_contain_text(store)
    cash = office.part("day-takings").get_by_role("row").nth(1)
    expect(cash).to_contain_text(office.say("现金", "Cash"))
    expect(cash).to_contain_text("¥100.00")
    open_day = office.say("还没过完", "not over yet")
    expect(office.part("day-open")).to_contain_text(open_day)
    expect(office.part("day-value")).to_contain_text("¥100.00")
    office.is_accessible()
    read_a_member(office, members[0])
    prove_the_books(office)
    office.link("后台工作", "Jobs").click()
    expect(office.part("jobs")).to_be_visible()
    office.is_accessible()

    expect(office.link("操作记录", "Audit log")).to_be_visible()
    for chinese, english in (("员工", "Staff"), ("门店", "Stores"), ("审批", "Approvals")):
        expect(office.link(chinese, english)).to_have_count(0)
    page.goto("/office/staff")
    refused = office.say("你没有查看这一页的权限", "You may not see this page")
    expect(page.get_by_role("heading", name=refused)).to_be_visible()
    office.undisturbed()


@BOTH
def test_a_settlement_is_looked_at_and_booked_once(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shops: list[ShopUnderTest] = []

    def prepared(shop: ShopUnderTest) -> None:
        value_that_wandered(shop)
        shops.append(shop)

    server = shop_server(prepared)
    today = business_day_of(shops[0].now, zone="Asia/Shanghai", cut_off_minutes=240)
    office = office_at(server, language)
    office.first_sign_in(ACCOUNTANT, at=f"{ACCOUNTS}/clearing")
    office.field("从", "From").fill((today - timedelta(days=6)).isoformat())
    office.field("到（含）", "To (included)").fill((today - timedelta(days=1)).isoformat())
    office.button("查看", "Show").click()
    owed = office.part("clearing-net")
    expect(owed).to_contain_text(office.say("应收", "Gets"))
    expect(owed).to_contain_text(office.say("应付", "Pays"))
    office.is_accessible()

    office.part("book").click()
    office.part("yes").click()
    booked = office.say("已入账（第 1 次）", "Booked (number 1)")
    expect(office.part("clearing")).to_contain_text(booked)
    expect(office.part("book")).to_have_count(0)
    row = office.part("bookings").get_by_role("row").nth(1)
    pays = office.say("人民广场店付静安寺店", "People's Square pays Jing'an")
    expect(row).to_contain_text(pays)
    office.is_accessible()

    office.field("从", "From").fill((today - timedelta(days=3)).isoformat())
    office.button("查看", "Show").click()
    office.part("book").click()
    office.part("yes").click()
    after = office.say("清算要接着上一次", "A settlement follows the last one")
    expect(office.page.get_by_role("alert")).to_contain_text(after)

    office.link("第 1 次清算", "Settlement 1").click()
    expect(office.part("clearing")).to_contain_text(booked)
    expect(office.part("clearing-net")).to_contain_text(office.say("应付", "Pays"))
    office.undisturbed()


def test_the_owner_finds_a_members_accounts_by_her_phone(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(an_accountant), "en")
    office.first_sign_in(at=f"{ACCOUNTS}/member")
    page = office.page
    page.get_by_label("Full phone number, e-mail, card or member number").fill(PHONE)
    page.keyboard.press("Enter")
    expect(office.part("balances")).to_contain_text("¥100.00")
    assert PHONE not in page.url
    office.is_accessible()
    office.undisturbed()
