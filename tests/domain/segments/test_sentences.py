"""Segments in words: as a shop manager would say them, in both languages."""

from uuid import UUID

import pytest

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Within,
    as_data,
)
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments.conditions import segment_condition_from
from regulars.domain.segments.sentence import sentence_of
from regulars.domain.segments.templates import TEMPLATES
from tests.segment_dice import Dice

TEA, SHOP = UUID(int=1), UUID(int=2)
NAMES = Names(
    things={TEA: Label("奶茶", "Milk tea"), SHOP: Label("人民广场店", "People's Square")},
    tiers={"gold": Label("金叶", "Gold leaf")},
)
AWAY = Compare("days_since_visit", Comparison.AT_LEAST, 30)
GOLD = Compare("tier", Comparison.EQUAL, "gold")


def yes(field: str) -> Compare:
    return Compare(field, Comparison.EQUAL, True)


def at_least(field: str, value: int) -> Compare:
    return Compare(field, Comparison.AT_LEAST, value)


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (
            All((AWAY, Compare("rfm", Comparison.EQUAL, "high_value"))),
            "近30天未消费的高价值会员",
            "Members who have not come for 30 days or more and are “High value”",
        ),
        (All((AWAY, GOLD)), "近30天未消费的金叶会员", None),
        (GOLD, "金叶会员", "Members who are Gold leaf"),
        (Not(GOLD), "不是金叶会员的会员", "Members who are not Gold leaf"),
        (
            yes("regularly(tag=辣,n=4,of=4)"),
            "近4周每周都点“辣”商品的会员",
            "Members who bought “辣” items every week of the last 4",
        ),
        (yes("birthday_this_month"), "本月过生日的会员", None),
        (
            All((at_least("visits", 3), Within("days_since_visit", 60, 180))),
            "累计消费至少3次、60至179天前来过的会员",
            "Members who came at least 3 times and last came 60 to 179 days ago",
        ),
        (
            Not(at_least("visits_in(days=7)", 1)),
            "近7天未消费的会员",
            "Members who did not come in the last 7 days",
        ),
        (
            at_least(f"visits_in(days=30,store={SHOP})", 2),
            "近30天在人民广场店消费至少2次的会员",
            "Members who came at least 2 times at People's Square in the last 30 days",
        ),
        (
            at_least(f"bought(product={TEA},days=28)", 3),
            "近28天买奶茶至少3次的会员",
            "Members who bought Milk tea at least 3 times in the last 28 days",
        ),
        (
            Not(OneOf("tags", ("常客", "素食"))),
            "没有“常客或素食”标签的会员",
            "Members who are not tagged “常客 or 素食”",
        ),
        (AnyOf((AWAY, GOLD)), "（近30天未消费或等级为金叶）的会员", None),
        (at_least("points_expiring(days=7)", 1), "7天内有积分到期的会员", None),
        (at_least("ticket_max_in(days=30)", 30_000), "近30天单笔最高至少300.00的会员", None),
        (OneOf("consents", ("sms/marketing",)), "同意短信营销的会员", None),
        (yes("everyone"), "全部会员", "All members"),
        (AnyOf(()), "没有会员", "No member"),
    ],
)
def test_a_segment_reads_as_a_manager_would_say_it(
    condition: Condition, zh: str, en: str | None
) -> None:
    said = sentence_of(condition, NAMES)
    assert said.zh == zh
    assert en is None or said.en == en


def test_every_condition_has_a_sentence_in_both_languages() -> None:
    trees = Dice(53)
    for _ in range(1_000):
        said = sentence_of(trees.condition(), NAMES)
        assert said.zh.endswith("会员")
        assert said.en.startswith(("Members who ", "All members", "No member"))
        assert not {"{", "}"} & set(said.zh + said.en)


def test_every_template_is_read_as_a_saved_segment_is() -> None:
    assert len({one.code for one in TEMPLATES}) == len(TEMPLATES) >= 17
    for one in TEMPLATES:
        assert segment_condition_from(as_data(one.condition)) == one.condition
        assert one.name.zh
        assert one.name.en
