"""The chain's rows: blocks and anchors.

with database.read() as read:
    head_of(read).told      # '1204:9f86d081…', for the day's report and every backup
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.chain import GENESIS, Head
from regulars.storage.columns import Id, Whole
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, total_of
from regulars.storage.tables.ledger import entry
from regulars.storage.tables.proof import anchor, block

# Smaller and larger than every id that will ever be made.
LOWEST, HIGHEST = UUID(int=0), UUID(int=(1 << 128) - 1)


class HeadRow(NamedTuple):
    """A block without its members."""

    number: int
    at: Instant
    entries: int
    last_id: UUID
    hash: bytes


class BlockRow(NamedTuple):
    """Table `block`."""

    number: int
    at: Instant
    entries: int
    first_id: UUID
    last_id: UUID
    members: bytes
    hash: bytes


class AnchorRow(NamedTuple):
    """Table `anchor`."""

    day: date
    number: int
    hash: bytes
    at: Instant


_block, _entry = block.c, entry.c
_FROM = bindparam("from_id", type_=Id())
_BEFORE = bindparam("before_id", type_=Id())
_LIMIT = bindparam("most", type_=Whole())
_HEAD = Statement(
    select(_block.number, _block.at, _block.entries, _block.last_id, _block.hash)
    .order_by(_block.number.desc())
    .limit(1),
    HeadRow,
)
_NEWEST_ID = Statement[UUID](select(_block.last_id).order_by(_block.last_id.desc()).limit(1))
BLOCK = Statement(
    select(*_block).where(_block.number == bindparam("number", type_=Whole())), BlockRow
)
BLOCKS_AFTER = Statement(
    select(*_block)
    .where(_block.number > bindparam("number", type_=Whole()))
    .order_by(_block.number)
    .limit(_LIMIT),
    BlockRow,
)
# In the order in which a walk along the entries meets them.
BLOCKS_BY_FIRST = Statement(
    select(*_block)
    .where(
        (_block.first_id > _FROM)
        | and_(_block.first_id == _FROM, _block.number > bindparam("number", type_=Whole()))
    )
    .order_by(_block.first_id, _block.number)
    .limit(_LIMIT),
    BlockRow,
)
# Blocks that may hold an entry of these ids.
BLOCKS_WITHIN = Statement(
    select(*_block).where(_block.last_id >= _FROM, _block.first_id < _BEFORE), BlockRow
)
ENTRY_IDS = Statement[UUID](
    select(_entry.id)
    .where(_entry.id >= _FROM, _entry.id < _BEFORE)
    .order_by(_entry.id)
    .limit(_LIMIT)
)
COUNT_ENTRIES = Statement[int](
    select(func.count()).select_from(entry).where(_entry.id >= _FROM, _entry.id < _BEFORE)
)
# Blocks that lie in a stretch of ids altogether: their entries need no second look.
COUNT_WHOLE = Statement[int](
    select(total_of(_block.entries)).where(_block.first_id >= _FROM, _block.last_id < _BEFORE)
)
BLOCKS_CUT = Statement(
    select(*_block).where(
        ((_block.first_id < _FROM) & (_block.last_id >= _FROM))
        | ((_block.first_id < _BEFORE) & (_block.last_id >= _BEFORE))
    ),
    BlockRow,
)
ANCHORS = Statement(select(anchor).order_by(anchor.c.day.desc()).limit(_LIMIT), AnchorRow)
_APPEND = Statement[object](
    upsert(block)
    .values({name: bindparam(name, type_=block.c[name].type) for name in BlockRow._fields})
    .on_conflict_do_nothing()
)
_ANCHOR = Statement[object](
    upsert(anchor)
    .values({name: bindparam(name, type_=anchor.c[name].type) for name in AnchorRow._fields})
    .on_conflict_do_nothing()
)


def head_of(read: Read) -> Head:
    """The end of the chain; number 0 while there is none."""
    row = read.one(_HEAD)
    return GENESIS if row is None else Head(row.number, row.hash)


def newest_block(read: Read) -> HeadRow | None:
    """The last block, without its members."""
    return read.one(_HEAD)


def newest_id(read: Read) -> UUID | None:
    """The largest id that the chain holds."""
    return read.one(_NEWEST_ID)


def append(tx: Write, row: BlockRow) -> bool:
    """Add a block; false when somebody else added one of this number first."""
    return bool(tx.run(_APPEND, **row._asdict()))


def put_anchor(tx: Write, row: AnchorRow) -> bool:
    """Keep a day's head; false when the day has one."""
    return bool(tx.run(_ANCHOR, **row._asdict()))
