"""What the ready journeys say, in both languages, as a shop would say it.

Every SMS names its shop; every invitation says how to be left in peace.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.kernel.label import Label

NAME_ZH = '{{name|fallback:"朋友"}}'
NAME_EN = '{{name|fallback:"friend"}}'
STOP_ZH = "，拒收请回复R"
STOP_EN = " Reply STOP to opt out"


@dataclass(frozen=True, slots=True)
class Words:
    """One text, without the shop's name before it and the way out after it."""

    zh: str
    en: str


# Said where something is given with it, and nowhere else.
GIFT = Words(
    '，{{coupon|fallback:"会员礼"}}已放进您的账户',
    ' {{coupon|fallback:"A gift"}} is in your account.',
)
WORDS: Mapping[str, Words] = {
    "welcome": Words(
        f"{NAME_ZH}，欢迎加入会员！积分和会员价从今天起都是您的，下次来喝杯招牌",
        f"Welcome, {NAME_EN}! Points and member prices are yours from today.",
    ),
    "birthday": Words(
        f"{NAME_ZH}，还有三天就是您的生日，先说一声生日快乐，来店里坐坐吧",
        f"{NAME_EN}, your birthday is in three days. Happy birthday from all of us!",
    ),
    "joined": Words(
        f"{NAME_ZH}，今天是您入会的纪念日，谢谢您一直都在",
        f"{NAME_EN}, you joined us on this day. Thank you for staying.",
    ),
    "come_back": Words(
        f"{NAME_ZH}，好久不见！店里上了新，等您回来尝尝",
        f"{NAME_EN}, we have missed you! There are new things to taste.",
    ),
    "last_call": Words(
        f"{NAME_ZH}，您常坐的位子还在，这周来喝一杯吧",
        f"{NAME_EN}, your seat is still here. Come by this week?",
    ),
    "big_bill": Words(
        f"{NAME_ZH}，谢谢您今天的光临，下次配一份甜品正好",
        f"{NAME_EN}, thank you for today. Next time, try a dessert with it.",
    ),
    "tier_up": Words(
        f"{NAME_ZH}，恭喜您升为{{{{tier}}}}会员，新的权益已经生效",
        f"{NAME_EN}, you are now {{{{tier}}}}: your new benefits are in force.",
    ),
    "more_often": Words(
        f"{NAME_ZH}，您最近常来，我们都记得，谢谢您",
        f"{NAME_EN}, you have come often lately, and we noticed. Thank you.",
    ),
    "points_end": Words(
        f"{NAME_ZH}，您有积分将在一周内到期，现有{{{{points}}}}分，到店可抵现或换礼",
        f"{NAME_EN}, some of your {{{{points}}}} points end within a week.",
    ),
    "bonus_end": Words(
        f"{NAME_ZH}，您的储值赠金将在一周内到期，余额{{{{stored_value|money}}}}，记得来用",
        f"{NAME_EN}, bonus money of yours ends within a week. Do use it.",
    ),
    "coupon_end": Words(
        f"{NAME_ZH}，您有优惠券三天内到期，别忘了用",
        f"{NAME_EN}, a coupon of yours ends within three days. Do use it.",
    ),
    "pass_end": Words(
        f"{NAME_ZH}，您的次卡两周内到期，还有次数没用完，记得来用",
        f"{NAME_EN}, your pass ends within two weeks and has visits left.",
    ),
    "second_visit": Words(
        f"{NAME_ZH}，上次的味道还喜欢吗？欢迎再来尝一杯",
        f"{NAME_EN}, did you like your first visit? We would love to see you again.",
    ),
    "low_mark": Words(
        f"{NAME_ZH}，很抱歉这次没有让您满意，店长会尽快与您联系",
        f"{NAME_EN}, we are sorry that we let you down. The manager will be in touch.",
    ),
    "first_taste": Words(
        f"{NAME_ZH}，新品的第一口怎么样？欢迎叫上朋友再来尝尝",
        f"{NAME_EN}, how was the first taste? Bring a friend next time.",
    ),
    "member_day": Words(
        f"{NAME_ZH}，今天是会员日，来店里坐坐吧",
        f"{NAME_EN}, today is members' day: do come by.",
    ),
    "at_risk": Words(
        f"{NAME_ZH}，最近还好吗？您常喝的那款一直都在",
        f"{NAME_EN}, how are you? Your usual is always here.",
    ),
    "topped_up": Words(
        f"{NAME_ZH}，储值已到账，余额{{{{stored_value|money}}}}，随时可用",
        f"{NAME_EN}, your top-up is there: {{{{stored_value|money}}}} to spend.",
    ),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is dressed: its journey's name, whether it invites, whether it tells of a gift."""

    name: Label
    marketing: bool
    gift: bool


def template_body(code: str, style: Style) -> dict[str, object]:
    """The message template of a text: by SMS, and as a word at the till."""
    words = WORDS[code]
    gift_zh, gift_en = (GIFT.zh, GIFT.en) if style.gift else ("", "")
    stop_zh, stop_en = (STOP_ZH, STOP_EN) if style.marketing else ("", "")
    chinese, english = words.zh + gift_zh, words.en + gift_en
    sms_zh, sms_en = f"【{{{{shop}}}}】{chinese}{stop_zh}", f"{{{{shop}}}}: {english}{stop_en}"
    variants = [
        {"channel": "sms", "language": "zh-CN", "text": sms_zh},
        {"channel": "sms", "language": "en", "text": sms_en},
        {"channel": "till", "language": "zh-CN", "text": chinese},
        {"channel": "till", "language": "en", "text": english},
    ]
    return {
        "name_zh": style.name.zh,
        "name_en": style.name.en,
        "purpose": "marketing" if style.marketing else "service",
        "category": code,
        "variants": variants,
    }
