"""How much more the invited brought in than those held back, and how sure that is.

2,000 invited and 2,000 held back: 31.20 and 29.00 of profit a member make +2.20, between 0.35 and
4.05. What each of them spent *before* explains much of the noise; taking it out (CUPED) makes the
same +2.20 surer. Both are always shown side by side, so that nobody picks the nicer one.

Source: CUPED, Deng et al. 2013; ratios by the delta method, Deng et al. 2018; post-stratification,
Miratrix et al. 2013.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from regulars.domain.insights.distributions import student_point, student_tail
from regulars.domain.insights.moments import (
    PER,
    PER_BEFORE,
    VALUE,
    VALUE_BEFORE,
    Moments,
    total_of,
)

_NOW, _BEFORE = (VALUE, PER), (VALUE_BEFORE, PER_BEFORE)
# A variance of two members is not one: what is smaller says nothing.
MEMBERS_MIN = 2


class Arms(NamedTuple):
    """Those held back and those invited."""

    control: Moments
    treated: Moments

    @property
    def both(self) -> Moments:
        """All of them."""
        return self.control + self.treated

    @property
    def told(self) -> bool:
        """Whether there are enough of both to compare at all."""
        return min(self.control.count, self.treated.count) >= MEMBERS_MIN and all(
            arm.sums[PER] for arm in self
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Two averages and their difference. Units: the figure's own, per member or per visit.

    `degrees`: of freedom (Welch); infinite where the normal distribution is meant. `careful_error`:
    the standard error with no arm taken to be calmer than both together are. Of fifty members held
    back perhaps none came, by chance: that says nothing of how much such members differ.
    """

    control: float
    treated: float
    standard_error: float
    careful_error: float
    degrees: float

    @property
    def difference(self) -> float:
        """How much more the invited brought."""
        return self.treated - self.control

    @property
    def p_value(self) -> float:
        """How often chance alone differs so much, for one look at the end."""
        if self.standard_error == 0:
            return 1.0 if self.difference == 0 else 0.0
        return 2 * student_tail(abs(self.difference) / self.standard_error, self.degrees)

    def interval(self, confidence: float) -> tuple[float, float]:
        """The interval for one look at the end, e.g. at a confidence of 0.95."""
        half = student_point((1 + confidence) / 2, self.degrees) * self.standard_error
        return self.difference - half, self.difference + half


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The plain comparison, and the one adjusted by what the same members did before.

    `explained`: the share of the variance that the past explains, from 0 to 1.
    """

    plain: Estimate
    adjusted: Estimate
    explained: float


@dataclass(frozen=True, slots=True)
class _Adjustment:
    slope: float
    centre: float


_PLAIN = _Adjustment(0.0, 0.0)


def lift_of(arms: Arms) -> Lift:
    """The comparison of two arms, plain and adjusted, by Welch's unequal variances.

    A figure per member has 1 in its PER columns; a figure per visit (ticket size) has the visits.
    """
    adjustment = _adjustment_of(arms.both)
    plain, adjusted = _estimate(arms, _PLAIN), _estimate(arms, adjustment)
    before = plain.standard_error**2
    explained = 1 - adjusted.standard_error**2 / before if before > 0 else 0.0
    return Lift(plain=plain, adjusted=adjusted, explained=max(explained, 0.0))


def post_stratified(strata: Mapping[str, Arms]) -> Lift:
    """The comparison within each store and tier, averaged by their sizes.

    Strata too small to compare are put together; what is still too small joins the largest.
    """
    kept = _large_enough(strata)
    everybody = total_of(arms.both for arms in kept)
    adjustment = _adjustment_of(everybody)
    plain = _averaged(kept, everybody.count, _PLAIN)
    adjusted = _averaged(kept, everybody.count, adjustment)
    before = plain.standard_error**2
    explained = 1 - adjusted.standard_error**2 / before if before > 0 else 0.0
    return Lift(plain=plain, adjusted=adjusted, explained=max(explained, 0.0))


def _adjustment_of(both: Moments) -> _Adjustment:
    if not both.sums[PER_BEFORE] or both.count < MEMBERS_MIN:
        return _PLAIN
    spread = both.ratio_covariance(_BEFORE, _BEFORE)
    if spread <= 0:
        return _PLAIN
    slope = both.ratio_covariance(_NOW, _BEFORE) / spread
    return _Adjustment(slope, both.ratio(*_BEFORE))


def _mean(arm: Moments, by: _Adjustment) -> float:
    if by.slope == 0 or not arm.sums[PER_BEFORE]:
        return arm.ratio(*_NOW)
    return arm.ratio(*_NOW) - by.slope * (arm.ratio(*_BEFORE) - by.centre)


def _variance(arm: Moments, by: _Adjustment) -> float:
    now = arm.ratio_covariance(_NOW, _NOW)
    if by.slope == 0 or not arm.sums[PER_BEFORE]:
        return max(now, 0.0)
    before = arm.ratio_covariance(_BEFORE, _BEFORE)
    both = arm.ratio_covariance(_NOW, _BEFORE)
    return max(now + by.slope * by.slope * before - 2 * by.slope * both, 0.0)


def _estimate(arms: Arms, by: _Adjustment) -> Estimate:
    variances = [_variance(arm, by) for arm in arms]
    parts = [one / arm.count for one, arm in zip(variances, arms, strict=True)]
    variance = sum(parts)
    # What both differ by within themselves: a gain does not widen its own interval.
    within = sum(one * arm.count for one, arm in zip(variances, arms, strict=True)) / (
        arms.control.count + arms.treated.count
    )
    careful = sum(max(one, within) / arm.count for one, arm in zip(variances, arms, strict=True))
    spread = sum(
        part * part / (arm.count - 1) for part, arm in zip(parts, arms, strict=True) if part > 0
    )
    return Estimate(
        control=_mean(arms.control, by),
        treated=_mean(arms.treated, by),
        standard_error=math.sqrt(variance),
        careful_error=math.sqrt(careful),
        degrees=variance * variance / spread if spread > 0 else math.inf,
    )


def _averaged(kept: Sequence[Arms], members: int, by: _Adjustment) -> Estimate:
    control = treated = variance = careful = 0.0
    for arms in kept:
        weight = arms.both.count / members
        part = _estimate(arms, by)
        control += weight * part.control
        treated += weight * part.treated
        variance += weight * weight * part.standard_error**2
        careful += weight * weight * part.careful_error**2
    return Estimate(
        control=control,
        treated=treated,
        standard_error=math.sqrt(variance),
        careful_error=math.sqrt(careful),
        degrees=math.inf,
    )


def _large_enough(strata: Mapping[str, Arms]) -> list[Arms]:
    kept = [arms for _, arms in sorted(strata.items()) if arms.told]
    small = [arms for arms in strata.values() if not arms.told]
    if not small:
        return kept
    rest = _together(small)
    if rest.told or not kept:
        return [*kept, rest]
    largest = max(range(len(kept)), key=lambda at: kept[at].both.count)
    kept[largest] = _together([kept[largest], rest])
    return kept


def _together(parts: Sequence[Arms]) -> Arms:
    return Arms(total_of(one.control for one in parts), total_of(one.treated for one in parts))
