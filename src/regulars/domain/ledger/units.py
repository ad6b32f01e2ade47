"""What the ledger counts. Units are walls: a posting never leaves its unit.

A guest who topped up 300.00 and got 30.00 as a gift holds 30,000 `CNY` and 3,000 `CNY.bonus`;
because the bonus is a unit of its own, no posting can ever pay it out as cash.

    >>> bonus_unit("CNY")
    'CNY.bonus'
"""

from typing import NewType

Unit = NewType("Unit", str)

POINTS = Unit("PT")
GROWTH = Unit("GV")

_BONUS_SUFFIX = ".bonus"
_PASS_PREFIX = "PASS."  # noqa: S105 - a pass of ten visits, not a password


def money_unit(currency: str) -> Unit:
    """Real money of a currency: principal, cash, sales. Units: minor units."""
    return Unit(currency)


def bonus_unit(currency: str) -> Unit:
    """Bonus money of a currency: spends like money, is never paid out. Units: minor units."""
    return Unit(currency + _BONUS_SUFFIX)


def pass_unit(code: str) -> Unit:
    """The uses of one kind of pass 次卡: uses of another kind are another unit."""
    return Unit(_PASS_PREFIX + code)


def is_pass(unit: Unit) -> bool:
    """Whether a unit counts uses of a pass."""
    return unit.startswith(_PASS_PREFIX)


def is_money(unit: Unit) -> bool:
    """Whether a unit is shown as money (principal and bonus are; points and passes are not)."""
    return unit not in (POINTS, GROWTH) and not is_pass(unit)
