"""Groups that nobody filled: stored value comes back at once, other money is owed until it is given.

Two hours are over and one seat of 王芳's group is empty. 李敏's held 9.90 are hers again in the same
moment; 王芳's 9.90 in cash are owed to her, and leave the books when a cashier hands them over.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.loyalty.group_buy import GroupState, SeatState, SeatTender
from regulars.domain.members.writing import checked_text
from regulars.domain.pricing.limits import Span
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, groups, value_holds
from regulars.storage.engine import Write
from regulars.storage.groups import GROUP_CHANGED, GROUP_UNKNOWN, SEAT_UNKNOWN, SeatRow
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.group_seats import OUTSIDE, move, tell
from regulars.use_cases.groups import deal_of
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.taking import give_one_back, of_member
from regulars.use_cases.value_holds import lock_holds, void_hold

NOTHING_DUE = refusal_code("group.nothing_due", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndGroup:
    """Give every seat of a group back whose time is over; nothing happens before."""

    group_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEnded:
    """Whether a group ended, and how many seats came back."""

    id: UUID
    done: bool
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBackSeat:
    """Confirm that what was paid for a seat was given back."""

    seat_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPaidBack:
    """A seat whose money was given back. Units: minor units."""

    id: UUID
    member_id: UUID
    tender: str
    reference: str | None
    amount_minor: int


@use_case
def end_group(tx: Write, command: EndGroup, moment: Moment) -> GroupEnded:
    """Give every seat of a group back whose time is over.

    Refuses: group.unknown, ledger.account_closed.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    group = tx.one(groups.GROUP_LOCKED, group_id=command.group_id)
    if group is None:
        raise GROUP_UNKNOWN.because()
    if group.state != GroupState.OPEN or group.ends_at > moment.now:
        return GroupEnded(id=group.id, done=False, seats=0)
    seats = tx.all(groups.SEATS, group_id=group.id)
    holds = [seat.hold_id for seat in seats if seat.hold_id is not None]
    lock_holds(tx, holds)
    still_held = {one.hold_id for one in tx.all(value_holds.OPEN_LOCKED, holds=holds)}
    for seat in seats:
        _give_back(tx, seat, moment, held=seat.hold_id in still_held)
    groups.close(tx, group.id, GroupState.EXPIRED, moment.now)
    shop = moment.shops.in_force(tx, group.store_id, at=moment.now)
    if deal_of(tx, group).per_member_max is not None:
        # In one order, as every change of limits is.
        for seat in sorted(seats, key=lambda one: str(one.member_id)):
            day = shop.store.business_day(seat.taken_at)
            key = of_member(group.programme_id, seat.member_id, Span.EVER, day)
            give_one_back(tx, key, taker=seat.id, refusal=GROUP_CHANGED.because())
    return GroupEnded(id=group.id, done=True, seats=len(seats))


def _give_back(tx: Write, seat: SeatRow, moment: Moment, *, held: bool) -> None:
    if seat.hold_id is None:
        after = seat._replace(state=SeatState.REFUND_DUE.value, closed_at=moment.now)
    else:
        if held:
            void_hold(tx, moment, seat.hold_id)
        after = seat._replace(state=SeatState.RETURNED.value, closed_at=moment.now)
    groups.save_seat(tx, seat, after)
    tell(tx, after, f"group.seat_{after.state}", moment)


@use_case
def pay_back_seat(tx: Write, command: PayBackSeat, moment: Moment) -> SeatPaidBack:
    """Book that the money of a seat was handed or sent back, the way it was paid.

    Refuses: group.seat_unknown, scope.outside, group.nothing_due, member.text_malformed.
    """
    moment.actor.need(Permission.VALUE_REFUND)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    seat = tx.one(groups.SEAT_LOCKED, seat_id=command.seat_id)
    if seat is None:
        raise SEAT_UNKNOWN.because()
    moment.actor.scope.check(seat.store_id)
    if seat.state != SeatState.REFUND_DUE:
        raise NOTHING_DUE.because(state=seat.state)
    after = seat._replace(state=SeatState.PAID_BACK.value, closed_at=moment.now)
    groups.save_seat(tx, seat, after)
    outside = OUTSIDE[SeatTender(seat.tender)]
    move(tx, seat, (AccountKind.DEPOSITS, outside), "back", moment)
    audit.record(
        tx,
        moment,
        action="group.paid_back",
        subject=f"seat:{seat.id}",
        store_id=seat.store_id,
        after={"amount_minor": seat.amount_minor, "tender": seat.tender},
        reason=reason,
    )
    tell(tx, after, "group.seat_paid_back", moment)
    return SeatPaidBack(
        id=seat.id,
        member_id=seat.member_id,
        tender=seat.tender,
        reference=seat.reference,
        amount_minor=seat.amount_minor,
    )
