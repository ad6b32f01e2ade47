"""Every line of a timeline has its sentence in both languages, and so has every reason."""

import re
from datetime import date
from uuid import UUID

import pytest

from regulars.domain.campaigns import happenings
from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.nodes import GiveGift, OpenTask, PutTag, SendMessage
from regulars.domain.campaigns.waits import After, AtTime, DayPart, OnYearly, Until, Yearly
from regulars.domain.insights.lifecycle import Rule
from regulars.domain.insights.rfm import NAMES, RfmClass
from regulars.domain.kernel.condition import Compare, Comparison, OneOf, Within
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.ledger.statement_words import OCCASIONS
from regulars.domain.loyalty.gift import Gift
from regulars.domain.messaging.channels import Channel
from regulars.domain.orders.refund import PlanKind
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.timeline import changes, steps, words
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import (
    ELSEWHERE,
    SENTENCES,
    Cause,
    Line,
    Money,
    said,
    withheld,
)

PLACE = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
THING = UUID("0190d5c0-0000-7000-8000-000000000001")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_line_says_the_same_in_both_languages(kind: Kind) -> None:
    form = SENTENCES[kind]
    assert set(PLACE.findall(form.zh)) == set(PLACE.findall(form.en))
    told = dict.fromkeys(PLACE.findall(form.zh), "X")
    sentence = said(kind, told, scale=2)
    assert "{" not in sentence.zh + sentence.en
    assert kind is Kind.VALUE_MOVED or kind is Kind.GIFT_HANDED or CHINESE.search(sentence.zh)
    assert not CHINESE.search(sentence.en)
    assert kind.topic in Topic


def test_no_sentence_is_left_over() -> None:
    assert SENTENCES.keys() == set(Kind)


def test_every_topic_has_a_line() -> None:
    assert {kind.topic for kind in Kind} == set(Topic)


@pytest.mark.parametrize(
    ("table", "whole"),
    [
        (steps.WHYS, {one.value for one in Why}),
        (steps.HAPPENINGS, happenings.KINDS),
        (words.CHANNELS, set(Channel)),
        (words.REFUND_PLANS, set(PlanKind)),
        (words.STAGE_REASONS, set(Rule)),
        (changes.CLASS_CAUSES, {"followed", "due", "judged_anew"}),
    ],
)
def test_no_reason_goes_without_words(table: dict[str, Label], whole: set[str]) -> None:
    assert whole <= set(table)
    assert all(CHINESE.search(one.zh) and one.en for one in table.values())
    assert not any(CHINESE.search(one.en) for one in table.values())


def test_a_change_of_class_names_both_and_its_cause() -> None:
    for name in RfmClass:
        assert changes.class_of(name.value) == NAMES[name]
    for nobody in (None, "", "whale"):
        assert changes.class_of(nobody) == changes.NO_CLASS
    body = {"now": "steady", "before": "newcomer", "cause": "due"}
    cause, before = changes.class_reasons(body)
    assert cause == changes.CLASS_CAUSES["due"]
    assert NAMES[RfmClass.NEWCOMER].zh in before.zh
    assert changes.class_reasons({"before": None}) == (
        Label("之前是“未分层”", "It was “none yet”"),
    )


def test_words_taken_off_are_counted_as_far_as_they_were_kept() -> None:
    assert changes.taken_off({"added": 1, "removed": 2}) == 2
    assert changes.taken_off({"by": "journey"}) == 0
    assert changes.taker_of({"by": "segment"}) == Label("离开了人群", "She left a segment")
    assert changes.taker_of({}) == Label("在会员资料里改的", "Changed on her record")


def test_amounts_and_days_are_written_as_each_language_writes_them() -> None:
    sold = said(
        Kind.ORDER_SETTLED,
        {"store": Label("人民广场店", "People's Square"), "bill": "A017", "due": Money(4_500)},
        scale=2,
    )
    assert sold == Label(
        "在人民广场店买单（单号 A017），实付 45.00", "Bill A017 at People's Square: paid 45.00"
    )
    coupon = said(
        Kind.COUPON_ISSUED,
        {"coupon": Label("立减10元", "10 off"), "day": date(2026, 6, 3)},
        scale=2,
    )
    assert coupon == Label(
        "得到“立减10元”，可用到 2026 年 6 月 3 日", "Was given “10 off”, good until 2026-06-03"
    )


def test_what_a_guest_called_herself_is_never_read_as_a_form() -> None:
    told = said(Kind.TAGGED, {"tags": "{store} {tags.__class__}"}, scale=2)
    assert told.zh == "打上标签：{store} {tags.__class__}"


def test_another_stores_bill_is_told_without_its_content() -> None:
    bill = Line(
        at=instant_from_iso("2026-05-04T10:00:00+08:00"),
        kind=Kind.ORDER_SETTLED,
        sentence=Label("在人民广场店买单", "Bill"),
        why=Label("第二杯半价", "Second at half price"),
        store_id=THING,
        ids={"order": THING},
    )
    shown = withheld(bill)
    assert shown == Line(at=bill.at, kind=bill.kind, sentence=ELSEWHERE[Topic.ORDER])


@pytest.mark.parametrize(
    ("key", "zh", "cause"),
    [
        (f"grant:run:{THING}:gift:1:{THING}:TEN:1", "旅程里的步骤", Cause(Topic.JOURNEY, THING)),
        (f"grant:birthday:2026:{THING}:TEN:1", "生日礼", None),
        (f"grant:join:{THING}:NEW5:1", "入会礼", None),
        (f"topup:{THING}:TEN:1", "充值赠送", None),
        (f"reissue:{THING}", "补发", Cause(Topic.COUPON, THING)),
        (f"group:{THING}", "拼团", Cause(Topic.GROUP, THING)),
        (f"hand:{THING}", "店员手工发放", None),
        ("something:else", "系统发放", None),
    ],
)
def test_a_coupon_tells_where_it_came_from(key: str, zh: str, cause: Cause | None) -> None:
    origin = words.origin_of(key)
    assert origin.words.zh == zh
    if key.startswith(("topup", "hand")):
        return
    assert origin.cause == cause


def test_every_occasion_of_a_gift_is_an_origin() -> None:
    for occasion, label in OCCASIONS.items():
        assert words.origin_of(f"grant:{occasion}:{THING}").words == label


@pytest.mark.parametrize(
    ("occurrence", "zh", "cause"),
    [
        (f"order.settled:{THING}", "买单", Cause(Topic.ORDER, THING)),
        ("segment.entered:417", "进入人群", None),
        ("birthday:2026", "生日", None),
        (f"hand:{THING}", "人工加入", None),
    ],
)
def test_a_journey_tells_what_let_her_in(occurrence: str, zh: str, cause: Cause | None) -> None:
    label, found = steps.occasion_of(occurrence)
    assert label is not None
    assert (label.zh, found) == (zh, cause)


@pytest.mark.parametrize(
    ("until", "zh", "en"),
    [
        (After(2_880), "等 2 天", "waits for 2 days"),
        (After(60), "等 1 小时", "waits for 1 hour"),
        (After(90), "等 90 分钟", "waits for 90 minutes"),
        (AtTime(600), "等到 10:00", "waits until 10:00"),
        (AtTime(600, 1), "等 1 天到 10:00", "waits 1 day, until 10:00"),
        (DayPart(540, 720), "等到 09:00–12:00 之间", "waits for 09:00–12:00"),
        (OnYearly(Yearly.BIRTHDAY, -3, 600), "等到生日前后", "waits for her birthday"),
    ],
)
def test_a_wait_says_how_long(until: Until, zh: str, en: str) -> None:
    assert steps.wait_words(until) == Label(zh, en)


def test_a_deed_says_what_was_done() -> None:
    message = SendMessage(template="back", channels=(Channel.SMS,), valid_minutes=60)
    assert steps.deed_words(message, Label("老友归来", "Come back")).zh == "发消息“老友归来”"
    assert steps.deed_words(message, None).en == "the message “back”"
    gift = Gift(points=100, bonus_minor=500, coupon_types=("TEN",), item=Label("杯子", "A mug"))
    assert steps.deed_words(GiveGift(gift=gift), None) == Label(
        "送出 100 积分、赠金、1 张优惠券、杯子", "100 points, bonus money, 1 coupon, A mug"
    )
    assert steps.deed_words(PutTag("常客", put=False), None).zh == "去掉标签“常客”"
    assert (
        steps.deed_words(OpenTask(Label("打电话", "Call her")), None).zh == "给店员派任务“打电话”"
    )


def test_a_tier_shows_the_figure_that_decided() -> None:
    judged = words.Judged("spend", 152_000, 150_000, date(2026, 1, 1), date(2027, 1, 1))
    told = words.figure_of(judged, scale=2)
    assert told == Label(
        "消费额 1520.00，要求 1500.00（2026-01-01 至 2026-12-31）",
        "1520.00 spent, 1500.00 needed (2026-01-01 to 2026-12-31)",
    )
    assert words.figure_of(words.Judged(None, None, None, None, None), scale=2) is None


def test_a_segment_says_which_part_decided_and_what_was_there() -> None:
    why = {"field": "days_since_visit", "is": "at_least", "wanted": 30, "actual": 36, "holds": True}
    told = words.condition_reason(why, Names())
    assert told == Label(
        "符合：近30天未消费（当时 36）", "Members who have not come for 30 days or more (it was 36)"
    )
    left = words.condition_reason({**why, "actual": 0, "holds": False}, Names())
    assert left is not None
    assert left.zh == "不再符合：近30天未消费（当时 0）"
    changed = words.condition_reason({"reason": "definition_changed"}, Names())
    assert changed is not None
    assert changed.zh == "人群的条件改了"
    assert words.condition_reason({"field": "", "is": "any_of"}, Names()) is None


@pytest.mark.parametrize(
    ("stored", "leaf"),
    [
        (
            {"field": "visits", "is": "at_least", "wanted": 2},
            Compare("visits", Comparison.AT_LEAST, 2),
        ),
        ({"field": "rfm", "is": "one_of", "wanted": ["lost"]}, OneOf("rfm", ("lost",))),
        ({"field": "visits", "is": "within", "wanted": [2, 5]}, Within("visits", 2, 5)),
        ({"field": "visits", "is": "unheard_of", "wanted": 2}, None),
        ("nothing", None),
    ],
)
def test_a_stored_reason_is_read_back(stored: object, leaf: object) -> None:
    assert words.leaf_of(stored) == leaf


def test_a_stage_tells_its_rule() -> None:
    why = {"rule": "silent", "own_gap_days": 6, "gap_days": 7, "at_risk_after_days": 14}
    told = words.stage_reason(why)
    assert told is not None
    assert told.zh == "约 6 天来一次，超过 14 天没来"
    assert words.stage_reason({"rule": "no such rule"}) is None


def test_who_put_a_word_on_her_is_told() -> None:
    assert words.putter_of(f"segment:{THING}").cause == Cause(Topic.SEGMENT, THING)
    assert words.putter_of(f"journey:{THING}").cause == Cause(Topic.JOURNEY, THING)
    assert words.putter_of(f"staff:{THING}") == words.Origin(Label("店员打的", "By the staff"))
