"""Giving a pass back 退卡: explained line by line before, done by the same figures.

李敏 had three of ten cups and moves away: paid 150.00, three cups at the list price of 18.00, so
96.00 come back to her the way she paid. The seven uses go, and the 9.00 between what three uses
earned and what they cost by the list become sales.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.lots import LotShare
from regulars.domain.loyalty.pass_promise import PassPromise
from regulars.domain.loyalty.passes import PassRefund, PassState, refund_of
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, ledger, passes
from regulars.storage.engine import Read, Write
from regulars.storage.passes import PassRow
from regulars.use_cases.coupons import REASON_MAX
from regulars.use_cases.moment import Moment
from regulars.use_cases.passes import (
    OUTSIDE,
    at_hand,
    draft_of,
    event,
    promise_of,
    remember,
)
from regulars.use_cases.runner import use_case

REFUNDED_ALREADY = refusal_code("pass.refunded_already")
PLAN_CHANGED = refusal_code("pass.refund_changed", "amount_minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPass:
    """Give a pass back for the amount that the guest was told. Units: minor units."""

    id: UUID
    pass_id: UUID
    store_id: UUID
    terminal_id: UUID
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRefunded:
    """What a pass gave back. Units: minor units."""

    id: UUID
    pass_id: UUID
    tender: str
    refund: PassRefund


def refund_plan(read: Read, pass_id: UUID) -> PassRefund:
    """What a pass would give back now, line by line.

    Refuses: pass.unknown, pass.refunded_already.
    """
    row = passes.found(read, pass_id)
    return _plan(row, promise_of(read, row))


def _plan(row: PassRow, promise: PassPromise) -> PassRefund:
    if row.state == PassState.REFUNDED:
        raise REFUNDED_ALREADY.because()
    return refund_of(
        promise,
        price_minor=row.price_minor,
        used=row.used,
        deferred_minor=row.deferred_minor,
    )


@use_case
def refund_pass(tx: Write, command: RefundPass, moment: Moment) -> PassRefunded:
    """Give a pass back: the unused uses go, the money returns the way it was paid.

    Refuses: scope.outside, store.closed, terminal.unknown, pass.unknown, pass.refunded_already,
    pass.refund_changed, pass.changed, ledger.account_frozen.
    """
    moment.actor.need(Permission.VALUE_REFUND)
    moment.actor.scope.check(command.store_id)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    hand = at_hand(tx, command.pass_id, command.store_id, moment)
    hand.shop.store.terminal(command.terminal_id)
    row = hand.row
    plan = _plan(row, hand.promise)
    if plan.amount_minor != command.amount_minor:
        raise PLAN_CHANGED.because(amount_minor=plan.amount_minor)
    entry = hand.book.entry(
        draft_of(
            hand,
            moment,
            business_id=f"pass:{row.id}:refund",
            kind=EntryKind.PASS_BACK,
            reverses=None,
        )
    )
    if row.state != PassState.EXPIRED and row.now.left:
        shares = [LotShare(hand.lot, row.now.left)]
        entry.spend(AccountKind.PASS, AccountKind.PASS_ISSUED, shares, kind=UseKind.FORFEIT)
    entry.move(AccountKind.PASS_DEFERRED, OUTSIDE[row.tender], plan.amount_minor)
    entry.move(AccountKind.PASS_DEFERRED, AccountKind.SALES, plan.kept_minor)
    after = row._replace(
        state=PassState.REFUNDED.value, deferred_minor=0, frozen_on=None, frozen_until=None
    )
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    ledger.record(tx, moment, hand.book.entries())
    refunded = event(row, moment, "refunded", store_id=command.store_id)._replace(
        id=command.id,
        amount_minor=row.deferred_minor,
        paid_back_minor=plan.amount_minor,
        reason=reason,
    )
    passes.add_event(tx, refunded)
    audit.record(
        tx,
        moment,
        action="pass.refunded",
        subject=f"pass:{row.id}",
        store_id=command.store_id,
        after={"amount_minor": plan.amount_minor, "kept_minor": plan.kept_minor},
        reason=reason,
    )
    told: dict[str, object] = {"amount_minor": plan.amount_minor, "uses": row.now.left}
    remember(tx, moment, row, "pass.refunded", told, store_id=command.store_id)
    return PassRefunded(id=command.id, pass_id=row.id, tender=row.tender, refund=plan)
