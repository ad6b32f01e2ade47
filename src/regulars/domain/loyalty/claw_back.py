"""What a refund takes back of the points that its sale had earned, when some are spent already.

An order earned 40 points, 30 of them are gone on another bill, and all of it comes back. `pending`:
only what may not be used yet is taken. `balance`: the 10, then the newest of her other points; what
is missing is hers to keep. `debt`: what is missing is owed, and her next visits repay it. Points of
the order that ended unused are gone already: nobody takes or owes them a second time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.ids import EntryId
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.term_fields import Field, one_of
from regulars.domain.ledger.lots import Lot, LotShare, claw_back, total_of


class ClawBack(StrEnum):
    """How far a refund reaches for points that its sale had earned."""

    PENDING = "pending"
    BALANCE = "balance"
    DEBT = "debt"


CLAW_BACK = Field("refund.claw_back", ClawBack.DEBT.value, one_of(*ClawBack))
FIELDS = (CLAW_BACK,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What may be reached: the policy, the sale's own entries, the day, a frozen account or not.

    `most`: no more than this is left to take of what the order earned; None is no such end.
    """

    policy: ClawBack
    own: Collection[EntryId]
    day: BusinessDay
    frozen: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """The shares that are taken, what is owed, and what the guest keeps. Units: points."""

    shares: tuple[LotShare, ...] = ()
    owed: int = 0
    forgiven: int = 0

    @property
    def taken(self) -> int:
        """What comes out of her lots now."""
        return total_of(self.shares)


def taken_back(lots: Sequence[Lot], amount: int, reach: Reach) -> TakenBack:
    """Which points go back for a refund that undoes `amount` of them.

    A frozen account pays nothing out: it owes what would have been taken, and forgives no more
    than an open one. Units: points. Source: ledger rules, claw back.
    """
    wanted = amount if reach.most is None else min(amount, max(reach.most, 0))
    match reach.policy:
        case ClawBack.PENDING:
            own = [one for one in lots if one.entry_id in reach.own and one.pending(reach.day)]
            clawed = claw_back(own, wanted, own=reach.own)
            owed = 0
        case ClawBack.BALANCE:
            clawed = claw_back(lots, wanted, own=reach.own)
            owed = 0
        case ClawBack.DEBT:
            clawed = claw_back(lots, wanted, own=reach.own)
            owed = clawed.short
        case _:
            assert_never(reach.policy)
    forgiven = clawed.short - owed + amount - wanted
    if reach.frozen:
        return TakenBack(owed=amount - forgiven, forgiven=forgiven)
    return TakenBack(shares=clawed.shares, owed=owed, forgiven=forgiven)
