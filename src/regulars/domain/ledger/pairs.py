"""Stored value is spent in pairs: each top-up's principal together with its bonus.

充300送30: of each 11.00 that 王芳 then spends, 10.00 comes from her principal and 1.00 from the
bonus, whatever the bills are, and the last bill ends exactly at 0.00 and 0.00. The oldest top-up
is used up first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.accounts import BALANCE_SHORT, AccountKind
from regulars.domain.ledger.lots import Lot, LotShare, total_of


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
class _Pair:
    acquired_at: Instant
    key: UUID
    principal: Lot | None = None
    bonus: Lot | None = None


def take_pairs(lots: Iterable[Lot], amount_minor: int, *, on: BusinessDay) -> PairsTaken:
    """Which lots pay an amount from stored value: pair by pair, oldest first, pro rata.

    Units: minor units. Refuses: ledger.balance_short.
    """
    principal: list[LotShare] = []
    bonus: list[LotShare] = []
    missing = amount_minor
    for pair in _pairs_of(lots):
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


def _pairs_of(lots: Iterable[Lot]) -> list[_Pair]:
    pairs: dict[UUID, _Pair] = {}
    for lot in lots:
        if lot.kind is not AccountKind.PRINCIPAL and lot.kind is not AccountKind.BONUS:
            continue
        key = lot.pair_id or lot.id
        pair = pairs.get(key)
        if pair is None:
            pair = pairs[key] = _Pair(lot.acquired_at, key)
        pair.acquired_at = min(pair.acquired_at, lot.acquired_at)
        if lot.kind is AccountKind.PRINCIPAL:
            pair.principal = lot
        else:
            pair.bonus = lot
    return sorted(pairs.values(), key=lambda pair: (pair.acquired_at, pair.key))


def _shared(pair: _Pair, wanted: int, on: BusinessDay) -> tuple[int, int]:
    """What this pair pays of the amount wanted, as (principal, bonus).

    The bonus follows the running total of the pair, so rounding never adds up over payments;
    a side that has expired or is used up leaves its part to the other side.
    """
    principal, bonus = pair.principal, pair.bonus
    money = principal.remaining if principal is not None and principal.usable(on) else 0
    gift = bonus.remaining if bonus is not None and bonus.usable(on) else 0
    amount = min(wanted, money + gift)
    if not gift or not money or principal is None or bonus is None:
        return (amount - min(amount, gift), min(amount, gift))
    principal_used = principal.amount - principal.remaining
    bonus_used = bonus.amount - bonus.remaining
    total_used = principal_used + bonus_used + amount
    due = split(total_used, (principal.amount, bonus.amount))[1] - bonus_used
    from_bonus = min(max(due, amount - money, 0), gift, amount)
    return (amount - from_bonus, from_bonus)
