"""The measurement tried on itself: the shop's own past, split in two with nothing done to either.

Last month's 3,000 guests are split by a hundred different salts. Nobody got anything, so about
five splits in a hundred should cry "found something" at one look, and hardly any more. If more do,
the figures of this shop are too wild for the method, and it says so before money is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from regulars.domain.insights.assignment import bucket
from regulars.domain.insights.distributions import normal_tail
from regulars.domain.insights.lift import Arms, lift_of
from regulars.domain.insights.moments import Tally
from regulars.domain.insights.sequence import always_valid_factor

_SURE_BELOW = 0.001


class Past(NamedTuple):
    """What a member brought in a past window, and before it. Units: minor units."""

    member_id: UUID
    value: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShamTests:
    """How many splits cried wolf: at one look, and by the interval that may always be looked at."""

    splits: int
    alarms_at_one_look: int
    alarms_always_valid: int
    alpha: float

    @property
    def sound(self) -> bool:
        """Whether the alarms at one look are no more than chance explains."""
        mean = self.splits * self.alpha
        spread = (mean * (1 - self.alpha)) ** 0.5
        return normal_tail((self.alarms_at_one_look - 0.5 - mean) / spread) >= _SURE_BELOW


def sham_tests(
    past: Sequence[Past], salts: Sequence[str], *, control: int, alpha: float
) -> ShamTests:
    """Split the past by each salt and count false alarms. Units: control is of 10,000."""
    at_one_look = always = 0
    for salt in salts:
        held, invited = Tally(), Tally()
        for one in past:
            side = held if bucket(one.member_id, salt) < control else invited
            side.add(one.value, 1, one.before, 1)
        arms = Arms(held.moments(), invited.moments())
        if not arms.told:
            continue
        found = lift_of(arms).adjusted
        at_one_look += found.p_value < alpha
        factor = always_valid_factor(len(past), planned=len(past), alpha=alpha)
        always += abs(found.difference) > factor * found.careful_error
    return ShamTests(
        splits=len(salts),
        alarms_at_one_look=at_one_look,
        alarms_always_valid=always,
        alpha=alpha,
    )
