"""Points as a member sees them: what she holds by day, each lot, and what she was warned of."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, literal_column, select, tuple_
from sqlalchemy.dialects import postgresql

from regulars.domain.kernel.period import Instant
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.loyalty.expiry import HeldPoints
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.ledger_rows import ACCOUNT, LOT, NOTHING
from regulars.storage.statement import Statement, total_of
from regulars.storage.statement import one_of as any_of
from regulars.storage.tables import ledger, orders
from regulars.storage.tables.points import expiry_warning

_POINTS_WORD = literal_column(f"'{AccountKind.POINTS.value}'", Words())
_IS_POINTS = ACCOUNT.kind == _POINTS_WORD
_ACCOUNT_OF_LOT = ledger.account.join(ledger.lot, LOT.account_id == ACCOUNT.id)
_OF_MEMBER = (
    ACCOUNT.owner_id == bindparam("member", type_=Id()),
    _IS_POINTS,
    LOT.remaining > NOTHING,
)

# A regular's lots of a year, by the days on which they end and become usable.
HELD_POINTS = Statement(
    select(total_of(LOT.remaining), LOT.expires_on, LOT.usable_on)
    .select_from(_ACCOUNT_OF_LOT)
    .where(*_OF_MEMBER)
    .group_by(LOT.expires_on, LOT.usable_on),
    HeldPoints,
)


class PointLotRow(NamedTuple):
    """One open lot of points: where it came from, and what is left of it. Units: points.

    `subject_id`: the order, gift's member or import that its entry was about.
    """

    id: UUID
    origin: str
    amount: int
    remaining: int
    acquired_at: Instant
    usable_on: date | None
    expires_on: date | None
    store_id: UUID
    subject_id: UUID | None


LOTS_MAX = 200
POINT_LOTS = Statement(
    select(
        LOT.id,
        LOT.origin,
        LOT.amount,
        LOT.remaining,
        LOT.acquired_at,
        LOT.usable_on,
        LOT.expires_on,
        LOT.store_id,
        ledger.entry.c.subject_id,
    )
    .select_from(_ACCOUNT_OF_LOT.join(ledger.entry, ledger.entry.c.id == LOT.entry_id))
    .where(*_OF_MEMBER)
    .order_by(LOT.expires_on.is_(None), LOT.expires_on, LOT.acquired_at, LOT.id)
    .limit(LOTS_MAX),
    PointLotRow,
)


class EarnedGone(NamedTuple):
    """Of the points that an order earned: all, what ended unused, what refunds undid. Units: points."""

    earned: int
    ended: int
    undone: int


_ORDER = bindparam("order", type_=Id())
_EARNED_IN = ledger.lot_use.join(ledger.lot, LOT.id == ledger.lot_use.c.lot_id).join(
    ledger.entry, ledger.entry.c.id == LOT.entry_id
)
_REFUND = orders.refund.c
EARNED_GONE = Statement(
    select(
        select(orders.orders.c.points_earned).where(orders.orders.c.id == _ORDER).scalar_subquery(),
        select(total_of(ledger.lot_use.c.amount))
        .select_from(_EARNED_IN)
        .where(
            ledger.entry.c.subject_id == _ORDER,
            ledger.entry.c.kind == literal_column(f"'{EntryKind.EARN.value}'", Words()),
            ledger.lot_use.c.kind == literal_column(f"'{UseKind.EXPIRE.value}'", Words()),
        )
        .scalar_subquery(),
        select(total_of(_REFUND.points_taken_back + _REFUND.points_short + _REFUND.points_forgiven))
        .where(_REFUND.order_id == _ORDER)
        .scalar_subquery(),
    ),
    EarnedGone,
)


class Place(NamedTuple):
    """How far a pass over the lots that end soon has come."""

    expires_on: date
    store_id: UUID
    lot_id: UUID


class EndingLot(NamedTuple):
    """A lot of points that ends soon, and whose it is."""

    lot_id: UUID
    store_id: UUID
    member_id: UUID
    expires_on: date

    @property
    def place(self) -> Place:
        """Where a pass goes on after it."""
        return Place(self.expires_on, self.store_id, self.lot_id)


_UNWARNED = ~exists().where(
    expiry_warning.c.member_id == ACCOUNT.owner_id,
    expiry_warning.c.expires_on == LOT.expires_on,
    expiry_warning.c.kind == _POINTS_WORD,
)
_ENDING = Statement(
    select(LOT.id, LOT.store_id, ACCOUNT.owner_id, LOT.expires_on)
    .select_from(_ACCOUNT_OF_LOT)
    .where(
        LOT.remaining > NOTHING,
        LOT.expires_on.is_not(None),
        tuple_(LOT.expires_on, LOT.store_id, LOT.id)
        > tuple_(
            bindparam("day", type_=Day()),
            bindparam("store", type_=Id()),
            bindparam("lot", type_=Id()),
        ),
        LOT.expires_on <= bindparam("last_day", type_=Day()),
        _IS_POINTS,
        _UNWARNED,
    )
    .order_by(LOT.expires_on, LOT.store_id, LOT.id)
    .limit(bindparam("most", type_=Whole())),
    EndingLot,
)


def ending_after(read: Read, place: Place, *, last_day: date, most: int) -> list[EndingLot]:
    """The lots of points that end next, up to a day, of members who do not know it yet."""
    return read.all(
        _ENDING,
        day=place.expires_on,
        store=place.store_id,
        lot=place.lot_id,
        last_day=last_day,
        most=most,
    )


class Warned(NamedTuple):
    """Who was told of how many points."""

    member_id: UUID
    points: int


_WARN = Statement(
    postgresql.insert(expiry_warning)
    .from_select(
        ["member_id", "expires_on", "kind", "points", "warned_at"],
        select(
            ACCOUNT.owner_id,
            LOT.expires_on,
            _POINTS_WORD,
            total_of(LOT.remaining),
            bindparam("at", type_=At()),
        )
        .select_from(_ACCOUNT_OF_LOT)
        .where(
            any_of(ACCOUNT.owner_id, "members", Id()),
            _IS_POINTS,
            LOT.remaining > NOTHING,
            LOT.expires_on == bindparam("day", type_=Day()),
        )
        .group_by(ACCOUNT.owner_id, LOT.expires_on),
        include_defaults=False,
    )
    .on_conflict_do_nothing()
    .returning(expiry_warning.c.member_id, expiry_warning.c.points),
    Warned,
)


def warn(tx: Write, members: Sequence[UUID], *, expires_on: date, at: Instant) -> list[Warned]:
    """Remember that these members are told of their points that end on a day; each only once."""
    return tx.all(_WARN, members=members, day=expires_on, at=at)
