"""Whose value it is. A member's accounts carry a balance; the house's carry none.

王芳 has four accounts: principal 本金, bonus 赠金, points 积分 and growth value 成长值. The store
has the other side of each posting (`sales`, `points.issued`, …). Those have no balance to update,
so two tills never wait for one row.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.ids import AccountId
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.ledger.units import GROWTH, POINTS, Unit, bonus_unit, is_money, money_unit

BALANCE_SHORT = refusal_code("ledger.balance_short", "missing_minor")
POINTS_SHORT = refusal_code("ledger.points_short", "missing")
GROWTH_SHORT = refusal_code("ledger.growth_short", "missing")


class AccountKind(StrEnum):
    """What an account is for. The first five belong to a member, the others to a store."""

    PRINCIPAL = "principal"
    BONUS = "bonus"
    POINTS = "points"
    GROWTH = "growth"
    POINTS_DEBT = "points_debt"
    OUTSIDE_CASH = "outside.cash"
    OUTSIDE_EXTERNAL = "outside.external"
    SALES = "sales"
    ROUNDING = "rounding"
    BONUS_ISSUED = "bonus.issued"
    BONUS_USED = "bonus.used"
    POINTS_ISSUED = "points.issued"
    POINTS_SPENT = "points.spent"
    POINTS_EXPIRED = "points.expired"
    GROWTH_ISSUED = "growth.issued"


# Opened when a member joins; the debt account is opened by the first claw-back that falls short.
MEMBER_KINDS = (
    AccountKind.PRINCIPAL,
    AccountKind.BONUS,
    AccountKind.POINTS,
    AccountKind.GROWTH,
)
HOUSE_KINDS = tuple(
    kind for kind in AccountKind if kind not in (*MEMBER_KINDS, AccountKind.POINTS_DEBT)
)
# Every unit in these accounts lies in a lot that knows its origin and expiry.
LOTTED_KINDS = frozenset({AccountKind.PRINCIPAL, AccountKind.BONUS, AccountKind.POINTS})


class AccountState(StrEnum):
    """A frozen account pays nothing out; a closed one takes nothing in either."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of one unit. Units: whatever its unit counts; `floor=None` has no bottom."""

    id: AccountId
    owner_id: UUID | None
    kind: AccountKind
    unit: Unit
    cached: bool
    floor: int | None
    balance: int
    version: int
    state: AccountState


def unit_of(kind: AccountKind, *, currency: str) -> Unit:
    """The unit that an account of this kind counts, in a shop of this currency."""
    match kind:
        case (
            AccountKind.PRINCIPAL
            | AccountKind.OUTSIDE_CASH
            | AccountKind.OUTSIDE_EXTERNAL
            | AccountKind.SALES
            | AccountKind.ROUNDING
        ):
            return money_unit(currency)
        case AccountKind.BONUS | AccountKind.BONUS_ISSUED | AccountKind.BONUS_USED:
            return bonus_unit(currency)
        case (
            AccountKind.POINTS
            | AccountKind.POINTS_DEBT
            | AccountKind.POINTS_ISSUED
            | AccountKind.POINTS_SPENT
            | AccountKind.POINTS_EXPIRED
        ):
            return POINTS
        case AccountKind.GROWTH | AccountKind.GROWTH_ISSUED:
            return GROWTH
        case _:
            assert_never(kind)


def floor_of(kind: AccountKind) -> int | None:
    """How low the balance may go: 0 for what a member owns; debt and house have no bottom."""
    return 0 if kind in MEMBER_KINDS else None


def short_of(unit: Unit, missing: int) -> Refusal:
    """The refusal that tells how much of a unit is missing.

    Refuses: ledger.balance_short, ledger.points_short, ledger.growth_short.
    """
    if is_money(unit):
        return BALANCE_SHORT.because(missing_minor=missing)
    if unit == POINTS:
        return POINTS_SHORT.because(missing=missing)
    return GROWTH_SHORT.because(missing=missing)
