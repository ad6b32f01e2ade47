"""Segment conditions: the kernel's condition over measures, checked before anybody saves one.

>>> asked = {"kind": "compare", "field": "days_since_visit", "is": "at_least", "value": 30}
>>> segment_condition_from(asked)
Compare(field='days_since_visit', comparison=<Comparison.AT_LEAST: 'at_least'>, value=30)
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from json import dumps
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.condition import (
    NODES_MAX,
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Leaf,
    Not,
    OneOf,
    Scalar,
    Within,
    as_data,
    condition_from,
    leaves_of,
)
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.segments.kinds import Measure, Part, Result, Unit, mark_of
from regulars.domain.segments.measures import kind_of, measure_from, written
from regulars.domain.segments.member_state import Ground

LEAF_UNFIT = refusal_code("segment.leaf_unfit", "measure")
VALUE_OUT_OF_RANGE = refusal_code("segment.value_out_of_range", "measure", "maximum")

# A half-open range of whole numbers; None is unbounded.
Range = tuple[int | None, int | None]
NUMBER_MAX = 1_000_000_000_000
AGE_DAYS_MAX = 36_500
WORD_LETTERS_MAX = 80


def segment_condition_from(data: object) -> Condition:
    """The condition that stored data or a form spell, each measure in its canonical text.

    Refuses: condition.malformed, condition.too_large, segment.measure_unknown,
    segment.measure_malformed, segment.leaf_unfit, segment.value_out_of_range.
    """
    condition = condition_from(data, fields=frozenset(_fields(data)))
    return _mapped(condition, _checked)


def condition_hash(condition: Condition) -> str:
    """What two conditions that ask the same in the same order have in common."""
    text = dumps(as_data(condition), sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def ground_mark(condition: Condition, ground: Ground) -> str:
    """What a condition asks of goods and stores, as they are at present, in short.

    That is what its categories, tags and regions stand for, and where it goes by business days,
    when a day begins at each store.
    """
    measures = measures_of(condition)
    marks = [f"{text}={mark_of(measure, ground)}" for text, measure in measures.items()]
    if any(kind_of(measure).by_day for measure in measures.values()):
        days = ground.stores.items()
        marks += [f"{one}:{seen.zone}+{seen.cut_off_minutes}" for one, seen in days]
    return sha256(";".join(sorted(marks)).encode()).hexdigest()


def measures_of(condition: Condition) -> dict[str, Measure]:
    """Every measure that a condition asks for, by its text."""
    return {leaf.field: measure_from(leaf.field) for leaf in leaves_of(condition)}


@lru_cache(maxsize=8_192)
def is_timed(condition: Condition) -> bool:
    """Whether membership may change by the clock alone."""
    return any(kind_of(measure).timed for measure in measures_of(condition).values())


def words_asked(condition: Condition, name: str) -> frozenset[str]:
    """The words for which a condition looks in a set such as `segments` or `tags`."""
    return frozenset(
        str(value)
        for leaf in leaves_of(condition)
        if isinstance(leaf, OneOf) and leaf.field == name
        for value in leaf.values
    )


def segments_asked(condition: Condition) -> frozenset[UUID]:
    """The other segments that a condition asks about."""
    return frozenset(UUID(one) for one in words_asked(condition, "segments"))


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be loaded of a member, and of how many days of orders. Units: days."""

    parts: frozenset[Part] = frozenset()
    days_back: int = 0

    def and_of(self, other: "Needs") -> "Needs":
        """What both need."""
        return Needs(self.parts | other.parts, max(self.days_back, other.days_back))


@lru_cache(maxsize=1_024)
def needs(condition: Condition) -> Needs:
    """What judging a condition needs of a member."""
    total = Needs()
    for measure in measures_of(condition).values():
        kind = kind_of(measure)
        total = total.and_of(Needs(kind.parts, kind.back(measure)))
    return total


def ranges_of(leaf: Leaf) -> tuple[Range, ...]:
    """The whole numbers for which a leaf over a number holds."""
    match leaf:
        case Within(low=low, high=high):
            return ((low, high),)
        case OneOf(values=values):
            return tuple((int(one), int(one) + 1) for one in dict.fromkeys(values))
        case Compare(comparison=comparison, value=value):
            number = int(value)
            match comparison:
                case Comparison.EQUAL:
                    return ((number, number + 1),)
                case Comparison.AT_LEAST:
                    return ((number, None),)
                case Comparison.MORE:
                    return ((number + 1, None),)
                case Comparison.AT_MOST:
                    return ((None, number + 1),)
                case Comparison.LESS:
                    return ((None, number),)
                case _:
                    assert_never(comparison)
        case _:
            assert_never(leaf)


@lru_cache(maxsize=4_096)
def thresholds_of(leaf: Leaf) -> frozenset[int]:
    """The numbers at which a leaf over a number can turn."""
    return frozenset(
        edge for low, high in ranges_of(leaf) for edge in (low, high) if edge is not None
    )


def _fields(data: object) -> Iterator[str]:
    waiting, seen = [data], 0
    while waiting and seen <= NODES_MAX:
        found = waiting.pop()
        if not isinstance(found, Mapping):
            continue
        seen += 1
        named = found.get("field")
        if isinstance(named, str):
            yield named
        waiting.append(found.get("part"))
        parts = found.get("parts")
        if isinstance(parts, list | tuple):
            waiting.extend(parts)


def _mapped(condition: Condition, change: Callable[[Leaf], Leaf]) -> Condition:
    match condition:
        case Compare() | OneOf() | Within():
            return change(condition)
        case Not(part=part):
            return Not(_mapped(part, change))
        case All(parts=parts):
            return All(tuple(_mapped(part, change) for part in parts))
        case AnyOf(parts=parts):
            return AnyOf(tuple(_mapped(part, change) for part in parts))
        case _:
            assert_never(condition)


def _checked(leaf: Leaf) -> Leaf:
    measure = measure_from(leaf.field)
    kind, text = kind_of(measure), written(measure)
    match kind.result:
        case Result.NUMBER:
            fits = all(_is_number(value) for value in _values(leaf))
        case Result.YES_NO:
            fits = isinstance(leaf, Compare) and leaf.comparison is Comparison.EQUAL
            fits = fits and all(isinstance(value, bool) for value in _values(leaf))
        case Result.WORD:
            equal = isinstance(leaf, Compare) and leaf.comparison is Comparison.EQUAL
            fits = (equal or isinstance(leaf, OneOf)) and _are_words(leaf, text)
        case Result.WORDS:
            fits = isinstance(leaf, OneOf) and _are_words(leaf, text)
        case _:
            assert_never(kind.result)
    if not fits:
        raise LEAF_UNFIT.because(measure=text)
    if kind.result is Result.NUMBER:
        _check_range(leaf, text, AGE_DAYS_MAX if kind.unit is Unit.DAYS else NUMBER_MAX)
    return replace(leaf, field=text)


def _values(leaf: Leaf) -> tuple[Scalar, ...]:
    match leaf:
        case Compare(value=value):
            return (value,)
        case OneOf(values=values):
            return values
        case Within(low=low, high=high):
            return tuple(one for one in (low, high) if one is not None)
        case _:
            assert_never(leaf)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_words(leaf: Leaf, text: str) -> bool:
    """Whether all values are words that the set can hold: segments and stores are named by id."""
    for value in _values(leaf):
        if not isinstance(value, str) or not 0 < len(value) <= WORD_LETTERS_MAX:
            return False
        if "\x00" in value:
            return False
        if text in {"segments", "home_store", "region"} and not _is_id(value):
            return False
    return True


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _check_range(leaf: Leaf, text: str, maximum: int) -> None:
    for value in _values(leaf):
        if not -maximum <= int(value) <= maximum:
            raise VALUE_OUT_OF_RANGE.because(measure=text, maximum=maximum)
