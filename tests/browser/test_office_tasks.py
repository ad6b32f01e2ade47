"""What waits: every count of the first page leads to the list of exactly those, where each is dealt with."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import bindparam, update

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.terms import Level
from regulars.domain.messaging.port import Answer, Outgoing, SendInDoubt
from regulars.storage.columns import Id
from regulars.storage.statement import Statement
from regulars.storage.tables.journeys import journey_run
from regulars.use_cases.import_refusals import KeepRefusals, RefusedRow
from regulars.use_cases.offers import SaveOffer
from regulars.use_cases.survey_links import token_of
from regulars.use_cases.surveys import AnswerSurvey
from tests.browser.conftest import OpenOffice, OpenShop
from tests.domain.loyalty.test_survey import SURVEY
from tests.inviting import start
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest, named

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
WORDS = "等了半小时"
GIVEN_UP: Statement[object] = Statement(
    update(journey_run)
    .where(journey_run.c.member_id == bindparam("who", type_=Id()))
    .values(state="dead", due_at=None, error="template_unknown", attempts=5)
)


def cut(outgoing: Outgoing) -> Answer:
    raise SendInDoubt("answer_cut")


def everything_waits(shop: ShopUnderTest) -> None:
    """A low mark, a stuck journey, a message in doubt, and an import with two refused rows."""
    morning = f"{(shop.now - timedelta(days=1)).date().isoformat()}T11:00:00+08:00"
    shop.now = Instant(instant_from_iso(morning))
    post = PostUnderTest(shop, [Provider(reply=cut)])
    post.template()
    wang = post.member("13800138000", name="王芳")
    walk = Walk(post)
    walk.enter(walk.live("wait", walk.drawing({"wait": walk.wait(60, "end"), "end": EXIT})), wang)
    walk.on()
    shop.database.write(lambda tx: tx.send(GIVEN_UP, who=wang)).result()
    post.plan(post.planned(post.member("13800138002", name="李敏"), "a"))
    post.work_through(minutes=10)
    start(shop, "survey", SURVEY)
    sale = shop.sale([shop.line("egg_tart")], member=wang, cash=800)
    shop.run(sale)
    given = {"nps": ("2",), "where": ("wait",), "more": (WORDS,)}
    token = token_of(shop.vault, sale.order_id)
    shop.run(AnswerSurvey(token=token, given=given, language="zh-CN"))
    refused = tuple(
        RefusedRow(
            row=row,
            column="phone",
            code="import.cell_malformed",
            reason_zh="“手机”列填写有误",
            reason_en="Column phone is not right",
        )
        for row in (7, 19)
    )
    shop.run(
        KeepRefusals(
            store_id=shop.store_id, file="ab" * 32, first_row=2, last_row=40, refused=refused
        )
    )


@BOTH
def test_each_count_leads_to_its_list_and_each_thing_is_dealt_with(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(everything_waits), language)
    office.first_sign_in(at="/office/home")
    counts = office.part("tasks").get_by_role("listitem")
    marks = office.say("差评还没回访", "Low marks not answered yet")
    stuck = office.say("旅程或消息卡住", "Journeys and messages stuck")
    imports = office.say("导入会员时有行没导进来", "Imports with rows that were refused")
    for text, number in ((marks, "1"), (stuck, "2"), (imports, "1")):
        expect(counts.filter(has_text=text).locator(".chip")).to_have_text(number)

    counts.filter(has_text=marks).get_by_role("link").click()
    mark = office.part("marks").get_by_role("row").nth(1)
    for text in ("王芳", WORDS, office.say("等待", "The wait"), "2"):
        expect(mark).to_contain_text(text)
    office.is_accessible()
    mark.get_by_role("button", name=office.say("处理好了", "Dealt with"), exact=True).click()
    dialog = office.page.get_by_role("dialog")
    finish = dialog.get_by_role("button", name=office.say("处理好了", "Dealt with"), exact=True)
    expect(finish).to_be_disabled()
    dialog.get_by_text(office.say("已致歉沟通", "Apologised"), exact=True).click()
    dialog.get_by_label(office.say("补充说明（可不填）", "Note (optional)")).fill("电话致歉")
    office.is_accessible()
    finish.click()
    nothing = office.say("没有待回访的差评", "No low mark waits for an answer")
    expect(office.page.get_by_role("heading", name=nothing)).to_be_visible()
    office.part("marks").get_by_text(office.say("已处理", "Dealt with"), exact=True).click()
    expect(office.part("marks")).to_contain_text("电话致歉")
    expect(office.part("marks")).to_contain_text("林娜")
    office.is_accessible()

    office.link("卡住的旅程和消息", "Stuck journeys and messages").click()
    runs, doubts = office.part("stuck-runs"), office.part("doubted-messages")
    expect(runs.get_by_role("row").nth(1)).to_contain_text("王芳")
    expect(runs).to_contain_text(office.say("老友归来", "Come back"))
    expect(doubts.get_by_role("row").nth(1)).to_contain_text("李敏")
    office.is_accessible()
    runs.get_by_role("button", name=office.say("重试", "Try again"), exact=True).click()
    free = office.say("没有卡住的旅程", "No journey is stuck")
    expect(runs.get_by_role("heading", name=free)).to_be_visible()
    doubts.get_by_role("button", name=office.say("算作已发", "Count as sent")).click()
    dialog.get_by_label(office.say("原因", "Reason")).fill("provider had it")
    dialog.get_by_role("button", name=office.say("算作已发", "Count as sent")).click()
    clear = office.say("没有下落不明的消息", "No message is in doubt")
    expect(doubts.get_by_role("heading", name=clear)).to_be_visible()
    office.is_accessible()

    office.link("没导入的行", "Rows not imported").click()
    expect(office.part("imports").get_by_role("row").nth(1)).to_contain_text("7–19")
    office.is_accessible()
    with office.page.expect_download() as download:
        office.part("refused-file").click()
    kept = tmp_path / "rows.csv"
    download.value.save_as(kept)
    told = kept.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in told[1:]] == ["7", "19"]
    assert office.say("手机号", "Phone number") in told[1]
    office.button("处理好了", "Dealt with").click()
    office.is_accessible()
    office.part("yes").click()
    none = office.say("没有待处理的导入", "No import waits for you")
    expect(office.page.get_by_role("heading", name=none)).to_be_visible()
    office.is_accessible()
    office.page.goto("/office/home")
    calm = office.say("没有等着你处理的事", "Nothing is waiting for you")
    expect(office.part("tasks")).to_contain_text(calm)
    office.undisturbed()


def with_a_planned_change(shop: ShopUnderTest) -> None:
    """夏日九折 runs; from the third day on it is 八折."""
    offer = named("offer:summer")
    for seen, (rate, begins) in enumerate(((1_000, None), (2_000, shop.now + timedelta(days=3)))):
        definition = {"kind": "percent", "effect": {"basis_points": rate, "per": "order"}}
        shop.run(
            SaveOffer(
                id=offer,
                seen=seen,
                name=Label("夏日折扣", "Summer offer"),
                level=Level.ORGANISATION,
                place_id=None,
                definition=definition,
                effective_at=None if begins is None else Instant(begins),
                ends_at=None,
            )
        )
        shop.pass_time(minutes=1)


@BOTH
def test_an_offer_with_a_planned_change_is_said_to_run_and_what_comes(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(with_a_planned_change), language)
    office.first_sign_in(at="/office/offers")
    name = office.say("夏日折扣", "Summer offer")
    row = office.page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(office.say("进行中", "In force"))
    expect(row).to_contain_text(office.say("起有变动", "Changes on"))
    expect(row).to_contain_text(office.say("全场 9 折", "10% off everything"))
    office.is_accessible()
    row.get_by_role("link").click()
    now_is = office.say("全场 9 折", "10% off everything")
    expect(office.part("offer-sentence")).to_contain_text(now_is)
    then = office.say("全场 8 折", "20% off everything")
    expect(office.part("offer-change")).to_contain_text(then)
    office.is_accessible()
    office.undisturbed()
