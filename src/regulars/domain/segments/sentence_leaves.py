"""One leaf of a segment in words: in Chinese what stands before 会员, in English what follows "who".

`days_since_visit` at least 30 is "近30天未消费", and "have not come for 30 days or more".
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.insights import rfm, stage_words
from regulars.domain.insights.lifecycle import Stage
from regulars.domain.kernel.condition import Compare, Leaf
from regulars.domain.pricing.reason_words import Texts
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments.kinds import Result
from regulars.domain.segments.measures import kind_of, measure_from
from regulars.domain.segments.profile_measures import BUCKETS
from regulars.domain.segments.sentence_history import SAYINGS as HISTORY
from regulars.domain.segments.sentence_parts import (
    Asked,
    Said,
    Saying,
    but_not,
    either,
    how_much,
    is_any,
    is_none,
    place_of,
    window_of,
    words_of,
)
from regulars.domain.segments.sentence_words import (
    CHANNELS,
    CONSENT_CHANNELS,
    CONTACTS,
    DOORS,
    LANGUAGES,
    PURPOSES,
    TOLD,
)


def said(leaf: Leaf, names: Names) -> Said:
    """One leaf in words."""
    measure = measure_from(leaf.field)
    asked = Asked(leaf, measure, names)
    if kind_of(measure).result is Result.YES_NO and isinstance(leaf, Compare) and not leaf.value:
        return but_not(_SAYINGS[measure.name](asked))
    return _SAYINGS[measure.name](asked)


def _figure(zh: str, en: str, any_: Texts | None = None, none: Texts | None = None) -> Saying:
    """A number with a name: `{0}` is how much, `{1}` the window, `{2}` where."""

    def say(asked: Asked) -> Said:
        window = window_of(asked.measure) if "days" in dict(asked.measure.arguments) else ("", "")
        where = place_of(asked)
        much = how_much(asked)
        form: Texts = (zh, en)
        if any_ is not None and is_any(asked):
            form = any_
        elif none is not None and is_none(asked):
            form = none
        thing = asked.measure.id("type")
        called = ("", "") if thing is None else asked.names.of(thing)
        named = (f"“{called[0]}”", f"“{called[1]}” ") if called[0] else ("", "")
        return Said(
            form[0].format(much[0], window[0], where[0], named[0]),
            form[1].format(much[1], window[1], where[1], named[1]),
        )

    return say


def _soon(zh: str, en: str) -> Saying:
    """Something that ends within some days."""

    def say(asked: Asked) -> Said:
        days = asked.measure.whole("days")
        ends = f"{days} day{'' if days == 1 else 's'}"
        if is_any(asked):
            return Said(f"{days}天内有{zh}到期", f"have {en} that end within {ends}")
        if is_none(asked):
            return Said(f"{days}天内没有{zh}到期", f"have no {en} that end within {ends}")
        much = how_much(asked)
        return Said(
            f"{days}天内到期的{zh}{much[0]}", f"have {en} worth {much[1]} ending within {ends}"
        )

    return say


def _listed(zh: str, en: str, words: Mapping[str, Texts], denied: Texts | None = None) -> Saying:
    """One of some words: `{0}` is them, `{1}` the window; `denied` is how the contrary is said."""

    def say(asked: Asked) -> Said:
        said_of = either([words.get(one, (one, one)) for one in words_of(asked)])
        window = window_of(asked.measure) if "days" in dict(asked.measure.arguments) else ("", "")
        no: Texts | None = None
        if denied is not None:
            no = denied[0].format(said_of[0], window[0]), denied[1].format(said_of[1], window[1])
        return Said(zh.format(said_of[0], window[0]), en.format(said_of[1], window[1]), denied=no)

    return say


def _called(zh: str, en: str) -> Saying:
    """One of some things that have names."""

    def say(asked: Asked) -> Said:
        said_of = either([asked.names.of(UUID(one)) for one in words_of(asked)])
        return Said(zh.format(said_of[0]), en.format(said_of[1]))

    return say


def _tier(asked: Asked) -> Said:
    zh, en = either([asked.names.of_tier(one) for one in words_of(asked)])
    return Said(f"等级为{zh}", f"are {en}", zh, (f"不是{zh}会员", f"are not {en}"))


def _rfm(asked: Asked) -> Said:
    known = {one.value: (label.zh, label.en) for one, label in rfm.NAMES.items()}
    zh, en = either([known.get(one, (one, one)) for one in words_of(asked)])
    return Said(f"属于{zh}", f"are “{en}”", zh, (f"不是{zh}会员", f"are not “{en}”"))


def _stage(asked: Asked) -> Said:
    known = {stage.value: stage_words.NAMES[stage] for stage in Stage}
    labels = [known.get(one) for one in words_of(asked)]
    found = [(one.zh, one.en) for one in labels if one is not None] or [("未知", "unknown")]
    zh, en = either(found)
    return Said(f"处于“{zh}”阶段", f"are at the stage “{en}”")


def _consents(asked: Asked) -> Said:
    texts: list[Texts] = []
    for one in words_of(asked):
        channel, _, purpose = one.partition("/")
        by, what = CONSENT_CHANNELS.get(channel), PURPOSES.get(purpose)
        found = None if by is None or what is None else (f"{by[0]}{what[0]}", f"{what[1]} {by[1]}")
        texts.append(found or (one, one))
    zh, en = either(texts)
    return Said(f"同意{zh}", f"agreed to {en}", denied=(f"没同意{zh}", f"did not agree to {en}"))


def _birthday(asked: Asked) -> Said:
    first, last = asked.measure.whole("from"), asked.measure.whole("to")
    if first == last == 0:
        return Said("今天过生日", "have their birthday today")
    if last <= 0:
        until = "" if not last else f"至{-last}天"
        return Said(f"{-first}天{until}内过生日", f"have their birthday within {-first} days")
    zh_first = "当天" if not first else f"{'前' if first < 0 else '后'}{abs(first)}天"
    en_first = "the day" if not first else f"{abs(first)} days {'before' if first < 0 else 'after'}"
    return Said(
        f"生日{zh_first}至后{last}天",
        f"are between {en_first} and {last} days after their birthday",
    )


def _random(asked: Asked) -> Said:
    low, high = asked.measure.whole("from"), asked.measure.whole("to")
    share = f"{(high - low) * 100 / BUCKETS:g}%"
    return Said(f"随机抽取{share}", f"are in a random {share}")


_SAYINGS: Mapping[str, Saying] = {
    **HISTORY,
    "visits": _figure(
        "累计消费{0}", "came {0}", ("消费过", "have come before"), ("从未消费", "have never come")
    ),
    "spent": _figure("累计消费{0}", "have spent {0} in all"),
    "spent_in": _figure("{1}{2}消费{0}", "spent {0}{2}{1}"),
    "ticket_max_in": _figure("{1}{2}单笔最高{0}", "had a largest bill of {0}{2}{1}"),
    "ticket_min_in": _figure("{1}{2}单笔最低{0}", "had a smallest bill of {0}{2}{1}"),
    "ticket_avg_in": _figure("{1}{2}客单价{0}", "spent {0} a bill on average{2}{1}"),
    "channel_in": _listed(
        "{1}用过{0}", "bought {0}{1}", CHANNELS, ("{1}没用过{0}", "did not buy {0}{1}")
    ),
    "points": _figure(
        "积分{0}", "have {0}", ("有积分", "have points"), ("没有积分", "have no points")
    ),
    "growth": _figure("成长值{0}", "have a growth value of {0}"),
    "principal": _figure("储值本金{0}", "have {0} of their own money stored"),
    "bonus": _figure("赠金{0}", "have {0} of bonus money"),
    "stored_value": _figure(
        "储值余额{0}",
        "have {0} stored",
        ("有储值余额", "have money stored"),
        ("没有储值余额", "have nothing stored"),
    ),
    "points_expiring": _soon("积分", "points"),
    "bonus_expiring": _soon("赠金", "bonus money"),
    "coupons_expiring": _soon("券", "coupons"),
    "passes_expiring": _soon("次卡", "passes"),
    "holds_coupon": _figure(
        "可用的{3}券{0}",
        "hold {0} {3}coupons",
        ("有可用的{3}券", "hold a {3}coupon"),
        ("没有可用的{3}券", "hold no {3}coupon"),
    ),
    "pass_uses_left": _figure("{3}次卡剩余{0}", "have {0} left on a {3}pass"),
    "tags": _listed(
        "有“{0}”标签", "are tagged “{0}”", {}, ("没有“{0}”标签", "are not tagged “{0}”")
    ),
    "tier": _tier,
    "stage": _stage,
    "rfm": _rfm,
    "consents": _consents,
    "contacts": _listed("留有{0}", "left us {0}", CONTACTS, ("没留{0}", "did not leave us {0}")),
    "told": _listed("填了{0}", "told us {0}", TOLD, ("没填{0}", "did not tell us {0}")),
    "segments": _called("在人群“{0}”中", "are in “{0}”"),
    "home_store": _called("在{0}入会", "joined at {0}"),
    "region": _called("属于{0}", "belong to {0}"),
    "joined_via": _listed("通过{0}入会", "joined {0}", DOORS),
    "language": _listed("使用{0}", "read {0}", LANGUAGES),
    "birthday": _birthday,
    "birthday_this_month": lambda _: Said("本月过生日", "have their birthday this month"),
    "everyone": lambda _: Said("全部", "are members"),
    "random": _random,
}
