"""Segments that every shop of the trade uses, ready to be saved as they are or changed.

"沉睡会员": who came three times or more and has not come for 60 days, up to half a year.
"""

from dataclasses import dataclass

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Not,
    OneOf,
    Scalar,
    Within,
)
from regulars.domain.kernel.label import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A segment ready to be saved; `code` never changes."""

    code: str
    name: Label
    condition: Condition


def _is(field: str, value: Scalar) -> Compare:
    return Compare(field, Comparison.EQUAL, value)


def _from(field: str, value: int) -> Compare:
    return Compare(field, Comparison.AT_LEAST, value)


def _yes(field: str) -> Compare:
    return _is(field, value=True)


def _template(code: str, zh: str, en: str, *parts: Condition) -> Template:
    condition = parts[0] if len(parts) == 1 else All(parts)
    return Template(code=code, name=Label(zh, en), condition=condition)


_SMS = OneOf("consents", ("sms/marketing",))

TEMPLATES = (
    _template(
        "high_value_away_30",
        "近30天未消费的高价值会员",
        "High-value members away for 30 days",
        _from("days_since_visit", 30),
        OneOf("rfm", ("high_value", "key_win_back")),
    ),
    _template(
        "weekly_spicy",
        "每周都点辣味菜品的会员",
        "Members who buy something spicy every week",
        _yes("regularly(tag=辣,n=4,of=4)"),
    ),
    _template(
        "birthday_this_month",
        "本月过生日的会员",
        "Birthdays this month",
        _yes("birthday_this_month"),
    ),
    _template(
        "sleeping",
        "沉睡会员",
        "Sleeping members",
        _from("visits", 3),
        Within("days_since_visit", 60, 180),
    ),
    _template(
        "promising",
        "潜力顾客",
        "Promising members",
        Within("visits_in(days=60)", 2, 5),
        _from("ticket_avg_in(days=60)", 4_000),
    ),
    _template(
        "new_no_second_visit",
        "来过一次还没再来的新客",
        "Newcomers who have not come back",
        _is("visits", 1),
        Within("days_since_first_visit", 7, 45),
    ),
    _template(
        "joined_never_bought",
        "入会后还没消费的会员",
        "Joined, and never bought",
        _is("visits", 0),
        _from("days_since_joined", 3),
    ),
    _template(
        "at_risk",
        "有流失风险的会员",
        "Members at risk of leaving",
        _is("stage", "at_risk"),
    ),
    _template(
        "lost",
        "已流失的会员",
        "Lost members",
        _from("visits", 1),
        _from("days_since_visit", 180),
    ),
    _template(
        "won_back",
        "老友归来",
        "Old friends who came back",
        _yes("resumed(range=120,recent=14)"),
    ),
    _template(
        "regulars",
        "常客：近4周至少3周来过",
        "Regulars: in three of the last four weeks",
        _yes("regularly(n=3,of=4)"),
    ),
    _template(
        "big_bill",
        "近30天单笔满300的会员",
        "Members with a bill of 300 in the last 30 days",
        _from("ticket_max_in(days=30)", 30_000),
    ),
    _template(
        "birthday_week",
        "一周内过生日的会员",
        "Birthdays within a week",
        _yes("birthday(from=-7)"),
    ),
    _template(
        "points_ending",
        "积分7天内到期的会员",
        "Members with points that end within 7 days",
        _from("points_expiring(days=7)", 1),
    ),
    _template(
        "coupon_ending",
        "有券3天内到期、近7天没来的会员",
        "Members with a coupon that ends in 3 days who have not been here this week",
        _from("coupons_expiring(days=3)", 1),
        Not(_from("visits_in(days=7)", 1)),
    ),
    _template(
        "stored_value_away",
        "有储值余额、30天没来的会员",
        "Members with stored value who have been away for 30 days",
        _from("stored_value", 1),
        _from("days_since_visit", 30),
    ),
    _template(
        "pass_nearly_used",
        "次卡快用完的会员",
        "Members whose pass is nearly used up",
        Within("pass_uses_left", 1, 3),
    ),
    _template(
        "delivery_only",
        "只点外送、没到店过的会员",
        "Members who only order delivery",
        _from("visits_in(days=90,channel=delivery)", 2),
        Not(OneOf("channel_in(days=90)", ("counter", "table"))),
    ),
    _template(
        "stopped_coming",
        "以前常来、最近一个月没来的会员",
        "Used to come, but not this month",
        _yes("stopped(range=180,recent=30)"),
        _from("visits_in(days=180)", 4),
    ),
    _template(
        "several_stores",
        "去过多家门店的会员",
        "Members of several stores",
        _from("stores_in(days=90)", 2),
    ),
    _template(
        "reachable",
        "可用短信联系的会员",
        "Members we may text",
        OneOf("contacts", ("phone",)),
        _SMS,
    ),
    _template(
        "no_birthday_told",
        "还没填生日的会员",
        "Members who have not told their birthday",
        Not(OneOf("told", ("birthday",))),
    ),
    _template(
        "new_or_back",
        "近7天的新客和回头客",
        "New and returning guests of this week",
        AnyOf((_yes("first_time(days=7)"), _yes("resumed(range=90,recent=7)"))),
    ),
)
