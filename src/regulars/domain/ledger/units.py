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


def money_unit(currency: str) -> Unit:
    """Real money of a currency: principal, cash, sales. Units: minor units."""
    return Unit(currency)


def bonus_unit(currency: str) -> Unit:
    """Bonus money of a currency: spends like money, is never paid out. Units: minor units."""
    return Unit(currency + _BONUS_SUFFIX)


def is_money(unit: Unit) -> bool:
    """Whether a unit is shown as money (principal and bonus are; points are not)."""
    return unit not in (POINTS, GROWTH)
