"""Holds of value as rows: what is held, from which lots, and how it ended.

due = read.all(DUE, at=now)            # holds whose time is over
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.entries import UseKind
from regulars.domain.ledger.lots import LotShare
from regulars.storage.columns import At, Id
from regulars.storage.engine import Read
from regulars.storage.ledger_rows import ACCOUNT, LOT, LOT_COLUMNS, used_lot_row
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables import ledger
from regulars.storage.tables.stored_value import value_hold, value_hold_end, value_hold_open

DUE_MAX = 50


class HoldRow(NamedTuple):
    """Table `value_hold`. Units: minor units, points."""

    id: UUID
    member_id: UUID
    store_id: UUID
    purpose: str
    subject_id: UUID | None
    entry_id: UUID
    made_at: Instant
    made_by: str
    expires_at: Instant
    principal_minor: int
    bonus_minor: int
    points: int


class HoldEndRow(NamedTuple):
    """Table `value_hold_end`. Units: minor units, points."""

    hold_id: UUID
    entry_id: UUID
    outcome: str
    posted_principal_minor: int
    posted_bonus_minor: int
    posted_points: int
    at: Instant
    by: str


class OpenHoldRow(NamedTuple):
    """Table `value_hold_open`."""

    hold_id: UUID
    member_id: UUID
    expires_at: Instant


_HOLD = bindparam("hold_id", type_=Id())
HOLD = Statement(select(value_hold).where(value_hold.c.id == _HOLD), HoldRow)
END = Statement(select(value_hold_end).where(value_hold_end.c.hold_id == _HOLD), HoldEndRow)
# Whoever ends a hold takes this row away: of two, the second finds none.
CLOSE = Statement[object](delete(value_hold_open).where(value_hold_open.c.hold_id == _HOLD))
# Locked in the order of their ids, before any account.
OPEN_LOCKED = Statement(
    select(value_hold_open)
    .where(one_of(value_hold_open.c.hold_id, "holds", Id()))
    .order_by(value_hold_open.c.hold_id)
    .with_for_update(),
    OpenHoldRow,
)
OPEN_OF_MEMBER = Statement(
    select(value_hold)
    .join(value_hold_open, value_hold_open.c.hold_id == value_hold.c.id)
    .where(value_hold_open.c.member_id == bindparam("member", type_=Id()))
    .order_by(value_hold.c.id),
    HoldRow,
)
DUE: Statement[UUID] = Statement(
    select(value_hold_open.c.hold_id)
    .where(value_hold_open.c.expires_at <= bindparam("at", type_=At()))
    .order_by(value_hold_open.c.expires_at, value_hold_open.c.hold_id)
    .limit(DUE_MAX)
)
_HELD = Statement(
    select(ledger.lot_use.c.amount, *LOT_COLUMNS)
    .select_from(
        ledger.lot_use.join(ledger.lot, LOT.id == ledger.lot_use.c.lot_id).join(
            ledger.account, ACCOUNT.id == LOT.account_id
        )
    )
    .where(
        ledger.lot_use.c.entry_id == bindparam("entry", type_=Id()),
        ledger.lot_use.c.kind == UseKind.HOLD.value,
    )
    .order_by(LOT.acquired_at, LOT.id),
    used_lot_row,
)


def held_shares(read: Read, hold: HoldRow) -> list[LotShare]:
    """What the hold took out of which lots."""
    return [LotShare(used.lot, used.left) for used in read.all(_HELD, entry=hold.entry_id)]
