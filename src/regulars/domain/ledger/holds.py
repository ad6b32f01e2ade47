"""Holds 冻结占用: value that is kept for something that has not happened yet.

王芳 joins a group for 18.00 with her stored value. The 18.00 leave her available balance at once,
so that no other till spends them, and no end of a bonus takes them away. When the group is full,
they are posted to sales; when it is not, they come back to the lots they came from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.ledger.accounts import HELD_KINDS, AccountKind
from regulars.domain.ledger.book import OpenEntry
from regulars.domain.ledger.entries import NewLot, UseKind
from regulars.domain.ledger.lots import Lot, LotShare, of_kind, take, total_of
from regulars.domain.ledger.pairs import take_pairs

HOLD_EMPTY = refusal_code("value_hold.empty")
HOLD_OVER = refusal_code("value_hold.over", "held_minor", "held_points")


class HoldPurpose(StrEnum):
    """What value is held for: a bill that is not closed, a seat in a group, a kept table."""

    ORDER = "order"
    GROUP = "group"
    BOOKING = "booking"


class HoldOutcome(StrEnum):
    """How a hold ended."""

    POSTED = "posted"
    VOIDED = "voided"
    TIMED_OUT = "timed_out"


# Whatever it was held for, what is posted is paid to the shop as in any sale.
_PAID_TO = {
    AccountKind.PRINCIPAL: AccountKind.SALES,
    AccountKind.BONUS: AccountKind.BONUS_USED,
    AccountKind.POINTS: AccountKind.POINTS_SPENT,
}
PAID_TO: dict[HoldPurpose, dict[AccountKind, AccountKind]] = dict.fromkeys(HoldPurpose, _PAID_TO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a hold keeps, by the lots it came from. Units: minor units, points."""

    principal: tuple[LotShare, ...] = ()
    bonus: tuple[LotShare, ...] = ()
    points: tuple[LotShare, ...] = ()

    @property
    def money_minor(self) -> int:
        """Principal and bonus together. Units: minor units."""
        return total_of(self.principal) + total_of(self.bonus)

    @property
    def points_held(self) -> int:
        """Units: points."""
        return total_of(self.points)

    def by_kind(self) -> tuple[tuple[AccountKind, tuple[LotShare, ...]], ...]:
        """The shares with the account that each belongs to."""
        return (
            (AccountKind.PRINCIPAL, self.principal),
            (AccountKind.BONUS, self.bonus),
            (AccountKind.POINTS, self.points),
        )


def held_from(lots: Sequence[Lot], *, amount_minor: int, points: int = 0, on: BusinessDay) -> Held:
    """What a hold takes: money by the rule of each top-up, points that end first.

    Units: minor units, points. Refuses: value_hold.empty, ledger.balance_short,
    ledger.points_short.
    """
    if amount_minor < 0 or points < 0 or not amount_minor + points:
        raise HOLD_EMPTY.because()
    money = take_pairs(lots, amount_minor, on=on)
    spent = take(of_kind(lots, AccountKind.POINTS), points, on=on)
    return Held(principal=money.principal, bonus=money.bonus, points=spent)


def held_of(shares: Iterable[LotShare]) -> Held:
    """What a hold keeps, from the shares that its entry took out of lots."""
    known = tuple(shares)

    def of(kind: AccountKind) -> tuple[LotShare, ...]:
        return tuple(share for share in known if share.lot.kind is kind)

    return Held(
        principal=of(AccountKind.PRINCIPAL),
        bonus=of(AccountKind.BONUS),
        points=of(AccountKind.POINTS),
    )


def hold(entry: OpenEntry, held: Held) -> None:
    """Move what is held out of the available accounts.

    Refuses: ledger.account_frozen, ledger.account_closed, ledger.balance_short,
    ledger.points_short.
    """
    for kind, shares in held.by_kind():
        entry.spend(kind, HELD_KINDS[kind], shares, kind=UseKind.HOLD)


def posted_part(held: Held, *, amount_minor: int, points: int, on: BusinessDay) -> Held:
    """What is paid when only so much of a hold is needed.

    Each top-up's own rule decides again, over what is held alone; a lot that has ended meanwhile
    still pays, since it was taken in time. Units: minor units, points.
    Refuses: value_hold.over.
    """
    if not 0 <= amount_minor <= held.money_minor or not 0 <= points <= held.points_held:
        raise HOLD_OVER.because(held_minor=held.money_minor, held_points=held.points_held)
    money = take_pairs(_alone((*held.principal, *held.bonus)), amount_minor, on=on)
    spent = take(_alone(held.points), points, on=on)
    lots = {share.lot.id: share.lot for _, shares in held.by_kind() for share in shares}

    def whole(shares: Iterable[LotShare]) -> tuple[LotShare, ...]:
        return tuple(LotShare(lots[share.lot.id], share.amount) for share in shares)

    return Held(principal=whole(money.principal), bonus=whole(money.bonus), points=whole(spent))


def end(
    entry: OpenEntry,
    held: Held,
    posted: Held,
    *,
    purpose: HoldPurpose,
    on: BusinessDay,
    revived: dict[AccountKind, NewLot],
) -> None:
    """End a hold in one entry: the posted part is paid, the rest goes back to its lots.

    `revived`: where value goes that comes back from a lot which has ended meanwhile.
    Refuses: ledger.account_closed.
    """
    paid = dict(posted.by_kind())
    for kind, shares in held.by_kind():
        entry.spend_held(kind, PAID_TO[purpose][kind], paid[kind])
        entry.put_back(
            HELD_KINDS[kind],
            kind,
            _without(shares, paid[kind]),
            on=on,
            expired_into=revived[kind],
            kind=UseKind.RELEASE,
        )


def _alone(shares: Sequence[LotShare]) -> list[Lot]:
    return [
        replace(
            share.lot,
            amount=share.amount,
            remaining=share.amount,
            expires_on=None,
            usable_on=None,
        )
        for share in shares
    ]


def _without(shares: Sequence[LotShare], gone: Sequence[LotShare]) -> tuple[LotShare, ...]:
    taken: dict[UUID, int] = {share.lot.id: share.amount for share in gone}
    left = ((share.lot, share.amount - taken.get(share.lot.id, 0)) for share in shares)
    return tuple(LotShare(lot, amount) for lot, amount in left if amount)


def hold_of(hold_id: UUID) -> str:
    """The business id of a hold."""
    return f"hold:{hold_id}"


def hold_end_of(hold_id: UUID) -> str:
    """The business id of a hold's end: there is one, whoever ends it."""
    return f"hold:{hold_id}:end"
