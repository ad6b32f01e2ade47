"""Whether as many members landed in each arm as the draw promised.

900 of 1,000 should be invited. If 860 are, somebody was lost on the way (blocked numbers removed
from one arm only, a filter after the draw), the arms are no longer alike, and any lift would be a
fairy tale. So this is checked first, and when it fails no lift is shown at all. Owners look every
morning: the usual check at one level each time would in the end stop programmes that are sound.

Source: Robbins 1970, the normal mixture; for experiments Lindon and Malek, arXiv 2011.03567.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.domain.insights.distributions import chi_square_tail

# False alarms at any look, of all programmes that are sound.
ALARMS = 0.01
# The variance of an arm's count at which the check is sharpest: some hundred members, a tenth held back.
_SHARPEST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """What was drawn, what was to be expected, and how often chance alone strays so far.

    `p_value` is that of one look; `holds`, whether the arms may be compared, is good for all looks.
    """

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    statistic: float
    p_value: float
    holds: bool


def sample_ratio(
    counts: Mapping[str, int],
    expected: Mapping[str, float],
    *,
    variances: Mapping[str, float] | None = None,
) -> SampleRatio:
    """The check of arms against what was expected in each, scaled to the same total.

    `variances`: of each arm's count, where its chance changed on the way; None is one draw by the
    expected shares. An arm that nobody should be in and somebody is in fails at once.
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
    if variances is None:
        variances = {arm: scaled[arm] * (1 - scaled[arm] / total) for arm in drawn}
    alike = all(
        abs(found[arm] - scaled[arm]) <= _reach(variances[arm], ALARMS / len(drawn))
        for arm in drawn
    )
    return SampleRatio(
        counts=found,
        expected=scaled,
        statistic=statistic,
        p_value=0.0 if stray else chance,
        holds=alike and not stray,
    )


def _reach(variance: float, alpha: float) -> float:
    """How far a count of this variance strays by chance, at whichever number of members one looks."""
    seen = variance / _SHARPEST
    return math.sqrt(_SHARPEST * (seen + 1) * (math.log(seen + 1) - 2 * math.log(alpha)))
