"""The segments area: from a template, built as a tree, counted live, told in a sentence, stopped."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from regulars.domain.kernel.label import Label
from regulars.domain.segments.kinds import DAYS_MAX, Argument, MeasureKind, Result, Sort
from regulars.domain.segments.measures import KINDS
from regulars.use_cases.segments import SaveSegment
from tests.browser.conftest import OpenOffice, OpenShop
from tests.browser.office import TABLET, Office
from tests.browser.running import CASHIER
from tests.shops import ShopUnderTest

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])
MEASURES = Path(__file__).parents[2] / "web/apps/office/src/views/segments/measures.json"
EVERYBODY = {"kind": "compare", "field": "visits", "is": "at_least", "value": 0}


def guests(shop: ShopUnderTest) -> None:
    """Three members, one of whom has bought something."""
    for last in range(2):
        shop.join(f"1380013800{last}")
    member = shop.join("13912345678")
    shop.run(shop.sale([shop.line("egg_tart")], member=member, cash=800))


def kept(shop: ShopUnderTest, condition: object) -> UUID:
    """A segment of the shop's."""
    segment_id = shop.new_id()
    name = Label("常来的客人", "People who come")
    shop.run(SaveSegment(id=segment_id, seen=0, name=name, condition=condition))
    return segment_id


def guests_in_a_segment(shop: ShopUnderTest) -> None:
    """Three members, and a segment of all of them."""
    guests(shop)
    kept(shop, EVERYBODY)


def leaf(office: Office, at: int) -> Locator:
    """One condition of the tree."""
    return office.part("leaf").nth(at)


def value_of(office: Office, at: int) -> Locator:
    """The number that a condition is held against."""
    return leaf(office, at).locator('[data-test="value"]')


def measured(office: Office, at: int, chinese: str, english: str) -> None:
    """Let a condition look at something else."""
    looked_at = office.say("看什么", "What is looked at")
    office.choose(looked_at, office.say(chinese, english), within=leaf(office, at))


def new_segment(office: Office) -> None:
    """The form of a new segment, with nothing in it."""
    office.first_sign_in()
    office.page.goto("/office/segments/new")
    expect(office.part("preview")).to_be_visible()


def opened(office: Office) -> None:
    """The page of the shop's one segment."""
    office.first_sign_in()
    at_the_segment(office)


def at_the_segment(office: Office) -> None:
    """From the list to its one segment."""
    office.page.goto("/office/segments")
    name = office.say("常来的客人", "People who come")
    office.page.get_by_role("link", name=name).click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text(name)


@BOTH
def test_a_template_is_taken_changed_and_serves(
    shop_server: OpenShop, office_at: OpenOffice, language: str, tmp_path: Path
) -> None:
    office = office_at(shop_server(guests), language)
    office.first_sign_in()
    page = office.page
    page.goto("/office/segments")
    nothing = office.say("还没有人群", "No segments yet")
    expect(page.get_by_role("heading", name=nothing)).to_be_visible()
    office.is_accessible()
    office.link("新建人群", "New segment").click()
    expect(office.part("templates").get_by_role("listitem").first).to_be_visible()
    office.is_accessible()
    take = office.say("用这个：入会后还没消费的会员", "Use this: Joined, and never bought")
    page.get_by_role("link", name=take, exact=True).click()
    expect(office.part("leaf")).to_have_count(2)
    expect(office.part("size")).to_have_text("0")
    value_of(office, 1).fill("0")
    expect(office.part("size")).to_have_text("2")
    office.is_accessible()
    page.screenshot(path=tmp_path / f"segment-{language}.png", full_page=True)
    office.button("保存", "Save").click()
    name = office.say("入会后还没消费的会员", "Joined, and never bought")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    serves = office.say("使用中，会员一有变动就更新。", "In use: it follows")
    expect(page.get_by_text(serves)).to_be_visible()
    expect(office.part("size")).to_have_text("2")
    expect(office.part("size-line")).to_be_visible()
    office.is_accessible()
    office.link("人群", "Segments").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text(office.say("使用中", "In use"))
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_what_is_missing_or_wrong_is_told_at_its_very_condition(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(guests), language)
    new_segment(office)
    page = office.page
    expect(office.part("size")).to_have_text("3")
    office.field("中文名", "Name in Chinese").fill("久未到店")
    for _ in range(2):
        office.part("add-leaf").click()
    value_of(office, 0).fill("30")
    expect(office.part("leaf-fault")).to_have_count(0)
    office.button("保存", "Save").click()
    missing = office.say("请填数值", "Enter a number")
    expect(leaf(office, 1).locator('[data-test="leaf-fault"]')).to_have_text(missing)
    expect(leaf(office, 0).locator('[data-test="leaf-fault"]')).to_have_count(0)
    incomplete = office.say("有条件没填完", "Some conditions are not complete")
    expect(office.part("form-fault")).to_contain_text(incomplete)
    value_of(office, 1).fill("很久")
    no_number = office.say("请填数字，不要带文字", "Enter a number without any words")
    expect(leaf(office, 1).locator('[data-test="leaf-fault"]')).to_have_text(no_number)
    value_of(office, 1).fill("40000")
    too_large = office.say("数值太大了", "This number is too large")
    expect(leaf(office, 1).locator('[data-test="leaf-fault"]')).to_have_text(too_large)
    office.is_accessible()
    value_of(office, 1).fill("9" * 5_000)
    expect(office.part("leaf-fault")).to_have_count(1)
    remove = office.say("删掉条件：多少天没来", "Remove condition: Days since the last visit")
    leaf(office, 1).get_by_role("button", name=remove).click()
    expect(office.part("leaf-fault")).to_have_count(0)
    expect(office.part("size")).to_have_text("0")
    assert page.url.endswith("/segments/new")
    office.undisturbed()


def test_a_tree_of_groups_reads_as_one_sentence(
    shop_server: OpenShop, office_at: OpenOffice
) -> None:
    office = office_at(shop_server(guests), "en", TABLET)
    new_segment(office)
    office.part("add-leaf").click()
    measured(office, 0, "会员等级", "Tier")
    which = office.say("选哪些", "Which ones")
    leaf(office, 0).get_by_role("combobox", name=which).press("ArrowDown")
    gold = office.say("金叶", "Gold leaf")
    office.page.get_by_role("option", name=gold, exact=True).click()
    office.page.keyboard.press("Escape")
    expect(office.part("size")).to_have_text("0")
    expect(office.part("sentence")).to_contain_text(gold)
    leaf(office, 0).get_by_text(office.say("不", "not"), exact=True).click()
    expect(office.part("size")).to_have_text("3")
    office.part("add-group").click()
    expect(office.part("group")).to_have_count(2)
    value_of(office, 1).fill("1")
    expect(office.part("size")).to_have_text("1")
    office.part("group").nth(1).locator('[data-test="add-leaf"]').click()
    measured(office, 2, "一段时间内的消费额", "Spent lately")
    days = office.say("最近几天内", "In the last days")
    leaf(office, 2).get_by_label(days, exact=True).fill("30")
    value_of(office, 2).fill("5.5")
    expect(office.part("sentence")).to_contain_text("5.5")
    expect(office.part("size")).to_have_text("1")
    office.is_accessible()
    office.undisturbed()


@BOTH
def test_two_who_change_the_conditions_compare_sentences(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(guests_in_a_segment), language)
    opened(office)
    office.link("修改", "Edit").click()
    value_of(office, 0).fill("2")
    colleague = Office(office.page.context.new_page(), language)
    colleague.page.goto(office.page.url)
    value_of(colleague, 0).fill("1")
    colleague.button("保存", "Save").click()
    heading = office.say("常来的客人", "People who come")
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text(heading)

    office.button("保存", "Save").click()
    clash = office.part("clash")
    expect(clash).to_contain_text(office.say("消费过", "have come before"))
    expect(clash).to_contain_text("2")
    expect(clash).not_to_contain_text("kind")
    office.is_accessible()
    clash.get_by_role("button", name=office.say("用我的保存", "Save mine")).click()
    expect(office.page.get_by_text(office.say("第 3 版", "Version 3"))).to_be_visible()
    office.undisturbed()
    colleague.undisturbed()


@BOTH
def test_who_is_in_and_why_is_one_click_away_until_it_is_stopped_and_lives_on_as_a_copy(
    shop_server: OpenShop, office_at: OpenOffice, language: str
) -> None:
    office = office_at(shop_server(guests_in_a_segment), language)
    opened(office)
    expect(office.part("size")).to_have_text("3")
    office.link("里面的会员", "Members in it").click()
    expect(office.page.get_by_role("row")).to_have_count(4)
    office.is_accessible()
    office.button("为什么", "Why").first.click()
    expect(office.part("why")).to_contain_text(office.say("符合", "Yes"))
    office.is_accessible()
    office.page.keyboard.press("Escape")
    office.link("在会员列表里看", "See them in the members list").click()
    expect(office.page.get_by_role("row")).to_have_count(4)

    at_the_segment(office)
    office.button("停用", "Stop").click()
    office.is_accessible()
    office.part("yes").click()
    expect(office.button("停用", "Stop")).to_have_count(0)
    expect(office.link("修改", "Edit")).to_have_count(0)
    office.link("复制", "Copy").click()
    expect(office.part("leaf")).to_have_count(1)
    expect(office.field("中文名", "Name in Chinese")).to_have_value("")
    office.page.goto("/office/segments")
    nothing = office.say("还没有人群", "No segments yet")
    expect(office.page.get_by_role("heading", name=nothing)).to_be_visible()
    office.page.goto("/office/segments?state=stopped")
    expect(office.page.get_by_role("row")).to_have_count(2)
    office.undisturbed()


def test_a_cashier_builds_no_segments(shop_server: OpenShop, office_at: OpenOffice) -> None:
    office = office_at(shop_server())
    office.first_sign_in(CASHIER)
    for path in ("", "/templates", "/new"):
        office.page.goto(f"/office/segments{path}")
        refused = office.page.get_by_role("heading", name="你没有查看这一页的权限")
        expect(refused).to_be_visible()
    office.undisturbed()


def _argument(argument: Argument) -> dict[str, object]:
    told: dict[str, object] = {"name": argument.name, "sort": argument.sort.value}
    if argument.needed:
        told["needed"] = True
    if argument.default is not None:
        told["default"] = argument.default
    if argument.sort is Sort.WHOLE and argument.low != 1:
        told["low"] = argument.low
    if argument.sort is Sort.WHOLE and argument.high != DAYS_MAX:
        told["high"] = argument.high
    if argument.choices:
        told["choices"] = list(argument.choices)
    return told


def _kind(kind: MeasureKind) -> dict[str, object]:
    told: dict[str, object] = {"name": kind.name, "result": kind.result.value}
    if kind.result is Result.NUMBER:
        told["unit"] = kind.unit.value
    told["arguments"] = [_argument(argument) for argument in kind.arguments]
    if kind.alternatives:
        told["alternatives"] = list(kind.alternatives)
    if kind.alternative_needed:
        told["alternative_needed"] = True
    return told


def test_the_builder_offers_every_measure_of_the_server_as_it_is() -> None:
    offered = json.loads(MEASURES.read_text(encoding="utf-8"))
    for one in offered:
        assert one.pop("group") in {"visits", "goods", "value", "person"}
    by_name = {one["name"]: one for one in offered}
    assert by_name == {name: _kind(kind) for name, kind in KINDS.items()}
