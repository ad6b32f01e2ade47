"""Whose value it is. A member's accounts carry a balance; the house's carry none.

王芳 has four accounts: principal 本金, bonus 赠金, points 积分 and growth value 成长值. The store
has the other side of each posting (`sales`, `points.issued`, …). Those have no balance to update,
so two tills never wait for one row.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.ids import AccountId
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.ledger.units import (
    GROWTH,
    POINTS,
    Unit,
    bonus_unit,
    is_money,
    is_pass,
    money_unit,
)

BALANCE_SHORT = refusal_code("ledger.balance_short", "missing_minor")
POINTS_SHORT = refusal_code("ledger.points_short", "missing")
GROWTH_SHORT = refusal_code("ledger.growth_short", "missing")
PASS_SHORT = refusal_code("ledger.pass_short", "missing")


class AccountKind(StrEnum):
    """What an account is for: first those of a member, then those of a store."""

    PRINCIPAL = "principal"
    BONUS = "bonus"
    POINTS = "points"
    GROWTH = "growth"
    POINTS_DEBT = "points_debt"
    PRINCIPAL_HELD = "principal.held"
    BONUS_HELD = "bonus.held"
    POINTS_HELD = "points.held"
    PASS = "pass"  # noqa: S105 - a pass of ten visits, not a password
    OUTSIDE_CASH = "outside.cash"
    OUTSIDE_EXTERNAL = "outside.external"
    SALES = "sales"
    ROUNDING = "rounding"
    BONUS_ISSUED = "bonus.issued"
    BONUS_USED = "bonus.used"
    BONUS_EXPIRED = "bonus.expired"
    PRINCIPAL_LAPSED = "principal.lapsed"
    PASS_DEFERRED = "pass.deferred"  # noqa: S105
    DEPOSITS = "deposits"
    BETWEEN_STORES = "between_stores"
    POINTS_ISSUED = "points.issued"
    POINTS_SPENT = "points.spent"
    POINTS_EXPIRED = "points.expired"
    GROWTH_ISSUED = "growth.issued"
    PASS_ISSUED = "pass.issued"  # noqa: S105
    PASS_USED = "pass.used"  # noqa: S105
    PASS_EXPIRED = "pass.expired"  # noqa: S105


# Opened when a member joins. The others of hers are opened by what first needs them: the debt
# account by a claw-back that falls short, the held ones by a hold, a pass account by its sale.
MEMBER_KINDS = (
    AccountKind.PRINCIPAL,
    AccountKind.BONUS,
    AccountKind.POINTS,
    AccountKind.GROWTH,
)
HELD_KINDS = {
    AccountKind.PRINCIPAL: AccountKind.PRINCIPAL_HELD,
    AccountKind.BONUS: AccountKind.BONUS_HELD,
    AccountKind.POINTS: AccountKind.POINTS_HELD,
}
# Stored value: what the guest paid in, and what the shop added to it.
MONEY_KINDS = (AccountKind.PRINCIPAL, AccountKind.BONUS)
OWNED_KINDS = frozenset(
    {*MEMBER_KINDS, *HELD_KINDS.values(), AccountKind.POINTS_DEBT, AccountKind.PASS}
)
# One of each per kind of pass, each in a unit of its own; a sale of goods never needs them.
PASS_KINDS = frozenset(
    {AccountKind.PASS, AccountKind.PASS_ISSUED, AccountKind.PASS_USED, AccountKind.PASS_EXPIRED}
)
HOUSE_KINDS = tuple(
    kind for kind in AccountKind if kind not in OWNED_KINDS and kind not in PASS_KINDS
)
# Every unit in these accounts lies in a lot that knows its origin and expiry.
LOTTED_KINDS = frozenset(
    {AccountKind.PRINCIPAL, AccountKind.BONUS, AccountKind.POINTS, AccountKind.PASS}
)


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


_UNITLESS = {
    AccountKind.POINTS: POINTS,
    AccountKind.POINTS_DEBT: POINTS,
    AccountKind.POINTS_HELD: POINTS,
    AccountKind.POINTS_ISSUED: POINTS,
    AccountKind.POINTS_SPENT: POINTS,
    AccountKind.POINTS_EXPIRED: POINTS,
    AccountKind.GROWTH: GROWTH,
    AccountKind.GROWTH_ISSUED: GROWTH,
}
_BONUS = frozenset(
    {
        AccountKind.BONUS,
        AccountKind.BONUS_HELD,
        AccountKind.BONUS_ISSUED,
        AccountKind.BONUS_USED,
        AccountKind.BONUS_EXPIRED,
    }
)


def unit_of(kind: AccountKind, *, currency: str) -> Unit:
    """The unit that an account of this kind counts, in a shop of this currency.

    The accounts of passes count a unit of their own for each kind of pass (`pass_unit`).
    """
    if kind in PASS_KINDS:
        raise ValueError("a pass has a unit of its own")
    counted = _UNITLESS.get(kind)
    if counted is not None:
        return counted
    return bonus_unit(currency) if kind in _BONUS else money_unit(currency)


def floor_of(kind: AccountKind) -> int | None:
    """How low the balance may go: 0 for what a member owns; debt and house have no bottom."""
    return 0 if kind in OWNED_KINDS and kind is not AccountKind.POINTS_DEBT else None


def short_of(unit: Unit, missing: int) -> Refusal:
    """The refusal that tells how much of a unit is missing.

    Refuses: ledger.balance_short, ledger.points_short, ledger.growth_short, ledger.pass_short.
    """
    if is_pass(unit):
        return PASS_SHORT.because(missing=missing)
    if is_money(unit):
        return BALANCE_SHORT.because(missing_minor=missing)
    if unit == POINTS:
        return POINTS_SHORT.because(missing=missing)
    return GROWTH_SHORT.because(missing=missing)
