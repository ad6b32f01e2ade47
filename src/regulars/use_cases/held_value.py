"""Holds of value that are asked for by name: made, posted, voided, and timed out by the shop itself.

A till holds 66.00 of 王芳's stored value while her table eats, posts 58.00 of it when she leaves, and
8.00 are hers again.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.holds import HoldOutcome, HoldPurpose
from regulars.domain.stores.permissions import Permission
from regulars.storage import value_holds
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.value_holds import (
    HOLD_UNKNOWN,
    ValueHeld,
    hold_value,
    post_hold,
    void_hold,
)

HOLD_TIME = refusal_code("value_hold.time_out_of_range", "minutes_max")
HOLD_OF_GROUP = refusal_code("value_hold.of_group")

MINUTES_MAX = 60 * 24 * 31


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldValue:
    """Keep some of a member's value for a while. Units: minor units, points, minutes."""

    id: UUID
    member_id: UUID
    store_id: UUID
    amount_minor: int
    points: int
    purpose: HoldPurpose
    subject_id: UUID | None
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHold:
    """Take what was held, or a part of it; None takes all. Units: minor units, points."""

    hold_id: UUID
    amount_minor: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidHold:
    """Give everything back that was held."""

    hold_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOutHold:
    """Give back what was held, since its time is over."""

    hold_id: UUID


@use_case
def hold_value_of_member(tx: Write, command: HoldValue, moment: Moment) -> ValueHeld:
    """Keep some of a member's value for a while.

    Refuses: scope.outside, store.unknown, value_hold.time_out_of_range, value_hold.of_group, and
    what `hold_value` refuses.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    if not 1 <= command.minutes <= MINUTES_MAX:
        raise HOLD_TIME.because(minutes_max=MINUTES_MAX)
    _check_purpose(command.purpose)
    return hold_value(
        tx,
        moment,
        hold_id=command.id,
        member_id=command.member_id,
        shop=moment.shops.in_force(tx, command.store_id, at=moment.now),
        amount_minor=command.amount_minor,
        points=command.points,
        purpose=command.purpose,
        subject_id=command.subject_id,
        expires_at=Instant(moment.now + timedelta(minutes=command.minutes)),
    )


@use_case
def post_value_hold(tx: Write, command: PostHold, moment: Moment) -> ValueHeld:
    """Take what was held, or a part of it.

    Refuses: scope.outside, value_hold.of_group, value_hold.expired, and what `post_hold` refuses.
    """
    _check_reach(tx, moment, command.hold_id)
    return post_hold(
        tx, moment, command.hold_id, amount_minor=command.amount_minor, points=command.points
    )


@use_case
def void_value_hold(tx: Write, command: VoidHold, moment: Moment) -> ValueHeld:
    """Give everything back that was held.

    Refuses: scope.outside, value_hold.of_group, and what `void_hold` refuses.
    """
    _check_reach(tx, moment, command.hold_id)
    return void_hold(tx, moment, command.hold_id)


@use_case
def time_out_hold(tx: Write, command: TimeOutHold, moment: Moment) -> ValueHeld | None:
    """Give back what was held once its time is over; None when it has ended or still has time."""
    known = tx.all(value_holds.OPEN_LOCKED, holds=[command.hold_id])
    if not known or known[0].expires_at > moment.now:
        return None
    return void_hold(tx, moment, command.hold_id, outcome=HoldOutcome.TIMED_OUT)


def _check_reach(tx: Write, moment: Moment, hold_id: UUID) -> None:
    moment.actor.need(Permission.ORDER_SELL)
    hold = tx.one(value_holds.HOLD, hold_id=hold_id)
    if hold is None:
        raise HOLD_UNKNOWN.because()
    moment.actor.scope.check(hold.store_id)
    _check_purpose(HoldPurpose(hold.purpose))


def _check_purpose(purpose: HoldPurpose) -> None:
    # Ended by hand, a seat would be paid for twice, or never: its group alone ends it.
    if purpose is HoldPurpose.GROUP:
        raise HOLD_OF_GROUP.because()
