"""The steps of a journey in words: what she waits for, which way she went, why it ended for her.

"等 2 天" stands where her journey rests; "条件成立：近30天未消费" where it branched.
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.nodes import Action, GiveGift, OpenTask, PutTag, SendMessage
from regulars.domain.campaigns.waits import (
    MINUTES_OF_DAY,
    After,
    AtTime,
    DayPart,
    OnYearly,
    Until,
    Yearly,
)
from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.gift import Gift
from regulars.domain.pricing.reason_words import counted
from regulars.domain.timeline.kinds import Kind, Topic, told_under
from regulars.domain.timeline.line import Cause

# What a step says of itself, by its reason.
WHYS: Mapping[str, Label] = {
    "entered": Label("进入旅程", "Began it"),
    "waits": Label("等待", "Waits"),
    "wait_over": Label("等待结束", "The wait is over"),
    "day_unknown": Label("不知道要等的那一天", "The day to wait for is not known"),
    "waits_for": Label("等一件事发生", "Waits for something to happen"),
    "happened": Label("等到了", "It happened"),
    "timed_out": Label("没等到，时间到了", "It did not happen in time"),
    "holds": Label("条件成立", "The condition holds"),
    "holds_not": Label("条件不成立", "The condition does not hold"),
    "drawn": Label("按比例分流", "Drawn by chance"),
    "done": Label("已完成", "Done"),
    "not_done": Label("没有做成", "Could not be done"),
    "goal_reached": Label("达成目标", "She reached its goal"),
    "exit": Label("走完了全部步骤", "She came to its end"),
    "too_late": Label("超过了旅程的有效期", "Its time was over"),
    "member_left": Label("已不是有效会员", "She is no active member any more"),
    "left_segment": Label("离开了人群", "She left the segment"),
    "no_consent": Label("不再同意任何营销渠道", "She allows offers on no channel"),
    "held_out": Label("在对照组", "She is in the control group"),
    "journey_ended": Label("旅程已停止", "The journey was stopped"),
    "step_gone": Label("新版本里没有这一步", "The new version has no such step"),
    "moved_to_version": Label("改走新版本", "Went on by a newer version"),
    "waits_sent": Label("等消息有结果", "Waits to know whether the message was sent"),
    "sent": Label("消息发出了", "The message was sent"),
    "not_sent": Label("消息没有发", "The message was not sent"),
    "unsure": Label("不确定消息是否发出", "Nobody knows whether the message was sent"),
}


def why_words(why: str) -> Label:
    """What a step says of itself."""
    return WHYS.get(why, Label(why, why))


_RESTS = frozenset({"waits", "waits_for", "waits_sent"})


def kind_of(why: str, *, ends: bool) -> Kind:
    """Under which kind of line a step stands."""
    if ends:
        return Kind.JOURNEY_ENDED
    if why in _RESTS:
        return Kind.JOURNEY_WAITS
    if why == Why.DONE.value:
        return Kind.JOURNEY_DID
    if why == Why.NOT_DONE.value:
        return Kind.JOURNEY_DID_NOT
    return Kind.JOURNEY_WENT_ON


HAPPENINGS: Mapping[str, Label] = {
    "order.settled": Label("买单", "a purchase"),
    "order.refunded": Label("退款", "a refund"),
    "member.joined": Label("入会", "joining"),
    "member.tier_changed": Label("等级变化", "a change of tier"),
    "member.stage_changed": Label("阶段变化", "a change of stage"),
    "member.class_changed": Label("价值分层变化", "a change of class"),
    "member.checked_in": Label("签到", "a check-in"),
    "member.gifted": Label("收到赠礼", "a gift"),
    "member.tags_changed": Label("标签变化", "a change of tags"),
    "value.topped_up": Label("充值", "a top-up"),
    "points.expiring": Label("积分快到期", "points that end soon"),
    "coupon.issued": Label("得到优惠券", "a new coupon"),
    "coupon.voided": Label("优惠券作废", "a coupon made void"),
    "consent.granted": Label("同意接收", "a yes to messages"),
    "consent.withdrawn": Label("退订", "a no to messages"),
    "survey.answered": Label("填写问卷", "an answered survey"),
    "task.completed": Label("完成任务", "a finished task"),
    "draw.drawn": Label("抽奖", "a lucky draw"),
    "segment.entered": Label("进入人群", "entering the segment"),
    "segment.left": Label("离开人群", "leaving the segment"),
    "message.ended": Label("消息没发成", "a message that was not sent"),
    "message.clicked": Label("点开链接", "a click on the link"),
}
_OCCASIONS: Mapping[str, Label] = {
    "birthday": Label("生日", "her birthday"),
    "joined": Label("入会周年", "the day she joined"),
    "schedule": Label("定时开始", "its schedule"),
    "hand": Label("人工加入", "put in by hand"),
    "once": Label("只进入一次", "once for ever"),
}


def happening(fact: str) -> Label:
    """What a fact is called where somebody waits for it."""
    return HAPPENINGS.get(fact, Label(fact, fact))


# Of these the occasion names the thing itself.
_THINGS = frozenset({Topic.ORDER, Topic.VALUE, Topic.COUPON, Topic.SURVEY, Topic.DRAW})


def occasion_of(occurrence: str) -> tuple[Label | None, Cause | None]:
    """What let her in, read from the name of the occasion, and the thing that it was."""
    name, _, rest = occurrence.partition(":")
    words = HAPPENINGS.get(name) or _OCCASIONS.get(name)
    try:
        subject = UUID(rest)
    except ValueError:
        return words, None
    topic = told_under(name) if name in HAPPENINGS else None
    return words, Cause(topic, subject) if topic in _THINGS else None


def wait_words(until: Until) -> Label:
    """How long a step waits: 等 2 天."""
    match until:
        case After(minutes=minutes):
            zh, en = _span(minutes)
            return Label(f"等 {zh}", f"waits for {en}")
        case AtTime(minute=minute, days=days):
            if days:
                day = counted(days, "day")
                return Label(
                    f"等 {days} 天到 {_clock(minute)}", f"waits {day}, until {_clock(minute)}"
                )
            return Label(f"等到 {_clock(minute)}", f"waits until {_clock(minute)}")
        case DayPart(from_minute=low, to_minute=high):
            part = f"{_clock(low)}–{_clock(high)}"
            return Label(f"等到 {part} 之间", f"waits for {part}")
        case OnYearly(of=of):
            return _YEARLY[of]
        case _:
            assert_never(until)


_YEARLY: Mapping[Yearly, Label] = {
    Yearly.BIRTHDAY: Label("等到生日前后", "waits for her birthday"),
    Yearly.JOINED: Label("等到入会周年前后", "waits for the day she joined"),
}


def deed_words(action: Action, template: Label | None) -> Label:
    """What a step does: 发消息“老友归来”. `template`: what the message is called."""
    match action:
        case SendMessage(template=code):
            name = template or Label(code, code)
            return Label(f"发消息“{name.zh}”", f"the message “{name.in_language('en')}”")
        case GiveGift(gift=gift):
            return gift_words(gift)
        case PutTag(tag=tag, put=put):
            if put:
                return Label(f"打标签“{tag}”", f"the tag “{tag}”")
            return Label(f"去掉标签“{tag}”", f"the tag “{tag}” taken off")
        case OpenTask(words=words):
            return Label(
                f"给店员派任务“{words.zh}”", f"a task for the staff: {words.in_language('en')}"
            )
        case _:
            assert_never(action)


def gift_words(gift: Gift) -> Label:
    """What a gift holds: 送出 100 积分、1 张优惠券."""
    coupons = len(gift.coupon_types)
    parts = [
        (f"{gift.points:,} 积分", f"{gift.points:,} points", gift.points),
        (f"{gift.growth_value:,} 成长值", f"{gift.growth_value:,} growth value", gift.growth_value),
        ("赠金", "bonus money", gift.bonus_minor),
        (f"{coupons} 张优惠券", counted(coupons, "coupon"), coupons),
    ]
    shown = [(zh, en) for zh, en, much in parts if much]
    if gift.item is not None:
        shown.append((gift.item.in_language("zh-CN"), gift.item.in_language("en")))
    return Label(
        f"送出 {'、'.join(zh for zh, _ in shown)}",
        ", ".join(en for _, en in shown),
    )


NOT_DONE: Mapping[str, Label] = {
    "budget_spent": Label("活动预算已用完", "The campaign's budget is spent"),
    "nothing_given": Label("优惠券已发完或已停发", "The coupons are all given, or stopped"),
    "template_missing": Label("文案已停用", "Its template is gone or stopped"),
    "no_channel": Label("没有可用的渠道", "There is no channel for it"),
    "too_late": Label("已过有效期", "Its time was over"),
}


def _span(minutes: int) -> tuple[str, str]:
    if minutes % MINUTES_OF_DAY == 0:
        days = minutes // MINUTES_OF_DAY
        return f"{days} 天", counted(days, "day")
    if minutes % 60 == 0:
        return f"{minutes // 60} 小时", counted(minutes // 60, "hour")
    return f"{minutes} 分钟", counted(minutes, "minute")


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute, 60)
    return f"{hours:02d}:{minutes:02d}"
