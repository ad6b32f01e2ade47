"""How small a gain a programme can show at all, said before anybody is written to.

2,000 members, a tenth held back, spending 80.00 a month give or take 100.00: gains below 21.00 a
member would go unseen. Better to know that before the messages are paid for; and afterwards, how
many weeks more it would take, or that it is hopeless at this size.
"""

import math
from dataclasses import dataclass
from typing import Final

from regulars.domain.insights.distributions import normal_point, normal_tail
from regulars.domain.insights.sequence import always_valid_factor

POWER: Final = 0.8
# Nobody waits longer than a year for an answer.
WEEKS_MAX: Final = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How much members differ within each arm, and how many of all are held back.

    Units: variances in the figure's own unit squared; `control_share` from 0 to 1.
    """

    control_variance: float
    treated_variance: float
    control_share: float

    def standard_error(self, members: float) -> float:
        """Of the difference, with so many members in both arms together."""
        control = members * self.control_share
        return math.sqrt(
            self.control_variance / control + self.treated_variance / (members - control)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the interval is made: one look at the planned end, or any number of looks.

    `planned` None is one look at the end.
    """

    alpha: float
    planned: int | None

    def factor(self, members: int) -> float:
        """How many standard errors the interval reaches to each side."""
        if self.planned is None:
            return normal_point(1 - self.alpha / 2)
        return always_valid_factor(members, planned=self.planned, alpha=self.alpha)


@dataclass(frozen=True, slots=True)
class Wait:
    """What is still missing for an answer: so many members and weeks; no weeks is hopeless."""

    members: int | None
    weeks: int | None


def power_of(effect: float, *, standard_error: float, factor: float) -> float:
    """How often an effect of this size is seen, at a look of this factor."""
    away = abs(effect) / standard_error
    return normal_tail(factor - away) + normal_tail(factor + away)


def detectable(noise: Noise, members: int, look: Look, *, power: float = POWER) -> float:
    """The smallest effect that is seen with this power. Units: the figure's own, per member."""
    factor = look.factor(members)
    away = factor + normal_point(power)
    # Newton's steps from the one-sided answer: the other tail is all that is missing.
    for _ in range(8):
        near, far = factor - away, factor + away
        missing = power - normal_tail(near) - normal_tail(far)
        slope = (math.exp(-near * near / 2) - math.exp(-far * far / 2)) / math.sqrt(2 * math.pi)
        away += missing / slope
    return away * noise.standard_error(members)


def wait_for(effect: float, noise: Noise, look: Look, *, seen: int, a_week: float) -> Wait:
    """How long until an effect of this size would be seen with 80 % power.

    `seen`: members whose window is over; `a_week`: how many more come each week.
    """
    if a_week <= 0 or effect == 0 or not 0 < noise.control_share < 1:
        return Wait(None, None)
    most = seen + math.ceil(a_week * WEEKS_MAX)
    if most < 2 or detectable(noise, most, look) > abs(effect):
        return Wait(None, None)
    low, high = max(seen, 2), most
    while low < high:
        middle = (low + high) // 2
        if detectable(noise, middle, look) > abs(effect):
            low = middle + 1
        else:
            high = middle
    missing = max(low - seen, 1)
    return Wait(missing, math.ceil(missing / a_week))
