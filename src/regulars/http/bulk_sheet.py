"""The list of members that a bulk action takes out: as the list on the page shows them, masked.

It is written while it goes out, from what is true just then; no file of it is kept.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from defusedcsv import csv

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import Instant, local
from regulars.domain.members.member import MemberState
from regulars.domain.stores.actor import Actor
from regulars.http.bulk_words import HEADS, STATES
from regulars.http.edge import Edge
from regulars.http.member_lists import ListedMember, shown_members
from regulars.storage import bulk_actions, member_lists
from regulars.storage.bulk_actions import NOBODY
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION, STORES, StoreRow
from regulars.use_cases.liability_files import BYTE_ORDER_MARK
from regulars.use_cases.report_sheets import plain_money

# So many keys are opened before the tills have their turn again.
ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a list, and in which language."""

    edge: Edge
    actor: Actor
    language: Language


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    after_id: UUID | None


async def sheet_of(reader: Reader, action_id: UUID) -> AsyncIterator[bytes]:
    """The list as CSV, some rows at a time."""
    yield (
        BYTE_ORDER_MARK + _lines([[head.in_language(reader.language) for head in HEADS]])
    ).encode()
    after_id: UUID | None = NOBODY
    while after_id is not None:
        piece = await asyncio.to_thread(_piece, reader, action_id, after_id)
        if piece.text:
            yield piece.text.encode()
        after_id = piece.after_id


def _piece(reader: Reader, action_id: UUID, after_id: UUID) -> _Piece:
    with reader.edge.database.read() as read:
        taken = read.all(bulk_actions.TAKEN, this=action_id, after_id=after_id, rows=ROWS_AT_ONCE)
        ids = [one.member_id for one in taken]
        rows = read.all(member_lists.THESE, members=ids) if ids else []
        # Who was forgotten meanwhile is in no list.
        known = [row for row in rows if row.state != MemberState.ERASED]
        shown = shown_members(read, reader.edge, known, reader.actor)
        text = _lines(_rows(read, shown, reader.language)) if shown else ""
    return _Piece(text, ids[-1] if len(ids) == ROWS_AT_ONCE else None)


def _rows(
    read: Read, shown: Sequence[Mapping[str, object]], language: Language
) -> list[list[object]]:
    stores = {one.id: one for one in read.all(STORES)}
    organisation = read.one(ORGANISATION)
    assert organisation is not None
    scale = scale_of(organisation.currency)
    members = [ListedMember.model_validate(one) for one in shown]
    return [_row(one, stores[one.joined_store_id], scale, language) for one in members]


def _row(one: ListedMember, store: StoreRow, scale: int, language: Language) -> list[object]:
    chinese = language == "zh-CN"
    last = "" if one.last_visit_at is None else _day(Instant(one.last_visit_at), store.zone)
    return [
        one.name,
        one.masked_phone,
        one.tier_zh if chinese else one.tier_en,
        plain_money(one.spent_minor, scale),
        one.visits,
        last,
        _day(Instant(one.joined_at), store.zone),
        store.name_zh if chinese else store.name_en,
        STATES[one.state].in_language(language),
    ]


def _day(at: Instant, zone: str) -> str:
    return local(at, zone).date().isoformat()


def _lines(rows: Sequence[Sequence[object]]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
