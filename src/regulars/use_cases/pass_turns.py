"""What the shop does with passes by itself: let run again, ended, and told of ahead.

李敏's pass rested for all the 30 days that it may: it runs again. A week before its last day she
can be told; what is not used by then ends, and the money of those uses stays owed to her, or
becomes revenue where the pass was sold so. Whatever is asked too early does nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, UseKind
from regulars.domain.ledger.lots import LotShare
from regulars.domain.loyalty.pass_promise import Unused
from regulars.domain.loyalty.passes import PassState
from regulars.domain.stores.permissions import Permission
from regulars.storage import ledger, passes
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.pass_times import thawed
from regulars.use_cases.passes import at_hand, draft_of, event, remember
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class ThawPass:
    """Let a pass run again that has rested as long as it may; nothing happens before."""

    pass_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPass:
    """End a pass whose last day is over; nothing happens before."""

    pass_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfPass:
    """Let others know, once, that a pass will end soon."""

    pass_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTurn:
    """What the shop did with a pass by itself; `done` says whether anything was due."""

    id: UUID
    done: bool


@use_case
def thaw_pass(tx: Write, command: ThawPass, moment: Moment) -> PassTurn:
    """Let a pass run again by itself once it has rested as long as it may.

    Refuses: pass.unknown.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    hand = at_hand(tx, command.pass_id, None, moment)
    until = hand.row.frozen_until
    due = hand.row.state == PassState.FROZEN and until is not None and hand.day >= until
    if due:
        thawed(tx, hand, moment)
    return PassTurn(id=hand.row.id, done=due)


@use_case
def end_pass(tx: Write, command: EndPass, moment: Moment) -> PassTurn:
    """End a pass whose last day is over: its uses expire, its money goes as was promised.

    Refuses: pass.unknown.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    hand = at_hand(tx, command.pass_id, None, moment)
    row = hand.row
    due = row.state == PassState.ACTIVE and hand.day >= row.ends_on and row.now.left > 0
    if not due:
        return PassTurn(id=row.id, done=False)
    kept = row.deferred_minor if hand.promise.unused is Unused.REVENUE else 0
    entry = hand.book.entry(
        draft_of(
            hand,
            moment,
            business_id=f"pass:{row.id}:expire",
            kind=EntryKind.EXPIRE,
            reverses=None,
        )
    )
    shares = [LotShare(hand.lot, row.now.left)]
    entry.spend(AccountKind.PASS, AccountKind.PASS_EXPIRED, shares, kind=UseKind.EXPIRE)
    entry.move(AccountKind.PASS_DEFERRED, AccountKind.SALES, kept)
    after = row._replace(state=PassState.EXPIRED.value, deferred_minor=row.deferred_minor - kept)
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    ledger.record(tx, moment, hand.book.entries())
    ended = event(row, moment, "expired", store_id=row.store_id)._replace(amount_minor=kept)
    passes.add_event(tx, ended)
    remember(tx, moment, row, "pass.expired", {"uses": row.now.left}, store_id=row.store_id)
    return PassTurn(id=row.id, done=True)


@use_case
def remind_of_pass(tx: Write, command: RemindOfPass, moment: Moment) -> PassTurn:
    """Let others know, once, that a pass will end soon with uses left.

    Refuses: pass.unknown.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    row = tx.one(passes.PASS_LOCKED, pass_id=command.pass_id)
    if row is None:
        raise passes.PASS_UNKNOWN.because()
    shop = moment.shops.in_force(tx, row.store_id, at=moment.now)
    day = shop.store.business_day(moment.now)
    open_still = row.state == PassState.ACTIVE and row.now.left > 0 and day < row.ends_on
    if row.reminded or not open_still or day < row.remind_on:
        return PassTurn(id=row.id, done=False)
    passes.save(tx, row, row._replace(reminded=True), refusal=passes.PASS_CHANGED.because())
    told: dict[str, object] = {"ends_on": row.ends_on.isoformat(), "left": row.now.left}
    remember(tx, moment, row, "pass.ending", told, store_id=row.store_id)
    return PassTurn(id=row.id, done=True)
