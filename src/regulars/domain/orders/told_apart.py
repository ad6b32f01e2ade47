"""How little an order keeps of a member: what the offers of its shop told apart, and no more.

生日周 asks for three days before to three days after. 王芳 comes two days before her birthday: her
order keeps that she was inside that week, not which day it was; of her words 常客 and 素食 only
常客, which an offer names. Whoever reads old orders learns no birthday from them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from regulars.domain.kernel.condition import (
    Compare,
    Comparison,
    Leaf,
    OneOf,
    Scalar,
    Within,
    leaves_of,
)
from regulars.domain.pricing.basket import MemberView
from regulars.domain.pricing.offer import Offer

TAGS = "member_tags"
BIRTHDAY = "birthday_offset"


def told_apart(member: MemberView, offers: Iterable[Offer]) -> MemberView:
    """The member with only those words, and only so much of her birthday, as the conditions of
    these offers tell apart: each of them answers as before."""
    if not member.tags and member.birthday_offset is None:
        return member
    asking = [one.condition for one in offers if not one.asks.isdisjoint((TAGS, BIRTHDAY))]
    leaves = [leaf for condition in asking for leaf in leaves_of(condition)]
    named = {value for leaf in leaves if leaf.field == TAGS for value in _values(leaf)}
    offset = member.birthday_offset
    if offset is not None:
        edges = sorted({edge for leaf in leaves if leaf.field == BIRTHDAY for edge in _edges(leaf)})
        below = [edge for edge in edges if edge <= offset]
        # Of all days between two edges the first stands for each; before the first edge, one day.
        offset = below[-1] if below else edges[0] - 1 if edges else None
    return replace(member, tags=member.tags & named, birthday_offset=offset)


def _values(leaf: Leaf) -> tuple[Scalar, ...]:
    match leaf:
        case Compare(value=value):
            return (value,)
        case OneOf(values=values):
            return values
        case Within():
            return ()
        case _:
            assert_never(leaf)


def _edges(leaf: Leaf) -> Iterator[int]:
    """The days from which on a part may answer otherwise than the day before."""
    match leaf:
        case Within(low=low, high=high):
            yield from (edge for edge in (low, high) if edge is not None)
        case Compare(comparison=Comparison.AT_LEAST | Comparison.LESS, value=int(value)):
            yield value
        case Compare(comparison=Comparison.AT_MOST | Comparison.MORE, value=int(value)):
            yield value + 1
        case Compare() | OneOf():
            for day in _values(leaf):
                if isinstance(day, int):
                    yield from (day, day + 1)
        case _:
            assert_never(leaf)
