"""Whether an offer acts on each unit or on the order as a whole.

10 % off each tea rounds on the printed price of a cup; 10 % off the bill rounds once.
"""

from enum import StrEnum


class Per(StrEnum):
    """What an offer acts on."""

    UNIT = "unit"
    ORDER = "order"
