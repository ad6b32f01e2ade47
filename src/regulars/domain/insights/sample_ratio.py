"""Whether as many members landed in each arm as the draw promised.

900 of 1,000 should be invited. If 860 are, somebody was lost on the way (blocked numbers removed
from one arm only, a filter after the draw), the arms are no longer alike, and any lift would be a
fairy tale. So this is checked first, and when it fails no lift is shown at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.insights.distributions import chi_square_tail

# A check made at many looks of many programmes must be surer than one in twenty.
ALARM_BELOW = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """What was drawn, what was to be expected, and how often chance alone strays so far."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    statistic: float
    p_value: float

    @property
    def holds(self) -> bool:
        """Whether the arms may be compared."""
        return self.p_value >= ALARM_BELOW


def sample_ratio(counts: Mapping[str, int], expected: Mapping[str, float]) -> SampleRatio:
    """The chi-square check of arms against what was expected in each, scaled to the same total.

    An arm that nobody should be in and somebody is in fails at once.
    """
    total = sum(counts.values())
    promised = sum(expected.values())
    arms = sorted(set(counts) | set(expected))
    scaled = {arm: expected.get(arm, 0) * total / promised if promised else 0.0 for arm in arms}
    found = {arm: counts.get(arm, 0) for arm in arms}
    stray = any(found[arm] > 0 and scaled[arm] <= 0 for arm in arms)
    drawn = [arm for arm in arms if scaled[arm] > 0]
    statistic = sum((found[arm] - scaled[arm]) ** 2 / scaled[arm] for arm in drawn)
    chance = chi_square_tail(statistic, len(drawn) - 1) if len(drawn) > 1 else 1.0
    return SampleRatio(
        counts=found,
        expected=scaled,
        statistic=statistic,
        p_value=0.0 if stray else chance,
    )
