"""Puts entries into the chain, behind the tills: a sale never waits for it, nor writes a row more.

Every five seconds what was sold since becomes one block. A sale whose commit was slow has an id
that is older than the last block: so each look goes back a little, twice a minute further, and once
an hour it is counted whether any entry of the whole ledger was passed by.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from uuid import UUID
from weakref import WeakKeyDictionary

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.period import BusinessDay, Instant, instant_of
from regulars.domain.ledger.chain import chained, joined, member_of
from regulars.storage import chain, chain_walk
from regulars.storage.chain import HIGHEST, LOWEST, AnchorRow, BlockRow
from regulars.storage.chain_entries import entries_named
from regulars.storage.chain_walk import PAGE_IDS, after
from regulars.storage.engine import Database, Lane, Read, Write

BLOCK_ENTRIES_MAX = 1_000
# As far as every look goes back: longer than a sale waits for its turn.
LOOK_BACK = timedelta(seconds=20)
# As far as the look twice a minute goes back: longer than servers' clocks are apart.
LATE = timedelta(minutes=10)


def append_fresh(database: Database, now: Instant) -> bool:
    """Chain what is new; whether there may be more of it."""
    with database.read() as read:
        floor = _floor(read, now, LOOK_BACK)
        ids = list(islice(chain_walk.unchained_within(read, floor, HIGHEST), BLOCK_ENTRIES_MAX))
        block = _block(read, ids, now)
    return _appended(database, block)


def append_late(database: Database, now: Instant) -> bool:
    """Chain what came late in the last minutes; whether there may be more of it."""
    with database.read() as read:
        floor, fresh = _floor(read, now, LATE), _floor(read, now, LOOK_BACK)
        if chain_walk.all_chained(read, floor, fresh):
            return False
        ids = list(islice(chain_walk.unchained_within(read, floor, fresh), BLOCK_ENTRIES_MAX))
        block = _block(read, ids, now)
    return _appended(database, block)


@dataclass(slots=True)
class Stragglers:
    """Walks over the whole ledger for what the other looks passed by, a stretch at each step.

    Each step goes on where the last one ended, so a walk over a million of them reads each of its
    entries about once. Who commits behind it meanwhile is found by the next walk.
    """

    page_ids: int = PAGE_IDS
    pages_at_once: int = 20
    # One for each database: two shops in one process know nothing of each other.
    _walks: WeakKeyDictionary[Database, UUID] = field(default_factory=WeakKeyDictionary, init=False)

    def step(self, database: Database, now: Instant) -> bool:
        """Chain what one stretch holds of them; whether the walk goes on."""
        from_id = self._walks.get(database)
        with database.read() as read:
            fresh = _floor(read, now, LOOK_BACK)
            if from_id is None and chain_walk.all_chained(read, LOWEST, fresh):
                return False
            ids, next_id = self._stretch(read, from_id or LOWEST, fresh)
            block = _block(read, ids, now)
        if block is not None and not _written(database, block):
            return True
        if next_id is None:
            self._walks.pop(database, None)
            return False
        self._walks[database] = next_id
        return True

    def _stretch(
        self, read: Read, from_id: UUID, before_id: UUID
    ) -> tuple[list[UUID], UUID | None]:
        """What to chain next, and where to go on then; None at the end."""
        ids: list[UUID] = []
        walk = chain_walk.unchained_by_page(read, from_id, before_id, page_ids=self.page_ids)
        for number, page in enumerate(walk, start=1):
            ids += page.unchained
            if len(ids) >= BLOCK_ENTRIES_MAX:
                ids = ids[:BLOCK_ENTRIES_MAX]
                return ids, after(ids[-1])
            if number == self.pages_at_once:
                return ids, after(page.last_id)
        return ids, None


def anchor_day(database: Database, day: BusinessDay, now: Instant) -> bool:
    """Keep the chain's end as that of a day, once; false where there is no chain or it is kept."""

    def keep(tx: Write) -> bool:
        head = chain.head_of(tx)
        if not head.number:
            return False
        return chain.put_anchor(tx, AnchorRow(day, head.number, head.hash, now))

    return database.write(keep, lane=Lane.JOB).result()


def _floor(read: Read, now: Instant, back: timedelta) -> UUID:
    """The smallest id that an entry may have which is new to the chain, looking so far back."""
    newest, head = chain.newest_id(read), chain.newest_block(read)
    if newest is None or head is None:
        return LOWEST
    # Behind a clock that was set back, or an id from the future, it is looked from the last block
    # on: `verify` knows no other bound of what the chain has passed by.
    since = min(instant_of((newest.int >> 80) * 1_000), head.at, now)
    return uuid7(Instant(since - back), bytes(10))


def _block(read: Read, ids: list[UUID], now: Instant) -> BlockRow | None:
    if not ids:
        return None
    members = [member_of(entry) for entry in entries_named(read, ids)]
    head = chained(chain.head_of(read), members)
    return BlockRow(
        number=head.number,
        at=now,
        entries=len(members),
        first_id=UUID(bytes=members[0].id),
        last_id=UUID(bytes=members[-1].id),
        members=joined(members),
        hash=head.hash,
    )


def _appended(database: Database, block: BlockRow | None) -> bool:
    """Write a block. One that somebody else made first is left to him: the next look sees his."""
    if block is None:
        return False
    return not _written(database, block) or block.entries == BLOCK_ENTRIES_MAX


def _written(database: Database, block: BlockRow) -> bool:
    return database.write(lambda tx: chain.append(tx, block), lane=Lane.JOB).result()
