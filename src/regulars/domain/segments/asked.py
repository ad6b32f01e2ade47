"""A condition made ready to be asked of one member after another: read once, not at every sale.

"近30天未消费的高价值会员" is asked of everybody who pays: which measure each leaf means, from which numbers
on it holds and whether the clock can change it is worked out when the segment begins to serve.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from regulars.domain.kernel.condition import (
    All,
    AnyOf,
    Compare,
    Condition,
    Known,
    Leaf,
    Not,
    OneOf,
    Within,
    verdict,
)
from regulars.domain.segments.conditions import Range, ranges_of, thresholds_of
from regulars.domain.segments.kinds import Measure, MeasureKind, Result
from regulars.domain.segments.measures import kind_of, measure_from


@dataclass(frozen=True, slots=True, eq=False)
class LeafAsked:
    """One leaf. Equal leaves are the same object, so that each is worked out once for a member.

    `met_by`: whether it holds where its measure is this. `lapses`: what is bought makes it true, and
    the clock alone can only make it false.
    """

    leaf: Leaf
    measure: Measure
    kind: MeasureKind
    met_by: Callable[[Known], bool]
    thresholds: frozenset[int]
    timed: bool
    lapses: bool


@dataclass(frozen=True, slots=True, eq=False)
class NotAsked:
    """The contrary of a part."""

    part: "Asked"
    timed: bool


@dataclass(frozen=True, slots=True, eq=False)
class PartsAsked:
    """All parts (`wanted` true), or one of them. `steady_first`: those that no clock can change."""

    parts: "tuple[Asked, ...]"
    wanted: bool
    timed: bool
    steady_first: "tuple[Asked, ...]"


Asked = LeafAsked | NotAsked | PartsAsked


@lru_cache(maxsize=4_096)
def asked_of(condition: Condition) -> Asked:
    """A condition, ready to be asked."""
    match condition:
        case Compare() | OneOf() | Within():
            return _leaf(condition)
        case Not(part=part):
            contrary = asked_of(part)
            return NotAsked(contrary, contrary.timed)
        case All(parts=parts):
            return _parts(parts, wanted=True)
        case AnyOf(parts=parts):
            return _parts(parts, wanted=False)
        case _:
            assert_never(condition)


def _parts(parts: tuple[Condition, ...], *, wanted: bool) -> PartsAsked:
    asked = tuple(asked_of(part) for part in parts)
    steady_first = tuple(sorted(asked, key=lambda one: one.timed))
    return PartsAsked(asked, wanted, any(one.timed for one in asked), steady_first)


@lru_cache(maxsize=8_192)
def _leaf(leaf: Leaf) -> LeafAsked:
    measure = measure_from(leaf.field)
    kind = kind_of(measure)
    number = kind.result is Result.NUMBER
    ranges = ranges_of(leaf) if number else None
    return LeafAsked(
        leaf=leaf,
        measure=measure,
        kind=kind,
        met_by=_met_by(leaf, ranges),
        thresholds=thresholds_of(leaf) if number else frozenset(),
        timed=kind.timed,
        lapses=kind.falls and _wants_much(leaf, ranges),
    )


def _met_by(leaf: Leaf, ranges: tuple[Range, ...] | None) -> Callable[[Known], bool]:
    """The verdict of the condition language over one leaf.

    A hundred segments ask some hundred leaves of whoever pays: what each wants is read once.
    """
    match leaf:
        case OneOf(values=values) if ranges is None:
            wanted = frozenset(values)

            def among(actual: Known) -> bool:
                if isinstance(actual, frozenset):
                    return not wanted.isdisjoint(actual)
                return actual is not None and actual in wanted

            return among
        case Compare(value=bool() as flag) if ranges is None:
            return lambda actual: actual is flag
        case Compare(value=str() as word) if ranges is None:
            return lambda actual: actual == word
        case _ if ranges is not None and len(ranges) == 1:
            return _within(*ranges[0])
        case _:
            return lambda actual: verdict(leaf, {leaf.field: actual}).holds


def _within(low: int | None, high: int | None) -> Callable[[Known], bool]:
    if high is None and low is not None:
        return lambda actual: isinstance(actual, int) and actual >= low
    return lambda actual: (
        isinstance(actual, int)
        and (low is None or actual >= low)
        and (high is None or actual < high)
    )


def _wants_much(leaf: Leaf, ranges: tuple[Range, ...] | None) -> bool:
    """Whether a leaf that holds for a value holds for all that are more."""
    if ranges is not None:
        return all(high is None for _, high in ranges)
    return isinstance(leaf, OneOf) or (isinstance(leaf, Compare) and leaf.value is True)
