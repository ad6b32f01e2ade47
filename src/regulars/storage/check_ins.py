"""Check-ins as rows: one a programme, member and business day."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.loyalty.check_in import LastCheckIn
from regulars.storage.columns import Day, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards_done import check_in


class CheckInRow(NamedTuple):
    """Table `check_in`: one day of one member."""

    programme_id: UUID
    member_id: UUID
    day: date
    version: int
    streak: int
    store_id: UUID
    at: Instant
    by: str


_row = check_in.c
_MINE = (
    _row.programme_id == bindparam("programme_id", type_=Id()),
    _row.member_id == bindparam("member_id", type_=Id()),
)
LAST = Statement(
    select(_row.day, _row.streak).where(*_MINE).order_by(_row.day.desc()).limit(1),
    lambda day, streak: LastCheckIn(BusinessDay(day), streak),
)
DAYS: Statement[date] = Statement(
    select(_row.day)
    .where(
        *_MINE,
        _row.day >= bindparam("first", type_=Day()),
        _row.day < bindparam("end", type_=Day()),
    )
    .order_by(_row.day)
)


def add(tx: Write, row: CheckInRow) -> None:
    """Write down one day."""
    tx.add_rows(check_in, [row])
