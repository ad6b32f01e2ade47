"""A walk along the entries with the blocks that hold them, in bounded memory.

Entries come by id, which is about the order in which they happened; a block covers a few seconds of
it. So at any entry only the blocks around it are in hand: a dozen, in a ledger of ten years.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from regulars.domain.ledger.chain import members_of
from regulars.storage import chain
from regulars.storage.chain import HIGHEST, LOWEST, BlockRow
from regulars.storage.engine import Read

BLOCKS_AT_ONCE = 8
PAGE_IDS = 5_000


class Print(NamedTuple):
    """The print that a block holds of an entry."""

    value: bytes
    block: int


class Twice(NamedTuple):
    """An entry that two blocks hold."""

    entry_id: bytes
    block: int


class Page(NamedTuple):
    """Some entries of a walk: those that no block holds, and how far it has come."""

    unchained: list[UUID]
    last_id: UUID


class Blocks:
    """The blocks in hand while a walk comes by; it asks with ids that only ever rise."""

    def __init__(self, read: Read, from_id: UUID = LOWEST) -> None:
        self._read = read
        self._coming: list[BlockRow] = []
        self._from_id, self._number, self._all_read = from_id, -1, False
        self._in_hand: list[BlockRow] = []
        self._prints: dict[bytes, Print] = {}
        self.twice: list[Twice] = []
        if from_id != LOWEST:
            # Those that began before the walk and reach into it.
            for block in read.all(chain.BLOCKS_WITHIN, from_id=from_id, before_id=from_id):
                self._take_in_hand(block)

    def reach(self, last_id: UUID) -> None:
        """Take every block in hand that may hold an entry up to this one."""
        while (block := self._next()) is not None and block.first_id <= last_id:
            self._coming.pop(0)
            self._take_in_hand(block)

    def take(self, entry_id: bytes) -> Print | None:
        """The print of an entry, once; None when no block holds it."""
        return self._prints.pop(entry_id, None)

    def leave(self, last_id: UUID) -> list[tuple[bytes, int]]:
        """Put away the blocks behind this id: what they hold and nobody took, with its block."""
        behind = [block for block in self._in_hand if block.last_id <= last_id]
        if not behind:
            return []
        self._in_hand = [block for block in self._in_hand if block.last_id > last_id]
        left = []
        for block in behind:
            for member in members_of(block.members):
                found = self._prints.get(member.id)
                if found is not None and found.block == block.number:
                    del self._prints[member.id]
                    left.append((member.id, block.number))
        return left

    def _take_in_hand(self, block: BlockRow) -> None:
        self._in_hand.append(block)
        for member in members_of(block.members):
            if member.id in self._prints:
                self.twice.append(Twice(member.id, block.number))
            self._prints[member.id] = Print(member.print, block.number)

    def _next(self) -> BlockRow | None:
        if not self._coming and not self._all_read:
            self._coming = self._read.all(
                chain.BLOCKS_BY_FIRST,
                from_id=self._from_id,
                number=self._number,
                most=BLOCKS_AT_ONCE,
            )
            self._all_read = len(self._coming) < BLOCKS_AT_ONCE
            if self._coming:
                last = self._coming[-1]
                self._from_id, self._number = last.first_id, last.number
        return self._coming[0] if self._coming else None


def unchained(read: Read, *, before_id: UUID = HIGHEST) -> Iterator[UUID]:
    """Every entry before this id that no block holds."""
    for page in unchained_by_page(read, LOWEST, before_id):
        yield from page.unchained


def unchained_by_page(
    read: Read, from_id: UUID, before_id: UUID, *, page_ids: int = PAGE_IDS
) -> Iterator[Page]:
    """A walk from one id to before another, so many entries at a time."""
    blocks = Blocks(read, from_id)
    for ids in _pages(read, from_id, before_id, page_ids=page_ids):
        blocks.reach(ids[-1])
        yield Page([one for one in ids if blocks.take(one.bytes) is None], ids[-1])
        blocks.leave(ids[-1])


def unchained_within(read: Read, from_id: UUID, before_id: UUID) -> Iterator[UUID]:
    """Every entry of a short stretch of ids that no block holds."""
    low, high = from_id.bytes, before_id.bytes
    known = {
        member.id
        for block in read.all(chain.BLOCKS_WITHIN, from_id=from_id, before_id=before_id)
        for member in members_of(block.members)
        if low <= member.id < high
    }
    for ids in _pages(read, from_id, before_id):
        yield from [one for one in ids if one.bytes not in known]


def all_chained(read: Read, from_id: UUID, before_id: UUID) -> bool:
    """Whether as many entries of a stretch are in blocks as there are: a quick look."""
    stretch = {"from_id": from_id, "before_id": before_id}
    entries, whole, cut = read.group(
        chain.COUNT_ENTRIES.ask(**stretch),
        chain.COUNT_WHOLE.ask(**stretch),
        chain.BLOCKS_CUT.ask(**stretch),
    )
    return entries[0] == whole[0] + _within(cut, from_id.bytes, before_id.bytes)


def _within(blocks: Sequence[BlockRow], low: bytes, high: bytes) -> int:
    return sum(low <= member.id < high for block in blocks for member in members_of(block.members))


def after(entry_id: UUID) -> UUID:
    """Where a walk goes on behind an entry."""
    return UUID(int=min(entry_id.int + 1, HIGHEST.int))


def _pages(
    read: Read, from_id: UUID, before_id: UUID, *, page_ids: int = PAGE_IDS
) -> Iterator[list[UUID]]:
    while ids := read.all(chain.ENTRY_IDS, from_id=from_id, before_id=before_id, most=page_ids):
        yield ids
        from_id = after(ids[-1])
