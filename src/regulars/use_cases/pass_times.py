"""When a pass runs, and whose it is: frozen, let run again, and passed on.

李敏 travels for 20 days: her pass is frozen, and ends 20 days later than it would have. Her sister
may have it, where the pass says so.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.entries import EntryKind, LotOrigin, NewLot, UseKind
from regulars.domain.ledger.lots import LotShare
from regulars.domain.ledger.units import Unit
from regulars.domain.loyalty.passes import (
    PASS_NOT_ACTIVE,
    PASS_OVER,
    PassState,
    days_frozen,
    frozen_until,
)
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, ledger, pass_accounts, passes
from regulars.storage.engine import Write
from regulars.storage.passes import PassRow
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.passes import (
    PassAtHand,
    PassSeen,
    at_hand,
    check_holder,
    draft_of,
    event,
    remember,
    seen,
)
from regulars.use_cases.runner import use_case

NOT_TRANSFERABLE = refusal_code("pass.not_transferable")
TO_ONESELF = refusal_code("pass.to_oneself")
NOTHING_LEFT = refusal_code("pass.nothing_left")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezePass:
    """Let a pass rest; its end moves by the days that it rests."""

    pass_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezePass:
    """Let a pass run again."""

    pass_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPass:
    """Give what is left of a pass to another member."""

    id: UUID
    pass_id: UUID
    to_member_id: UUID
    reason: str


@use_case
def freeze_pass(tx: Write, command: FreezePass, moment: Moment) -> PassSeen:
    """Let a pass rest from today, for as many days as it may at most.

    Refuses: scope.outside, pass.unknown, pass.frozen, pass.not_active, pass.over,
    pass.freeze_over.
    """
    moment.actor.need(Permission.ORDER_SELL)
    hand = at_hand(tx, command.pass_id, None, moment)
    row = hand.row
    moment.actor.scope.check(row.store_id)
    until = frozen_until(row.now, hand.promise, on=hand.day)
    after = row._replace(state=PassState.FROZEN.value, frozen_on=hand.day, frozen_until=until)
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    passes.add_event(tx, event(row, moment, "frozen", store_id=row.store_id))
    remember(tx, moment, row, "pass.frozen", {}, store_id=row.store_id)
    return seen(after)


@use_case
def unfreeze_pass(tx: Write, command: UnfreezePass, moment: Moment) -> PassSeen:
    """Let a pass run again; its end moves by the days that it rested.

    Refuses: scope.outside, pass.unknown, pass.not_frozen.
    """
    moment.actor.need(Permission.ORDER_SELL)
    hand = at_hand(tx, command.pass_id, None, moment)
    moment.actor.scope.check(hand.row.store_id)
    return seen(thawed(tx, hand, moment))


def thawed(tx: Write, hand: PassAtHand, moment: Moment) -> PassRow:
    """The pass as it runs again, its end moved by the days that it rested.

    Refuses: pass.not_frozen.
    """
    row = hand.row
    days = days_frozen(row.now, hand.promise, on=hand.day)
    ends_on = row.ends_on + timedelta(days=days)
    after = row._replace(
        state=PassState.ACTIVE.value,
        ends_on=ends_on,
        remind_on=hand.promise.remind_on(ends_on),
        frozen_on=None,
        frozen_until=None,
        frozen_days=row.frozen_days + days,
    )
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    thawed = event(row, moment, "unfrozen", store_id=row.store_id)._replace(days=days)
    passes.add_event(tx, thawed)
    remember(tx, moment, row, "pass.unfrozen", {"days": days}, store_id=row.store_id)
    return after


@use_case
def transfer_pass(tx: Write, command: TransferPass, moment: Moment) -> PassSeen:
    """Give what is left of a pass to another member, by hand, with a reason.

    Refuses: scope.outside, pass.unknown, pass.not_transferable, pass.to_oneself, pass.not_active,
    pass.over, pass.nothing_left, member.unknown, member.closed, order.member_frozen,
    ledger.account_frozen.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    row = tx.one(passes.PASS_LOCKED, pass_id=command.pass_id)
    if row is None:
        raise passes.PASS_UNKNOWN.because()
    moment.actor.scope.check(row.store_id)
    if command.to_member_id == row.member_id:
        raise TO_ONESELF.because()
    check_holder(tx, command.to_member_id)
    pass_accounts.lock_accounts(tx, [row.member_id, command.to_member_id], Unit(row.unit))
    hand = at_hand(tx, row.id, None, moment)
    _check_transfer(hand)
    after = passed_on(tx, hand, command, moment, reason=reason)
    audit.record(
        tx,
        moment,
        action="pass.transferred",
        subject=f"pass:{row.id}",
        store_id=row.store_id,
        before={"member": str(row.member_id)},
        after={"member": str(after.member_id)},
        reason=reason,
    )
    remember(tx, moment, after, "pass.transferred", {"left": after.now.left}, store_id=row.store_id)
    return seen(after)


def passed_on(
    tx: Write, hand: PassAtHand, command: TransferPass, moment: Moment, *, reason: str
) -> PassRow:
    """The pass as the other member has it, with all that is left of it.

    Refuses: pass.changed, ledger.account_frozen.
    """
    row = hand.row
    _move_uses(tx, hand, command, moment)
    after = row._replace(member_id=command.to_member_id, lot_id=command.id)
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    passes.add_event(
        tx,
        event(row, moment, "transferred", store_id=row.store_id)._replace(
            from_member_id=row.member_id, to_member_id=after.member_id, reason=reason
        ),
    )
    return after


def _check_transfer(hand: PassAtHand) -> None:
    row = hand.row
    if not hand.promise.transferable:
        raise NOT_TRANSFERABLE.because()
    if row.state != PassState.ACTIVE:
        raise PASS_NOT_ACTIVE.because(state=row.state)
    if hand.day >= row.ends_on:
        raise PASS_OVER.because()
    if not row.now.left:
        raise NOTHING_LEFT.because()


def _move_uses(tx: Write, hand: PassAtHand, command: TransferPass, moment: Moment) -> None:
    """Take the uses back from one member and give them to the other: two entries, since each
    member's account of this kind of pass stands in a book of its own."""
    row, left = hand.row, hand.row.now.left
    business_id = f"pass:{row.id}:transfer:{command.id}"
    taken = hand.book.entry(
        draft_of(
            hand,
            moment,
            business_id=f"{business_id}:out",
            kind=EntryKind.TRANSFER,
            reverses=None,
        )
    )
    shares = [LotShare(hand.lot, left)]
    taken.spend(AccountKind.PASS, AccountKind.PASS_ISSUED, shares, kind=UseKind.TRANSFER)
    unit = Unit(row.unit)
    receiving = pass_accounts.account_of(tx, command.to_member_id, unit)
    theirs = Book([receiving, *pass_accounts.house_of(tx, hand.shop.store.id, unit)])
    given = theirs.entry(
        draft_of(
            hand, moment, business_id=f"{business_id}:in", kind=EntryKind.TRANSFER, reverses=None
        )
    )
    lot = NewLot(
        id=command.id,
        acquired_at=moment.now,
        expires_on=None,
        origin=LotOrigin.TRANSFER,
        store_id=row.store_id,
    )
    given.grant(AccountKind.PASS_ISSUED, AccountKind.PASS, left, lot)
    ledger.record(tx, moment, [*hand.book.entries(), *theirs.entries()])
