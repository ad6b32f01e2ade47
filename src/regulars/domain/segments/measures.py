"""The measures of the segment language, read from their text and written back canonically.

A leaf's field is such a text: arguments in one order, what is the default left out, so that equal
measures have equal text and are worked out once for all segments.

    >>> written(measure_from("visits_in( store=0190c0de-0000-7000-8000-000000000001, days = 30 )"))
    'visits_in(days=30,store=0190c0de-0000-7000-8000-000000000001)'
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from regulars.domain.segments import (
    balance_measures,
    goods_measures,
    profile_measures,
    visit_measures,
)
from regulars.domain.segments.kinds import (
    MEASURE_MALFORMED,
    MEASURE_UNKNOWN,
    Argument,
    Measure,
    MeasureKind,
    Sort,
)

KINDS: Mapping[str, MeasureKind] = {
    kind.name: kind
    for kind in (
        *visit_measures.KINDS,
        *goods_measures.KINDS,
        *balance_measures.KINDS,
        *profile_measures.KINDS,
    )
}
TEXT_LETTERS_MAX = 300
_CALL = re.compile(r"\s*([a-z_]{1,40})\s*(?:\((.*)\))?\s*")
_GIVEN = re.compile(r"\s*([a-z_]{1,20})\s*=\s*([^\s,()=\"']{1,80})\s*")
_STEP = re.compile(r"visit|(?:product|category):[0-9a-f-]{36}|tag:[^\s,()=\"']{1,40}")


def kind_of(measure: Measure) -> MeasureKind:
    """What kind of measure it is."""
    return KINDS[measure.name]


@lru_cache(maxsize=4_096)
def measure_from(text: str) -> Measure:
    """The measure that a text spells.

    Refuses: segment.measure_unknown, segment.measure_malformed.
    """
    found = _CALL.fullmatch(text) if len(text) <= TEXT_LETTERS_MAX else None
    if found is None:
        raise MEASURE_MALFORMED.because(measure=text[:TEXT_LETTERS_MAX], part="name")
    kind = KINDS.get(found[1])
    if kind is None:
        raise MEASURE_UNKNOWN.because(name=found[1])
    given = _given(found[2] or "", text)
    known = {argument.name: argument for argument in kind.arguments}
    for name in given.keys() - known.keys():
        raise MEASURE_MALFORMED.because(measure=text, part=name)
    arguments: list[tuple[str, str | int]] = []
    for name, argument in known.items():
        value = _value(argument, given.get(name), text)
        if value is not None:
            arguments.append((name, value))
    measure = Measure(kind.name, tuple(arguments))
    _check(kind, measure, given, text)
    return measure


def written(measure: Measure) -> str:
    """The canonical text of a measure."""
    defaults = {argument.name: argument.default for argument in kind_of(measure).arguments}
    said = [f"{name}={value}" for name, value in measure.arguments if value != defaults[name]]
    return f"{measure.name}({','.join(said)})" if said else measure.name


def canonical(text: str) -> str:
    """The canonical text of the measure that a text spells. Refuses: as `measure_from`."""
    return written(measure_from(text))


def _given(inside: str, text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for part in inside.split(",") if inside.strip() else ():
        found = _GIVEN.fullmatch(part)
        if found is None or found[1] in given:
            raise MEASURE_MALFORMED.because(measure=text, part=part.strip()[:40] or "arguments")
        given[found[1]] = found[2]
    return given


def _value(argument: Argument, told: str | None, text: str) -> str | int | None:
    if told is None:
        if argument.needed:
            raise MEASURE_MALFORMED.because(measure=text, part=argument.name)
        return argument.default
    value = _read(argument, told)
    if value is None:
        raise MEASURE_MALFORMED.because(measure=text, part=argument.name)
    return value


def _read(argument: Argument, told: str) -> str | int | None:
    match argument.sort:
        case Sort.WHOLE:
            if re.fullmatch(r"-?[0-9]{1,6}", told) is None:
                return None
            number = int(told)
            return number if argument.low <= number <= argument.high else None
        case Sort.ID:
            return _id(told)
        case Sort.WORD:
            return told if not argument.choices or told in argument.choices else None
        case Sort.STEP:
            kind, mark, name = told.partition(":")
            named = _id(name) if kind in {"product", "category"} else name
            step = f"{kind}{mark}{named}"
            return step if _STEP.fullmatch(step) else None


def _id(told: str) -> str | None:
    try:
        return str(UUID(told))
    except ValueError:
        return None


def _check(kind: MeasureKind, measure: Measure, given: Mapping[str, str], text: str) -> None:
    chosen = [name for name in kind.alternatives if name in given]
    if len(chosen) > 1:
        raise MEASURE_MALFORMED.because(measure=text, part=chosen[1])
    if kind.alternative_needed and not chosen:
        raise MEASURE_MALFORMED.because(measure=text, part=kind.alternatives[0])
    wrong = kind.check(measure) if kind.check is not None else None
    if wrong is not None:
        raise MEASURE_MALFORMED.because(measure=text, part=wrong)
