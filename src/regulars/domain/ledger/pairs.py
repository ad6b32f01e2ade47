"""Stored value is spent in pairs: each top-up's principal together with its bonus.

充300送30: of each 11.00 that 王芳 then spends, 10.00 comes from her principal and 1.00 from the
bonus, whatever the bills are, and the last bill ends exactly at 0.00 and 0.00. The oldest top-up
is used up first. A shop may promise another order, 先用本金 or 先用赠金; what was promised with a
top-up stays true for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.accounts import BALANCE_SHORT, AccountKind
from regulars.domain.ledger.lots import Lot, LotShare, UsedLot, put_back, total_of


class SpendOrder(StrEnum):
    """Which side of a top-up pays first."""

    PRO_RATA = "pro_rata"
    PRINCIPAL_FIRST = "principal_first"
    BONUS_FIRST = "bonus_first"


class ReturnOrder(StrEnum):
    """Which lots a refunded sale fills first: all in proportion, or the last drawn."""

    PROPORTIONAL = "proportional"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class PairsTaken:
    """What a payment takes of principal and of bonus. Units: minor units."""

    principal: tuple[LotShare, ...] = ()
    bonus: tuple[LotShare, ...] = ()

    @property
    def principal_minor(self) -> int:
        """The part that is real money."""
        return total_of(self.principal)

    @property
    def bonus_minor(self) -> int:
        """The part that the shop once gave."""
        return total_of(self.bonus)


@dataclass(slots=True)
class Pair:
    """One top-up's principal and bonus, or what came to a member of it in one transfer."""

    acquired_at: Instant
    key: UUID
    principal: Lot | None = None
    bonus: Lot | None = None

    @property
    def spend_order(self) -> SpendOrder:
        """The rule that was promised with it."""
        for lot in (self.principal, self.bonus):
            if lot is not None and lot.spend_order is not None:
                return SpendOrder(lot.spend_order)
        return SpendOrder.PRO_RATA


def take_pairs(lots: Iterable[Lot], amount_minor: int, *, on: BusinessDay) -> PairsTaken:
    """Which lots pay an amount from stored value: pair by pair, oldest first, each by its rule.

    Units: minor units. Refuses: ledger.balance_short.
    """
    if amount_minor <= 0:
        return PairsTaken()
    principal: list[LotShare] = []
    bonus: list[LotShare] = []
    missing = amount_minor
    for pair in pairs_of(lots):
        if missing <= 0:
            break
        from_principal, from_bonus = _shared(pair, missing, on)
        if pair.principal is not None and from_principal:
            principal.append(LotShare(pair.principal, from_principal))
        if pair.bonus is not None and from_bonus:
            bonus.append(LotShare(pair.bonus, from_bonus))
        missing -= from_principal + from_bonus
    if missing > 0:
        raise BALANCE_SHORT.because(missing_minor=missing)
    return PairsTaken(tuple(principal), tuple(bonus))


def give_back(used: Sequence[UsedLot], amount: int, order: ReturnOrder) -> tuple[LotShare, ...]:
    """Which lots get an amount of a refunded sale back; `used` is in the order of drawing.

    However often a sale is refunded, no lot gets more than was drawn from it, and the last refund
    leaves every lot as it was. Units: minor units.
    """
    match order:
        case ReturnOrder.PROPORTIONAL:
            return put_back(used, amount)
        case ReturnOrder.REVERSE:
            return _last_drawn_first(used, amount)
        case _:
            assert_never(order)


def _last_drawn_first(used: Sequence[UsedLot], amount: int) -> tuple[LotShare, ...]:
    if not 0 <= amount <= sum([one.left for one in used]):
        raise ValueError("a refund gives back at most what the sale drew")
    shares: list[LotShare] = []
    for one in reversed(used):
        part = min(amount, one.left)
        if part:
            shares.append(LotShare(one.lot, part))
        amount -= part
    return tuple(shares)


def pairs_of(lots: Iterable[Lot]) -> list[Pair]:
    """The lots of stored value by top-up, oldest first."""
    by_pair: dict[UUID, list[Lot]] = {}
    for lot in lots:
        if lot.kind is AccountKind.PRINCIPAL or lot.kind is AccountKind.BONUS:
            by_pair.setdefault(lot.pair_id or lot.id, []).append(lot)
    pairs = [pair for key, group in by_pair.items() for pair in _paired(key, group)]
    return sorted(pairs, key=lambda pair: (pair.acquired_at, pair.key))


def _paired(key: UUID, group: Sequence[Lot]) -> Iterator[Pair]:
    # Two transfers may bring parts of one top-up to one member: each is a pair of its own.
    if len({lot.kind for lot in group}) == len(group):
        yield _pair(key, group)
        return
    by_entry: dict[UUID, list[Lot]] = {}
    for lot in group:
        by_entry.setdefault(lot.entry_id, []).append(lot)
    for entry_id, lots in by_entry.items():
        yield _pair(entry_id, lots)


def _pair(key: UUID, lots: Sequence[Lot]) -> Pair:
    pair = Pair(min(lot.acquired_at for lot in lots), key)
    for lot in lots:
        if lot.kind is AccountKind.PRINCIPAL:
            pair.principal = lot
        else:
            pair.bonus = lot
    return pair


def _shared(pair: Pair, wanted: int, on: BusinessDay) -> tuple[int, int]:
    """What this pair pays of the amount wanted, as (principal, bonus).

    A side that has expired or is used up leaves its part to the other side.
    """
    principal, bonus = pair.principal, pair.bonus
    money = principal.remaining if principal is not None and principal.usable(on) else 0
    gift = bonus.remaining if bonus is not None and bonus.usable(on) else 0
    amount = min(wanted, money + gift)
    match pair.spend_order:
        case SpendOrder.PRINCIPAL_FIRST:
            from_bonus = amount - min(amount, money)
        case SpendOrder.BONUS_FIRST:
            from_bonus = min(amount, gift)
        case SpendOrder.PRO_RATA:
            from_bonus = _in_proportion(pair, amount, money, gift)
        case _:
            assert_never(pair.spend_order)
    return (amount - from_bonus, from_bonus)


def _in_proportion(pair: Pair, amount: int, money: int, gift: int) -> int:
    """The bonus follows the running total of the pair, so rounding never adds up over payments."""
    principal, bonus = pair.principal, pair.bonus
    if not gift or not money or principal is None or bonus is None:
        return min(amount, gift)
    principal_used = principal.amount - principal.remaining
    bonus_used = bonus.amount - bonus.remaining
    total_used = principal_used + bonus_used + amount
    due = split(total_used, (principal.amount, bonus.amount))[1] - bonus_used
    return min(max(due, amount - money, 0), gift, amount)
