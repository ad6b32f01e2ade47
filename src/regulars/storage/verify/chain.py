"""The check of the chain: every block holds on to the last, every entry is what its print says.

Somebody with the database's own rights changed 王芳's top-up of May from 100.00 to 1,000.00, the
lot and the balance too, so that all sums agree. The entry's print in block 1,204 does not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.domain.ledger.chain import (
    GENESIS,
    MEMBER_BYTES,
    ChainedEntry,
    Head,
    block_hash,
    member_of,
    members_of,
)
from regulars.storage import chain
from regulars.storage.chain import HIGHEST, BlockRow
from regulars.storage.chain_entries import pages
from regulars.storage.chain_walk import Blocks
from regulars.storage.engine import Read
from regulars.storage.verify.chain_order import Order, Suspect
from regulars.storage.verify.report import LISTED_MAX, Check, Difference

BLOCKS_AT_ONCE = 8
# Small, so that a server can rest between two pages while its tills sell.
PAGE_ENTRIES = 150
UNCHAINED_AFTER = timedelta(seconds=60)
# The places of `recorded_at` and `subject_id` in an entry's row of the canonical form.
RECORDED_AT, SUBJECT_ID = 4, 9
SUSPECTS_AT_ONCE = 500
UNCHAINED = "entry_unchained"
ANCHORS_MAX = 40_000

Hear = Callable[[float], None]


@dataclass(slots=True)
class _Found:
    """The differences so far: as many as are listed, and whether there are more."""

    listed: list[Difference] = field(default_factory=list)
    more: bool = False
    waiting: int = 0
    _suspects: list[Suspect] = field(default_factory=list)

    def suspect(self, one: Suspect, order: Order) -> None:
        """An entry outside the chain that the chain has passed by, or has not come to yet."""
        self._suspects.append(one)
        if len(self._suspects) == SUSPECTS_AT_ONCE:
            self.judge(order)

    def judge(self, order: Order) -> None:
        """Tell those that were passed by; the chain takes up the others when a server starts."""
        suspects, self._suspects = self._suspects, []
        passed_by = order.passed_by(suspects) if suspects else set()
        for one in suspects:
            if one.id in passed_by:
                self.add(UNCHAINED, subject=one.id)
            else:
                self.waiting += 1

    def add(self, what: str, *, subject: UUID | None = None, number: int | None = None) -> None:
        if len(self.listed) >= LISTED_MAX:
            self.more = True
            return
        self.listed.append(Difference(what, subject, None, number, None))


class ChainQuestion:
    """The check itself, a page at a time; it hears how far it is, between 0 and 1."""

    name = "chain"
    # How long it takes beside a check in SQL.
    weight = 6

    def asked(self, read: Read, now: Instant | None = None, hear: Hear = lambda _: None) -> Check:
        """The check on one snapshot. With `now`, an entry may wait a minute to be chained; without
        it only those are told that the chain has passed by, and the others are counted."""
        newest = chain.newest_block(read)
        found = _Found()
        if newest is None:
            if read.all(chain.ANCHORS, most=1):
                found.add("chain_gone")
            return Check(self.name, 0, tuple(found.listed))
        for number in _blocks(read, found):
            hear(number / newest.number / 3)
        late = Instant((newest.at if now is None else now) - UNCHAINED_AFTER)
        newest_id = chain.newest_id(read) or HIGHEST
        seen = 0
        whole = max(1, *read.all(chain.COUNT_WHOLE, from_id=chain.LOWEST, before_id=HIGHEST))
        for entries in _entries(read, found, late, None if now else newest_id.bytes):
            seen += entries
            hear(1 / 3 + min(1.0, seen / whole) * 2 / 3)
        return Check(self.name, seen, tuple(found.listed), found.more, found.waiting)


def _blocks(read: Read, found: _Found) -> Iterator[int]:
    """Walk along the blocks by number, and yield each number."""
    anchors: dict[int, set[bytes]] = {}
    for row in read.all(chain.ANCHORS, most=ANCHORS_MAX):
        anchors.setdefault(row.number, set()).add(row.hash)
    head = GENESIS
    while blocks := read.all(chain.BLOCKS_AFTER, number=head.number, most=BLOCKS_AT_ONCE):
        for block in blocks:
            for missing in range(head.number + 1, min(block.number, head.number + LISTED_MAX)):
                found.add("block_missing", number=missing)
            if block.number != head.number + 1:
                head = Head(block.number - 1, head.hash)
            _block(block, head, found)
            if anchors.pop(block.number, {block.hash}) != {block.hash}:
                found.add("anchor", number=block.number)
            head = Head(block.number, block.hash)
            yield block.number
    for number in sorted(anchors):
        found.add("anchor", number=number)


def _block(block: BlockRow, head: Head, found: _Found) -> None:
    ids = [member.id for member in members_of(block.members)]
    whole = len(block.members) == block.entries * MEMBER_BYTES and bool(ids)
    if block.hash != block_hash(head.hash, block.number, block.members):
        found.add("block_hash", number=block.number)
    elif not whole or (block.first_id.bytes, block.last_id.bytes) != (min(ids), max(ids)):
        found.add("block_bounds", number=block.number)


def _entries(read: Read, found: _Found, late: Instant, newest_id: bytes | None) -> Iterator[int]:
    """Walk along the entries by id, and yield how many each page had."""
    blocks, order = Blocks(read), Order(read)
    late_at = microseconds_of(late)
    for page in pages(read, entries=PAGE_ENTRIES):
        last_id = UUID(hex=str(page[-1].row[0]))
        blocks.reach(last_id)
        for entry in page:
            what = _wrong(entry, blocks, late_at, newest_id)
            if what == UNCHAINED and newest_id is not None:
                found.suspect(_suspect(entry), order)
            elif what is not None:
                found.add(what, subject=UUID(hex=str(entry.row[0])))
        _left(read, blocks, last_id, found)
        yield len(page)
    found.judge(order)
    blocks.reach(HIGHEST)
    _left(read, blocks, HIGHEST, found)


def _wrong(
    entry: ChainedEntry, blocks: Blocks, late_at: int, newest_id: bytes | None
) -> str | None:
    member = member_of(entry)
    kept = blocks.take(member.id)
    if kept is not None:
        return None if kept.value == member.print else "entry_altered"
    recorded_at = entry.row[RECORDED_AT]
    passed_by = newest_id is None or member.id < newest_id
    waits = isinstance(recorded_at, int) and recorded_at >= late_at
    return UNCHAINED if passed_by and not waits else None


def _suspect(entry: ChainedEntry) -> Suspect:
    name, subject, recorded_at = (entry.row[at] for at in (0, SUBJECT_ID, RECORDED_AT))
    assert isinstance(recorded_at, int)
    return Suspect(
        id=UUID(hex=str(name)),
        subject_id=None if subject is None else UUID(hex=str(subject)),
        recorded_at=recorded_at,
    )


def _left(read: Read, blocks: Blocks, last_id: UUID, found: _Found) -> None:
    for name, number in blocks.leave(last_id):
        entry_id = UUID(bytes=name)
        after = UUID(int=min(entry_id.int + 1, HIGHEST.int))
        there = read.all(chain.ENTRY_IDS, from_id=entry_id, before_id=after, most=1)
        found.add("entry_twice" if there else "entry_removed", subject=entry_id, number=number)
    for twice in blocks.twice:
        found.add("entry_twice", subject=UUID(bytes=twice.entry_id), number=twice.block)
    blocks.twice.clear()


def head_differs(read: Read, expected: Head) -> Difference | None:
    """What is wrong with a head that was written down earlier, if anything."""
    if expected == GENESIS:
        return None
    block = read.one(chain.BLOCK, number=expected.number)
    if block is not None and block.hash == expected.hash:
        return None
    return Difference("expected_head", None, None, expected.number, None)


CHAIN = ChainQuestion()
