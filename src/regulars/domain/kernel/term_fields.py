"""Fields that a merchant sets: each names its shipped value and the check that a value must pass.

`STEP = Field("spending.step", 100, whole(1, 100_000))`: head office sets it to 50; a store that
tries "many" is told which field is wrong and what it takes. A feature declares its fields beside
the Terms that they make.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from regulars.domain.kernel.terms import TERMS_MALFORMED

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

# No step, bonus or growth value passes it: sums of them stay far inside 64 bits.
NUMBER_MAX = 1_000_000_000
TEXT_LETTERS_MAX = 60
CODES_MAX = 10
CODE_LETTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class Field(Generic[T_co]):
    """One field: its name, what it is without a setting, and how a setting is read."""

    name: str
    default: object
    check: Callable[[str, object], T_co]


class FieldValues:
    """The values of all fields in force at one place and moment, read by their fields."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def of(self, field: Field[T]) -> T:
        """What a field says. Refuses: terms.malformed."""
        return field.check(field.name, self._values[field.name])


def whole(low: int, high: int) -> Callable[[str, object], int]:
    """A whole number from `low` to `high`."""

    def check(field: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise TERMS_MALFORMED.because(field=field, part=f"{low}..{high}")
        return value

    return check


def whole_or_none(low: int, high: int) -> Callable[[str, object], int | None]:
    """The same, or nothing."""
    check = whole(low, high)
    return lambda field, value: None if value is None else check(field, value)


def one_of(*choices: str) -> Callable[[str, object], str]:
    """One of some words."""

    def check(field: str, value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise TERMS_MALFORMED.because(field=field, part=" | ".join(choices))
        return value

    return check


def rows(field: str, value: object, maximum: int) -> Sequence[Mapping[str, object]]:
    """A list of at most so many rows. Refuses: terms.malformed."""
    if not isinstance(value, list) or len(value) > maximum:
        raise TERMS_MALFORMED.because(field=field, part="rows")
    for row in value:
        if not isinstance(row, Mapping):
            raise TERMS_MALFORMED.because(field=field, part="row")
    return value


def number(field: str, row: Mapping[str, object], part: str, default: int | None = None) -> int:
    """A whole number of a row, from 0 on. Refuses: terms.malformed."""
    value = row.get(part, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= NUMBER_MAX:
        raise TERMS_MALFORMED.because(field=field, part=part)
    return value


def text(field: str, row: Mapping[str, object], part: str) -> str:
    """A short text of a row. Refuses: terms.malformed."""
    value = row.get(part)
    if not isinstance(value, str) or not 1 <= len(value) <= TEXT_LETTERS_MAX:
        raise TERMS_MALFORMED.because(field=field, part=part)
    return value


def codes(field: str, value: object) -> tuple[str, ...]:
    """At most ten codes. Refuses: terms.malformed."""
    if not isinstance(value, list) or len(value) > CODES_MAX:
        raise TERMS_MALFORMED.because(field=field, part="codes")
    known = tuple(
        code for code in value if isinstance(code, str) and 1 <= len(code) <= CODE_LETTERS_MAX
    )
    if len(known) != len(value):
        raise TERMS_MALFORMED.because(field=field, part="code")
    return known


def check_parts(field: str, row: Mapping[str, object], *known: str) -> None:
    """A misspelt part would be a promise that nobody keeps. Refuses: terms.malformed."""
    for part in row:
        if part not in known:
            raise TERMS_MALFORMED.because(field=field, part=part)
