"""Leaves about visits and goods in words: how often, how long ago, in which rhythm.

`regularly(tag=辣,n=4,of=4)` is "近4周每周都点“辣”商品", and "bought “辣” items every week of the last 4".
"""

from collections.abc import Callable, Mapping

from regulars.domain.pricing.reason_words import Texts
from regulars.domain.segments.conditions import ranges_of
from regulars.domain.segments.sentence_parts import (
    Asked,
    Said,
    Saying,
    goods_of,
    how_much,
    is_any,
    is_none,
    place_of,
    step_of,
    window_of,
)
from regulars.domain.segments.sentence_words import PERIODS


def _visits_in(asked: Asked) -> Said:
    (zh, en), (at_zh, at_en) = window_of(asked.measure), place_of(asked)
    if is_none(asked):
        return Said(f"{zh}{at_zh}未消费", f"did not come{at_en}{en}")
    if is_any(asked):
        return Said(f"{zh}{at_zh}消费过", f"came{at_en}{en}")
    much = how_much(asked)
    return Said(f"{zh}{at_zh}消费{much[0]}", f"came {much[1]}{at_en}{en}")


def _since(what: Texts, never: Texts) -> Callable[[Asked], Said]:
    """How long ago something was: `what` it was, and how it is said that it was not since."""

    def say(asked: Asked) -> Said:
        goods = goods_of(asked)
        zh, en = what[0].replace("{goods}", goods[0]), what[1].replace("{goods}", goods[1])
        no = (never[0].replace("{goods}", goods[0]), never[1].replace("{goods}", goods[1]))
        match ranges_of(asked.leaf):
            case ((int(low), None),):
                return Said(no[0].format(low), no[1].format(low))
            case ((None | 0, int(high)),):
                return Said(f"近{high}天{zh}", f"{en} less than {high} days ago")
            case _:
                much = how_much(asked)
                return Said(f"{much[0]}前{zh}", f"{en} {much[1]} ago")

    return say


def _stores_in(asked: Asked) -> Said:
    zh, en = window_of(asked.measure)
    much = how_much(asked)[0].replace("次", "家")
    number = how_much(asked)[1].replace("times", "stores").replace("time", "store")
    return Said(f"{zh}去过{much}门店", f"visited {number}{en}")


def _bought(asked: Asked) -> Said:
    (zh, en), goods = window_of(asked.measure), goods_of(asked)
    if is_none(asked):
        return Said(f"{zh}没买过{goods[0]}", f"did not buy {goods[1]}{en}")
    if is_any(asked):
        return Said(f"{zh}买过{goods[0]}", f"bought {goods[1]}{en}")
    much = how_much(asked)
    return Said(f"{zh}买{goods[0]}{much[0]}", f"bought {goods[1]} {much[1]}{en}")


def _first_time(asked: Asked) -> Said:
    (zh, en), goods = window_of(asked.measure), goods_of(asked)
    if not goods[0]:
        return Said(f"{zh}首次消费", f"came for the first time{en}")
    return Said(f"{zh}首次购买{goods[0]}", f"bought {goods[1]} for the first time{en}")


def _regularly(asked: Asked) -> Said:
    measure, goods = asked.measure, goods_of(asked)
    n, of = measure.whole("n"), measure.whole("of")
    zh, en = PERIODS[measure.word("period") or "week"]
    does = (f"点{goods[0]}", f"bought {goods[1]}") if goods[0] else ("来", "came")
    if n == of:
        return Said(
            f"近{of}{zh}每{zh.lstrip('个')}都{does[0]}", f"{does[1]} every {en} of the last {of}"
        )
    return Said(
        f"近{of}{zh}中至少{n}{zh}{does[0]}过", f"{does[1]} in at least {n} of the last {of} {en}s"
    )


def _stopped(asked: Asked) -> Said:
    whole, recent = asked.measure.whole("range"), asked.measure.whole("recent")
    goods = goods_of(asked)
    if goods[0]:
        zh = f"近{whole}天买过{goods[0]}、但近{recent}天没再买"
        return Said(zh, f"bought {goods[1]} in the last {whole} days, but not in the last {recent}")
    zh = f"近{whole}天来过、但近{recent}天没来"
    return Said(zh, f"came in the last {whole} days, but not in the last {recent}")


def _resumed(asked: Asked) -> Said:
    whole, recent = asked.measure.whole("range"), asked.measure.whole("recent")
    goods = goods_of(asked)
    zh, en = (
        (f"又买了{goods[0]}", f"bought {goods[1]} again") if goods[0] else ("又来了", "came back")
    )
    away = whole - recent
    return Said(
        f"{away}天以上没来、近{recent}天{zh}"
        if not goods[0]
        else f"{away}天以上没买、近{recent}天{zh}",
        f"{en} in the last {recent} days after {away} days or more without",
    )


def _sequence(asked: Asked) -> Said:
    measure = asked.measure
    named = [measure.word(name) for name in ("first", "then", "third")]
    steps = [step_of(asked, one) for one in named if one is not None]
    gap, (zh, en) = measure.whole("gap"), window_of(measure)
    zh = f"{zh}先{steps[0][0]}" + "".join(f"、{gap}天内再{one[0]}" for one in steps[1:])
    then = "".join(f", then {one[1]} within {gap} days" for one in steps[1:])
    return Said(zh, f"first {steps[0][1]}{then}{en}")


SAYINGS: Mapping[str, Saying] = {
    "days_since_visit": _since(
        ("来过", "last came"), ("近{}天未消费", "have not come for {} days or more")
    ),
    "days_since_first_visit": _since(
        ("首次消费", "first came"), ("首次消费已满{}天", "first came {} days ago or more")
    ),
    "days_since_joined": _since(("入会", "joined"), ("入会已满{}天", "joined {} days ago or more")),
    "visits_in": _visits_in,
    "stores_in": _stores_in,
    "bought": _bought,
    "days_since_bought": _since(
        ("买过{goods}", "last bought {goods}"),
        ("近{}天没买{goods}", "have not bought {goods} for {} days or more"),
    ),
    "first_time": _first_time,
    "regularly": _regularly,
    "stopped": _stopped,
    "resumed": _resumed,
    "sequence": _sequence,
}
