"""Using a pass 核次, and undoing a use that was a slip.

The till takes one of ten uses: one use leaves 李敏's account, 15.00 of what was owed to her become
sales of the store that made her cup, and, where the pass promises it, she gets the coupon that the
bill is paid with. Undone, all three go back.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind, LotOrigin, NewLot
from regulars.domain.ledger.lots import LotShare
from regulars.domain.loyalty.passes import PASS_NOT_ACTIVE, PassState, check_use, value_of_uses
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, ledger, passes
from regulars.storage import coupon_wallet as wallet
from regulars.storage.engine import Read, Write
from regulars.storage.passes import UseRow
from regulars.storage.programmes import covers
from regulars.use_cases.coupons import REASON_MAX, Recipient, handed_out
from regulars.use_cases.moment import Moment
from regulars.use_cases.passes import (
    PassAtHand,
    PassSeen,
    at_hand,
    draft_of,
    remember,
    seen,
)
from regulars.use_cases.runner import use_case

NOT_HERE = refusal_code("pass.not_here")
GOODS_GONE = refusal_code("pass.goods_gone")
USE_UNKNOWN = refusal_code("pass.use_unknown")
USE_NOT_LAST = refusal_code("pass.use_not_last")
COUPON_USED = refusal_code("pass.coupon_used")
USE_BEFORE_TRANSFER = refusal_code("pass.use_before_transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePass:
    """Take uses off a pass, at the store that serves."""

    id: UUID
    pass_id: UUID
    store_id: UUID
    terminal_id: UUID
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPassUse:
    """Give back the uses that were taken last, by a slip."""

    id: UUID
    pass_id: UUID
    use_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassUsed:
    """What a use took, and the coupons to fetch it with. Units: uses, minor units."""

    id: UUID
    count: int
    value_minor: int
    coupons: tuple[UUID, ...]
    after: PassSeen


@use_case
def use_pass(tx: Write, command: UsePass, moment: Moment) -> PassUsed:
    """Take uses off a pass; their part of its price is earned by the store that serves.

    Refuses: scope.outside, store.closed, terminal.unknown, pass.unknown, pass.not_here,
    pass.count_malformed, pass.frozen, pass.not_active, pass.over, pass.used_up, pass.goods_gone,
    pass.changed, ledger.account_frozen, ledger.already_posted.
    """
    moment.actor.need(Permission.ORDER_SELL)
    moment.actor.scope.check(command.store_id)
    hand = at_hand(tx, command.pass_id, command.store_id, moment)
    hand.shop.store.terminal(command.terminal_id)
    row, count = hand.row, command.count
    _check_place(tx, hand)
    check_use(row.now, count, on=hand.day)
    value_minor = value_of_uses(row.price_minor, row.uses, used=row.used, count=count)
    draft = draft_of(
        hand,
        moment,
        business_id=f"pass:{row.id}:use:{command.id}",
        kind=EntryKind.PASS_USE,
        reverses=None,
    )
    entry = hand.book.entry(draft)
    entry.spend(AccountKind.PASS, AccountKind.PASS_USED, [LotShare(hand.lot, count)])
    entry.move(AccountKind.PASS_DEFERRED, AccountKind.SALES, value_minor)
    after = row._replace(used=row.used + count, deferred_minor=row.deferred_minor - value_minor)
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    ledger.record(tx, moment, hand.book.entries())
    coupons = _goods(tx, hand, command, moment)
    passes.add_use(
        tx,
        UseRow(
            id=command.id,
            pass_id=row.id,
            number=tx.all(passes.USES_SO_FAR, pass_id=row.id)[0] + 1,
            at=moment.now,
            business_day=hand.day,
            store_id=hand.shop.store.id,
            terminal_id=command.terminal_id,
            by=moment.actor.name,
            uses=count,
            value_minor=value_minor,
            entry_id=draft.id,
            coupons=[str(one) for one in coupons],
            undoes=None,
        ),
    )
    used: dict[str, object] = {"count": count, "value_minor": value_minor, "left": after.now.left}
    remember(tx, moment, row, "pass.used", used, store_id=hand.shop.store.id)
    return PassUsed(
        id=command.id, count=count, value_minor=value_minor, coupons=coupons, after=seen(after)
    )


def _check_place(read: Read, hand: PassAtHand) -> None:
    """A pass of one store or region is served there alone. Refuses: pass.not_here."""
    row, store = hand.row, hand.shop.store
    sold_here = store.id == row.store_id
    if not sold_here and not covers(read, row.programme_id, row.programme_version, store):
        raise NOT_HERE.because()


def _goods(tx: Write, hand: PassAtHand, command: UsePass, moment: Moment) -> tuple[UUID, ...]:
    """The coupons that uses hand out, one each. Refuses: pass.goods_gone."""
    if hand.promise.coupon_type is None:
        return ()
    coupon_type = hand.shop.coupon_type(hand.promise.coupon_type)
    if coupon_type is None:
        raise GOODS_GONE.because()
    given: list[UUID] = []
    for number in range(1, command.count + 1):
        recipient = Recipient(
            coupon_id=moment.new_id(),
            member_id=hand.row.member_id,
            shop=hand.shop,
            issue_key=f"pass:{command.id}:{number}",
        )
        issued = handed_out(tx, moment, coupon_type, recipient=recipient)
        if issued is None:
            raise GOODS_GONE.because()
        given.append(issued.id)
    return tuple(given)


@use_case
def undo_pass_use(tx: Write, command: UndoPassUse, moment: Moment) -> PassSeen:
    """Give back the uses that were taken last, with their money and their coupons.

    Refuses: scope.outside, pass.unknown, pass.use_unknown, pass.use_undone_already,
    pass.use_not_last, pass.use_before_transfer, pass.not_active, pass.coupon_used, pass.changed,
    member.text_malformed.
    """
    moment.actor.need(Permission.ORDER_REFUND)
    reason = checked_text(command.reason, field="reason", maximum=REASON_MAX)
    passes.found(tx, command.pass_id)
    uses = tx.all(passes.USES, pass_id=command.pass_id)
    use = next((one for one in uses if one.id == command.use_id and one.undoes is None), None)
    if use is None:
        raise USE_UNKNOWN.because()
    moment.actor.scope.check(use.store_id)
    hand = at_hand(tx, command.pass_id, use.store_id, moment)
    # Read again under the lock: another till may have used or undone something meanwhile.
    uses = tx.all(passes.USES, pass_id=command.pass_id)
    undone = {one.undoes for one in uses}
    if use.id in undone:
        raise passes.USE_UNDONE_ALREADY.because()
    standing = [one for one in uses if one.undoes is None and one.id not in undone]
    if standing[-1].id != use.id:
        raise USE_NOT_LAST.because()
    row = hand.row
    if row.state not in (PassState.ACTIVE, PassState.FROZEN):
        raise PASS_NOT_ACTIVE.because(state=row.state)
    if hand.lot.remaining + use.uses > hand.lot.amount:
        # It was another member's then: what went to the new holder is all that she may have.
        raise USE_BEFORE_TRANSFER.because()
    _give_back(tx, hand, use, command, number=len(uses) + 1, moment=moment)
    after = row._replace(
        used=row.used - use.uses, deferred_minor=row.deferred_minor + use.value_minor
    )
    passes.save(tx, row, after, refusal=passes.PASS_CHANGED.because())
    for coupon in use.coupons:
        tx.take(wallet.VOID, refusal=COUPON_USED.because(), coupon_id=UUID(coupon), at=moment.now)
    wallet.note_voided(tx, moment, [UUID(one) for one in use.coupons], reason=reason)
    audit.record(
        tx,
        moment,
        action="pass.use_undone",
        subject=f"pass:{row.id}",
        store_id=use.store_id,
        after={"use": str(use.id), "count": use.uses},
        reason=reason,
    )
    remember(tx, moment, row, "pass.use_undone", {"count": use.uses}, store_id=use.store_id)
    return seen(after)


def _give_back(
    tx: Write,
    hand: PassAtHand,
    use: UseRow,
    command: UndoPassUse,
    *,
    number: int,
    moment: Moment,
) -> None:
    draft = draft_of(
        hand,
        moment,
        business_id=f"pass:{hand.row.id}:use:{use.id}:undo",
        kind=EntryKind.PASS_BACK,
        reverses=use.entry_id,
    )
    entry = hand.book.entry(draft)
    # The lot of a pass has no end of its own, so nothing has to be revived.
    revived = NewLot(
        id=moment.new_id(),
        acquired_at=moment.now,
        expires_on=None,
        origin=LotOrigin.REFUND,
        store_id=hand.row.store_id,
    )
    entry.put_back(
        AccountKind.PASS_USED,
        AccountKind.PASS,
        [LotShare(hand.lot, use.uses)],
        on=hand.day,
        expired_into=revived,
    )
    entry.move(AccountKind.SALES, AccountKind.PASS_DEFERRED, use.value_minor)
    ledger.record(tx, moment, hand.book.entries())
    passes.add_use(
        tx,
        use._replace(
            id=command.id,
            number=number,
            at=moment.now,
            business_day=hand.day,
            by=moment.actor.name,
            uses=-use.uses,
            value_minor=-use.value_minor,
            entry_id=draft.id,
            coupons=[],
            undoes=use.id,
        ),
    )
