"""One small predicate language for offers, tiers, segments and journeys.

A condition receives data and never fetches any. It answers with its reason, so "why did I not
get this offer?" can be told at the till.

    >>> weekday_tea = All((Compare("spend", Comparison.AT_LEAST, 4000), OneOf("weekday", (1, 2))))
    >>> verdict(weekday_tea, {"spend": 2500, "weekday": 1}).failed
    Failed(field='spend', comparison='at_least', wanted=4000, actual=2500)
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import NamedTuple, assert_never

from regulars.domain.kernel.refusal import refusal_code

Scalar = str | int | bool
Known = Scalar | frozenset[str] | frozenset[int] | None
View = Mapping[str, Known]

CONDITION_MALFORMED = refusal_code("condition.malformed", "part")
CONDITION_TOO_LARGE = refusal_code("condition.too_large", "maximum")

NODES_MAX = 200
DEPTH_MAX = 8


class Comparison(StrEnum):
    """How a field is held against a wanted value."""

    EQUAL = "equal"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one value; a field nobody knows never compares true."""

    field: str
    comparison: Comparison
    value: Scalar


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field is one of some values; a field that is a set shares at least one."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """A number in a half-open range `[low, high)`; None is unbounded."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no part at all holds for everybody."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Leaf = Compare | OneOf | Within
Condition = Leaf | All | AnyOf | Not
ALWAYS = All()


class Failed(NamedTuple):
    """The first part that did not hold: what was wanted and what was there."""

    field: str
    comparison: str
    wanted: Scalar | tuple[Scalar, ...] | None
    actual: Known


class Verdict(NamedTuple):
    """Whether a condition holds, and if not, why."""

    holds: bool
    failed: Failed | None = None


_HOLDS = Verdict(holds=True)


def verdict(condition: Condition, view: View) -> Verdict:
    """Whether the data in view meet a condition, with the first part that failed."""
    match condition:
        case Compare():
            return _compared(condition, view.get(condition.field))
        case OneOf(field=field, values=values):
            actual = view.get(field)
            found = (
                not actual.isdisjoint(values)
                if isinstance(actual, frozenset)
                else actual is not None and actual in values
            )
            return _HOLDS if found else Verdict(False, Failed(field, "one_of", values, actual))
        case Within(field=field, low=low, high=high):
            actual = view.get(field)
            if isinstance(actual, int) and (low is None or low <= actual):
                if high is None or actual < high:
                    return _HOLDS
                return Verdict(False, Failed(field, "less", high, actual))
            return Verdict(False, Failed(field, "at_least", low, actual))
        case All(parts=parts):
            for part in parts:
                answer = verdict(part, view)
                if not answer.holds:
                    return answer
            return _HOLDS
        case AnyOf(parts=parts):
            first: Verdict | None = None
            for part in parts:
                answer = verdict(part, view)
                if answer.holds:
                    return _HOLDS
                first = first or answer
            return first or Verdict(False, Failed("", "any_of", None, None))
        case Not(part=part):
            if verdict(part, view).holds:
                return Verdict(
                    False, Failed(_field_of(part), "not", None, view.get(_field_of(part)))
                )
            return _HOLDS
        case _:
            assert_never(condition)


_NUMBERS: dict[Comparison, Callable[[int, int], bool]] = {
    Comparison.AT_LEAST: ge,
    Comparison.AT_MOST: le,
    Comparison.LESS: lt,
    Comparison.MORE: gt,
}


def _compared(condition: Compare, actual: Known) -> Verdict:
    wanted = condition.value
    compare = _NUMBERS.get(condition.comparison)
    if compare is None:
        holds = actual == wanted and isinstance(actual, bool) == isinstance(wanted, bool)
    else:
        holds = isinstance(actual, int) and isinstance(wanted, int) and compare(actual, wanted)
    if holds:
        return _HOLDS
    return Verdict(False, Failed(condition.field, condition.comparison.value, wanted, actual))


def _field_of(condition: Condition) -> str:
    match condition:
        case Compare(field=field) | OneOf(field=field) | Within(field=field):
            return field
        case Not(part=part):
            return _field_of(part)
        case All(parts=parts) | AnyOf(parts=parts):
            return _field_of(parts[0]) if parts else ""
        case _:
            assert_never(condition)


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Every part that asks about a field, from left to right."""
    match condition:
        case Compare() | OneOf() | Within():
            yield condition
        case Not(part=part):
            yield from leaves_of(part)
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from leaves_of(part)
        case _:
            assert_never(condition)


def fields_of(condition: Condition) -> frozenset[str]:
    """Every field that a condition asks about, so that nobody loads what nobody asks."""
    return frozenset(leaf.field for leaf in leaves_of(condition))


def as_data(condition: Condition) -> dict[str, object]:
    """The condition in its stored form; `condition_from` reads it back to an equal one."""
    match condition:
        case Compare(field=field, comparison=comparison, value=value):
            return {"kind": "compare", "field": field, "is": comparison.value, "value": value}
        case OneOf(field=field, values=values):
            return {"kind": "one_of", "field": field, "values": list(values)}
        case Within(field=field, low=low, high=high):
            return {"kind": "within", "field": field, "low": low, "high": high}
        case All(parts=parts):
            return {"kind": "all", "parts": [as_data(part) for part in parts]}
        case AnyOf(parts=parts):
            return {"kind": "any", "parts": [as_data(part) for part in parts]}
        case Not(part=part):
            return {"kind": "not", "part": as_data(part)}
        case _:
            assert_never(condition)


def condition_from(data: object, *, fields: frozenset[str]) -> Condition:
    """The condition that stored data spell.

    Refuses: condition.malformed (unknown kind, field or value), condition.too_large.
    """
    room = [NODES_MAX]
    return _parsed(data, fields, room, 1)


def _parsed(data: object, fields: frozenset[str], room: list[int], depth: int) -> Condition:
    room[0] -= 1
    if room[0] < 0 or depth > DEPTH_MAX:
        raise CONDITION_TOO_LARGE.because(maximum=NODES_MAX)
    if not isinstance(data, Mapping):
        raise CONDITION_MALFORMED.because(part="condition")

    def many() -> "tuple[Condition, ...]":
        parts = data.get("parts")
        if not isinstance(parts, list | tuple):
            raise CONDITION_MALFORMED.because(part="parts")
        return tuple(_parsed(part, fields, room, depth + 1) for part in parts)

    match data.get("kind"):
        case "compare":
            value = data.get("value")
            if not isinstance(value, str | int):
                raise CONDITION_MALFORMED.because(part="value")
            try:
                return Compare(_known(data, fields), Comparison(str(data.get("is"))), value)
            except ValueError:
                raise CONDITION_MALFORMED.because(part="is") from None
        case "one_of":
            values = data.get("values")
            if not isinstance(values, list | tuple) or not values or len(values) > NODES_MAX:
                raise CONDITION_MALFORMED.because(part="values")
            if not all(isinstance(value, str | int) for value in values):
                raise CONDITION_MALFORMED.because(part="values")
            return OneOf(_known(data, fields), tuple(values))
        case "within":
            low, high = data.get("low"), data.get("high")
            if not isinstance(low, int | None) or not isinstance(high, int | None):
                raise CONDITION_MALFORMED.because(part="low")
            if low is not None and high is not None and high <= low:
                raise CONDITION_MALFORMED.because(part="high")
            return Within(_known(data, fields), low, high)
        case "all":
            return All(many())
        case "any":
            return AnyOf(many())
        case "not":
            return Not(_parsed(data.get("part"), fields, room, depth + 1))
        case _:
            raise CONDITION_MALFORMED.because(part="kind")


def _known(data: Mapping[str, object], fields: frozenset[str]) -> str:
    field = data.get("field")
    if not isinstance(field, str) or field not in fields:
        raise CONDITION_MALFORMED.because(part="field")
    return field
