"""What one assigned member brought in, and what each figure of her is called.

王芳 was invited on 1 May. By 29 May she paid 86.00 without tax, for goods that cost 31.00; she holds
200 points more than before, which cost 2.00, and her message cost 0.05: a profit of 52.95. It is
counted whether the message reached her or not: she was assigned (intention to treat).
"""

from enum import StrEnum
from typing import NamedTuple, assert_never
from uuid import UUID


class Figure(StrEnum):
    """What is compared. Each is defined once: docs/measurement.md."""

    PROFIT = "profit"
    REVENUE = "revenue"
    VISITED = "visited"
    VISITS = "visits"
    TICKET = "ticket"
    REFUNDED = "refunded"
    WITHDRAWN = "withdrawn"


# Told beside the first: what else it did, and what it must not do.
SECONDARY = (Figure.REVENUE, Figure.VISITED, Figure.VISITS, Figure.TICKET)
GUARDRAILS = (Figure.REFUNDED, Figure.WITHDRAWN)


class Basis(StrEnum):
    """What the first figure is made of: with the cost of goods, or without where it is unknown."""

    PROFIT = "profit"
    REVENUE = "revenue"


class Cell(NamedTuple):
    """Where a member stood when she was assigned: nothing that came later moves her."""

    arm: str
    store_id: UUID
    tier: str
    channel: str | None


class Outcome(NamedTuple):
    """One member's window and the same time before it. Units: minor units of the currency.

    `value_given_minor`: what she holds more in points and bonus money than before. A negative one
    is value used that had been given earlier.
    """

    cell: Cell
    propensity: int
    uniform: bool
    revenue_minor: int
    goods_minor: int
    value_given_minor: int
    message_minor: int
    visits: int
    refunded_minor: int
    withdrawn: int
    before_minor: int
    goods_before_minor: int
    visits_before: int

    def earned(self, basis: Basis) -> int:
        """What is left of her money, after goods where their cost is known. Units: minor units."""
        rest = self.revenue_minor - self.value_given_minor - self.message_minor
        return rest - self.goods_minor if basis is Basis.PROFIT else rest

    def earned_before(self, basis: Basis) -> int:
        """What she left in the same time before. Units: minor units."""
        goods = self.goods_before_minor if basis is Basis.PROFIT else 0
        return self.before_minor - goods


Row = tuple[int, int, int, int]


def row_of(outcome: Outcome, figure: Figure, basis: Basis) -> Row:
    """A figure, what it is per, and both before: the four columns of `Moments`."""
    match figure:
        case Figure.PROFIT:
            return outcome.earned(basis), 1, outcome.earned_before(basis), 1
        case Figure.REVENUE:
            return outcome.revenue_minor, 1, outcome.before_minor, 1
        case Figure.VISITED:
            return min(outcome.visits, 1), 1, min(outcome.visits_before, 1), 1
        case Figure.VISITS:
            return outcome.visits, 1, outcome.visits_before, 1
        case Figure.TICKET:
            return (
                outcome.revenue_minor,
                outcome.visits,
                outcome.before_minor,
                outcome.visits_before,
            )
        case Figure.REFUNDED:
            return outcome.refunded_minor, 1, 0, 1
        case Figure.WITHDRAWN:
            return outcome.withdrawn, 1, 0, 1
        case _:
            assert_never(figure)
