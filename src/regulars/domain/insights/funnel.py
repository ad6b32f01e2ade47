"""From those meant to be reached down to what they left: where a programme loses its guests.

Of 1,800 invited, 1,620 could be reached, 1,580 messages arrived, 240 were clicked, 180 coupons were
taken and 95 used on 101 bills. It shows where to mend things; what the programme earned is told by
the comparison with those held back, never by these figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The steps, from the top down."""

    INVITED = "invited"
    REACHED = "reached"
    DELIVERED = "delivered"
    CLICKED = "clicked"
    CLAIMED = "claimed"
    REDEEMED = "redeemed"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many members came to a step; None where nobody can know (a till cannot be clicked).

    `of_before`: of the nearest step above that is known; who bought is told of all invited, since
    a guest may come without a click. Units: of 10,000; None of nobody.
    """

    step: Step
    members: int | None
    of_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The steps, and what the invited paid and left in all. Units: minor units."""

    steps: tuple[FunnelStep, ...]
    sales_minor: int
    profit_minor: int


def funnel_of(members: Mapping[Step, int | None], *, sales_minor: int, profit_minor: int) -> Funnel:
    """The funnel of these counts; a step that is missing is not known."""
    steps: list[FunnelStep] = []
    above: int | None = None
    for step in Step:
        count = members.get(step)
        whole = members.get(Step.INVITED) if step is Step.BOUGHT else above
        share = count * 10_000 // whole if count is not None and whole else None
        steps.append(FunnelStep(step, count, share))
        above = above if count is None else count
    return Funnel(steps=tuple(steps), sales_minor=sales_minor, profit_minor=profit_minor)
