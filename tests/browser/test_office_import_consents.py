"""An old list with consents: what it claims without a day is refused, the rest stands as proof."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenOffice, OpenShop

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
LIST = (
    "姓名,手机号,短信营销,同意日期,同意方式\n"
    "李敏,13800138000,是,2025-03-08,静安寺店入会登记表\n"
    "王芳,13800138001,是,,\n"
    "张伟,13800138002,否,,\n"
)


@BOTH
def test_a_list_tells_who_agreed_and_since_when(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(), language)
    office.first_sign_in()
    office.page.goto("/office/people/import")
    page = office.page
    file = FilePayload(name="members.csv", mimeType="text/csv", buffer=LIST.encode())
    office.part("file").set_input_files(file)
    meant = office.part("columns")
    expect(meant).to_contain_text(office.say("同意短信营销", "Agreed to marketing by SMS"))
    expect(meant).to_contain_text(office.say("在哪里、怎么同意的", "Where and how she agreed"))
    expect(office.part("consents")).to_be_visible()
    office.is_accessible()
    office.part("import").click()
    office.part("yes").click()
    expect(office.part("imported")).to_have_text("2")
    outcome = office.part("outcome")
    expect(outcome).to_contain_text(
        office.say("“同意短信营销”写着同意，但没有同意日期", "but not on which day")
    )
    page.goto("/office/members")
    office.find_member("13800138000")
    office.link("授权", "Consents").click()
    expect(page.get_by_text("静安寺店入会登记表")).to_be_visible()
    office.is_accessible()
    office.undisturbed()
