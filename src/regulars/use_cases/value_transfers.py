"""Passing stored value on to another member 储值转赠.

王芳 gives 100.00 to her sister 王丽: whole top-ups or parts of them, oldest first, and what 王丽 gets
is as old, ends on the same day and is spent by the same rule. It needs a manager and a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot, UseKind
from regulars.domain.ledger.lots import Lot, LotShare
from regulars.domain.ledger.pairs import PairsTaken, take_pairs
from regulars.domain.loyalty.law import check_balance, law_in_force
from regulars.domain.loyalty.top_up import TOP_UP_BALANCE_OVER_LIMIT
from regulars.domain.members.member import MEMBER_UNKNOWN, Member
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, facts, ledger, members, top_ups, value_moves
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.tables.stored_value import value_transfer
from regulars.storage.top_ups import TransferRow
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.top_up_refunds import reason_of

TRANSFER_TO_SELF = refusal_code("value_transfer.to_self")
TRANSFER_NOTHING = refusal_code("value_transfer.nothing")

# Value passes through an account of the house that ends as it began.
_THROUGH = {
    AccountKind.PRINCIPAL: AccountKind.DEPOSITS,
    AccountKind.BONUS: AccountKind.BONUS_ISSUED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferValue:
    """Move stored value from one member to another; None moves all. Units: minor units."""

    id: UUID
    from_member_id: UUID
    to_member_id: UUID
    store_id: UUID
    amount_minor: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMoved:
    """What was moved to whom. Units: minor units."""

    id: UUID
    from_member_id: UUID
    to_member_id: UUID
    principal_minor: int
    bonus_minor: int


@use_case
def transfer_value(tx: Write, command: TransferValue, moment: Moment) -> ValueMoved:
    """Move stored value from one member to another, lot by lot.

    Refuses: scope.outside, member.unknown, member.closed, value_transfer.to_self,
    value_transfer.nothing, value.reason_missing, ledger.balance_short, ledger.account_frozen,
    top_up.balance_over_limit, law.forbids.
    """
    moment.actor.need(Permission.VALUE_MOVE)
    moment.actor.scope.check(command.store_id)
    reason = reason_of(command.reason)
    if command.from_member_id == command.to_member_id:
        raise TRANSFER_TO_SELF.because()
    for member_id in (command.from_member_id, command.to_member_id):
        _member(tx, member_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    both = [command.from_member_id, command.to_member_id]
    accounts, lots = tx.group(
        ledger.ACCOUNTS_OF_MEMBERS.ask(members=both),
        ledger.OPEN_LOTS_OF_MEMBER.ask(member=command.from_member_id),
    )
    house = moment.shops.house(tx, shop)
    giving = Book([*_of(accounts, command.from_member_id), *house])
    taking = Book([*_of(accounts, command.to_member_id), *house])
    taken = _taken(lots, command.amount_minor, giving, shop=shop, moment=moment)
    _check_room(tx, command, taking, taken, shop=shop, moment=moment)
    leaving = giving.entry(_draft(command.id, "out", shop, moment))
    arriving = taking.entry(_draft(command.id, "in", shop, moment))
    _pass_on(tx, (leaving, arriving), taken, moment)
    ledger.record(tx, moment, [*giving.entries(), *taking.entries()])
    row = TransferRow(
        id=command.id,
        from_member_id=command.from_member_id,
        to_member_id=command.to_member_id,
        store_id=command.store_id,
        at=moment.now,
        by=moment.actor.name,
        reason=reason,
        principal_minor=taken.principal_minor,
        bonus_minor=taken.bonus_minor,
    )
    _remember_transfer(tx, row, moment)
    return ValueMoved(
        id=row.id,
        from_member_id=row.from_member_id,
        to_member_id=row.to_member_id,
        principal_minor=row.principal_minor,
        bonus_minor=row.bonus_minor,
    )


def _member(tx: Write, member_id: UUID) -> Member:
    member = tx.one(members.MEMBER, member_id=member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    return member.changeable()


def _of(accounts: Iterable[Account], owner: UUID) -> list[Account]:
    return [one for one in accounts if one.owner_id == owner]


def _taken(
    lots: Sequence[Lot],
    amount_minor: int | None,
    giving: Book,
    *,
    shop: Shop,
    moment: Moment,
) -> PairsTaken:
    day = shop.store.business_day(moment.now)
    if amount_minor is None:
        usable = [lot for lot in lots if lot.usable(day)]
        known = (AccountKind.PRINCIPAL, AccountKind.BONUS)
        amount_minor = sum(lot.remaining for lot in usable if lot.kind in known)
    if amount_minor <= 0 or not giving.holds(AccountKind.PRINCIPAL):
        raise TRANSFER_NOTHING.because()
    return take_pairs(lots, amount_minor, on=day)


def _check_room(
    tx: Write,
    command: TransferValue,
    taking: Book,
    taken: PairsTaken,
    *,
    shop: Shop,
    moment: Moment,
) -> None:
    day = shop.store.business_day(moment.now)
    law = law_in_force(shop.terms.law, currency=shop.store.currency, on=day)
    held = AccountKind.PRINCIPAL_HELD
    held_minor = taking.balance(held) if taking.holds(held) else 0
    balance_minor = taking.balance(AccountKind.PRINCIPAL) + held_minor + taken.principal_minor
    maximum_minor = shop.terms.top_up.balance_minor_max
    if balance_minor > maximum_minor:
        raise TOP_UP_BALANCE_OVER_LIMIT.because(maximum_minor=maximum_minor)
    named = top_ups.is_named(tx, command.to_member_id)
    check_balance(law, balance_minor, named=named)


def _draft(transfer_id: UUID, side: str, shop: Shop, moment: Moment) -> EntryDraft:
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=f"transfer:{transfer_id}:{side}",
        kind=EntryKind.TRANSFER,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=shop.store.id,
        subject_id=transfer_id,
    )


def _pass_on(
    tx: Write, sides: tuple[OpenEntry, OpenEntry], taken: PairsTaken, moment: Moment
) -> None:
    leaving, arriving = sides
    shares = [*taken.principal, *taken.bonus]
    sold_by = dict(tx.all(value_moves.SOLD_BY, lots=[share.lot.id for share in shares]))
    for kind, moved in (
        (AccountKind.PRINCIPAL, taken.principal),
        (AccountKind.BONUS, taken.bonus),
    ):
        leaving.spend(kind, _THROUGH[kind], moved, kind=UseKind.TRANSFER)
        for share in moved:
            lot = _as_it_was(share, sold_by[share.lot.id], moment)
            arriving.grant(_THROUGH[kind], kind, share.amount, lot)


def _as_it_was(share: LotShare, store_id: UUID, moment: Moment) -> NewLot:
    lot = share.lot
    return NewLot(
        id=moment.new_id(),
        acquired_at=lot.acquired_at,
        expires_on=lot.expires_on,
        origin=LotOrigin.TRANSFER,
        store_id=store_id,
        pair_id=lot.pair_id,
        spend_order=lot.spend_order,
    )


def _remember_transfer(tx: Write, row: TransferRow, moment: Moment) -> None:
    tx.add_rows(value_transfer, [row])
    told: dict[str, object] = {
        "to": str(row.to_member_id),
        "principal_minor": row.principal_minor,
        "bonus_minor": row.bonus_minor,
    }
    audit.record(
        tx,
        moment,
        action="value.transferred",
        subject=f"member:{row.from_member_id}",
        store_id=row.store_id,
        after=told,
        reason=row.reason,
    )
    tell(tx, moment, "value.transferred", member_id=row.from_member_id, body=told)


def tell(tx: Write, moment: Moment, kind: str, *, member_id: UUID, body: dict[str, object]) -> None:
    """Let others know what happened to a member's stored value."""
    happened = Fact(kind=kind, at=moment.now, member_id=member_id, body=body)
    facts.append(tx, happened, id=moment.new_id())
