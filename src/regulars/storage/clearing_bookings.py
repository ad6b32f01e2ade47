"""The settlements between stores that were booked, newest first, a page at a time.

bookings_page(read, before=NUMBER_MAX, rows=20)     # number 12: S1 pays S2 1,204.00, …
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.ledger.clearing import Between, ClearingLine, PairDue, pairs_of
from regulars.domain.ledger.units import Unit
from regulars.storage.clearing import ClearingRow
from regulars.storage.columns import Whole
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import settlement

_clearing, _line = settlement.clearing.c, settlement.clearing_line.c


class BookingListed(NamedTuple):
    """One booking of the list, with what each pair of stores owed in it."""

    booking: ClearingRow
    pairs: tuple[PairDue, ...]


class _PairedRow(NamedTuple):
    number: int
    issuer_id: UUID
    redeemer_id: UUID
    unit: str
    amount: int
    cost_minor: int
    late: int


_BOOKINGS_BEFORE = Statement(
    select(settlement.clearing)
    .where(_clearing.number < bindparam("before_number", type_=Whole()))
    .order_by(_clearing.number.desc())
    .limit(bindparam("rows", type_=Whole())),
    ClearingRow,
)
_PAIRED = Statement(
    select(
        _line.number,
        _line.issuer_id,
        _line.redeemer_id,
        _line.unit,
        _line.amount,
        _line.cost_minor,
        _line.late,
    ).where(one_of(_line.number, "numbers", Whole())),
    _PairedRow,
)


def bookings_page(read: Read, *, before: int, rows: int) -> list[BookingListed]:
    """Some bookings with what each pair of stores owed, newest first, from below a number on."""
    found = read.all(_BOOKINGS_BEFORE, before_number=before, rows=rows)
    lines = read.all(_PAIRED, numbers=[one.number for one in found])
    owing: dict[int, list[ClearingLine]] = {}
    for line in lines:
        unit = Unit(line.unit)
        between = Between(line.issuer_id, line.redeemer_id, unit)
        owing.setdefault(line.number, []).append(
            ClearingLine(
                between=between, amount=line.amount, cost_minor=line.cost_minor, late=line.late
            )
        )
    return [BookingListed(one, pairs_of(owing.get(one.number, ()))) for one in found]
