"""Reading the stored form of an offer, part by part, with a "no" that names the part.

{"kind": "percent", "basis_points": 20000}: out of range, basis_points lies in 1..10000.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from regulars.domain.kernel.refusal import refusal_code

OFFER_MALFORMED = refusal_code("offer.malformed", "part")
OFFER_OUT_OF_RANGE = refusal_code("offer.out_of_range", "part", "low", "high")

AMOUNT_MINOR_MAX = 100_000_000

Word = TypeVar("Word", bound=StrEnum)


def only(data: Mapping[str, object], allowed: frozenset[str]) -> None:
    """Refuses: offer.malformed, for a part that nobody knows."""
    for part in data:
        if part not in allowed:
            raise OFFER_MALFORMED.because(part=part)


def whole(data: Mapping[str, object], part: str, low: int, high: int) -> int:
    """The whole number of a part. Refuses: offer.malformed, offer.out_of_range."""
    value = data.get(part)
    if not isinstance(value, int) or isinstance(value, bool):
        raise OFFER_MALFORMED.because(part=part)
    if not low <= value <= high:
        raise OFFER_OUT_OF_RANGE.because(part=part, low=low, high=high)
    return value


def whole_or_none(data: Mapping[str, object], part: str, low: int, high: int) -> int | None:
    """The whole number of a part that may be missing. Refuses: as `whole`."""
    return None if data.get(part) is None else whole(data, part, low, high)


def flag(data: Mapping[str, object], part: str) -> bool:
    """A yes or no; missing is no. Refuses: offer.malformed."""
    value = data.get(part, False)
    if not isinstance(value, bool):
        raise OFFER_MALFORMED.because(part=part)
    return value


def word(data: Mapping[str, object], part: str, words: type[Word], default: Word) -> Word:
    """One of a list of words; missing is the default. Refuses: offer.malformed."""
    value = data.get(part, default.value)
    try:
        return words(str(value))
    except ValueError:
        raise OFFER_MALFORMED.because(part=part) from None
