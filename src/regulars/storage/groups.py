"""Groups of buyers as rows: seats taken one conditional change each, and what became of them.

group = tx.one(GROUP_LOCKED, group_id=group_id)
tx.take(TAKE_SEAT, refusal=GROUP_FULL.because(), group_id=group.id, at=moment.now)
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.loyalty.group_buy import GroupNow, GroupState, SeatState
from regulars.storage import constraints
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.engine import Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.groups import buying_group, group_seat

GROUP_UNKNOWN = refusal_code("group.unknown")
GROUP_EXISTS = refusal_code("group.exists")
ALREADY_IN = refusal_code("group.already_in")
SEAT_UNKNOWN = refusal_code("group.seat_unknown")
GROUP_CHANGED = refusal_code("group.changed")
PAGE_ROWS = 100
LISTED_MAX = 200

constraints.means(
    {
        "pk_buying_group": GROUP_EXISTS,
        "pk_group_seat": GROUP_CHANGED,
        "uq_group_seat_group_id_member_id": ALREADY_IN,
        "uq_group_seat_group_id_number": GROUP_CHANGED,
    }
)


class GroupRow(NamedTuple):
    """Table `buying_group`. Units: minor units for each seat."""

    id: UUID
    programme_id: UUID
    programme_version: int
    store_id: UUID
    opened_at: Instant
    ends_at: Instant
    price_minor: int
    seats: int
    seats_taken: int
    state: str
    closed_at: Instant | None

    @property
    def now(self) -> GroupNow:
        """The group as the domain's rules see it."""
        return GroupNow(
            state=GroupState(self.state),
            seats=self.seats,
            seats_taken=self.seats_taken,
            ends_at=self.ends_at,
        )


class SeatRow(NamedTuple):
    """Table `group_seat`. Units: minor units."""

    id: UUID
    group_id: UUID
    number: int
    member_id: UUID
    store_id: UUID
    terminal_id: UUID
    taken_at: Instant
    by: str
    tender: str
    reference: str | None
    amount_minor: int
    hold_id: UUID | None
    state: str
    coupon_id: UUID | None
    closed_at: Instant | None


_group, _seat = buying_group.c, group_seat.c
_THIS = _group.id == bindparam("group_id", type_=Id())
_GROUP = select(*buying_group.c)
GROUP = Statement(_GROUP.where(_THIS), GroupRow)
GROUP_LOCKED = Statement(_GROUP.where(_THIS).with_for_update(), GroupRow)
OPEN_OF_PROGRAMME = Statement(
    _GROUP.where(
        _group.programme_id == bindparam("programme_id", type_=Id()),
        _group.state == GroupState.OPEN.value,
        _group.ends_at > bindparam("at", type_=At()),
        one_of(_group.store_id, "stores", Id()),
    )
    .order_by(_group.ends_at, _group.id)
    .limit(PAGE_ROWS),
    GroupRow,
)
OVER = Statement[UUID](
    select(_group.id)
    .where(_group.state == GroupState.OPEN.value, _group.ends_at <= bindparam("at", type_=At()))
    .order_by(_group.ends_at, _group.id)
    .limit(bindparam("batch", type_=Whole()))
)
_SEATS = select(*group_seat.c)
SEATS = Statement(
    _SEATS.where(_seat.group_id == bindparam("group_id", type_=Id())).order_by(_seat.number),
    SeatRow,
)
SEATS_OF_MEMBER = Statement(
    _SEATS.where(_seat.member_id == bindparam("member_id", type_=Id()))
    .order_by(_seat.taken_at.desc(), _seat.id)
    .limit(LISTED_MAX),
    SeatRow,
)
SEAT_LOCKED = Statement(
    _SEATS.where(_seat.id == bindparam("seat_id", type_=Id())).with_for_update(), SeatRow
)
REFUNDS_DUE = Statement(
    _SEATS.where(_seat.state == SeatState.REFUND_DUE.value, one_of(_seat.store_id, "stores", Id()))
    .order_by(_seat.taken_at, _seat.id)
    .limit(PAGE_ROWS),
    SeatRow,
)

# Take, don't check: of two who want the last seat, one finds it.
TAKE_SEAT = Statement[object](
    update(buying_group)
    .where(
        _THIS,
        _group.state == GroupState.OPEN.value,
        _group.ends_at > bindparam("at", type_=At()),
        _group.seats_taken + 1 <= _group.seats,
    )
    .values(seats_taken=_group.seats_taken + 1)
)
_CLOSE = Statement[object](
    update(buying_group)
    .where(_THIS, _group.state == GroupState.OPEN.value)
    .values(state=bindparam("to_state", type_=Words()), closed_at=bindparam("now", type_=At()))
)
_SAVE_SEAT = Statement[object](
    update(group_seat)
    .where(
        _seat.id == bindparam("seat_id", type_=Id()),
        _seat.state == bindparam("seen_state", type_=Words()),
    )
    .values(
        state=bindparam("to_state", type_=Words()),
        coupon_id=bindparam("to_coupon", type_=Id()),
        closed_at=bindparam("now", type_=At()),
    )
)


def add(tx: Write, row: GroupRow) -> None:
    """Write a group. Refuses: group.exists (when the writes are sent)."""
    tx.add_rows(buying_group, [row])


def add_seat(tx: Write, row: SeatRow) -> None:
    """Write a seat that was taken. Refuses: group.already_in (when the writes are sent)."""
    tx.add_rows(group_seat, [row])


def close(tx: Write, group_id: UUID, state: GroupState, at: Instant) -> None:
    """Close a group, once. Refuses: group.changed (at the latest at the commit)."""
    changed: Refusal = GROUP_CHANGED.because()
    tx.take(_CLOSE, refusal=changed, group_id=group_id, to_state=state.value, now=at)


def save_seat(tx: Write, seen: SeatRow, now: SeatRow) -> None:
    """Change a seat from the state it was seen in.

    Refuses: group.changed (at the latest at the commit).
    """
    tx.take(
        _SAVE_SEAT,
        refusal=GROUP_CHANGED.because(),
        seat_id=seen.id,
        seen_state=seen.state,
        to_state=now.state,
        to_coupon=now.coupon_id,
        now=now.closed_at,
    )
