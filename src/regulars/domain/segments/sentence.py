"""A segment as one sentence that a shop manager reads: 近30天未消费的高价值会员.

>>> from regulars.domain.kernel.condition import All, Compare, Comparison
>>> away = Compare("days_since_visit", Comparison.AT_LEAST, 30)
>>> best = Compare("rfm", Comparison.EQUAL, "high_value")
>>> sentence_of(All((away, best)), Names()).zh
'近30天未消费的高价值会员'
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Leaf,
    Not,
    OneOf,
    Within,
)
from regulars.domain.kernel.label import Label
from regulars.domain.pricing.sentence_names import Names
from regulars.domain.segments.conditions import ranges_of
from regulars.domain.segments.kinds import Result, Unit
from regulars.domain.segments.measures import kind_of, measure_from
from regulars.domain.segments.sentence_leaves import said
from regulars.domain.segments.sentence_parts import Said, but_not

EVERYONE = Label("全部会员", "All members")
NOBODY = Label("没有会员", "No member")
# What is not known of some members: "not at least 30 days ago" is no "less than 30 days ago".
_NOT_ALWAYS_KNOWN = frozenset({"ticket_max_in", "ticket_min_in", "ticket_avg_in"})


def sentence_of(condition: Condition, names: Names) -> Label:
    """Who is in a segment, in both languages."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    clauses = [found for part in parts if (found := _said(part, names)) is not None]
    if any(part == AnyOf(()) for part in parts):
        return NOBODY
    if not clauses:
        return EVERYONE
    nouns = [one.noun for one in clauses if one.noun is not None]
    noun = nouns[0] if len(nouns) == 1 else ""
    before = "、".join(one.zh for one in clauses if not noun or one.noun is None)
    zh = f"{before}的{noun}会员" if before else f"{noun}会员"
    return Label(zh, f"Members who {' and '.join(one.en for one in clauses)}")


def _said(condition: Condition, names: Names) -> Said | None:
    """One part; None where it holds for everybody."""
    match condition:
        case Compare() | OneOf() | Within():
            everybody = isinstance(condition, Compare) and condition.field == "everyone"
            return None if everybody and condition == _EVERYONE else said(condition, names)
        case Not(part=Not(part=part)):
            return _said(part, names)
        case Not(part=part):
            return _denied(part, names)
        case All(parts=parts):
            return _joined([_said(part, names) for part in parts], "且", " and ")
        case AnyOf(parts=parts):
            return _joined([_said(part, names) for part in parts], "或", " or ")
        case _:
            assert_never(condition)


_EVERYONE = Compare("everyone", Comparison.EQUAL, True)


def _denied(part: Condition, names: Names) -> Said:
    if isinstance(part, Compare | OneOf | Within):
        turned = _turned(part)
        if turned is not None:
            return said(turned, names)
        return but_not(said(part, names))
    inner = _said(part, names)
    return but_not(inner) if inner is not None else Said(NOBODY.zh, "are nobody")


def _turned(leaf: Leaf) -> Leaf | None:
    """The same denial as a leaf that says it plainly: not "at least 1" is "less than 1"."""
    measure = measure_from(leaf.field)
    kind = kind_of(measure)
    if kind.result is Result.YES_NO and isinstance(leaf, Compare):
        return replace(leaf, value=not leaf.value)
    known = kind.unit is not Unit.DAYS and measure.name not in _NOT_ALWAYS_KNOWN
    if kind.result is not Result.NUMBER or not known:
        return None
    match ranges_of(leaf):
        case ((int(low), None),):
            return Within(leaf.field, None, low)
        case ((None, int(high)),):
            return Within(leaf.field, high, None)
        case _:
            return None


def _joined(found: Sequence[Said | None], zh: str, en: str) -> Said | None:
    known = [one for one in found if one is not None]
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    return Said(f"（{zh.join(one.zh for one in known)}）", f"({en.join(one.en for one in known)})")
