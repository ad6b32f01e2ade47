"""What all sentences about segments are made of: amounts, windows, places and goods in words.

Within(2, 5) of visits is "2至4次" and "2 to 4 times".
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.condition import Compare, Leaf, OneOf
from regulars.domain.pricing.reason_words import Texts
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments.conditions import ranges_of
from regulars.domain.segments.kinds import Measure, Unit
from regulars.domain.segments.measures import kind_of
from regulars.domain.segments.sentence_words import CHANNELS


class Said(NamedTuple):
    """A clause in both languages. `noun` may stand right before 会员 instead: 高价值会员; `denied` is
    how its contrary is said, where there is a plain way."""

    zh: str
    en: str
    noun: str | None = None
    denied: Texts | None = None


class Asked(NamedTuple):
    """A leaf with its measure and what things are called."""

    leaf: Leaf
    measure: Measure
    names: Names


Saying = Callable[[Asked], Said]


def but_not(inner: Said) -> Said:
    """A clause turned round."""
    if inner.denied is not None:
        return Said(*inner.denied)
    return Said(f"排除“{inner.zh}”", f"are not among those who {inner.en}")


def words_of(asked: Asked) -> list[str]:
    """The words that a leaf looks for."""
    match asked.leaf:
        case OneOf(values=values):
            return [str(value) for value in values]
        case Compare(value=value):
            return [str(value)]
        case _:
            return []


def either(texts: list[Texts]) -> Texts:
    """One or another of some texts."""
    return "或".join(zh for zh, _ in texts), " or ".join(en for _, en in texts)


def amount_of(asked: Asked, low: int, high: int) -> Texts:
    """An amount, or all from one to another: 2至4次."""
    one = low == high
    zh, en = (str(low), str(low)) if one else (f"{low}至{high}", f"{low} to {high}")
    match kind_of(asked.measure).unit:
        case Unit.MINOR:
            money = [asked.names.money(number) for number in dict.fromkeys((low, high))]
            return "至".join(money), " to ".join(money)
        case Unit.TIMES:
            return f"{zh}次", f"{en} time{'' if one and low == 1 else 's'}"
        case Unit.DAYS:
            return f"{zh}天", f"{en} day{'' if one and low == 1 else 's'}"
        case Unit.POINTS:
            return f"{zh}分", f"{en} points"
        case Unit.PIECES:
            return f"{zh}张", en


def how_much(asked: Asked) -> Texts:
    """For which numbers a leaf holds: 至少3次, at least 3 times."""
    parts: list[Texts] = []
    for low, high in ranges_of(asked.leaf):
        if low is not None and high is not None:
            zh, en = amount_of(asked, low, high - 1)
            parts.append((f"正好{zh}" if low == high - 1 else zh, en))
        elif low is not None:
            zh, en = amount_of(asked, low, low)
            parts.append((f"至少{zh}", f"at least {en}"))
        elif high is not None:
            zh, en = amount_of(asked, high - 1, high - 1)
            parts.append((f"不超过{zh}", f"at most {en}"))
        else:
            parts.append(("已知", "a known number"))
    return either(parts)


def is_any(asked: Asked) -> bool:
    """Whether a leaf asks for one at least."""
    return ranges_of(asked.leaf) == ((1, None),)


def is_none(asked: Asked) -> bool:
    """Whether a leaf asks for none."""
    return ranges_of(asked.leaf) in {((None, 1),), ((0, 1),)}


def window_of(measure: Measure) -> Texts:
    """Over how many days a measure looks back."""
    days = measure.whole("days")
    if not days:
        return "", ""
    return f"近{days}天", f" in the last {days} day{'' if days == 1 else 's'}"


def place_of(asked: Asked) -> Texts:
    """Where, and by which channel."""
    place = asked.measure.id("store") or asked.measure.id("region")
    zh, en = ("", "") if place is None else asked.names.of(place)
    zh, en = (f"在{zh}", f" at {en}") if zh else ("", "")
    channel = asked.measure.word("channel")
    if channel is None:
        return zh, en
    return f"{zh}{CHANNELS[channel][0]}", f"{en} {CHANNELS[channel][1]}"


def goods_of(asked: Asked) -> Texts:
    """What was bought; nothing where it does not matter."""
    measure = asked.measure
    named = measure.id("product") or measure.id("category")
    tag = measure.word("tag")
    if tag is not None:
        return f"“{tag}”商品", f"“{tag}” items"
    return ("", "") if named is None else asked.names.of(named)


def step_of(asked: Asked, step: str) -> Texts:
    """One step of a sequence."""
    kind, _, name = step.partition(":")
    if kind == "tag":
        return f"买“{name}”商品", f"bought “{name}” items"
    if kind == "visit":
        return "消费", "came"
    zh, en = asked.names.of(UUID(name))
    return f"买{zh}", f"bought {en}"
