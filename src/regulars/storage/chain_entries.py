"""Entries as the chain spells them: with their postings, lots and uses, by id, a page at a time.

Ids and instants are read as the chain writes them down, so a million entries are printed in
seconds; whoever walks along the whole ledger holds two thousand of them at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Dialect, Table, bindparam, select, type_coerce
from sqlalchemy.types import TypeDecorator

from regulars.domain.ledger.chain import ChainedEntry, Scalar
from regulars.storage.chain import LOWEST
from regulars.storage.columns import At, Day, Id, Loader, Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.ledger import entry, lot, lot_use, posting

PAGE_ENTRIES = 2_000


class _IdLetters(TypeDecorator[str]):
    """An id as its 32 letters, made straight from what the driver gives."""

    impl = Id().impl
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[str] | None:
        """16 bytes on SQLite, a UUID on PostgreSQL."""
        return _letters_of_bytes if dialect.name == "sqlite" else _letters_of_uuid


class _DayLetters(TypeDecorator[str]):
    """A day as ISO text."""

    impl = Day().impl
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Loader[str] | None:
        """SQLite keeps it so."""
        return None if dialect.name == "sqlite" else _letters_of_day


def _letters_of_bytes(value: object) -> str | None:
    return value.hex() if isinstance(value, bytes) else None


def _letters_of_uuid(value: object) -> str | None:
    return value.hex if isinstance(value, UUID) else None


def _letters_of_day(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None


def _spelt(column: Column[object]) -> ColumnElement[object]:
    """A column as the chain spells it."""
    if isinstance(column.type, Id):
        return type_coerce(column, _IdLetters())
    if isinstance(column.type, Day):
        return type_coerce(column, _DayLetters())
    if isinstance(column.type, At):
        return type_coerce(column, Whole())
    return column


_entry = entry.c
_AFTER = bindparam("after_id", type_=Id())
_LIMIT = bindparam("most", type_=Whole())


def _cells(*values: Scalar) -> tuple[Scalar, ...]:
    return values


class _Kept(NamedTuple):
    """How the rows of one table are found: by a stretch of entries, and by their names."""

    stretch: Statement[tuple[Scalar, ...]]
    named: Statement[tuple[Scalar, ...]]


# The columns of form 1, in its order: a column that a table gets later is not among them.
_ENTRY = [
    _spelt(_entry[name])
    for name in (
        *("id", "business_id", "kind", "occurred_at", "recorded_at", "business_day"),
        *("store_id", "actor", "command_id", "subject_id", "reverses", "postings"),
    )
]
_POSTING = (
    *("number", "unit", "from_account", "to_account", "amount"),
    *("from_version", "from_after", "to_version", "to_after"),
)
_LOT = (
    *("id", "account_id", "amount", "acquired_at", "expires_on"),
    *("origin", "pair_id", "store_id", "usable_on", "spend_order"),
)
_USE = ("lot_id", "kind", "amount")


def _of_entry(owned: Table, columns: Sequence[str], *order: str) -> _Kept:
    key: Column[UUID] = owned.c.entry_id
    core = select(*[_spelt(owned.c[name]) for name in ("entry_id", *columns)])
    ordered = core.order_by(key, *[owned.c[name] for name in order])
    return _Kept(
        Statement(ordered.where(key > _AFTER, key <= bindparam("last_id", type_=Id())), _cells),
        Statement(ordered.where(one_of(key, "entry_ids", Id())), _cells),
    )


_POSTINGS = _of_entry(posting, _POSTING, "number")
_LOTS = _of_entry(lot, _LOT, "id")
_USES = _of_entry(lot_use, _USE)
_PAGE = Statement(
    select(*_ENTRY).where(_entry.id > _AFTER).order_by(_entry.id).limit(_LIMIT), _cells
)
_NAMED = Statement(
    select(*_ENTRY).where(one_of(_entry.id, "entry_ids", Id())).order_by(_entry.id), _cells
)


def pages(read: Read, *, entries: int = PAGE_ENTRIES) -> Iterator[list[ChainedEntry]]:
    """Every entry as the chain spells it, by id, so many at a time."""
    after = LOWEST
    while True:
        rows = read.all(_PAGE, after_id=after, most=entries)
        if not rows:
            return
        last = UUID(hex=str(rows[-1][0]))
        stretch = {"after_id": after, "last_id": last}
        postings, lots, uses = read.group(
            _POSTINGS.stretch.ask(**stretch),
            _LOTS.stretch.ask(**stretch),
            _USES.stretch.ask(**stretch),
        )
        yield list(_put_together(rows, postings, lots, uses))
        after = last


def entries_named(read: Read, ids: Sequence[UUID]) -> list[ChainedEntry]:
    """These entries as the chain spells them, by id."""
    rows, postings, lots, uses = read.group(
        _NAMED.ask(entry_ids=ids),
        _POSTINGS.named.ask(entry_ids=ids),
        _LOTS.named.ask(entry_ids=ids),
        _USES.named.ask(entry_ids=ids),
    )
    return list(_put_together(rows, postings, lots, uses))


Rows = Sequence[tuple[Scalar, ...]]


def _put_together(rows: Rows, postings: Rows, lots: Rows, uses: Rows) -> Iterator[ChainedEntry]:
    posted, opened, used = _by_entry(postings), _by_entry(lots), _by_entry(uses)
    for row in rows:
        name = row[0]
        yield ChainedEntry(row, posted.get(name, ()), opened.get(name, ()), used.get(name, ()))


def _by_entry(rows: Iterable[tuple[Scalar, ...]]) -> dict[Scalar, list[tuple[Scalar, ...]]]:
    return {name: [row[1:] for row in some] for name, some in groupby(rows, key=lambda row: row[0])}
