"""Coupon codes 券码: short enough to type, and unguessable without the shop's key.

A flyer says `KX4W-7MPR-N2TYD`. Turned back with the key it is serial 1,204,118, which lies in the
batch of the flyers. A code that somebody invents turns into some serial too, but of the 23^12
serials there are, our batches hold a few million: it lies in none of them.

A code is a keyed permutation of its serial number, so two serials never share a code, and none
needs to be stored or compared with the others. Source: a Feistel network of 8 rounds over two
halves of equal size, as in format-preserving encryption (FF1); a half is a number below
23^(length/2), so the network permutes exactly the codes of that length.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import CouponId

# No vowels, so that no words appear, and nothing that looks like something else.
ALPHABET = "23456789CDFHJKMNPRTVWXY"
BASE = 23
PUBLIC_LENGTH = 12
BEARER_LENGTH = 18
LENGTHS = (PUBLIC_LENGTH, BEARER_LENGTH)
ROUNDS = 8
KEY_BYTES = 32
# What somebody may type for a code at most, its spaces and hyphens included.
TYPED_LENGTH_MAX = 40

_TRIPLE = BASE**3
_HASH_BYTES = 12
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_DIGITS = [
    (first, second, third)
    for first in range(BASE)
    for second in range(BASE)
    for third in range(BASE)
]
# Three characters at a time: the text of a number below 23^3.
_TEXTS = ["".join(ALPHABET[value] for value in values) for values in _DIGITS]
_SUMS = [sum(values) for values in _DIGITS]
_WEIGHTED = [sum(place * value for place, value in enumerate(values, 1)) for values in _DIGITS]
_DASHES = frozenset("-\u2010\u2013\u2014\u2212")
_GROUPS = {PUBLIC_LENGTH: (4, 8), BEARER_LENGTH: (5, 10, 15)}


class ReadCode(NamedTuple):
    """What a well-formed code says: how long it is without its check character, and its serial."""

    length: int
    serial: int


@dataclass(frozen=True, slots=True)
class CodeCipher:
    """The key under which serials become codes. Units: 32 bytes."""

    key: bytes

    def code_of(self, serial: int, *, length: int) -> str:
        """The code of one serial number, in groups."""
        return next(self.codes(serial, 1, length=length))

    def codes(self, serial_from: int, size: int, *, length: int) -> Iterator[str]:
        """The codes of so many serials in a row, in groups; made one by one, never kept."""
        half = BASE ** (length // 2)
        if length not in LENGTHS or not 0 <= serial_from <= half * half - size:
            raise ValueError("a serial number has a code of 12 or 18 characters")
        rounds = [seeded.copy for seeded in self._rounds(length)]
        count, positions = length // 6, range(0, length // 2, 3)
        ends = (0, *_GROUPS[length], length + 1)
        bounds = tuple(pairwise(ends))
        for serial in range(serial_from, serial_from + size):
            left, right = divmod(serial, half)
            for copied in rounds:
                hashed = copied()
                hashed.update(right.to_bytes(8, "big"))
                left, right = right, (left + int.from_bytes(hashed.digest(), "big")) % half
            check, texts = 0, []
            for number, start in ((left, 0), (right, length // 2)):
                rest, parts = number, []
                for _ in range(count):
                    rest, part = divmod(rest, _TRIPLE)
                    parts.append(part)
                parts.reverse()
                for part, place in zip(parts, positions, strict=True):
                    texts.append(_TEXTS[part])
                    check += _WEIGHTED[part] + (start + place) * _SUMS[part]
            plain = "".join(texts) + ALPHABET[check % BASE]
            yield "-".join([plain[begin:end] for begin, end in bounds])

    def serial_of(self, typed: str) -> ReadCode | None:
        """What a code says, however it was typed; None where it is no code at all.

        Case, width, spaces and dashes do not matter. Its serial may well lie in no batch.
        """
        values = _values_of(typed)
        if values is None or not _checks(values):
            return None
        length = len(values) - 1
        half = BASE ** (length // 2)
        left, right = _number(values[: length // 2]), _number(values[length // 2 : length])
        for seeded in reversed(self._rounds(length)):
            hashed = seeded.copy()
            hashed.update(left.to_bytes(8, "big"))
            left, right = (right - int.from_bytes(hashed.digest(), "big")) % half, left
        return ReadCode(length, left * half + right)

    def _rounds(self, length: int) -> list[blake2b]:
        # Seeded once: of each round and code only the half that it hashes is new.
        return [
            blake2b(bytes((length, number)), digest_size=_HASH_BYTES, key=self.key)
            for number in range(ROUNDS)
        ]


def coupon_id_of(batch_id: UUID, serial: int) -> CouponId:
    """What bills and orders call an open code: always the same id, which does not tell the code."""
    named = blake2b(batch_id.bytes + serial.to_bytes(8, "big"), digest_size=16).digest()
    return CouponId(UUID(bytes=named))


def _values_of(typed: str) -> list[int] | None:
    if len(typed) > TYPED_LENGTH_MAX:
        return None
    # A Chinese keyboard types full-width letters, digits and dashes.
    letters = unicodedata.normalize("NFKC", typed).upper()
    values = [
        _VALUES.get(letter, -1)
        for letter in letters
        if letter not in _DASHES and not letter.isspace()
    ]
    return None if -1 in values or len(values) - 1 not in LENGTHS else values


def _checks(values: list[int]) -> bool:
    total = sum(place * value for place, value in enumerate(values[:-1], 1))
    return total % BASE == values[-1]


def _number(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number * BASE + value
    return number
