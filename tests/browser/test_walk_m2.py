"""Walk M2, approving: thirty percent off takes the manager's PIN at the till, tags for everybody take a
second person, and the audit log tells who, why, and what was there before and after."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from regulars.domain.stores.permissions import Role
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import Office
from tests.browser.running import PASSWORD
from tests.browser.staffing import add_person
from tests.browser.till import Till
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
SECOND = "chenmin"
AUDIT = "/office/audit"
ONE_ALONE = {"members.bulk_alone_max": 1}


def some_members(shop: ShopUnderTest) -> None:
    """Three members; 陈敏 is the second person."""
    add_person(shop, SECOND, Role.OWNER, ("organisation", named("organisation")))
    for last in range(3):
        shop.join(f"1380013800{last}")


def asks_her_manager(till: Till) -> None:
    """The cashier may give a tenth; for three tenths the manager comes with her PIN."""
    till.order("珍珠奶茶", "芒果冰")
    till.due("¥40.00")
    till.part("discount-open").tap()
    sheet = till.page.locator("dialog")
    for key in ("3", "0"):
        sheet.get_by_role("button", name=key, exact=True).tap()
    expect(till.part("discount-shown")).to_have_text("打 7 折")
    sheet.get_by_role("button", name="上菜慢").tap()
    till.part("discount-give").tap()
    expect(sheet.get_by_role("alert")).to_contain_text("最多 10%")
    till.part("ask-manager").tap()
    till.manager_comes()
    expect(till.part("discount-shown")).to_have_text("打 7 折")
    till.part("discount-give").tap()
    till.due("¥28.00")
    till.pay_exact_cash()
    expect(till.paid()).to_contain_text("上菜慢")


def opened_act(office: Office, chinese: str, english: str) -> Locator:
    """One act of the audit log, opened."""
    what = office.say(chinese, english)
    open_it = office.say(f"查看：{what}", f"Open: {what}")
    office.page.get_by_role("button", name=open_it, exact=True).first.click()
    return office.part("act")


def row_of(act: Locator, name: str) -> Locator:
    """What changed of one field."""
    return act.get_by_role("row").filter(has=act.page.get_by_role("rowheader", name=name))


@BOTH
def test_thirty_percent_off_takes_the_managers_pin_and_the_log_says_why(
    shop_server: OpenShop,
    till_at: Callable[..., Till],
    office_at: OpenOffice,
    language: str,
) -> None:
    shop = shop_server()
    till = till_at(shop)
    till.managed()
    asks_her_manager(till)

    office = office_at(shop, language)
    office.page.goto(AUDIT)
    office.sign_in(password=PASSWORD)
    act = opened_act(office, "订单：手动优惠", "Order: discounted by hand")
    for text in ("林娜", "上菜慢", office.say("人民广场店", "People's Square")):
        expect(act).to_contain_text(text)
    bill = row_of(act, office.say("账单", "Bill"))
    expect(bill.locator("del")).to_have_text("¥40.00")
    expect(bill.locator("ins")).to_have_text("¥28.00")
    expect(row_of(act, office.say("折扣", "Discount")).locator("ins")).to_have_text("30%")
    office.is_accessible()
    office.undisturbed()
    till.undisturbed()
    shop.ledger_is_clean()


@BOTH
def test_tags_for_everybody_take_a_second_person_and_the_log_names_both(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    shop = shop_server(some_members, terms=ONE_ALONE)
    office = office_at(shop, language)
    office.first_sign_in()
    office.button("打标签", "Add tag").click()
    form = office.part("bulk-form")
    for field, text in (("标签", "老街坊"), ("原因", "三周年")):
        english = {"标签": "Tag", "原因": "Reason"}[field]
        form.get_by_label(office.say(field, english), exact=True).last.fill(text)
    preview = office.part("bulk-preview")
    expect(preview).to_contain_text(office.say("要由另一个人审批", "somebody else has to approve"))
    office.button("提交", "Submit").click()
    mine = office.part("bulk-action").filter(has_text="老街坊")
    expect(mine).to_contain_text(office.say("等待审批", "Waiting for approval"))

    second = office_at(shop, language)
    second.first_sign_in(SECOND, at="/office/approvals")
    waiting = second.part("waiting-bulk")
    for text in ("老街坊", "三周年", "林娜"):
        expect(waiting).to_contain_text(text)
    waiting.get_by_role("button").first.click()
    second.part("yes").click()
    expect(waiting).to_have_count(0)
    expect(mine).to_contain_text(office.say("办成 3 人", "3 done"))

    second.page.goto(AUDIT)
    acts = second.page.get_by_role("row")
    expect(acts.filter(has_text="林娜").filter(has_text="三周年").first).to_be_visible()
    expect(acts.filter(has_text="chenmin").first).to_be_visible()
    second.is_accessible()
    for one in (office, second):
        one.undisturbed()
