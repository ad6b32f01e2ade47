"""Value that ends: what is over is taken out of its lots, and members hear of it ahead.

At the end of June 120 of 王芳's points are over: on 1 July, by her store's business day, they move
to `points.expired` and her lot is empty. A month before, one warning told her of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from regulars.domain.ledger.accounts import AccountKind
from regulars.storage import ending, point_lots
from regulars.storage.ending import Damaged, DueLot
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact, append, append_all, known
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireLots:
    """End at most so many lots that one store gave, those that are over by its business day."""

    store_id: UUID
    lots_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How many lots were due, and how many accounts they were taken from."""

    lots: int
    accounts: int


@use_case
def expire_lots(tx: Write, command: ExpireLots, moment: Moment) -> Ended:
    """End lots of points, bonus and principal whose day has come, in one entry.

    A lot of a frozen account waits until it is open again, and one of a damaged account until it is
    mended. Who else ends the same lots, or spends
    them just now, was first or comes after: the accounts are locked before anything is summed.
    """
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    day = shop.store.business_day(moment.now)
    which = {"day": day, "store": command.store_id, "most": command.lots_max}
    due = tx.all(ending.DUE_LOTS, **which)
    if _exceed(due):
        due = tx.all(ending.DUE_LOTS_OF_SOUND, **which)
    if not due:
        return Ended(lots=0, accounts=0)
    lots = [one.id for one in due]
    accounts = tx.all(ending.LOCK_ACCOUNTS, accounts=list({one.account_id for one in due}))
    house = {one.kind: one.id for one in moment.shops.house(tx, shop)}
    entry_id = moment.new_id()
    posted = tx.run(
        ending.POST,
        entry=entry_id,
        lots=lots,
        accounts=accounts,
        points_expired=house[AccountKind.POINTS_EXPIRED],
        bonus_expired=house[AccountKind.BONUS_EXPIRED],
        principal_lapsed=house[AccountKind.PRINCIPAL_LAPSED],
    )
    if not posted:
        return Ended(lots=0, accounts=0)
    # One whose account is locked: the lots of who was frozen just now end another time.
    first = next(one.id for one in due if one.account_id in accounts)
    uses = tx.all(ending.USES_OF_LOT, lot=first)[0]
    tx.send(
        ending.SEAL,
        entry=entry_id,
        business_id=expiry_of(first, uses),
        at=moment.now,
        day=day,
        store=command.store_id,
        actor=moment.actor.name,
        command=moment.command_id,
    )
    ended = tx.run(ending.USE, entry=entry_id, lots=lots, accounts=accounts)
    happened = Fact(
        kind="value.expired",
        at=moment.now,
        store_id=command.store_id,
        subject_id=entry_id,
        body={"lots": ended, "accounts": posted},
    )
    append(tx, happened, id=moment.new_id())
    return Ended(lots=ended, accounts=posted)


def _exceed(due: Iterable[DueLot]) -> bool:
    """Whether some account is to give more than it has."""
    left: dict[int, int] = {}
    for lot in due:
        left[lot.account_id] = left.get(lot.account_id, lot.balance) - lot.remaining
    return any(rest < 0 for rest in left.values())


def expiry_of(lot_id: UUID, uses: int) -> str:
    """The business id of an end, after a lot of it that had been used so often."""
    return f"expire:{lot_id}:{uses}"


DAMAGE_TOLD = UUID("019aa6f0-0000-7000-8000-00000000da3a")


@dataclass(frozen=True, slots=True, kw_only=True)
class TellDamage:
    """Tell that the lots of these accounts do not end, since they hold more than the balance."""

    accounts: tuple[Damaged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageTold:
    """The accounts that nobody had told of yet."""

    accounts: tuple[int, ...]


def untold(read: Read, damaged: Iterable[Damaged]) -> tuple[Damaged, ...]:
    """The damaged accounts of which nobody was told yet."""
    named = {damage_of(one): one for one in damaged}
    told = known(read, named)
    return tuple(one for name, one in named.items() if name not in told)


def damage_of(one: Damaged) -> UUID:
    """The id of the fact that tells of a damage: the same one as long as it is the same damage."""
    return uuid5(DAMAGE_TOLD, f"{one.account_id}:{one.in_lots - one.balance}")


@use_case
def tell_damage(tx: Write, command: TellDamage, moment: Moment) -> DamageTold:
    """Tell once of each account that is left out; `verify` names it until it is mended."""
    new = untold(tx, command.accounts)
    append_all(tx, [(damage_of(one), _left_out(one, moment)) for one in new])
    return DamageTold(accounts=tuple(one.account_id for one in new))


def _left_out(one: Damaged, moment: Moment) -> Fact:
    return Fact(
        kind="value.account_damaged",
        at=moment.now,
        member_id=one.member_id,
        body={"account": one.account_id, "balance": one.balance, "in_lots": one.in_lots},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfExpiry:
    """Tell members that points of theirs end on a day; `store_id` gave them."""

    store_id: UUID
    expires_on: date
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many members hear of it for the first time."""

    members: int


@use_case
def warn_of_expiry(tx: Write, command: WarnOfExpiry, moment: Moment) -> Told:
    """Tell each member once of all her points that end on a day."""
    told = point_lots.warn(tx, command.member_ids, expires_on=command.expires_on, at=moment.now)
    happened = [
        (
            moment.new_id(),
            Fact(
                kind="points.expiring",
                at=moment.now,
                store_id=command.store_id,
                member_id=one.member_id,
                body={"points": one.points, "expires_on": command.expires_on.isoformat()},
            ),
        )
        for one in told
    ]
    append_all(tx, happened)
    return Told(members=len(told))
