"""When an offer holds and for whom, as clauses in each language.

weekday one of 2, 4 and minute_of_day in 840..1020: "周二、周四 14:00–17:00", "Tue, Thu 14:00–17:00".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, assert_never
from uuid import UUID

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
from regulars.domain.pricing.reason_texts_refused import FIELDS, MONEY_FIELDS
from regulars.domain.pricing.reason_words import Texts, counted
from regulars.domain.pricing.sentence_names import Names

Leaf = Compare | OneOf | Within

_DAYS: Sequence[Texts] = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)
_TIME = frozenset({"weekday", "minute_of_day", "date"})
_SIGNS: Mapping[Comparison, Texts] = {
    Comparison.EQUAL: ("为 ", "is "),
    Comparison.AT_LEAST: ("至少 ", "at least "),
    Comparison.AT_MOST: ("至多 ", "at most "),
    Comparison.LESS: ("少于 ", "below "),
    Comparison.MORE: ("超过 ", "above "),
}
_WORDS: Mapping[tuple[str, str], Texts] = {
    ("source", "counter"): ("柜台", "counter"),
    ("source", "table"): ("堂食", "table service"),
    ("source", "takeaway"): ("外带", "takeaway"),
    ("source", "phone"): ("手机点单", "phone"),
    ("source", "delivery"): ("外送", "delivery"),
    ("tender", "cash"): ("现金", "cash"),
    ("tender", "stored_value"): ("储值支付", "stored value"),
    ("flags", "holiday"): ("节假日", "holidays"),
    ("flags", "member_day"): ("会员日", "member days"),
    ("flags", "rain"): ("雨天", "rainy days"),
}
# Yes and no of the fields that are one or the other.
_YES_NO: Mapping[str, tuple[Texts, Texts]] = {
    "member": (("限会员", "members only"), ("限非会员", "not for members")),
    "new_member": (
        ("限首次消费的会员", "for a member's first visit"),
        ("限消费过的会员", "for members who came before"),
    ),
    "first_purchase": (
        ("限首次购买的商品", "for what the member has not bought before"),
        ("限买过的商品", "for what the member bought before"),
    ),
}
# "At least so many", as a poster says it.
_FROM: Mapping[str, Texts] = {
    "spend": ("整单满 {0}", "with {0} spent"),
    "spend_list": ("整单原价满 {0}", "with {0} spent at list price"),
    "own_spend": ("活动商品满 {0}", "with {0} spent on it"),
    "own_spend_list": ("活动商品原价满 {0}", "with {0} spent on it at list price"),
    "quantity": ("整单满 {0} 件", "with {0} items or more"),
    "own_quantity": ("活动商品满 {0} 件", "with {0} of it or more"),
    "party": ("{0} 人及以上", "for {0} or more people"),
    "visits": ("来过 {0} 次及以上的会员", "for members with {0} visits or more"),
    "visit_number": ("第 {0} 次到店起", "from visit {0} on"),
    "points": ("有 {0} 积分及以上", "with {0} points or more"),
}
# "One of these", and for whom.
_ONE_OF: Mapping[str, Texts] = {
    "source": ("限{0}", "{0} only"),
    "store": ("限{0}", "at {0}"),
    "region": ("限{0}", "in {0}"),
    "flags": ("限{0}", "on {0}"),
    "tender": ("限{0}", "paying by {0}"),
    "tier": ("限{0}", "for {0}"),
    "member_tags": ("限“{0}”会员", "for “{0}” members"),
    "products": ("单内有{0}", "with {0} in the order"),
    "categories": ("单内有{0}品类", "with something of {0} in the order"),
    "tags": ("单内有“{0}”商品", "with a “{0}” item in the order"),
    "visit_number": ("第 {0} 次到店", "on visit {0}"),
    "party": ("{0} 人同行", "for a party of {0}"),
}


class Clauses(NamedTuple):
    """The clauses of a condition: when, and what else must be true."""

    when: list[Texts]
    others: list[Texts]


def clauses_of(condition: Condition, names: Names) -> Clauses:
    """The parts of a condition in words, those about time apart."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    clauses = Clauses([], [])
    for part in parts:
        is_time = isinstance(part, Leaf) and part.field in _TIME
        (clauses.when if is_time else clauses.others).append(_said(part, names))
    return clauses


def _said(condition: Condition, names: Names) -> Texts:
    match condition:
        case Compare() | OneOf() | Within():
            return _leaf(condition, names)
        case All(parts=parts):
            return _joined(parts, names, ("，且", " and "), ("总是", "always"))
        case AnyOf(parts=parts):
            return _joined(parts, names, ("，或", " or "), ("从不", "never"))
        case Not(part=part):
            zh, en = _said(part, names)
            return f"除“{zh}”外", f"unless [{en}]"
        case _:
            assert_never(condition)


def _joined(parts: Iterable[Condition], names: Names, word: Texts, nothing: Texts) -> Texts:
    said = [_said(part, names) for part in parts]
    if not said:
        return nothing
    return f"（{word[0].join(zh for zh, _ in said)}）", f"({word[1].join(en for _, en in said)})"


def _leaf(leaf: Leaf, names: Names) -> Texts:
    field = leaf.field
    match leaf:
        case Compare(comparison=Comparison.EQUAL, value=bool(yes)) if field in _YES_NO:
            return _YES_NO[field][0 if yes else 1]
        case Compare(comparison=Comparison.AT_LEAST, value=int(value)) if field in _FROM:
            return _filled(_FROM[field], _value(field, value, names))
        case Within(low=int(low), high=None) if field in _FROM:
            return _filled(_FROM[field], _value(field, low, names))
        case Compare(comparison=Comparison.EQUAL, value=value) if field in _ONE_OF:
            return _filled(_ONE_OF[field], _value(field, value, names))
        case OneOf(values=values) if field in _ONE_OF:
            return _filled(_ONE_OF[field], _values(field, values, names))
        case Compare(comparison=Comparison.EQUAL, value=value) if field in _TIME:
            return _value(field, value, names)
        case OneOf(values=values) if field == "weekday":
            return _weekdays(values, names)
        case OneOf(values=values) if field in _TIME:
            return _values(field, values, names)
        case Within(low=int(low), high=int(high)) if field == "birthday_offset":
            return _around_birthday(low, high - 1)
        case Within(low=low, high=high):
            return _range(field, low, high, names)
        case Compare(comparison=comparison, value=value):
            sign, said = _SIGNS[comparison], _value(field, value, names)
            return f"{FIELDS[field][0]}{sign[0]}{said[0]}", f"{FIELDS[field][1]} {sign[1]}{said[1]}"
        case OneOf(values=values):
            said = _values(field, values, names)
            return f"{FIELDS[field][0]}为 {said[0]}", f"{FIELDS[field][1]} is one of {said[1]}"
        case _:
            assert_never(leaf)


def _filled(texts: Texts, said: Texts) -> Texts:
    return texts[0].format(said[0]), texts[1].format(said[1])


def _range(field: str, low: int | None, high: int | None, names: Names) -> Texts:
    zh, en = ("", "") if field in _TIME else FIELDS[field]
    first = None if low is None else _value(field, low, names)
    last = None if high is None else _value(field, high, names)
    if first is not None and last is not None:
        if field == "minute_of_day":
            return f"{first[0]}–{last[0]}", f"{first[1]}–{last[1]}"
        return (
            f"{zh}从 {first[0]} 到 {last[0]}（不含）",
            f"{en} from {first[1]} to before {last[1]}".strip(),
        )
    if first is not None:
        return f"{zh}{first[0]} 起", f"{en} from {first[1]}".strip()
    if last is not None:
        return f"{zh}{last[0]} 前", f"{en} before {last[1]}".strip()
    return f"{zh or FIELDS[field][0]}已知", f"{en or FIELDS[field][1]} known"


def _around_birthday(first: int, last: int) -> Texts:
    if first == last == 0:
        return "限生日当天", "on the member's birthday"
    return (
        f"限生日{_day_zh(first)}至{_day_zh(last)}",
        f"from {_day_en(first)} to {_day_en(last)} the member's birthday",
    )


def _day_zh(offset: int) -> str:
    return f"{'前' if offset < 0 else '后'} {abs(offset)} 天" if offset else "当天"


def _day_en(offset: int) -> str:
    return (
        f"{counted(abs(offset), 'day')} {'before' if offset < 0 else 'after'}"
        if offset
        else "the day of"
    )


def _values(field: str, values: Iterable[Scalar], names: Names) -> Texts:
    said = [_value(field, value, names) for value in values]
    return "、".join(zh for zh, _ in said), ", ".join(en for _, en in said)


def _value(field: str, value: Scalar, names: Names) -> Texts:
    if (field, str(value)) in _WORDS:
        return _WORDS[field, str(value)]
    if field in MONEY_FIELDS and isinstance(value, int):
        return names.money(value), names.money(value)
    writer = _WRITERS.get(field)
    return writer(value, names) if writer is not None else (str(value), str(value))


def _weekday(value: Scalar, _: Names) -> Texts:
    if isinstance(value, int) and 1 <= value <= 7:
        return _DAYS[value - 1]
    return str(value), str(value)


def _weekdays(values: Sequence[Scalar], names: Names) -> Texts:
    """周一至周五 where days follow each other, 周二、周四 where not."""
    days = sorted(value for value in values if isinstance(value, int))
    if len(days) == len(values) > 2 and days == list(range(days[0], days[0] + len(days))):
        first, last = _weekday(days[0], names), _weekday(days[-1], names)
        return f"{first[0]}至{last[0]}", f"{first[1]}–{last[1]}"
    return _values("weekday", values, names)


def _minute(value: Scalar, _: Names) -> Texts:
    if not isinstance(value, int) or value < 0:
        return str(value), str(value)
    days, minutes = divmod(value, 1_440)
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    if not minutes and days:
        days, clock = days - 1, "24:00"
    return ("次日 " * days) + clock, clock + (" the next day" * days)


def _date(value: Scalar, _: Names) -> Texts:
    text = str(value)
    said = f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 else text
    return said, said


def _thing(value: Scalar, names: Names) -> Texts:
    try:
        return names.of(UUID(str(value)))
    except ValueError:
        return str(value), str(value)


_WRITERS: Mapping[str, Callable[[Scalar, Names], Texts]] = {
    "weekday": _weekday,
    "minute_of_day": _minute,
    "date": _date,
    "tier": lambda value, names: names.of_tier(str(value)),
    "store": _thing,
    "region": _thing,
    "products": _thing,
    "categories": _thing,
}
