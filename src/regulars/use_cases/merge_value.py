"""Value of one record carried over to another of the same person, lot by lot.

王芳's second record holds 100.00 of a top-up of May and 320 points that end in December. Both reach
the record that stays as old as they are, with their end and rule; what she owes goes along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.ids import EntryId
from regulars.domain.ledger.accounts import Account, AccountKind
from regulars.domain.ledger.book import Book, OpenEntry
from regulars.domain.ledger.entries import EntryDraft, EntryKind, LotOrigin, NewLot, UseKind
from regulars.domain.ledger.lots import Lot, LotShare, of_kind
from regulars.domain.ledger.pairs import pairs_of
from regulars.domain.orders.shop import Shop
from regulars.storage import ledger, value_moves
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment

# Value passes through an account of the house that ends as it began.
_THROUGH = {
    AccountKind.PRINCIPAL: AccountKind.DEPOSITS,
    AccountKind.BONUS: AccountKind.BONUS_ISSUED,
    AccountKind.POINTS: AccountKind.POINTS_ISSUED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From which record to which; `name` begins the entries' business ids, `subject_id` is the merge."""

    giver: UUID
    taker: UUID
    name: str
    subject_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is carried over. Units: growth value; points."""

    lots: Sequence[Lot]
    growth_value: int = 0
    points_debt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was carried over, and what growth value its taker has now.

    Units: minor units, points, growth value.
    """

    principal_minor: int
    bonus_minor: int
    points: int
    points_debt: int
    growth_value: int
    growth_after: int


def both_accounts(tx: Write, way: Way) -> list[Account]:
    """The accounts of both records, locked in one order for everybody."""
    return tx.all(ledger.ACCOUNTS_OF_MEMBERS, members=sorted((way.giver, way.taker)))


def everything(tx: Write, way: Way, accounts: Sequence[Account]) -> Load:
    """All that the giver holds and owes."""
    held = {one.kind: one.balance for one in accounts if one.owner_id == way.giver}
    return Load(
        lots=tx.all(ledger.OPEN_LOTS_OF_MEMBER, member=way.giver),
        growth_value=held.get(AccountKind.GROWTH, 0),
        points_debt=-held.get(AccountKind.POINTS_DEBT, 0),
    )


def carry_over(tx: Write, way: Way, load: Load, *, shop: Shop, moment: Moment) -> Carried:
    """Move a load from one record to the other in two entries; nothing is made or lost.

    Refuses: ledger.account_frozen, ledger.account_closed, ledger.growth_short.
    """
    accounts = _with_debt(tx, way, load, both_accounts(tx, way), shop)
    house = moment.shops.house(tx, shop)
    giving = Book([*_of(accounts, way.giver), *house])
    taking = Book([*_of(accounts, way.taker), *house])
    for number, lots in enumerate(_layers(load.lots), start=1):
        leaving = giving.entry(_draft(way, f"out:{number}", shop, moment))
        arriving = taking.entry(_draft(way, f"in:{number}", shop, moment))
        _pass_on(tx, (leaving, arriving), lots, moment)
    leaving = giving.entry(_draft(way, "out", shop, moment))
    arriving = taking.entry(_draft(way, "in", shop, moment))
    leaving.move(AccountKind.GROWTH, AccountKind.GROWTH_ISSUED, load.growth_value)
    arriving.move(AccountKind.GROWTH_ISSUED, AccountKind.GROWTH, load.growth_value)
    if load.points_debt:
        leaving.move(AccountKind.POINTS_ISSUED, AccountKind.POINTS_DEBT, load.points_debt)
        arriving.move(AccountKind.POINTS_DEBT, AccountKind.POINTS_ISSUED, load.points_debt)
    ledger.record(tx, moment, [*giving.entries(), *taking.entries()])

    def total(kind: AccountKind) -> int:
        return sum(lot.remaining for lot in of_kind(load.lots, kind))

    return Carried(
        principal_minor=total(AccountKind.PRINCIPAL),
        bonus_minor=total(AccountKind.BONUS),
        points=total(AccountKind.POINTS),
        points_debt=load.points_debt,
        growth_value=load.growth_value,
        growth_after=taking.balance(AccountKind.GROWTH),
    )


def _of(accounts: Sequence[Account], owner: UUID) -> list[Account]:
    return [one for one in accounts if one.owner_id == owner]


def _with_debt(
    tx: Write, way: Way, load: Load, accounts: list[Account], shop: Shop
) -> list[Account]:
    kinds = {one.kind for one in accounts if one.owner_id == way.taker}
    if load.points_debt and AccountKind.POINTS_DEBT not in kinds:
        accounts.append(ledger.open_points_debt(tx, way.taker, currency=shop.store.currency))
    return accounts


def _draft(way: Way, side: str, shop: Shop, moment: Moment) -> EntryDraft:
    return EntryDraft(
        id=EntryId(moment.new_id()),
        business_id=f"{way.name}:{side}",
        kind=EntryKind.TRANSFER,
        occurred_at=moment.now,
        business_day=shop.store.business_day(moment.now),
        store_id=shop.store.id,
        subject_id=way.subject_id,
    )


def _layers(lots: Sequence[Lot]) -> list[list[Lot]]:
    """The lots by entry: parts of one top-up that came apart stay apart, each a pair of its own."""
    layers: list[list[Lot]] = []
    used: list[set[UUID]] = []
    for pair in pairs_of(lots):
        both = [lot for lot in (pair.principal, pair.bonus) if lot is not None]
        key = next((lot.pair_id for lot in both if lot.pair_id is not None), pair.key)
        at = next((number for number, keys in enumerate(used) if key not in keys), len(used))
        if at == len(used):
            layers.append([])
            used.append(set())
        used[at].add(key)
        layers[at].extend(both)
    points = of_kind(lots, AccountKind.POINTS)
    if points:
        layers.append(list(points))
    return layers


def _pass_on(
    tx: Write, sides: tuple[OpenEntry, OpenEntry], lots: Sequence[Lot], moment: Moment
) -> None:
    leaving, arriving = sides
    sold_by = dict(tx.all(value_moves.SOLD_BY, lots=[lot.id for lot in lots]))
    for kind, through in _THROUGH.items():
        some = of_kind(lots, kind)
        shares = [LotShare(lot, lot.remaining) for lot in some]
        leaving.spend(kind, through, shares, kind=UseKind.TRANSFER)
        for lot in some:
            arriving.grant(through, kind, lot.remaining, _as_it_was(lot, sold_by[lot.id], moment))


def _as_it_was(lot: Lot, store_id: UUID, moment: Moment) -> NewLot:
    return NewLot(
        id=moment.new_id(),
        acquired_at=lot.acquired_at,
        expires_on=lot.expires_on,
        origin=LotOrigin.TRANSFER,
        store_id=store_id,
        pair_id=lot.pair_id,
        usable_on=lot.usable_on,
        spend_order=lot.spend_order,
    )
