"""The chain 账本链: every entry leaves a print, and each block of prints holds on to the last.

Block 1,204 holds the prints of 王芳's top-up and of 37 other entries of the same five seconds. Its
hash is made from block 1,203's hash, its own number and those prints, so whoever changes an old
posting must rewrite every block since; the day's printed head tells that he did.

    >>> chained(GENESIS, ()).number
    1
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import JSONEncoder
from typing import NamedTuple

from regulars.domain.kernel.refusal import refusal_code

HEAD_MALFORMED = refusal_code("chain.head_malformed")

# The first item of every canonical form: another form gets another number.
FORM = 1
ID_BYTES = 16
PRINT_BYTES = 32
NUMBER_BYTES = 8
MEMBER_BYTES = ID_BYTES + PRINT_BYTES
NUMBER_MAX = (1 << 63) - 1

# Ids as 32 hexadecimal letters, instants as microseconds, days as ISO text, nothing as null.
Scalar = str | int | None
Row = Sequence[Scalar]

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ChainedEntry(NamedTuple):
    """An entry with everything that belongs to it, each row in its columns' order.

    `row` begins with the entry's id; the others leave out the entry. Postings are in the order of
    their numbers, lots of their ids; uses begin with lot and kind, and are put in that order here.
    What is left of a lot is not among them: it changes.
    """

    row: Row
    postings: Sequence[Row]
    lots: Sequence[Row]
    uses: Sequence[Row]


class Member(NamedTuple):
    """One entry in a block: its id and the print of its canonical form, as bytes."""

    id: bytes
    print: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last block's number and hash."""

    number: int
    hash: bytes

    @property
    def told(self) -> str:
        """As it is printed: number, colon, hash in hexadecimal letters."""
        return f"{self.number}:{self.hash.hex()}"


GENESIS = Head(0, bytes(PRINT_BYTES))


def canonical(entry: ChainedEntry) -> bytes:
    """The one spelling of an entry: a JSON list of form, row, postings, lots and uses, in UTF-8."""
    uses = sorted(entry.uses, key=_lot_and_kind) if len(entry.uses) > 1 else entry.uses
    return _encode([FORM, entry.row, entry.postings, entry.lots, uses]).encode()


def _lot_and_kind(use: Row) -> tuple[str, str]:
    return str(use[0]), str(use[1])


def member_of(entry: ChainedEntry) -> Member:
    """An entry's id and print."""
    name = entry.row[0]
    if not isinstance(name, str):
        raise TypeError("an entry's row begins with its id")
    return Member(bytes.fromhex(name), sha256(canonical(entry)).digest())


def joined(members: Sequence[Member]) -> bytes:
    """The members of a block as it keeps them."""
    return b"".join([part for member in members for part in member])


def members_of(kept: bytes) -> Iterator[Member]:
    """The members of a block from what it keeps; a rest that is no whole member is left out."""
    for start in range(0, len(kept) - MEMBER_BYTES + 1, MEMBER_BYTES):
        cut = start + ID_BYTES
        yield Member(kept[start:cut], kept[cut : start + MEMBER_BYTES])


def block_hash(previous: bytes, number: int, kept: bytes) -> bytes:
    """The hash of a block: SHA-256 of the previous hash, its number in 8 bytes, its members."""
    return sha256(previous + number.to_bytes(NUMBER_BYTES, "big") + kept).digest()


def chained(head: Head, members: Sequence[Member]) -> Head:
    """The chain's end once these members form its next block."""
    number = head.number + 1
    return Head(number, block_hash(head.hash, number, joined(members)))


def head_from(text: str) -> Head:
    """The head that a text tells, as `told` spells it. Refuses: chain.head_malformed."""
    number, colon, letters = text.strip().partition(":")
    try:
        told = bytes.fromhex(letters)
    except ValueError:
        raise HEAD_MALFORMED.because() from None
    known = number.isascii() and number.isdigit() and len(told) == PRINT_BYTES and bool(colon)
    if not known or len(number) > len(str(NUMBER_MAX)) or int(number) > NUMBER_MAX:
        raise HEAD_MALFORMED.because()
    return Head(int(number), told)
