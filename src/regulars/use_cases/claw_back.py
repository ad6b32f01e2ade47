"""The member's side of a refund: her accounts and lots, and which earned points go back.

The mango ice comes back; 19 of the 40 points that the bill earned are to go. 15 are still there:
what becomes of the other 4, the Terms say (`refund.claw_back`), and the plan shows it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger import lots as lot_rules
from regulars.domain.ledger.accounts import Account, AccountKind, AccountState
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.ledger.lots import Lot, LotShare, UsedLot
from regulars.domain.loyalty.claw_back import ClawBack, Reach, TakenBack, taken_back
from regulars.domain.orders.refund import RefundPlan
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger, point_lots, visits
from regulars.storage.engine import Read, Write
from regulars.storage.ledger import EntryName
from regulars.storage.orders import OrderRow
from regulars.storage.point_lots import EarnedGone


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What a member holds, and what the order did to it."""

    accounts: Sequence[Account]
    open_lots: Sequence[Lot]
    used: Sequence[UsedLot]
    entries: Sequence[EntryName]
    gone: EarnedGone

    def used_of(self, kind: AccountKind) -> list[UsedLot]:
        """What the order still holds of her lots of one kind."""
        return [one for one in self.used if one.lot.kind is kind]


def locked_purse(tx: Write, order: OrderRow, member_id: UUID) -> Purse:
    """Her purse, locked in the order of a sale: the visits, then the accounts with their lots."""
    _, accounts, open_lots, used, entries, gone = tx.group(
        visits.VISITS_LOCKED.ask(member_id=member_id),
        ledger.ACCOUNTS_OF_MEMBER.ask(member=member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=member_id),
        ledger.USED_LOTS.ask(subject=order.id),
        ledger.ENTRIES_OF.ask(subject=order.id),
        point_lots.EARNED_GONE.ask(order=order.id),
    )
    return Purse(accounts=accounts, open_lots=open_lots, used=used, entries=entries, gone=gone[0])


def seen_purse(read: Read, order: OrderRow, member_id: UUID) -> Purse:
    """Her purse as a question sees it: nothing is locked."""
    accounts, open_lots, used, entries, gone = read.group(
        ledger.ACCOUNTS_OF_MEMBER_SEEN.ask(member=member_id),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=member_id),
        ledger.USED_LOTS.ask(subject=order.id),
        ledger.ENTRIES_OF.ask(subject=order.id),
        point_lots.EARNED_GONE.ask(order=order.id),
    )
    return Purse(accounts=accounts, open_lots=open_lots, used=used, entries=entries, gone=gone[0])


def points_returned(purse: Purse, plan: RefundPlan) -> tuple[LotShare, ...]:
    """The spent points that come back, each to the lot it came from."""
    return lot_rules.put_back(purse.used_of(AccountKind.POINTS), plan.back.points_spent)


def points_taken_back(
    purse: Purse, plan: RefundPlan, policy: ClawBack, *, on: BusinessDay
) -> TakenBack:
    """Which earned points the refund takes, with the points that it has just given back."""
    points = next(one for one in purse.accounts if one.kind is AccountKind.POINTS)
    return taken_back(
        _with_returned(
            lot_rules.of_kind(purse.open_lots, AccountKind.POINTS),
            points_returned(purse, plan),
            on=on,
        ),
        plan.back.points_earned,
        Reach(
            policy=policy,
            own={EntryId(one.id) for one in purse.entries if one.kind == EntryKind.EARN},
            day=on,
            frozen=points.state is AccountState.FROZEN,
            most=purse.gone.earned - purse.gone.ended - purse.gone.undone,
        ),
    )


def plan_taken_back(
    read: Read, order: OrderRow, plan: RefundPlan, shop: Shop, *, now: Instant
) -> TakenBack:
    """What a refund would take of the points that the order earned, before anybody confirms it."""
    if order.member_id is None:
        return TakenBack()
    purse = seen_purse(read, order, order.member_id)
    return points_taken_back(purse, plan, shop.terms.claw_back, on=shop.store.business_day(now))


def _with_returned(
    open_lots: Sequence[Lot], returned: Sequence[LotShare], *, on: BusinessDay
) -> list[Lot]:
    """The lots as they stand once the spent points are back: those may be taken back too.

    What came from an expired lot is revived in a new one, which this refund leaves alone.
    """
    lots: dict[UUID, Lot] = {lot.id: lot for lot in open_lots}
    for share in returned:
        if share.lot.expired(on):
            continue
        known = lots.get(share.lot.id, share.lot)
        lots[known.id] = replace(known, remaining=known.remaining + share.amount)
    return list(lots.values())
