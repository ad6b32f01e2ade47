"""Lots 批次: which points and which money, from where, until when.

王芳 holds 40 points that expire on 1 June and 60 that expire in December. She spends 50: the 40 go
first, then 10 of the other lot. When that order is refunded, the same lots get the same points
back. A lot may be used on days *before* its `expires_on`, like every period of ours, and from its
`usable_on` on: until then its points are pending, shown apart and not to be spent.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from regulars.domain.kernel.ids import AccountId, EntryId
from regulars.domain.kernel.money import split
from regulars.domain.kernel.period import BusinessDay, Instant
from regulars.domain.ledger.accounts import BALANCE_SHORT, POINTS_SHORT, AccountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One lot as it stands. Units: those of its account."""

    id: UUID
    account_id: AccountId
    kind: AccountKind
    amount: int
    remaining: int
    acquired_at: Instant
    expires_on: date | None
    entry_id: EntryId
    pair_id: UUID | None
    usable_on: date | None = None
    spend_order: str | None = None

    def usable(self, on: BusinessDay) -> bool:
        """Whether the lot may be spent on a business day."""
        return not self.expired(on) and not self.pending(on)

    def expired(self, on: BusinessDay) -> bool:
        """Whether the lot's last day is over."""
        return self.expires_on is not None and on >= self.expires_on

    def pending(self, on: BusinessDay) -> bool:
        """Whether the lot's first day is still to come."""
        return self.usable_on is not None and on < self.usable_on


@dataclass(frozen=True, slots=True)
class LotShare:
    """A positive part of one lot."""

    lot: Lot
    amount: int


@dataclass(frozen=True, slots=True)
class UsedLot:
    """What a sale drew from a lot and no refund has put back yet."""

    lot: Lot
    left: int


@dataclass(frozen=True, slots=True)
class ClawedBack:
    """The shares that could be taken back, and what had already been spent."""

    shares: tuple[LotShare, ...]
    short: int


def total_of(shares: Iterable[LotShare]) -> int:
    """What shares sum to."""
    return sum([share.amount for share in shares])


def of_kind(lots: Iterable[Lot], kind: AccountKind) -> tuple[Lot, ...]:
    """The lots of one of a member's accounts."""
    return tuple(lot for lot in lots if lot.kind is kind)


def spendable(lots: Iterable[Lot], *, on: BusinessDay) -> int:
    """What may be spent of these lots on a business day: expired ones count no more."""
    return sum([lot.remaining for lot in lots if lot.usable(on)])


def _by_expiry(lot: Lot) -> tuple[date, Instant, UUID]:
    return (lot.expires_on or date.max, lot.acquired_at, lot.id)


def _by_age(lot: Lot) -> tuple[Instant, UUID]:
    return (lot.acquired_at, lot.id)


def take(lots: Sequence[Lot], amount: int, *, on: BusinessDay) -> tuple[LotShare, ...]:
    """Which lots of one account pay an amount: earliest expiry first, then oldest.

    Refuses: ledger.points_short, ledger.balance_short.
    """
    if amount <= 0:
        return ()
    shares: list[LotShare] = []
    missing = amount
    usable = sorted([lot for lot in lots if lot.remaining and lot.usable(on)], key=_by_expiry)
    for lot in usable:
        part = min(missing, lot.remaining)
        shares.append(LotShare(lot, part))
        missing -= part
        if not missing:
            return tuple(shares)
    if lots and lots[0].kind is not AccountKind.POINTS:
        raise BALANCE_SHORT.because(missing_minor=missing)
    raise POINTS_SHORT.because(missing=missing)


def put_back(used: Sequence[UsedLot], amount: int) -> tuple[LotShare, ...]:
    """Which lots get an amount of a sale back, in proportion to what it still holds of each.

    However a sale is refunded, no lot gets more than was drawn from it, and the last refund
    leaves every lot exactly as it was. An amount beyond what is left is a programming error.
    """
    left = sum([one.left for one in used])
    if not 0 <= amount <= left:
        raise ValueError("a refund gives back at most what the sale drew")
    parts = split(amount, [one.left for one in used]) if amount else ()
    return tuple(
        LotShare(one.lot, part) for one, part in zip(used, parts, strict=bool(parts)) if part
    )


def claw_back(lots: Iterable[Lot], amount: int, *, own: Collection[EntryId]) -> ClawedBack:
    """Which lots lose points that a refunded sale had earned.

    The lots of that sale's own entries first, then the newest of the others; what is no longer
    there is `short`, and becomes debt. Source: ledger rules, claw back.
    """
    newest_first = sorted((lot for lot in lots if lot.remaining), key=_by_age, reverse=True)
    ordered = sorted(newest_first, key=lambda lot: lot.entry_id not in own)
    shares: list[LotShare] = []
    missing = amount
    for lot in ordered:
        if not missing:
            break
        part = min(missing, lot.remaining)
        shares.append(LotShare(lot, part))
        missing -= part
    return ClawedBack(tuple(shares), missing)
