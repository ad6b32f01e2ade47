"""The reasons of a timeline in words: why a tier began, where a coupon came from, what was done.

"本期成长值 1,520，要求 1,500" stands under "升到“茶王”".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from regulars.domain.insights.lifecycle import Rule
from regulars.domain.kernel.condition import Compare, Comparison, Leaf, OneOf, Within
from regulars.domain.kernel.label import Label
from regulars.domain.ledger.statement_words import OCCASIONS
from regulars.domain.members.consent import IMPORTED, Purpose
from regulars.domain.members.consent import Channel as ConsentChannel
from regulars.domain.messaging.channels import Channel
from regulars.domain.orders.refund import PlanKind
from regulars.domain.pricing.reason_words import Texts, money_text, percent_text
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments import sentence_words
from regulars.domain.segments.filling import DEFINITION_CHANGED, STOPPED
from regulars.domain.segments.sentence_leaves import said
from regulars.domain.tiers.terms import Measure
from regulars.domain.timeline.kinds import Topic
from regulars.domain.timeline.line import Cause

CHANNELS: Mapping[Channel, Label] = {
    Channel.SMS: Label("短信", "SMS"),
    Channel.EMAIL: Label("邮件", "e-mail"),
    Channel.PUSH: Label("网页推送", "web push"),
    Channel.WECHAT: Label("微信", "WeChat"),
    Channel.WECOM: Label("企业微信", "WeCom"),
    Channel.WEBHOOK: Label("自有系统", "the shop's own system"),
    Channel.TILL: Label("收银台", "the till"),
    Channel.CONSOLE: Label("服务器终端", "the server's console"),
}
_SOURCES: Mapping[str, Label] = {
    "till": Label("在收银台", "at the till"),
    "qr": Label("扫码", "by a QR code"),
    "web": Label("在网页上", "on the web"),
    "import": Label("从旧系统导入", "from an import"),
    "api": Label("线上", "online"),
    "preference page": Label("在消息设置页", "on her own page of choices"),
    "one-click": Label("一键退订", "by one-click unsubscribe"),
    "reply": Label("回复短信", "by a reply"),
}
_LANGUAGES: Mapping[str, Label] = {
    "zh-CN": Label("中文条款", "Chinese wording"),
    "en": Label("英文条款", "English wording"),
}
REFUND_PLANS: Mapping[PlanKind, Label] = {
    PlanKind.RETURN_SHARE: Label("按所付比例退", "Each piece gives back what was paid for it"),
    PlanKind.REPRICE_REST: Label("留下的重新计价", "What was kept was priced anew"),
    PlanKind.HOUSE_FAULT: Label("门店责任", "A fault of the house"),
}
_MEASURES: Mapping[Measure, Label] = {
    Measure.GROWTH: Label("成长值", "growth value"),
    Measure.SPEND: Label("消费额", "spent"),
    Measure.VISITS: Label("消费次数", "visits"),
}
REFERRAL_ENDS: Mapping[str, Label] = {
    "no_order": Label("朋友没有在期限内消费", "The friend did not order in time"),
    "refunded": Label("朋友的首单退款了", "The friend's first order was given back"),
    "member_gone": Label("一方已不是会员", "One of them is no member any more"),
    "rejected": Label("店长判断不符合", "A manager decided against it"),
}
SEATS: Mapping[str, Label] = {
    "taken": Label("还没成团", "not complete yet"),
    "filled": Label("成团", "complete"),
    "refunded": Label("已退款", "the money was given back"),
    "returned": Label("没成团，已退回储值", "not complete; the money is stored value again"),
    "refund_due": Label("没成团，待退款", "not complete; the money is to be given back"),
    "paid_back": Label("没成团，已退款", "not complete; the money was given back"),
}


def day_before(ends_on: date) -> date:
    """The last day of something that ends before a day."""
    return ends_on - timedelta(days=1)


def purpose_of(purpose: str) -> Label:
    """What a choice is about: 营销."""
    return _label(sentence_words.PURPOSES[Purpose(purpose).value])


def way_of(channel: str) -> Label:
    """By which way a choice is about: 短信."""
    return _label(sentence_words.CONSENT_CHANNELS[ConsentChannel(channel).value])


def door_of(via: str) -> Label:
    """Through which door she joined."""
    known = sentence_words.DOORS.get(via)
    return Label(via, via) if known is None else _label(known)


def proof_of(source: str, wording: str, language: str) -> Label:
    """Where a choice was made, and under which words."""
    place = _SOURCES.get(source, Label(source, source))
    if wording == IMPORTED:
        return Label(place.zh, f"{place.en[:1].upper()}{place.en[1:]}")
    shown = _LANGUAGES.get(language, Label(language, language))
    return Label(
        f"{place.zh}，{shown.zh} {wording}",
        f"{place.en[:1].upper()}{place.en[1:]}, {shown.en} {wording}",
    )


class Judged(NamedTuple):
    """The figure that decided about a tier. Units: the measure's; the window's last day is out."""

    measure: str | None
    measured: int | None
    needed: int | None
    window_from: date | None
    window_until: date | None


def figure_of(judged: Judged, *, scale: int) -> Label | None:
    """The figure that decided about a tier, and what was needed; None where none did."""
    if judged.measure is None or judged.measured is None:
        return None
    measure = Measure(judged.measure)
    name = _MEASURES[measure]

    def shown(figure: int) -> str:
        return money_text(figure, scale) if measure is Measure.SPEND else f"{figure:,}"

    zh, en = f"{name.zh} {shown(judged.measured)}", f"{shown(judged.measured)} {name.en}"
    if judged.needed is not None:
        zh += f"，要求 {shown(judged.needed)}"
        en += f", {shown(judged.needed)} needed"
    if judged.window_from is not None and judged.window_until is not None:
        last = day_before(judged.window_until)
        zh, en = f"{zh}（{judged.window_from} 至 {last}）", f"{en} ({judged.window_from} to {last})"
    return Label(zh, en)


class Origin(NamedTuple):
    """Where something that she was given came from."""

    words: Label
    cause: Cause | None = None


_BY_HAND = Label("店员手工发放", "Given by hand")
_ORIGINS: Mapping[str, tuple[Label, Topic | None]] = {
    "hand": (_BY_HAND, None),
    "code": (Label("兑换券码", "Claimed with a code"), None),
    "reissue": (Label("补发", "In the place of another one"), Topic.COUPON),
    "group": (Label("拼团", "A group buy"), Topic.GROUP),
    "pass": (Label("次卡权益", "Comes with a pass"), Topic.PASS),
    "topup": (OCCASIONS["top_up"], None),
    "top_up": (OCCASIONS["top_up"], None),
    "mail": (Label("批量发放", "Sent to many"), None),
    "bulk": (Label("批量发放", "Sent to many"), None),
}
_IN_A_JOURNEY = Label("旅程里的步骤", "A step of a journey")


def origin_of(business_key: str) -> Origin:
    """Where a coupon came from, read from the key under which it is issued once.

    `grant:birthday:2026:…` is her birthday gift; `grant:run:<run>:…` a step of a journey.
    """
    parts = business_key.replace(".", ":").split(":")
    if parts[0] != "grant":
        words, topic = _ORIGINS.get(parts[0], (Label("系统发放", "Given by the shop"), None))
        found = _id(parts[1]) if len(parts) > 1 else None
        return Origin(words, Cause(topic, found) if topic and found else None)
    occasion = parts[1] if len(parts) > 1 else ""
    if occasion == "run":
        run = _id(parts[2]) if len(parts) > 2 else None
        return Origin(_IN_A_JOURNEY, None if run is None else Cause(Topic.JOURNEY, run))
    return Origin(OCCASIONS.get(occasion, Label("赠送", "Gift")))


def occasion_words(occasion: str) -> Label:
    """What a gift was for, by the first word of its occasion."""
    return origin_of(f"grant:{occasion}").words


def _label(texts: Texts) -> Label:
    return Label(*texts)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


STAGE_REASONS: Mapping[Rule, Label] = {
    Rule.NEVER_CAME: Label("已入会，还没有消费过", "Joined, and has not bought anything yet"),
    Rule.CAME_ONCE: Label("来过 1 次", "Came once"),
    Rule.COMES_AGAIN: Label("约 {gap} 天来一次", "Comes about every {gap} days"),
    Rule.COMES_OFTEN: Label(
        "约 {gap} 天来一次，来得稳定", "Comes steadily, about every {gap} days"
    ),
    Rule.SILENT: Label(
        "约 {gap} 天来一次，超过 {risk} 天没来",
        "Usually comes every {gap} days, away for more than {risk}",
    ),
    Rule.SILENT_TOO_LONG: Label(
        "约 {gap} 天来一次，超过 {lost} 天没来",
        "Usually comes every {gap} days, away for more than {lost}",
    ),
    Rule.CAME_BACK: Label("流失后又回来了", "Came back after being lost"),
}


def stage_reason(why: Mapping[str, object]) -> Label | None:
    """Why she entered a stage, from what was kept of the rule that decided. Units: days."""
    form = STAGE_REASONS.get(Rule(str(why["rule"]))) if why.get("rule") in set(Rule) else None
    if form is None:
        return None
    known = {
        "gap": why.get("own_gap_days") or why.get("gap_days"),
        "risk": why.get("at_risk_after_days"),
        "lost": why.get("lost_after_days"),
    }
    return Label(form.zh.format(**known), form.en.format(**known))


def leaf_of(why: object) -> Leaf | None:
    """The part of a condition that a stored reason names; None where it names none."""
    match why:
        case {"field": str(name), "is": "one_of", "wanted": list(values)} if name:
            return OneOf(name, tuple(values))
        case {"field": str(name), "is": "within", "wanted": [int(low), int(high)]} if name:
            return Within(name, low, high)
        case {"field": str(name), "is": str(comparison), "wanted": int() | str() as wanted} if (
            name and comparison in set(Comparison)
        ):
            return Compare(name, Comparison(comparison), wanted)
        case _:
            return None


_SWITCHES: Mapping[object, Label] = {
    DEFINITION_CHANGED: Label("人群的条件改了", "The segment asks something else now"),
    STOPPED: Label("人群停用了", "The segment was stopped"),
}


def condition_reason(why: object, names: Names) -> Label | None:
    """Why a condition held or not, from the part that decided: 近30天未消费，当时 36."""
    if isinstance(why, Mapping) and why.get("reason") in _SWITCHES:
        return _SWITCHES[why["reason"]]
    leaf = leaf_of(why)
    if leaf is None or not isinstance(why, Mapping):
        return None
    told = said(leaf, names)
    actual = why.get("actual")
    then = f"{actual:,}" if isinstance(actual, int) and not isinstance(actual, bool) else ""
    zh, en = (f"（当时 {then}）", f" (it was {then})") if then else ("", "")
    if why.get("holds") is False:
        return Label(f"不再符合：{told.zh}{zh}", f"No longer: members who {told.en}{en}")
    return Label(f"符合：{told.zh}{zh}", f"Members who {told.en}{en}")


def chance_of(propensity: int) -> Label:
    """How likely a draw was. Units: of 10,000."""
    share = percent_text(propensity)
    return Label(f"随机分组，几率 {share}%", f"Drawn by chance, {share} %")


def putter_of(by: str) -> Origin:
    """Who put a word on her: staff, a segment, a journey."""
    kind, _, rest = by.partition(":")
    found = _id(rest)
    match kind:
        case "segment":
            return Origin(Label("因为在一个人群里", "By a segment"), _because(Topic.SEGMENT, found))
        case "journey":
            return Origin(Label("旅程里的步骤", "By a journey"), _because(Topic.JOURNEY, found))
        case "staff":
            return Origin(Label("店员打的", "By the staff"))
        case _:
            return Origin(Label("系统打的", "By the shop's own systems"))


def _because(topic: Topic, found: UUID | None) -> Cause | None:
    return None if found is None else Cause(topic, found)
